"""Journeys as arrays."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Batch:
    """Journeys as arrays, and their touches as flat ones; instants in seconds of the period.

    ``row`` points from a touch to its journey, ``back`` counts touches from the last one (0).
    ``doubt`` holds the sum of log(1 - effect) per journey and channel, ``lift`` the factor that
    experiments put on the chance of a purchase.
    """

    person: np.ndarray  # position in the crowd
    is_known: np.ndarray
    decided: np.ndarray
    draw: np.ndarray
    probability: np.ndarray
    doubt: np.ndarray
    lift: np.ndarray
    row: np.ndarray
    back: np.ndarray
    channel: np.ndarray
    touched: np.ndarray
    mailing: np.ndarray

    @property
    def converted(self) -> np.ndarray:
        """Which journeys end in a purchase."""
        return self.draw < self.probability

    def take(self, rows: np.ndarray) -> "Batch":
        """Return these journeys, in this order, with their touches from first to last."""
        place = np.full(len(self.person), -1)
        place[rows] = np.arange(len(rows))
        row = place[self.row]
        touches = np.flatnonzero(row >= 0)
        touches = touches[np.lexsort((-self.back[touches], row[touches]))]
        return Batch(
            *(getattr(self, name)[rows] for name in JOURNEY_FIELDS),
            row[touches],
            *(getattr(self, name)[touches] for name in TOUCH_FIELDS),
        )


JOURNEY_FIELDS = ("person", "is_known", "decided", "draw", "probability", "doubt", "lift")
TOUCH_FIELDS = ("back", "channel", "touched", "mailing")


def joined(first: Batch, second: Batch) -> Batch:
    """Return the journeys of both batches, the first one's first."""
    rows = np.concatenate([first.row, second.row + len(first.person)])
    parts = {
        name: np.concatenate([getattr(first, name), getattr(second, name)])
        for name in JOURNEY_FIELDS + TOUCH_FIELDS
    }
    return Batch(row=rows, **parts)


def before_in_group(group: np.ndarray, flags: np.ndarray) -> np.ndarray:
    """Return how many flags of the same group stand before each element; groups are contiguous."""
    total = np.cumsum(flags) - flags
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    sizes = np.diff(np.append(starts, len(group)))
    return total - np.repeat(total[starts], sizes)
