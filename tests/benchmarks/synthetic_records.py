"""Records of people who do not exist, as many as wanted, made by DuckDB from hashes of numbers."""

# Records numbered from `first` up to `last`, five of every two people: customers with what they
# chose to state, mistyped here and there, and devices. Some names and places are common, most rare.
SYNTHETIC_RECORDS = """
with numbers as (
    select range as n, hash(range, 1) % ({records} * 2 // 5) as person from range({first}, {last})
),
drawn as (
    select
        *,
        (hash(person, 2) % 1000003) / 1000003 as given_rank,
        (hash(person, 3) % 1000003) / 1000003 as family_rank,
        date '1950-01-01' + (hash(person, 7) % 20000)::int as born,
        hash(person // 2, 8) as address,
        hash(n, 4) % 100 as stated,
        hash(n, 5) % 100 as slip,
        hash(n, 9) % 100 as kind,
        hash(n, 9) % 100 >= 12 as is_person
    from numbers
),
named as (
    select
        *,
        'g' || translate(
            md5('g' || floor(1500 * power(given_rank, 3)))[:6], '0123456789', 'ghijklmnop'
        ) as given,
        'f' || translate(
            md5('f' || floor(20000 * power(family_rank, 2)))[:7], '0123456789', 'ghijklmnop'
        ) as family,
        translate(md5('s' || address % 30000)[:6], '0123456789', 'ghijklmnop') as street_name,
        translate(
            md5('c' || floor(3000 * power((address % 100003) / 100003, 2)))[:6],
            '0123456789', 'ghijklmnop'
        ) as city_name
    from drawn
)
select
    'crm' || n % 5 as source,
    'r' || n as record_ref,
    case when is_person then 'customer' else 'device' end as record_type,
    is_person,
    case
        when is_person and stated < 60
            then given || '.' || family || person % 997 || '@mail' || person % 7 || '.example'
    end as email,
    case
        when is_person and stated between 30 and 80
            then '+1' || 2000000000 + (person * 7919) % 7999999999
    end as phone,
    null::varchar as phone_region,
    case
        when is_person and stated % 10 = 0
            then 'L' || person || case slip when 1 then 'x' else '' end
    end as loyalty_id,
    case when not is_person or kind > 95 then 'd' || person end as device_id,
    null::varchar as user_id,
    null::json as external_ids,
    null::varchar as click_id_type,
    null::varchar as click_id,
    null::varchar as order_number,
    case when slip = 2 and n > 0 then 'r' || n - 1 end as merged_into_ref,
    timestamp '2024-01-01' + to_minutes((n % 500000)::int) as first_seen_at,
    timestamp '2024-06-01' + to_minutes((n % 500000)::int) as last_seen_at,
    case
        when is_person and kind < 90
            then case slip when 3 then given[:3] || given[5:] else given end
    end as given_name,
    case
        when is_person and kind < 90
            then case slip when 4 then family[:4] || 'x' || family[5:] else family end
    end as family_name,
    null::varchar as full_name,
    null::varchar as company,
    case when is_person and kind % 2 = 0 then born + case slip when 5 then 10 else 0 end end
        as birth_date,
    null::varchar as national_id,
    case
        when is_person and kind % 3 = 0
            then address % 200 + 1 || ' ' || street_name || ' street'
    end as street,
    case when is_person and kind % 3 < 2 then city_name end as city,
    null::varchar as region,
    case when is_person and kind % 3 < 2 then (10000 + address % 30000)::varchar end as postal_code,
    'US' as country,
    null::varchar as lifecycle_stage,
    null::varchar as original_source
from named
"""

# One record in a hundred comes, goes or changes.
NIGHT = """
insert into mentions {news};
delete from mentions where hash(record_ref) % 500 = 7;
update mentions set city = 'Elsewhere' where hash(record_ref) % 500 = 8
"""


def made_up_records(records: int) -> str:
    """Return the query of as many records."""
    return SYNTHETIC_RECORDS.format(records=records, first=0, last=records)


def night_of(records: int) -> str:
    """Return the statements that bring a night's news to the table ``mentions`` of so many."""
    last = records + records * 6 // 1000
    return NIGHT.format(news=SYNTHETIC_RECORDS.format(records=records, first=records, last=last))
