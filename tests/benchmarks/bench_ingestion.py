"""How fast exports become raw rows, held against DuckDB reading the same file into a table."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.benchmarks.page import Comparison

ROWS = int(os.environ.get("OMNIMART_BENCH_ROWS", "5000000"))
FILES = 20
KNOWN_FILES = int(os.environ.get("OMNIMART_BENCH_FILES", "10000"))
SLOWEST, LARGEST = 2.0, 2.0  # times the peer's wall time, and its memory
SLOWEST_WRITTEN = 4.0  # where numbers are written for people, which the peer leaves as texts
SURVEY_SECONDS = 2.0

# Each runs in a process of its own, which says how long it took and how much memory it needed.
LOAD = """
import resource, sys, time
from pathlib import Path
from ingestion.loading import close_audit, load_family
from ingestion.settings import Settings
settings = Settings(data_dir=Path(sys.argv[1]))
started = time.perf_counter()
load_family(settings, 'ads')
summary = close_audit(settings)
seconds = time.perf_counter() - started
print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, summary.rows_loaded)
"""
READ = """
import resource, sys, time
import duckdb
started = time.perf_counter()
with duckdb.connect(sys.argv[2]) as connection:
    connection.execute(f"create table plain as select * from read_csv('{sys.argv[1]}')")
    rows = connection.execute('select count(*) from plain').fetchall()[0][0]
seconds = time.perf_counter() - started
print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, rows)
"""


@dataclass(frozen=True)
class Reading:
    """What one reading took: seconds, bytes of memory, and the rows it gave."""

    seconds: float
    memory: int
    rows: int


def measured(code: str, *arguments: object) -> Reading:
    finished = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    seconds, memory, rows = finished.stdout.split()[-3:]
    return Reading(float(seconds), int(memory), int(rows))


def write_export(path: Path, first: int, rows: int) -> None:
    """Write rows of the format omnimart.spend: fifteen columns, no two rows of one grain."""
    path.parent.mkdir(parents=True, exist_ok=True)
    duckdb.execute(
        f"""
        copy (
            select
                date '2026-01-01' + (range % 270)::integer as omnimart_spend_date,
                'platform ' || range % 7 as source, 'account ' || range % 3 as account,
                ['Paid Search', 'Paid Social', 'Display'][range % 3 + 1] as channel,
                range // 270 as campaign_id, 'Campaign no. ' || range // 270 as campaign,
                'group ' || range % 11 as ad_group, 'ad ' || range % 13 as ad,
                (hash(range) % 100000) / 100 as spend, 'EUR' as currency,
                hash(range + 1) % 50000 as impressions, hash(range + 2) % 900 as clicks,
                hash(range + 3) % 40 as conversions, (hash(range + 4) % 900000) / 100
                    as conversion_value, md5(range::varchar) as note
            from range({first}, {first + rows})
        ) to '{path}' (header)
        """
    )


def write_report(path: Path, rows: int) -> None:
    """Write a Google Ads report as its interface does: 50,000 as "50,000", 0.0692 as 6.92%."""
    path.parent.mkdir(parents=True, exist_ok=True)
    duckdb.execute(
        f"""
        copy (
            select
                strftime(date '2026-01-01' + (range % 270)::integer, '%b %-d, %Y') as "Day",
                'Campaign ' || range // 2700 as "Campaign",
                10000000000 + range // 2700 as "Campaign ID",
                ['Computers', 'Mobile phones', 'Tablets', 'TV screens', 'Other'][
                    range // 270 % 5 + 1
                ] as "Device",
                ['Google search', 'Search partners'][range // 1350 % 2 + 1]
                    as "Network (with search partners)",
                'Enabled' as "Campaign status",
                ['Search', 'Display', 'Shopping'][range // 2700 % 3 + 1] as "Campaign type",
                'EUR' as "Currency code",
                format('{{:,}}', (hash(range + 1) % 50000)::bigint) as "Impr.",
                format('{{:,}}', (hash(range + 2) % 9000)::bigint) as "Clicks",
                printf('%.2f%%', (hash(range + 5) % 10000) / 100.0) as "CTR",
                (hash(range + 6) % 500) / 100 as "Avg. CPC",
                format('{{:,.2f}}', (hash(range) % 1000000) / 100) as "Cost",
                (hash(range + 3) % 4000) / 100 as "Conversions",
                format('{{:,.2f}}', (hash(range + 4) % 900000) / 100) as "Conv. value"
            from range({rows})
        ) to '{path}' (header)
        """
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ingestion")
    write_export(folder / "one" / "landing" / "spend.csv", 0, ROWS)
    for number in range(FILES):
        path = folder / "many" / "landing" / f"spend_{number}.csv"
        write_export(path, number * (ROWS // FILES), ROWS // FILES)
    return folder


@pytest.fixture(scope="module")
def loaded(folder: Path) -> Reading:
    return measured(LOAD, folder / "one")


def test_a_load_costs_little_more_than_reading(
    folder: Path, loaded: Reading, comparisons: list[Comparison]
) -> None:
    plain = measured(READ, folder / "one" / "landing" / "spend.csv", folder / "plain.duckdb")
    assert loaded.rows == plain.rows == ROWS
    comparisons.append(
        Comparison(
            f"load: {ROWS:,} rows of 15 columns, landing to raw",
            f"{loaded.seconds:.1f} s, {loaded.memory / 1e9:.2f} GB",
            f"DuckDB create table as select * from read_csv: {plain.seconds:.1f} s, "
            f"{plain.memory / 1e9:.2f} GB",
            f"{loaded.seconds / plain.seconds:.2f}, {loaded.memory / plain.memory:.2f}",
        )
    )
    assert loaded.seconds <= SLOWEST * plain.seconds
    assert loaded.memory <= LARGEST * plain.memory


def test_numbers_written_for_people_cost_no_multiple(
    tmp_path: Path, comparisons: list[Comparison]
) -> None:
    path, rows = tmp_path / "landing" / "report.csv", ROWS // 5
    write_report(path, rows)
    loaded = measured(LOAD, tmp_path)
    plain = measured(READ, path, tmp_path / "plain.duckdb")
    assert loaded.rows == plain.rows == rows
    comparisons.append(
        Comparison(
            f"load: {rows:,} rows of a Google Ads report, numbers and days written for people",
            f"{loaded.seconds:.1f} s",
            f"DuckDB create table as select * from read_csv: {plain.seconds:.1f} s",
            f"{loaded.seconds / plain.seconds:.2f}",
        )
    )
    assert loaded.seconds <= SLOWEST_WRITTEN * plain.seconds


def test_many_files_cost_no_more_than_one(
    folder: Path, loaded: Reading, comparisons: list[Comparison]
) -> None:
    many = measured(LOAD, folder / "many")
    assert many.rows == loaded.rows
    comparisons.append(
        Comparison(
            f"load: the same rows in {FILES} files",
            f"{many.seconds:.1f} s",
            f"in one: {loaded.seconds:.1f} s",
            f"{many.seconds / loaded.seconds:.2f}",
        )
    )
    assert many.seconds <= 1.1 * loaded.seconds


def test_known_files_are_told_at_once(tmp_path: Path, comparisons: list[Comparison]) -> None:
    header = "omnimart_spend_date,source,spend\n"
    for number in range(KNOWN_FILES):
        path = tmp_path / "landing" / f"{number % 100}" / f"spend_{number}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{header}2026-07-01,platform {number},1.00\n")
    measured(LOAD, tmp_path)
    again = measured(LOAD, tmp_path)
    comparisons.append(
        Comparison(
            f"load: nothing new among {KNOWN_FILES:,} files",
            f"{again.seconds:.2f} s",
            f"limit: {SURVEY_SECONDS:.0f} s",
            f"{again.seconds / SURVEY_SECONDS:.2f}",
        )
    )
    assert again.seconds <= SURVEY_SECONDS


def test_memory_is_flat(folder: Path, loaded: Reading, comparisons: list[Comparison]) -> None:
    write_export(folder / "half" / "landing" / "spend.csv", 0, ROWS // 2)
    half = measured(LOAD, folder / "half")
    comparisons.append(
        Comparison(
            f"load: memory at {ROWS:,} rows",
            f"{loaded.memory / 1e9:.2f} GB",
            f"at half of them: {half.memory / 1e9:.2f} GB",
            f"{loaded.memory / half.memory:.2f}",
        )
    )
    assert loaded.memory <= 1.5 * half.memory
