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


Journeys = dict[str, tuple[int, int]]


def walks(journeys: Journeys, revenue: int = 0) -> tuple[list[Touch], list[Conversion]]:
    """Return an hourly touch for each step of a path, walked by as many with and without a sale."""
    touches, conversions = [], []
    for path, (converted, lost) in journeys.items():
        channels = path.split(" > ")
        for walk in range(converted + lost):
            person = f"{path} {walk}"
            for step, channel in enumerate(channels):
                at = START + timedelta(hours=step)
                touches.append(Touch(f"{person} {step:03}", person, channel, at))
            if walk < converted:
                end = START + timedelta(hours=len(channels) - 1)
                conversions.append(Conversion(f"c {person}", person, end, Decimal(revenue)))
    return touches, conversions


@pytest.mark.parametrize(
    ("journeys", "model", "expected"),
    [
        # eeghor/mta: ten sales of three paths.
        (
            {"direct": (2, 1), "search > email": (3, 2), "search > social > email": (5, 4)},
            "linear",
            {"direct": 2, "search": 19 / 6, "email": 19 / 6, "social": 5 / 3},
        ),
        (
            {"direct": (2, 1), "search > email": (3, 2), "search > social > email": (5, 4)},
            "position_based",
            {"direct": 2, "search": 3.5, "email": 3.5, "social": 1},
        ),
        ({"a > a > b": (6, 0)}, "linear", {"a": 4, "b": 2}),
        # DP6: one sale of each path.
        ({"A > B > C": (1, 0), "A > C": (1, 0)}, "linear", {"A": 5 / 6, "B": 1 / 3, "C": 5 / 6}),
        ({"A > B > C": (1, 0), "A > C": (1, 0)}, "position_based", {"A": 0.9, "B": 0.2, "C": 0.9}),
    ],
)
def test_rules_give_what_authors_of_packages_wrote_down(
    project: AttributionProject, journeys: Journeys, model: str, expected: dict[str, float]
) -> None:
    (found,) = rows(
        project, *walks(journeys),
        f"select channel, sum(credit) from fct_attribution where model = '{model}' group by all",
    )  # fmt: skip
    assert {name: float(value) for name, value in found} == pytest.approx(expected)


@pytest.mark.parametrize(
    ("journeys", "model", "effects", "conversions"),
    [
        # Puzyrov 2019, removal effects of two channels.
        (
            {"ads": (2, 1), "mail": (1, 0), "ads > mail": (1, 0)},
            "markov",
            {"ads": 0.75, "mail": 0.5},
            {"ads": 2.4, "mail": 1.6},
        ),
        # Bryl' 2016, the three journeys of part 1.
        (
            {"C1 > C2 > C3": (1, 0), "C1": (0, 1), "C2 > C3": (0, 1)},
            "markov",
            {"C1": 0.5, "C2": 1, "C3": 1},
            {"C1": 0.2, "C2": 0.4, "C3": 0.4},
        ),
        # pychattr: touches of one channel in a row, and no journey without conversion.
        (
            {"A > B > A > B > B > A": (1, 0), "A > B > B > A > A": (1, 0), "A > A": (1, 0)},
            "markov",
            {"A": 1, "B": 0.5},
            {"A": 2, "B": 1},
        ),
        # eeghor/mta: the chain a to b (3/4 convert) or c (1/2).
        (
            {"a > b": (3, 1), "a > c": (1, 1)},
            "markov",
            {"a": 1, "b": 0.75, "c": 0.25},
            {"a": 2, "b": 1.5, "c": 0.5},
        ),
        ({"a": (4, 0), "a > b": (6, 0)}, "shapley", {"a": 7, "b": 3}, {"a": 7, "b": 3}),
    ],
)
def test_effects_are_what_authors_of_packages_wrote_down(
    project: AttributionProject,
    journeys: Journeys,
    model: str,
    effects: dict[str, float],
    conversions: dict[str, float],
) -> None:
    (found,) = rows(
        project, *walks(journeys),
        f"select channel, effect, conversions from channel_effects where model = '{model}'",
    )  # fmt: skip
    assert {channel: effect for channel, effect, _ in found} == pytest.approx(effects)
    assert {channel: share for channel, _, share in found} == pytest.approx(conversions)


def test_sessions_of_five_users_give_the_removal_effects_of_another_package(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """DP6's test of several conversions: cut at each of them, two of one instant on one path."""
    sessions = {
        "A": [("seo", -184 * 24), ("Direct", 0), ("google_ads", 1), ("Direct", 2)],
        "B": [("seo", 0), ("Direct", 3)],
        "C": [("Direct", 0), ("crm", 1), ("Direct", 2)],
        "D": [
            *[("seo", 0), ("Direct", 1), ("Direct", 2)],
            *[("Direct", 4), ("Direct", 124), ("seo", 125), ("Direct", 126)],
        ],
        "E": [("Direct", 0), ("crm", 1), ("Direct", 2)],
    }
    sales = [("A", 2), ("C", 2), ("D", 2), ("D", 126), ("E", 2), ("E", 2)]
    folder = tmp_path_factory.mktemp("cut") / "scratch"
    cut = AttributionProject(folder, cut_at_previous_conversion=True)
    (effects,) = rows(
        cut,
        [
            Touch(f"{user}{step}", user, channel, START + timedelta(hours=hour))
            for user, visits in sessions.items()
            for step, (channel, hour) in enumerate(visits)
        ],
        [
            Conversion(f"c{number}", user, START + timedelta(hours=hour))
            for number, (user, hour) in enumerate(sales)
        ],
        "select channel, effect from channel_effects where model = 'markov'",
    )
    expected = {"Direct": 1, "crm": 0.3, "google_ads": 0.125, "seo": 0.375}
    assert dict(effects) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("settings", "ends"),
    [
        ({"path_transforms": ["collapse"]}, ["e > v > D", "D", "a > D > a > D"]),
        ({"path_transforms": ["first_occurrence"]}, ["e > v > D", "D", "a > D"]),
        ({"path_transforms": [{"drop": "D"}]}, ["e > v", "D > D", "a > a > a > a"]),
        ({"path_transforms": [{"drop_at_end": "D"}]}, ["e > v", "D > D", "a > a > a > D > a"]),
        ({"path_transforms": [{"drop_at_end": "D"}, "collapse"]}, ["e > v", "D", "a > D > a"]),
        (
            {"lookback_touches": 2, "path_transforms": [{"drop_at_end": "D"}, "collapse"]},
            ["D", "D", "D"],
        ),
    ],
)
def test_transforms_make_the_paths_of_other_packages_of_any_journey(
    tmp_path_factory: pytest.TempPathFactory, settings: dict[str, Any], ends: list[str]
) -> None:
    """Snowplow's table of path transforms, for journeys with and without a conversion."""
    folder = tmp_path_factory.mktemp("transforms") / "scratch"
    transforming = AttributionProject(folder, attribution_replicates=2, **settings)
    paths = ["e > v > D > D", "D > D", "a > a > a > D > a > D > D"]
    found, moves = rows(
        transforming, *walks(dict.fromkeys(paths, (1, 1))),
        "select conversion_id is null, string_agg(channel, ' > ' order by position)"
        " from int_journey_steps group by journey_id, conversion_id is null order by all",
        "select sum(moves) filter (where from_state = '(start)'),"
        " sum(moves) filter (where to_channel is null) from int_markov_moves",
    )  # fmt: skip
    assert found == sorted((is_open, end) for end in ends for is_open in (False, True))
    assert moves == [(6, 6)]


def test_credit_is_given_along_the_transformed_path(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Snowplow's order of 140 after Direct, twice search, Direct: three steps, not four."""
    folder = tmp_path_factory.mktemp("collapsed") / "scratch"
    collapsed = AttributionProject(
        folder,
        path_transforms=["collapse"],
        time_decay_half_life_touches=1,
        attribution_replicates=2,
    )
    (found,) = rows(
        collapsed, *walks({"Direct > Search > Search > Direct": (1, 0)}, revenue=140),
        "select model, string_agg(revenue, ' ' order by position) from fct_attribution"
        " where model in ('linear', 'position_based', 'time_decay') group by all order by all",
    )  # fmt: skip
    assert found == [
        ("linear", "46.67 46.66 46.67"),
        ("position_based", "56.00 28.00 56.00"),
        ("time_decay", "20.00 40.00 80.00"),
    ]


def test_time_decays_by_the_age_of_each_touch(project: AttributionProject) -> None:
    """A calculator's table of touches six days apart, at a half-life of seven."""
    end = START + timedelta(days=40)
    touches = [
        Touch(f"t{age:02}", "ann", f"{age:02}", end - timedelta(days=age))
        for age in (0, 6, 12, 18, 24, 30)
    ]
    (found,) = rows(
        project, touches, [Conversion("c", "ann", end, Decimal(200))],
        "select revenue from fct_attribution where model = 'time_decay' order by position",
    )  # fmt: skip
    expected = ["4.73", "8.56", "15.51", "28.10", "50.90", "92.20"]
    assert [revenue for (revenue,) in found] == [Decimal(revenue) for revenue in expected]
