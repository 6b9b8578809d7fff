"""How near the marts of a run come to the truth that a simulation wrote beside its exports."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingestion.simulator.dirt.caught import Caught, DefectCount, count_caught
from ingestion.simulator.evidence import measure_evidence
from ingestion.simulator.measures import (
    TIED_RECORDS,
    Measure,
    measure_customer_value,
    measure_experiments,
    measure_files,
    measure_identity,
    measure_money,
    measure_orders,
    measure_touches,
    ratio,
)
from ingestion.simulator.over_merges import OverMerge, find_over_merges

# What the marts call the channels of a scenario: GA4's default channel grouping and its extensions.
CHANNELS = {
    "paid_search": "Paid Search",
    "paid_social": "Paid Social",
    "display": "Display",
    "organic_search": "Organic Search",
    "organic_social": "Organic Social",
    "referral": "Referral",
    "direct": "Direct",
    "email": "Email",
    "sms": "SMS",
    "store": "Store",
    "phone": "Phone",
    "wechat": "WeChat",
    "douyin": "Paid Social",
    "xiaohongshu": "Organic Social",
}
# Channels that the marts tell apart and a scenario does not.
PARTS = {"Paid Shopping": "Paid Search", "Organic Video": "Organic Social"}


@dataclass(frozen=True)
class ChannelShare:
    """What share of the orders a channel truly caused, and what each model gives it."""

    channel: str
    caused: float
    by_model: dict[str, float]


@dataclass(frozen=True)
class Accuracy:
    """The whole comparison; ``notes`` say what could not be compared.

    ``over_merges`` are None where there is no warehouse to tell what tied people.
    """

    parameters: dict[str, str]
    measures: tuple[Measure, ...]
    channels: tuple[ChannelShare, ...]
    defects: tuple[DefectCount, ...] = ()
    notes: tuple[str, ...] = ()
    over_merges: tuple[OverMerge, ...] | None = None


def measure_accuracy(
    truth: Path, marts: Path, identity_key: str, warehouse: Path | None = None
) -> Accuracy:
    """Compare the published ``marts`` with the ``truth`` folder of the simulation they came from.

    References that are addresses or numbers stand in the marts as hashes made with
    ``identity_key``. What became of planted defects stands in the ``warehouse``; without it they
    are only counted. Raises ``FileNotFoundError`` when truth or marts are missing.
    """
    for path in (truth / "persons.parquet", marts):
        if not path.exists():
            raise FileNotFoundError(f"{path} does not exist")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{_quoted(marts)}' as published (read_only)")
        for path in sorted(truth.glob("*.parquet")):
            connection.execute(
                f"create view true_{path.stem} as "
                f"select * exclude (omnimart_truth) from read_parquet('{_quoted(path)}')"
            )
        connection.execute("set variable identity_key = ?", [identity_key])
        connection.execute(TIED_RECORDS)
        has_warehouse = warehouse is not None and warehouse.exists()
        if has_warehouse:
            connection.execute(f"attach '{_quoted(warehouse)}' as warehouse (read_only)")
        channels = tuple(_channel_shares(connection))
        caught, notes = _caught(connection, warehouse)
        measures = (
            *(measure_files(connection) if has_warehouse else ()),
            *measure_identity(connection),
            *(measure_evidence(connection) if has_warehouse else ()),
            *measure_orders(connection),
            *measure_touches(connection),
            *measure_money(connection),
            *measure_customer_value(connection),
            *measure_experiments(connection),
            *_synergies(connection),
            *_defects(connection, caught),
            *_attribution(channels),
        )
        names = ("name", "customers", "days", "seed")
        parameters = dict(
            connection.execute(
                "select name, value from true_parameters where list_contains(?, name)", [names]
            ).fetchall()
        )
        return Accuracy(
            parameters,
            measures,
            channels,
            caught.defects if caught else (),
            notes,
            tuple(find_over_merges(connection)) if has_warehouse else None,
        )


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _caught(
    connection: duckdb.DuckDBPyConnection, warehouse: Path | None
) -> tuple[Caught | None, tuple[str, ...]]:
    """Return what became of the defects, or a note why nobody knows."""
    if not _planted(connection):
        return None, ()
    if warehouse is None or not warehouse.exists():
        name = f"the warehouse {warehouse}" if warehouse else "no warehouse"
        return None, (f"Nobody can tell what was caught: {name} does not exist.",)
    return count_caught(connection), ()


def _planted(connection: duckdb.DuckDBPyConnection) -> int:
    return connection.execute("select count(*) from true_defects").fetchall()[0][0]


def _defects(connection: duckdb.DuckDBPyConnection, caught: Caught | None) -> Iterator[Measure]:
    """Yield how many defects were planted, caught and missed; each kind is counted apart."""
    planted = _planted(connection)
    if planted:
        yield Measure("defects", "planted", planted, "things wrong on purpose")
    if caught is not None:
        found = sum(item.caught for item in caught.defects)
        right = ratio(caught.files_right, caught.files)
        yield Measure("defects", "caught", found, "dealt with as they should be")
        yield Measure("defects", "missed", planted - found, "dealt with in another way")
        yield Measure("defects", "soiled files", caught.files, "that are to be loaded")
        yield Measure("defects", "right sums", right, "soiled files with all rows and amounts")


def _channel_shares(connection: duckdb.DuckDBPyConnection) -> Iterator[ChannelShare]:
    caused = connection.execute(
        "select channel, count(*) filter (is_caused) from true_effects group by channel"
    ).fetchall()
    truth: dict[str, float] = {}
    for channel, orders in caused:
        name = CHANNELS[channel]
        truth[name] = truth.get(name, 0) + orders
    models: dict[str, dict[str, float]] = {}
    for model, channel, credit in connection.execute(
        """
        select model, channel, sum(credit)::double
        from published.marts.fct_attribution
        where conversion_type = 'order' and touchpoint_id is not null
        group by all order by all
        """
    ).fetchall():
        name, given = PARTS.get(channel, channel), models.setdefault(model, {})
        given[name] = given.get(name, 0.0) + credit
    total = sum(truth.values())
    names = sorted({*truth, *(name for given in models.values() for name in given)})
    for name in sorted(names, key=lambda name: (-truth.get(name, 0), name)):
        yield ChannelShare(
            name,
            truth.get(name, 0) / total if total else 0.0,
            {model: given.get(name, 0.0) / sum(given.values()) for model, given in models.items()},
        )


# Pairs that hardly ever met say nothing.
_SYNERGIES = """
with ranked as (
    select channel_a, channel_b, percent_rank() over (order by synergy) as place
    from published.marts.channel_synergy
    where conversion_type = 'order' and journeys_both >= 30
)
select count(*), avg(place)
from ranked where list_contains(?::struct(a varchar, b varchar)[], {a: channel_a, b: channel_b})
"""


def _synergies(connection: duckdb.DuckDBPyConnection) -> Iterator[Measure]:
    """Yield how far ahead of other pairs those are that do more together by the scenario."""
    stated = connection.execute(
        """
        select list(value order by name)
        from true_parameters where name like 'synergies.%.channels.%'
        group by split_part(name, '.', 2)
        """
    ).fetchall()
    pairs = [sorted(CHANNELS[channel] for channel in channels) for (channels,) in stated]
    planted = [{"a": first, "b": second} for first, second in pairs]
    found, place = connection.execute(_SYNERGIES, [planted]).fetchall()[0]
    yield Measure("synergy", "pairs", found, "of channels that truly do more together, often met")
    yield Measure("synergy", "place among pairs", place, "1 is ahead of all others, 0.5 is chance")


def _attribution(channels: tuple[ChannelShare, ...]) -> Iterator[Measure]:
    """Yield the share of credit that each model gives to the wrong channels."""
    models = sorted({model for share in channels for model in share.by_model})
    for model in models:
        error = sum(abs(share.by_model[model] - share.caused) for share in channels) / 2
        yield Measure(
            "attribution", model, error, "share of credit not where the effect was (0 is perfect)"
        )
