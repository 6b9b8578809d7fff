"""Visits to the two sites: who came, from where, and how that is written into the address."""

import numpy as np

from ingestion.simulator.behaviour import Behaviour
from ingestion.simulator.draws import choose, generator
from ingestion.simulator.people import DEVICES_AT_MOST
from ingestion.simulator.world import World, words

STRANGERS, BOTS = 0.25, 0.02  # of all visits
STRANGER_DEVICES = 100_000_000  # numbers of browsers from here on belong to nobody known
KIOSK_DEVICE = -1
KIOSK_SHARE = 0.05  # of store purchases by people with an account
RETURNING = 7  # every so many visits of strangers repeat the browser of the one before
BLOCK = 500_000

PLAN = """
create table visit_plan (
    started_at timestamp, touch_id bigint, person_id bigint, device_number bigint,
    channel varchar, campaign_key varchar, mailing_id bigint, click_id varchar,
    is_logged_in boolean, order_id bigint, lead_id bigint, is_bot boolean
)
"""

OF_PEOPLE = """
insert into visit_plan by name
select
    touches.touched_at as started_at, touches.touch_id, touches.person_id,
    touches.device_id as device_number, touches.channel, touches.campaign_key, touches.mailing_id,
    touches.click_id,
    touches.is_logged_in
        or (order_draws.order_id is not null and persons.account_ref is not null
            and u('signed in', order_draws.order_id) < 0.8) as is_logged_in,
    order_draws.order_id, false as is_bot
from touches
left join order_draws on touches.touch_id = order_draws.last_touch_id
left join persons on order_draws.person_id = persons.person_id
where touches.kind = 'visit';

insert into visit_plan by name
select
    greatest(
        order_draws.ordered_at - to_seconds(180 + below('browsing', order_id, 1200)),
        timestamp '{opened_at}'
    ) as started_at,
    order_draws.person_id,
    {devices_at_most} * (order_draws.person_id - 1) + 1
        + below('device', order_id, persons.device_count) as device_number,
    'direct' as channel,
    persons.account_ref is not null and u('signed in', order_id) < 0.8 as is_logged_in,
    order_draws.order_id, false as is_bot
from order_draws
inner join persons on order_draws.person_id = persons.person_id
where order_draws.place = 'shop' and order_draws.last_touch_id is null;

insert into visit_plan by name
select
    order_draws.ordered_at - to_seconds(540) as started_at, order_draws.person_id,
    {kiosk_device} as device_number, 'direct' as channel, true as is_logged_in, false as is_bot
from order_draws
inner join persons on order_draws.person_id = persons.person_id
where
    order_draws.place not in ('shop', 'mall', 'partner')
    and persons.account_ref is not null
    and order_draws.ordered_at > timestamp '{opened_at}' + interval 1 hour
    and u('kiosk', order_id) < {kiosk_share};

insert into visit_plan by name
select
    came_at as started_at, person_id,
    {devices_at_most} * (person_id - 1) + 1 as device_number,
    case way when 'linkedin' then 'paid_social' when 'wholesale' then 'paid_search' else way
    end as channel,
    campaigns.campaign_key,
    case campaigns.click_id_type when 'gclid' then 'Cj0KCQjw' else '' end
        || token('lead click', lead_id, 32) as click_id,
    false as is_logged_in, lead_id, false as is_bot
from lead_draws
left join campaigns
    on
        campaigns.is_business
        and campaigns.channel
        = case lead_draws.way
            when 'linkedin' then 'paid_social' when 'wholesale' then 'paid_search'
        end
where way is not null;

insert into visit_plan by name
with counted as (
    -- Geometric numbers, whose mean is {research_visits}.
    select *, unnest([-1, 1]) as side, unnest([
        floor(ln(1 - u('research', lead_id)) / ln({research_visits} / (1 + {research_visits}))),
        floor(ln(1 - u('review', lead_id)) / ln({research_visits} / (1 + {research_visits})))
    ]) as visits
    from lead_draws where way is not null
),
research as (
    select
        lead_id, person_id, side, came_at, created_at, coalesce(won_at, lost_at) as ended_at,
        unnest(range(least(visits, 9)::bigint)) as number,
        lead_id || '/' || side || '/' || number as visit
    from counted
),
timed as (
    select
        *, u('research way', visit) as way,
        if(side < 0, came_at, created_at) + side * to_seconds(
            1800 + floor(-ln(1 - u('research time', visit)) * {research_days} * 86400)::bigint
        ) as started_at
    from research
),
met as (
    select
        *,
        case
            when way < 0.34 then 'organic_search' when way < 0.54 then 'paid_search'
            when way < 0.72 then 'paid_social' when way < 0.80 then 'referral' else 'direct'
        end as channel
    from timed
)
select
    started_at, person_id, {devices_at_most} * (person_id - 1) + 1 as device_number,
    met.channel, campaigns.campaign_key,
    case campaigns.click_id_type when 'gclid' then 'Cj0KCQjw' else '' end
        || token('research click', visit, 32) as click_id,
    false as is_logged_in, false as is_bot
from met
left join campaigns on campaigns.is_business and campaigns.channel = met.channel
where
    started_at > timestamp '{opened_at}'
    and started_at < least(
        coalesce(ended_at, timestamp '{closes_at}'), timestamp '{closes_at}'
    );
"""

VISITS = """
with numbered as (
    select rowid + 1 as visit_id, * from sorted_plan where rowid between {first} and {last}
),
sourced as (
    select
        numbered.*,
        campaigns.name as ad_name, campaigns.campaign_id, campaigns.click_id_type,
        case
            when campaigns.campaign_key is not null then campaigns.source
            when mailings.system = 'mailchimp' then 'The_Slow_Leaf'
            when mailings.mailing_id is not null then mailings.system
            when numbered.channel = 'organic_search' then case
                when u('engine', visit_id) < 0.78 then 'google'
                when u('engine', visit_id) < 0.92 then 'bing' else 'duckduckgo' end
            when numbered.channel = 'organic_social' then case
                when u('network', visit_id) < 0.50 then 'instagram.com'
                when u('network', visit_id) < 0.75 then 'youtube.com'
                when u('network', visit_id) < 0.90 then 'pinterest.com' else 'xiaohongshu.com' end
            when numbered.channel = 'referral' then case
                when u('referrer', visit_id) < 0.40 then 'leafnotes.example'
                when u('referrer', visit_id) < 0.75 then 'slowkitchen.example'
                else 'hudsonguide.example' end
            else '(direct)'
        end as plain_source,
        case
            when campaigns.campaign_key is not null then campaigns.medium
            when mailings.system = 'twilio' then 'sms'
            when mailings.mailing_id is not null then 'email'
            when numbered.channel = 'organic_search' then 'organic'
            when numbered.channel = 'organic_social' then 'social'
            when numbered.channel = 'referral' then 'referral'
            else '(none)'
        end as medium,
        case mailings.system
            when 'mailchimp'
                then mailings.reference || '-' || upper(replace(mailings.name, ' ', '_'))
            else mailings.name
        end as mailing_name,
        mailings.system, mailings.reference,
        numbered.channel = 'organic_social' and u('bio link', visit_id) < 0.4 as has_bio_link,
        case when campaigns.click_id_type != 'gclid'
            then pick(['carousel', 'video', 'static'], u('content', visit_id)) end as content
    from numbered
    left join campaigns on numbered.campaign_key = campaigns.campaign_key
    left join mailings on numbered.mailing_id = mailings.mailing_id
),
named as (
    select
        *,
        case when has_bio_link then split_part(plain_source, '.', 1) else plain_source
        end as source,
        case when has_bio_link then 'bio_link' else coalesce(ad_name, mailing_name)
        end as campaign_name
    from sourced
)
select
    visit_id, touch_id, person_id,
    case when device_number between 1 and {stranger_devices} - 1 then device_number
    end as device_id,
    case when device_number = {kiosk_device} then '{kiosk_client_id}'
        else ga_client(device_number) end as client_id,
    case when device_number = {kiosk_device} then '{kiosk_anonymous_id}'
        else anonymous_uuid(device_number) end as anonymous_id,
    case
        when ad_name is null and mailing_id is null and lead_id is null
            and device_number != {kiosk_device} and u('site', visit_id) < 0.11 then 'gifts'
        else 'shop'
    end as site,
    started_at, source, medium, campaign_name, campaign_id, content,
    click_id_type, case when click_id_type is not null then click_id end as click_id,
    case
        when ad_name is not null then case source
            when 'google' then 'https://www.google.com/' when 'tiktok' then ''
            else 'https://l.' || source || '.com/' end
        when medium = 'organic' then 'https://www.' || source || '.com/'
        when medium = 'social' then 'https://' || plain_source || '/'
        when medium = 'referral' then 'https://' || source || '/tea'
        else ''
    end as referrer,
    case
        when ad_name is not null then
            case when click_id_type = 'gclid' and u('auto tag', visit_id) < 0.1 then ''
            else 'utm_source=' || source || '&utm_medium=' || medium || '&utm_campaign='
                || url_encode(ad_name) || '&utm_id=' || campaign_id
                || coalesce('&utm_content=' || content, '') || '&' end
            || coalesce(click_id_type || '=' || click_id, '')
        when mailing_id is not null then
            'utm_source=' || source || '&utm_medium=' || medium || '&utm_campaign='
            || url_encode(mailing_name)
            || case system
                when 'mailchimp' then '&mc_cid=' || reference || '&mc_eid='
                    || mailchimp_euid(person_id)
                when 'klaviyo' then '&_kx=' || klaviyo_profile(person_id)
                else '' end
        when has_bio_link then
            'utm_source=' || source || '&utm_medium=social&utm_campaign=bio_link'
        else ''
    end as tags,
    (case
        when order_id is not null or lead_id is not null then 3 + (u('pages', visit_id) < 0.3)::int
        when u('pages', visit_id) < 0.46 then 1
        when u('pages', visit_id) < 0.80 then 2
        else 3
    end)::integer as pages,
    is_logged_in, order_id, is_bot,
    lead_id, channel, campaign_key, mailing_id,
    case when device_number = {kiosk_device} then 'tablet' else device_category(device_number)
    end as device_category
from named
order by visit_id
"""


def add_visits(world: World, behaviour: Behaviour) -> None:
    """Fill ``visits`` in order of time, and ``buying_visits`` (order_id, visit_id)."""
    business = world.plan.scenario.business
    names = {
        "opened_at": f"{world.opened_at:%Y-%m-%d}",
        "closes_at": f"{world.plan.last_day}",
        "research_visits": max(business.research_visits, 1e-9),
        "research_days": business.research_days,
        "devices_at_most": DEVICES_AT_MOST,
        "kiosk_device": KIOSK_DEVICE,
        "kiosk_share": KIOSK_SHARE,
        "stranger_devices": STRANGER_DEVICES,
        "kiosk_client_id": world.brand.kiosk_client_id,
        "kiosk_anonymous_id": world.brand.kiosk_anonymous_id,
    }
    world.connection.execute(PLAN)
    world.connection.execute(OF_PEOPLE.format(**names))
    known = world.count("visit_plan") / (1 - STRANGERS - BOTS)
    _welcome_strangers(world, behaviour, round(STRANGERS * known), round(BOTS * known))
    world.connection.execute(
        "create table sorted_plan as select * from visit_plan "
        "order by started_at, touch_id, order_id, lead_id, device_number, person_id, channel, "
        "campaign_key, click_id"
    )
    world.connection.execute("drop table visit_plan")
    # Joins do not keep rows in order, and wide rows are dear to sort all at once.
    world.connection.execute("create table visits as " + VISITS.format(**names, first=0, last=-1))
    for first in range(0, world.count("sorted_plan"), BLOCK):
        query = VISITS.format(**names, first=first, last=first + BLOCK - 1)
        world.connection.execute(f"insert into visits {query}")
    world.connection.execute("drop table sorted_plan")
    world.connection.execute(
        "create table buying_visits as "
        "select order_id, visit_id from visits where order_id is not null"
    )


def _welcome_strangers(world: World, behaviour: Behaviour, strangers: int, bots: int) -> None:
    """Add the visits of people who never say who they are, and of machines."""
    scenario = world.plan.scenario
    markets = [
        number
        for number, name in enumerate(behaviour.markets)
        if scenario.places[name].online == "shop"
    ]
    if not markets:
        return
    shares = np.array([scenario.markets[behaviour.markets[number]] for number in markets])
    cities = [world.brand.people[behaviour.markets[number]].cities[0] for number in markets]
    zones = np.array([behaviour.clocks.zones.index(city.timezone) for city in cities])
    is_site = ~np.isin(behaviour.channels, [*world.brand.contact_channels, "email", "sms"])
    campaigns = world.brand.campaigns
    for block, first in enumerate(range(0, strangers + bots, BLOCK)):
        draw = generator(world.plan.seed, "strangers", block)
        number = first + np.arange(min(BLOCK, strangers + bots - first))
        is_bot = number >= strangers
        size = len(number)
        chosen = choose(shares, draw.random(size))
        market = np.array(markets)[chosen]
        even = world.plan.days * draw.random(size)
        seconds = np.where(
            is_bot,
            world.seconds * draw.random(size),
            behaviour.clocks.seasonal_seconds(even, zones[chosen]),
        )
        seconds = np.minimum(np.floor(seconds), world.seconds - 60)
        channel, units = np.empty(size, np.int64), draw.random(size)
        for m in markets:
            here = market == m
            channel[here] = choose(behaviour.weights[False][m] * is_site, units[here])
        channel[is_bot] = behaviour.number("direct")
        campaign = behaviour.campaigns.behind(market, channel, seconds, draw.random(size))
        browser = np.where((number % RETURNING == 0) & (number > 0), number - 1, number)
        world.insert(
            "visit_plan",
            {
                "started_at": world.instants(seconds),
                "device_number": STRANGER_DEVICES + browser,
                "channel": words(behaviour.channels, channel),
                "campaign_key": words([item.key for item in campaigns], campaign),
                "number": number,
                "stem": words([item.click_id_stem for item in campaigns], campaign),
                "is_logged_in": np.zeros(size, bool),
                "is_bot": is_bot,
            },
            "* exclude (number, stem), "
            "case when stem is not null "
            "then stem::varchar || token('stranger click', number, 32) end as click_id",
        )
