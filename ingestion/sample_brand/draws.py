"""Repeatable chance.

Only ``Generator.random`` over PCG64 is used, and only plain arithmetic on what it returns, so that
a seed gives the same stream whatever the machine, its mathematics library or its numpy release.
"""

import hashlib
import zlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

Choice = TypeVar("Choice")

ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
HEXADECIMAL = "0123456789abcdef"
DIGITS = "0123456789"


class Draws:
    """One named stream of chance: what one part draws does not move another part's draws."""

    def __init__(self, seed: int, stream: str) -> None:
        """Open the stream of this name; equal seeds and names give equal streams."""
        self._generator = np.random.Generator(np.random.PCG64([seed, zlib.crc32(stream.encode())]))

    def unit(self) -> float:
        """Return a number in [0, 1)."""
        return float(self._generator.random())

    def chance(self, probability: float) -> bool:
        """Return True with this probability."""
        return self.unit() < probability

    def below(self, limit: int) -> int:
        """Return an integer in [0, limit)."""
        return int(self.unit() * limit)

    def between(self, low: float, high: float) -> float:
        """Return a number in [low, high)."""
        return low + (high - low) * self.unit()

    def around(self, mean: float, spread: float) -> float:
        """Return a bell-shaped number: the sum of six uniform ones, scaled to this spread."""
        return mean + spread * 1.4142 * (sum(self.unit() for _ in range(6)) - 3.0)

    def pick(self, choices: Sequence[Choice]) -> Choice:
        """Return one of the choices, all equally likely."""
        return choices[self.below(len(choices))]

    def weighted(self, weights: dict[Choice, float]) -> Choice:
        """Return one of the keys, in proportion to its weight."""
        threshold = self.unit() * sum(weights.values())
        for choice, weight in weights.items():
            threshold -= weight
            if threshold < 0:
                return choice
        return choice

    def sample(self, choices: Sequence[Choice], count: int) -> list[Choice]:
        """Return ``count`` different choices (all of them when there are fewer)."""
        keyed = sorted((self.unit(), position) for position in range(len(choices)))
        return [choices[position] for _, position in keyed[:count]]

    def token(self, length: int, alphabet: str = ALPHANUMERIC) -> str:
        """Return a random identifier."""
        return "".join(self.pick(alphabet) for _ in range(length))


def code(kind: str, number: object, length: int, alphabet: str = ALPHANUMERIC) -> str:
    """Return the identifier a platform gave to thing ``number`` of this kind, always the same."""
    digest = int.from_bytes(hashlib.sha512(f"{kind}/{number}".encode()).digest(), "big")
    letters = []
    for _ in range(length):
        digest, position = divmod(digest, len(alphabet))
        letters.append(alphabet[position])
    return "".join(letters)
