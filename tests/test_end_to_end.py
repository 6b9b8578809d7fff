"""The command on the shipped sample: the committed exports give the committed totals."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy

from ingestion.settings import PROJECT_ROOT
from tests import sample_totals

NEGATIVE_SPEND = "omnimart_spend_date,source,spend,currency\n2026-09-15,kiosk,-5.00,USD\n"
MAIL_ADDRESS = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}"


@dataclass(frozen=True)
class Brand:
    """A data folder, and the command run on it."""

    data: Path

    @property
    def marts(self) -> Path:
        return self.data / "published" / "current" / "omnimart.duckdb"

    @property
    def warehouse(self) -> Path:
        return self.data / "warehouse.duckdb"

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "orchestration.cli", *arguments],
            cwd=PROJECT_ROOT,
            env={**os.environ, "OMNIMART_DATA_DIR": str(self.data), "COLUMNS": "200"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, str]:
        process = self.start(*arguments)
        output, _ = process.communicate()
        return process.returncode, output

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.marts), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def state(self) -> dict[str, tuple[int, int]]:
        """Return size and modification time of every file."""
        return {
            str(path.relative_to(self.data)): (path.stat().st_size, path.stat().st_mtime_ns)
            for path in self.data.rglob("*")
            if path.is_file()
        }


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Brand, int, str]:
    brand = Brand(tmp_path_factory.mktemp("brand") / "data")
    return brand, *brand.run("run")


@pytest.fixture(scope="module")
def brand(first_run: tuple[Brand, int, str]) -> Brand:
    brand, code, output = first_run
    assert code == 0, output
    return brand


def test_the_first_run_takes_the_sample_and_says_what_it_did(
    first_run: tuple[Brand, int, str],
) -> None:
    brand, code, output = first_run
    assert code == 0, output
    assert "copied the sample" in output
    assert "Refreshed" in output
    assert str(brand.marts) in output
    for word in ("google_ads", "youzan", "Customers", "Touchpoints", "Revenue", "passed"):
        assert word in output


def test_every_row_of_every_file_is_accounted_for(brand: Brand) -> None:
    with duckdb.connect(str(brand.warehouse), read_only=True) as connection:
        files = connection.execute(
            "select path, rows_read, rows_loaded + rows_rejected + rows_ignored, status"
            " from raw_audit.files"
        ).fetchall()
    assert {path.partition("!")[0] for path, *_ in files} == {
        path.relative_to(sample_totals.SAMPLE).as_posix()
        for path in sample_totals.SAMPLE.rglob("*")
        if path.is_file()
    }
    assert [path for path, read, counted, _ in files if read != counted] == []
    assert [path for path, *_, status in files if status == "quarantined"] == []


def test_every_sale_is_there_once(brand: Brand) -> None:
    orders = dict(brand.query("select source, count(*) from marts.fct_orders group by source"))
    expected = sample_totals.orders_by_source()
    assert {source: orders.get(source) for source in expected} == expected


def test_revenue_is_that_of_the_shops(brand: Brand) -> None:
    revenue = {
        (source, currency): (net, before_refunds)
        for source, currency, net, before_refunds in brand.query(
            "select source, currency, sum(net_original),"
            " sum(net + refund) filter (where is_revenue)"
            " from marts.fct_orders group by source, currency"
        )
    }
    for (source, currency), expected in sample_totals.revenue_by_source().items():
        net, before_refunds = revenue[source, currency]
        assert (before_refunds if source == "shopify" else net) == expected, source


def test_spend_is_that_of_the_platforms(brand: Brand) -> None:
    spend = {
        (platform, currency): amount
        for platform, currency, amount in brand.query(
            "select platform, currency, sum(spend_original)"
            " from marts.fct_ad_performance group by platform, currency"
        )
    }
    assert spend == sample_totals.spend_by_platform()


def test_every_attribution_model_gives_out_the_revenue_of_the_orders(brand: Brand) -> None:
    [(revenue,)] = brand.query("select sum(net) from marts.fct_orders where is_revenue")
    by_model = brand.query(
        "select model, sum(revenue) from marts.fct_attribution"
        " where conversion_type = 'order' group by model"
    )
    assert len(by_model) == 12
    assert {amount for _, amount in by_model} == {revenue}
    assert brand.query("select sum(revenue) from marts.kpi_daily") == [(revenue,)]


def test_no_mart_holds_an_address_or_a_number_of_a_person(brand: Brand) -> None:
    assert sample_totals.mail_addresses()
    texts = brand.query(
        "select table_name, column_name from information_schema.columns"
        " where table_schema = 'marts' and data_type in ('VARCHAR', 'JSON')"
    )
    leaking = [
        f"{table}.{column}"
        for table, column in texts
        if brand.query(
            f"select count(*) from marts.{table}"
            f" where regexp_matches({column}::varchar, '{MAIL_ADDRESS}')"
        )
        != [(0,)]
    ]
    assert leaking == []


def test_every_mart_and_its_columns_are_described_to_readers(brand: Brand) -> None:
    assert brand.query("select table_name from duckdb_tables() where comment is null") == []
    undescribed = brand.query(
        "select table_name, column_name from duckdb_columns()"
        " where schema_name = 'marts' and comment is null"
    )
    assert undescribed == []


def test_no_amount_is_wider_than_readers_can_scan_fast(brand: Brand) -> None:
    wide = brand.query(
        "select table_name, column_name from duckdb_columns()"
        " where schema_name = 'marts' and data_type like 'DECIMAL%' and numeric_precision > 18"
    )
    assert wide == []


def test_every_rule_of_the_models_holds(brand: Brand) -> None:
    """The unit tests of the models, which the nightly job leaves out."""
    dbt = subprocess.run(
        [sys.executable, "-m", "orchestration.dbt_project", "test", "--select", "test_type:unit"],
        cwd=PROJECT_ROOT,
        env={**os.environ, "OMNIMART_DATA_DIR": str(brand.data)},
        capture_output=True,
        text=True,
    )
    assert dbt.returncode == 0, dbt.stdout


def test_the_report_stands_beside_the_marts(brand: Brand) -> None:
    page = (brand.data / "reports" / "index.html").read_text(encoding="utf-8")
    assert "</html>" in page


def test_a_second_run_changes_nothing_and_says_so(brand: Brand) -> None:
    before = brand.state()
    code, output = brand.run("run")
    assert code == 0, output
    assert "Nothing new" in output
    assert brand.state() == before


def test_status_tells_of_the_last_run(brand: Brand) -> None:
    code, output = brand.run("status")
    assert code == 0, output
    assert "Last run: success" in output
    assert "google_ads" in output


def test_inspect_tells_what_a_file_is(brand: Brand) -> None:
    code, output = brand.run("inspect", str(brand.data / "landing/shopify/orders_export_1.csv"))
    assert code == 0, output
    assert "shopify.orders" in output


def test_a_failed_check_blocks_publishing_while_readers_go_on(brand: Brand) -> None:
    """Also: the published file opens, in DuckDB and through SQLAlchemy, while a refresh runs."""
    version = brand.marts.resolve()
    [(revenue,)] = brand.query("select sum(revenue) from marts.kpi_daily")
    (brand.data / "sources.yml").write_text(
        "expectations: {spend_is_never_negative: error}\n", encoding="utf-8"
    )
    (brand.data / "landing" / "kiosk.csv").write_text(NEGATIVE_SPEND, encoding="utf-8")

    refresh, reads = brand.start("run"), 0
    while refresh.poll() is None:
        assert brand.query("select sum(revenue) from marts.kpi_daily") == [(revenue,)]
        assert read_through_sqlalchemy(brand.marts) == revenue
        reads += 1
        time.sleep(0.5)
    output = refresh.stdout.read()

    assert refresh.returncode == 1, output
    assert "spend_is_never_negative" in output
    assert reads > 5
    assert brand.marts.resolve() == version
    code, output = brand.run("status")
    assert code == 0, output
    assert "Last run: failure" in output
    assert "spend_is_never_negative" in output


def read_through_sqlalchemy(marts: Path) -> Decimal:
    engine = sqlalchemy.create_engine(
        f"duckdb:///{marts}", connect_args={"read_only": True}, poolclass=sqlalchemy.NullPool
    )
    with engine.connect() as connection:
        return connection.execute(
            sqlalchemy.text("select sum(revenue) from marts.kpi_daily")
        ).scalar_one()
