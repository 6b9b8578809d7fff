"""How near the marts of a run come to the truth that a simulation wrote beside its exports."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingestion.simulator.dirt.caught import Caught, DefectCount, count_caught

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
        is_count = isinstance(self.value, int) or self.value > 1
        return f"{self.value:,.0f}" if is_count else f"{self.value:.4f}"


@dataclass(frozen=True)
class ChannelShare:
    """What share of the orders a channel truly caused, and what each model gives it."""

    channel: str
    caused: float
    by_model: dict[str, float]


@dataclass(frozen=True)
class Accuracy:
    """The whole comparison; ``notes`` say what could not be compared."""

    parameters: dict[str, str]
    measures: tuple[Measure, ...]
    channels: tuple[ChannelShare, ...]
    defects: tuple[DefectCount, ...] = ()
    notes: tuple[str, ...] = ()


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
        connection.execute(_TIED_RECORDS)
        channels = tuple(_channel_shares(connection))
        caught, notes = _caught(connection, warehouse)
        measures = (
            *_identity(connection),
            *_orders(connection),
            *_money(connection),
            *_customer_value(connection),
            *_defects(connection, caught),
            *_attribution(channels),
        )
        names = ("customers", "days", "seed", "first_day", "last_day")
        parameters = dict(
            connection.execute(
                "select name, value from true_parameters where list_contains(?, name)", [names]
            ).fetchall()
        )
        return Accuracy(parameters, measures, channels, caught.defects if caught else (), notes)


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


_HORIZON = 365  # days

_CUSTOMER_VALUE = f"""
with persons as (
    select person_id, mode(customer_id order by customer_id) as customer_id
    from tied where customer_id is not null group by person_id
),
-- What somebody buys who is still there: at a rate, with a chance to leave after each purchase.
expected as (
    select
        person_id,
        if(is_alive, (1 - exp(-rate * dropout * {_HORIZON})) / dropout, 0) as orders
    from true_customers where orders > 0
),
true_value as (
    select customer_id, sum(orders) as orders
    from expected left join persons using (person_id) group by customer_id
),
found as (
    select customer_id, expected_orders_{_HORIZON}d::double as orders
    from published.marts.customer_value
)
select
    (select sum(orders) from true_value),
    (select sum(orders)::double from found),
    sum(abs(found.orders - coalesce(true_value.orders, 0))) filter (found.orders is not null),
    -- The same error if everybody were expected to buy as much as the mean.
    sum(abs(
        (select avg(orders) from found) - coalesce(true_value.orders, 0)
    )) filter (found.orders is not null)
from found left join true_value using (customer_id)
"""


def _customer_value(connection: duckdb.DuckDBPyConnection) -> Iterator[Measure]:
    """Yield how far the orders forecast for a year are from what the process makes one expect."""
    true, found, error, mean_error = connection.execute(_CUSTOMER_VALUE).fetchall()[0]
    off = None if found is None or not true else found / true - 1
    yield Measure("customer value", "orders to come", true, f"truly expected in {_HORIZON} days")
    yield Measure("customer value", "forecast error", off, "of all customers together")
    yield Measure(
        "customer value",
        "error by customer",
        _share(error, mean_error),
        "against forecasting the mean for everybody (1; 0 is perfect)",
    )


# By currency, because a rate of exchange would blur it: the sales without tax and shipping, less
# the goods' part of what was paid back; nothing for what was never paid. The shop tells a refund in
# one sum, which goods and tax share.
_REVENUE = """
with sold as (
    select
        currency,
        case when status not in ('pending', 'cancelled') then
            subtotal - least(
                subtotal,
                if(place = 'shop', round(refund * subtotal / nullif(subtotal + tax, 0)), refund)
            )
        else 0 end as cents
    from true_order_refs inner join true_orders using (order_id)
)
select currency, true_amount, coalesce(amount, 0)
from (select currency, sum(cents) / 100 as true_amount from sold group by currency)
left join (
    select currency, sum(net_original) as amount
    from published.marts.fct_orders
    where source in (select source from true_order_refs)
    group by currency
) using (currency)
order by currency
"""
_SPEND = """
select currency, true_amount, coalesce(amount, 0)
from (select currency, sum(spend) / 100 as true_amount from true_spend group by currency)
left join (
    select currency, sum(spend_original) as amount
    from published.marts.fct_ad_performance group by currency
) using (currency)
order by currency
"""


def _money(connection: duckdb.DuckDBPyConnection) -> Iterator[Measure]:
    """Yield how far revenue and ad spend are off, relative to the truth."""
    for name, query, meaning in (
        ("revenue", _REVENUE, "what orders of the marts earned, too much or too little (-)"),
        ("spend", _SPEND, "what ads of the marts cost, too much or too little (-)"),
    ):
        for currency, true_amount, amount in connection.execute(query).fetchall():
            error = _share(float(amount) - float(true_amount), float(true_amount))
            yield Measure("money", f"{name}, {currency}", error, meaning)


def _caught(
    connection: duckdb.DuckDBPyConnection, warehouse: Path | None
) -> tuple[Caught | None, tuple[str, ...]]:
    """Return what became of the defects, or a note why nobody knows."""
    if not _planted(connection):
        return None, ()
    if warehouse is None or not warehouse.exists():
        name = f"the warehouse {warehouse}" if warehouse else "no warehouse"
        return None, (f"Nobody can tell what was caught: {name} does not exist.",)
    connection.execute(f"attach '{_quoted(warehouse)}' as warehouse (read_only)")
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
        right = _share(caught.files_right, caught.files)
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
    lines += [line for note in accuracy.notes for line in ("", note)]
    lines += _defect_lines(accuracy.defects)
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


def _defect_lines(defects: tuple[DefectCount, ...]) -> Iterator[str]:
    if not defects:
        return
    yield ""
    yield "What became of each defect that was planted:"
    yield ""
    yield "| defect | is to be | planted | caught | missed | what it is |"
    yield "|---|---|---:|---:|---:|---|"
    for item in defects:
        counts = f"{item.planted:,} | {item.caught:,} | {item.missed:,}"
        text = item.description.replace("|", "\\|")
        yield f"| {item.name} | {item.expected} | {counts} | {text} |"
