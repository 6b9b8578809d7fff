"""How fast touches become credit: rules over many touches, and a chain against the C++ library.

The library (channelattribution, not a dependency) is compared with where it is installed.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.page import Comparison
from tests.dbt_project.attribution_project import AttributionProject

TOUCHES = int(os.environ.get("OMNIMART_BENCH_TOUCHES", "10000000"))
PATHS = int(os.environ.get("OMNIMART_BENCH_PATHS", "1000000"))
MEMORY_LIMIT = "4GB"
RULES = [
    "first_touch", "last_touch", "first_non_direct", "last_non_direct", "last_paid", "linear",
    "time_decay", "position_based", "w_shaped",
]  # fmt: skip
SLOWEST = 0.75  # of the library's CPU time, path strings included

# Runs in a process of its own, so that CPU time and memory are those of one way alone.
MEASUREMENT = """
import json, resource, sys
from pathlib import Path
from tests.benchmarks import bench_attribution

folder, touches, per_person, work, *arguments = sys.argv[1:]
statements = json.loads((Path(folder) / "statements.json").read_text())
connection = bench_attribution.world(Path(folder), int(touches), int(per_person))
before = resource.getrusage(resource.RUSAGE_SELF)
result = getattr(bench_attribution, work)(connection, statements)
after = resource.getrusage(resource.RUSAGE_SELF)
seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
print(json.dumps({"seconds": seconds, "memory": after.ru_maxrss * 1024, "result": result}))
"""


def world(folder: Path, touches: int, per_person: int) -> Any:
    """Return a database of touches, of which one person in ten has converted once."""
    path = folder / f"warehouse_{touches}_{per_person}.duckdb"
    is_new = not path.exists()
    connection = AttributionProject.connect(str(path))
    connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'; set threads = 2")
    connection.execute(f"set temp_directory = '{folder / 'spill'}'")
    if not is_new:
        return connection
    connection.execute(
        f"""
        create table channels as
        select 'channel ' || range as channel, range < 6 as is_paid from range(12);
        create table int_touchpoints as
        select
            md5('t' || range) as touchpoint_id,
            md5('p' || range % {touches // per_person}) as customer_id,
            null::varchar as record_key,
            null::bigint as sequence_number,
            'visit' as interaction,
            'channel ' || least(floor(12 * random() * random()), 11)::int as channel,
            'campaign ' || range % 50 as campaign,
            'interest' as stage,
            hash(range) % 5 = 0 as is_direct,
            false as is_lead_creation,
            true as is_touch,
            timestamp '2026-01-02' + to_seconds(hash(range + 1) % 2400000) as touched_at
        from range({touches});
        create table int_conversions as
        select
            md5('c' || range) as conversion_id,
            'order' as conversion_type,
            md5('p' || range) as customer_id,
            null::timestamp as lead_at,
            null::timestamp as opportunity_at,
            timestamp '2026-01-30' + to_seconds(hash(range) % 80000) as converted_at
        from range({touches // per_person} // 10);
        checkpoint;
        """
    )
    return connection


def credit_by_rules(connection: Any, statements: dict[str, str]) -> int:
    connection.execute(
        "create or replace table int_channel_effects as select 'order' as conversion_type,"
        " 'channel 0' as channel, 'markov' as model, 1.0 as effect limit 0"
    )
    paths, credit = statements["int_conversion_paths"], statements["int_attribution_credits"]
    connection.execute(f"create or replace table int_conversion_paths as {paths}")
    shares = connection.execute(
        f"select model, channel, sum(credit) from ({credit}) group by all"
    ).fetchall()
    return len(shares)


def plain_group_by(connection: Any, statements: dict[str, str]) -> int:
    return connection.execute(
        "select count(*) from (select customer_id, min(touched_at), max(touched_at), count(*)"
        " from int_touchpoints group by customer_id)"
    ).fetchall()[0][0]


def solve_chain(connection: Any, statements: dict[str, str]) -> dict[str, float]:
    for kind, name in (
        ("table", "int_channel_numbers"),
        ("table", "int_conversion_paths"),
        ("view", "int_journey_steps"),
        ("table", "int_markov_moves"),
    ):
        connection.execute(f"create or replace {kind} {name} as {statements[name]}")
    rows = connection.execute(
        """
        with lists as (
            select
                list(customer_group order by all_columns) as customer_group,
                list(from_state order by all_columns) as from_state,
                list(to_state order by all_columns) as to_state,
                list(to_channel order by all_columns) as to_channel,
                list(moves order by all_columns) as moves
            from (
                select *, (customer_group, from_state, to_state) as all_columns
                from int_markov_moves
            )
        ),
        solved as (
            select unnest(markov_effects(
                customer_group, from_state, to_state, to_channel, moves, 200, 0.9, 1
            )) as found
            from lists
        )
        select found.channel, found.effect from solved
        """
    ).fetchall()
    return dict(rows)


def call_library(connection: Any, statements: dict[str, str]) -> dict[str, float]:
    """Feed the library with path strings as one would write them."""
    return removal_effects_of_library(
        connection,
        "select customer_id, string_agg(channel, ' > ' order by touched_at, touchpoint_id) as path"
        " from int_touchpoints group by customer_id",
    )


def call_library_after_one_sort(connection: Any, statements: dict[str, str]) -> dict[str, float]:
    """Feed the library the cheapest way: the order of one thread is that of the sort."""
    connection.execute("reset memory_limit; set threads = 1")
    return removal_effects_of_library(
        connection,
        "select customer_id, string_agg(channel, ' > ') as path"
        " from (from int_touchpoints order by customer_id, touched_at, touchpoint_id)"
        " group by customer_id",
    )


def removal_effects_of_library(connection: Any, journeys: str) -> dict[str, float]:
    import ChannelAttribution

    paths = connection.execute(
        f"""
        select
            path,
            count(int_conversions.customer_id) as total_conversions,
            count(*) - count(int_conversions.customer_id) as total_null
        from ({journeys}) as journeys
        left join int_conversions on journeys.customer_id = int_conversions.customer_id
        group by path
        """
    ).fetch_df()
    found = ChannelAttribution.markov_model(
        paths, "path", "total_conversions", var_null="total_null", max_step=1000, out_more=True,
        verbose=False,
    )  # fmt: skip
    effects = found["removal_effects"]
    return dict(zip(effects["channel_name"], effects["removal_effect"], strict=True))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("attribution")
    project = AttributionProject(path / "scratch", attribution_models=RULES)
    (path / "statements.json").write_text(json.dumps(project.statements))
    return path


def measured(folder: Path, touches: int, per_person: int, work: str) -> dict[str, Any]:
    arguments = [str(folder), str(touches), str(per_person), work]
    process = subprocess.run(
        [sys.executable, "-c", MEASUREMENT, *arguments], capture_output=True, text=True, check=True
    )
    return json.loads(process.stdout.splitlines()[-1])


def test_rules_take_little_longer_than_reading_the_touches(
    folder: Path, comparisons: list[Comparison]
) -> None:
    rules = measured(folder, TOUCHES, 5, "credit_by_rules")
    reading = measured(folder, TOUCHES, 5, "plain_group_by")
    ratio = rules["seconds"] / reading["seconds"]
    comparisons.append(
        Comparison(
            f"{len(RULES)} rule-based models over {TOUCHES:,} touches, memory limit {MEMORY_LIMIT}",
            f"{rules['seconds']:.1f} s CPU, {rules['memory'] / 1e9:.2f} GB",
            f"first, last and count of touches by customer: {reading['seconds']:.1f} s CPU",
            f"{ratio:.1f}",
        )
    )
    assert ratio < 10


def test_a_chain_takes_less_time_than_the_library(
    folder: Path, comparisons: list[Comparison]
) -> None:
    pytest.importorskip("ChannelAttribution")
    ours = measured(folder, PATHS * 4, 4, "solve_chain")
    ratios = {}
    for feed, work in (
        ("path strings by string_agg in order", "call_library"),
        ("path strings after one sort", "call_library_after_one_sort"),
    ):
        theirs = measured(folder, PATHS * 4, 4, work)
        # The library simulates (and cuts walks at the longest path, unless told otherwise): its
        # mistakes are in the second digit.
        assert ours["result"] == pytest.approx(theirs["result"], abs=0.03)
        ratios[work] = ours["seconds"] / theirs["seconds"]
        comparisons.append(
            Comparison(
                f"removal effects of {PATHS:,} paths, from touches, with intervals",
                f"{ours['seconds']:.1f} s CPU",
                f"channelattribution, {feed}: {theirs['seconds']:.1f} s CPU",
                f"{ratios[work]:.2f}",
            )
        )
    assert ratios["call_library"] < SLOWEST
