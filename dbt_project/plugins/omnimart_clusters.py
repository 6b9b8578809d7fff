"""Clusters of customers, for the model that names them.

dbt-duckdb loads this module as its plugin (see ``profiles.yml``). It registers
``cluster_points(points, weights, starts)``, which takes points and starts as lists of lists and
returns for each point the place of its start, from 0, or null for null. Numbers are made in
``solvers``.
"""

import numpy as np
import pyarrow as pa
from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection


def cluster_points(
    points: pa.ChunkedArray, weights: pa.ChunkedArray, starts: pa.ChunkedArray
) -> pa.Array:
    """Cluster each row's lists."""
    from dbt_project.solvers import clusters

    rows = [
        clusters.cluster_points(
            *(np.array(value.as_py(), dtype=float) for value in values)
        ).tolist()
        if all(value.is_valid for value in values)
        else None
        for values in zip(points, weights, starts, strict=True)
    ]
    return pa.array(rows, type=pa.list_(pa.int32()))


class Plugin(BasePlugin):
    """The function of the clusters."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register the function; it belongs to the database and so reaches every cursor."""
        conn.create_function(
            "cluster_points", cluster_points, ["double[][]", "double[]", "double[][]"], "integer[]",
            type="arrow", null_handling="special",
        )  # fmt: skip
