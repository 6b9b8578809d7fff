"""Where to move money between channels, for the model that recommends it.

dbt-duckdb loads this module as its plugin (see ``profiles.yml``). It registers
``plan_budget(channels, low, high, spend, revenue, promotion_days, holidays, recent_weeks,
minimum_weeks, minimum_variation, replicates, level, seed)``: ``low`` and ``high`` are what each
channel may spend in a week, ``spend`` holds the weeks of the first channel, then those of the
second. It returns a list with the advice on each channel, or null for null. Numbers are made in
``solvers``.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection

TEXTS = ("channel", "recommendation", "reason")
NUMBERS = (
    "present", "recommended", "marginal", "marginal_low", "marginal_high", "half", "carryover",
    "p_value", "gain", "gain_low", "gain_high", "plan_gain", "plan_gain_low", "plan_gain_high",
)  # fmt: skip
RESULT = pa.list_(
    pa.struct([(name, pa.string()) for name in TEXTS] + [(name, pa.float64()) for name in NUMBERS])
)
RESULT_IN_SQL = (
    "struct("
    + ", ".join([f"{name} varchar" for name in TEXTS] + [f"{name} double" for name in NUMBERS])
    + ")[]"
)


def plan_budget(
    channels: pa.ChunkedArray,
    low: pa.ChunkedArray,
    high: pa.ChunkedArray,
    spend: pa.ChunkedArray,
    revenue: pa.ChunkedArray,
    promotion_days: pa.ChunkedArray,
    holidays: pa.ChunkedArray,
    recent_weeks: pa.ChunkedArray,
    minimum_weeks: pa.ChunkedArray,
    minimum_variation: pa.ChunkedArray,
    replicates: pa.ChunkedArray,
    level: pa.ChunkedArray,
    seed: pa.ChunkedArray,
) -> pa.Array:
    """Plan each row's lists."""
    columns = (
        channels, low, high, spend, revenue, promotion_days, holidays,
        recent_weeks, minimum_weeks, minimum_variation, replicates, level, seed,
    )  # fmt: skip
    rows = [
        list(_advice(*(value.as_py() for value in values)))
        if all(value.is_valid for value in values)
        else None
        for values in zip(*columns, strict=True)
    ]
    return pa.array(rows, type=RESULT)


def _advice(
    channels: list[str],
    low: list[float],
    high: list[float],
    spend: list[float],
    revenue: list[float],
    promotion_days: list[float],
    holidays: list[float],
    *settings: Any,
) -> Iterator[dict[str, Any]]:
    from dbt_project.solvers.budget_plan import History, Terms, plan_budget

    history = History(
        np.array(revenue),
        np.array(spend).reshape(len(channels), len(revenue)).T,
        np.array(promotion_days),
        np.array(holidays),
    )
    plan = plan_budget(history, Terms(np.array(low), np.array(high), *settings))
    whole = {
        "plan_gain": plan.gain,
        "plan_gain_low": plan.gain_low,
        "plan_gain_high": plan.gain_high,
    }
    for channel, advice in zip(channels, plan.advice, strict=True):
        yield {"channel": channel, **advice._asdict(), **whole}


class Plugin(BasePlugin):
    """The function of the budget."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register the function; it belongs to the database and so reaches every cursor."""
        settings = ["integer", "integer", "double", "integer", "double", "integer"]
        conn.create_function(
            "plan_budget", plan_budget, ["varchar[]", *["double[]"] * 6, *settings], RESULT_IN_SQL,
            type="arrow", null_handling="special",
        )  # fmt: skip
