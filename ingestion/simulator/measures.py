"""Measures of a run's marts against the truth: people, orders, value, experiments, money.

Each reads the views ``true_...`` and the attached database ``published``.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

# Records of the truth with the customer each was tied to; null where it is tied to none.
TIED_RECORDS = """
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
        is_count = isinstance(self.value, int) or self.value > 2
        # adding zero takes the sign from a rounded -0
        return f"{self.value:,.0f}" if is_count else f"{round(self.value, 4) + 0:.4f}"


def ratio(part: float | None, whole: float | None) -> float | None:
    """Return a part per whole, None where there is no whole."""
    return float(part or 0) / float(whole) if whole else None


def measure_identity(connection: duckdb.DuckDBPyConnection) -> Iterator[Measure]:
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
    precision, recall = ratio(both, found), ratio(both, true)
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
    yield Measure("identity", "without a customer", ratio(missed, records), _ANONYMOUS)
    yield Measure("identity", "precision", precision, "pairs tied that are one person")
    yield Measure("identity", "recall", recall, "pairs of one person that are tied")
    yield Measure("identity", "F1", f1, "harmonic mean of both")
    yield Measure("identity", "over-merged", over, "customers that are several people")
    yield Measure("identity", "under-merged", under, "people who are several customers")


def measure_orders(connection: duckdb.DuckDBPyConnection) -> Iterator[Measure]:
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
    yield Measure("orders", "in the marts", ratio(found, orders), "found by their reference")
    yield Measure("orders", "right person", ratio(right, orders), "tied to the buyer")


# A touchpoint of the marts is a touch of the truth when both are at the same second, and no other
# one is: platforms name touches in ways of their own.
_TOUCHES = """
with persons as (
    select person_id, mode(customer_id order by customer_id) as customer_id
    from tied where customer_id is not null group by person_id
),
told as (
    select person_id, touched_at from true_touches where kind in ('visit', 'contact')
    qualify count(*) over (partition by touched_at) = 1
),
known as (
    select date_trunc('second', touched_at) as touched_at, customer_id
    from published.marts.fct_touchpoints where is_touch
    qualify count(*) over (partition by date_trunc('second', touched_at)) = 1
)
select
    count(*), count(known.touched_at),
    count(*) filter (known.customer_id = persons.customer_id),
    count(*) filter (known.customer_id != persons.customer_id)
from told
left join known on told.touched_at = known.touched_at
left join persons on told.person_id = persons.person_id
"""


def measure_touches(connection: duckdb.DuckDBPyConnection) -> Iterator[Measure]:
    """Yield how many visits and contacts are tied to the customer with most of their records."""
    touches, found, right, wrong = connection.execute(_TOUCHES).fetchall()[0]
    yield Measure("touches", "touches of people", touches, "visits and contacts at a second alone")
    yield Measure(
        "touches", "in the marts", ratio(found, touches), "the others left no record of their own"
    )
    yield Measure("touches", "right person", ratio(right, found), "tied to who it was")
    yield Measure(
        "touches",
        "wrong person",
        ratio(wrong, found),
        "or to a part of the same that stands apart; the rest is anonymous",
    )


def measure_files(connection: duckdb.DuckDBPyConnection) -> Iterator[Measure]:
    """Yield how many exports the attached ``warehouse`` knows, and whether a row was lost.

    An archive counts by its members, a file of several tables by those.
    """
    exports, recognised, rows, read, refused = connection.execute(
        """
        with ledger as (
            select
                files.path,
                count(*) filter (status in ('loaded', 'duplicate')) as known,
                count(*) filter (status = 'loaded') as loaded,
                sum(ledger.rows_read) as rows_read, sum(ledger.rows_rejected) as rows_rejected
            from true_files as files
            inner join warehouse.raw_audit.files as ledger
                on ledger.path = files.path or starts_with(ledger.path, files.path || '!')
            group by files.path
        )
        select
            count(*), count(*) filter (known > 0), sum(files.rows) filter (loaded > 0),
            sum(rows_read) filter (loaded > 0), sum(rows_rejected)
        from true_files as files
        left join ledger using (path)
        """
    ).fetchall()[0]
    yield Measure("files", "exports", exports, "that platforms would have written")
    yield Measure(
        "files", "loaded", ratio(recognised, exports), "recognised; the rest is quarantined"
    )
    yield Measure("files", "rows", rows, "in the files loaded")
    yield Measure("files", "rows read", ratio(read, rows), "loaded, refused or no data; 1 is all")
    yield Measure("files", "rows refused", refused, "each with its reason")


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


def measure_customer_value(connection: duckdb.DuckDBPyConnection) -> Iterator[Measure]:
    """Yield how far the orders forecast for a year are from what the process makes one expect."""
    true, found, error, mean_error = connection.execute(_CUSTOMER_VALUE).fetchall()[0]
    off = None if found is None or not true else found / true - 1
    yield Measure("customer value", "orders to come", true, f"truly expected in {_HORIZON} days")
    yield Measure("customer value", "forecast error", off, "of all customers together")
    yield Measure(
        "customer value",
        "error by customer",
        ratio(error, mean_error),
        "against forecasting the mean for everybody (1; 0 is perfect)",
    )


# The lift that was planted is the variant's by that of the version it is compared with.
_EXPERIMENTS = """
with compared as (
    select
        results.units, 1 + results.lift as found, truth.lift / control_truth.lift as planted,
        1 + results.lift_low as low, 1 + results.lift_high as high
    from published.marts.experiment_results as results
    inner join published.marts.experiment_results as controls
        on controls.is_control
        and (controls.source, controls.experiment, controls.metric)
        = (results.source, results.experiment, results.metric)
    inner join true_experiments as truth
        on (truth.experiment, truth.variant) = (results.experiment, results.variant)
    inner join true_experiments as control_truth
        on (control_truth.experiment, control_truth.variant)
        = (controls.experiment, controls.variant)
    where results.lift is not null
        and results.metric = if(truth.metric = 'conversion', 'first_order', truth.metric)
)
select
    count(*), count(*) filter (planted between low and high),
    sum(units * (found / planted - 1)) / sum(units)
from compared
"""


def measure_experiments(connection: duckdb.DuckDBPyConnection) -> Iterator[Measure]:
    """Yield how near the lifts of tests come to those planted."""
    tests, held, off = connection.execute(_EXPERIMENTS).fetchall()[0]
    yield Measure("experiments", "tests", tests, "with data enough and a lift that is known")
    yield Measure("experiments", "lift in its interval", ratio(held, tests), "0.95 is right")
    yield Measure("experiments", "error of lift", off, "found by planted, mean weighted by people")


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


def measure_money(connection: duckdb.DuckDBPyConnection) -> Iterator[Measure]:
    """Yield how far revenue and ad spend are off, relative to the truth."""
    for name, query, meaning in (
        ("revenue", _REVENUE, "what orders of the marts earned, too much or too little (-)"),
        ("spend", _SPEND, "what ads of the marts cost, too much or too little (-)"),
    ):
        for currency, true_amount, amount in connection.execute(query).fetchall():
            error = ratio(float(amount) - float(true_amount), float(true_amount))
            yield Measure("money", f"{name}, {currency}", error, meaning)
