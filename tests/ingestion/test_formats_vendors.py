"""A small export of each vendor whose layout is known from memory alone."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.ingestion.format_reader import FormatReader, counts, write_lines


@dataclass(frozen=True)
class Sample:
    """An export as its vendor writes it, and what it comes to."""

    lines: tuple[str, ...]
    counts: tuple[int, int, int]
    totals: dict[str, str]
    first: dict[str, Any] = field(default_factory=dict)
    encoding: str = "utf-8"


ADS = {
    "alimama_ads.report": Sample(
        (
            "日期,场景ID,场景名字,计划ID,计划名字,主体ID,主体名称,"
            "展现量,点击量,花费,点击率,总成交金额,"
            "总成交笔数,投入产出比",
            '2026-07-01,371,关键词推广,80001,春茶,700000000001,"茶,'
            ' 100g","1,204",31,25.42,2.57%,200.00,2,'
            "7.87",
            "2026-07-02,371,关键词推广,80001,春茶,700000000001,茶,980,22,17.38,2.24%,0.00,0,-",
            "合计,,,,,,,2184,53,42.80,,200.00,2,",
        ),
        (2, 0, 1),
        {"cost": "42.8", "impressions": "2184", "total_deal_amount": "200"},
        {"report_date": date(2026, 7, 1), "plan_id": "80001", "_currency": "CNY"},
        "gb18030",
    ),
    "jd_ads.report": Sample(
        (
            "日期,计划ID,推广计划,推广单元,展现数,点击数,点击率(%),总费用(元),总订单行,总订单金额(元),投产比",
            "20260701,90001,春茶,单元A,1204,31,2.57,25.42,2,200.00,7.87",
            "20260702,90001,春茶,单元A,980,22,2.24,17.38,0,0.00,0.00",
        ),
        (2, 0, 0),
        {"cost": "42.8", "clicks": "53", "total_order_lines": "2"},
        {"report_date": date(2026, 7, 1), "click_rate": Decimal("0.0257")},
    ),
    "kuaishou_ads.report": Sample(
        (
            "时间,账户ID,账户名称,广告计划ID,广告计划名称,封面曝光数,封面点击数,素材曝光数,行为数,花费(元),转化数",
            "2026-07-01,77,茶语,50001,春茶,1500,90,1204,31,25.42,2",
            "2026-07-02,77,茶语,50001,春茶,1100,70,980,22,17.38,-",
            "汇总,-,-,-,-,2600,160,2184,53,42.80,2",
        ),
        (2, 0, 1),
        {"cost": "42.8", "material_exposures": "2184", "behaviors": "53"},
        {"report_date": date(2026, 7, 1), "plan_id": "50001"},
        "gb18030",
    ),
    "dv360.report": Sample(
        (
            "Date,Advertiser,Advertiser ID,Advertiser Currency,Insertion Order,Insertion Order ID,"
            "Line Item,Line Item ID,Line Item Type,Impressions,Clicks,Total Conversions,"
            "Revenue (Adv Currency)",
            "2026/07/01,Tea,101,EUR,Spring,201,Banner,301,Display,1204,31,2.000000,25.420000",
            "2026/07/02,Tea,101,EUR,Spring,201,Banner,301,Display,980,22,0.000000,17.380000",
            ",,,,,,,,,2184,53,2.000000,42.800000",
            "",
            "Report Time:,2026/07/03 04:00 GMT",
            "Date Range:,2026/07/01 to 2026/07/02",
            "Group By:,Date",
        ),
        (2, 0, 4),
        {"revenue_adv_currency": "42.8", "impressions": "2184", "clicks": "53"},
        {"date": date(2026, 7, 1), "line_item_id": "301", "advertiser_currency": "EUR"},
    ),
    "trade_desk.report": Sample(
        (
            "Date,Advertiser,Advertiser ID,Advertiser Currency Code,Campaign,Campaign ID,Ad Group,"
            "Ad Group ID,Impressions,Clicks,Advertiser Cost (Adv Currency),Advertiser Cost (USD)",
            "2026-07-01,Tea,a1b2,EUR,Spring,c3d4,Banner,e5f6,1204,31,25.42,27.10",
            "2026-07-02,Tea,a1b2,EUR,Spring,c3d4,Banner,e5f6,980,22,17.38,18.53",
        ),
        (2, 0, 0),
        {"advertiser_cost_adv_currency": "42.8", "advertiser_cost": "45.63", "clicks": "53"},
        {"date": date(2026, 7, 1), "ad_group_id": "e5f6"},
    ),
    "criteo.report": Sample(
        (
            "Day;Advertiser;AdvertiserId;Campaign;CampaignId;Adset;AdsetId;Currency;Displays;Clicks;"
            "AdvertiserCost;SalesPc30d;RevenueGeneratedPc30d",
            "2026-07-01;Tea;11;Lower funnel;21;Retargeting;31;EUR;1204;31;25,42;2;200,00",
            "2026-07-02;Tea;11;Lower funnel;21;Retargeting;31;EUR;980;22;17,38;0;0,00",
        ),
        (2, 0, 0),
        {"cost": "42.8", "displays": "2184", "revenue": "200"},
        {"day": date(2026, 7, 1), "ad_set_id": "31"},
    ),
    "yandex_direct.report": Sample(
        (
            "Отчёт с 01.07.2026 по 02.07.2026",
            "День;Кампания;№ Кампании;Показы;Клики;CTR (%);Расход (руб.);Конверсии;Доход (руб.)",
            "Всего;-;-;2184;53;2,43;1042,80;2;200,00",
            "01.07.2026;Чай;700001;1204;31;2,57;1025,42;2;200,00",
            "02.07.2026;Чай;700001;980;22;2,24;17,38;-;-",
        ),
        (2, 0, 1),
        {"spend": "1042.8", "impressions": "2184", "clicks": "53"},
        {"date": date(2026, 7, 1), "campaign_number": "700001", "ctr": Decimal("0.0257")},
        "cp1251",
    ),
}
SALES = {
    "amazon_seller.orders": Sample(
        (
            "amazon-order-id\tmerchant-order-id\tpurchase-date\tlast-updated-date\torder-status\t"
            "fulfillment-channel\tsales-channel\tproduct-name\tsku\tasin\titem-status\tquantity\t"
            "currency\titem-price\titem-tax\tshipping-price\titem-promotion-discount\tship-country",
            "303-1\t\t2026-07-01T22:30:00+00:00\t"
            '2026-07-02T08:00:00+00:00\tShipped\tAmazon\tAmazon.de\tTea 4" '
            "tin\tT-1\tB001\tShipped\t2\tEUR\t23.80\t3.80\t0.00\t1.00\tDE",
            "303-1\t\t2026-07-01T22:30:00+00:00\t"
            "2026-07-02T08:00:00+00:00\tShipped\tAmazon\tAmazon.de\tCup"
            "\tC-1\tB002\tShipped\t1\tEUR\t11.90\t1.90\t0.00\t\tDE",
            "303-2\t\t2026-07-02T10:00:00+00:00\t"
            "2026-07-02T11:00:00+00:00\tCancelled\tAmazon\tAmazon.de\tCup"
            "\tC-1\tB002\tCancelled\t0\t\t\t\t\t\tDE",
        ),
        (3, 0, 0),
        {"item_price": "35.7", "quantity": "3", "item_promotion_discount": "1"},
        {"purchase_date": datetime(2026, 7, 1, 22, 30), "amazon_order_id": "303-1"},
        "cp1252",
    ),
    "taobao.orders": Sample(
        (
            "订单编号,买家会员名,买家支付宝账号,支付单号,买家应付货款,"
            "买家应付邮费,总金额,买家实际支付金额,"
            "订单状态,收货人姓名,联系手机,订单创建时间,订单付款时间,宝贝标题,宝贝总数量,退款金额",
            '="3300000000000000001",茶**友,,202607012200,95.00,5.00,100.00,100.00,交易成功,王**,'
            '\'130****0001,2026-07-01 10:00:00,2026-07-01 10:01:00,"春茶, 礼盒",2,0.00',
            '="3300000000000000002",杯**,,,20.00,0.00,20.00,0.00,交易关闭,李**,'
            "'130****0002,2026-07-02 10:00:00,,茶杯,1,无退款申请",
        ),
        (2, 0, 0),
        {"buyer_paid_amount": "100", "shipping": "5"},
        {"order_no": "3300000000000000001", "created_at": datetime(2026, 7, 1, 2)},
        "gb18030",
    ),
    "bigcommerce.orders": Sample(
        (
            "Order ID,Customer ID,Customer Name,Customer Email,Order Date,Order Time,Order Status,"
            "Subtotal (inc tax),Subtotal (ex tax),Tax Total,Shipping Cost (ex tax),"
            "Order Total (inc tax),Order Total (ex tax),Order Currency Code,Coupon Details",
            "1001,7,Ana Example,ana@example.com,07/13/2026,14:05:00,Completed,$33.00,$30.00,$3.50,"
            "$5.00,$36.50,$33.00,USD,Coupon Code: TEA",
            "1002,0,Bo Example,bo@example.com,07/14/2026,09:00:00,Cancelled,22.00,20.00,2.00,0.00,"
            "22.00,20.00,USD,",
        ),
        (2, 0, 0),
        {"order_total_ex_tax": "53", "tax_total": "5.5"},
        {"ordered_at": datetime(2026, 7, 13, 14, 5), "order_id": "1001"},
    ),
    "magento.orders": Sample(
        (
            '"ID","Purchase Point","Purchase Date","Bill-to Name","Ship-to Name",'
            '"Grand Total (Base)","Grand Total (Purchased)","Status","Customer Email","Subtotal",'
            '"Shipping and Handling","Total Refunded"',
            '"000000101","Main Website\n    Main Store","Jul 1, 2026, 10:00:00 PM","Ana Example",'
            '"Ana Example","€40.70","€40.70","complete","ana@example.com","€30.00","€5.00","€0.00"',
            '"000000102","Main Website","Jul 2, 2026, 9:00:00 AM","Bo","Bo","20.00","20.00",'
            '"canceled","bo@example.com","20.00","0.00",""',
        ),
        (2, 0, 0),
        {"grand_total_base": "60.7", "subtotal": "50"},
        {"id": "000000101", "purchase_date": datetime(2026, 7, 1, 22), "_currency": "EUR"},
    ),
    "paypal.activity": Sample(
        (
            '"Date","Time","TimeZone","Name","Type","Status","Currency","Gross","Fee","Net",'
            '"From Email Address","Transaction ID","Reference Txn ID","Invoice Number","Balance",'
            '"Country Code","Balance Impact"',
            '"07/13/2026","18:45:00","America/Los_Angeles",'
            '"Ana Example","Express Checkout Payment",'
            '"Completed","USD","1,035.00","-30.52","1,004.48",'
            '"ana@example.com","9AB1","","WC-1001",'
            '"1,004.48","US","Credit"',
            '"07/14/2026","09:00:00","America/Los_Angeles","Ana Example","Payment Refund",'
            '"Completed","USD","-35.00","0.00","-35.00","shop@example.com","9AB2","9AB1","WC-1001",'
            '"969.48","US","Debit"',
        ),
        (2, 0, 0),
        {"gross": "1000", "fee": "-30.52"},
        {"occurred_at": datetime(2026, 7, 14, 1, 45), "invoice_number": "WC-1001"},
        "utf-8-sig",
    ),
    "adyen.payment_accounting": Sample(
        (
            "Company Account,Merchant Account,Psp Reference,Merchant Reference,Payment Method,"
            "Booking Date,TimeZone,Main Currency,Main Amount,Record Type,Payment Currency,"
            "Received (PC),Settlement Currency,Payable (SC),Commission (SC)",
            "Tea,TeaEU,8815000000000001,1001,visa,2026-07-01 23:30:00,CEST,EUR,35.00,Received,EUR,"
            "35.00,,,",
            "Tea,TeaEU,8815000000000001,1001,visa,2026-07-02 00:30:00,CEST,EUR,35.00,SentForSettle,"
            "EUR,,EUR,34.40,0.60",
        ),
        (2, 0, 0),
        {"main_amount": "70", "payable_sc": "34.4"},
        {"booking_date": datetime(2026, 7, 1, 21, 30), "psp_reference": "8815000000000001"},
    ),
    "wechat_pay.bill": Sample(
        (
            "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,"
            "商户订单号,用户标识,交易类型,交易状态,"
            "付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,"
            "商户退款单号,退款金额,退款状态,商品名称,"
            "手续费,费率,订单金额",
            "`2026-07-01 10:00:00,`wx1,`190,`0,`,"
            "`4200000000000000001,`1001,`oU1,`JSAPI,`SUCCESS,`OTHERS,"
            "`CNY,`100.00,`0.00,`0,`0,`0.00,`,`春茶,`0.60000,`0.60%,`100.00",
            "`2026-07-02 11:00:00,`wx1,`190,`0,`,"
            "`4200000000000000001,`1001,`oU1,`JSAPI,`REFUND,`OTHERS,"
            "`CNY,`0.00,`0.00,`5030000001,`R1,`30.00,`SUCCESS,`春茶,`-0.18000,`0.60%,`0.00",
            "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额",
            "`2,`100.00,`30.00,`0.00,`0.42000,`100.00,`30.00",
        ),
        (2, 0, 2),
        {"order_amount": "100", "refund_amount": "30", "fee": "0.42"},
        {"traded_at": datetime(2026, 7, 1, 2), "openid": "oU1", "wechat_refund_no": None},
        "utf-8-sig",
    ),
    "alipay.bill": Sample(
        (
            "#支付宝业务明细查询",
            "#账号：[20880000000000000156]",
            "#起始日期：[2026年07月01日 00:00:00]   终止日期：[2026年07月02日 00:00:00]",
            "#-------------------业务明细列表-------------------",
            "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,"
            "对方账户,订单金额（元）,商家实收（元）,"
            "退款批次号/请求号,服务费（元）,备注",
            "2026070122000000000001\t,1001\t,交易,春茶,2026-07-01 10:00:00,2026-07-01 10:00:05,"
            "ana***@example.com,100.00,100.00,,-0.60,",
            "2026070122000000000001\t,1001\t,退款,春茶,2026-07-01 12:00:00,2026-07-01 12:00:05,"
            "ana***@example.com,-30.00,-30.00,R1,0.18,",
            "#-------------------业务明细列表结束---------------",
            "#交易合计：1笔，商家实收共100.00元，商家优惠共0.00元",
            "#退款合计：1笔，商家实收退款共-30.00元，商家优惠退款共0.00元",
        ),
        (2, 0, 3),
        {"order_amount": "70", "service_fee": "-0.42"},
        {"alipay_trade_no": "2026070122000000000001", "created_at": datetime(2026, 7, 1, 2)},
        "gb18030",
    ),
}
LEADS = {
    "meta_ads.leads": Sample(
        (
            "id\tcreated_time\tad_id\tad_name\tadset_id\tadset_name\tcampaign_id\tcampaign_name\t"
            "form_id\tform_name\tis_organic\tplatform\tfull_name\temail\tphone_number\tlead_status",
            "l:701\t2026-07-01T10:00:00-05:00\tag:120211000000000003\tVideo\tas:120211000000000002\tA"
            "\tc:120211000000000001\tSpring\tf:99\tTea\tfalse\tfb\tAna Example\tana@example.com"
            "\tp:+4915000000001\tCREATED",
        ),
        (1, 0, 0),
        {},
        {
            "id": "l:701",
            "created_time": datetime(2026, 7, 1, 15),
            "phone_number": "p:+4915000000001",
            "is_organic": False,
        },
        "utf-16",
    ),
}


@pytest.mark.parametrize("format_id", [*ADS, *SALES, *LEADS])
def test_an_export_is_read_to_the_row_and_to_the_cent(
    reader: FormatReader, tmp_path: Path, format_id: str
) -> None:
    sample = (ADS | SALES | LEADS)[format_id]
    reading = reader.read(write_lines(tmp_path, *sample.lines, encoding=sample.encoding))
    assert (reading.format.id, counts(reading)) == (format_id, sample.counts)
    assert {name: reading.total(name) for name in sample.totals} == {
        name: Decimal(total) for name, total in sample.totals.items()
    }
    first = reading.rows[0]
    assert {name: first[name] for name in sample.first} == sample.first
    assert reading.staged.unknown_columns == ()
