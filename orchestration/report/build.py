"""Build the report page from the published marts."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import plotly.graph_objects as go
from plotly.io import to_html
from plotly.offline import get_plotlyjs

from expectations.validation import ExpectationOutcome
from orchestration.report import figures

SQL_DIR = Path(__file__).parent / "sql"
CONFIG = {"displayModeBar": False, "responsive": True}

Row = dict[str, Any]


@dataclass(frozen=True)
class Chart:
    """One chart of the page, or why there is none."""

    title: str
    explanation: str
    html: str | None
    missing: str
    wide: bool = False


def build_report(
    marts_path: Path,
    out_path: Path,
    outcomes: Sequence[ExpectationOutcome],
    *,
    currency: str,
    timezone: str,
) -> Path:
    """Write the page to ``out_path`` and return it; the file is replaced whole.

    ``marts_path`` is any DuckDB file with the schema ``marts``, opened read-only. Amounts are in
    ``currency``, days in ``timezone``. Marts without rows give a sentence instead of a chart.
    """
    with duckdb.connect(str(marts_path), read_only=True) as connection:
        query = _reader(connection)
        page = _template().render(
            headline=_first(query("headline")),
            scorecard=query("scorecard"),
            charts=_charts(query, currency),
            channels=query("channels"),
            economics=query("economics"),
            budget=query("budget"),
            at_risk=query("at_risk"),
            journeys=query("journeys"),
            freshness=query("freshness"),
            reconciliation=query("reconciliation"),
            failed_checks=[outcome for outcome in outcomes if not outcome.success],
            checks=len(outcomes),
            currency=currency,
            timezone=timezone,
            plotly=get_plotlyjs(),
        )
    out_path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out_path.with_suffix(".unfinished")
    unfinished.write_text(page, encoding="utf-8")
    os.replace(unfinished, out_path)
    return out_path


def _charts(query: Callable[[str], list[Row]], currency: str) -> list[Chart]:
    weeks, models = query("weeks"), query("models")
    flow, funnel, segments = query("flow"), query("funnel"), query("segments")
    return [
        Chart(
            "Revenue by channel and week, against spend",
            "Bars: revenue credited to each channel. Line: media spend and other costs.",
            weeks and _html(figures.spend_and_revenue_by_week(weeks, currency)),
            "No order and no spend yet.",
            wide=True,
        ),
        Chart(
            "What each channel earned, model by model",
            "The same revenue under six attribution models. Where bars differ, the model decides.",
            models and _html(figures.attribution_models(models, currency)),
            "No conversion yet.",
            wide=True,
        ),
        Chart(
            "How journeys run",
            "The first steps of journeys, from channel to channel, and how they end.",
            flow and _html(figures.journey_flow(flow)),
            "No identified touchpoint yet.",
            wide=True,
        ),
        Chart(
            "Customers by stage reached",
            "Each customer counts at every stage at or before the furthest one reached.",
            funnel and _html(figures.stage_funnel(funnel)),
            "No customer has been touched yet.",
        ),
        Chart(
            "Customer segments",
            "By the recency of the last order, as of the last day with data.",
            segments and _html(figures.customer_segments(segments, currency)),
            "No customer yet.",
        ),
    ]


def _html(figure: go.Figure) -> str:
    return to_html(figure, full_html=False, include_plotlyjs=False, config=CONFIG)


def _reader(connection: duckdb.DuckDBPyConnection) -> Callable[[str], list[Row]]:
    def query(name: str) -> list[Row]:
        cursor = connection.execute((SQL_DIR / f"{name}.sql").read_text(encoding="utf-8"))
        names = [column[0] for column in cursor.description]
        return [
            {
                key: float(value) if isinstance(value, Decimal) else value
                for key, value in zip(names, row, strict=True)
            }
            for row in cursor.fetchall()
        ]

    return query


def _first(rows: list[Row]) -> Row:
    return rows[0] if rows else {}


def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters.update(number=_number, share=_share, money=_money, day=_day, kpi=_kpi)
    return environment.get_template("page.html.j2")


def _number(value: float | None, digits: int = 0) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"


def _money(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.2f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _day(value: date | None) -> str:
    return "–" if value is None else f"{value:%-d %b %Y}"


def _kpi(value: float | None, name: str) -> str:
    """Write a KPI in its own unit: rates as percentages, counts without digits."""
    if value is None:
        return "–"
    if name.endswith("_rate") or name in {"ctr", "share_omnichannel"}:
        return _share(value)
    return _number(value, 0 if abs(value) >= 100 or float(value).is_integer() else 2)
