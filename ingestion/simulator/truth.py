"""What only the simulator knows, as files: who is who, and what caused what."""

from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

import pyarrow as pa

from ingestion.simulator.draws import generator
from ingestion.simulator.exports import ads, own
from ingestion.simulator.exports.cells import spelling
from ingestion.simulator.exports.periods import PERIODS, at_hour
from ingestion.simulator.world import World
from ingestion.simulator.writing import Folder

TABLES = {
    "persons": "select * from persons order by person_id",
    "records": "select * from records order by all",
    "journeys": "select * from journeys order by journey_id",
    "touches": "select * from touches order by touch_id",
    "orders": "select * from orders order by order_id",
    "order_refs": "select * from order_refs order by order_id",
    "effects": "select * from effects order by order_id, channel",
    "channel_effects": """
        select
            effects.channel,
            orders.currency,
            count(*) as orders,
            count(*) filter (effects.is_caused) as conversions,
            coalesce(sum(orders.subtotal) filter (effects.is_caused), 0)::bigint as revenue
        from effects
        inner join orders using (order_id)
        group by all
        order by all
    """,
    "customers": """
        select
            persons.person_id, persons.rate, persons.dropout,
            count(orders.order_id) <= persons.repeats_until_left as is_alive,
            count(orders.order_id) as orders,
            min(orders.ordered_at) as first_ordered_at,
            max(orders.ordered_at) as last_ordered_at
        from persons
        left join orders using (person_id)
        where persons.company is null
        group by persons.person_id, persons.rate, persons.dropout, persons.repeats_until_left
        order by persons.person_id
    """,
    "parameters": "select * from parameters order by name",
    "leads": "select * from leads order by lead_id",
    "experiments": "select * from experiments order by experiment, metric, variant",
    "files": "select * from files order by path",
    "spend": "select * from spend order by all",
    "defects": "select * from defects order by all",
    "file_sums": "select * from file_sums order by all",
}


def add_parameters(world: World) -> None:
    """Fill ``parameters`` (name, value) with every number of the scenario, and the plan's size."""
    plan = world.plan
    values = dict(_flat("", plan.scenario.model_dump(mode="json", by_alias=True)))
    values |= {"customers": str(plan.customers), "days": str(plan.days), "seed": str(plan.seed)}
    values |= {"first_day": str(plan.first_day), "last_day": str(plan.last_day)}
    block = pa.table({"name": list(values), "value": list(values.values())})
    world.connection.register("block", block)
    world.connection.execute("create table parameters as select * from block order by name")
    world.connection.unregister("block")


def _flat(name: str, value: object) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    else:
        return [(name, str(value))]
    return [
        pair for key, part in items for pair in _flat(f"{name}.{key}" if name else str(key), part)
    ]


def add_files(world: World, folder: Folder) -> None:
    """Fill ``files``: what was written, when it was downloaded, and when it arrives.

    Most arrive at once, some days late: then a later one of the same platform is there before.
    """
    lateness = world.plan.scenario.lateness
    late = generator(world.plan.seed, "late files").random((len(folder.files), 2))
    low, high = lateness.days
    delays = [
        timedelta(days=low + int((high - low + 1) * unit))
        if chance < lateness.share
        else timedelta()
        for chance, unit in late
    ]
    files = {
        "path": [file.path for file in folder.files],
        "rows": [file.rows for file in folder.files],
        "exported_at": [file.exported_at for file in folder.files],
        "arrives_at": [
            file.exported_at + delay for file, delay in zip(folder.files, delays, strict=True)
        ],
    }
    world.insert("files", {name: pa.array(values) for name, values in files.items()})


def add_spend(world: World, platforms: Collection[str]) -> None:
    """Fill ``spend``: what ads and offline media of these platforms cost, by campaign and day.

    Cents: ``spend`` as the last export of the day told it, ``settled`` as it will stand when every
    invalid click is taken back.
    """
    connection, restatement = spelling(world), world.plan.scenario.restatement
    told = {
        period.first - timedelta(days=back): at_hour(period.after, 9)
        for period in PERIODS[restatement.ad_reports](world)
        for back in range(restatement.ad_days, (period.first - period.after).days, -1)
    }
    world.connection.register("told", pa.table({"day": list(told), "told_at": list(told.values())}))
    connection.execute(ads.AD_DAYS)
    connection.execute(
        f"""
        insert into spend
        with sold_by as (
            select *, regexp_replace(platform, '_cn$', '') as seller from ad_days
        ),
        corrected as (
            select
                sold_by.*,
                case
                    when {ads.HAS_INVALID_CLICK} then cost * (clicks - 1) // clicks else cost
                end as settled,
                day + interval {ads.SETTLED_DAYS} day < told_at as is_settled
            from sold_by inner join told using (day)
        )
        select
            seller, campaign_id, name, day, currency, if(is_settled, settled, cost), settled
        from corrected
        where impressions > 0 and list_contains(?, seller)
        """,
        [sorted(platforms)],
    )
    connection.execute("drop table ad_days")
    connection.unregister("told")
    if "offline_spend" in platforms:
        connection.execute(
            f"""
            insert into spend
            select
                source, null, campaign, day, currency,
                (spend::decimal(18, 2) * 100)::bigint as cents, cents
            from (select *, omnimart_spend_date as day from ({_offline_query(world)}))
            """
        )


class _Queries:
    """Stands in for a folder, to learn what an exporter would write."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def csv(self, path: str, query: str, **_: object) -> None:
        self.found.append(query)


def _offline_query(world: World) -> str:
    """Return the query of the offline media's file: it is the only place that tells of them."""
    queries = _Queries()
    own.offline_spend(world, queries)
    return queries.found[0]


def write_truth(world: World, folder: Path) -> None:
    """Write one Parquet file per table; its first column names the table in every row."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, query in TABLES.items():
        path = str(folder / f"{name}.parquet").replace("'", "''")
        world.connection.execute(
            f"copy (select '{name}' as omnimart_truth, * from ({query})) to '{path}' "
            "(format parquet, compression zstd)"
        )
