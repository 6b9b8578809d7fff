"""Twilio: the log of the texts that were sent, and of the answers."""

from ingestion.simulator.exports.cells import World, columns, select_list
from ingestion.simulator.exports.letters import tell_letters
from ingestion.simulator.exports.periods import closing
from ingestion.simulator.writing import Folder

HEADER = columns(
    "From|To|Body|Status|SentDate|ApiVersion|NumSegments|ErrorCode|AccountSid|Sid|Direction|Price|"
    "PriceUnit"
)
SENDER = "+12065550199"
_ACCOUNT_SID = "AC" + "0" * 29 + "317"
_TEXT = {
    "From": f"if(is_answer, phone, '{SENDER}')",
    "To": f"if(is_answer, '{SENDER}', phone)",
    "Body": "body",
    "Status": "case when is_answer then 'received' when is_bounced then 'undelivered' "
    "else 'delivered' end",
    "SentDate": "iso_of(texted_at)",
    "ApiVersion": "'2010-04-01'",
    "NumSegments": "1 + length(body) // 160",
    "ErrorCode": "if(is_bounced, if(person_id % 2 = 0, '30003', '30006'), null)",
    "AccountSid": f"'{_ACCOUNT_SID}'",
    "Sid": "'SM' || hex_code('twilio', letter || '/' || is_answer, 32)",
    "Direction": "if(is_answer, 'inbound', 'outbound-api')",
    "Price": "if(is_bounced, null, printf('-%.5f', 0.0079 * (1 + length(body) // 160)))",
    "PriceUnit": "'USD'",
}


def write(world: World, folder: Folder) -> None:
    """Write the message log by month: texts out over several lines, answers in, STOP among them."""
    link = f"'https://{world.brand.shop_host}/s/' || token('short link', name, 5)"
    for month in tell_letters(world, "twilio"):
        folder.csv(
            f"twilio/sms-log-{month.first:%Y-%m}.csv",
            f"""
            with texted as (
                select letters.*, phone, sent_at + to_seconds(1 + person_id % 240) as texted_at
                from letters inner join persons using (person_id)
            ),
            texts as (
                select
                    letter, person_id, phone, is_bounced, texted_at, false as is_answer,
                    -- The link closes the first line.
                    split_part(subject, chr(10), 1) || ' ' || {link}
                    || substr(subject, length(split_part(subject, chr(10), 1)) + 1) as body
                from texted
                union all
                select
                    letter, person_id, phone, false, left_at, true,
                    ['STOP', 'Stop', 'UNSUBSCRIBE'][1 + floor(3 * u('word', letter))::int]
                from texted where left_at is not null and not is_bounced
                union all
                select
                    letter, person_id, phone, false,
                    texted_at + to_seconds(60 + floor(9000 * u('answers at', letter))::bigint),
                    true,
                    ['Thanks!', 'Save me a seat' || chr(10) || 'please', 'Is decaf on offer?']
                        [1 + floor(3 * u('answer', letter))::int]
                from texted
                where left_at is null and not is_bounced and u('answers', letter) < 0.02
            )
            select {select_list(HEADER, _TEXT)} from texts
            where texted_at < timestamp '{closing(world)}'
            order by texted_at, letter, is_answer
            """,
            exported_at=closing(world),
        )
