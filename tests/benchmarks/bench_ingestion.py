"""How fast exports become raw rows, held against DuckDB reading the same file into a table."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import duckdb
import pytest

from tests.benchmarks.page import Comparison

ROWS = int(os.environ.get("OMNIMART_BENCH_ROWS", "5000000"))
FILES = 20
ROUNDS = int(os.environ.get("OMNIMART_BENCH_ROUNDS", "3"))
KNOWN_FILES = int(os.environ.get("OMNIMART_BENCH_FILES", "10000"))
SLOWEST, LARGEST = 2.0, 2.0  # times the peer's wall time, and its memory
SLOWEST_WRITTEN = 4.0  # where numbers are written for people, which the peer leaves as texts
SLOWEST_PARTED = 1.1  # times the same rows in one file
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


@dataclass(frozen=True)
class Round:
    """What was measured one after the other, while the machine was as busy."""

    one: Reading
    many: Reading
    plain: Reading


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
def rounds(folder: Path) -> list[Round]:
    return [
        Round(
            one=measured_anew(folder / "one"),
            many=measured_anew(folder / "many"),
            plain=measured(
                READ, folder / "one" / "landing" / "spend.csv", folder / f"{number}.duckdb"
            ),
        )
        for number in range(ROUNDS)
    ]


def measured_anew(folder: Path) -> Reading:
    """Load the exports of ``folder`` into a warehouse that is dropped afterwards."""
    fresh = folder.with_name(f"{folder.name} loaded")
    shutil.copytree(folder / "landing", fresh / "landing", copy_function=os.link)
    reading = measured(LOAD, fresh)
    shutil.rmtree(fresh)
    return reading


def test_a_load_costs_little_more_than_reading(
    rounds: list[Round], comparisons: list[Comparison]
) -> None:
    assert all(item.one.rows == item.plain.rows == ROWS for item in rounds)
    slower = median(item.one.seconds / item.plain.seconds for item in rounds)
    larger = median(item.one.memory / item.plain.memory for item in rounds)
    comparisons.append(
        Comparison(
            f"load: {ROWS:,} rows of 15 columns, landing to raw",
            f"{median(item.one.seconds for item in rounds):.1f} s, "
            f"{median(item.one.memory for item in rounds) / 1e9:.2f} GB",
            "DuckDB create table as select * from read_csv: "
            f"{median(item.plain.seconds for item in rounds):.1f} s, "
            f"{median(item.plain.memory for item in rounds) / 1e9:.2f} GB",
            f"{slower:.2f}, {larger:.2f}",
        )
    )
    assert slower <= SLOWEST
    assert larger <= LARGEST


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
    rounds: list[Round], comparisons: list[Comparison]
) -> None:
    assert all(item.many.rows == item.one.rows for item in rounds)
    slower = median(item.many.seconds / item.one.seconds for item in rounds)
    comparisons.append(
        Comparison(
            f"load: the same rows in {FILES} files",
            f"{median(item.many.seconds for item in rounds):.1f} s",
            f"in one: {median(item.one.seconds for item in rounds):.1f} s",
            f"{slower:.2f}",
        )
    )
    assert slower <= SLOWEST_PARTED


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


def test_memory_is_flat(folder: Path, rounds: list[Round], comparisons: list[Comparison]) -> None:
    write_export(folder / "half" / "landing" / "spend.csv", 0, ROWS // 2)
    half = measured(LOAD, folder / "half").memory
    whole = median(item.one.memory for item in rounds)
    comparisons.append(
        Comparison(
            f"load: memory at {ROWS:,} rows",
            f"{whole / 1e9:.2f} GB",
            f"at half of them: {half / 1e9:.2f} GB",
            f"{whole / half:.2f}",
        )
    )
    assert whole <= 1.5 * half


def test_refused_rows_cost_no_multiple(tmp_path: Path, comparisons: list[Comparison]) -> None:
    rows = ROWS // 5
    readings = []
    for name, day in (("sound", "'2026-07-01'"), ("refused", "'2026-07-32'")):
        path = tmp_path / name / "landing" / "spend.csv"
        path.parent.mkdir(parents=True)
        duckdb.execute(
            f"""
            copy (
                select
                    if(range % 2 = 0, {day}, '2026-07-02') as omnimart_spend_date,
                    'platform' as source, 'Campaign ' || range as campaign,
                    '1,' || 100 + range % 900 as spend
                from range({rows})
            ) to '{path}' (header)
            """
        )
        readings.append(measured(LOAD, tmp_path / name))
    sound, refused = readings
    assert (sound.rows, refused.rows) == (rows, rows - (rows + 1) // 2)
    comparisons.append(
        Comparison(
            f"load: {rows:,} rows of which half are refused",
            f"{refused.seconds:.1f} s, {refused.memory / 1e9:.2f} GB",
            f"none of them: {sound.seconds:.1f} s, {sound.memory / 1e9:.2f} GB",
            f"{refused.seconds / sound.seconds:.2f}, {refused.memory / sound.memory:.2f}",
        )
    )
    assert refused.seconds <= SLOWEST * sound.seconds
    assert refused.memory <= LARGEST * sound.memory
