"""Stripe: the payments behind the online shop's orders, and a few that no shop knows of."""

from ingestion.simulator.exports.cells import World, columns, select_list, spelling
from ingestion.simulator.exports.periods import closing, months
from ingestion.simulator.writing import Folder

HEADER = columns(
    "id|Created date (UTC)|Amount|Amount Refunded|Currency|Captured|Converted Amount|"
    "Converted Amount Refunded|Converted Currency|Description|Fee|Is Link|Mode|PaymentIntent ID|"
    "Payment Source Type|Refunded date (UTC)|Statement Descriptor|Status|Seller Message|"
    "Taxes On Fee|Card ID|Card Name|Card Address Line1|Card Address Line2|Card Address City|"
    "Card Address State|Card Address Country|Card Address Zip|Card AVS Line1 Status|"
    "Card AVS Zip Status|Card Brand|Card CVC Status|Card Exp Month|Card Exp Year|Card Fingerprint|"
    "Card Funding|Card Issue Country|Card Last4|Card Tokenization Method|Customer ID|"
    "Customer Description|Customer Email|Customer Phone|Shipping Name|Shipping Address Line1|"
    "Shipping Address Line2|Shipping Address City|Shipping Address State|Shipping Address Country|"
    "Shipping Address Postal Code|Disputed Amount|Dispute Date (UTC)|Dispute Evidence Due (UTC)|"
    "Dispute Reason|Dispute Status|Invoice ID|Invoice Number|Checkout Session ID|"
    "Checkout Custom Field 1 Key|Checkout Custom Field 1 Value|Checkout Custom Field 2 Key|"
    "Checkout Custom Field 2 Value|Checkout Custom Field 3 Key|Checkout Custom Field 3 Value|"
    "Checkout Line Item Summary|Checkout Promotional Consent|Checkout Terms of Service Consent|"
    "Client Reference ID|Payment Link ID|UTM Campaign|UTM Content|UTM Medium|UTM Source|UTM Term|"
    "Application Fee|Application ID|Destination|Transfer|Transfer Group"
)
_PAYMENT = {
    "id": "'ch_3T' || token('charge', reference, 22)",
    "Created date (UTC)": "second_of(paid_at)",
    "Amount": "money(amount)",
    "Amount Refunded": "money(refund)",
    "Currency": "lower(currency)",
    "Captured": "'true'",
    "Converted Amount": "money(amount)",
    "Converted Amount Refunded": "money(refund)",
    "Converted Currency": "lower(currency)",
    "Fee": "money(amount * 29 // 1000 + 30)",
    "Mode": "'Live'",
    "PaymentIntent ID": "'pi_3T' || token('intent', reference, 22)",
    "Payment Source Type": "'card'",
    "Statement Descriptor": "'TANWICK TEA'",
    "Seller Message": "'Payment complete.'",
    "Taxes On Fee": "'0.00'",
    "Card ID": "'pm_1T' || token('card', person_id, 22)",
    "Card Name": "full_name",
    "Card Address Country": "market",
    "Card Address Zip": "postal_code",
    "Card Brand": "if(person_id % 2 = 1, 'MasterCard', 'Visa')",
    "Card CVC Status": "'pass'",
    "Card Exp Month": "1 + person_id % 12",
    "Card Exp Year": "2027 + person_id % 4",
    "Card Fingerprint": "token('fingerprint', person_id, 16)",
    "Card Funding": "'credit'",
    "Card Issue Country": "market",
    "Card Last4": "digit_code('pan', person_id, 4)",
    "Customer ID": "stripe_customer(person_id)",
    # An order of the shop, or a seat in a workshop that was sold by a link.
    "Description": "if(is_order, 'Tanwick Tea order #' || number, 'Gongfu workshop, one seat')",
    "Is Link": "if(is_order, 'false', 'true')",
    "Refunded date (UTC)": "second_of(refunded_at)",
    "Status": "case status when 'refunded' then 'Refunded' "
    "when 'partially_refunded' then 'Partial Refund' else 'Paid' end",
    "Customer Email": "if(is_order, lower(payer_email), payer_email)",
    "Customer Phone": "if(is_order, null, phone)",
    "Client Reference ID": "if(is_order, '#' || number, null)",
    "Shipping Name": "if(is_order, full_name, null)",
    "Shipping Address Line1": "if(is_order, street, null)",
    "Shipping Address City": "if(is_order, city, null)",
    "Shipping Address State": "if(is_order, region, null)",
    "Shipping Address Country": "if(is_order, market, null)",
    "Shipping Address Postal Code": "if(is_order, postal_code, null)",
    "Checkout Session ID": "if(is_order, null, 'cs_live_' || token('checkout', person_id, 24))",
    "Checkout Line Item Summary": "if(is_order, null, 'Gongfu workshop (1)')",
    "Checkout Promotional Consent": "if(not is_order and person_id % 2 = 1, 'opt_in', null)",
    "Payment Link ID": "if(is_order, null, 'plink_1T' || token('link', 'workshop', 22))",
    "UTM Source": "if(is_order, null, 'store_poster')",
    "UTM Medium": "if(is_order, null, 'qr')",
    "UTM Campaign": "if(is_order, null, 'gongfu_workshop')",
}


def workshop_payments(world: World) -> str:
    """Return a query of who paid for a workshop, and when: payments that no shop knows of."""
    plan = world.plan
    seats = max(1, 7 * plan.days // 92)
    return f"""
        select
            person_id,
            timestamp '{plan.first_day}' + interval 15 hour
            + to_days(floor(u('workshop day', person_id) * {plan.days})::int)
            + to_seconds(floor(u('workshop second', person_id) * 9000)::bigint) as paid_at
        from persons
        where store = '{world.brand.workshop_store}' and entered_at < timestamp '{plan.last_day}'
        order by u('workshop', person_id), person_id
        limit {seats}
    """


def write(world: World, folder: Folder) -> None:
    """Write the payments by month: the online shop's orders, and a few that no shop knows of."""
    spelling(world)
    exported_at = closing(world)
    for month in months(world):
        folder.csv(
            f"stripe/unified_payments_{month.first:%Y-%m}.csv",
            f"""
            with payments as (
                select
                    true as is_order, 'order/' || number as reference, number, person_id,
                    ordered_at + interval 2 second as paid_at, total as amount, refund,
                    refunded_at, currency, status, email as payer_email
                from orders
                where place = 'shop' and status not in ('pending', 'cancelled')
                union all
                select
                    false, 'workshop/' || person_id, null, person_id, paid_at, 4500, 0, null,
                    'USD', 'paid', null
                from ({workshop_payments(world)})
            ),
            listed as (
                select
                    payments.* replace (coalesce(payer_email, person.email) as payer_email),
                    person.* exclude (person_id)
                from payments
                left join persons as person on payments.person_id = person.person_id
                where {month.holds("paid_at")}
            )
            select {select_list(HEADER, _PAYMENT)}
            from listed order by paid_at desc, reference
            """,
            exported_at=exported_at,
        )
