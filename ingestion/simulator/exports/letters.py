"""The letters of a system's mailings: who was sent which, and what became of it.

What a recipient did follows from chance that is fixed for the mailing and the person, so that
every report of a mailing tells the same; a touch of the world is a click, after an open.
"""

from collections.abc import Iterator, Mapping

from ingestion.simulator.exports.cells import World, literal, spelling
from ingestion.simulator.exports.periods import Period, closing, months

DEAD_ADDRESSES = 0.012
MACHINE_OPENS = 0.14
SALE_DAYS = 5
_NO_LETTERS = """(
    select
        *, null::bigint as person_id, null::timestamp as clicked_at, null::timestamp as left_at,
        false as is_bounced, false as is_variant, null::timestamp as opened_at,
        null::timestamp as machine_opened_at
    from mailings where false
)"""


def tell_letters(world: World, system: str) -> Iterator[Period]:
    """Yield the months of a system's mailings; ``letters`` has a row per recipient of the month.

    A dead address bounces once, and is left out of later mailings.
    """
    connection = spelling(world)
    ends_at = closing(world)
    connection.execute(
        f"""
        create or replace temp table own_mailings as
        select * from mailings where system = {literal(system)};
        create or replace temp table clicks as
        select mailing_id, person_id, min(touched_at) as clicked_at
        from touches where mailing_id in (select mailing_id from own_mailings) group by all;
        create or replace temp table departures as
        select
            person_id, max_by(mailing_id, sent_at) as mailing_id,
            any_value(unsubscribed_at) as left_at
        from recipients
        inner join own_mailings using (mailing_id)
        inner join persons using (person_id)
        where unsubscribed_at > sent_at and unsubscribed_at < timestamp '{ends_at}'
        group by person_id;
        create or replace temp table dead_addresses as
        select person_id, min_by(mailing_id, sent_at) as mailing_id
        from recipients inner join own_mailings using (mailing_id)
        where u('dead ' || system, person_id) < {DEAD_ADDRESSES}
            and person_id not in (select person_id from clicks)
        group by person_id;
        """
    )
    for month in months(world):
        numbers = connection.execute(
            f"select mailing_id from own_mailings where {month.holds('sent_at')}"
        ).fetchall()
        if not numbers:
            continue
        listed = ", ".join(str(number) for (number,) in numbers)
        connection.execute(
            f"""
            create or replace temp table letters as
            with sent as (
                select
                    mailing.mailing_id || '/' || recipients.person_id as letter,
                    variant_subject is not null and u('variant', letter) < 0.5 as is_variant,
                    mailing.* replace (
                        if(is_variant, variant_subject, subject) as subject,
                        if(is_variant, open_rate * variant_open_lift, open_rate) as open_rate
                    ),
                    recipients.person_id, clicked_at, left_at,
                    dead.mailing_id is not null as is_bounced
                from recipients
                inner join own_mailings as mailing using (mailing_id)
                left join clicks
                    on recipients.mailing_id = clicks.mailing_id
                    and recipients.person_id = clicks.person_id
                left join departures
                    on recipients.mailing_id = departures.mailing_id
                    and recipients.person_id = departures.person_id
                left join dead_addresses as dead on recipients.person_id = dead.person_id
                where recipients.mailing_id in ({listed})
                    and (dead.mailing_id is null or dead.mailing_id = recipients.mailing_id)
            ),
            acted as (
                select
                    * replace (if(is_bounced, null, left_at) as left_at),
                    least(clicked_at, left_at) as acted_at,
                    is_bounced or system = 'twilio' as is_unread
                from sent
            )
            select
                * exclude (acted_at, is_unread),
                case
                    when is_unread then null
                    when acted_at is not null
                        then acted_at - to_seconds(5 + floor(40 * u('reads', letter))::bigint)
                    when u('opens', letter) < open_rate
                        then sent_at + to_seconds(90 + floor(
                            u('opens late', letter) * u('opens later', letter) * 150000)::bigint)
                end as opened_at,
                if(not is_unread and u('machine opens', letter) < {MACHINE_OPENS},
                    sent_at + to_seconds(3 + floor(600 * u('machine', letter))::bigint), null)
                    as machine_opened_at
            from acted
            """
        )
        yield month
    connection.execute(
        "drop table own_mailings; drop table clicks; drop table departures; "
        "drop table dead_addresses; drop table if exists letters"
    )


def count_letters(world: World, system: str) -> Iterator[Period]:
    """Tell letters; ``reported``, which stays, gathers the counts of each mailing and variant."""
    connection = spelling(world)
    connection.execute(f"create or replace temp table reported as {_counts(_NO_LETTERS)}")
    for month in tell_letters(world, system):
        connection.execute(f"insert into reported {_counts('letters')}")
        yield month


def _counts(letters: str) -> str:
    """Return a query of the counts of letters, with the online sales to those who clicked."""
    return f"""
        with sales as (
            select mailing_id, is_variant, count(*) as sold, sum(total) as revenue
            from {letters} as letters inner join orders
                on letters.person_id = orders.person_id and place = 'shop'
                and status != 'cancelled'
                and ordered_at between clicked_at and clicked_at + interval {SALE_DAYS} day
            group by mailing_id, is_variant
        ),
        counts as (
            select
                mailing_id, is_variant, any_value(variant_subject) is not null as is_tested,
                any_value(name) as name, any_value(subject) as subject,
                any_value(sent_at) as sent_at, any_value(reference) as reference,
                count(*) as recipients, count_if(is_bounced) as bounced,
                recipients - bounced as delivered,
                count_if(opened_at is not null or machine_opened_at is not null) as opens,
                count(clicked_at) as clicks, count(left_at) as departures
            from {letters} as letters group by mailing_id, is_variant
        )
        select
            counts.*, coalesce(sold, 0) as sold, coalesce(revenue, 0) as revenue,
            -- The variant that more of its recipients opened is sent to those who are left.
            opens / delivered = max(opens / delivered) over (partition by mailing_id) as is_winning
        from counts left join sales using (mailing_id, is_variant)
    """


def percent(part: str, whole: str) -> str:
    """Return SQL for a share as a percentage with its sign."""
    return f"if({whole} = 0, '--', rate({part}, {whole}, 2) || '%')"


def happenings(times: Mapping[str, str]) -> str:
    """Return a query of what befell the letters: their columns, ``kind`` and ``happened_at``.

    ``times`` holds SQL for the time of each kind, null where it did not happen.
    """
    listed = ", ".join(
        f"{{'kind': '{kind}', 'happened_at': {moment}}}" for kind, moment in times.items()
    )
    return f"""
        from (select *, unnest([{listed}], recursive := true) from letters)
        where happened_at is not null
    """
