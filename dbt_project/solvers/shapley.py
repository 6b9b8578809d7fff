"""Channels as players: Shapley values and leave-one-out over the sets of channels of journeys.

Two games are played. In the game of conversions a set S of channels is worth the conversions of
the journeys that touch nothing outside S. Its Shapley value has a closed form: every conversion is
split evenly over the distinct channels of its journey (Zhao et al. 2018, Shapley value methods for
attribution modeling). In the game of rates S is worth the share of those journeys that convert. It
has no closed form: it is solved over all sets up to some number of channels, and over random
orders of the channels beyond. Leaving one out asks what the first game loses without a channel: the
share of conversions whose journeys touch it.
"""

from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dbt_project.solvers.markov import Effects
from dbt_project.solvers.resampling import (
    Floats,
    Sureness,
    coded,
    draw_weights,
    shares_of,
    summed,
    sureness_of,
)

# Random orders of the channels, where there are too many sets to try all.
ORDERS = 2000


class Journeys(NamedTuple):
    """Journeys by the set of channels they touch: who is in each set, and how many, by group."""

    channels: list[str]
    members: NDArray[np.bool_]
    conversions: Floats
    journeys: Floats


def coalition_effects(
    groups: ArrayLike,
    channel_sets: ArrayLike,
    separator: str,
    journeys: ArrayLike,
    conversions: ArrayLike,
    exact_channels: int,
    replicates: int,
    level: float,
    seed: int,
) -> dict[str, Effects]:
    """Return the effects by model: shapley, shapley_rate and leave_one_out.

    Each element is a set of channels, their names joined by the ``separator``, with the number of
    journeys in a group of customers that touch just these and how many of them converted. The game
    of rates is solved exactly up to ``exact_channels`` channels.
    """
    played = _journeys(groups, channel_sets, separator, journeys, conversions)
    weights = np.empty((0, len(played.conversions)))
    if len(played.conversions) > 1:
        weights = draw_weights(len(played.conversions), replicates, seed)
    found = {}
    for model, effects_of in (("shapley", _even_splits), ("leave_one_out", _left_out)):
        effect = effects_of(played.members, played.conversions.sum(axis=0, keepdims=True))[0]
        drawn = effects_of(played.members, weights @ played.conversions)
        sureness = sureness_of(shares_of(drawn), level)
        found[model] = Effects(played.channels, effect, shares_of(effect), sureness)
    if len(played.channels) <= exact_channels:
        found["shapley_rate"] = _exact_rates(played, weights, level)
    else:
        found["shapley_rate"] = _sampled_rates(played, seed)
    return found


def _journeys(
    groups: ArrayLike,
    channel_sets: ArrayLike,
    separator: str,
    journeys: ArrayLike,
    conversions: ArrayLike,
) -> Journeys:
    _, group = coded(groups)
    sets, place = coded(channel_sets)
    names = [str(channel_set).split(separator) for channel_set in sets]
    channels = sorted({channel for of_set in names for channel in of_set})
    numbers = {channel: number for number, channel in enumerate(channels)}
    members = np.zeros((len(sets), len(channels)), dtype=bool)
    for row, of_set in enumerate(names):
        members[row, [numbers[channel] for channel in of_set]] = True
    return Journeys(
        channels,
        members,
        summed(group, place, np.asarray(conversions, dtype=float)),
        summed(group, place, np.asarray(journeys, dtype=float)),
    )


def _even_splits(members: NDArray[np.bool_], conversions: Floats) -> Floats:
    return conversions @ (members / members.sum(axis=1, keepdims=True))


def _left_out(members: NDArray[np.bool_], conversions: Floats) -> Floats:
    total = conversions.sum(axis=1, keepdims=True)
    touched = conversions @ members.astype(float)
    return np.divide(touched, total, out=np.zeros_like(touched), where=total > 0)


def _exact_rates(played: Journeys, weights: Floats, level: float) -> Effects:
    """Solve the game of rates over every set of channels, each a number of one bit per channel."""
    channels = len(played.channels)
    bits = played.members @ (1 << np.arange(channels))
    everyone = np.arange(1 << channels)
    size = np.array([subset.bit_count() for subset in range(1 << channels)])

    def values(conversions: Floats, journeys: Floats) -> Floats:
        won, seen = (
            _over_subsets(np.bincount(bits, amounts, 1 << channels), channels)
            for amounts in (conversions, journeys)
        )
        worth = np.divide(won, seen, out=np.zeros_like(won), where=seen > 0)
        found = np.empty(channels)
        for channel in range(channels):
            without = everyone[everyone & (1 << channel) == 0]
            chance = np.array([1 / (channels * comb(channels - 1, k)) for k in range(channels)])
            gained = worth[without | (1 << channel)] - worth[without]
            found[channel] = (chance[size[without]] * gained).sum()
        return found

    effect = values(played.conversions.sum(axis=0), played.journeys.sum(axis=0))
    drawn = np.array(
        [values(row @ played.conversions, row @ played.journeys) for row in weights]
    ).reshape(-1, channels)
    sureness = sureness_of(shares_of(drawn), level)
    return Effects(played.channels, effect, shares_of(effect), sureness)


def _over_subsets(amounts: Floats, channels: int) -> Floats:
    """Return for each set the sum over its subsets."""
    sums = amounts.copy()
    for channel in range(channels):
        pairs = sums.reshape(-1, 2, 1 << channel)
        pairs[:, 1] += pairs[:, 0]
    return sums


def _sampled_rates(played: Journeys, seed: int) -> Effects:
    """Average over random orders, each followed by its reverse; the error is that of sampling."""
    channels = len(played.channels)
    conversions, journeys = played.conversions.sum(axis=0), played.journeys.sum(axis=0)
    generator = np.random.default_rng(seed)
    pairs = np.zeros((ORDERS // 2, channels))
    for pair in pairs:
        forward = generator.permutation(channels)
        for order in (forward, forward[::-1]):
            rank = np.empty(channels, dtype=np.intp)
            rank[order] = np.arange(channels)
            complete = np.where(played.members, rank, -1).max(axis=1)
            won, seen = (
                np.bincount(complete, amounts, channels).cumsum()
                for amounts in (conversions, journeys)
            )
            worth = np.divide(won, seen, out=np.zeros_like(won), where=seen > 0)
            pair[order] += np.diff(worth, prepend=0) / 2
    effect = pairs.mean(axis=0)
    # Gains of an order always add up to the worth of all, so the sum that shares refer to is known.
    error = pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs)) / effect.sum()
    unknown = np.full(channels, np.nan)
    return Effects(
        played.channels, effect, shares_of(effect), Sureness(error, unknown, unknown.copy())
    )
