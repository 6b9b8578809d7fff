"""Attribution over whole sets of touches and conversions: nothing lost, whatever the order."""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mam.models.heuristics import (
    FirstClickModel,
    LastClickModel,
    LinearModel,
    PositionBasedModel,
    TimeDecayModel,
)
from mam.models.markov import MarkovModel

from tests.dbt_project.attribution_project import (
    CHANNELS,
    AttributionProject,
    Conversion,
    Touch,
)

Rows = list[tuple[Any, ...]]
START = datetime(2026, 1, 1)
MODELS = [
    "first_touch",
    "last_touch",
    "first_non_direct",
    "last_non_direct",
    "last_paid",
    "linear",
    "time_decay",
    "position_based",
    "w_shaped",
    "custom",
    "markov",
    "shapley",
    "leave_one_out",
]

CREDITS = """
    select conversion_id, touchpoint_id, model, channel, position, path_length, credit, revenue
    from fct_attribution order by all
"""
EFFECTS = "select * from channel_effects order by all"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> AttributionProject:
    folder = tmp_path_factory.mktemp("attribution") / "scratch"
    return AttributionProject(folder, attribution_models=MODELS, attribution_replicates=20)


people = st.sampled_from(["ann", "bob", "eve", "joe"])
hours = st.integers(0, 24 * 60).map(lambda hour: START + timedelta(hours=hour))
amounts = st.decimals(Decimal("-20"), Decimal("999"), places=2)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Touch], list[Conversion]]:
    """Draw touches of known and unknown people, and conversions with and without touches."""
    touches = draw(
        st.lists(st.tuples(people, st.sampled_from(list(CHANNELS)), hours, st.booleans()))
    )
    conversions = draw(
        st.lists(st.tuples(people | st.none(), hours, amounts, st.sampled_from(["order", "lead"])))
    )
    return (
        [
            Touch(f"t{number}", person if known else f"{person}'s phone", channel, at, known)
            for number, (person, channel, at, known) in enumerate(touches)
        ],
        [
            Conversion(f"c{number}", person, at, amount if kind == "order" else Decimal(0), kind)
            for number, (person, at, amount, kind) in enumerate(conversions)
        ],
    )


def rows(
    project: AttributionProject, touches: list[Touch], conversions: list[Conversion], *queries: str
) -> list[Rows]:
    connection = project.build(touches, conversions)
    found = [connection.execute(query).fetchall() for query in queries]
    connection.close()
    return found


@settings(max_examples=10, deadline=None)
@given(histories())
def test_every_model_gives_out_each_conversion_and_each_cent(
    project: AttributionProject, history: tuple[list[Touch], list[Conversion]]
) -> None:
    touches, conversions = history
    (sums,) = rows(
        project,
        touches,
        conversions,
        "select conversion_id, model, sum(credit), sum(revenue), min(credit), max(credit)"
        " from fct_attribution group by all order by all",
    )
    assert sums == [
        (conversion.name, model, 1, conversion.revenue, least, most)
        for (conversion, model), (*_, least, most) in zip(
            sorted((conversion, model) for conversion in conversions for model in MODELS),
            sums,
            strict=True,
        )
    ]
    assert all(0 < least <= most <= 1 for *_, least, most in sums)


@settings(max_examples=6, deadline=None)
@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(
    project: AttributionProject, history: tuple[list[Touch], list[Conversion]], random: Any
) -> None:
    touches, conversions = history
    expected = rows(project, touches, conversions, CREDITS, EFFECTS)
    random.shuffle(touches)
    random.shuffle(conversions)
    assert rows(project, touches, conversions, CREDITS, EFFECTS) == expected


@settings(max_examples=6, deadline=None)
@given(histories())
def test_the_ids_of_customers_change_nothing(
    project: AttributionProject, history: tuple[list[Touch], list[Conversion]]
) -> None:
    """They depend on the order in which history arrived; errors and intervals must not."""
    touches, conversions = history
    expected = rows(project, touches, conversions, CREDITS, EFFECTS)
    renamed = {"ann": "zoe", "bob": "a", "eve": "joe", "joe": "eve", None: None}
    touches = [touch._replace(person=renamed.get(touch.person, touch.person)) for touch in touches]
    conversions = [
        conversion._replace(person=renamed[conversion.person]) for conversion in conversions
    ]
    assert rows(project, touches, conversions, CREDITS, EFFECTS) == expected


@settings(max_examples=6, deadline=None)
@given(histories(), people)
def test_a_touch_after_the_last_conversion_changes_nothing(
    project: AttributionProject, history: tuple[list[Touch], list[Conversion]], person: str
) -> None:
    """Of who got to the end of the funnel; anybody else is on the way to the next conversion."""
    touches, conversions = history
    end = START + timedelta(days=61)
    conversions.append(Conversion("last", person, end, Decimal("19.99")))
    expected = rows(project, touches, conversions, CREDITS, EFFECTS)
    touches.append(Touch("after", person, "Display", end + timedelta(seconds=1)))
    assert rows(project, touches, conversions, CREDITS, EFFECTS) == expected


@settings(max_examples=6, deadline=None)
@given(histories(), people)
def test_a_late_touch_moves_the_credit_of_its_customer_only(
    project: AttributionProject, history: tuple[list[Touch], list[Conversion]], person: str
) -> None:
    touches, conversions = history
    rules = "select * from fct_attribution where customer_id is distinct from '{}'" + (
        " and model not in ('markov', 'shapley', 'leave_one_out') order by all"
    )
    query = rules.format(person)
    expected = rows(project, touches, conversions, query)
    touches.insert(0, Touch("late", person, "Display", START + timedelta(days=20)))
    assert rows(project, touches, conversions, query) == expected


def brand() -> tuple[list[Touch], list[Conversion]]:
    """Return 300 people with a path each, in hours before the end, two of three converting."""
    touches, conversions = [], []
    names = list(CHANNELS)
    for number in range(300):
        end = START + timedelta(days=30 + number % 7)
        for step in range(number % 6 + 1):
            channel = names[(number * number + step * (number % 4 + 1)) % len(names)]
            hour = (number % 6 + 1 - step) * (1 + number % 50)
            at = end - timedelta(hours=hour)
            touches.append(Touch(f"{number:03} {step}", f"p{number:03}", channel, at))
        if number % 3:
            conversions.append(Conversion(f"c{number:03}", f"p{number:03}", end, Decimal(10)))
    return touches, conversions


def journeys_of(touches: list[Touch], conversions: list[Conversion]) -> pl.DataFrame:
    """Return the same paths as the package of the oracle keeps them."""
    ends = {conversion.person: conversion.at for conversion in conversions}
    paths: dict[str, list[Touch]] = {}
    for touch in touches:
        paths.setdefault(touch.person, []).append(touch)
    return pl.DataFrame(
        {
            "journey_id": list(paths),
            "channels": [[touch.channel for touch in path] for path in paths.values()],
            "time_till_conv": [
                [(ends.get(person, path[-1].at) - touch.at) / timedelta(hours=1) for touch in path]
                for person, path in paths.items()
            ],
            "has_conversion": [person in ends for person in paths],
            "conversion_value": [10.0 if person in ends else 0.0 for person in paths],
            "weight": [1] * len(paths),
        }
    )


@pytest.mark.parametrize(
    ("model", "oracle"),
    [
        ("first_touch", FirstClickModel()),
        ("last_touch", LastClickModel()),
        ("linear", LinearModel()),
        ("position_based", PositionBasedModel()),
        ("time_decay", TimeDecayModel()),
    ],
)
def test_rules_agree_with_another_package(
    project: AttributionProject, model: str, oracle: Any
) -> None:
    touches, conversions = brand()
    (found,) = rows(
        project, touches, conversions,
        "select channel, sum(credit) * 10 from fct_attribution"
        f" where model = '{model}' group by channel",
    )  # fmt: skip
    table = oracle.get_aggregated_results(journeys_of(touches, conversions))
    expected = {name: value for name, value in table.rows() if value}
    # Credit has ten digits after the point, and there are some hundred paths.
    assert {name: float(value) for name, value in found} == pytest.approx(expected, abs=1e-6)


def test_removal_effects_from_touches_agree_with_another_package(
    project: AttributionProject,
) -> None:
    touches, conversions = brand()
    found, totals, moves = rows(
        project, touches, conversions,
        "select channel, effect from channel_effects where model = 'markov'",
        "select model, round(sum(share), 9), round(sum(conversions), 9) from channel_effects"
        " group by model order by model",
        "select sum(moves) filter (where to_channel is null) from int_markov_moves",
    )  # fmt: skip
    oracle = MarkovModel()
    oracle.calculate(journeys_of(touches, conversions))
    expected = oracle.removal_effect_df["removal_effect"].to_dict()
    assert dict(found) == pytest.approx(expected, abs=1e-9)
    models = ["leave_one_out", "markov", "shapley", "shapley_rate"]
    assert totals == [(model, 1, len(conversions)) for model in models]
    assert moves == [(300,)]


def test_late_data_gives_what_a_full_refresh_gives(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Touches and orders come late and shuffled, orders are restated and cancelled."""
    nightly, full = (
        AttributionProject(
            tmp_path_factory.mktemp(name) / "scratch",
            attribution_models=MODELS,
            attribution_replicates=20,
        )
        for name in ("nightly", "full")
    )
    touches, conversions = brand()
    random = Random(3)
    random.shuffle(touches)
    random.shuffle(conversions)
    restated = [
        conversion._replace(revenue=Decimal("0.01")) if number % 5 == 0 else conversion
        for number, conversion in enumerate(conversions)
        if number % 11
    ]
    nightly.refresh(touches[::2], conversions[::3])
    nightly.refresh(touches, restated)
    full.refresh(sorted(touches), sorted(restated))
    for table in (
        "fct_attribution",
        "attribution_by_channel",
        "channel_effects",
        "fct_conversions",
    ):
        query = f"select * from {table} order by all"
        assert nightly.project.query(query) == full.project.query(query)
    with duckdb.connect(str(nightly.project.warehouse), read_only=True) as connection:
        by_model = connection.execute(
            "select model, sum(conversions), sum(revenue), sum(spend) from attribution_by_channel"
            " where conversion_type = 'order' group by model order by model"
        ).fetchall()
    revenue = sum(conversion.revenue for conversion in restated)
    # Nobody bought through the channel with spend, which stays all the same.
    spend = Decimal("12.34")
    assert by_model == [(model, len(restated), revenue, spend) for model in sorted(MODELS)]


def test_conversions_without_a_touch_leave_the_effects_alone(project: AttributionProject) -> None:
    touches, conversions = brand()
    query = "select model, channel, effect, conversions from channel_effects order by all"
    (without,) = rows(project, touches, conversions, query)
    strangers = [Conversion(f"n{n}", None, START, Decimal(5)) for n in range(7)]
    (found,) = rows(project, touches, conversions + strangers, query)
    apart = [row for row in found if row[1] == "(unattributed)"]
    assert [row for row in found if row not in apart] == without
    assert apart == [(model, "(unattributed)", None, 7) for model, *_ in apart]
    assert len(apart) == 4


def test_a_chain_of_a_higher_order_remembers_more(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("order") / "scratch"
    second = AttributionProject(folder, markov_order=2)
    touches = [
        Touch(f"{person} {step}", person, channel, START + timedelta(hours=step))
        for person, path in {
            "ann": ["Email", "Email", "Display", "Referral"],
            "bob": ["Display", "Referral"],
        }.items()
        for step, channel in enumerate(path)
    ]
    conversions = [Conversion("c", "ann", START + timedelta(days=1))]
    moves, effects = rows(
        second, touches, conversions,
        "select from_state, to_state, to_channel, moves from int_markov_moves order by all",
        "select channel, effect from channel_effects where model = 'markov' order by channel",
    )  # fmt: skip
    assert moves == [
        ("(start)", "Display", "Display", 1),
        ("(start)", "Email", "Email", 1),
        ("Display", "Display > Referral", "Referral", 1),
        ("Display > Referral", "(conversion)", None, 1),
        ("Display > Referral", "(null)", None, 1),
        ("Email", "Email > Display", "Display", 1),
        ("Email > Display", "Display > Referral", "Referral", 1),
    ]
    assert dict(effects) == pytest.approx({"Display": 1, "Email": 0.5, "Referral": 1})
