"""SendGrid: what its event webhook posts about each letter."""

from ingestion.simulator.exports.cells import World, json_object
from ingestion.simulator.exports.letters import happenings, tell_letters
from ingestion.simulator.exports.periods import closing
from ingestion.simulator.writing import Folder

_TIMES = {
    "bounce": "if(is_bounced, sent_at + interval 9 second, null)",
    "delivered": "if(is_bounced, null, sent_at + to_seconds(2 + person_id % 50))",
    "machine": "machine_opened_at",
    "open": "opened_at",
    "click": "clicked_at",
    "group_unsubscribe": "left_at",
}


def _event(host: str) -> str:
    return json_object(
        "member('email', address)",
        "member('timestamp', epoch_of(happened_at))",
        "member('event', event)",
        "raw_member('category', if(audience = 'business', '\"wholesale\"', "
        '\'["loyalty","statement"]\'))',
        "member('sg_event_id', token('sendgrid event', letter || '/' || kind, 22))",
        "member('sg_message_id', message || '.filterdrecv-' || person_id % 7 || '-1-66A0-0.0')",
        "member('marketing_campaign_id', hex_code('sendgrid campaign', name, 8))",
        "member('marketing_campaign_name', name)",
        "case kind "
        'when \'bounce\' then \'"type":"bounce","status":"5.1.1","reason":'
        '"550 5.1.1 mailbox does not exist","bounce_classification":"Invalid Address"\' '
        "when 'delivered' then '\"response\":\"250 OK\",' || member('smtp-id', '<' || message || "
        "'@geopod-ismtpd-' || person_id % 9 || '>') "
        'when \'machine\' then \'"useragent":"Mozilla/5.0","ip":"192.0.2.10",'
        '"sg_machine_open":true\' '
        'when \'open\' then \'"useragent":"Mozilla/5.0 (via ggpht.com GoogleImageProxy)",'
        '"ip":"192.0.2.66","sg_machine_open":false\' '
        f"when 'click' then member('url', 'https://{host}/?utm_source=sendgrid&utm_medium=email"
        "&utm_campaign=' || name) || ',' || member('ip', '203.0.113.' || person_id % 250) || "
        '\',"useragent":"Mozilla/5.0","url_offset":{"index":0,"type":"html"}\' '
        'else \'"asm_group_id":3170,"useragent":"Mozilla/5.0",\' || '
        "member('ip', '203.0.113.' || person_id % 250) end",
    )


def write(world: World, folder: Folder) -> None:
    """Write the event webhook's posts by month, one object per line, retried deliveries twice."""
    exported_at = closing(world)
    for month in tell_letters(world, "sendgrid"):
        folder.json_lines(
            f"sendgrid/events_{month.first:%Y-%m}.jsonl",
            f"""
            with told as ({happenings(_TIMES)}),
            events as (
                select
                    told.*,
                    if(kind = 'machine', 'open', kind) as event,
                    if(u('shouts', letter) < 0.06, upper(email), email) as address,
                    token('sendgrid message', letter, 22) as message
                from told inner join persons using (person_id)
                where happened_at < timestamp '{exported_at}'
            ),
            posted as (
                select *, unnest(range(if(u('posted twice', letter || kind) < 0.025, 2, 1))) as copy
                from events
            )
            select {_event(world.brand.shop_host)} as line from posted
            order by happened_at, letter, kind, copy
            """,
            exported_at=exported_at,
        )
