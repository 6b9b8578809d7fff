"""Whether many records are resolved in the memory that a laptop has to spare."""

import os
import resource
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests.benchmarks.synthetic_records import SYNTHETIC_RECORDS
from tests.dbt_project.identity_project import IdentityProject

RECORDS = int(os.environ.get("OMNIMART_BENCH_SCALE_RECORDS", "10000000"))
MODEL_MEMORY = os.environ.get("OMNIMART_BENCH_SCALE_MEMORY", "4GB")
MOST_BYTES = int(os.environ.get("OMNIMART_BENCH_SCALE_BYTES", "6000000000"))


def resolve(folder: Path, records: int, memory: str) -> None:
    """Resolve made up records from nothing."""
    os.environ |= {"OMNIMART_DATA_DIR": str(folder / "data"), "OMNIMART_MODEL_MEMORY": memory}
    project = IdentityProject(folder / "project")
    project.load_plugin()
    made_up = SYNTHETIC_RECORDS.format(records=records, first=0, last=records)
    project.execute(f"set memory_limit = '{memory}'; create table mentions as {made_up}")
    project.run("run")


def test_many_records_are_resolved_in_the_memory_of_a_laptop(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    process = get_context("spawn").Process(target=resolve, args=[tmp_path, RECORDS, MODEL_MEMORY])
    process.start()
    process.join()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    most_bytes = used.ru_maxrss * 1024
    with capsys.disabled():
        print(
            f"{RECORDS:,} records: {used.ru_utime + used.ru_stime:,.0f} CPU s, "
            f"{most_bytes / 1e9:.2f} GB, of which {MODEL_MEMORY} for DuckDB"
        )
    assert process.exitcode == 0
    assert most_bytes < MOST_BYTES
