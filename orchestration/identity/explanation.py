"""Why the records of a customer are one: every tie, and the sums behind those of likeness."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from math import log2
from typing import Any

import duckdb

from ingestion.settings import Settings
from ingestion.warehouse import connect

PERSONAL = {"email", "phone", "national_id"}


@dataclass(frozen=True)
class Record:
    """One record of the customer."""

    key: str
    source: str
    reference: str
    record_type: str
    matched_by: str
    probability: float
    first_seen: datetime | None
    is_reference_personal: bool


@dataclass(frozen=True)
class Weight:
    """What one comparison of a pair said, in bits."""

    comparison: str
    level: str
    bits: float


@dataclass(frozen=True)
class Tie:
    """What two records or more have in common; ``is_cut`` when it would join what must not be."""

    key: str
    kind: str
    value: str
    confidence: float
    records: tuple[str, ...]
    is_cut: bool
    weights: tuple[Weight, ...] = ()


@dataclass(frozen=True)
class Change:
    """An id that came to this customer, or left it."""

    change: str
    old_id: str
    new_id: str
    records: int
    changed_at: datetime


@dataclass(frozen=True)
class Explanation:
    """All that makes one customer; ``lone_identifiers`` are those no other record shares."""

    customer_id: str
    asked_for: str
    records: tuple[Record, ...]
    ties: tuple[Tie, ...]
    lone_identifiers: int
    changes: tuple[Change, ...]


def explain(settings: Settings, customer_id: str, shows_values: bool = False) -> Explanation | None:
    """Return why the records of ``customer_id`` are one, or None when nobody has the id.

    An id that was merged into another is followed to it. Addresses and numbers are masked unless
    ``shows_values``.
    """
    with connect(settings, read_only=True) as connection:
        current = _current_id(connection, customer_id)
        if current is None:
            return None
        records = tuple(_records(connection, current))
        ties = tuple(_ties(connection, current))
        lone = _lone_identifiers(connection, current)
        changes = tuple(_changes(connection, current))
    if not shows_values:
        records = tuple(_masked_record(record) for record in records)
        ties = tuple(
            replace(tie, value=mask(tie.value)) if tie.kind in PERSONAL else tie for tie in ties
        )
    return Explanation(current, customer_id, records, ties, lone, changes)


def mask(value: str) -> str:
    """Return enough of an address or number to recognise it by: ``an…@mail.example``."""
    mailbox, at, domain = value.partition("@")
    if at:
        return f"{mailbox[:2]}…@{domain}"
    return f"{value[:3]}…{value[-2:]}" if len(value) > 5 else "…"


def _masked_record(record: Record) -> Record:
    if record.is_reference_personal:
        return replace(record, reference=mask(record.reference))
    return record


def _current_id(connection: duckdb.DuckDBPyConnection, customer_id: str) -> str | None:
    rows = connection.execute(
        """
        with recursive followed as (
            select ? as customer_id, 0 as steps
            union
            select changes.new_customer_id, steps + 1
            from followed
            inner join marts.customer_id_changes as changes
                on followed.customer_id = changes.old_customer_id
            where changes.change = 'merged' and steps < 100
        )
        select customer_id from followed
        where customer_id in (select customer_id from intermediate.int_customer_ids)
        order by steps limit 1
        """,
        [customer_id],
    ).fetchall()
    return rows[0][0] if rows else None


def _records(connection: duckdb.DuckDBPyConnection, customer_id: str) -> Iterator[Record]:
    rows = connection.execute(
        """
        select
            record_key, source, record_ref, record_type, matched_by,
            match_probability::double, first_seen_at, is_ref_personal
        from intermediate.int_customer_ids
        inner join intermediate.int_customer_records using (record_key)
        where customer_id = ?
        order by first_seen_at nulls last, source, record_ref
        """,
        [customer_id],
    ).fetchall()
    yield from (Record(*row) for row in rows)


_TIES = """
with members as (
    select record_key, component
    from intermediate.int_customer_ids where customer_id = ?
),
edges as (
    select
        edges.*,
        coalesce(
            identifiers.component not in (select component from members), false
        ) as is_cut
    from intermediate.int_identity_edges as edges
    inner join members using (record_key)
    left join intermediate.int_identity_clusters as identifiers
        on edges.identifier_key = identifiers.node_key
)
select
    identifier_key, identifier_type, min(identifier_value), min(confidence)::double as confidence,
    list(record_key order by record_key) as records, bool_or(is_cut) as is_cut
from edges
group by identifier_key, identifier_type
having count(*) > 1 or bool_or(is_cut)
order by is_cut, min(priority), confidence desc, identifier_key
"""


def _ties(connection: duckdb.DuckDBPyConnection, customer_id: str) -> Iterator[Tie]:
    weights = _weights(connection, customer_id)
    for key, kind, value, confidence, records, is_cut in connection.execute(
        _TIES, [customer_id]
    ).fetchall():
        yield Tie(key, kind, value, confidence, tuple(records), is_cut, weights.get(key, ()))


def _weights(
    connection: duckdb.DuckDBPyConnection, customer_id: str
) -> dict[str, tuple[Weight, ...]]:
    """Return the sums behind the ties of likeness, largest first, the prior before all."""
    result = connection.execute(
        """
        select scores.*
        from intermediate.int_match_scores as scores
        where is_tie and exists (
            select 1 from intermediate.int_customer_ids
            where customer_id = ? and record_key in (left_record_key, right_record_key)
        )
        """,
        [customer_id],
    )
    names = [column[0] for column in result.description]
    return {
        row["match_key"]: tuple(_weights_of(row))
        for row in (dict(zip(names, values, strict=True)) for values in result.fetchall())
    }


def _weights_of(score: dict[str, Any]) -> Iterator[Weight]:
    yield Weight("prior", "before looking", score["prior_weight"])
    compared = [
        Weight(name.removesuffix("_level"), level, score[name.replace("_level", "_weight")])
        for name, level in score.items()
        if name.endswith("_level") and level is not None
    ]
    yield from sorted(compared, key=lambda weight: -weight.bits)
    probability = min(score["match_probability"], 1 - 2**-52)
    household = log2(probability / (1 - probability)) - score["match_weight"]
    if household < -0.05:
        yield Weight("household", "two people of one", household)


def _lone_identifiers(connection: duckdb.DuckDBPyConnection, customer_id: str) -> int:
    return connection.execute(
        """
        select count(*) from (
            select identifier_key
            from intermediate.int_identity_edges
            inner join intermediate.int_customer_ids using (record_key)
            where customer_id = ?
            group by identifier_key
            having count(*) = 1
        )
        """,
        [customer_id],
    ).fetchall()[0][0]


def _changes(connection: duckdb.DuckDBPyConnection, customer_id: str) -> Iterator[Change]:
    rows = connection.execute(
        """
        select change, old_customer_id, new_customer_id, records, changed_at
        from marts.customer_id_changes
        where ? in (old_customer_id, new_customer_id)
        order by changed_at, old_customer_id, new_customer_id
        """,
        [customer_id],
    ).fetchall()
    yield from (Change(*row) for row in rows)
