"""Charts of the report, each a Plotly figure from rows of a mart (lists of dicts)."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

Rows = Sequence[Mapping[str, Any]]

INK = "#1f2933"
MUTED = "#7b8794"
GRID = "#e8ecf0"
ACCENT = "#0f6cbd"
SERIES = (
    "#0f6cbd",
    "#e07a1f",
    "#2a9d6f",
    "#8a5cc2",
    "#c8443c",
    "#1fa3b8",
    "#b58a00",
    "#d1568f",
    "#5b7083",
    "#9aa5b1",
)
PALE = "#c5ced6"
OTHER = "All other"
UNATTRIBUTED = "(unattributed)"
# how journeys end, as flow.sql names it
ENDS = {"Converted": "#2a9d6f", "Not converted": PALE, "Further steps": MUTED}


def spend_and_revenue_by_week(rows: Rows, currency: str) -> go.Figure:
    """Stack weekly revenue by channel over spend as a line. Rows: week, channel, spend, revenue."""
    weeks = sorted({row["week"] for row in rows})
    figure = go.Figure()
    for colour, (channel, by_week) in zip(
        _colours(), _largest_first(rows, "channel", "week", "revenue", keep=7), strict=False
    ):
        figure.add_bar(
            name=channel,
            x=weeks,
            y=[by_week.get(week, 0) for week in weeks],
            marker_color={OTHER: MUTED, UNATTRIBUTED: PALE}.get(channel, colour),
            hovertemplate="%{y:,.0f}",
        )
    figure.add_scatter(
        name="Spend",
        x=weeks,
        y=[sum(row["spend"] or 0 for row in rows if row["week"] == week) for week in weeks],
        mode="lines+markers",
        line={"color": INK, "width": 2.5},
        hovertemplate="%{y:,.0f}",
    )
    figure.update_layout(barmode="stack", hovermode="x unified")
    figure.update_yaxes(title=currency)
    return _styled(figure)


def attribution_models(rows: Rows, currency: str) -> go.Figure:
    """Show the revenue of each channel under every model. Rows: model, channel, revenue."""
    models = list(dict.fromkeys(row["model"] for row in rows))
    ranked = _largest_first(rows, "channel", "model", "revenue", keep=9)
    channels = [channel for channel, _ in ranked]
    figure = go.Figure()
    for colour, model in zip(_colours(), models, strict=False):
        figure.add_bar(
            name=model.replace("_", " "),
            y=channels,
            x=[by_model.get(model, 0) for _, by_model in ranked],
            orientation="h",
            marker_color=colour,
            hovertemplate="%{x:,.0f}",
        )
    figure.update_layout(barmode="group", height=120 + 62 * max(len(channels), 3))
    figure.update_xaxes(title=f"Revenue, {currency}")
    figure.update_yaxes(autorange="reversed", automargin=True)
    return _styled(figure)


def journey_flow(rows: Rows) -> go.Figure:
    """Draw the strongest transitions as a Sankey. Rows: step, from_channel, to_channel, journeys.

    ``step`` counts from 1. A node is a channel at a step, so that the flow never runs in circles;
    the ends of journeys are one node each.
    """
    nodes: dict[tuple[int, str], int] = {}

    def node(step: int, channel: str) -> int:
        key = (0 if channel in ENDS else step, channel)
        return nodes.setdefault(key, len(nodes))

    sources = [node(row["step"], row["from_channel"]) for row in rows]
    targets = [node(row["step"] + 1, row["to_channel"]) for row in rows]
    channels = list(dict.fromkeys(channel for _, channel in nodes))
    colour_of = dict(zip(channels, _colours(len(channels)), strict=True))
    colour_of.update(ENDS)
    figure = go.Figure(
        go.Sankey(
            arrangement="snap",
            node={
                "label": [channel for _, channel in nodes],
                "color": [colour_of[channel] for _, channel in nodes],
                "pad": 14,
                "thickness": 12,
                "line": {"width": 0},
            },
            link={
                "source": sources,
                "target": targets,
                "value": [row["journeys"] for row in rows],
                "color": [_faint(colour_of[row["from_channel"]]) for row in rows],
            },
        )
    )
    figure.update_layout(height=520)
    return _styled(figure)


def stage_funnel(rows: Rows) -> go.Figure:
    """Draw how many customers reached each stage. Rows, in order: stage, customers."""
    figure = go.Figure(
        go.Funnel(
            y=[row["stage"].capitalize() for row in rows],
            x=[row["customers"] for row in rows],
            textinfo="value+percent initial",
            marker={"color": [SERIES[index % len(SERIES)] for index in range(len(rows))]},
            connector={"line": {"color": GRID}},
        )
    )
    figure.update_layout(height=380)
    figure.update_yaxes(automargin=True)
    return _styled(figure)


def customer_segments(rows: Rows, currency: str) -> go.Figure:
    """Set each segment's customers beside its revenue. Rows: segment, customers, revenue."""
    segments = [row["segment"].replace("_", " ").capitalize() for row in rows]
    figure = go.Figure()
    figure.add_bar(
        name="Customers",
        x=segments,
        y=[row["customers"] for row in rows],
        marker_color=ACCENT,
        hovertemplate="%{y:,.0f}",
        offsetgroup="customers",
    )
    figure.add_bar(
        name=f"Revenue, {currency}",
        x=segments,
        y=[row["revenue"] for row in rows],
        marker_color=SERIES[1],
        yaxis="y2",
        hovertemplate="%{y:,.0f}",
        offsetgroup="revenue",
    )
    figure.update_layout(
        barmode="group",
        yaxis={"title": "Customers"},
        yaxis2={
            "title": currency,
            "overlaying": "y",
            "side": "right",
            "showgrid": False,
            "tickformat": ",.0f",
            "tickmode": "auto",
            "rangemode": "tozero",
        },
    )
    return _styled(figure)


def _largest_first(
    rows: Rows, name: str, position: str, value: str, keep: int
) -> list[tuple[str, dict[Any, float]]]:
    """Return (name, position -> value) pairs, largest total first; those past ``keep`` summed."""
    totals: dict[str, float] = {}
    for row in rows:
        totals[row[name]] = totals.get(row[name], 0.0) + float(row[value] or 0)
    ranked = sorted((key for key in totals if totals[key]), key=lambda key: -totals[key])
    kept = ranked if len(ranked) <= keep else ranked[: keep - 1]
    series: dict[str, dict[Any, float]] = {key: {} for key in kept}
    for row in rows:
        if not totals[row[name]]:
            continue
        target = series.setdefault(row[name] if row[name] in kept else OTHER, {})
        target[row[position]] = target.get(row[position], 0.0) + float(row[value] or 0)
    return list(series.items())


def _colours(count: int = len(SERIES)) -> list[str]:
    return [SERIES[index % len(SERIES)] for index in range(count)]


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[index : index + 2], 16) for index in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.28)"


def _styled(figure: go.Figure) -> go.Figure:
    figure.update_layout(
        template="plotly_white",
        font={"family": "system-ui, 'Segoe UI', 'Noto Sans CJK SC', sans-serif", "color": INK},
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "y": -0.18, "x": 0},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        height=figure.layout.height or 400,
    )
    figure.update_xaxes(gridcolor=GRID, automargin=True)
    figure.update_yaxes(gridcolor=GRID, automargin=True)
    return figure
