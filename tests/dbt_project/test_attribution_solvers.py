"""Effects of channels against packages that compute them otherwise, and against brute force."""

from collections import Counter
from itertools import groupby, permutations
from math import sqrt

import numpy as np
import pandas as pd
import polars as pl
import pytest
from mam.models.markov import MarkovModel
from mta import MTA

from dbt_project.solvers import markov
from dbt_project.solvers.markov import Effects, markov_effects
from dbt_project.solvers.shapley import coalition_effects

Paths = list[tuple[list[str], bool]]

BRYL: Paths = [(["C1", "C2", "C3"], True), (["C1"], False), (["C2", "C3"], False)]


def random_paths(seed: int, journeys: int = 400, channels: int = 5) -> Paths:
    draw = np.random.default_rng(seed)
    appeal = draw.dirichlet(np.ones(channels))
    return [
        (
            [f"c{channel}" for channel in draw.choice(channels, draw.integers(1, 7), p=appeal)],
            bool(draw.random() < 0.3),
        )
        for _ in range(journeys)
    ]


def states_of(path: list[str], order: int) -> list[tuple[str, str]]:
    """Return the states that a journey passes, with the channel of each."""
    steps = [channel for channel, _ in groupby(path)]
    return [
        (" > ".join(steps[max(place + 1 - order, 0) : place + 1]), channel)
        for place, channel in enumerate(steps)
    ]


def chain_of(paths: Paths, order: int = 1, groups: int = 20, **settings: int) -> Effects:
    moves: Counter[tuple[str, str, str, str | None]] = Counter()
    for number, (path, is_converted) in enumerate(paths):
        before = "(start)"
        end = ("(conversion)" if is_converted else "(null)", None)
        for state, channel in [*states_of(path, order), end]:
            moves[f"{number % groups:03}", before, state, channel] += 1
            before = state
    columns = zip(*moves, strict=True)
    asked = {"replicates": 20, "level": 0.9, "seed": 1} | settings
    return markov_effects(*(list(column) for column in columns), list(moves.values()), **asked)


def games_of(
    paths: Paths, exact_channels: int = 12, groups: int = 20, replicates: int = 20
) -> dict[str, Effects]:
    sets: Counter[tuple[str, str]] = Counter()
    won: Counter[tuple[str, str]] = Counter()
    for number, (path, is_converted) in enumerate(paths):
        key = f"{number % groups:03}", " > ".join(sorted(set(path)))
        sets[key] += 1
        won[key] += is_converted
    group, names = (list(column) for column in zip(*sets, strict=True))
    return coalition_effects(
        group, names, " > ", list(sets.values()), [won[key] for key in sets], exact_channels,
        replicates, 0.9, 1,
    )  # fmt: skip


def test_the_classic_case_of_three_journeys() -> None:
    effects = chain_of(BRYL)
    assert effects.channels == ["C1", "C2", "C3"]
    assert effects.effect == pytest.approx([0.5, 1, 1], abs=1e-12)
    assert effects.share == pytest.approx([0.2, 0.4, 0.4], abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_removal_effects_equal_those_of_another_package(seed: int) -> None:
    paths = random_paths(seed)
    model = MarkovModel()
    model.calculate(
        pl.DataFrame(
            {
                "journey_id": [str(number) for number in range(len(paths))],
                "channels": [path for path, _ in paths],
                "has_conversion": [is_converted for _, is_converted in paths],
                "conversion_value": [float(is_converted) for _, is_converted in paths],
                "weight": [1] * len(paths),
            }
        )
    )
    expected = model.removal_effect_df["removal_effect"]
    found = chain_of(paths)
    assert found.effect == pytest.approx(list(expected.loc[found.channels]), abs=1e-9)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_sparse_chains_are_solved_like_dense_ones(
    order: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = random_paths(7)
    dense = chain_of(paths, order)
    monkeypatch.setattr(markov, "MOST_DENSE_STATES", 0)
    sparse = chain_of(paths, order)
    assert sparse.effect == pytest.approx(list(dense.effect), abs=1e-9)
    assert np.isnan(sparse.sureness.standard_error).all()


@pytest.mark.parametrize("order", [1, 2, 3])
def test_removal_effects_of_any_order_equal_a_simulation(order: int) -> None:
    """Walks are drawn step by step, and those that meet a channel are lost without it."""
    paths = random_paths(3, journeys=300, channels=4)
    followers: dict[str, list[tuple[str, str | None]]] = {}
    for path, is_converted in paths:
        before = "(start)"
        end = ("(conversion)" if is_converted else "(null)", None)
        for state in [*states_of(path, order), end]:
            followers.setdefault(before, []).append(state)
            before = state[0]
    draw = np.random.default_rng(1)
    walks, converted, lost = 40_000, 0, Counter[str]()
    for _ in range(walks):
        state, met = "(start)", set[str]()
        while state in followers:
            choices = followers[state]
            state, channel = choices[draw.integers(len(choices))]
            if channel is not None:
                met.add(channel)
        if state == "(conversion)":
            converted += 1
            lost.update(met)
    found = chain_of(paths, order)
    simulated = [lost[channel] / converted for channel in found.channels]
    # Five standard errors of a share of the converted walks.
    assert found.effect == pytest.approx(simulated, abs=5 * sqrt(0.25 / converted))


def test_a_chain_of_high_order_is_leaving_one_out() -> None:
    """A chain that forgets nothing loses just the journeys that touch a channel."""
    paths = [(path, won) for path, won in random_paths(5) if len(set(path)) == len(path)]
    assert chain_of(paths, order=9).effect == pytest.approx(
        list(games_of(paths)["leave_one_out"].effect), abs=1e-9
    )


@pytest.mark.parametrize("seed", range(3))
def test_shapley_values_equal_those_of_another_package(
    seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = random_paths(seed)
    table = pd.DataFrame(
        [(" > ".join(path), int(won), int(not won)) for path, won in paths],
        columns=["path", "total_conversions", "total_null"],
    )
    expected = MTA(table, allow_loops=True, add_timepoints=False).shapley(normalize=False)
    shapley = games_of(paths)["shapley"]
    values = [expected.attribution["shapley"][channel] for channel in shapley.channels]
    assert shapley.effect == pytest.approx(values, abs=1e-9)
    assert shapley.effect.sum() == pytest.approx(sum(won for _, won in paths))


def rate_of(paths: Paths, channels: set[str]) -> float:
    within = [won for path, won in paths if set(path) <= channels]
    return sum(within) / len(within) if within else 0.0


def test_values_of_conversion_rates_average_over_all_orders() -> None:
    paths = random_paths(11, channels=4)
    found = games_of(paths)["shapley_rate"]
    gains: Counter[str] = Counter()
    orders = list(permutations(found.channels))
    for order in orders:
        for place, channel in enumerate(order):
            before = set(order[:place])
            gains[channel] += rate_of(paths, before | {channel}) - rate_of(paths, before)
    expected = [gains[channel] / len(orders) for channel in found.channels]
    assert found.effect == pytest.approx(expected, abs=1e-9)


def test_sampled_values_come_with_their_error() -> None:
    paths = random_paths(12, journeys=3000, channels=9)
    exact = games_of(paths)["shapley_rate"]
    sampled = games_of(paths, exact_channels=8)["shapley_rate"]
    assert sampled.share.sum() == pytest.approx(1)
    error = sampled.sureness.standard_error
    assert (error > 0).all()
    assert (abs(sampled.share - exact.share) < 5 * error).all()
    # Over nine channels some deviation is as large as the error itself, or it is overstated.
    assert (abs(sampled.share - exact.share) > 0.1 * error).any()


def test_left_out_is_the_share_of_conversions_that_touch_a_channel() -> None:
    effects = games_of([*BRYL, (["C1"], True)])["leave_one_out"]
    assert effects.effect == pytest.approx([1, 0.5, 0.5])


def test_the_order_of_elements_changes_nothing() -> None:
    paths = random_paths(2)
    groups = len(paths)  # each journey is drawn for itself, whatever its number
    results = []
    for given in (paths, paths[::-1]):
        found = {"markov": chain_of(given, groups=groups)} | games_of(given, groups=groups)
        results.append({model: (list(of.effect), list(of.share)) for model, of in found.items()})
    assert results[0] == results[1]


def test_standard_errors_are_those_of_a_share() -> None:
    """With one touch a journey, a channel's share of conversions is a binomial share."""
    paths: Paths = [([f"c{int(number % 10 < 3)}"], True) for number in range(1000)]
    draw = np.random.default_rng(4)
    shuffled = [paths[place] for place in draw.permutation(len(paths))]
    error = sqrt(0.3 * 0.7 / 1000)
    for effects in (
        games_of(shuffled, groups=1000, replicates=2000)["shapley"],
        chain_of(shuffled, groups=1000, replicates=2000),
    ):
        assert effects.share == pytest.approx([0.7, 0.3])
        assert effects.sureness.standard_error == pytest.approx([error, error], rel=0.06)
        assert effects.sureness.low[0] == pytest.approx(0.7 - 1.645 * error, abs=0.2 * error)
        assert effects.sureness.high[0] == pytest.approx(0.7 + 1.645 * error, abs=0.2 * error)


def test_one_group_of_customers_has_effects_and_no_error() -> None:
    effects = chain_of(BRYL, groups=1)
    assert effects.effect == pytest.approx([0.5, 1, 1])
    assert np.isnan(effects.sureness.low).all()


def test_channels_that_never_convert_have_no_effect() -> None:
    effects = chain_of([*BRYL, (["C4"], False)])
    assert effects.effect == pytest.approx([0.5, 1, 1, 0])
