"""The tills of China's stores, which export in the project's own formats: orders and lines."""

from ingestion.simulator.exports.cells import World, literal, select_list, spelling
from ingestion.simulator.exports.own import LINE_HEADER, ORDER_HEADER
from ingestion.simulator.exports.periods import closing, months
from ingestion.simulator.writing import Folder

STORE_POS = "store_pos_cn"
_POS = "omnimart/store_orders_cn"
SHOWS_CARD = "loyalty_id is not null and u('till card', order_id) < 0.85"
# No country stands beside the number in an order: it is written with its own.
TILL_PHONE = "if(starts_with(orders.phone, '+'), orders.phone, '+86' || orders.phone)"
POS_ORDER = "upper(place) || '-' || number"
_STORE_ORDER = {
    "omnimart_order_id": POS_ORDER,
    "source": f"'{STORE_POS}'",
    "ordered_at": "strftime(local_time(ordered_at, timezone), '%Y-%m-%dT%H:%M:%S') "
    "|| utc_offset(ordered_at, timezone, ':')",
    "status": "if(status = 'refunded', 'refunded', 'paid')",
    "customer_ref": f"if({SHOWS_CARD}, loyalty_id, null)",
    "phone": "till_phone",
    "currency": "currency",
    "gross": "money(gross)",
    "discount": "money(discount)",
    "tax": "money(tax)",
    "shipping": "'0.00'",
    "refund": "money(least(refund, subtotal))",
    "net": "money(subtotal - least(refund, subtotal))",
    "place": "store_name",
    "sales_channel": "'store'",
}
_STORE_LINE = {
    "omnimart_order_line": f"{POS_ORDER} || '-' || lpad(line::varchar, 2, '0')",
    "source": f"'{STORE_POS}'",
    "order_id": POS_ORDER,
    "sku": "sku",
    "product": "product",
    "category": "category",
    "quantity": "quantity",
    "unit_price": "money(price)",
    "discount": "'0.00'",
    "net": "money(price * quantity)",
}


def store_orders(world: World, folder: Folder) -> None:
    """Write what the stores sold, by month: orders and lines.

    The buyer is a card, a telephone, both, or nobody.
    """
    spelling(world)
    stores = world.brand.stores_of("own")
    if not stores:
        return
    named = ", ".join(
        f"({literal(store.key)}, {literal(store.name)}, '{store.timezone}')" for store in stores
    )
    for month in months(world):
        sold = " or ".join(
            f"(place = '{store.key}' and {month.holds('ordered_at', store.timezone)})"
            for store in stores
        )
        orders = f"""
            (
                select orders.*, {TILL_PHONE} as till_phone, loyalty_id, store_name, stores.timezone
                from orders
                inner join (values {named}) as stores(key, store_name, timezone) on place = key
                left join persons on orders.person_id = persons.person_id
                where {sold}
            )
        """
        folder.csv(
            f"{_POS}_{month.first:%Y-%m}.csv",
            f"select {select_list(ORDER_HEADER, _STORE_ORDER)} from {orders} "
            "order by ordered_at, place, number",
            exported_at=closing(world),
        )
        folder.csv(
            f"{_POS.replace('orders', 'order_lines')}_{month.first:%Y-%m}.csv",
            f"select {select_list(LINE_HEADER, _STORE_LINE)} "
            f"from {orders} inner join order_lines using (order_id) "
            "order by ordered_at, place, number, line",
            exported_at=closing(world),
        )
