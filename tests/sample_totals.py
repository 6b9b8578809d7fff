"""Totals of the shipped sample, read from its files without the project's own reader."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
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
            (_amount(row["net"]) for row in _rows("omnimart/teahouse_orders.csv")), Decimal(0)
        ),
    }


def orders_by_source() -> dict[str, int]:
    """Return the sales by source, whatever became of them."""
    return {
        "shopify": len({row["Name"] for row in _rows("shopify/*.csv")}),
        "square": len({row["Transaction ID"] for row in _rows("square/transactions-*.csv")}),
        "youzan": len({row["订单号"] for row in _rows("youzan/*.csv")}),
        "partner_teahouse": len(_rows("omnimart/teahouse_orders.csv")),
    }


def spend_by_platform() -> Totals:
    """Return media spend by (platform, currency); of days reported twice, the newest report."""
    totals: Totals = defaultdict(Decimal)
    totals["google_ads", "USD"] = _google_spend()
    for row in _rows("meta_ads/Tanwick*.csv"):
        if row["Campaign name"]:  # the row without one is the total
            totals["meta_ads", "USD"] += _amount(row["Amount spent (USD)"])
    for row in _rows("meta_ads/唐维茶*.csv"):
        if row["广告系列名称"]:
            spent = next(value for name, value in row.items() if name.startswith("已花费金额"))
            totals["meta_ads", "CNY"] += _amount(spent)
    for row in _linkedin_rows():
        totals["linkedin_ads", "USD"] += _amount(row["Total Spent"])
    for row in _tiktok_rows():
        totals["tiktok_ads", "USD"] += _amount(row["Cost"])
    for row in _rows("ocean_engine/*.csv"):
        if row["计划ID"].strip() != "--":  # the total
            totals["ocean_engine", "CNY"] += _amount(row["消耗(元)"])
    for row in _rows("omnimart/media_spend.csv"):
        totals["media_plan", row["currency"]] += _amount(row["spend"])
    return dict(totals)


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


def _google_spend() -> Decimal:
    newest: dict[tuple[str, str], tuple[str, Decimal]] = {}
    for path in sorted(SAMPLE.glob("google_ads/*.csv")):
        covered_until = path.stem.rpartition("_")[2]
        _, _, table = path.read_text(encoding=_encoding(path)).split("\n", 2)  # title, period
        delimiter = max(",\t", key=table.partition("\n")[0].count)
        in_file: Totals = defaultdict(Decimal)
        for row in csv.DictReader(io.StringIO(table), delimiter=delimiter):
            if row["Day"][:1].isdigit():  # totals have no day
                in_file[row["Campaign"], row["Day"]] += _amount(row["Cost"])
        for key, cost in in_file.items():
            newest[key] = max(newest.get(key, ("", Decimal(0))), (covered_until, cost))
    return sum((cost for _, cost in newest.values()), Decimal(0))


def _linkedin_rows() -> list[Row]:
    [path] = SAMPLE.glob("linkedin_ads/*.csv")
    text = path.read_text(encoding="utf-16")
    table = text[text.index("Start Date") :]
    return list(csv.DictReader(io.StringIO(table), delimiter="\t"))


def _tiktok_rows() -> Iterator[dict[str, object]]:
    [path] = SAMPLE.glob("tiktok_ads/*.xlsx")
    header, *rows = load_workbook(path).active.iter_rows(values_only=True)
    for row in rows:
        cells = dict(zip(header, row, strict=True))
        if not str(row[0]).startswith("Total"):
            yield cells


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
