"""Totals of the shipped sample, read from its files without the project's own reader."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from openpyxl import load_workbook

SAMPLE = Path(__file__).parents[1] / "seeds" / "sample"

Row = dict[str, str]
Totals = dict[tuple[str, str], Decimal]


def revenue_by_source() -> Totals:
    """Return revenue by (source, currency): goods sold, refunds of goods taken off.

    Shopify's stands before refunds, since a refund there says only the sum paid back.
    """
    return {
        ("shopify", "USD"): sum(
            (_amount(row["Subtotal"]) for row in _shopify_orders()), Decimal(0)
        ),
        ("square", "USD"): sum(
            (_amount(row["Net Sales"]) for row in _rows("square/transactions-*.csv")), Decimal(0)
        ),
        ("youzan", "CNY"): sum((_youzan_revenue(row) for row in _rows("youzan/*.csv")), Decimal(0)),
        ("partner_teahouse", "USD"): sum(
            (_amount(row["net"]) for row in _rows("omnimart/teahouse_orders_*.csv")), Decimal(0)
        ),
        ("store_pos_cn", "CNY"): sum(
            (_amount(row["net"]) for row in _rows("omnimart/store_orders_cn_*.csv")), Decimal(0)
        ),
    }


def orders_by_source() -> dict[str, int]:
    """Return the sales by source, whatever became of them."""
    return {
        "shopify": len({row["Name"] for row in _rows("shopify/*.csv")}),
        "square": len({row["Transaction ID"] for row in _rows("square/transactions-*.csv")}),
        "youzan": len({row["订单号"] for row in _rows("youzan/*.csv")}),
        "partner_teahouse": len(_rows("omnimart/teahouse_orders_*.csv")),
        "store_pos_cn": len(_rows("omnimart/store_orders_cn_*.csv")),
    }


def spend_by_platform() -> Totals:
    """Return media spend by (platform, currency); of days reported twice, the newest report."""
    totals: Totals = {
        ("google_ads", "USD"): _newest_spend("google_ads/*.csv", "Campaign", "Day", "Cost"),
        ("meta_ads", "USD"): _newest_spend(
            "meta_ads/Tanwick*.csv", "Campaign name", "Day", "Amount spent (USD)"
        ),
        ("meta_ads", "CNY"): _newest_spend(
            "meta_ads/唐维茶*.csv", "广告系列名称", "报告开始日期", "已花费金额 (CNY)"
        ),
        ("linkedin_ads", "USD"): _newest_spend(
            "linkedin_ads/*.csv", "Campaign Name", "Start Date (in UTC)", "Total Spent"
        ),
        ("tiktok_ads", "USD"): _newest_spend(
            "tiktok_ads/*.xlsx", "Ad group name", "By Day", "Cost"
        ),
        ("ocean_engine", "CNY"): _newest_spend("ocean_engine/*.csv", "计划ID", "日期", "消耗(元)"),
    }
    for row in _rows("omnimart/media_spend.csv"):
        key = ("media_plan", row["currency"])
        totals[key] = totals.get(key, Decimal(0)) + _amount(row["spend"])
    return totals


def mail_addresses() -> set[str]:
    """Return the e-mail addresses of the shop's customers, in lower case."""
    return {row["Email"].strip().lower() for row in _rows("shopify/*.csv") if row["Email"].strip()}


def _shopify_orders() -> Iterator[Row]:
    """Yield the first row of each order that counts as revenue."""
    for row in _rows("shopify/*.csv"):
        if row["Id"] and row["Financial Status"] in {"paid", "partially_refunded"}:
            yield row


def _youzan_revenue(row: Row) -> Decimal:
    """Return what was paid for goods and kept; a refund may include the shipping."""
    if row["订单状态"] in {"待付款", "交易关闭"}:
        return Decimal(0)
    goods = _amount(row["订单实付金额"]) - _amount(row["运费"])
    return max(goods - _amount(row["订单退款金额"]), Decimal(0))


def _newest_spend(pattern: str, name: str, day: str, cost: str) -> Decimal:
    """Return the spend of ad reports; a day counts as the report that ends last has it."""
    newest: Totals = {}
    reports = []
    for path in SAMPLE.glob(pattern):
        rows = _sheet(path) if path.suffix == ".xlsx" else _report(path, day)
        rows = [row for row in rows if _day(row[day])]
        reports.append((max(_day(row[day]) for row in rows), rows))
    for _, rows in sorted(reports, key=lambda report: report[0]):
        of_report: Totals = defaultdict(Decimal)
        for row in rows:
            of_report[row[name], row[day]] += _amount(row[cost])
        newest |= of_report
    return sum(newest.values(), Decimal(0))


def _day(text: str) -> date | None:
    """Return the day of a cell; None where there is none, as in totals and spoilt rows."""
    for form in ("%Y-%m-%d", "%m/%d/%Y"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def _report(path: Path, column: str) -> list[Row]:
    """Return the rows below the line that names this column."""
    lines = path.read_text(encoding=_encoding(path)).splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if column in line)
    delimiter = max(",\t", key=lines[start].count)
    return list(csv.DictReader(io.StringIO("".join(lines[start:])), delimiter=delimiter))


def _sheet(path: Path) -> list[Row]:
    header, *rows = load_workbook(path).active.iter_rows(values_only=True)
    return [dict(zip(header, map(str, row), strict=True)) for row in rows]


def _rows(pattern: str) -> list[Row]:
    return [
        row
        for path in sorted(SAMPLE.glob(pattern))
        for row in csv.DictReader(io.StringIO(path.read_text(encoding=_encoding(path)), newline=""))
    ]


def _encoding(path: Path) -> str:
    return "utf-16" if path.read_bytes()[:2] == b"\xff\xfe" else "utf-8-sig"


def _amount(text: object) -> Decimal:
    cleaned = str(text or "0").replace("$", "").replace(",", "").strip()
    return Decimal(cleaned)
