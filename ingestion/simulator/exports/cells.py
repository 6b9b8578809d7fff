"""What the exports share: which cell stands under which header, and how values are spelled."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import duckdb

from ingestion.simulator.brand import Brand
from ingestion.simulator.plan import Plan

FRONT_DESK_PHONE = "+12125550100"  # a hotel's reception: shared by many people on purpose

_MACROS = """
-- Cents as units with two decimals.
create or replace temp macro money(cents) as cast(cents * 0.01 as decimal(18, 2))::varchar;
create or replace temp macro dollars(cents) as
    case when cents < 0 then '-$' || money(-cents) else '$' || money(cents) end;
-- part / whole as a percentage without its sign.
create or replace temp macro rate(part, whole, digits) as
    case when whole = 0 then '--' else printf('%.' || digits || 'f', 100.0 * part / whole) end;
create or replace temp macro thousands(number) as format('{:,}', number::bigint);

-- Clocks: the world's are UTC and naive.
create or replace temp macro local_time(moment, zone) as
    (moment at time zone 'UTC') at time zone zone;
create or replace temp macro utc_time(moment, zone) as
    (moment at time zone zone) at time zone 'UTC';
create or replace temp macro utc_offset(moment, zone, between_parts) as
    case when local_time(moment, zone) < moment then '-' else '+' end
    || strftime(
        timestamp '2000-01-01'
        + to_minutes(abs(date_diff('minute', moment, local_time(moment, zone)))),
        '%H' || between_parts || '%M'
    );
create or replace temp macro second_of(moment) as strftime(moment, '%Y-%m-%d %H:%M:%S');
create or replace temp macro minute_of(moment) as strftime(moment, '%Y-%m-%d %H:%M');
create or replace temp macro iso_of(moment) as strftime(moment, '%Y-%m-%dT%H:%M:%SZ');
create or replace temp macro epoch_of(moment) as epoch_us(moment) // 1000000;

-- The identifier that a platform gave to thing `number` of a kind, always the same.
create or replace temp macro upper_code(kind, number, length) as upper(token(kind, number, length));
create or replace temp macro digit_code(kind, number, length) as
    lpad((md5_number(kind || '/' || number) % pow(10, length)::bigint)::varchar, length, '0');

-- Identifiers of one person, the same in every export that mentions them.
create or replace temp macro square_customer(person_id) as
    upper_code('square customer', person_id, 26);
create or replace temp macro stripe_customer(person_id) as
    'cus_T' || token('stripe customer', person_id, 13);
create or replace temp macro wechat_unionid(person_id) as 'oT' || token('unionid', person_id, 26);
create or replace temp macro wechat_openid(person_id) as 'oP' || token('openid', person_id, 26);
create or replace temp macro external_user(person_id) as
    'wmT' || token('external user', person_id, 29);
-- A second telephone, in the prefix of China Mobile's data cards, which the world gives to nobody.
create or replace temp macro other_mobile(person_id) as
    '147' || lpad((person_id * 61803399 % 100000000)::varchar, 8, '0');
create or replace temp macro hubspot_contact(person_id) as 317000 + person_id;
create or replace temp macro shopify_order(number) as (6100000000000 + number * 32768)::varchar;
-- 18 characters: 15 of case, of which digits are safe, and three that say which are capitals.
create or replace temp macro salesforce_id(prefix, capitals, number) as
    prefix || '5g0' || lpad(number::varchar, 9, '0') || capitals;

-- What somebody typed this time; `chance` is in [0, 1).
create or replace temp macro spelled_email(email, chance) as
    case
        when chance < 0.74 then email
        when chance < 0.82 then upper(email)
        when chance < 0.92 then upper(left(email, 1)) || substr(email, 2)
        when chance < 0.98 then replace(email, '@', '+tea@')
        else 'noreply@example.com'
    end;
create or replace temp macro spelled_phone(phone, market, chance) as
    case
        when chance < 0.25 then phone
        when market = 'US' and chance < 0.5
            then format('({}) {}-{}', substr(phone, 3, 3), substr(phone, 6, 3), substr(phone, 9))
        when market = 'US' and chance < 0.75
            then substr(phone, 3, 3) || '-' || substr(phone, 6, 3) || '-' || substr(phone, 9)
        when market = 'US'
            then format('+1 {} {} {}', substr(phone, 3, 3), substr(phone, 6, 3), substr(phone, 9))
        when market = 'CN' and chance < 0.6 then substr(phone, 4)
        when chance < 0.6 then '0' || substr(phone, 4, 4) || ' ' || substr(phone, 8)
        else left(phone, 3) || ' ' || substr(phone, 4, 4) || ' ' || substr(phone, 8)
    end;

-- Members of JSON objects; null where the value is null, so that concat_ws leaves it out.
create or replace temp macro member(name, value) as '"' || name || '":' || to_json(value)::varchar;
create or replace temp macro raw_member(name, value) as '"' || name || '":' || value;
"""


class World(Protocol):
    """What an exporter needs of a world: its plan, its brand, and the connection to its tables."""

    plan: Plan
    brand: Brand
    connection: duckdb.DuckDBPyConnection


def spelling(world: World) -> duckdb.DuckDBPyConnection:
    """Return the world's connection, able to spell values as the exports do."""
    world.connection.execute(_MACROS)
    return world.connection


def is_used(world: World, platform: str) -> bool:
    """Return whether the scenario's brand uses a platform, by its name in ``PLATFORMS``."""
    wanted = world.plan.scenario.platforms
    return wanted is None or platform in wanted


def store_list(world: World, till: str) -> str:
    """Return the stores with this kind of till as SQL to stand after ``in``."""
    return "(" + (", ".join(literal(s.key) for s in world.brand.stores_of(till)) or "null") + ")"


def columns(names: str) -> list[str]:
    """Return the header that stands in ``names``, column by column between bars."""
    return names.split("|")


def select_list(header: Sequence[str], cells: Mapping[str, str]) -> str:
    """Return the select list of a header; ``cells`` are SQL, a column without one is empty.

    Raises ``KeyError`` for a cell that the header does not know.
    """
    strangers = cells.keys() - set(header)
    if strangers:
        raise KeyError(f"not in the header: {sorted(strangers)}")
    return ",\n".join(f'{cells.get(name, "null")} as "{name}"' for name in header)


def json_object(*members: str) -> str:
    """Return SQL for a JSON object of these members; a member that is null is left out."""
    return "'{' || concat_ws(',', " + ", ".join(members) + ") || '}'"


def literal(text: str) -> str:
    """Return a text as SQL."""
    return "'" + text.replace("'", "''") + "'"
