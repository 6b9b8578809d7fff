"""Data-driven attribution for the models: effects of channels as functions of DuckDB.

dbt-duckdb loads this module as its plugin (see ``profiles.yml``). It registers

- ``markov_effects(groups, from_states, to_states, to_channels, moves, replicates, level, seed)``,
  which takes the moves of journeys as lists;
- ``coalition_effects(groups, channel_sets, separator, journeys, conversions, exact_channels,
  replicates, level, seed)``, which takes the sets of channels that journeys touch as lists.

Both return a list with the effect of each channel under each model, or null for null. Numbers are
made in ``solvers``.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection

if TYPE_CHECKING:
    from dbt_project.solvers.markov import Effects

MEASURES = ("effect", "share", "standard_error", "share_low", "share_high")
RESULT = pa.list_(
    pa.struct(
        [
            *((name, pa.string()) for name in ("model", "channel")),
            *((name, pa.float64()) for name in MEASURES),
        ]
    )
)
RESULT_IN_SQL = (
    "struct(model varchar, channel varchar, " + ", ".join(f"{name} double" for name in MEASURES)
) + ")[]"


def markov_effects(
    groups: pa.ChunkedArray,
    from_states: pa.ChunkedArray,
    to_states: pa.ChunkedArray,
    to_channels: pa.ChunkedArray,
    moves: pa.ChunkedArray,
    replicates: pa.ChunkedArray,
    level: pa.ChunkedArray,
    seed: pa.ChunkedArray,
) -> pa.Array:
    """Solve the chain of each row's lists."""

    def solve(*values: Any) -> dict[str, "Effects"]:
        from dbt_project.solvers.markov import markov_effects

        return {"markov": markov_effects(*values)}

    return _solved(
        solve, groups, from_states, to_states, to_channels, moves, replicates, level, seed
    )


def coalition_effects(
    groups: pa.ChunkedArray,
    channel_sets: pa.ChunkedArray,
    separator: pa.ChunkedArray,
    journeys: pa.ChunkedArray,
    conversions: pa.ChunkedArray,
    exact_channels: pa.ChunkedArray,
    replicates: pa.ChunkedArray,
    level: pa.ChunkedArray,
    seed: pa.ChunkedArray,
) -> pa.Array:
    """Solve the games of each row's lists."""

    def solve(*values: Any) -> dict[str, "Effects"]:
        from dbt_project.solvers.shapley import coalition_effects

        return coalition_effects(*values)

    return _solved(
        solve, groups, channel_sets, separator, journeys, conversions, exact_channels,
        replicates, level, seed,
    )  # fmt: skip


def _solved(solve: Callable[..., dict[str, "Effects"]], *columns: pa.ChunkedArray) -> pa.Array:
    rows = [
        list(_rows(solve(*(value.as_py() for value in values))))
        if all(value.is_valid for value in values)
        else None
        for values in zip(*columns, strict=True)
    ]
    return pa.array(rows, type=RESULT)


def _rows(effects_by_model: dict[str, "Effects"]) -> Iterator[dict[str, Any]]:
    for model, effects in effects_by_model.items():
        measures = (effects.effect, effects.share, *effects.sureness)
        for channel, *numbers in zip(effects.channels, *measures, strict=True):
            finite = [float(number) if np.isfinite(number) else None for number in numbers]
            yield {
                "model": model,
                "channel": channel,
                **dict(zip(MEASURES, finite, strict=True)),
            }


class Plugin(BasePlugin):
    """The functions of data-driven attribution."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register the functions; they belong to the database and so reach every cursor."""
        groups, texts, counts = "integer[]", "varchar[]", "bigint[]"
        settings = ["integer", "double", "integer"]
        functions: list[tuple[Callable[..., pa.Array], list[str]]] = [
            (markov_effects, [groups, texts, texts, texts, counts, *settings]),
            (
                coalition_effects,
                [groups, texts, "varchar", counts, counts, "integer", *settings],
            ),
        ]
        for function, arguments in functions:
            conn.create_function(
                function.__name__, function, arguments, RESULT_IN_SQL,
                type="arrow", null_handling="special",
            )  # fmt: skip
