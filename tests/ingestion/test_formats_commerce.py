"""Exports of shops and tills, in the layouts that no sample file has."""

import json
import zipfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion.source_settings import SourcesFile
from tests.ingestion.format_reader import FormatReader, Write, counts, write_lines, write_sheet


def test_doudian_sub_orders_in_gb18030_with_protected_ids(
    reader: FormatReader, write: Write
) -> None:
    reading = reader.read(
        write(
            "主订单编号,子订单编号,选购商品,商品ID,商家编码,商品数量,订单应付金额,运费,收件人手机号,"
            "商家备注,售后状态,订单状态,订单提交时间,支付完成时间",
            "6920000000000000001\t,6920000000000000002\t,乌龙茶,3500000000000000001\t,TEA-1,2,"
            "188.00,0,138****0001,,-,已完成,2024/03/01 10:22:33,2024/03/01 10:22:50",
            "6920000000000000001\t,6920000000000000003\t,茶杯,3500000000000000002\t,CUP-1,1,"
            "20.00,0,138****0001,,退款成功,已关闭,2024/03/01 10:22:33,2024/03/01 10:22:50",
            encoding="gb18030",
        )
    )
    assert (reading.format.id, counts(reading)) == ("doudian.orders", (2, 0, 0))
    assert set(reading.values("order_no")) == {"6920000000000000001"}
    assert reading.values("sub_order_no") == ["6920000000000000002", "6920000000000000003"]
    assert reading.values("receiver_phone") == ["138****0001"] * 2
    assert reading.values("created_at")[0] == datetime(2024, 3, 1, 2, 22, 33)
    assert reading.total("payable_amount") == 208


def test_wechat_shop_workbook_in_its_archive(reader: FormatReader, tmp_path: Path) -> None:
    head = [
        "订单号",
        "下单时间",
        "付款时间",
        "订单状态",
        "实付金额",
        "退款金额",
        "商品ID",
        "商品名称",
    ]
    head += ["SKU ID", "规格", "数量", "商品实付金额", "退款状态", "退款原因"]
    order = ["3724000000000000001", "2026-06-12 22:04:13", "2026-06-12 22:05:00"]
    order += ["已完成", "150.00", None]
    rows = [
        [*order, "10000000000001", "乌龙茶", "20000000000001", "100g", "1", "100.00", None, None],
        [*order, "10000000000002", "茶杯", "20000000000002", "白", "1", "50.00", None, None],
    ]
    book = write_sheet(tmp_path / "订单.xlsx", [head, *rows])
    path = tmp_path / "微信小店订单_wx0123_2026年06月12日22时04分13秒.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(book, book.name)
    book.unlink()
    reading = reader.read(path)
    assert (reading.format.id, counts(reading)) == ("wechat_shop.orders", (2, 0, 0))
    assert len(set(reading.values("_grain_key"))) == 1
    assert reading.values("order_no") == ["3724000000000000001"] * 2
    assert reading.total("product_paid_amount") == 150
    assert reading.values("created_at")[0] == datetime(2026, 6, 12, 14, 4, 13)


def test_toast_checks_and_items_of_the_nightly_folder(reader: FormatReader, tmp_path: Path) -> None:
    folder = tmp_path / "20241214"
    folder.mkdir()
    checks = write_lines(
        folder,
        "Customer Id,Customer,Customer Phone,Customer Email,Location,Opened Date,Opened Time,"
        "Server,Tender,Check Id,Check #,Total,Discount",
        "k-1,Ana Lopez,12025550101,ana@example.com,Main St,12/14/24,11:02 AM,Jo,VISA,"
        "400000012345678903,1,59.13,0.00",
        name="CheckDetails.csv",
    )
    items = write_lines(
        folder,
        "Location,Order Id,Order #,Sent Date,Order Date,Check Id,Item Selection Id,Item Id,"
        "Menu Item,Menu Group,Sales Category,Gross Price,Discount,Net Price,Qty,Tax,Void?",
        "Main St,400000012345678901,1,12/14/24 11:05 AM,12/14/24 11:02 AM,400000012345678903,"
        "400000012345678990,77,Oolong,Tea,Drinks,9.00,1.00,8.00,2,0.72,false",
        name="ItemSelectionDetails.csv",
    )
    check, item = reader.read(checks), reader.read(items)
    assert check.format.id == "toast.check_details"
    assert check.values("check_id") == ["400000012345678903"]
    assert check.values("customer_email") == ["ana@example.com"]
    assert item.format.id == "toast.item_selection_details"
    assert (item.total("net_price"), item.values("qty")) == (Decimal(8), [2])
    assert item.values("is_void") == [False]


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("KitchenTimings", "Location,ID,Check #,Station,Fired Date,Fulfilled Date,Fulfilled By"),
        ("CashEntries", "Location,Entry Id,Created Date,Action,Amount,Cash Drawer,Employee"),
        ("TimeEntries", "Location,Id,Employee,Job Title,In Date,Out Date,Total Hours"),
        ("AllItemsReport", "Master ID,Menu Name,Menu Item,Item Qty,Gross Amount,Net Amount,Tax"),
        ("ModifiersSelectionDetails", "Order Id,Modifier Id,Modifier,Option Group Name,Net Price"),
    ],
)
def test_what_else_toast_writes_every_night_is_left_alone(
    reader: FormatReader, write: Write, name: str, header: str
) -> None:
    found = reader.recognise_file(write(header, name=f"{name}.csv"))
    assert found.source == "toast"
    assert found.ignore


def test_shopify_customers_and_their_consents(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,"
            "Default Address Company,Default Address Address1,Default Address City,"
            "Default Address Country Code,Default Address Zip,Phone,Accepts SMS Marketing,"
            "Total Spent,Total Orders,Note,Tax Exempt,Tags",
            "'6790000000001,Ana,Lopez,Ana@Example.com,yes,,1 Main St,Springfield,US,'01207,"
            '\'+12025550101,no,104.00,2,"two\nlines",no,"vip, tea"',
        )
    )
    assert (reading.format.id, counts(reading)) == ("shopify.customers", (1, 0, 0))
    row = reading.rows[0]
    assert (row["customer_id"], row["phone"]) == ("6790000000001", "+12025550101")
    assert (row["accepts_email_marketing"], row["accepts_sms_marketing"]) == (True, False)
    assert (row["default_address_zip"], row["total_spent"]) == ("01207", Decimal(104))


def test_woocommerce_plugin_orders_with_a_row_per_item(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "order_id,order_number,order_date,status,billing_email,billing_phone,order_currency,"
            "order_total,order_tax,order_shipping,line_items,item_name,item_quantity,item_total",
            "501,1001,03/14/2024 15:02:13,wc-completed,ana@example.com,+12025550101,EUR,52.90,"
            '4.10,5.00,"name:Oolong|quantity:1|total:30.00",Oolong,1,30.00',
            "501,1001,03/14/2024 15:02:13,wc-completed,ana@example.com,+12025550101,EUR,52.90,"
            '4.10,5.00,"name:Cup|quantity:2|total:13.80",Cup,2,13.80',
        )
    )
    assert (reading.format.id, counts(reading)) == ("woocommerce.plugin_orders", (2, 0, 0))
    assert len(set(reading.values("_grain_key"))) == 1
    assert reading.values("order_date")[0] == datetime(2024, 3, 14, 15, 2, 13)
    assert reading.values("customer_email") == ["ana@example.com"] * 2
    assert reading.total("item_total") == Decimal("43.8")


def test_lightspeed_sales_and_their_lines(reader: FormatReader, write: Write) -> None:
    sales = reader.read(
        write(
            "ID,Date,Receipt Number,Customer,Register,Employee,Subtotal,Discounts,Tax,Total",
            '9001,2024-03-04 15:02:13,R-17,"Lopez, Ana",Till 1,Jo,"$1,149.00",$0.00,$94.79,'
            '"$1,243.79"',
        )
    )
    assert (sales.format.id, sales.total("total")) == ("lightspeed.sales", Decimal("1243.79"))
    lines = reader.read(
        write(
            "Receipt Number,Date,Item,Custom SKU,Qty,Retail Price,Discounts,Total",
            "R-17,2024-03-04 15:02:13,Oolong 100g,TEA-1,2,15.00,0.00,30.00",
            "R-17,2024-03-04 15:02:13,Oolong 100g,TEA-1,2,15.00,0.00,30.00",
        )
    )
    assert (lines.format.id, counts(lines)) == ("lightspeed.sale_lines", (2, 0, 0))
    assert lines.values("sku") == ["TEA-1", "TEA-1"]


def test_stripe_metadata_of_the_account_is_kept_beside_the_payment(
    reader: FormatReader, write: Write
) -> None:
    reading = reader.read(
        write(
            "id,Created date (UTC),Amount,Amount Refunded,Currency,Status,PaymentIntent ID,"
            "order_id (metadata),campaign (metadata)",
            "ch_1,2024-06-07 02:38:54,15.00,0.00,usd,Paid,pi_1,A-7,spring",
        )
    )
    assert reading.format.id == "stripe.payments"
    assert json.loads(reading.rows[0]["_extra"]) == {
        "order_id (metadata)": "A-7", "campaign (metadata)": "spring",
    }  # fmt: skip


def test_woocommerce_revenue_as_shown_is_enough(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "Date,Order #,N. Revenue (formatted),Status,Customer,Customer type,Items sold",
            "2025-03-01 10:00:00,90101,€50.50,completed,A B,new,3",
            "2025-03-02 10:00:00,90102,-€10.00,refunded,A B,returning,-1",
        )
    )
    assert (reading.format.id, counts(reading)) == ("woocommerce.orders", (2, 0, 0))
    assert reading.total("net_revenue_formatted") == Decimal("40.5")


@pytest.mark.parametrize(
    ("amounts", "currency", "total"),
    [
        (("€50.50", "-€10.00"), "EUR", "40.5"),
        (("CA$1,050.50", "CA$0.00"), "CAD", "1050.5"),
        (("1050,50 zł", "12,00 zł"), "PLN", "1062.5"),
        (("50.50 GBP", "10.00"), "GBP", "60.5"),
        (("Rs. 1,23,450.50", "Rs 500"), "INR", "123950.5"),
        (("-Rs. 50.00", "Rs.1,050/-"), "INR", "1000"),
        (("$50.50", "$10.00"), "USD", "60.5"),
        (("€50.50", "£10.00"), "USD", "60.5"),
    ],
)
def test_the_sign_beside_amounts_is_their_currency(
    reader: FormatReader, write: Write, amounts: tuple[str, str], currency: str, total: str
) -> None:
    """Of signs that several currencies share, and of several signs, the account decides."""
    reading = reader.read(
        write(
            "Date\tOrder #\tNet Sales\tStatus\tCustomer\tCustomer type\tItems sold",
            f"2025-03-01 10:00:00\t90101\t{amounts[0]}\tcompleted\tA B\tnew\t3",
            f"2025-03-02 10:00:00\t90102\t{amounts[1]}\tcompleted\tA B\treturning\t1",
        )
    )
    assert set(reading.values("_currency")) == {currency}
    assert reading.total("net_sales") == Decimal(total)


@pytest.mark.parametrize(("currency", "told"), [("LKR", "LKR"), ("USD", "INR")])
def test_a_sign_of_several_currencies_is_the_one_of_the_account(
    tmp_path: Path, write: Write, currency: str, told: str
) -> None:
    sources = SourcesFile.model_validate({"sources": {"woocommerce": {"currency": currency}}})
    reading = FormatReader(tmp_path, sources).read(
        write(
            "Date,Order #,N. Revenue (formatted),Status,Customer,Customer type,Items sold",
            '2025-03-01 10:00:00,90101,"Rs. 1,050.50",completed,A B,new,3',
        )
    )
    assert reading.values("_currency") == [told]


def test_woocommerce_orders_of_a_plugin_that_writes_labels(
    reader: FormatReader, write: Write
) -> None:
    head = (
        "Order Number,Order Status,Order Date,First Name (Billing),Last Name (Billing),"
        "Email (Billing),Phone (Billing),Cart Discount Amount,Order Subtotal Amount,"
        "Order Shipping Amount,Order Refund Amount,Order Total Amount,Order Total Tax Amount,SKU,"
        "Item #,Item Name,Quantity (- Refund),Item Cost"
    )
    order = "700,On hold,2026-05-01 10:15,Eva,May,eva@example.com,+49 170 0000000,0,25,5,0,30,2"
    reading = reader.read(write(head, f"{order},S1,1,Tea,1,10", f"{order},S2,2,Cup,1,15"))
    assert (reading.format.id, counts(reading)) == ("woocommerce.plugin_orders", (2, 0, 0))
    row = reading.rows[1]
    assert (row["order_number"], row["customer_email"]) == ("700", "eva@example.com")
    assert (row["order_total"], row["item_price"]) == (Decimal(30), Decimal(15))


def test_stripe_customers(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "id,Description,Email,Name,Created (UTC),Delinquent,Currency,Card Last4,Status,"
            "Total Spend,Payment Count,Refunded Volume,Dispute Losses,userId (metadata)",
            "cus_1,,Ana@Example.com,Ana Lopez,2026-05-03 10:15,false,usd,4242,,12.50,2,0,0,u1",
        )
    )
    assert (reading.format.id, counts(reading)) == ("stripe.customers", (1, 0, 0))
    assert reading.values("created_date") == [datetime(2026, 5, 3, 10, 15)]
    assert reading.total("total_spend") == Decimal("12.5")


def test_youzan_money_received_is_the_money_paid(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "订单号,买家昵称,订单状态,订单创建时间,买家付款时间,全部商品名称,商品种类数,商品金额合计,实收金额",
            '="E20260701100000000001",小茶🍵,交易完成,2026-07-01 上午10:00:00,'
            '2026-07-01 下午1:00:05,春茶(100g)(2);茶杯(1),2,"1,030.42","1,025.42"',
            encoding="gb18030",
        )
    )
    assert (reading.format.id, counts(reading)) == ("youzan.orders", (1, 0, 0))
    assert reading.values("order_no") == ["E20260701100000000001"]
    assert reading.values("paid_at") == [datetime(2026, 7, 1, 5, 0, 5)]
    assert reading.total("paid_amount") == Decimal("1025.42")


@pytest.mark.parametrize(
    ("header", "format_id"),
    [
        ("Payout Date,Status,Charges,Refunds,Adjustments,Reserved Funds,Fees,Total,Currency",
         "shopify.payouts"),
        ("Transaction Date,Type,Order,Card Brand,Payout Status,Payout Date,Amount,Fee,Net",
         "shopify.payment_transactions"),
    ],
    ids=["payouts", "transactions"],
)  # fmt: skip
def test_what_settles_orders_is_no_order(
    reader: FormatReader, write: Write, header: str, format_id: str
) -> None:
    found = reader.recognise_file(write(header))
    assert (found.id, found.is_loaded) == (format_id, False)
