"""Every KPI by its two ways: MetricFlow's metrics against the KPI marts and the scorecard."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt_metricflow.cli.cli_configuration import CLIConfiguration
from dbt_metricflow.cli.dbt_connectors.dbt_config_accessor import dbtArtifacts
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest

from ingestion.settings import get_settings
from tests.dbt_project.test_conventions import ROOT, run_dbt

MEASURES = [
    "impressions", "clicks", "spend", "other_costs", "sessions", "converting_sessions", "leads",
    "mqls", "orders", "revenue", "new_customers",
]  # fmt: skip
RATIOS = ["ctr", "cpc", "cpm", "conversion_rate", "cpl", "cac", "aov", "roas", "roi"]
SCORECARD = [
    *MEASURES, *RATIOS, "delivery_rate", "open_rate", "click_to_open_rate", "unsubscribe_rate",
    "bounce_rate", "repeat_rate", "lead_conversion_rate", "omnichannel_share",
    "cross_channel_conversion_rate", "clv_historic",
]  # fmt: skip
FIRST = date(2026, 1, 1)
DAYS = 120
MARCH = (date(2026, 3, 1), date(2026, 3, 31))
CHANNELS = ("Email", "Paid Search", "Display", "(unattributed)")


def written(draw: np.random.Generator) -> str:
    """Return the SQL of a brand's marts that KPIs are made of, drawn at random."""
    days = [FIRST + timedelta(days=day) for day in range(DAYS)]
    # Some days and channels without clicks, sessions, leads or spend: ratios without denominators.
    kpi_rows = ", ".join(
        f"(date '{day}', '{channel}', "
        + ", ".join(str(round(float(n), 2)) for n in draw.integers(0, 90, 11) * draw.integers(0, 2))
        + ")"
        for day in days
        for channel in CHANNELS
        if draw.random() < 0.8
    )
    messages = ", ".join(
        f"('{place}', date '{day}', '{medium}', '{medium.capitalize()}', 900, {delivered},"
        f" {'null' if place % 3 == 0 else delivered // 3}, {delivered // 9}, 9, {900 - delivered})"
        for place, day in enumerate(days)
        for medium, delivered in [
            (str(draw.choice(["email", "sms"])), int(draw.integers(500, 900)))
        ]
    )
    conversions = []
    first_order: dict[str, date] = {}
    for place, day in enumerate(days * 3):
        customer = f"c{int(draw.integers(0, 90))}"
        kind = str(draw.choice(["order", "order", "lead", "mql"]))
        conversions.append((f"x{place}", kind, customer, day))
        if kind == "order":
            first_order[customer] = min(day, first_order.get(customer, day))
    conversion_rows = ", ".join(
        f"('{key}', '{kind}', '{customer}', date '{day}', 10.00,"
        f" {kind == 'order' and first_order[customer] == day})"
        for key, kind, customer, day in conversions
    )
    customer_rows = ", ".join(
        f"('c{place}', {(orders := int(draw.integers(0, 4)))}, {orders * 31.5},"
        f" {(channels := int(draw.integers(1, 4)))}, {channels >= 2},"
        f" timestamp '{FIRST}' + interval {place} day)"
        for place in range(90)
    )
    targets = ", ".join(
        f"('{name}', 'all', 'month', date '{MARCH[0]}', date '{MARCH[1]}', 1, 'higher', 'CMO')"
        for name in SCORECARD
    )
    decimals = {"spend", "other_costs", "revenue"}
    whole = {"impressions", "clicks", "sessions", "converting_sessions"}
    casts = ", ".join(
        f"cast({name} as "
        + ("decimal(18, 2)" if name in decimals else "bigint" if name in whole else "double")
        + f") as {name}"
        for name in MEASURES
    )
    safe = "cast({0} as double) / nullif(cast({1} as double), 0)"
    formulas = {
        "ctr": ("clicks", "impressions"),
        "cpc": ("spend", "clicks"),
        "cpm": ("1000 * spend", "impressions"),
        "conversion_rate": ("converting_sessions", "sessions"),
        "cpl": ("spend", "leads"),
        "cac": ("spend + other_costs", "new_customers"),
        "aov": ("revenue", "orders"),
        "roas": ("revenue", "spend"),
        "roi": ("revenue - spend - other_costs", "spend + other_costs"),
    }
    ratios = ", ".join(f"{safe.format(*pair)} as {name}" for name, pair in formulas.items())
    return f"""
    create schema marts; create schema intermediate; create schema reference;
    create table marts.kpi_daily as select *, {ratios} from (
        select kpi_date, channel, {casts}
        from (values {kpi_rows}) as days(kpi_date, channel, {", ".join(MEASURES)}));
    create table marts.fct_message_performance as select * from (values {messages}) as messages(
        message_performance_key, message_date, medium, channel, sent, delivered, human_opens,
        clicks, unsubscribes, bounces);
    create table marts.fct_conversions as select * from (values {conversion_rows}) as conversions(
        conversion_id, conversion_type, customer_id, conversion_date, revenue, is_first_order);
    create table marts.dim_customers as select *, 'Email' as first_touch_channel,
        'active' as segment from (values {customer_rows}) as customers(
        customer_id, orders, revenue, channels, is_omnichannel, first_seen_at);
    create table marts.customer_value as select customer_id, date '{FIRST}' as first_order_date,
        cast(orders * 20 as decimal(18, 2)) as clv_365d from marts.dim_customers;
    create table marts.dim_channels as select unnest({list(CHANNELS)}) as channel,
        'Group' as channel_group, true as is_paid;
    create table marts.dim_dates as select cast(unnest(generate_series(
        date '{FIRST}', date '{FIRST}' + interval 400 day, interval 1 day)) as date) as date_day;
    create table intermediate.int_as_of as
        select date '{FIRST + timedelta(days=DAYS)}' as as_of_date;
    create table reference.kpi_objectives as select 'revenue' as kpi, 'sales' as objective;
    create table reference.targets as select * from (values {targets}) as targets(
        kpi, segment, period, period_start, period_end, target, direction, owner);
    """


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the weekly and monthly marts and the scorecard on given days, by the project."""
    path = tmp_path_factory.mktemp("metrics") / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(written(np.random.default_rng(5)))
    models = "kpi_weekly kpi_monthly fct_leads int_targets int_target_customers"
    models += " int_target_measures int_target_messages int_target_forecasts kpi_scorecard"
    run_dbt(path, path.parent / "target", "run", "--select", *models.split())
    return path


@pytest.fixture(scope="module")
def engine(warehouse: Path) -> Iterator[MetricFlowEngine]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMNIMART_WAREHOUSE", str(warehouse))
        patch.setenv("DBT_PROFILES_DIR", str(ROOT / "dbt_project"))
        patch.setenv("DBT_PROJECT_DIR", str(ROOT / "dbt_project"))
        patch.setenv("DBT_TARGET_PATH", str(warehouse.parent / "target"))
        patch.setenv("DBT_LOG_PATH", str(warehouse.parent / "logs"))
        # MetricFlow looks for target/ below the project, wherever dbt was told to write.
        load = dbtArtifacts.build_semantic_manifest_from_dbt_project_root
        patch.setattr(
            dbtArtifacts,
            "build_semantic_manifest_from_dbt_project_root",
            staticmethod(lambda project_root: load(warehouse.parent)),
        )
        get_settings.cache_clear()
        configuration = CLIConfiguration()
        configuration.setup(configure_file_logging=False)
        yield configuration.mf
    DuckDBConnectionManager.close_all_connections()
    get_settings.cache_clear()


def asked(engine: MetricFlowEngine, metrics: list[str], **request: Any) -> dict[Any, Any]:
    """Return the answers of one query, by all that it is grouped by."""
    result = engine.query(MetricFlowQueryRequest.create(metric_names=metrics, **request)).result_df
    names = list(result.column_names)
    answers = {}
    for row in result.rows:
        found = dict(zip(names, row, strict=True))
        values = [found.pop(name) for name in metrics]
        key = tuple(v.date() if hasattr(v, "date") else v for v in found.values())
        answers[key] = [None if v is None else float(v) for v in values]
    return answers


@pytest.mark.parametrize(
    ("mart", "day", "grain"),
    [
        ("kpi_daily", "kpi_date", "day"),
        ("kpi_weekly", "week_start", "week"),
        ("kpi_monthly", "month_start", "month"),
    ],
)
def test_metrics_are_the_columns_of_the_kpi_marts(
    engine: MetricFlowEngine, warehouse: Path, mart: str, day: str, grain: str
) -> None:
    metrics = [*MEASURES, *RATIOS]
    found = asked(engine, metrics, group_by_names=[f"metric_time__{grain}", "channel"])
    with duckdb.connect(str(warehouse)) as connection:
        rows = connection.execute(
            f"select {day}, channel, {', '.join(metrics)} from marts.{mart}"
        ).fetchall()
    assert len(rows) == len(found)
    ratios_without_denominator = 0
    for when, channel, *values in rows:
        expected = [None if value is None else float(value) for value in values]
        ratios_without_denominator += expected.count(None)
        answer = found[when, channel]
        assert answer == [pytest.approx(value) if value is not None else None for value in expected]
    assert ratios_without_denominator > 0 or grain != "day"


def test_metrics_are_the_actuals_of_the_scorecard(
    engine: MetricFlowEngine, warehouse: Path
) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        actuals = dict(connection.execute("select kpi, actual from marts.kpi_scorecard").fetchall())
    assert sorted(actuals) == sorted(SCORECARD)
    # What is true of all customers stands for every period.
    always = {"omnichannel_share", "cross_channel_conversion_rate", "clv_historic"}
    for kpi, actual in actuals.items():
        asked_for = {} if kpi in always else {"group_by_names": ["metric_time__month"]}
        answers = asked(engine, [kpi], **asked_for)
        found = answers[()] if kpi in always else answers[MARCH[0],]
        assert found == [pytest.approx(actual)], kpi


def test_every_metric_can_be_asked_for(engine: MetricFlowEngine) -> None:
    names = [metric.name for metric in engine.list_metrics()]
    assert set(SCORECARD) < set(names)
    for name in names:
        assert asked(engine, [name])[()][0] is not None, name
