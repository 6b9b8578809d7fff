"""Who is who: the real identity models and rules on small cases, one build for all of them."""

import json
from pathlib import Path

import pytest

from tests.dbt_project.scratch_project import DBT_PROJECT, ScratchProject

SEEDS = DBT_PROJECT.parent / "seeds" / "reference"
IDENTITY_MODELS = (
    "int_stated_identifiers",
    "int_identifiers",
    "int_customer_records",
    "int_identity_ties",
    "int_person_clusters",
    "int_identity_edges",
    "int_identity_clusters",
    "int_identity_components",
    "int_identity_conflicts",
)
COLUMNS = {
    "source": "varchar",
    "record_ref": "varchar",
    "record_type": "varchar",
    "is_person": "boolean",
    "email": "varchar",
    "phone": "varchar",
    "phone_region": "varchar",
    "loyalty_id": "varchar",
    "device_id": "varchar",
    "user_id": "varchar",
    "external_ids": "json",
    "click_id_type": "varchar",
    "click_id": "varchar",
    "order_number": "varchar",
    "merged_into_ref": "varchar",
    "first_seen_at": "timestamp",
    "last_seen_at": "timestamp",
}
# What systems say about people beyond identifiers plays no part here.
NO_STATEMENTS = """
select
    *,
    cast(null as varchar) as given_name,
    cast(null as varchar) as family_name,
    cast(null as varchar) as full_name,
    cast(null as varchar) as company,
    cast(null as date) as birth_date,
    cast(null as varchar) as national_id,
    cast(null as varchar) as street,
    cast(null as varchar) as city,
    cast(null as varchar) as region,
    cast(null as varchar) as postal_code,
    cast(null as varchar) as country,
    cast(null as varchar) as lifecycle_stage,
    cast(null as varchar) as original_source,
    false as is_deleted,
    last_seen_at as stated_at
from mentions
where false
"""
# Phone numbers of these cases are written in E.164 already.
E164 = "create or replace macro e164(phone, region) as case when phone like '+%' then phone end"


def mention(record_ref: str, record_type: str = "customer", **values: object) -> dict:
    """Return what one row of an export says of one record."""
    return {
        "source": "crm",
        "record_ref": record_ref,
        "record_type": record_type,
        "is_person": record_type != "device",
        **values,
    }


def front_desk() -> list[dict]:
    """Return the guests of a hotel, who all gave the number of its desk."""
    return [
        mention(f"guest_{number}", email=f"guest{number}@desk.example", phone="+12125550100")
        for number in range(40)
    ]


def long_chain() -> list[dict]:
    """Return records each of which shares its e-mail address or phone with the next alone."""
    return [
        mention(
            f"chain_{number}",
            email=f"chain{number // 2}@chain.example",
            phone=f"+1212555{(number + 1) // 2:04}",
        )
        for number in range(200)
    ]


MENTIONS = [
    *front_desk(),
    *long_chain(),
    mention("dots_1", email="Ann.Lee@gmail.com"),
    mention("dots_2", email="annlee+shop@googlemail.com"),
    mention("junk_1", email="noreply@shop.example"),
    mention("junk_2", email="noreply@shop.example"),
    mention("masked_1", phone="+130****0001"),
    mention("masked_2", phone="+130****0001"),
    # Two loyalty cards that one phone number would make one person.
    mention("card_1", loyalty_id="L1", email="card@conflict.example"),
    mention("card_1_mail", email="card@conflict.example", phone="+12125550111"),
    mention("card_2", loyalty_id="L2", phone="+12125550111"),
    # The CRM merged one record into another, whatever their cards say.
    mention("merged_away", loyalty_id="L3", merged_into_ref="survivor"),
    mention("survivor", loyalty_id="L4"),
    # A tablet of two people, a phone of one, a browser of nobody.
    mention("anna", "login", user_id="u1", email="anna@home.example", device_id="tablet"),
    mention("otto", "login", user_id="u2", email="otto@home.example", device_id="tablet"),
    mention("tablet", "device", device_id="tablet"),
    mention("mobile", "device", device_id="mobile"),
    mention("anna", "login", user_id="u1", device_id="mobile"),
    mention("browser", "device", device_id="browser"),
    # The visitor who saw the confirmation of an order is its buyer.
    mention("buyer", "buyer", email="buyer@order.example", order_number="#1001"),
    mention("confirmed", "device", device_id="confirmed", order_number="1001"),
    # A click id and an id that no rule names.
    mention("clicked", external_ids=json.dumps({"gclid": "Cj0abc"})),
    mention("clicker", "device", device_id="clicker", click_id_type="gclid", click_id="Cj0abc"),
    mention("till_1", external_ids=json.dumps({"till_card": "77"})),
    mention("till_2", external_ids=json.dumps({"till_card": 77})),
    # A mail-order form that everybody fills in as "guest".
    mention("guest", "buyer", email="one@form.example"),
    mention("guest", "buyer", email="two@form.example"),
    mention("form_1", email="one@form.example"),
    mention("form_2", email="two@form.example"),
]


class Graph:
    """The identity graph of all cases."""

    def __init__(self, folder: Path) -> None:
        project = ScratchProject(folder)
        for seed in ("identity_rules", "identifier_junk", "email_providers", "click_id_types"):
            project.add_model(seed, f"select * from read_csv('{SEEDS / seed}.csv')")
        for model in IDENTITY_MODELS:
            project.add_real_model(f"intermediate/identity/{model}.sql")
        project.add_model(
            "int_record_mentions",
            "select {{ record_key_of() }} as record_key, * from mentions",
        )
        project.add_model("int_person_statements", NO_STATEMENTS)
        project.execute(E164)
        project.replace_table(
            "mentions",
            {
                column: (data_type, [row.get(column) for row in MENTIONS])
                for column, data_type in COLUMNS.items()
            },
        )
        project.run("run")
        self.rows = {
            record_ref: row
            for record_ref, *row in project.query(
                "select record_ref, component, is_customer, matched_by"
                " from int_customer_records inner join int_identity_components using (record_key)"
            )
        }
        self.cut_types = [
            identifier_type
            for (identifier_type,) in project.query(
                "select identifier_type from int_identity_conflicts order by 1"
            )
        ]

    def are_one(self, *record_refs: str) -> bool:
        """Say whether these records are one customer."""
        return len({self.rows[record_ref][0] for record_ref in record_refs}) == 1

    def is_customer(self, record_ref: str) -> bool:
        """Say whether the record belongs to anybody."""
        return self.rows[record_ref][1]

    def matched_by(self, record_ref: str) -> str:
        """Return the rule that tied the record."""
        return self.rows[record_ref][2]


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """Return the graph that one build of the real models makes of all cases."""
    return Graph(tmp_path_factory.mktemp("identity_graph"))


def test_ties_are_transitive_to_any_depth(graph: Graph) -> None:
    assert graph.are_one("chain_0", "chain_199")
    assert graph.matched_by("chain_100") == "email"


def test_addresses_are_read_as_their_provider_reads_them(graph: Graph) -> None:
    assert graph.are_one("dots_1", "dots_2")


@pytest.mark.parametrize("pair", [("junk_1", "junk_2"), ("masked_1", "masked_2")])
def test_placeholders_and_masked_values_tie_nobody(graph: Graph, pair: tuple[str, str]) -> None:
    assert not graph.are_one(*pair)
    assert graph.matched_by(pair[0]) == "single_record"


def test_a_front_desk_phone_ties_nobody(graph: Graph) -> None:
    assert len({graph.rows[f"guest_{number}"][0] for number in range(40)}) == 40


def test_of_two_loyalty_cards_the_weaker_tie_is_cut(graph: Graph) -> None:
    assert graph.are_one("card_1", "card_1_mail")
    assert not graph.are_one("card_1", "card_2")
    assert "phone" in graph.cut_types


def test_a_merge_of_the_crm_is_obeyed(graph: Graph) -> None:
    assert graph.are_one("merged_away", "survivor")
    assert graph.matched_by("survivor") == "merged_record"


def test_a_shared_device_does_not_merge_people(graph: Graph) -> None:
    assert not graph.are_one("anna", "otto")
    assert not graph.is_customer("tablet")


def test_a_device_of_one_login_is_that_person(graph: Graph) -> None:
    assert graph.are_one("anna", "mobile")
    assert graph.matched_by("mobile") == "device_id"


def test_a_device_without_a_login_is_nobody(graph: Graph) -> None:
    assert not graph.is_customer("browser")


def test_the_visitor_who_saw_the_confirmation_is_the_buyer(graph: Graph) -> None:
    assert graph.are_one("buyer", "confirmed")


def test_click_ids_and_unknown_ids_tie_records(graph: Graph) -> None:
    assert graph.are_one("clicked", "clicker")
    assert graph.are_one("till_1", "till_2")
    assert graph.matched_by("till_1") == "till_card"


def test_a_catch_all_record_ties_nobody_and_is_nobody(graph: Graph) -> None:
    assert not graph.are_one("form_1", "form_2")
    assert not graph.is_customer("guest")
