"""Answers and webhooks of the APIs of shops, payments and web analytics, in their own layouts."""

import json
from copy import deepcopy
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from ingestion.recognition import NothingHeldError, UnrecognisedError
from tests.ingestion.format_reader import FormatReader, Reading, Write, counts


def read(reader: FormatReader, write: Write, document: Any, name: str = "dump.json") -> Reading:
    """Read a document, or each item of a tuple as a line."""
    lines = document if isinstance(document, tuple) else (document,)
    return reader.read(write(*(json.dumps(line) for line in lines), name=name))


def shopify_order(number: int = 1001, **changes: Any) -> dict[str, Any]:
    """Return an order of two line items, the second of which was sent back."""
    lines = [
        {"id": 1, "name": "Sencha - 100 g", "title": "Sencha", "sku": "T-1", "quantity": 2,
         "price": "10.00", "total_discount": "0.00",
         "discount_allocations": [{"amount": "1.50"}, {"amount": "0.50"}]},
        {"id": 2, "name": "Cup", "title": "Cup", "sku": "C-1", "quantity": 1, "price": "12.00",
         "total_discount": "0.00", "discount_allocations": []},
    ]  # fmt: skip
    refunds = [
        {
            "created_at": "2026-07-09T12:00:00-04:00",
            "transactions": [
                {"kind": "refund", "status": "failure", "amount": "12.96"},
                {"kind": "refund", "status": "success", "amount": "12.96"},
            ],
        }
    ]
    return {
        "id": 5001000000000 + number,
        "name": f"#{number}",
        "email": "",
        "contact_email": "ana@example.com",
        "created_at": "2026-07-03T21:30:00-04:00",
        "updated_at": "2026-07-09T12:00:01-04:00",
        "cancelled_at": None,
        "currency": "USD",
        "presentment_currency": "CAD",
        "financial_status": "partially_refunded",
        "subtotal_price": "30.00",
        "total_discounts": "2.00",
        "total_tax": "2.40",
        "total_price": "37.40",
        "total_shipping_price_set": {"shop_money": {"amount": "5.00", "currency_code": "USD"}},
        "buyer_accepts_marketing": True,
        "source_name": "web",
        "landing_site": "/products/sencha?utm_source=google&utm_medium=cpc&gclid=EAIa",
        "discount_codes": [{"code": "TEA"}, {"code": "SUMMER"}],
        "note_attributes": [{"name": "gift", "value": "yes"}, {"name": "ttclid", "value": "E.C"}],
        "customer": {"id": 7001, "email": "ana@example.com"},
        "billing_address": {"name": "Ana Example", "country_code": "US", "zip": "01207"},
        "line_items": lines,
        "refunds": refunds,
        **changes,
    }


@pytest.mark.parametrize("wrapped", [True, False], ids=["orders.json", "webhook"])
def test_shopify_orders_of_the_api_are_a_row_per_line_item(
    reader: FormatReader, write: Write, wrapped: bool
) -> None:
    order = shopify_order()
    reading = read(reader, write, {"orders": [order]} if wrapped else order)
    assert reading.format.id == "shopify.orders"
    assert counts(reading) == (2, 0, 0)
    assert reading.values("lineitem_name") == ["Sencha - 100 g", "Cup"]
    assert reading.values("lineitem_discount") == [2, 0]
    row = reading.rows[0]
    assert row["refunded_amount"] == Decimal("12.96")
    assert (row["total"], row["shipping"], row["currency"]) == (Decimal("37.4"), 5, "USD")
    assert (row["created_at"], row["refunded_at"]) == (
        datetime(2026, 7, 4, 1, 30), datetime(2026, 7, 9, 16),
    )  # fmt: skip
    assert (row["email"], row["customer_id"], row["id"]) == (
        "ana@example.com", "7001", "5001000001001",
    )  # fmt: skip
    assert row["discount_code"] == "TEA, SUMMER"
    assert row["note_attributes"] == "gift: yes\nttclid: E.C"
    assert row["billing_zip"] == "01207"


def test_of_an_order_posted_again_and_again_the_newest_counts(
    reader: FormatReader, write: Write
) -> None:
    created = shopify_order(updated_at="2026-07-03T21:30:00-04:00", refunds=[])
    refunded = shopify_order()
    empty = shopify_order(1002, line_items=[])
    reading = read(reader, write, (created, refunded, refunded, created, empty), "hooks.jsonl")
    assert counts(reading) == (3, 0, 3)
    assert reading.values("name") == ["#1001", "#1001", "#1002"]
    assert reading.values("refunded_amount") == [Decimal("12.96")] * 3
    assert reading.values("lineitem_name") == ["Sencha - 100 g", "Cup", None]


def test_shopify_customers_of_the_api(reader: FormatReader, write: Write) -> None:
    customer = {
        "id": 7001,
        "email": "ana@example.com",
        "phone": "+12025550123",
        "first_name": "Ana",
        "orders_count": 2,
        "total_spent": "74.80",
        "updated_at": "2026-07-09T12:00:00-04:00",
        "email_marketing_consent": {
            "state": "unsubscribed", "consent_updated_at": "2026-07-01T10:00:00-04:00",
        },
        "sms_marketing_consent": None,
        "default_address": {"address1": "1 Tea Street", "country_code": "US", "company": None},
    }  # fmt: skip
    reading = read(reader, write, {"customers": [customer]})
    assert reading.format.id == "shopify.customers"
    row = reading.rows[0]
    assert (row["customer_id"], row["total_orders"], row["total_spent"]) == (
        "7001", 2, Decimal("74.8"),
    )  # fmt: skip
    assert row["default_address_address1"] == "1 Tea Street"
    assert (row["email_marketing_state"], row["sms_marketing_state"]) == ("unsubscribed", None)
    assert row["email_marketing_updated_at"] == datetime(2026, 7, 1, 14)


def test_woocommerce_orders_of_the_api_are_a_row_per_item(
    reader: FormatReader, write: Write
) -> None:
    order = {
        "id": 727,
        "number": "727",
        "status": "completed",
        "currency": "EUR",
        "date_created": "2026-03-22T16:28:02",
        "date_created_gmt": "2026-03-22T15:28:02",
        "date_modified_gmt": "2026-03-23T08:00:00",
        "discount_total": "3.00",
        "shipping_total": "10.00",
        "total_tax": "5.00",
        "total": "42.00",
        "customer_id": 0,
        "billing": {"first_name": "Ana", "email": "ana@example.com", "country": "DE",
                    "phone": "030 1234567"},
        "shipping": {"first_name": "Ana", "country": "DE"},
        "meta_data": [
            {"id": 1, "key": "_wc_order_attribution_utm_source", "value": "google"},
            {"id": 2, "key": "_vat", "value": {"rate": 19}},
        ],
        "line_items": [
            {"id": 315, "name": "Sencha", "sku": "T-1", "quantity": 2, "price": 6,
             "total": "12.00"},
            {"id": 316, "name": "Cup", "sku": "C-1", "quantity": 1, "price": 15, "total": "15.00"},
        ],
        "coupon_lines": [{"code": "tea"}],
        "refunds": [{"id": 1, "total": "-6.00"}, {"id": 2, "total": "-1.50"}],
    }  # fmt: skip
    second = deepcopy(order) | {"id": 728, "number": "728", "refunds": []}
    reading = read(reader, write, [order, second])
    assert reading.format.id == "woocommerce.plugin_orders"
    assert counts(reading) == (4, 0, 0)
    assert reading.values("refunded_total") == [Decimal("-7.5"), Decimal("-7.5"), None, None]
    assert reading.total("item_total") == 54
    row = reading.rows[0]
    assert (row["order_number"], row["order_total"], row["order_currency"]) == ("727", 42, "EUR")
    assert row["order_date_gmt"] == datetime(2026, 3, 22, 15, 28, 2)
    assert row["meta"].splitlines()[0] == "_wc_order_attribution_utm_source: google"


def charge(number: int, amount: int, currency: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"ch_{number}",
        "object": "charge",
        "amount": amount,
        "amount_refunded": 0,
        "currency": currency,
        "created": 1782900000 + number,
        "livemode": True,
        "status": "succeeded",
        "customer": "cus_1",
        "payment_intent": f"pi_{number}",
        "billing_details": {"email": "ana@example.com", "address": {"country": "US"}},
        "receipt_email": None,
        "metadata": {"order_id": "1001"},
        "payment_method_details": {"card": {"fingerprint": "Fp1", "last4": "4242"}},
        **changes,
    }


def test_stripe_charges_count_the_smallest_unit_of_their_currency(
    reader: FormatReader, write: Write
) -> None:
    settled = {"amount": 1380, "fee": 55, "currency": "eur"}
    charges = [
        charge(1, 1500, "usd", amount_refunded=250, balance_transaction=settled),
        charge(2, 1500, "jpy"),
        charge(3, 15000, "kwd"),
        charge(4, 1500, "isk"),
        charge(5, 1500, "mga"),
    ]
    reading = read(reader, write, {"object": "list", "data": charges, "has_more": False})
    assert reading.format.id == "stripe.payments"
    assert counts(reading) == (5, 0, 0)
    assert reading.values("amount") == [15, 1500, 15, 15, 1500]
    row = reading.rows[0]
    assert (row["amount_refunded"], row["fee"], row["converted_amount"]) == (
        Decimal("2.5"), Decimal("0.55"), Decimal("13.8"),
    )  # fmt: skip
    assert row["created_date"] == datetime(2026, 7, 1, 10, 0, 1)
    assert (row["customer_id"], row["customer_email"]) == ("cus_1", "ana@example.com")
    assert row["mode"] == "true"


def test_stripe_events_tell_the_last_state_of_a_charge(reader: FormatReader, write: Write) -> None:
    def event(kind: str, created: int, content: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": f"evt_{created}", "object": "event", "type": kind, "created": created,
            "data": {"object": content},
        }  # fmt: skip

    events = [
        event("charge.refunded", 1782999999, charge(1, 1500, "usd", amount_refunded=1500)),
        event("charge.succeeded", 1782900001, charge(1, 1500, "usd")),
        event("charge.succeeded", 1782900002, charge(2, 900, "usd")),
        event("customer.created", 1782900000, {"id": "cus_1", "object": "customer"}),
    ]
    for document in ({"object": "list", "data": events}, tuple(events)):
        reading = read(reader, write, document)
        assert reading.format.id == "stripe.payments"
        assert counts(reading) == (2, 0, 2)
        assert sorted(reading.values("amount_refunded")) == [0, 15]
        assert reading.total("amount") == 24


def test_stripe_payment_intents_name_their_charge(reader: FormatReader, write: Write) -> None:
    intent = {
        "id": "pi_1", "object": "payment_intent", "amount": 1500, "amount_received": 1500,
        "currency": "usd", "created": 1782900001, "status": "succeeded", "livemode": True,
        "latest_charge": "ch_1", "customer": {"id": "cus_1", "email": "ana@example.com"},
        "metadata": {},
    }  # fmt: skip
    expanded = intent | {"id": "pi_2", "latest_charge": charge(2, 1500, "usd", amount_refunded=100)}
    failed = intent | {"id": "pi_3", "latest_charge": None, "status": "requires_payment_method"}
    document = {"object": "list", "data": [intent, expanded, failed]}
    reading = read(reader, write, document)
    assert reading.format.id == "stripe.payment_intents"
    assert reading.values("latest_charge_id") == ["ch_1", "ch_2", None]
    assert reading.values("amount_refunded") == [None, 1, None]
    assert reading.values("customer_id") == ["cus_1"] * 3


def test_square_payments_in_minor_units(reader: FormatReader, write: Write) -> None:
    payment = {
        "id": "p1", "order_id": "o1", "created_at": "2026-07-03T21:30:00.000Z",
        "updated_at": "2026-07-03T21:31:00.000Z", "status": "COMPLETED", "source_type": "CARD",
        "amount_money": {"amount": 1550, "currency": "USD"},
        "tip_money": {"amount": 200, "currency": "USD"},
        "total_money": {"amount": 1750, "currency": "USD"},
        "processing_fee": [{"amount_money": {"amount": 63, "currency": "USD"}},
                           {"amount_money": {"amount": -10, "currency": "USD"}}],
        "location_id": "L1", "buyer_email_address": "ana@example.com",
        "card_details": {"card": {"card_brand": "VISA", "last_4": "1111"}},
    }  # fmt: skip
    later = payment | {
        "updated_at": "2026-07-05T00:00:00Z", "refunded_money": {"amount": 550, "currency": "USD"},
    }  # fmt: skip
    posted = {"type": "payment.updated", "data": {"id": "p1", "object": {"payment": later}}}
    yen = payment | {"id": "p2", "amount_money": {"amount": 1550, "currency": "JPY"}}
    reading = read(reader, write, {"payments": [payment, yen]})
    assert reading.format.id == "square.payments"
    assert reading.values("amount") == [Decimal("15.5"), 1550]
    assert reading.values("fees")[0] == Decimal("0.53")
    reading = read(reader, write, (posted, {"data": {"object": {"payment": payment}}}))
    assert counts(reading) == (1, 0, 1)
    assert reading.values("refunded") == [Decimal("5.5")]


def test_square_orders_are_a_row_per_line_item(reader: FormatReader, write: Write) -> None:
    def usd(amount: int) -> dict[str, Any]:
        return {"amount": amount, "currency": "USD"}

    order = {
        "id": "o1", "location_id": "L1", "created_at": "2026-07-03T21:30:00Z",
        "updated_at": "2026-07-03T21:31:00Z", "state": "COMPLETED", "customer_id": "c1",
        "total_money": usd(1860), "total_tax_money": usd(110), "total_tip_money": usd(200),
        "total_discount_money": usd(100), "total_service_charge_money": usd(0),
        "line_items": [
            {"uid": "u1", "name": "Latte", "quantity": "2", "base_price_money": usd(550),
             "gross_sales_money": usd(1100), "total_discount_money": usd(100),
             "total_tax_money": usd(80), "total_money": usd(1080)},
            {"uid": "u2", "name": "Cake", "quantity": "1", "base_price_money": usd(550),
             "gross_sales_money": usd(550), "total_discount_money": usd(0),
             "total_tax_money": usd(30), "total_money": usd(580)},
        ],
    }  # fmt: skip
    returned = {
        "id": "o2", "location_id": "L1", "created_at": "2026-07-04T21:30:00Z", "state": "COMPLETED",
        "total_money": usd(0), "return_amounts": {"total_money": usd(580), "tax_money": usd(30)},
    }  # fmt: skip
    reading = read(reader, write, {"orders": [order, returned]})
    assert reading.format.id == "square.api_orders"
    assert counts(reading) == (3, 0, 0)
    assert reading.values("line_gross_sales") == [11, Decimal("5.5"), None]
    assert reading.values("line_quantity") == [2, 1, None]
    assert reading.values("returned") == [None, None, Decimal("5.8")]
    assert reading.values("total") == [Decimal("18.6"), Decimal("18.6"), 0]


def test_ga4_answers_name_their_values_once_for_all(reader: FormatReader, write: Write) -> None:
    def row(dimensions: list[str], metrics: list[str]) -> dict[str, Any]:
        return {
            "dimensionValues": [{"value": value} for value in dimensions],
            "metricValues": [{"value": value} for value in metrics],
        }

    report = {
        "dimensionHeaders": [{"name": "date"}, {"name": "sessionDefaultChannelGroup"}],
        "metricHeaders": [
            {"name": "sessions", "type": "TYPE_INTEGER"},
            {"name": "totalUsers", "type": "TYPE_INTEGER"},
            {"name": "totalRevenue", "type": "TYPE_CURRENCY"},
        ],
        "rows": [
            row(["20260701", "Organic Search"], ["120", "100", "1234.5"]),
            row(["20260701", "Direct"], ["30", "28", "0"]),
            row(["20260702", "(other)"], ["7", "7", "12.25"]),
        ],
        "rowCount": 3,
        "metadata": {"currencyCode": "EUR", "timeZone": "Europe/Berlin"},
        "kind": "analyticsData#runReport",
    }
    for text in (json.dumps(report), json.dumps(report, indent=1)):
        reading = reader.read(write(text, name="report.json"))
        assert reading.format.id == "ga4_ui.traffic"
        assert counts(reading) == (3, 0, 0)
        assert reading.values("date") == [date(2026, 7, 1), date(2026, 7, 1), date(2026, 7, 2)]
        assert reading.values("session_default_channel_group")[2] == "(other)"
        assert (reading.total("sessions"), reading.total("total_users")) == (157, 135)
        assert reading.total("total_revenue") == Decimal("1246.75")
        assert set(reading.values("currency")) == {"EUR"}
    pages = report | {
        "dimensionHeaders": [{"name": "pagePath"}],
        "metricHeaders": [{"name": "screenPageViews"}, {"name": "activeUsers"}],
        "rows": [row(["/"], ["12", "9"]), row(["/tea"], ["5", "4"])],
    }
    reading = read(reader, write, pages)
    assert reading.format.id == "ga4_ui.pages"
    assert reading.values("views") == [12, 5]


@pytest.mark.parametrize(
    "record",
    [
        {"id": "r1", "payment_id": "p1", "created_at": "2026-07-03T21:30:00Z",
         "amount_money": {"amount": 550, "currency": "USD"}},
        {"id": 9, "number": "9", "status": "active", "currency": "EUR", "billing_period": "month",
         "date_created": "2026-03-22T16:28:02", "total": "9.00", "billing": {}, "line_items": []},
        {"id": "re_1", "object": "refund", "amount": 100, "charge": "ch_1", "created": 1782900000},
        {"id": 1, "name": "#1", "total_price": "3.00", "created_at": "2026-07-03T21:30:00Z"},
    ],
    ids=["Square refund", "WooCommerce subscription", "Stripe refund", "Shopify fields"],
)  # fmt: skip
def test_what_is_like_a_sale_is_none(
    reader: FormatReader, write: Write, record: dict[str, Any]
) -> None:
    with pytest.raises(UnrecognisedError):
        read(reader, write, (record, record))


def test_mailchimp_reports_of_the_api(reader: FormatReader, write: Write) -> None:
    report = {
        "id": "42694e9e57", "campaign_title": "Spring", "type": "regular", "emails_sent": 1000,
        "abuse_reports": 1, "unsubscribed": 3, "send_time": "2026-05-01T10:00:00+02:00",
        "bounces": {"hard_bounces": 1, "soft_bounces": 2},
        "opens": {"opens_total": 300, "unique_opens": 200, "open_rate": 0.2006},
        "clicks": {"clicks_total": 30, "unique_clicks": 20},
        "ecommerce": {"total_orders": 1, "total_revenue": 9.5, "currency_code": "EUR"},
    }  # fmt: skip
    reading = read(reader, write, {"reports": [report], "total_items": 1})
    assert reading.format.id == "mailchimp.campaigns"
    row = reading.rows[0]
    assert (row["unique_id"], row["total_recipients"], row["total_opens"]) == (
        "42694e9e57", 1000, 300,
    )  # fmt: skip
    assert (row["open_rate"], row["total_revenue"]) == (Decimal("0.2006"), Decimal("9.5"))
    assert row["send_date"] == datetime(2026, 5, 1, 8)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "[\n]\n",
        '{"data": []}',
        '{"results": [], "paging": {}}',
        '{"object": "list", "data": [], "has_more": false, "url": "/v1/charges"}',
        '{"code": 0, "message": "OK", "data": {"list": [], "page_info": {"total_number": 0}}}',
        '{\n  "totalSize": 0,\n  "done": true,\n  "records": []\n}',
        '{"paging": {"start": 0, "count": 10, "links": []}, "elements": []}',
        '{"2026-07-01": [], "2026-07-02": []}',
        '{"dimensionHeaders": [{"name": "date"}], "metricHeaders": [{"name": "sessions"}]}',
        '{"data": [], "page": 1}\n{"data": [], "page": 2}\n',
    ],
)
def test_an_answer_without_records_says_so(reader: FormatReader, write: Write, text: str) -> None:
    with pytest.raises(NothingHeldError, match="holds no records"):
        reader.recognise_file(write(text, name="dump.json"))


@pytest.mark.parametrize(
    "text",
    [
        '{"error": {"message": "Invalid token", "code": 190}, "data": []}',
        '{"errors": [{"title": "limit"}], "results": []}',
        '{"code": 40105, "message": "Access token is incorrect", "data": {}}',
        '{"id": 1, "total_price": "2", "notes": []}',
        '{"data": [], "included": [], "orders": [{"sku": 1}]}',
        "{}",
    ],
)
def test_an_error_or_an_unknown_record_is_no_answer_without_records(
    reader: FormatReader, write: Write, text: str
) -> None:
    with pytest.raises(UnrecognisedError):
        reader.recognise_file(write(text, name="dump.json"))


def test_pages_of_an_array_on_one_line_are_read_like_those_over_lines(
    reader: FormatReader, write: Write
) -> None:
    """As searchStream answers a client that does not indent."""
    pages = [
        {"results": [{"campaign": {"id": str(number), "name": "Tea"},
                      "metrics": {"costMicros": "1500000"},
                      "segments": {"date": "2026-07-01", "hour": number}}],
         "fieldMask": "campaign.id"}
        for number in (7, 8)
    ]  # fmt: skip
    for lines in ([json.dumps(pages)], json.dumps(pages, indent=1).splitlines()):
        reading = reader.read(write(*lines, name="stream.json"))
        assert (reading.format.id, counts(reading)) == ("google_ads.api_report", (2, 0, 0))
        assert reading.values("hour_of_day") == ["7", "8"]
        assert reading.total("cost_micros") == 3_000_000


PIPEDRIVE_PERSON = {
    "name": "Ana Example",
    "email": [
        {"label": "work", "value": "ana@example.com", "primary": True},
        {"label": "home", "value": "ana@example.org", "primary": False},
    ],
    "phone": [{"label": "mobile", "value": "+49150000001", "primary": True}],
}


def test_pipedrive_deals_of_the_api_carry_their_person(reader: FormatReader, write: Write) -> None:
    deal = {
        "id": 7, "title": "Tea", "value": 1250.5, "currency": "EUR", "stage_id": 3,
        "pipeline_id": 1, "status": "won", "add_time": "2026-03-01 09:14:00",
        "update_time": "2026-03-13 09:14:00", "won_time": "2026-03-13 09:14:00",
        "lost_time": None, "person_id": PIPEDRIVE_PERSON | {"value": 5},
        "org_id": {"name": "Tea House", "value": 9}, "user_id": {"id": 1, "name": "Bo"},
    }  # fmt: skip
    flat = deal | {"id": 8, "person_id": 5, "org_id": None, "status": "open", "won_time": None}
    reading = read(reader, write, {"success": True, "data": [deal, flat]})
    assert (reading.format.id, counts(reading)) == ("pipedrive.deals", (2, 0, 0))
    assert reading.values("deal_id") == ["7", "8"]
    assert reading.values("person_id") == ["5", "5"]
    assert reading.values("person_email_work") == ["ana@example.com, ana@example.org", None]
    assert reading.values("deal_status") == ["won", "open"]
    assert reading.values("deal_won_time") == [datetime(2026, 3, 13, 9, 14), None]
    assert (reading.total("deal_value"), reading.rows[0]["organization_id"]) == (2501, "9")


def test_pipedrive_persons_of_the_api(reader: FormatReader, write: Write) -> None:
    person = PIPEDRIVE_PERSON | {
        "id": 5, "first_name": "Ana", "last_name": "Example", "add_time": "2026-03-01 09:14:00",
        "update_time": "2026-03-02 09:14:00", "marketing_status": "subscribed",
    }  # fmt: skip
    reading = read(reader, write, {"success": True, "data": [person]})
    assert (reading.format.id, counts(reading)) == ("pipedrive.persons", (1, 0, 0))
    row = reading.rows[0]
    assert (row["person_id"], row["person_phone_work"]) == ("5", "+49150000001")
    assert (row["person_marketing_status"], row["person_last_name"]) == ("subscribed", "Example")


def test_mailchimp_members_of_the_api_say_their_status(reader: FormatReader, write: Write) -> None:
    member = {
        "id": "0d7e", "email_address": "ana@example.com", "unique_email_id": "abcd1",
        "web_id": 100001, "status": "subscribed", "merge_fields": {"FNAME": "Ana", "PHONE": ""},
        "ip_opt": "203.0.113.7", "timestamp_opt": "2026-01-02T03:04:05+00:00",
        "member_rating": 2, "last_changed": "2026-02-03T04:05:06+02:00",
        "location": {"country_code": "DE"}, "tags": [{"id": 1, "name": "VIP"}], "list_id": "l1",
    }  # fmt: skip
    gone = member | {"web_id": 100002, "status": "unsubscribed", "merge_fields": {}, "tags": []}
    reading = read(reader, write, {"members": [member, gone], "list_id": "l1", "total_items": 2})
    assert (reading.format.id, counts(reading)) == ("mailchimp.members", (2, 0, 0))
    assert reading.values("api_status") == ["subscribed", "unsubscribed"]
    assert reading.values("leid") == ["100001", "100002"]
    assert reading.values("membership") == [None, None]
    row = reading.rows[0]
    assert (row["first_name"], row["euid"], row["cc"], row["tags"]) == ("Ana", "abcd1", "DE", "VIP")
    assert row["last_changed"] == datetime(2026, 2, 3, 2, 5, 6)


def test_hubspot_companies_of_the_api_are_no_contacts(reader: FormatReader, write: Write) -> None:
    properties = {"name": "Tea House", "domain": "tea.example", "industry": "RETAIL"}
    company = {"id": "9001", "properties": properties, "archived": False}
    reading = read(reader, write, {"results": [company]})
    assert (reading.format.id, reading.values("company_name")) == (
        "hubspot.companies",
        ["Tea House"],
    )
