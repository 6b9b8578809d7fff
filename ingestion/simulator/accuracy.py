"""How near the marts of a run come to the truth that a simulation wrote beside its exports."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

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
class Measure:
    """One line of the comparison; a share or an error is in 0-1, a count is whole."""

    subject: str
    name: str
    value: float | None
    meaning: str

    @property
    def spelled(self) -> str:
        """Return the value as text; a dash where there is none."""
        if self.value is None:
            return "-"
        return f"{self.value:,.0f}" if self.value > 1 else f"{self.value:.4f}"


@dataclass(frozen=True)
class ChannelShare:
    """What share of the orders a channel truly caused, and what each model gives it."""

    channel: str
    caused: float
    by_model: dict[str, float]


@dataclass(frozen=True)
class Accuracy:
    """The whole comparison."""

    parameters: dict[str, str]
    measures: tuple[Measure, ...]
    channels: tuple[ChannelShare, ...]


def measure_accuracy(truth: Path, marts: Path, identity_key: str) -> Accuracy:
    """Compare the published ``marts`` with the ``truth`` folder of the simulation they came from.

    References that are addresses or numbers stand in the marts as hashes made with
    ``identity_key``. Raises ``FileNotFoundError`` when either is missing.
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
        connection.execute(_TIED_RECORDS)
        channels = tuple(_channel_shares(connection))
        measures = (
            *_identity(connection),
            *_orders(connection),
            *_defects(connection),
            *_attribution(channels),
        )
        names = ("customers", "days", "seed", "first_day", "last_day")
        parameters = dict(
            connection.execute(
                "select name, value from true_parameters where list_contains(?, name)", [names]
            ).fetchall()
        )
        return Accuracy(parameters, measures, channels)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


# Records of the truth with the customer each was tied to; null where it is tied to none.
_TIED_RECORDS = """
create table tied as
with sought as (
    select *, record_ref as published_ref from true_records
    union all
    select *, sha256(getvariable('identity_key') || record_ref) from true_records
)
select sought.source, sought.record_ref, sought.person_id, min(found.customer_id) as customer_id
from sought
left join published.marts.customer_records as found
    on sought.source = found.source and sought.published_ref = found.record_ref
group by all
"""


_ANONYMOUS = "records tied to nobody: most are devices on which nobody ever said who they were"


def _identity(connection: duckdb.DuckDBPyConnection) -> Iterator[Measure]:
    """Yield pairwise precision and recall over records, and how many clusters are wrong.

    A pair is two records of one customer (found) or of one person (true), among the records that
    have a customer; the counts follow from the sizes of the cells customer x person, so that no
    pair is ever listed.
    """
    records, missed, both, found, true = connection.execute(
        """
        with cells as (
            select person_id, customer_id, count(*) as n
            from tied where customer_id is not null group by all
        ),
        customers as (select sum(n) as n from cells group by customer_id),
        persons as (select sum(n) as n from cells group by person_id)
        select
            (select count(*) from tied),
            (select count(*) from tied where customer_id is null),
            (select sum(n * (n - 1) / 2) from cells),
            (select sum(n * (n - 1) / 2) from customers),
            (select sum(n * (n - 1) / 2) from persons)
        """
    ).fetchall()[0]
    precision, recall = _share(both, found), _share(both, true)
    f1 = (
        2 * precision * recall / (precision + recall)
        if precision is not None and recall is not None and precision + recall
        else None
    )
    over, under = connection.execute(
        """
        select
            (
                select count(*) filter (people > 1) / count(*)
                from (
                    select count(distinct person_id) as people
                    from tied where customer_id is not null group by customer_id
                )
            ),
            (
                select count(*) filter (customers > 1) / count(*)
                from (
                    select count(distinct customer_id) as customers
                    from tied where customer_id is not null group by person_id
                )
            )
        """
    ).fetchall()[0]
    yield Measure("identity", "records", records, "records of people in the exports")
    yield Measure("identity", "without a customer", _share(missed, records), _ANONYMOUS)
    yield Measure("identity", "precision", precision, "pairs tied that are one person")
    yield Measure("identity", "recall", recall, "pairs of one person that are tied")
    yield Measure("identity", "F1", f1, "harmonic mean of both")
    yield Measure("identity", "over-merged", over, "customers that are several people")
    yield Measure("identity", "under-merged", under, "people who are several customers")


def _orders(connection: duckdb.DuckDBPyConnection) -> Iterator[Measure]:
    """Yield how many orders are tied to the customer that holds most of the buyer's records."""
    orders, found, right = connection.execute(
        """
        with persons as (
            select person_id, mode(customer_id order by customer_id) as customer_id
            from tied where customer_id is not null group by person_id
        )
        select count(*), count(marts.order_id), count(*) filter (
            marts.customer_id = persons.customer_id
        )
        from true_order_refs as truth
        left join published.marts.fct_orders as marts
            on truth.source = marts.source and truth.order_ref = marts.order_ref
        left join persons on truth.person_id = persons.person_id
        where truth.person_id is not null
        """
    ).fetchall()[0]
    yield Measure("orders", "orders of people", orders, "in the exports")
    yield Measure("orders", "in the marts", _share(found, orders), "found by their reference")
    yield Measure("orders", "right person", _share(right, orders), "tied to the buyer")


def _defects(connection: duckdb.DuckDBPyConnection) -> Iterator[Measure]:
    planted = connection.execute("select sum(count) from true_defects").fetchall()[0][0]
    if planted:
        yield Measure("defects", "planted", planted, "things wrong on purpose")


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


def _attribution(channels: tuple[ChannelShare, ...]) -> Iterator[Measure]:
    """Yield the share of credit that each model gives to the wrong channels."""
    models = sorted({model for share in channels for model in share.by_model})
    for model in models:
        error = sum(abs(share.by_model[model] - share.caused) for share in channels) / 2
        yield Measure(
            "attribution", model, error, "share of credit not where the effect was (0 is perfect)"
        )


def _share(part: float | None, whole: float | None) -> float | None:
    return float(part or 0) / float(whole) if whole else None


def as_markdown(accuracy: Accuracy) -> str:
    """Return the comparison as a page."""
    size = accuracy.parameters
    lines = [
        "# Accuracy",
        "",
        f"What the marts make of a simulated brand ({int(size['customers']):,} people, "
        f"{size['days']} days, seed {size['seed']}), against what the simulation knows.",
        "",
        "| subject | measure | value | meaning |",
        "|---|---|---:|---|",
    ]
    lines += [
        f"| {item.subject} | {item.name} | {item.spelled} | {item.meaning} |"
        for item in accuracy.measures
    ]
    models = sorted({model for share in accuracy.channels for model in share.by_model})
    lines += [
        "",
        "Share of the orders that each channel caused (they would not have happened without it), "
        "and share of credit that each model gives it:",
        "",
        f"| channel | caused | {' | '.join(models)} |",
        f"|---|---:|{'---:|' * len(models)}",
    ]
    lines += [
        f"| {share.channel} | {share.caused:.1%} | "
        + " | ".join(f"{share.by_model[model]:.1%}" for model in models)
        + " |"
        for share in accuracy.channels
    ]
    return "\n".join(lines) + "\n"
