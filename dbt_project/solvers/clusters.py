"""k-means from given starts: the same points give the same clusters, under the same names."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MAXIMUM_ROUNDS = 200


def cluster_points(points: Floats, weights: Floats, starts: Floats) -> NDArray[np.intp]:
    """Return for each point (a row) the start (a row) whose cluster it ends in.

    Lloyd's rounds: each point goes to the nearest centre, each centre to the weighted mean of its
    points. A centre without points stays where it is, so that its name is there when they come.
    """
    centres = starts.copy()
    chosen = np.full(len(points), -1)
    for _ in range(MAXIMUM_ROUNDS):
        distances = ((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
        nearest = distances.argmin(axis=1)
        if (nearest == chosen).all():
            break
        chosen = nearest
        for place in range(len(centres)):
            mass = weights * (chosen == place)
            if mass.sum() > 0:
                centres[place] = mass @ points / mass.sum()
    return chosen
