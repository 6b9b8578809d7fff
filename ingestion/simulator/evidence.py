"""How much of what the exports give away about who is who the marts made use of.

Some records of a person share nothing with the others: a call from a number nobody else knows. No
rule can tie those. Evidence is an identifier that two records of a person have in common, or a name
with an address, a postal code or a day of birth; it connects records over any number of steps.
"""

from collections import Counter
from collections.abc import Iterator

import duckdb

from ingestion.simulator.measures import Measure, ratio

_EVIDENCE = """
with people as (
    select
        tied.person_id, tied.customer_id, records.record_key,
        lower(coalesce(
            given_name || ' ' || family_name, full_name
        )) as name,
        coalesce(street, postal_code) as address, birth_date
    from tied
    inner join warehouse.intermediate.int_customer_records as records using (source, record_ref)
    where tied.customer_id is not null
)
select person_id, customer_id, record_key, list(evidence)
from (
    select person_id, customer_id, record_key, identifier_key as evidence
    from people
    left join (
        select * from warehouse.intermediate.int_identifiers where is_usable
    ) using (record_key)
    union all
    select person_id, customer_id, record_key, name || ' ' || birth_date from people
    union all
    select person_id, customer_id, record_key, name || ' ' || address from people
)
group by all
order by all
"""


def measure_evidence(connection: duckdb.DuckDBPyConnection) -> Iterator[Measure]:
    """Yield the recall over pairs that evidence connects, and how many records have some."""
    representative: dict[object, object] = {}

    def find(node: object) -> object:
        representative.setdefault(node, node)
        while representative[node] != node:
            representative[node] = representative[representative[node]]
            node = representative[node]
        return node

    records = connection.execute(_EVIDENCE).fetchall()
    for person, _, record, evidence in records:
        for item in evidence:
            if item is not None:
                representative[find((person, item))] = find(record)
    islands = Counter(find(record) for _, _, record, _ in records)
    cells = Counter((find(record), customer) for _, customer, record, _ in records)
    alone = sum(size for size in islands.values() if size == 1)
    yield Measure(
        "identity",
        "without evidence",
        ratio(alone, len(records)),
        "records that share nothing with another of the person",
    )
    yield Measure(
        "identity",
        "recall of evidence",
        ratio(_pairs(cells), _pairs(islands)),
        "pairs of one person that shared identifiers or names with addresses connect, and are tied",
    )


def _pairs(sizes: Counter) -> float:
    return sum(size * (size - 1) / 2 for size in sizes.values())
