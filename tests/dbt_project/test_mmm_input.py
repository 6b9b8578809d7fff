"""Weeks for a marketing-mix model, in the shapes that PyMC-Marketing and Meridian document."""

import math
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dbt_project.scratch_project import ScratchProject

START = date(2026, 3, 4)  # a Wednesday
DAYS = 300
SPENT = ["Paid Search", "Paid Social", "Display", "Radio"]
CONTROLS = ["promotion_days", "holidays"]
GIVEN = {
    "int_marketing_costs": """
        select
            day as cost_date, channel,
            (10 + hash(day, channel) % 9000 / 100.0)::decimal(18, 2) as spend,
            case when channel = 'Display' then 2 else 0 end::decimal(18, 2) as other_costs
        from days, channels where (date_part('month', day) not in (6, 7))
    """,
    "fct_ad_performance": """
        select day as delivered_date, channel, 100 + hash(channel, day) % 5000 as impressions
        from days, channels where channel <> 'Radio'
    """,
    "fct_conversions": """
        select
            'order' as conversion_type, day as conversion_date, number = 0 as is_first_order,
            (5 + hash(day, number) % 20000 / 100.0)::decimal(18, 2) as revenue
        from days, range(4) as orders(number) where date_part('month', day) <> 9
    """,
    "dim_dates": """
        select
            day as date_day, hash(day) % 7 = 0 as is_promotion, hash(day) % 31 = 0 as is_holiday
        from days
    """,
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the weeks of a brand that spent nothing in June and July, nor sold in September."""
    project = ScratchProject(tmp_path_factory.mktemp("mmm") / "scratch", materialized="table")
    for name, select in GIVEN.items():
        project.add_model(
            name,
            f"with days as (select date '{START}' + day::integer as day from range({DAYS}) t(day)),"
            f" channels as (select unnest({SPENT}) as channel) {select}",
        )
    project.add_real_model("marts/attribution/mmm_input_weekly.sql")
    project.run("run")
    return project.warehouse


@pytest.fixture
def weeks(warehouse: Path) -> list[dict[str, Any]]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = connection.execute("select * from mmm_input_weekly order by week_start")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def channels_of(weeks: list[dict[str, Any]], *measures: str) -> list[str]:
    """Return the channels that have all of the measures in some week."""
    names = [name.removesuffix("_spend") for name in weeks[0] if name.endswith("_spend")]
    return [
        name
        for name in names
        if all(any(week[f"{name}_{measure}"] for week in weeks) for measure in measures)
    ]


def test_weeks_follow_one_another_without_gap_or_null(weeks: list[dict[str, Any]]) -> None:
    first = START - timedelta(days=START.weekday())
    last = START + timedelta(days=DAYS - 1)
    count = (last - first).days // 7 + 1
    assert [week["week_start"] for week in weeks] == [
        first + timedelta(weeks=number) for number in range(count)
    ]
    assert all(value is not None for week in weeks for value in week.values())


def test_meridian_finds_national_data_as_it_documents_them(weeks: list[dict[str, Any]]) -> None:
    """CoordToColumns: time, kpi, revenue_per_kpi, controls; media and their spend by channel."""
    media = channels_of(weeks, "impressions", "spend")
    assert media == ["paid_search", "paid_social", "display"]
    for week in weeks:
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", str(week["week_start"]))
        amounts = [week["orders"], week["revenue_per_order"]]
        amounts += [
            week[f"{name}_{measure}"] for name in media for measure in ("impressions", "spend")
        ]
        assert all(math.isfinite(amount) and amount >= 0 for amount in amounts)
        assert week["orders"] * week["revenue_per_order"] == pytest.approx(float(week["revenue"]))
    for name in [f"{name}_impressions" for name in media] + CONTROLS:
        assert len({week[name] for week in weeks}) > 1, f"{name} never varies"


def test_pymc_marketing_finds_a_frame_as_it_documents_it(warehouse: Path) -> None:
    """A column of dates, each once; channels and controls numbers, no channel below 0."""
    pandas = pytest.importorskip("pandas")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        frame = connection.execute("select * from mmm_input_weekly").fetch_df()
    channels = [name for name in frame if name.endswith("_spend") and frame[name].any()]
    assert channels == ["paid_search_spend", "paid_social_spend", "display_spend", "other_spend"]
    assert pandas.api.types.is_datetime64_any_dtype(frame["week_start"])
    assert frame["week_start"].is_unique
    numbers = frame[[*channels, *CONTROLS, "revenue"]]
    assert all(pandas.api.types.is_numeric_dtype(kind) for kind in numbers.dtypes)
    assert numbers.notna().all(axis=None)
    assert (frame[channels] >= 0).all(axis=None)


def test_pymc_marketing_builds_its_model_where_it_is_installed(warehouse: Path) -> None:
    mmm = pytest.importorskip("pymc_marketing.mmm")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        frame = connection.execute("select * from mmm_input_weekly order by week_start").fetch_df()
    model = mmm.MMM(
        date_column="week_start",
        channel_columns=[name for name in frame if name.endswith("_spend") and frame[name].any()],
        control_columns=CONTROLS,
        adstock=mmm.GeometricAdstock(l_max=4),
        saturation=mmm.LogisticSaturation(),
    )
    model.build_model(frame.drop(columns="revenue"), frame["revenue"])
    assert model.model.named_vars_to_dims["channel_contribution"][-1] == "channel"
