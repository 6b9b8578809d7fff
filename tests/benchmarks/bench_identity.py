"""How fast people are told apart: the components of the identity graph, and a night's news.

Ties are read from a table and components, named by a key they hold, written to one, each way in a
file of the layout that warehouses have.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from ingestion.warehouse import create_file
from tests.benchmarks.page import Comparison
from tests.benchmarks.synthetic_records import made_up_records, night_of
from tests.dbt_project.febrl import febrl, precision_and_recall
from tests.dbt_project.identity_project import IdentityProject

TIES = int(os.environ.get("OMNIMART_BENCH_TIES", "10000000"))
RECORDS = int(os.environ.get("OMNIMART_BENCH_RECORDS", "1000000"))
MEMORY_LIMIT = 6e9
SCIPY_LIMIT = 2.5  # times the CPU time of SciPy on the same ties, reading and writing included
SPLINK_LIMIT = 1 / 8  # of the CPU time of Splink's clustering of the same ties
NEWS_LIMIT = 0.3  # of the CPU time of a full resolve, where one record in a hundred is news
LEAST_PRECISION, LEAST_RECALL = 0.999, 0.99  # of pairs, after closure

# Chains of 1,000 records, a hub of 100,000, and for the rest people of a few records each.
TIES_SQL = """
create table ties as
with edges as (
    select
        case
            when range < {ties} * 0.01 then 'hub'
            when range < {ties} * 0.11 then 'chain ' || range // 2000 || ' ' || (range // 2) % 1000
            else 'person ' || range // 4
        end as identifier,
        case
            when range < {ties} * 0.01 then 'hub ' || range
            when range < {ties} * 0.11
                then 'chain ' || range // 2000 || ' ' || ((range // 2) % 1000 + range % 2)
            else 'person ' || range // 4 || ' ' || hash(range) % 3
        end as record
    from range({ties})
)
select distinct
    md5('record ' || record) as record_key, md5('identifier ' || identifier) as identifier_key,
    1 as strength, null::timestamp as tied_at, null::varchar as exclusive_group
from edges
"""
MODEL = "{{ config(materialized='connected_components') }}\nselect * from ties\n"

SQL = """
import sys
from pathlib import Path
from tests.dbt_project.scratch_project import ScratchProject
folder = Path(sys.argv[1])
project = ScratchProject(folder / "project")
project.warehouse.unlink(missing_ok=True)
(folder / "ties.duckdb").rename(project.warehouse)
project.add_model("components", sys.stdin.read())
project.run("run")
"""
SCIPY = """
import sys, duckdb, numpy as np, pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
connection = duckdb.connect(sys.argv[1] + "/ties.duckdb")
ties = connection.execute("select record_key, identifier_key from ties").to_arrow_table()
keys = pa.chunked_array(ties["record_key"].chunks + ties["identifier_key"].chunks)
nodes = keys.combine_chunks().dictionary_encode()
numbers = nodes.indices.to_numpy()
left, right = numbers[: len(ties)], numbers[len(ties) :]
size = len(nodes.dictionary)
graph = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(size, size))
_, labels = connected_components(graph, directed=False)
found = pa.table({"node_key": nodes.dictionary, "label": labels})
connection.execute("create table labels as select * from found")
connection.execute(
    "create table components as select node_key, name as component from labels "
    "inner join (select label, min(node_key) as name from labels group by label) using (label)"
)
"""
SPLINK = """
import sys, duckdb
from splink import DuckDBAPI
from splink.clustering import cluster_pairwise_predictions_at_threshold
connection = duckdb.connect(sys.argv[1] + "/ties.duckdb")
connection.execute(
    "create table nodes as select distinct unnest([record_key, identifier_key]) as unique_id "
    "from ties"
)
connection.execute(
    "create table edges as select record_key as unique_id_l, identifier_key as unique_id_r, "
    "1.0 as match_probability from ties"
)
api = DuckDBAPI(connection=connection)
found = cluster_pairwise_predictions_at_threshold(
    "nodes", "edges", api,
    node_id_column_name="unique_id", threshold_match_probability=0.5,
)
connection.execute(f"create table components as select * from {found.physical_name}")
"""
COST = """
import resource, sys
usage = resource.getrusage(resource.RUSAGE_SELF)
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)
"""


@dataclass(frozen=True)
class Cost:
    """What one way took: seconds of CPU and bytes of memory, and how many components it found."""

    seconds: float
    memory: int
    components: int


def cost_of(script: str, ties: int, folder: Path) -> Cost:
    create_file(folder / "ties.duckdb")
    with duckdb.connect(str(folder / "ties.duckdb")) as connection:
        connection.execute(TIES_SQL.format(ties=ties))
    process = subprocess.run(
        [sys.executable, "-c", script + COST, str(folder)],
        input=MODEL, capture_output=True, text=True, check=True,
    )  # fmt: skip
    seconds, memory = process.stdout.split()[-2:]
    (warehouse,) = folder.rglob("*.duckdb")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        columns = connection.execute("describe components").fetchall()
        names = {column[0] for column in columns}
        label = (names & {"component", "cluster_id"}).pop()
        found = connection.execute(f"select count(distinct {label}) from components").fetchall()
    return Cost(float(seconds), int(memory), found[0][0])


@pytest.fixture(scope="module")
def components(tmp_path_factory: pytest.TempPathFactory) -> Cost:
    return cost_of(SQL, TIES, tmp_path_factory.mktemp("components"))


def test_components_cost_little_more_than_scipy(
    components: Cost, tmp_path: Path, comparisons: list[Comparison]
) -> None:
    scipy = cost_of(SCIPY, TIES, tmp_path)
    ratio = components.seconds / scipy.seconds
    comparisons.append(
        Comparison(
            f"identity: components of {TIES:,} ties (chains of 1,000, a hub, small ones)",
            f"{components.seconds:.1f} CPU s, {components.memory / 1e9:.2f} GB",
            f"SciPy, reading and writing included: {scipy.seconds:.1f} CPU s, "
            f"{scipy.memory / 1e9:.2f} GB; limit: {SCIPY_LIMIT}",
            f"{ratio:.2f}",
        )
    )
    assert components.components == scipy.components
    assert ratio < SCIPY_LIMIT
    assert components.memory < MEMORY_LIMIT


def test_components_cost_a_fraction_of_splinks_clustering(
    components: Cost, tmp_path: Path, comparisons: list[Comparison]
) -> None:
    splink = cost_of(SPLINK, TIES, tmp_path)
    ratio = components.seconds / splink.seconds
    comparisons.append(
        Comparison(
            f"identity: components of {TIES:,} ties",
            f"{components.seconds:.1f} CPU s, {components.memory / 1e9:.2f} GB",
            f"Splink's clustering: {splink.seconds:.1f} CPU s, {splink.memory / 1e9:.2f} GB; "
            f"limit: 1/{1 / SPLINK_LIMIT:.0f}",
            f"1/{1 / ratio:.1f}",
        )
    )
    assert components.components == splink.components
    assert ratio < SPLINK_LIMIT


def resolve_seconds(project: IdentityProject) -> float:
    before = os.times()
    project.run("run")
    after = os.times()
    return after.user + after.system - before.user - before.system


def test_a_night_costs_a_fraction_of_a_full_resolve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, comparisons: list[Comparison]
) -> None:
    monkeypatch.setenv("OMNIMART_DATA_DIR", str(tmp_path / "data"))
    project = IdentityProject(tmp_path / "project")
    project.load_plugin()
    project.execute(f"create table mentions as {made_up_records(RECORDS)}")
    full = resolve_seconds(project)
    project.execute(night_of(RECORDS))
    night = resolve_seconds(project)
    comparisons.append(
        Comparison(
            f"identity: a night of {RECORDS // 100:,} records that came, changed or went",
            f"{night:.1f} CPU s",
            f"a full resolve of {RECORDS:,} records: {full:.1f} CPU s; limit: {NEWS_LIMIT}",
            f"{night / full:.2f}",
        )
    )
    assert night / full < NEWS_LIMIT


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_the_people_of_febrl_are_told_apart(
    number: int, tmp_path: Path, comparisons: list[Comparison]
) -> None:
    records = febrl(number)
    found = IdentityProject(tmp_path / "project").resolve(records)
    precision, recall = precision_and_recall({ref: row[0] for ref, row in found.items()})
    comparisons.append(
        Comparison(
            f"identity: FEBRL data set {number}, {len(records):,} records",
            f"precision {precision:.4f}, recall {recall:.4f}",
            f"owed: {LEAST_PRECISION} and {LEAST_RECALL}, with the shipped parameters",
            "-",
        )
    )
    assert precision >= LEAST_PRECISION
    assert recall >= LEAST_RECALL
