"""Hand audiences to where they are used, each customer once per audience and destination.

Who is a member stands in the published marts, which were checked; addresses stand in the private
warehouse, and so does the ledger, ``activation.deliveries``. A batch is written into the ledger
before it leaves and marked sent once it arrived. A batch that was interrupted in between leaves
again first of all, under the same name: a file replaces itself, and a webhook can tell by the
header ``Idempotency-Key`` that it has seen the batch.
"""

import csv
import hashlib
import json
import os
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from ingestion.settings import Settings
from ingestion.warehouse import connect, writer_lock
from orchestration.activation_formats import DESTINATIONS, Contact, Row
from orchestration.publishing import current_file

BATCH_SIZE = 500
TIMEOUT_SECONDS = 30

_SQL = Path(__file__).with_name("activation_contacts.sql")
_LEDGER = """
create schema if not exists activation;
create table if not exists activation.deliveries (
    audience varchar not null,
    destination varchar not null,
    customer_id varchar not null,
    batch varchar not null,
    planned_at timestamp not null,
    sent_at timestamp,
    primary key (audience, destination, customer_id)
);
"""


class ActivationError(RuntimeError):
    """An audience cannot be handed over; the message says why and what to do."""


@dataclass
class Plan:
    """Who of an audience would be handed over, and why others would not."""

    audience: str
    destination: str
    rows: dict[str, Row] = field(default_factory=dict)  # by customer
    batches: dict[str, str] = field(default_factory=dict)  # customer -> batch that was interrupted
    members: int = 0
    capped: int = 0
    without_consent: int = 0
    unreachable: int = 0
    already_sent: int = 0
    as_of_date: date | None = None


def preview(settings: Settings, audience: str, destination: str) -> Plan:
    """Return what :func:`activate` would do; changes nothing."""
    _marts(settings)
    try:
        with connect(settings, read_only=True) as warehouse:
            return _plan(settings, warehouse, audience, destination)
    except duckdb.IOException as error:
        raise ActivationError(f"The warehouse cannot be read now: {error}") from error


def activate(settings: Settings, audience: str, destination: str) -> tuple[Plan, list[str]]:
    """Hand over those of an audience who were not yet; return who, and the batches sent.

    Raises :class:`ActivationError` when a batch does not arrive; those before it stay sent.
    """
    _marts(settings)
    with writer_lock(settings), connect(settings) as warehouse:
        warehouse.execute(_LEDGER)
        plan = _plan(settings, warehouse, audience, destination)
        sent = []
        for batch in _plan_batches(warehouse, plan):
            _deliver(settings, plan, batch, _rows_of(warehouse, plan, batch))
            warehouse.execute(
                "update activation.deliveries set sent_at = ? where batch = ? and sent_at is null",
                [_now(), batch],
            )
            sent.append(batch)
        return plan, sent


def _plan(
    settings: Settings, warehouse: duckdb.DuckDBPyConnection, audience: str, destination: str
) -> Plan:
    plan = Plan(audience, _ledger_name(settings, destination))
    target = DESTINATIONS[destination]
    delivered = _delivered(warehouse, plan)
    for contact, is_capped in _contacts(settings, warehouse, audience):
        plan.members += 1
        plan.as_of_date = contact.as_of_date
        row = target.row(contact)
        sent = delivered.get(contact.customer_id)
        if not contact.channels or not target.takes(contact):
            plan.without_consent += 1
        elif not target.reaches(row):
            plan.unreachable += 1
        elif sent is not None and sent[1]:
            plan.already_sent += 1
        elif is_capped and not target.is_ads:
            plan.capped += 1
        else:
            plan.rows[contact.customer_id] = row
            if sent is not None:
                plan.batches[contact.customer_id] = sent[0]
    return plan


def _ledger_name(settings: Settings, destination: str) -> str:
    """Return the destination in the ledger: another URL is another place."""
    if destination != "webhook":
        return destination
    if settings.webhook_url is None:
        raise ActivationError("OMNIMART_WEBHOOK_URL says where a webhook is; it is not set.")
    digest = hashlib.sha256(settings.webhook_url.get_secret_value().encode()).hexdigest()
    return f"webhook-{digest[:12]}"


def _marts(settings: Settings) -> Path:
    """Return the published marts; without them there is no warehouse to open either."""
    marts = current_file(settings.published_dir)
    if marts is None or not settings.warehouse_path.exists():
        raise ActivationError("Nothing is published yet: omnimart run comes first.")
    return marts.resolve()


def _contacts(
    settings: Settings, warehouse: duckdb.DuckDBPyConnection, audience: str
) -> list[tuple[Contact, bool]]:
    path = str(_marts(settings)).replace("'", "''")
    warehouse.execute(f"attach if not exists '{path}' as published (read_only)")
    known = [
        name
        for (name,) in warehouse.execute(
            "select audience from reference.audiences order by priority, audience"
        ).fetchall()
    ]
    if audience not in known:
        raise ActivationError(f"There is no audience {audience!r}; known: {', '.join(known)}.")
    rows = warehouse.execute(_SQL.read_text(encoding="utf-8"), {"audience": audience}).fetchall()
    return [
        (Contact(customer_id, tuple(channels or ()), *facts), is_capped)
        for customer_id, channels, is_capped, *facts in rows
    ]


def _delivered(warehouse: duckdb.DuckDBPyConnection, plan: Plan) -> dict[str, tuple[str, bool]]:
    """Return the batch of each customer in the ledger, and whether it was sent.

    A customer who was merged into another one since counts as that one.
    """
    exists = warehouse.execute(
        "select count(*) from information_schema.tables"
        " where table_schema = 'activation' and table_name = 'deliveries'"
    ).fetchall()[0][0]
    if not exists:
        return {}
    rows = warehouse.execute(
        """
        with recursive ids as (
            select customer_id, customer_id as current_id, batch, sent_at
            from activation.deliveries
            where audience = $audience and destination = $destination
            union
            select ids.customer_id, changes.new_customer_id, ids.batch, ids.sent_at
            from ids
            inner join marts.customer_id_changes as changes
                on ids.current_id = changes.old_customer_id and changes.change = 'merged'
        )
        select current_id, max_by(batch, (sent_at is not null, batch)), bool_or(sent_at is not null)
        from ids
        group by current_id
        """,
        {"audience": plan.audience, "destination": plan.destination},
    ).fetchall()
    return {customer_id: (batch, is_sent) for customer_id, batch, is_sent in rows}


def _plan_batches(warehouse: duckdb.DuckDBPyConnection, plan: Plan) -> list[str]:
    """Write who leaves in which batch into the ledger; return the batches, interrupted ones first.

    Who was in an interrupted batch and must not leave any more is struck out of it.
    """
    interrupted = sorted(set(plan.batches.values()))
    new = sorted(set(plan.rows) - set(plan.batches))
    size = BATCH_SIZE if plan.destination.startswith("webhook") else max(len(new), 1)
    now, batches = _now(), dict(plan.batches)
    for start in range(0, len(new), size):
        customers = new[start : start + size]
        name = "\n".join([plan.audience, plan.destination, now.isoformat(), *customers])
        batches |= dict.fromkeys(customers, hashlib.sha256(name.encode()).hexdigest()[:16])
    warehouse.execute("begin")
    warehouse.execute(
        "delete from activation.deliveries"
        " where audience = ? and destination = ? and sent_at is null",
        [plan.audience, plan.destination],
    )
    if batches:
        warehouse.executemany(
            "insert into activation.deliveries values (?, ?, ?, ?, ?, null)",
            [
                [plan.audience, plan.destination, customer, batch, now]
                for customer, batch in batches.items()
            ],
        )
    warehouse.execute("commit")
    later = [batch for batch in dict.fromkeys(batches.values()) if batch not in interrupted]
    return interrupted + later


def _rows_of(warehouse: duckdb.DuckDBPyConnection, plan: Plan, batch: str) -> list[Row]:
    customers = warehouse.execute(
        "select customer_id from activation.deliveries where batch = ? order by customer_id",
        [batch],
    ).fetchall()
    return [plan.rows[customer] for (customer,) in customers]


def _deliver(settings: Settings, plan: Plan, batch: str, rows: list[Row]) -> None:
    if plan.destination.startswith("webhook"):
        _post(settings, plan, batch, rows)
    else:
        _write(batch_file(settings, plan, batch), rows)


def batch_file(settings: Settings, plan: Plan, batch: str) -> Path:
    """Return where the file of a batch stands."""
    return settings.activation_dir / plan.destination / f"{plan.audience}-{batch}.csv"


def _write(path: Path, rows: list[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)


def _post(settings: Settings, plan: Plan, batch: str, rows: list[Row]) -> None:
    content = {
        "audience": plan.audience,
        "batch": batch,
        "as_of_date": str(plan.as_of_date),
        "members": rows,
    }
    headers = {"Content-Type": "application/json", "Idempotency-Key": batch}
    if settings.webhook_token is not None:
        headers["Authorization"] = f"Bearer {settings.webhook_token.get_secret_value()}"
    request = urllib.request.Request(
        settings.webhook_url.get_secret_value(), json.dumps(content).encode(), headers
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):
            pass
    except urllib.error.HTTPError as error:
        raise ActivationError(
            f"The webhook refused batch {batch} ({error.code} {error.reason}). "
            "What arrived before is in the ledger; run again to go on."
        ) from error
    except OSError as error:
        raise ActivationError(
            f"The webhook could not be reached ({error}). Run again to go on."
        ) from error


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
