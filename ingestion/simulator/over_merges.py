"""The customers of a run that are several people, one by one, and what brought them together."""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

# The ties between records of different people; those within one person are innocent.
_OVER_MERGES = """
with over_merged as (
    select customer_id
    from tied where customer_id is not null
    group by customer_id having count(distinct person_id) > 1
),
members as (
    select tied.customer_id, tied.person_id, tied.source, tied.record_ref
    from tied inner join over_merged using (customer_id)
),
cells as (
    select customer_id, person_id, count(*) as records from members group by all
),
keyed as (
    select members.customer_id, members.person_id, records.record_key
    from members
    inner join warehouse.intermediate.int_customer_records as records using (source, record_ref)
),
bridges as (
    select keyed.customer_id, min(edges.identifier_type) as identifier_type
    from keyed
    inner join warehouse.intermediate.int_identity_edges as edges using (record_key)
    group by keyed.customer_id, edges.identifier_key
    having count(distinct keyed.person_id) > 1
)
select
    customer_id,
    count(*) as people,
    sum(records)::bigint as records,
    ((sum(records) ** 2 - sum(records ** 2)) / 2)::bigint as wrong_pairs,
    (
        select list(distinct identifier_type order by identifier_type)
        from bridges where bridges.customer_id = cells.customer_id
    ) as tied_by
from cells
group by customer_id
order by wrong_pairs desc, customer_id
"""


@dataclass(frozen=True)
class OverMerge:
    """A customer that is several people; ``tied_by`` are the rules that tied one to another."""

    customer_id: str
    people: int
    records: int
    wrong_pairs: int
    tied_by: tuple[str, ...]


def find_over_merges(connection: duckdb.DuckDBPyConnection) -> Iterator[OverMerge]:
    """Yield every customer that is several people, the worst first."""
    for *counts, tied_by in connection.execute(_OVER_MERGES).fetchall():
        yield OverMerge(*counts, tuple(tied_by or ()))
