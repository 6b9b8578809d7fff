"""The stores' tills: Square's item and transaction exports."""

from ingestion.simulator.exports.cells import World, columns, select_list, spelling
from ingestion.simulator.exports.periods import Period, at_hour, months
from ingestion.simulator.writing import Folder

ITEMS_HEADER = columns(
    "Date|Time|Time Zone|Category|Item|Qty|Price Point Name|SKU|Modifiers Applied|Gross Sales|"
    "Discounts|Net Sales|Tax|Transaction ID|Payment ID|Device Name|Notes|Details|Event Type|"
    "Location|Dining Option|Customer ID|Customer Name|Customer Reference ID|Unit|Count|GTIN|"
    "Itemization Type|Commission|Employee|Fulfillment Note|Channel|Token|Card Brand|PAN Suffix"
)
TRANSACTIONS_HEADER = columns(
    "Date|Time|Time Zone|Gross Sales|Discounts|Service Charges|Net Sales|Gift Card Sales|Tax|Tip|"
    "Partial Refunds|Total Collected|Source|Card|Card Entry Methods|Cash|Square Gift Card|"
    "Other Tender|Other Tender Type|Tender Note|Fees|Net Total|Transaction ID|Payment ID|"
    "Card Brand|PAN Suffix|Device Name|Staff Name|Staff ID|Details|Description|Event Type|Location|"
    "Dining Option|Customer ID|Customer Name|Customer Reference ID|Device Nickname|"
    "Third Party Fees|Deposit ID|Deposit Date|Deposit Details|Fee Percentage Rate|Fee Fixed Rate|"
    "Refund Reason|Discount Name|Transaction Status|Cash App|Order Reference ID|Fulfillment Note|"
    "Free Processing Applied|Channel|Unattributed Tips|Table Info|International Fee"
)
_UNUSED_TENDERS = columns(
    "Service Charges|Gift Card Sales|Tip|Partial Refunds|Square Gift Card|Other Tender|"
    "Third Party Fees|Cash App|Unattributed Tips|International Fee|Free Processing Applied"
)
TRANSACTION_ID = "token('square transaction', place || '/' || number, 26) || 'ZY'"
# Whom the till knows: members, and others who once left their name.
IS_KNOWN_AT_TILL = "person_id is not null and (loyalty_id is not null or person_id % 4 = 0)"
_SHARED = {
    "Date": "strftime(happened, '%Y-%m-%d')",
    "Time": "strftime(happened, '%H:%M:%S')",
    "Time Zone": "printed_timezone",
    "Transaction ID": "transaction_id",
    "Payment ID": "token('square payment', reference || '/' || event, 26) || 'ZY'",
    "Device Name": "device",
    "Event Type": "event",
    "Location": "store_name",
    "Channel": "store_name",
    "Dining Option": "if(is_tea_bar, 'For Here', null)",
    "Card Brand": "if(is_card, ['Visa', 'MasterCard', 'American Express'][1 + number % 3], null)",
    "PAN Suffix": "if(is_card, "
    "digit_code('pan', coalesce(person_id::varchar, reference), 4), null)",
    "Customer ID": "if(is_known_at_till, square_customer(person_id), null)",
    "Customer Name": "if(is_known_at_till, full_name, null)",
    "Customer Reference ID": "if(is_known_at_till, loyalty_id, null)",
}
_ITEM = {
    "Category": "if(category = 'Tea Bar', 'None', category)",
    "Item": "product",
    "Qty": "sign * quantity || '.0'",
    "Price Point Name": "'Regular'",
    "SKU": "sku",
    "Gross Sales": "dollars(sign * gross_part)",
    "Discounts": "dollars(-sign * discount_part)",
    "Net Sales": "dollars(sign * (gross_part - discount_part))",
    "Tax": "dollars(sign * tax_part)",
    "Notes": "if(sign < 0, 'Returned', null)",
    "Unit": "'ea'",
    "Count": "sign * quantity",
    "Itemization Type": "'Physical Good'",
    "Commission": "'$0.00'",
    "Token": "upper_code('square item', sku, 24)",
}
_TRANSACTION = dict.fromkeys(_UNUSED_TENDERS, "'$0.00'") | {
    "Gross Sales": "dollars(sign * event_gross)",
    "Discounts": "dollars(-sign * event_discount)",
    "Net Sales": "dollars(sign * (event_gross - event_discount))",
    "Tax": "dollars(sign * event_tax)",
    "Total Collected": "dollars(sign * collected)",
    "Source": "'Point of Sale'",
    "Card": "dollars(if(is_card, sign * collected, 0))",
    "Card Entry Methods": "if(is_card, 'EMV', 'N/A')",
    "Cash": "dollars(if(is_card, 0, sign * collected))",
    "Fees": "dollars(-fee)",
    "Net Total": "dollars(sign * collected - fee)",
    "Staff Name": "staff",
    "Description": "description",
    "Fee Percentage Rate": "if(is_card, '2.6', '0')",
    "Fee Fixed Rate": "if(is_card, '$0.10', '$0.00')",
    "Refund Reason": "if(sign < 0, 'Returned goods', null)",
    "Transaction Status": "'Complete'",
}


def _events(world: World, month: Period) -> str:
    """Return CTEs: ``events`` (a row per payment and refund) and ``event_lines`` of a month."""
    square_stores = world.brand.stores_of("square")
    stores = ", ".join(
        f"('{store.key}', '{store.name}', '{store.timezone}', '{store.printed_timezone}', "
        f"'{store.device}', '{store.staff}')"
        for store in square_stores
    )
    in_month = " or ".join(
        f"(place = '{store.key}' and {month.holds('happened_at', store.timezone)})"
        for store in square_stores
    )
    return f"""
        with stores as (
            from (values {stores})
            as t(key, store_name, timezone, printed_timezone, device, staff)
        ),
        happened as (
            select *, 'Payment' as event, 1 as sign, ordered_at as happened_at
            from orders where place in (select key from stores)
            union all
            select *, 'Refund', -1, refunded_at
            from orders where place in (select key from stores) and refunded_at is not null
        ),
        events as (
            select
                happened.*, stores.*, local_time(happened_at, stores.timezone) as happened,
                {TRANSACTION_ID} as transaction_id, place || '/' || number as reference,
                digit_code('square tender', reference, 1) not in ('0', '1') as is_card,
                full_name, loyalty_id,
                {IS_KNOWN_AT_TILL} as is_known_at_till
            from happened
            inner join stores on happened.place = stores.key
            left join persons as person using (person_id)
            where {in_month}
        ),
        -- A partial refund takes back one piece of the first line.
        event_lines as (
            select
                events.*, lines.line, sku, product, category, price,
                if(sign < 0 and status != 'refunded', 1, lines.quantity) as quantity,
                if(sign < 0 and status != 'refunded', 0, events.discount) as event_discount,
                if(sign < 0 and status != 'refunded', 0, events.tax) as event_tax
            from events
            inner join order_lines as lines on events.order_id = lines.order_id
            where sign > 0 or status = 'refunded' or lines.line = 1
        ),
        priced as (
            select
                *, price * quantity as gross_part,
                bool_or(line = 1 and category = 'Tea Bar') over event_rows as is_tea_bar,
                greatest(sum(gross_part) over event_rows, 1) as gross_sum,
                line = max(line) over event_rows as is_last
            from event_lines
            window event_rows as (partition by order_id, event)
        ),
        -- Shares in proportion to the price; the last line takes the rest.
        floored as (
            select
                * exclude (gross_sum),
                (event_discount * gross_part // gross_sum)::bigint as discount_floor,
                (event_tax * gross_part // gross_sum)::bigint as tax_floor
            from priced
        ),
        shared as (
            select
                *,
                discount_floor + if(is_last, event_discount - sum(discount_floor) over whole, 0)
                    as discount_part,
                tax_floor + if(is_last, event_tax - sum(tax_floor) over whole, 0) as tax_part
            from floored
            window whole as (partition by order_id, event)
        )
    """


def square(world: World, folder: Folder) -> None:
    """Write items and transactions by month, newest first; refunds are rows of their own."""
    spelling(world)
    for month in months(world):
        exported_at = at_hour(month.after, 14)
        events = _events(world, month)
        newest_first = "happened_at desc, place, number desc, event"
        folder.csv(
            f"square/items-{month.first}-{month.after}.csv",
            f"{events} select {select_list(ITEMS_HEADER, _SHARED | _ITEM)} "
            f"from shared order by {newest_first}, line",
            exported_at=exported_at,
        )
        folder.csv(
            f"square/transactions-{month.first}-{month.after}.csv",
            f"""
            {events},
            totals as (
                select
                    order_id, event, sum(gross_part)::bigint as event_gross,
                    any_value(event_discount) as event_discount,
                    any_value(event_tax) as event_tax, any_value(is_tea_bar) as is_tea_bar,
                    string_agg(product, ', ' order by line) as description
                from shared group by order_id, event
            ),
            listed as (
                select
                    events.*, totals.* exclude (order_id, event),
                    event_gross - event_discount + event_tax as collected,
                    if(is_card and sign > 0, collected * 26 // 1000 + 10, 0)::bigint as fee
                from events inner join totals
                    on events.order_id = totals.order_id and events.event = totals.event
            )
            select {select_list(TRANSACTIONS_HEADER, _SHARED | _TRANSACTION)}
            from listed order by {newest_first}
            """,
            exported_at=exported_at,
        )
