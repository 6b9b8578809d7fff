"""Probabilities and quantiles that SQL lacks, for the models that compare groups.

dbt-duckdb loads this module as its plugin (see ``profiles.yml``). It registers

- ``student_tails(t, df)``: the chance of a value at least as far from 0 as t, in either direction;
- ``student_quantile(p, df)``: the value below which Student's t falls with probability p;
- ``chi_square_tail(x, df)``: the chance of a value of at least x.

Infinite degrees of freedom make Student's t the normal distribution. What is null or no number
gives null. SciPy is imported with the first row that needs it.
"""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection


def _applied(function: Callable[..., Any], *columns: pa.ChunkedArray) -> pa.Array:
    """Return the function of two columns of doubles, null where it is no finite number."""
    if any(column.null_count == len(column) for column in columns):
        return pa.nulls(len(columns[0]), pa.float64())
    import numpy as np

    values = function(*(column.fill_null(float("nan")).to_numpy() for column in columns))
    return pa.array(values, mask=~np.isfinite(values))


def student_tails(statistic: pa.ChunkedArray, df: pa.ChunkedArray) -> pa.Array:
    """Return the two-sided p-value of each statistic."""

    def tails(t: Any, freedom: Any) -> Any:
        import numpy as np
        from scipy.special import ndtr, stdtr

        below = np.where(np.isinf(freedom), ndtr(-abs(t)), stdtr(freedom, -abs(t)))
        return 2 * below

    return _applied(tails, statistic, df)


def student_quantile(probability: pa.ChunkedArray, df: pa.ChunkedArray) -> pa.Array:
    """Return the quantile of each probability."""

    def quantiles(p: Any, freedom: Any) -> Any:
        import numpy as np
        from scipy.special import ndtri, stdtrit

        return np.where(np.isinf(freedom), ndtri(p), stdtrit(freedom, p))

    return _applied(quantiles, probability, df)


def chi_square_tail(statistic: pa.ChunkedArray, df: pa.ChunkedArray) -> pa.Array:
    """Return the p-value of each statistic."""

    def tail(x: Any, freedom: Any) -> Any:
        from scipy.special import chdtrc

        return chdtrc(freedom, x)

    return _applied(tail, statistic, df)


class Plugin(BasePlugin):
    """The distributions."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register the functions; they belong to the database and so reach every cursor."""
        for function in (student_tails, student_quantile, chi_square_tail):
            conn.create_function(
                function.__name__, function, ["double", "double"], "double",
                type="arrow", null_handling="special",
            )  # fmt: skip
