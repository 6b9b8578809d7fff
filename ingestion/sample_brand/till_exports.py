"""The stores' tills: Square's item and transaction exports."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from ingestion.sample_brand.brand import OPENED_AT, STORES
from ingestion.sample_brand.draws import ALPHANUMERIC, DIGITS, UPPER, code
from ingestion.sample_brand.files import Export, columns, money, rows_of, table
from ingestion.sample_brand.people import Person
from ingestion.sample_brand.sales import STORE_BY_KEY
from ingestion.sample_brand.world import Line, Order, World

SQUARE_ITEMS_HEADER = columns(
    "Date|Time|Time Zone|Category|Item|Qty|Price Point Name|SKU|Modifiers Applied|Gross Sales|"
    "Discounts|Net Sales|Tax|Transaction ID|Payment ID|Device Name|Notes|Details|Event Type|"
    "Location|Dining Option|Customer ID|Customer Name|Customer Reference ID|Unit|Count|GTIN|"
    "Itemization Type|Commission|Employee|Fulfillment Note|Channel|Token|Card Brand|PAN Suffix"
)
SQUARE_TRANSACTIONS_HEADER = columns(
    "Date|Time|Time Zone|Gross Sales|Discounts|Service Charges|Net Sales|Gift Card Sales|Tax|Tip|"
    "Partial Refunds|Total Collected|Source|Card|Card Entry Methods|Cash|Square Gift Card|"
    "Other Tender|Other Tender Type|Tender Note|Fees|Net Total|Transaction ID|Payment ID|"
    "Card Brand|PAN Suffix|Device Name|Staff Name|Staff ID|Details|Description|Event Type|Location|"
    "Dining Option|Customer ID|Customer Name|Customer Reference ID|Device Nickname|"
    "Third Party Fees|Deposit ID|Deposit Date|Deposit Details|Fee Percentage Rate|Fee Fixed Rate|"
    "Refund Reason|Discount Name|Transaction Status|Cash App|Order Reference ID|Fulfillment Note|"
    "Free Processing Applied|Channel|Unattributed Tips|Table Info|International Fee"
)

UNUSED_TENDERS = columns(
    "Service Charges|Gift Card Sales|Tip|Partial Refunds|Square Gift Card|Other Tender|"
    "Third Party Fees|Cash App|Unattributed Tips|International Fee|Free Processing Applied"
)


def _dollars(cents: int) -> str:
    return f"-${money(-cents)}" if cents < 0 else f"${money(cents)}"


def square_customer(person: Person) -> str:
    """Return the till's id of a customer."""
    return code("square customer", person.number, 26, UPPER)


def _shares(total: int, lines: list[Line]) -> list[int]:
    """Split an amount over the lines in proportion to their price; the last takes the rest."""
    gross = sum(line.price * line.quantity for line in lines) or 1
    parts = [total * line.price * line.quantity // gross for line in lines]
    parts[-1] += total - sum(parts)
    return parts


def _till_cells(order: Order, at: datetime, event: str) -> dict[str, object]:
    store = STORE_BY_KEY[order.place]
    local = at.astimezone(ZoneInfo(store.timezone))
    number = f"{order.place}/{order.number}"
    is_card = code("square tender", number, 1, DIGITS) not in "01"
    cells: dict[str, object] = {
        "Date": f"{local:%Y-%m-%d}",
        "Time": f"{local:%H:%M:%S}",
        "Time Zone": store.printed_timezone,
        "Transaction ID": code("square transaction", number, 26, ALPHANUMERIC) + "ZY",
        "Payment ID": code("square payment", f"{number}/{event}", 26, ALPHANUMERIC) + "ZY",
        "Device Name": f"Square Terminal {317 if order.place == 'hudson' else 318}",
        "Event Type": event,
        "Location": store.name,
        "Channel": store.name,
        "Dining Option": "For Here" if order.lines[0].product.category == "Tea Bar" else "",
        "Card Brand": ("Visa", "MasterCard", "American Express")[order.number % 3]
        if is_card
        else "",
        "PAN Suffix": code("pan", order.person.number if order.person else number, 4, DIGITS)
        if is_card
        else "",
    }
    person = order.person
    if person and (person.loyalty_id or person.number % 4 == 0):
        cells["Customer ID"] = square_customer(person)
        cells["Customer Name"] = person.full_name
        cells["Customer Reference ID"] = person.loyalty_id
    return cells


def square(world: World, seed: int) -> list[Export]:
    """Return items and transactions by month, newest first; refunds are rows of their own."""
    exports = []
    orders = world.orders_of(*(store.key for store in STORES))
    for month in (7, 8, 9):
        first = date(2026, month, 1)
        after = date(2026, month + 1, 1)
        events = [(order.ordered_at, order, "Payment") for order in orders]
        events += [(o.refunded_at, o, "Refund") for o in orders if o.refunded_at]
        listed = [
            (at, order, event)
            for at, order, event in events
            if at.astimezone(ZoneInfo(STORE_BY_KEY[order.place].timezone)).month == month
        ]
        listed.sort(key=lambda entry: (entry[0], entry[1].place, entry[1].number), reverse=True)
        exported_at = datetime(2026, month + 1, 1, 14, tzinfo=OPENED_AT.tzinfo)
        items: list[dict[str, object]] = []
        transactions: list[dict[str, object]] = []
        for at, order, event in listed:
            cells = _till_cells(order, at, event)
            items += [cells | line for line in _square_lines(order, event)]
            transactions.append(cells | _square_totals(order, event, cells))
        for name, header, records in (
            ("items", SQUARE_ITEMS_HEADER, items),
            ("transactions", SQUARE_TRANSACTIONS_HEADER, transactions),
        ):
            content = table(rows_of(header, records)).encode()
            exports.append(Export(f"square/{name}-{first}-{after}.csv", content, exported_at))
    return exports


def _refunded(order: Order) -> tuple[list[Line], int, int]:
    """Return the lines sent back with their share of discount and tax."""
    if order.status == "refunded":
        return order.lines, order.discount, order.tax
    line = order.lines[0]
    return [Line(line.product, 1, line.price)], 0, 0


def _square_lines(order: Order, event: str) -> list[dict[str, object]]:
    sign = 1 if event == "Payment" else -1
    lines, discount, tax = (order.lines, order.discount, order.tax)
    if event == "Refund":
        lines, discount, tax = _refunded(order)
    rows = []
    for line, reduced, taxed in zip(
        lines, _shares(discount, lines), _shares(tax, lines), strict=True
    ):
        gross = line.price * line.quantity
        rows.append(
            {
                "Category": line.product.category if line.product.category != "Tea Bar" else "None",
                "Item": line.product.name,
                "Qty": f"{sign * line.quantity}.0",
                "Price Point Name": "Regular",
                "SKU": line.product.sku,
                "Gross Sales": _dollars(sign * gross),
                "Discounts": _dollars(-sign * reduced),
                "Net Sales": _dollars(sign * (gross - reduced)),
                "Tax": _dollars(sign * taxed),
                "Notes": "Returned" if event == "Refund" else "",
                "Unit": "ea",
                "Count": sign * line.quantity,
                "Itemization Type": "Physical Good",
                "Commission": "$0.00",
                "Token": code("square item", line.product.sku, 24, UPPER),
            }
        )
    return rows


def _square_totals(order: Order, event: str, cells: dict[str, object]) -> dict[str, object]:
    if event == "Payment":
        lines, discount, tax, sign = order.lines, order.discount, order.tax, 1
    else:
        lines, discount, tax = _refunded(order)
        sign = -1
    gross = sum(line.price * line.quantity for line in lines)
    total = gross - discount + tax
    is_card = bool(cells["Card Brand"])
    fee = total * 26 // 1000 + 10 if is_card and event == "Payment" else 0
    zero = dict.fromkeys(UNUSED_TENDERS, "$0.00")
    return zero | {
        "Gross Sales": _dollars(sign * gross),
        "Discounts": _dollars(-sign * discount),
        "Net Sales": _dollars(sign * (gross - discount)),
        "Tax": _dollars(sign * tax),
        "Total Collected": _dollars(sign * total),
        "Source": "Point of Sale",
        "Card": _dollars(sign * total if is_card else 0),
        "Card Entry Methods": "EMV" if is_card else "N/A",
        "Cash": _dollars(0 if is_card else sign * total),
        "Fees": _dollars(-fee),
        "Net Total": _dollars(sign * total - fee),
        "Staff Name": "Till One" if order.place == "hudson" else "Till Two",
        "Description": ", ".join(line.product.name for line in lines),
        "Fee Percentage Rate": "2.6" if is_card else "0",
        "Fee Fixed Rate": "$0.10" if is_card else "$0.00",
        "Refund Reason": "Returned goods" if event == "Refund" else "",
        "Transaction Status": "Complete",
    }
