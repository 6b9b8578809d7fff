"""The database that holds a simulated world: every platform's export is a partial view of it."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from ingestion.simulator.brand import Brand, load_brand
from ingestion.simulator.plan import Plan

MEMORY_LIMIT = "2500MB"
THREADS = 2

# All instants are naive timestamps of UTC; money is integer cents of the row's currency.
SCHEMA = """
create table persons (
    person_id bigint, market varchar, given varchar, family varchar, full_name varchar,
    email varchar, second_email varchar, phone varchar, second_phone varchar, birth_date date,
    street varchar, city varchar, region varchar, region_name varchar, postal_code varchar,
    company varchar, is_employee boolean, shares_desk_phone boolean, home_device_id bigint,
    entered_at timestamp, account_ref varchar, loyalty_id varchar, store varchar,
    consents_email boolean, consents_sms boolean, unsubscribed_at timestamp,
    rate double, dropout double, timezone varchar,
    house_id bigint, basket double, device_count integer, repeats_until_left bigint
);
create table devices (
    device_id bigint, person_id bigint, position integer, client_id varchar,
    anonymous_id varchar, category varchar
);
create table campaigns (
    campaign_key varchar, platform varchar, account varchar, campaign_id varchar, name varchar,
    kind varchar, ad_group varchar, channel varchar, source varchar, medium varchar,
    click_id_type varchar, cost_per_click bigint, click_rate double, weight double,
    currency varchar, market varchar, first_day date, last_day date,
    markets varchar[], is_business boolean, clicks_per_visit double
);
create table mailings (
    mailing_id bigint, system varchar, reference varchar, name varchar, subject varchar,
    sent_at timestamp, market varchar, audience_share double, open_rate double,
    click_rate double, audience varchar, variant_subject varchar, variant_open_lift double
);
create table journeys (
    journey_id bigint, person_id bigint, is_known boolean, decided_at timestamp, place varchar,
    probability double, draw double, is_converted boolean
);
create table touches (
    touch_id bigint, journey_id bigint, person_id bigint, position integer, touched_at timestamp,
    channel varchar, kind varchar, campaign_key varchar, mailing_id bigint, device_id bigint,
    click_id varchar, is_logged_in boolean
);
create table order_lines (
    order_id bigint, line integer, sku varchar, product varchar, category varchar,
    quantity integer, price bigint
);
create table effects (
    order_id bigint, channel varchar, is_caused boolean, probability_without double
);
create table records (
    source varchar, record_ref varchar, ref_kind varchar, person_id bigint
);
create table order_refs (order_id bigint, source varchar, order_ref varchar, person_id bigint);
create table experiments (
    experiment varchar, variant varchar, metric varchar, lift double, people bigint,
    successes bigint
);
create table assignments (experiment varchar, person_id bigint, variant varchar);
create table files (path varchar, rows bigint, exported_at timestamp, arrives_at timestamp);
create table spend (
    platform varchar, campaign_id varchar, campaign varchar, day date, currency varchar,
    spend bigint, settled bigint
);
create table defects (
    file varchar, defect varchar, expected varchar, source_row bigint, table_name varchar,
    column_name varchar, kind varchar, value varchar, says varchar, record_source varchar,
    record_ref varchar, identifier_type varchar, identifier_value varchar
);
create table file_sums (
    file varchar, table_name varchar, rows bigint, column_name varchar, kind varchar, total varchar
);
"""

MACROS = """
-- A number in [0, 1) for a thing of a stream, the same for the same seed. The id is hashed, mixed
-- with the stream and hashed again: hash() of several arguments would only be the exclusive or
-- of each one's hash in the end, and streams would repeat each other's numbers.
create macro u(stream, id) as
    (hash(xor(hash(id), hash(stream || '/{seed}'))) >> 11)::double * {unit};
create macro pick(choices, unit) as choices[1 + floor(unit * len(choices))::bigint];
create macro below(stream, id, n) as floor(u(stream, id) * n)::bigint;
-- The identifier a platform gave to a thing, always the same: hexadecimal digits, or letters and
-- digits; 40 of them at most. hash() would give some things of like names the same one.
create macro digest(kind, id) as sha256('{seed}/' || kind || '/' || id);
create macro hex_code(kind, id, n) as left(digest(kind, id), n);
create macro token(kind, id, n) as
    left(replace(replace(to_base64(unhex(digest(kind, id))), '+', 'a'), '/', 'Z'), n);
create macro mailchimp_euid(person_id) as hex_code('mailchimp member', person_id, 10);
create macro klaviyo_profile(person_id) as
    '01J' || upper(token('klaviyo profile', person_id, 23));
-- 1<9 digits>.<10 digits>; distinct for device numbers below 10 ** 9
create macro ga_client(device_id) as
    '1' || lpad(((device_id * 387420489 + 123456789) % 1000000000)::varchar, 9, '0')
    || '.' || (1770000000 + below('client', device_id, 12000000));
create macro anonymous_uuid(device_id) as
    (hex_code('anonymous', device_id, 32)::uuid)::varchar;
create macro device_category(device_id) as case
    when u('category', device_id) < 0.62 then 'mobile'
    when u('category', device_id) < 0.95 then 'desktop' else 'tablet' end;
"""


class World:
    """A plan, the brand, and the database its world is told into."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        """Create the database ``world.duckdb`` in ``folder``, which must not hold one."""
        self.plan = plan
        self.brand: Brand = load_brand()
        self.opened_at = datetime.combine(plan.first_day, time(), UTC)
        self.zero = int(self.opened_at.timestamp())  # seconds of the epoch
        self.seconds = plan.days * 86_400
        self.connection = duckdb.connect(
            str(folder / "world.duckdb"),
            config={
                "memory_limit": MEMORY_LIMIT,
                "threads": THREADS,
                "temp_directory": str(folder / "spilled"),
            },
        )
        self.connection.execute("set TimeZone = 'UTC'; set enable_progress_bar = false")
        self.connection.execute(SCHEMA)
        self.connection.execute(MACROS.format(seed=plan.seed, unit=repr(2.0**-53)))

    def close(self) -> None:
        """Close the database; the file stays."""
        self.connection.close()

    def __enter__(self) -> "World":
        """Return the open world."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the database."""
        self.close()

    def instants(self, seconds: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
        """Return whole seconds since the period began as timestamps of UTC."""
        micros = (seconds.astype(np.int64) + self.zero) * 1_000_000
        return pa.array(micros, pa.int64(), mask=missing).cast(pa.timestamp("us"))

    def insert(
        self, table: str, columns: Mapping[str, pa.Array | np.ndarray], select: str = "*"
    ) -> None:
        """Append rows; ``select`` may derive columns from those given."""
        block = pa.table(dict(columns))
        self.connection.register("block", block)
        self.connection.execute(f"insert into {table} by name select {select} from block")
        self.connection.unregister("block")

    def count(self, table: str) -> int:
        """Return the number of rows of a table."""
        return self.connection.execute(f"select count(*) from {table}").fetchone()[0]


def words(names: list[str], positions: np.ndarray) -> pa.Array:
    """Return ``names[position]`` for each position, null where it is negative."""
    return pa.DictionaryArray.from_arrays(
        pa.array(positions.astype(np.int32), mask=positions < 0), pa.array(names, pa.string())
    )
