"""Youzan: the orders of the mall in China."""

from ingestion.simulator.exports.cells import World, columns, select_list, spelling
from ingestion.simulator.exports.periods import closing, months
from ingestion.simulator.writing import Folder

MALL_ZONE = "Asia/Shanghai"
HEADER = columns(
    "订单号|买家昵称|买家姓名|买家手机号|会员等级|买家是否会员|客户标签|买家备注|下单次数|"
    "订单状态|订单创建时间|买家付款时间|交易成功时间|全部商品名称|商品种类数|订单商品总件数|运费|"
    "店铺优惠合计|商品金额合计|订单实付金额|订单退款金额|收货人省份|收货人城市|收货人地区"
)


def _cells(masked: bool, settled_before: str) -> dict[str, str]:
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


def write(world: World, folder: Folder) -> None:
    """Write the mall's orders by month; the first one was made with telephones masked."""
    spelling(world)
    exported_at = closing(world)
    names = ", ".join(f"('{item.sku}', '{item.chinese_name}')" for item in world.brand.products)
    for month in months(world):
        cells = _cells(
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
            select {select_list(HEADER, cells)} from listed order by number desc
            """,
            bom=True,
            exported_at=exported_at,
        )
