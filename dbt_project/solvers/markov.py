"""Removal effects of an absorbing Markov chain, solved exactly.

Journeys walk from a start over states, each the last channels touched (as many as the order of the
chain), to a conversion or to nothing. What a channel effects is the share of conversions that would
be lost if every journey that reaches it ended there (Anderl et al. 2016, Mapping the customer
journey). With N = (I - Q)^-1, the expected visits, and b, the chance to convert from a state, the
journeys that reach the states S of a channel and convert all the same are N[start, S] N[S, S]^-1
b[S]: one inverse answers for every channel, and nothing is simulated.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dbt_project.solvers.resampling import (
    Floats,
    Sureness,
    coded,
    draw_weights,
    shares_of,
    summed,
    sureness_of,
)

START, CONVERSION, NULL = "(start)", "(conversion)", "(null)"
# Up to as many states the inverse is written out, and shares have intervals; beyond, chains of high
# order are solved channel by channel as the sparse systems they are.
MOST_DENSE_STATES = 600
# Cells of the matrices that are inverted at once, 8 bytes each.
MOST_CELLS = 4_000_000


class Chain(NamedTuple):
    """Places of the moves (``source`` to ``target``) in the states, and the channel of each state.

    State 0 is the start, the last one the conversion; -1 is nothing.
    """

    source: NDArray[np.intp]
    target: NDArray[np.intp]
    states: int
    channel_of: NDArray[np.intp]


class Effects(NamedTuple):
    """What each channel effects, its share of all effects, and how sure the share is."""

    channels: list[str]
    effect: Floats
    share: Floats
    sureness: Sureness


def markov_effects(
    groups: ArrayLike,
    from_states: ArrayLike,
    to_states: ArrayLike,
    to_channels: ArrayLike,
    moves: ArrayLike,
    replicates: int,
    level: float,
    seed: int,
) -> Effects:
    """Return the removal effects of the channels.

    Each element says how many ``moves`` the journeys of a group made from a state to another;
    ``to_channels`` names the channel that is touched there. The order of elements changes nothing.
    """
    edges, edge = coded(
        [f"{before}\n{after}" for before, after in zip(from_states, to_states, strict=True)]
    )
    _, group = coded(groups)
    channel_names = dict(zip(to_states, to_channels, strict=True))
    channels, chain = _chain(edges, channel_names)
    counts = summed(group, edge, np.asarray(moves, dtype=float))
    solve = _dense_effects if chain.states <= MOST_DENSE_STATES else _sparse_effects
    effect = solve(chain, len(channels), counts.sum(axis=0, keepdims=True))[0]
    shares = np.empty((0, len(channels)))
    if chain.states <= MOST_DENSE_STATES and len(counts) > 1:
        drawn = draw_weights(len(counts), replicates, seed) @ counts
        pieces = 1 + replicates * chain.states**2 // MOST_CELLS
        solved = [solve(chain, len(channels), rows) for rows in np.array_split(drawn, pieces)]
        shares = shares_of(np.concatenate(solved))
    return Effects(channels, effect, shares_of(effect), sureness_of(shares, level))


def _chain(edges: NDArray[np.str_], channel_names: dict[str, str]) -> tuple[list[str], Chain]:
    """Return the channels by name, and the chain with its states by name."""
    pairs = [str(edge).split("\n") for edge in edges]
    states = sorted({state for pair in pairs for state in pair} - {START, CONVERSION, NULL})
    places = {START: 0, **{state: place for place, state in enumerate(states, 1)}}
    places |= {CONVERSION: len(places), NULL: -1}
    channels = sorted({channel_names[state] for state in states})
    numbers = {channel: number for number, channel in enumerate(channels)}
    channel_of = [-1, *(numbers[channel_names[state]] for state in states)]
    source, target = np.array([[places[state] for state in pair] for pair in pairs]).T
    return channels, Chain(source, target, len(states) + 1, np.array(channel_of))


def _dense_effects(chain: Chain, channels: int, counts: Floats) -> Floats:
    """Return the effects for each row of ``counts``, the moves along each edge."""
    rows, states = len(counts), chain.states
    moved = np.zeros((rows, states, states + 1))
    inside = chain.target >= 0
    moved[:, chain.source[inside], chain.target[inside]] = counts[:, inside]
    left = np.zeros((rows, states))
    np.add.at(left.T, chain.source, counts.T)
    moved /= np.where(left > 0, left, 1)[:, :, None]
    visits = np.linalg.inv(np.eye(states) - moved[:, :, :-1])
    converts = np.einsum("rij,rj->ri", visits, moved[:, :, -1])
    lost = np.zeros((rows, channels))
    for channel in range(channels):
        of_channel = np.flatnonzero(chain.channel_of == channel)
        among = visits[:, of_channel[:, None], of_channel]
        after = np.linalg.solve(among, converts[:, of_channel, None])[:, :, 0]
        lost[:, channel] = (visits[:, 0, of_channel] * after).sum(axis=1)
    total = converts[:, :1]
    return np.divide(lost, total, out=np.zeros_like(lost), where=total > 0)


def _sparse_effects(chain: Chain, channels: int, counts: Floats) -> Floats:
    """Return the effects for one row of ``counts``, one sparse system per channel."""
    from scipy import sparse
    from scipy.sparse.linalg import spsolve

    left = np.bincount(chain.source, counts[0], chain.states)
    chance = counts[0] / left[chain.source]
    converting = chain.target == chain.states
    inside = (chain.target >= 0) & ~converting
    converts = np.bincount(chain.source[converting], chance[converting], chain.states)
    moved = sparse.csr_array(
        (chance[inside], (chain.source[inside], chain.target[inside])),
        shape=(chain.states, chain.states),
    )
    identity = sparse.eye_array(chain.states)

    def conversion_chance(kept: NDArray[np.bool_]) -> float:
        keep = sparse.diags_array(kept.astype(float))
        return spsolve((identity - keep @ moved).tocsc(), converts * kept)[0]

    total = conversion_chance(np.ones(chain.states, dtype=bool))
    if not total:
        return np.zeros((1, channels))
    kept = [conversion_chance(chain.channel_of != channel) for channel in range(channels)]
    return 1 - np.array([kept]) / total
