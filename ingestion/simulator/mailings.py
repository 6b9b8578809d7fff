"""The brand's campaigns and mailings in the simulated period, and who is sent what."""

from datetime import datetime, time, timedelta

import numpy as np
import pyarrow as pa

from ingestion.simulator.world import World


def add_campaigns(world: World) -> None:
    """Fill ``campaigns``, one row per campaign or ad group."""
    rows = []
    for campaign in world.brand.campaigns:
        first_day, last_day = campaign.days(world.plan)
        row = campaign.model_dump(exclude={"key", "from_", "to", "markets"})
        row |= {"campaign_key": campaign.key, "market": campaign.markets[0]}
        row |= {"markets": list(campaign.markets), "first_day": first_day, "last_day": last_day}
        rows.append(row)
    world.connection.register("block", pa.Table.from_pylist(rows))
    world.connection.execute("insert into campaigns by name select * from block")
    world.connection.unregister("block")


def add_mailings(world: World) -> None:
    """Fill ``mailings`` in order of time, and say who is sent which.

    The view ``recipients`` (mailing_id, person_id) keeps no rows: it follows from the people's
    consents, the mailing's share, and the touches that a mailing led to.
    """
    rows = []
    for series in world.brand.mailings:
        days = range(series.first_day, world.plan.days, series.every_days)
        for position, day in enumerate(days):
            text = series.texts[position % len(series.texts)]
            on_day = world.plan.first_day + timedelta(days=day)
            row = series.model_dump(include={"system", "market", "audience", "audience_share"})
            row |= text.model_dump()
            name = f"{text.name} {on_day:%Y-%m-%d}"
            row["name"] = name.replace(" ", "_") if "_" in text.name else name
            row["sent_at"] = datetime.combine(on_day, time(series.hour))
            rows.append(row)
    rows.sort(key=lambda row: (row["sent_at"], row["system"]))
    for number, row in enumerate(rows, 1):
        row["mailing_id"] = number
    if rows:
        world.connection.register("block", pa.Table.from_pylist(rows))
        world.connection.execute(
            """
            insert into mailings by name
            select
                * exclude (market),
                market::varchar as market,
                case system
                    when 'klaviyo' then '01K' || upper(token('klaviyo campaign', name, 23))
                    when 'mailchimp' then hex_code('mailchimp campaign', name, 10)
                    else name
                end as reference
            from block
            """
        )
        world.connection.unregister("block")
    world.connection.execute(RECIPIENTS)


RECIPIENTS = """
create view recipients as
select mailings.mailing_id, persons.person_id
from mailings
inner join persons
    on
        persons.entered_at < mailings.sent_at
        and (persons.unsubscribed_at is null or persons.unsubscribed_at > mailings.sent_at)
        and (mailings.market is null or persons.market = mailings.market)
        and persons.market != 'CN'
        and case mailings.audience
            when 'business' then persons.company is not null
            when 'members' then persons.loyalty_id is not null and persons.consents_email
            else persons.company is null and case
                when mailings.system = 'twilio' then persons.consents_sms
                else persons.consents_email
            end
        end
where
    u('recipient', {'mailing': mailings.mailing_id, 'person': persons.person_id})
    < mailings.audience_share
union
select mailing_id, person_id from touches where mailing_id is not null
"""


class Mailbox:
    """Finds the mailing that brought a visit: the last one sent in the five days before it."""

    WITHIN = 5 * 86_400

    def __init__(self, world: World) -> None:
        """Read the mailings to people (not to business) of each sender."""
        self._sent = {}
        for name, condition in (
            ("email", "system in ('klaviyo', 'mailchimp') and audience = 'people'"),
            ("members", "audience = 'members'"),
            ("sms", "system = 'twilio'"),
        ):
            found = world.connection.execute(
                f"select epoch(sent_at)::bigint - {world.zero} as at, mailing_id from mailings "
                f"where {condition} order by sent_at, mailing_id"
            ).fetchnumpy()
            at, number = (np.asarray(found[key]).astype(np.int64) for key in ("at", "mailing_id"))
            self._sent[name] = (at, number)

    def last(self, kind: str, seconds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the last mailing before each instant and when it was sent; 0 for none."""
        at, number = self._sent[kind]
        if not at.size:
            return np.zeros(seconds.shape, np.int64), np.full(seconds.shape, -1)
        position = np.searchsorted(at, seconds, side="left") - 1
        sent_at = at[position]
        is_recent = (position >= 0) & (seconds - sent_at < self.WITHIN)
        return np.where(is_recent, number[position], 0), np.where(is_recent, sent_at, -1)
