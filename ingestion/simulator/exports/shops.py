"""The online shops: Shopify orders, the Stripe payments behind them, and Youzan's mall."""

from datetime import datetime

from ingestion.simulator.exports.cells import (
    World,
    columns,
    select_list,
    spelling,
)
from ingestion.simulator.exports.periods import at_hour, closing, months
from ingestion.simulator.writing import Folder

SHOP_ZONE = "America/New_York"
MALL_ZONE = "Asia/Shanghai"
SHOPIFY_HEADER = columns(
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
_SHOPIFY_REPEATED = {
    "Name": "'#' || number",
    "Email": "email",
    "Created at": "zoned(ordered_at)",
}
_SHOPIFY_LINE = {
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
_SHOPIFY_ORDER = {
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


def shopify(world: World, folder: Folder) -> None:
    """Write the orders by month, newest first: a row per line, the order's cells on its first.

    Where orders are restated, each month is exported at its end, as the orders stood then, and
    once more with all the others.
    """
    connection = spelling(world)
    connection.execute(
        f"create or replace temp macro zoned(moment) as second_of(local_time(moment, "
        f"'{SHOP_ZONE}')) || ' ' || utc_offset(moment, '{SHOP_ZONE}', '')"
    )
    first_cells = {name: f"if(line = 1, {cell}, null)" for name, cell in _SHOPIFY_ORDER.items()}
    cells = select_list(SHOPIFY_HEADER, _SHOPIFY_REPEATED | _SHOPIFY_LINE | first_cells)
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


STRIPE_HEADER = columns(
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
_STRIPE = {
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


def stripe(world: World, folder: Folder) -> None:
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
            select {select_list(STRIPE_HEADER, _STRIPE)}
            from listed order by paid_at desc, reference
            """,
            exported_at=exported_at,
        )


YOUZAN_HEADER = columns(
    "订单号|买家昵称|买家姓名|买家手机号|会员等级|买家是否会员|客户标签|买家备注|下单次数|"
    "订单状态|订单创建时间|买家付款时间|交易成功时间|全部商品名称|商品种类数|订单商品总件数|运费|"
    "店铺优惠合计|商品金额合计|订单实付金额|订单退款金额|收货人省份|收货人城市|收货人地区"
)


def _youzan_cells(masked: bool, settled_before: str) -> dict[str, str]:
    national = "replace(coalesce(order_phone, phone), '+86', '')"
    return {
        "订单号": "order_no || chr(9)",
        "买家昵称": "'茶友' || hex_code('nickname', person_id, 5)",
        "买家姓名": "family || '*'" if masked else "full_name",
        "买家手机号": f"left({national}, 3) || '****' || right({national}, 4)"
        if masked
        else national,
        "会员等级": "if(loyalty_id is null, null, '金卡')",
        "买家是否会员": "if(loyalty_id is null, '否', '是')",
        "客户标签": "if(times > 1, '企微;老客', '企微')",
        "买家备注": "[null, null, '请发顺丰', '送礼，勿放小票']"
        "[1 + floor(4 * u('buyer note', order_id))::int]",
        "下单次数": "times",
        "订单状态": "case when status = 'cancelled' then '交易关闭' when status = 'pending' "
        "then '待付款' when status = 'refunded' then '交易关闭' "
        f"when settled_at < {settled_before} then '交易完成' else '卖家已发货' end",
        "订单创建时间": "second_of(ordered)",
        "买家付款时间": "if(is_paid, second_of(ordered + interval 17 second), null)",
        "交易成功时间": f"if(is_paid and status != 'refunded' and settled_at < {settled_before}, "
        "second_of(settled_at), null)",
        "全部商品名称": "contents",
        "商品种类数": "kinds",
        "订单商品总件数": "pieces",
        "运费": "money(shipping)",
        "店铺优惠合计": "money(discount)",
        "商品金额合计": "money(subtotal + discount)",
        "订单实付金额": "if(is_paid, money(total), '0.00')",
        "订单退款金额": "money(refund)",
        "收货人省份": "region",
        "收货人城市": "city",
        "收货人地区": "region_name",
    }


ORDER_NO = (
    f"'E' || strftime(local_time(ordered_at, '{MALL_ZONE}'), '%Y%m%d%H%M%S') "
    "|| digit_code('youzan', number, 11)"
)


def youzan(world: World, folder: Folder) -> None:
    """Write the mall's orders by month; the first one was made with telephones masked."""
    spelling(world)
    exported_at = closing(world)
    names = ", ".join(f"('{item.sku}', '{item.chinese_name}')" for item in world.brand.products)
    for month in months(world):
        cells = _youzan_cells(
            masked=month.is_first and not month.is_last,
            settled_before=f"local_time(timestamp '{exported_at}', '{MALL_ZONE}')",
        )
        folder.csv(
            f"youzan/订单导出_{month.first:%Y%m}.csv",
            f"""
            with counted as (
                select
                    *,
                    row_number() over (
                        partition by coalesce(person_id, -order_id) order by ordered_at, order_id
                    ) as times
                from orders where place = 'mall'
            ),
            contents as (
                select
                    order_id,
                    string_agg(
                        coalesce(names.name, product) || '(' || quantity || ');', '' order by line
                    ) as contents,
                    count(*) as kinds, sum(quantity) as pieces
                from order_lines as lines
                left join (values {names}) as names(sku, name) on lines.sku = names.sku
                where order_id in (
                    select order_id from orders
                    where place = 'mall' and {month.holds("ordered_at", MALL_ZONE)}
                )
                group by order_id
            ),
            listed as (
                select
                    counted.* exclude (email, phone), counted.phone as order_phone,
                    person.* exclude (person_id), contents.* exclude (order_id),
                    {ORDER_NO} as order_no, local_time(ordered_at, '{MALL_ZONE}') as ordered,
                    ordered + interval 7 day as settled_at,
                    status not in ('cancelled', 'pending') as is_paid
                from counted
                inner join contents on counted.order_id = contents.order_id
                left join persons as person on counted.person_id = person.person_id
            )
            select {select_list(YOUZAN_HEADER, cells)} from listed order by number desc
            """,
            bom=True,
            exported_at=exported_at,
        )
