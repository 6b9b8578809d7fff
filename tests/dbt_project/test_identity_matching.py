"""Likeness ties people whom no identifier ties: names, days of birth, addresses."""

from datetime import date

import pytest

from tests.dbt_project.febrl import febrl, precision_and_recall
from tests.dbt_project.identity_project import IdentityProject, mention

# What the shipped rules owe on data made for such tests.
LEAST_PRECISION, LEAST_RECALL = 0.999, 0.99

HOME = {"street": "12 Marlborough Avenue", "city": "Leeds", "postal_code": "LS1 4AB"}
CASES = [
    # A slip in the name, day and month in each other's place.
    mention(
        "zelda", given_name="Zelda", family_name="Quennell", birth_date=date(1981, 3, 4), **HOME
    ),
    mention("zelda_2", full_name="Zelda Quenell", birth_date=date(1981, 4, 3), **HOME),
    # Their spouse has the name, the address and the number of the house, and is somebody else.
    mention("otto", given_name="Otto", family_name="Quennell", birth_date=date(1979, 9, 9), **HOME),
    # Names in each other's column.
    mention("swap", given_name="Ines", family_name="Abarca", birth_date=date(1990, 1, 31)),
    mention("swap_2", given_name="Abarca", family_name="Ines", birth_date=date(1990, 1, 31)),
    # Chinese names, in one cell and in two, with a street.
    mention("ouyang", full_name="欧阳娜娜", city="上海", street="世纪大道100号"),
    mention("ouyang_2", family_name="欧阳", given_name="娜娜", city="上海", street="世纪大道100号"),
    # A masked number fits the whole one.
    mention("masked", full_name="王小丫", phone="138****4321", city="北京"),
    mention("whole", full_name="王小丫", phone="+8613812344321", city="北京"),
    # A rare name in common, and nothing else.
    mention("namesake", given_name="Perpetua", family_name="Ibbotson", city="Leeds"),
    mention("namesake_2", given_name="Perpetua", family_name="Ibbotson", city="Perth"),
    # The letters of a name in disorder; a name missing, the other in its column.
    mention("disorder", given_name="Ignatz", family_name="Trevelyan", birth_date=date(1985, 7, 9)),
    mention(
        "disorder_2", given_name="Ignatz", family_name="elvreTayn", birth_date=date(1985, 7, 9)
    ),
    mention(
        "half", given_name="Ottoline", family_name="Marsh", birth_date=date(1988, 2, 3), **HOME
    ),
    mention(
        "half_2",
        given_name="Marsh",
        birth_date=date(1988, 2, 3),
        city="Leeds",
        postal_code="LS1 4AB",
    ),
    # A day of birth that differs in one part, or of which only the year is known.
    mention("part", given_name="Drusilla", family_name="Penrose", birth_date=date(1990, 6, 30)),
    mention("part_2", given_name="Drusilla", family_name="Penrose", birth_date=date(1990, 6, 11)),
    mention("year", full_name="Cosima Haddow", birth_date=date(1971, 8, 21), city="York"),
    mention("year_2", full_name="Cosima Haddow", birth_date=date(1971, 1, 1), city="York"),
    # An address with slips, one of them past the @.
    mention("mail", full_name="Flora Beck", email="tulip.garden@example.com", city="Bath"),
    mention("mail_2", full_name="Flora Beck", email="tulip.gardn@exmple.com", city="Leeds"),
    # The same street in Chinese, with and without province, city and room.
    mention("street", full_name="欧阳明月", city="成都市", street="四川省成都市中山西路851号"),
    mention("street_2", full_name="欧阳明月", city="成都市", street="中山西路851号"),
    # A given name and a day of birth in common, and nothing else.
    mention("day", given_name="Wilhelmina", family_name="Oakes", birth_date=date(1966, 5, 5)),
    mention("day_2", given_name="Wilhelmina", family_name="Truman", birth_date=date(1966, 5, 5)),
    # A couple with one number.
    mention("couple", full_name="Hugo Lamb", phone="+442079460101", email="hugo@one.example"),
    mention("couple_2", full_name="Vera Lamb", phone="+442079460101", email="vera@two.example"),
    # Alike in all, but each has a loyalty card of their own.
    mention("card", full_name="Uma Vex", loyalty_id="L1", birth_date=date(1970, 5, 6), **HOME),
    mention("card_2", full_name="Uma Vex", loyalty_id="L2", birth_date=date(1970, 5, 6), **HOME),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> IdentityProject:
    return IdentityProject(tmp_path_factory.mktemp("identity_matching"))


@pytest.fixture(scope="module")
def cases(project: IdentityProject) -> dict[str, tuple]:
    return project.resolve(CASES)


@pytest.mark.parametrize(
    "pair",
    [
        ("zelda", "zelda_2"),
        ("swap", "swap_2"),
        ("ouyang", "ouyang_2"),
        ("masked", "whole"),
        ("disorder", "disorder_2"),
        ("half", "half_2"),
        ("part", "part_2"),
        ("year", "year_2"),
        ("mail", "mail_2"),
        ("street", "street_2"),
    ],
)
def test_people_written_in_two_ways_are_one(cases: dict[str, tuple], pair: tuple[str, str]) -> None:
    one, other = (cases[ref] for ref in pair)
    assert one[0] == other[0]
    assert one[2] == "probabilistic"
    assert 0.8 <= one[3] < 1


@pytest.mark.parametrize(
    "pair",
    [
        ("zelda", "otto"),
        ("namesake", "namesake_2"),
        ("card", "card_2"),
        ("day", "day_2"),
        ("couple", "couple_2"),
    ],
)
def test_households_namesakes_and_holders_of_two_cards_stay_apart(
    cases: dict[str, tuple], pair: tuple[str, str]
) -> None:
    assert cases[pair[0]][0] != cases[pair[1]][0]


def test_a_tie_that_a_card_forbids_is_told(project: IdentityProject, cases: dict) -> None:
    cut = project.query("select distinct identifier_type from int_identity_conflicts")
    assert cut == [("probabilistic",)]


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_the_shipped_rules_find_the_duplicates_of_febrl(
    project: IdentityProject, cases: dict, number: int
) -> None:
    found = project.resolve(febrl(number))
    precision, recall = precision_and_recall({ref: row[0] for ref, row in found.items()})
    assert precision >= LEAST_PRECISION
    assert recall >= LEAST_RECALL
