"""Repeatable chance in NumPy: one generator per seed, named stream and block of people."""

import zlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray


def generator(seed: int, stream: str, block: int = 0) -> np.random.Generator:
    """Return the generator of this stream: what one part draws moves no other part's draws."""
    return np.random.Generator(np.random.PCG64([seed, zlib.crc32(stream.encode()), block]))


def cumulative(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the upper bound of each choice's share of [0, 1); the last bound is exactly 1."""
    bounds = np.cumsum(weights) / np.sum(weights)
    bounds[-1] = 1.0
    return bounds


def choose(weights: NDArray[np.float64], units: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the position of the choice that each number of [0, 1) falls on."""
    return np.searchsorted(cumulative(weights), units, side="right")


def choose_key(weights: Mapping[int, float], units: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the integer key that each number of [0, 1) falls on."""
    keys = np.array(list(weights), dtype=np.int64)
    return keys[choose(np.array(list(weights.values()), dtype=float), units)]
