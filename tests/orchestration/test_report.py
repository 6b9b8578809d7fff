"""The report is one offline page, whole with data and whole without."""

import re
from pathlib import Path

import duckdb
import pytest

from expectations.validation import ExpectationOutcome
from orchestration.report.build import build_report

MARTS = """
create schema marts;
create table marts.kpi_daily (
    kpi_date date, channel varchar, clicks bigint, spend decimal(18,2),
    other_costs decimal(18,2), sessions bigint, orders double, revenue decimal(18,2),
    new_customers double
);
create table marts.fct_orders (
    order_id varchar, customer_id varchar, is_first_order boolean, net decimal(18,2), status varchar
);
create table marts.dim_customers (
    customer_id varchar, is_omnichannel boolean, orders bigint, revenue decimal(18,2),
    segment varchar
);
create table marts.kpi_scorecard (
    kpi varchar, segment varchar, period varchar, period_start date, period_end date, target double,
    actual double, attainment double, pace double, direction varchar, status varchar, owner varchar,
    forecast double, forecast_low double, forecast_high double, chance_to_meet double,
    objective varchar
);
create table marts.unit_economics (
    scope varchar, segment varchar, costs decimal(18,2), new_customers double, cac double,
    clv decimal(18,2), clv_to_cac double, payback_months integer, basis varchar
);
create table marts.budget_recommendations (
    channel varchar, recommendation varchar, reason varchar, weekly_spend decimal(18,2),
    recommended_weekly_spend decimal(18,2), weekly_spend_change decimal(18,2),
    marginal_return double, marginal_return_low double, marginal_return_high double,
    plan_gain decimal(18,2), plan_gain_low decimal(18,2), plan_gain_high decimal(18,2)
);
create table marts.sales_at_risk (
    month_start date, kind varchar, intents bigint, fulfilment_rate double, unfulfilled bigint,
    sales_at_risk decimal(18,2)
);
create table marts.attribution_by_channel (
    model varchar, conversion_type varchar, channel varchar, revenue decimal(18,2)
);
create table marts.fct_journeys (journey_id varchar, is_converted boolean, path varchar);
create table marts.journey_paths (
    path varchar, conversion_type varchar, journeys bigint, conversions bigint,
    revenue decimal(18,2)
);
create table marts.fct_touchpoints (touchpoint_id varchar, customer_id varchar, stage varchar);
create table marts.data_freshness (
    source varchar, files_loaded bigint, files_quarantined bigint, rows_loaded bigint,
    rows_rejected bigint, first_event_date date, last_event_date date,
    days_behind bigint, status varchar
);
create table marts.reconciliation (
    source varchar, control varchar, stated double, computed double, is_reconciled boolean
);
"""

ROWS = """
insert into marts.kpi_daily values
    ('2026-07-01', 'Paid Search', 40, 25.00, 0, 38, 1.0, 90.00, 1.0),
    ('2026-07-09', 'Email', 0, 0, 5.00, 12, 0.5, 45.50, 0);
insert into marts.fct_orders values
    ('o1', 'c1', true, 90, 'paid'), ('o2', 'c1', false, 45.5, 'paid');
insert into marts.dim_customers values
    ('c1', true, 2, 135.5, 'active'), ('c2', false, 0, 0, 'prospect');
insert into marts.kpi_scorecard values
    ('revenue', 'all', 'quarter', '2026-07-01', '2026-09-30', 200, 135.5, 0.68, 1.1, 'higher',
        'amber', 'CMO', 190, 150, 230, 0.35, 'sales');
insert into marts.unit_economics values
    ('all', 'all', 30, 2, 15, 61.5, 4.1, 3, 'revenue'), ('channel', 'Store', 9, 0, null, null,
        null, null, 'revenue');
insert into marts.budget_recommendations values
    ('Display', 'decrease', 'the next unit brings less here than where it goes to', 10, 8, -2,
        0.1, 0, 0.4, 5.5, 1.25, 9),
    ('Audio', 'insufficient_data', 'nothing spent lately', 0, 0, 0, null, null, null, 5.5, 1.25, 9);
insert into marts.sales_at_risk values ('2026-07-01', 'abandoned_cart', 9, 0.75, 2, 113.5);
insert into marts.attribution_by_channel values
    ('first_touch', 'order', 'Paid Search', 135.5), ('last_touch', 'order', 'Email', 135.5);
insert into marts.fct_journeys values ('j1', true, 'Paid Search > Email'), ('j2', false, 'Direct');
insert into marts.journey_paths values ('Paid Search > Email', 'order', 1, 1, 135.5);
insert into marts.fct_touchpoints values ('t1', 'c1', 'interest'), ('t2', 'c2', 'awareness');
insert into marts.data_freshness values
    ('<b>shop</b>', 3, 1, 100, 2, '2026-07-01', '2026-07-09', 0, 'fresh');
insert into marts.reconciliation values ('google_ads', 'cost', 25, 25, true);
"""


def marts_file(tmp_path: Path, rows: str = "") -> Path:
    path = tmp_path / "omnimart.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(MARTS + rows)
    return path


@pytest.fixture
def page(tmp_path: Path) -> str:
    outcome = ExpectationOutcome(
        suite="ads",
        table="marts.fct_ad_performance",
        asset_key=("marts", "fct_ad_performance"),
        check="spend_is_never_negative",
        description="Platforms bill.",
        severity="warning",
        success=False,
        unexpected_count=3,
    )
    out = build_report(
        marts_file(tmp_path, ROWS),
        tmp_path / "reports" / "index.html",
        [outcome],
        currency="USD",
        timezone="UTC",
    )
    return out.read_text(encoding="utf-8")


def test_every_section_shows_its_numbers(page: str) -> None:
    assert page.count('class="plotly-graph-div"') == 5
    for text in (
        "135.50",
        "Paid Search &gt; Email",
        "amber",
        "spend is never negative",
        "google_ads",
        "3 months",
        "5.50 a week (1.25 to 9.00)",
        "insufficient data",
        "abandoned cart",
        "35.0%",
    ):
        assert text in page


def test_the_page_fetches_nothing(page: str) -> None:
    without_plotly = re.sub(r"<script>.*?</script>", "", page, count=1, flags=re.DOTALL)
    assert not re.search(r"(src|href)\s*=\s*[\"']?(https?:)?//", without_plotly)


def test_names_from_the_data_are_escaped(page: str) -> None:
    assert "&lt;b&gt;shop&lt;/b&gt;" in page


def test_empty_marts_give_sentences_instead_of_charts(tmp_path: Path) -> None:
    out = build_report(
        marts_file(tmp_path), tmp_path / "index.html", [], currency="EUR", timezone="UTC"
    )
    page = out.read_text(encoding="utf-8")
    assert "plotly-graph-div" not in page
    for sentence in ("No conversion yet.", "No new customer", "Nothing was spent", "No cart"):
        assert sentence in page
    assert not list(tmp_path.glob("*.unfinished"))
