"""The online shops: Shopify orders, the Stripe payments behind them, and Youzan's mall."""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ingestion.sample_brand.brand import EXPORTED_AT, NAME, OPENED_AT
from ingestion.sample_brand.draws import DIGITS, HEXADECIMAL, Draws, code
from ingestion.sample_brand.files import Export, columns, money, rows_of, table, utf8_marked
from ingestion.sample_brand.people import Person
from ingestion.sample_brand.sales import spelled_phone
from ingestion.sample_brand.world import Line, Order, World

SHOP_ZONE = ZoneInfo("America/New_York")
SHANGHAI = ZoneInfo("Asia/Shanghai")
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


def shopify_id(order: Order) -> str:
    """Return the shop's own 13-digit id of an order; buyers see ``#<number>`` instead."""
    return f"6{code('shopify order', order.number, 12, DIGITS)}"


def _zoned(moment: datetime, zone: ZoneInfo = SHOP_ZONE) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S %z}"


def _street(person: Person) -> str:
    return f"{1 + person.number % 180} Sample Street"


def shopify(world: World, seed: int) -> list[Export]:
    """Return the order export: a row per line item, the order's own cells on its first row only."""
    draws = Draws(seed, "shopify")
    records: list[dict[str, object]] = []
    for order in reversed(world.orders_of("shop")):
        cells = _shopify_order(order, draws)
        for line in order.lines:
            records.append(cells | _shopify_line(line, order))
            cells = {name: cells[name] for name in ("Name", "Email", "Created at")}
    content = table(rows_of(SHOPIFY_HEADER, records)).encode()
    return [Export("shopify/orders_export_1.csv", content, EXPORTED_AT)]


def _fulfilled_at(order: Order) -> datetime | None:
    """Return when the parcel left, unless it was not to leave or not yet."""
    leaves_at = order.ordered_at + timedelta(hours=20)
    is_sent = order.status in ("paid", "partially_refunded") and leaves_at < EXPORTED_AT
    return leaves_at if is_sent else None


def _shopify_line(line: Line, order: Order) -> dict[str, object]:
    return {
        "Lineitem quantity": line.quantity,
        "Lineitem name": line.product.name,
        "Lineitem price": money(line.price),
        "Lineitem sku": line.product.sku,
        "Lineitem requires shipping": "true",
        "Lineitem taxable": "true",
        "Lineitem fulfillment status": "fulfilled" if _fulfilled_at(order) else "pending",
        "Vendor": NAME,
        "Lineitem discount": "0.00",
    }


def _shopify_order(order: Order, draws: Draws) -> dict[str, object]:
    person, session = order.person, order.session
    ordered_at, left_at = _zoned(order.ordered_at), _fulfilled_at(order)
    phone = spelled_phone(person.phone, person.market, draws) if draws.chance(0.7) else ""
    phone = f"'{phone}" if phone.startswith("+") else phone
    attributes = session.query.items() if session else ()
    cells: dict[str, object] = {
        "Name": f"#{order.number}",
        "Email": order.email,
        "Financial Status": {"cancelled": "voided"}.get(order.status, order.status),
        "Fulfillment Status": "fulfilled" if left_at else "unfulfilled",
        "Fulfilled at": _zoned(left_at) if left_at else "",
        "Accepts Marketing": "yes" if person.consents_email else "no",
        "Currency": order.currency,
        "Subtotal": money(order.subtotal),
        "Shipping": money(order.shipping),
        "Taxes": money(order.tax),
        "Total": money(order.total),
        "Discount Code": "LEAF10" if order.discount else "",
        "Discount Amount": money(order.discount),
        "Shipping Method": "Standard" if order.shipping else "Free over $60",
        "Created at": ordered_at,
        "Note Attributes": "\n".join(f"{key}: {value}" for key, value in attributes),
        "Refunded Amount": money(order.refund),
        "Outstanding Balance": money(order.total) if order.status == "pending" else "0.00",
        "Id": shopify_id(order),
        "Tags": "gift" if any(line.product.category == "Gifts" for line in order.lines) else "",
        "Risk Level": "Low",
        "Source": "web",
        "Phone": phone,
    }
    if order.status == "cancelled":
        cells["Cancelled at"] = _zoned(order.ordered_at + timedelta(hours=5))
    elif order.status != "pending":
        reference = f"r{code('payment reference', order.number, 24)}"
        names = ("Payment Reference", "Payment ID", "Payment References")
        cells |= dict.fromkeys(names, reference)
        cells |= {"Paid at": ordered_at, "Payment Method": "Stripe"}
    if order.tax:
        cells |= {"Tax 1 Name": f"{person.region} State Tax 7%", "Tax 1 Value": money(order.tax)}
    return cells | _shopify_addresses(person, phone)


def _shopify_addresses(person: Person, phone: str) -> dict[str, object]:
    postal_code = person.postal_code
    address = {
        "Name": person.full_name,
        "Street": _street(person),
        "Address1": _street(person),
        "City": person.city,
        "Zip": f"'{postal_code}" if postal_code.startswith("0") else postal_code,
        "Province": person.region,
        "Country": person.market,
        "Phone": phone,
        "Province Name": person.region_name,
    }
    return {
        f"{side} {name}": value
        for side in ("Billing", "Shipping")
        for name, value in address.items()
    }


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
WORKSHOPS = 7


def _stripe_cells(
    kind: str, number: int, at: datetime, person: Person, amount: int
) -> dict[str, object]:
    reference = f"{kind}/{number}"
    return {
        "id": f"ch_3T{code('charge', reference, 22)}",
        "Created date (UTC)": f"{at:%Y-%m-%d %H:%M:%S}",
        "Amount": money(amount),
        "Amount Refunded": "0.00",
        "Currency": "usd",
        "Captured": "true",
        "Converted Amount": money(amount),
        "Converted Amount Refunded": "0.00",
        "Converted Currency": "usd",
        "Fee": money(amount * 29 // 1000 + 30),
        "Is Link": "false",
        "Mode": "Live",
        "PaymentIntent ID": f"pi_3T{code('intent', reference, 22)}",
        "Payment Source Type": "card",
        "Statement Descriptor": "TANWICK TEA",
        "Status": "Paid",
        "Seller Message": "Payment complete.",
        "Taxes On Fee": "0.00",
        "Card ID": f"pm_1T{code('card', person.number, 22)}",
        "Card Name": person.full_name,
        "Card Address Country": person.market,
        "Card Address Zip": person.postal_code,
        "Card Brand": ("Visa", "MasterCard")[person.number % 2],
        "Card CVC Status": "pass",
        "Card Exp Month": 1 + person.number % 12,
        "Card Exp Year": 2027 + person.number % 4,
        "Card Fingerprint": code("fingerprint", person.number, 16),
        "Card Funding": "credit",
        "Card Issue Country": person.market,
        "Card Last4": code("pan", person.number, 4, DIGITS),
        "Customer ID": f"cus_T{code('stripe customer', person.number, 13)}",
    }


def stripe(world: World, seed: int) -> list[Export]:
    """Return the payments: the online shop's orders, and a few that no shop knows of."""
    draws = Draws(seed, "stripe")
    paid: list[tuple[datetime, dict[str, object]]] = []
    for order in world.orders_of("shop"):
        if order.status in ("pending", "cancelled"):
            continue
        at = order.ordered_at + timedelta(seconds=2)
        cells = _stripe_cells("order", order.number, at, order.person, order.total)
        cells |= {
            "Description": f"{NAME} order #{order.number}",
            "Client Reference ID": f"#{order.number}",
            "Customer Email": order.email.lower(),
            "Shipping Name": order.person.full_name,
            "Shipping Address Line1": _street(order.person),
            "Shipping Address City": order.person.city,
            "Shipping Address State": order.person.region,
            "Shipping Address Country": order.person.market,
            "Shipping Address Postal Code": order.person.postal_code,
        }
        if order.refund:
            cells |= {
                "Amount Refunded": money(order.refund),
                "Converted Amount Refunded": money(order.refund),
                "Refunded date (UTC)": f"{order.refunded_at:%Y-%m-%d %H:%M:%S}",
                "Status": "Refunded" if order.status == "refunded" else "Partial Refund",
            }
        paid.append((at, cells))
    guests = [person for person in world.people if person.store == "hudson"]
    for number, person in enumerate(draws.sample(guests, WORKSHOPS)):
        at = OPENED_AT + timedelta(days=6 + 13 * number, hours=15, seconds=draws.below(9000))
        cells = _stripe_cells("workshop", number, at, person, 4500)
        cells |= {
            "Description": "Gongfu workshop, one seat",
            "Is Link": "true",
            "Customer Email": person.email,
            "Customer Phone": person.phone,
            "Checkout Session ID": f"cs_live_{code('checkout', number, 24)}",
            "Checkout Line Item Summary": "Gongfu workshop (1)",
            "Checkout Promotional Consent": "opt_in" if number % 2 else "",
            "Payment Link ID": f"plink_1T{code('link', 'workshop', 22)}",
            "UTM Source": "store_poster",
            "UTM Medium": "qr",
            "UTM Campaign": "gongfu_workshop",
        }
        paid.append((at, cells))
    paid.sort(key=lambda entry: entry[0], reverse=True)
    content = table(rows_of(STRIPE_HEADER, [cells for _, cells in paid])).encode()
    return [Export("stripe/unified_payments.csv", content, EXPORTED_AT)]


YOUZAN_HEADER = columns(
    "订单号|买家昵称|买家姓名|买家手机号|会员等级|买家是否会员|客户标签|买家备注|下单次数|"
    "订单状态|订单创建时间|买家付款时间|交易成功时间|全部商品名称|商品种类数|订单商品总件数|运费|"
    "店铺优惠合计|商品金额合计|订单实付金额|订单退款金额|收货人省份|收货人城市|收货人地区"
)
UNPAID_STATES = {"cancelled": "交易关闭", "pending": "待付款"}


def youzan(world: World, seed: int) -> list[Export]:
    """Return the mall's orders by month; the first one was made with telephones masked."""
    draws = Draws(seed, "youzan")
    times_bought: Counter[int] = Counter()
    months: dict[int, list[dict[str, object]]] = {}
    for order in world.orders_of("mall"):
        times_bought[order.person.number] += 1
        month = order.ordered_at.astimezone(SHANGHAI).month
        cells = _youzan_order(order, times_bought[order.person.number], draws)
        if month == 7:
            cells |= _masked(order.person)
        months.setdefault(month, []).insert(0, cells)
    return [
        Export(
            f"youzan/订单导出_2026{month:02d}.csv",
            utf8_marked(table(rows_of(YOUZAN_HEADER, records))),
            EXPORTED_AT,
        )
        for month, records in sorted(months.items())
    ]


def _national(person: Person) -> str:
    return person.phone.removeprefix("+86")


def _masked(person: Person) -> dict[str, object]:
    phone = _national(person)
    return {"买家姓名": f"{person.family}*", "买家手机号": f"{phone[:3]}****{phone[-4:]}"}


def _youzan_order(order: Order, times: int, draws: Draws) -> dict[str, object]:
    person, local = order.person, order.ordered_at.astimezone(SHANGHAI)
    settled_at = local + timedelta(days=7)
    cells: dict[str, object] = {
        "订单号": f"E{local:%Y%m%d%H%M%S}{code('youzan', order.number, 11, DIGITS)}\t",
        "买家昵称": f"茶友{code('nickname', person.number, 5, HEXADECIMAL)}",
        "买家姓名": person.full_name,
        "买家手机号": _national(person),
        "会员等级": "金卡" if person.loyalty_id else "",
        "买家是否会员": "是" if person.loyalty_id else "否",
        "客户标签": "企微;老客" if times > 1 else "企微",
        "买家备注": draws.pick(("", "", "请发顺丰", "送礼，勿放小票")),
        "下单次数": times,
        "订单状态": UNPAID_STATES.get(order.status, "卖家已发货"),
        "订单创建时间": f"{local:%Y-%m-%d %H:%M:%S}",
        "全部商品名称": "".join(f"{x.product.chinese_name}({x.quantity});" for x in order.lines),
        "商品种类数": len(order.lines),
        "订单商品总件数": sum(line.quantity for line in order.lines),
        "运费": money(order.shipping),
        "店铺优惠合计": money(order.discount),
        "商品金额合计": money(order.subtotal + order.discount),
        "订单实付金额": "0.00",
        "订单退款金额": money(order.refund),
        "收货人省份": person.region,
        "收货人城市": person.city,
        "收货人地区": person.region_name,
    }
    if order.status not in UNPAID_STATES:
        cells["买家付款时间"] = f"{local + timedelta(seconds=17):%Y-%m-%d %H:%M:%S}"
        cells["订单实付金额"] = money(order.total)
        if order.status == "refunded":
            cells["订单状态"] = "交易关闭"
        elif settled_at < EXPORTED_AT:
            cells["订单状态"] = "交易完成"
            cells["交易成功时间"] = f"{settled_at:%Y-%m-%d %H:%M:%S}"
    return cells
