"""How fast the simulator writes, and whether its memory stays flat."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.benchmarks.page import Comparison

CUSTOMERS = int(os.environ.get("OMNIMART_BENCH_CUSTOMERS", "20000"))
DAYS = int(os.environ.get("OMNIMART_BENCH_DAYS", "180"))
MEMORY_LIMIT = 6e9  # what a laptop can spare, for any number of customers
SLOWEST = 1 / 100  # of plain COPY, which knows nothing of people

# Runs in a process of its own, which says how much memory it needed at most.
SIMULATION = """
import resource, sys
from orchestration.cli import main
code = main(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
sys.exit(code)
"""


@dataclass(frozen=True)
class Simulation:
    """What one simulation took: seconds and bytes of memory, and what it wrote."""

    seconds: float
    memory: int
    rows: int
    bytes: int

    @property
    def rows_per_second(self) -> float:
        """Return rows of exports per second, the telling of the world included."""
        return self.rows / self.seconds


def simulated(customers: int, out: Path) -> Simulation:
    started = time.perf_counter()
    process = subprocess.run(
        [sys.executable, "-c", SIMULATION, "simulate", "--customers", str(customers),
         "--days", str(DAYS), "--seed", "1", "--out", str(out)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    seconds = time.perf_counter() - started
    files = out / "truth" / "files.parquet"
    rows = duckdb.sql(f"select sum(rows) from '{files}'").fetchone()[0]
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    return Simulation(seconds, int(process.stdout.split()[-1]), rows, size)


@pytest.fixture(scope="module")
def simulation(tmp_path_factory: pytest.TempPathFactory) -> Simulation:
    return simulated(CUSTOMERS, tmp_path_factory.mktemp("simulation"))


def test_rows_are_written_at_a_fair_share_of_the_speed_of_copy(
    simulation: Simulation, tmp_path: Path, comparisons: list[Comparison]
) -> None:
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(
            f"""
            create table plain as
            select
                range as id, timestamp '2026-01-01' + to_seconds(range % 31536000) as at,
                md5(range::varchar) as hash, range % 997 / 100 as amount, 'campaign' as name
            from range({simulation.rows})
            """
        )
        started = time.perf_counter()
        connection.execute(f"copy plain to '{tmp_path / 'plain.csv'}'")
        copied = simulation.rows / (time.perf_counter() - started)
    ratio = simulation.rows_per_second / copied
    comparisons.append(
        Comparison(
            f"simulate: {CUSTOMERS:,} customers, {DAYS} days, {simulation.rows:,} rows of exports",
            f"{simulation.rows_per_second:,.0f} rows/s",
            f"DuckDB COPY of as many rows of five columns: {copied:,.0f} rows/s",
            f"1/{1 / ratio:,.0f}",
        )
    )
    assert ratio > SLOWEST


def test_memory_does_not_grow_with_the_people(
    simulation: Simulation, tmp_path: Path, comparisons: list[Comparison]
) -> None:
    small = simulated(max(CUSTOMERS // 4, 1), tmp_path)
    comparisons.append(
        Comparison(
            f"simulate: memory at {CUSTOMERS:,} customers",
            f"{simulation.memory / 1e9:.2f} GB",
            f"at a quarter of them: {small.memory / 1e9:.2f} GB; "
            f"limit: {MEMORY_LIMIT / 1e9:.0f} GB",
            f"{simulation.memory / small.memory:.2f}",
        )
    )
    assert simulation.memory < MEMORY_LIMIT
    assert simulation.memory < 2.5 * small.memory
