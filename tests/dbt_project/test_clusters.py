"""Clusters of customers keep their names from night to night."""

import csv

import numpy as np
import pytest

from dbt_project.solvers.clusters import cluster_points
from tests.dbt_project.scratch_project import DBT_PROJECT

with (DBT_PROJECT.parent / "seeds/reference/persona_archetypes.csv").open() as file:
    ARCHETYPES = list(csv.DictReader(file))
STARTS = np.array([[float(row[name]) for name in list(row)[1:]] for row in ARCHETYPES])


def customers(seed: int, count: int = 4000) -> np.ndarray:
    """Return customers around the archetypes, on the grid of scores."""
    draw = np.random.default_rng(seed)
    around = STARTS[draw.integers(0, len(STARTS), count)]
    return np.clip(np.round(4 * (around + draw.normal(0, 0.15, around.shape))) / 4, 0, 1)


def clusters_of(points: np.ndarray, starts: np.ndarray = STARTS) -> np.ndarray:
    return cluster_points(points, np.ones(len(points)), starts)


def test_every_centre_is_the_mean_of_its_points_and_the_nearest_to_them() -> None:
    points = customers(1)
    chosen = clusters_of(points)
    assert set(chosen) == set(range(len(STARTS)))
    centres = np.array([points[chosen == place].mean(axis=0) for place in range(len(STARTS))])
    distances = ((points[:, None] - centres[None]) ** 2).sum(axis=2)
    own = distances[np.arange(len(points)), chosen]
    assert own == pytest.approx(distances.min(axis=1))


def test_a_night_later_nearly_all_keep_their_cluster() -> None:
    points = customers(2)
    before = clusters_of(points)
    stay = np.random.default_rng(3).random(len(points)) > 0.03
    after = clusters_of(np.vstack([points[stay], customers(4, 120)]))[: stay.sum()]
    assert (after == before[stay]).mean() > 0.98


def test_order_and_weights_change_nothing() -> None:
    points = customers(5)
    chosen = clusters_of(points)
    order = np.random.default_rng(6).permutation(len(points))
    assert (clusters_of(points[order]) == chosen[order]).all()
    unique, places, counts = np.unique(points, axis=0, return_inverse=True, return_counts=True)
    grouped = cluster_points(unique, counts.astype(float), STARTS)
    assert (grouped[places.ravel()] == chosen).all()


def test_a_cluster_without_customers_waits_where_it_was() -> None:
    far = np.vstack([STARTS, np.full((1, STARTS.shape[1]), 9.0)])
    chosen = clusters_of(customers(7), far)
    assert len(STARTS) not in set(chosen)
    later = np.vstack([customers(7), np.full((3, STARTS.shape[1]), 8.5)])
    assert (clusters_of(later, far)[-3:] == len(STARTS)).all()
