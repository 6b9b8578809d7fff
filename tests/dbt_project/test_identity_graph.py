"""Who is who: the real identity models and rules on small cases, one build for all of them."""

import json
import random
from pathlib import Path

import pytest

from tests.dbt_project.identity_project import IdentityProject, mention


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
        project = IdentityProject(folder)
        self.rows = project.resolve(MENTIONS)
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


def random_mentions(generator: random.Random) -> list[dict]:
    """Return records that share identifiers at random: chains, conflicts and crowds among them."""
    return [
        mention(
            f"random_{number}",
            generator.choice(["customer", "customer", "login", "device"]),
            loyalty_id=generator.choice([None] * 5 + [f"R{number % 7}"]),
            email=generator.choice([None, f"r{generator.randrange(60)}@random.example"]),
            phone=generator.choice([None, None, f"+1646555{generator.randrange(12):04}"]),
            device_id=generator.choice([None, f"random {generator.randrange(40)}"]),
            given_name=generator.choice([None, "Ines", "Otto", "Zelda"]),
            family_name=generator.choice(["Abarca", "Quennell"]),
            street=f"{generator.randrange(1, 9)} Marlborough Avenue",
            city="Leeds",
            postal_code="LS1 4AB",
        )
        for number in range(150)
    ]


def test_nights_leave_what_a_resolve_of_everything_gives(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    generator = random.Random(20261122)
    mentions = MENTIONS + random_mentions(generator)
    at_once = IdentityProject(tmp_path_factory.mktemp("at_once")).resolve(mentions)
    generator.shuffle(mentions)

    nights = IdentityProject(tmp_path_factory.mktemp("nights"))
    # Customers merge who part again: one record is gone the next night, others are restated.
    gone = mention("gone", email="dots@merged.example", loyalty_id="L9")
    restated = [row | {"email": "dots@merged.example"} for row in mentions[:20]]
    first = nights.resolve([*restated, *mentions[20:60], gone])
    nights.resolve(mentions[: len(mentions) // 2])
    last = nights.resolve(mentions)

    assert len({first[row["record_ref"]][0] for row in restated}) < len(
        {last[row["record_ref"]][0] for row in restated}
    )
    assert last == at_once
