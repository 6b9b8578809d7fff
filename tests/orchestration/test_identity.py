"""What the command says of identity: why records are one, and what agreement is worth."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from ingestion.settings import Settings
from orchestration.identity import explanation as explaining
from orchestration.identity.estimation import Level, learn, splink_comparison
from orchestration.identity.page import write_page
from tests.dbt_project.febrl import febrl
from tests.dbt_project.identity_project import SEEDS, IdentityProject, mention

RECORDS = [
    mention("shop", email="ann@mail.example", given_name="Ann", family_name="Quennell",
            birth_date=date(1980, 1, 2), city="Leeds"),
    mention("news", email="ann@mail.example", phone="+442071838750"),
    mention("till", full_name="Ann Quenell", birth_date=date(1980, 1, 2), city="Leeds"),
    mention("card_1", loyalty_id="L1", phone="+442071838751"),
    mention("card_2", loyalty_id="L2", phone="+442071838751"),
]  # fmt: skip

# The models build into schemas of their own; a scratch project has one.
SCHEMAS = """
create schema intermediate;
create schema marts;
create view intermediate.int_customer_ids as
select record_key, component, component as customer_id, matched_by, match_probability
from int_identity_components;
create view intermediate.int_customer_records as select * from main.int_customer_records;
create view intermediate.int_identity_edges as select * from main.int_identity_edges;
create view intermediate.int_identity_clusters as select * from main.int_identity_clusters;
create view intermediate.int_match_scores as select * from main.int_match_scores;
create table marts.customer_id_changes as
select
    'merged' as change, 'an older id' as old_customer_id, component as new_customer_id,
    1 as records, timestamp '2026-01-01' as changed_at
from int_identity_components inner join int_customer_records using (record_key)
where record_ref = 'shop';
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> IdentityProject:
    return IdentityProject(tmp_path_factory.mktemp("identity"))


@pytest.fixture(scope="module")
def settings(project: IdentityProject) -> Settings:
    project.resolve(RECORDS)
    project.execute(SCHEMAS)
    return Settings(data_dir=project.folder)


@pytest.fixture(scope="module")
def ann(settings: Settings) -> explaining.Explanation:
    found = explaining.explain(settings, "an older id")
    assert found is not None
    return found


def customer_of(project: IdentityProject, record_ref: str) -> str:
    return project.query(
        "select component from int_identity_components inner join int_customer_records"
        f" using (record_key) where record_ref = '{record_ref}'"
    )[0][0]


def test_an_old_id_leads_to_the_customer_and_every_record(ann: explaining.Explanation) -> None:
    assert {record.reference for record in ann.records} == {"shop", "news", "till"}
    assert [change.old_id for change in ann.changes] == ["an older id"]
    assert {tie.kind for tie in ann.ties} == {"email", "probabilistic"}
    assert ann.lone_identifiers == 1


def test_the_weights_of_a_likeness_sum_to_its_probability(ann: explaining.Explanation) -> None:
    (likeness,) = (tie for tie in ann.ties if tie.weights)
    odds = 2 ** sum(weight.bits for weight in likeness.weights)
    assert odds / (1 + odds) == pytest.approx(likeness.confidence, abs=1e-4)


def test_addresses_are_masked_unless_asked_for(
    settings: Settings, ann: explaining.Explanation
) -> None:
    (email,) = (tie for tie in ann.ties if tie.kind == "email")
    assert email.value == "an…@mail.example"
    shown = explaining.explain(settings, ann.customer_id, shows_values=True)
    assert "ann@mail.example" in {tie.value for tie in shown.ties}


def test_a_cut_tie_is_told_to_whom_it_was_cut_from(
    project: IdentityProject, settings: Settings
) -> None:
    told = [
        tie.is_cut
        for ref in ("card_1", "card_2")
        for tie in explaining.explain(settings, customer_of(project, ref)).ties
        if tie.kind == "phone"
    ]
    assert told == [True]


def test_nobody_has_an_unknown_id(settings: Settings) -> None:
    assert explaining.explain(settings, "nobody") is None


def test_the_page_escapes_what_exports_write(ann: explaining.Explanation, tmp_path: Path) -> None:
    hostile = replace(ann.records[0], reference="<script>alert(1)</script>")
    path = write_page(replace(ann, records=(hostile, *ann.records[1:])), tmp_path)
    page = path.read_text(encoding="utf-8")
    assert "<script>" not in page
    assert page.count("<path") == sum(len(tie.records) for tie in ann.ties)


@pytest.fixture(scope="module")
def febrl_project(tmp_path_factory: pytest.TempPathFactory) -> IdentityProject:
    """Return the first FEBRL data set, weighed without regard to the frequency of values."""
    project = IdentityProject(tmp_path_factory.mktemp("febrl"))
    project.add_model(
        "match_levels",
        "select * replace (false as is_frequency_adjusted)"
        f" from read_csv('{SEEDS / 'match_levels'}.csv')",
    )
    project.resolve(febrl(1))
    return project


@pytest.fixture(scope="module")
def comparisons(febrl_project: IdentityProject) -> dict:
    text = febrl_project.run("compile", "--inline", "{{ tojson(match_comparisons()) }}")
    return json.loads(text.strip().splitlines()[-1])


@pytest.fixture(scope="module")
def levels() -> list[Level]:
    rows = duckdb.sql(f"select * from read_csv('{SEEDS / 'match_levels'}.csv')").fetchall()
    return [Level(*row) for row in rows]


def profiles_of(project: IdentityProject) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"attach '{project.warehouse}' as warehouse (read_only)")
    connection.execute("create table profiles as select * from warehouse.int_person_profiles")
    connection.execute("create table scores as select * from warehouse.int_match_scores")
    return connection


def test_splink_weighs_pairs_as_the_models_do(
    febrl_project: IdentityProject, comparisons: dict, levels: list[Level]
) -> None:
    from splink import DuckDBAPI, Linker, SettingsCreator

    connection = profiles_of(febrl_project)
    known = {(level.comparison, level.level): level for level in levels}
    written = []
    for name, comparison in comparisons.items():
        creator = splink_comparison(name, comparison).create_comparison_dict("duckdb")
        for level in creator["comparison_levels"]:
            if not level.get("is_null_level"):
                parameters = known[name, level["label_for_charts"]]
                level["m_probability"] = parameters.m_probability
                level["u_probability"] = parameters.u_probability
        written.append(creator)
    linker = Linker(
        DuckDBAPI(connection=connection).register("profiles"),
        SettingsCreator(
            link_type="dedupe_only",
            unique_id_column_name="record_key",
            comparisons=written,
            blocking_rules_to_generate_predictions=["l.postal_code = r.postal_code"],
            probability_two_random_records_match=0.5,
        ),
        log_level="ERROR",
    )
    linker.inference.predict().as_duckdbpyrelation().create_view("predicted")
    differences = connection.execute(
        """
        select count(*), max(abs(predicted.match_weight - scores.match_weight + prior_weight))
        from scores inner join predicted
        on left_record_key = least(record_key_l, record_key_r)
        and right_record_key = greatest(record_key_l, record_key_r)
        """
    ).fetchall()[0]
    assert differences[0] > 300
    assert differences[1] < 1e-6


def test_learning_moves_parameters_as_far_as_pairs_show_them(
    febrl_project: IdentityProject, comparisons: dict, levels: list[Level]
) -> None:
    learnt = learn(profiles_of(febrl_project), comparisons, levels)
    sums: dict[str, float] = {}
    for level in learnt:
        sums[level.comparison] = sums.get(level.comparison, 0) + level.m_probability
    assert sums == pytest.approx(dict.fromkeys(sums, 1), abs=0.01)

    def of(found: list[Level], comparison: str) -> list[float]:
        return [level.m_probability for level in found if level.comparison == comparison]

    assert of(learnt, "mailbox") == of(levels, "mailbox")
    assert of(learnt, "family_name") != of(levels, "family_name")
