"""Shopify: the orders of the online shop."""

from datetime import datetime

from ingestion.simulator.exports.cells import World, columns, select_list, spelling
from ingestion.simulator.exports.periods import at_hour, closing, months
from ingestion.simulator.writing import Folder

SHOP_ZONE = "America/New_York"
HEADER = columns(
    "Name|Email|Financial Status|Paid at|Fulfillment Status|Fulfilled at|Accepts Marketing|"
    "Currency|Subtotal|Shipping|Taxes|Total|Discount Code|Discount Amount|Shipping Method|"
    "Created at|Lineitem quantity|Lineitem name|Lineitem price|Lineitem compare at price|"
    "Lineitem sku|Lineitem requires shipping|Lineitem taxable|Lineitem fulfillment status|"
    "Billing Name|Billing Street|Billing Address1|Billing Address2|Billing Company|Billing City|"
    "Billing Zip|Billing Province|Billing Country|Billing Phone|Shipping Name|Shipping Street|"
    "Shipping Address1|Shipping Address2|Shipping Company|Shipping City|Shipping Zip|"
    "Shipping Province|Shipping Country|Shipping Phone|Notes|Note Attributes|Cancelled at|"
    "Payment Method|Payment Reference|Refunded Amount|Vendor|Outstanding Balance|Employee|Location|"
    "Device ID|Id|Tags|Risk Level|Source|Lineitem discount|Tax 1 Name|Tax 1 Value|Tax 2 Name|"
    "Tax 2 Value|Tax 3 Name|Tax 3 Value|Tax 4 Name|Tax 4 Value|Tax 5 Name|Tax 5 Value|Phone|"
    "Receipt Number|Duties|Billing Province Name|Shipping Province Name|Payment ID|"
    "Payment Terms Name|Next Payment Due At|Payment References"
)
_ADDRESS = {
    "Name": "full_name",
    "Street": "street",
    "Address1": "street",
    "City": "city",
    "Zip": "case when starts_with(postal_code, '0') then '''' || postal_code else postal_code end",
    "Province": "region",
    "Country": "market",
    "Phone": "shown_phone",
    "Province Name": "region_name",
}
_REPEATED = {
    "Name": "'#' || number",
    "Email": "email",
    "Created at": "zoned(ordered_at)",
}
_LINE = {
    "Lineitem quantity": "quantity",
    "Lineitem name": "product",
    "Lineitem price": "money(price)",
    "Lineitem sku": "sku",
    "Lineitem requires shipping": "'true'",
    "Lineitem taxable": "'true'",
    "Lineitem fulfillment status": "if(is_sent, 'fulfilled', 'pending')",
    "Vendor": "'Tanwick Tea'",
    "Lineitem discount": "'0.00'",
}
_ORDER = {
    "Financial Status": "if(status = 'cancelled', 'voided', status)",
    "Paid at": "if(is_paid, zoned(ordered_at), null)",
    "Fulfillment Status": "if(is_sent, 'fulfilled', 'unfulfilled')",
    "Fulfilled at": "if(is_sent, zoned(leaves_at), null)",
    "Accepts Marketing": "if(consents_email, 'yes', 'no')",
    "Currency": "currency",
    "Subtotal": "money(subtotal)",
    "Shipping": "money(shipping)",
    "Taxes": "money(tax)",
    "Total": "money(total)",
    "Discount Code": "if(discount > 0, 'LEAF10', null)",
    "Discount Amount": "money(discount)",
    "Shipping Method": "if(shipping > 0, 'Standard', 'Free over $60')",
    # The tags of the landing page, as a theme's script writes them down.
    "Note Attributes": "array_to_string(list_transform(string_split(ltrim(tags, '?'), '&'), "
    "lambda tag: url_decode(replace(tag, '=', ': '))), chr(10))",
    "Cancelled at": "if(status = 'cancelled', zoned(ordered_at + interval 5 hour), null)",
    "Payment Method": "if(is_paid, 'Stripe', null)",
    "Payment Reference": "payment_reference",
    "Refunded Amount": "money(refund)",
    "Outstanding Balance": "if(status = 'pending', money(total), '0.00')",
    "Id": "shopify_order(number)",
    "Tags": "if(has_gift, 'gift', null)",
    "Risk Level": "'Low'",
    "Source": "'web'",
    "Tax 1 Name": "if(tax > 0, region || ' State Tax 7%', null)",
    "Tax 1 Value": "if(tax > 0, money(tax), null)",
    "Phone": "shown_phone",
    "Payment ID": "payment_reference",
    "Payment References": "payment_reference",
} | {
    f"{side} {name}": value for side in ("Billing", "Shipping") for name, value in _ADDRESS.items()
}


def _known_orders(known_at: datetime) -> str:
    """Return a query of the orders as they stand at a time, later refunds not yet made."""
    is_later = f"refunded_at > timestamp '{known_at}'"
    return f"""
        select * replace (
            if({is_later}, 'paid', status) as status,
            if({is_later}, 0, refund) as refund,
            if({is_later}, null, refunded_at) as refunded_at
        )
        from orders where ordered_at < timestamp '{known_at}'
    """


def write(world: World, folder: Folder) -> None:
    """Write the orders by month, newest first: a row per line, the order's cells on its first.

    Where orders are restated, each month is exported at its end, as the orders stood then, and
    once more with all the others.
    """
    connection = spelling(world)
    connection.execute(
        f"create or replace temp macro zoned(moment) as second_of(local_time(moment, "
        f"'{SHOP_ZONE}')) || ' ' || utc_offset(moment, '{SHOP_ZONE}', '')"
    )
    first_cells = {name: f"if(line = 1, {cell}, null)" for name, cell in _ORDER.items()}
    cells = select_list(HEADER, _REPEATED | _LINE | first_cells)
    exports = [
        (f"orders_export_{number}", month, closing(world))
        for number, month in enumerate(months(world), start=1)
    ]
    if world.plan.scenario.restatement.orders:
        exports = [
            (f"orders_export {month.first:%Y-%m}", month, at_hour(month.after, 7))
            for month in months(world)
        ] + exports
    for name, month, exported_at in exports:
        folder.csv(
            f"shopify/{name}.csv",
            f"""
            with known_orders as ({_known_orders(exported_at)}),
            placed as (
                select
                    placed.* exclude (phone), person.* exclude (person_id, email, phone),
                    coalesce(visit.tags, '') as tags,
                    if(starts_with(placed.phone, '+'), '''' || placed.phone, placed.phone)
                        as shown_phone,
                    ordered_at + interval 20 hour as leaves_at,
                    status in ('paid', 'partially_refunded')
                    and leaves_at < timestamp '{exported_at}' as is_sent,
                    status not in ('cancelled', 'pending') as is_paid,
                    if(is_paid, 'r' || token('payment reference', number, 24), null)
                        as payment_reference
                from known_orders as placed
                left join persons as person on placed.person_id = person.person_id
                left join visits as visit on placed.visit_id = visit.visit_id
                where place = 'shop' and {month.holds("ordered_at", SHOP_ZONE)}
            ),
            listed as (
                select
                    placed.*, lines.* exclude (order_id),
                    bool_or(category = 'Gifts') over (partition by lines.order_id) as has_gift
                from placed inner join order_lines as lines on placed.order_id = lines.order_id
            )
            select {cells} from listed order by number desc, line
            """,
            exported_at=exported_at,
        )
