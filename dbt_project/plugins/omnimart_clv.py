"""Customer lifetime value for the models: fits and forecasts as functions of DuckDB.

dbt-duckdb loads this module as its plugin (see ``profiles.yml``). It registers

- ``fit_bg_nbd(frequency, recency_days, age_days, customers)`` and
  ``fit_gamma_gamma(frequency, mean_spend, customers)``, which take the groups of alike customers as
  lists and return the parameters with their log-likelihood, or null where there is nothing to fit;
- ``forecast_orders(frequency, recency_days, age_days, horizon_days, level, bg_nbd, gamma_gamma)``,
  which takes one such group per row and the parameters as fitted.

Numbers are made in ``solvers``, imported with the first row that needs them: a build without
customers does not wait for SciPy.
"""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection

BG_NBD = ("r", "alpha", "a", "b")
GAMMA_GAMMA = ("p", "q", "v")
FORECAST = {
    "p_alive": pa.float64(),
    "orders": pa.float64(),
    "orders_variance": pa.float64(),
    "orders_low": pa.int32(),
    "orders_high": pa.int32(),
    "value_low": pa.float64(),
    "value_high": pa.float64(),
}
SQL_TYPES = {pa.float64(): "double", pa.int32(): "integer"}


def fit_bg_nbd(
    frequency: pa.ChunkedArray,
    recency: pa.ChunkedArray,
    age: pa.ChunkedArray,
    customers: pa.ChunkedArray,
) -> pa.Array:
    """Fit BG/NBD to each row's lists."""
    return _fitted("fit_bg_nbd", BG_NBD, frequency, recency, age, customers)


def fit_gamma_gamma(
    frequency: pa.ChunkedArray, mean_spend: pa.ChunkedArray, customers: pa.ChunkedArray
) -> pa.Array:
    """Fit Gamma-Gamma to each row's lists."""
    return _fitted("fit_gamma_gamma", GAMMA_GAMMA, frequency, mean_spend, customers)


def _fitted(fit: str, names: tuple[str, ...], *columns: pa.ChunkedArray) -> pa.Array:
    fits = []
    for lists in zip(*columns, strict=True):
        result = None
        if all(values.is_valid for values in lists):
            from dbt_project.solvers import clv_fit

            # Lists hold no nulls, which NumPy would not take for numbers.
            result = getattr(clv_fit, fit)(*(values.values.to_numpy() for values in lists))
        if result is None:
            fits.append(None)
        else:
            parameters, log_likelihood = result
            fits.append(
                {**dict(zip(names, parameters, strict=True)), "log_likelihood": log_likelihood}
            )
    fields = [(name, pa.float64()) for name in (*names, "log_likelihood")]
    return pa.array(fits, type=pa.struct(fields))


def forecast_orders(
    frequency: pa.ChunkedArray,
    recency: pa.ChunkedArray,
    age: pa.ChunkedArray,
    horizon: pa.ChunkedArray,
    level: pa.ChunkedArray,
    bg_nbd: pa.ChunkedArray,
    gamma_gamma: pa.ChunkedArray,
) -> pa.Array:
    """Forecast each row; null where BG/NBD is, and without values where Gamma-Gamma is null."""
    if bg_nbd.null_count == len(bg_nbd):
        columns = [pa.nulls(len(bg_nbd), data_type) for data_type in FORECAST.values()]
    else:
        import numpy as np

        from dbt_project.solvers.clv_forecast import forecast
        from dbt_project.solvers.clv_models import BgNbd, GammaGamma

        def numbers(column: pa.ChunkedArray) -> "np.ndarray":
            return column.cast(pa.float64()).fill_null(np.nan).to_numpy()

        def parameters(column: pa.ChunkedArray, names: tuple[str, ...]) -> list["np.ndarray"]:
            fields = dict(zip((field.name for field in column.type), column.flatten(), strict=True))
            return [numbers(fields[name]) for name in names]

        found = forecast(
            BgNbd(*parameters(bg_nbd, BG_NBD)),
            GammaGamma(*parameters(gamma_gamma, GAMMA_GAMMA)),
            *(numbers(column) for column in (frequency, recency, age, horizon, level)),
        )
        columns = [
            pa.array(values, mask=~np.isfinite(values)).cast(data_type)
            for values, data_type in zip(found, FORECAST.values(), strict=True)
        ]
    return pa.StructArray.from_arrays(columns, names=list(FORECAST))


def _struct(fields: dict[str, str]) -> str:
    return f"struct({', '.join(f'{name} {data_type}' for name, data_type in fields.items())})"


class Plugin(BasePlugin):
    """The functions of customer lifetime value."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register the functions; they belong to the database and so reach every cursor."""
        bg_nbd, gamma_gamma = (
            _struct(dict.fromkeys((*names, "log_likelihood"), "double"))
            for names in (BG_NBD, GAMMA_GAMMA)
        )
        outcome = _struct({name: SQL_TYPES[data_type] for name, data_type in FORECAST.items()})
        days = ["integer"] * 3
        functions: list[tuple[Callable[..., pa.Array], list[str], Any]] = [
            (fit_bg_nbd, ["integer[]"] * 3 + ["bigint[]"], bg_nbd),
            (fit_gamma_gamma, ["integer[]", "double[]", "bigint[]"], gamma_gamma),
            (forecast_orders, [*days, "integer", "double", bg_nbd, gamma_gamma], outcome),
        ]
        for function, arguments, result in functions:
            conn.create_function(
                function.__name__, function, arguments, result,
                type="arrow", null_handling="special",
            )  # fmt: skip
