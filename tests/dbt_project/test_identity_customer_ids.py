"""Customer ids live on: across re-runs and full refreshes, merges and splits."""

from pathlib import Path

import pytest

from tests.dbt_project.scratch_project import ScratchProject

# record -> (component, first seen); the order of first sight decides who founds a customer.
Components = dict[str, tuple[str, str]]

ANN = {
    "ann_shop": ("a", "2026-01-01"),
    "ann_till": ("a", "2026-02-01"),
    "ann_crm": ("a", "2026-03-01"),
}
BOB = {"bob_shop": ("b", "2026-01-02"), "bob_till": ("b", "2026-02-02")}


class Customers:
    """The log of customer ids, fed with the components of one run after another."""

    def __init__(self, folder: Path) -> None:
        self.project = ScratchProject(folder)
        self.project.add_model("int_identity_components", "select * from components")
        self.project.add_real_model("intermediate/identity/int_customer_id_assignments.sql")
        self.project.add_real_model("intermediate/identity/int_customer_ids.sql")
        self.project.add_real_model("marts/customers/customer_id_changes.sql")

    def refresh(self, components: Components, *options: str) -> dict[str, str]:
        """Run the models on these components; return the customer id of each record."""
        self.project.replace_table(
            "components",
            {
                "record_key": ("varchar", list(components)),
                "component": ("varchar", [component for component, _ in components.values()]),
                "first_seen_at": ("timestamp", [seen for _, seen in components.values()]),
                "is_customer": (
                    "boolean",
                    [not component.startswith("device") for component, _ in components.values()],
                ),
                "matched_by": ("varchar", ["email"] * len(components)),
                "match_probability": ("decimal(5, 4)", [1] * len(components)),
            },
        )
        self.project.run("run", *options)
        return dict(self.project.query("select record_key, customer_id from int_customer_ids"))

    def log_length(self) -> int:
        """Return how many assignments were ever made."""
        return self.project.query("select count(*) from int_customer_id_assignments")[0][0]

    def changes(self) -> list[tuple[str, str, str, int]]:
        """Return every change of an id: old, new, kind, records moved."""
        return self.project.query(
            "select old_customer_id, new_customer_id, change, records"
            " from customer_id_changes order by changed_at, new_customer_id"
        )


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """Return the ids after each of a sequence of refreshes, and what was logged."""
    customers = Customers(tmp_path_factory.mktemp("customer_ids"))
    device = {"device": ("device", "2026-01-01")}
    merged = {record: ("a", seen) for record, (_, seen) in (ANN | BOB).items()}
    split = {
        record: ("b" if record.startswith("bob") or record == "ann_crm" else "a", seen)
        for record, (_, seen) in merged.items()
    }
    recorded = {"first": customers.refresh(ANN | BOB | device)}
    first_length = customers.log_length()
    recorded["again"] = customers.refresh(
        {record: (component.upper(), seen) for record, (component, seen) in (ANN | BOB).items()}
    )
    recorded["full"] = customers.refresh(ANN | BOB | device, "--full-refresh")
    assert customers.log_length() == first_length
    recorded["merged"] = customers.refresh(merged | {"ann_web": ("a", "2025-01-01")})
    recorded["split"] = customers.refresh(split)
    recorded["changes"] = customers.changes()
    recorded["parted"] = customers.refresh(ANN | BOB)
    return recorded


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the ids that another warehouse gives to the same components."""
    customers = Customers(tmp_path_factory.mktemp("other_warehouse"))
    return customers.refresh(dict(reversed((BOB | ANN).items())))


def test_records_of_one_component_share_an_id(history: dict) -> None:
    first = history["first"]
    assert len({first[record] for record in ANN}) == 1
    assert first["ann_shop"] != first["bob_shop"]


def test_a_device_alone_has_no_id(history: dict) -> None:
    assert history["first"]["device"] is None


def test_a_first_id_follows_from_the_data_alone(history: dict, rebuilt: dict) -> None:
    assert {record: history["first"][record] for record in ANN | BOB} == rebuilt


def test_a_run_without_news_changes_nothing(history: dict) -> None:
    assert history["again"].items() <= history["first"].items()


def test_a_full_refresh_keeps_the_ids(history: dict) -> None:
    assert history["full"] == history["first"]


def test_a_merge_keeps_the_older_id_even_where_a_new_record_is_older(history: dict) -> None:
    assert set(history["merged"].values()) == {history["first"]["ann_shop"]}


def test_a_split_leaves_the_id_to_the_larger_part(history: dict) -> None:
    split, ann = history["split"], history["first"]["ann_shop"]
    assert split["bob_shop"] == split["bob_till"] == split["ann_crm"] == ann
    assert split["ann_shop"] == split["ann_till"] != ann


def test_an_id_stays_with_most_of_its_records(history: dict) -> None:
    split, parted = history["split"], history["parted"]
    assert parted["bob_shop"] == parted["bob_till"] == split["bob_shop"]
    assert parted["ann_shop"] == parted["ann_crm"] == split["ann_shop"]


def test_merges_and_splits_are_told_once(history: dict) -> None:
    first, split = history["first"], history["split"]
    assert history["changes"] == [
        (first["bob_shop"], first["ann_shop"], "merged", 2),
        (first["ann_shop"], split["ann_shop"], "split", 2),
    ]
