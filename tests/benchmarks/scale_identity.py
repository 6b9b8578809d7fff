"""Whether many records, and a night of news, are resolved in the memory that a laptop can spare."""

import os
import resource
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests.benchmarks.synthetic_records import made_up_records, night_of
from tests.dbt_project.identity_project import IdentityProject

RECORDS = int(os.environ.get("OMNIMART_BENCH_SCALE_RECORDS", "10000000"))
MODEL_MEMORY = os.environ.get("OMNIMART_BENCH_SCALE_MEMORY", "4GB")
MOST_BYTES = int(os.environ.get("OMNIMART_BENCH_SCALE_BYTES", "6000000000"))


def resolve(folder: Path, records: int, memory: str) -> None:
    """Resolve made up records from nothing, then a night's news of them; say what each took."""
    os.environ |= {"OMNIMART_DATA_DIR": str(folder / "data"), "OMNIMART_MODEL_MEMORY": memory}
    project = IdentityProject(folder / "project")
    project.load_plugin()
    limit = f"set memory_limit = '{memory}';"
    project.execute(f"{limit} create table mentions as {made_up_records(records)}")
    project.run("run")
    full = cpu_seconds()
    print(f"{records:,} records: {full:,.0f} CPU s")
    project.execute(f"{limit} {night_of(records)}")
    project.run("run")
    night = cpu_seconds() - full
    print(f"a night of {records // 100:,} of them: {night:,.0f} CPU s, {night / full:.2f} of that")


def cpu_seconds() -> float:
    """Return what this process has taken so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def test_many_records_are_resolved_in_the_memory_of_a_laptop(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    process = get_context("spawn").Process(target=resolve, args=[tmp_path, RECORDS, MODEL_MEMORY])
    with capsys.disabled():
        process.start()
        process.join()
        most_bytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
        print(f"at most {most_bytes / 1e9:.2f} GB, of which {MODEL_MEMORY} for DuckDB")
    assert process.exitcode == 0
    assert most_bytes < MOST_BYTES
