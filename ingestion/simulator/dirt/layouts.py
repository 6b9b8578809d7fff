"""Dirt of whole files in another shape: what stands above, headers, columns, rows, days.

Nothing is lost by it: what stands in the file is all there to be read, if one knows how.
"""

import re

from ingestion.simulator.dirt.registry import in_files
from ingestion.simulator.dirt.site import Cells, Site, reshape
from ingestion.simulator.dirt.tables import Export, open_export, writing_like

# Exports that are not recognised by their first column.
_MOVABLE = (
    "stripe_payments",
    "square_items",
    "hubspot_deals",
    "klaviyo_campaigns",
    "mailchimp_campaigns",
    "youzan_orders",
    "twilio_messages",
)
_ISO_DAY = re.compile(r"^(\d{4})-(\d\d)-(\d\d)(?=$| )")


@in_files(
    "Lines above the header: a title, who made it and when, an empty line",
    "shopify_orders",
    "hubspot_deals",
    "youzan_orders",
    "touchpoints",
    "square_items",
)
def _titles_above(site: Site, export: Export) -> bool:
    return reshape(
        site, export, above='Monthly export\n"Made by: J. Doe, Sales, on 1 October 2026"\n\n'
    )


@in_files(
    "Headers with NBSP, outer blanks, full-width brackets, （必填） and currencies",
    "youzan_orders",
    "meta_campaigns_cn",
    "qianchuan_plans",
    "stripe_payments",
)
def _odd_headers(site: Site, export: Export) -> bool:
    money = {column.header for column in export.target.of_roles(("money",))}
    is_chinese = not export.layout().header_text.isascii()

    def change(cells: Cells, is_header: bool) -> Cells:
        if not is_header:
            return cells
        odd = []
        for place, name in enumerate(cells):
            if is_chinese and "(" in name:
                name = name.replace("(", "（").replace(")", "）")
            elif is_chinese and not place:
                name = f"{name}（必填）"
            elif name in money and "(" not in name:
                name = f"{name} ({'CNY' if is_chinese else 'USD'})"
            odd.append((f"{name} ", f"\u00a0{name}", name.replace(" ", "\u00a0"))[place % 3])
        return odd

    return reshape(site, export, columns=change)


@in_files("Columns in another order", *_MOVABLE)
def _moved_columns(site: Site, export: Export) -> bool:
    order = list(site.draw.permutation(len(export.layout().header)))
    return reshape(site, export, columns=lambda cells, _: [cells[place] for place in order])


@in_files("Columns that somebody added", *_MOVABLE, "partner_orders", "touchpoints")
def _unknown_columns(site: Site, export: Export) -> bool:

    def change(cells: Cells, is_header: bool) -> Cells:
        return [*cells[:2], "Internal remark" if is_header else "see, mail", *cells[2:]]

    return reshape(site, export, columns=change)


@in_files(
    "Two columns of one name; the first counts", *_MOVABLE, "partner_orders", "shopify_orders"
)
def _repeated_columns(site: Site, export: Export) -> bool:
    money = export.target.of_roles(("money",))[-1].header

    def change(cells: Cells, is_header: bool) -> Cells:
        return [*cells, money if is_header else "0.01"]

    return reshape(site, export, columns=change)


@in_files(
    "Empty columns without a name at the end of every row, the header's included",
    "shopify_orders",
    *_MOVABLE,
)
def _nameless_columns(site: Site, export: Export) -> bool:
    return reshape(site, export, columns=lambda cells, _: [*cells, "", "", ""])


@in_files(
    "Header and rows each wrapped in one quoted cell by a spreadsheet program",
    "klaviyo_campaigns",
    "mailchimp_campaigns",
    "media_spend",
    "partner_orders",
)
def _wrapped_rows(site: Site, export: Export) -> bool:
    return reshape(site, export, line=lambda text: '"' + text.replace('"', '""') + '"')


@in_files(
    "Days as 30/08/2026; one of them tells day from month",
    "square_transactions",
    "square_items",
    "hubspot_deals",
)
def _days_first(site: Site, export: Export) -> bool:
    return _reorder_days(site, export, r"\3/\2/\1")


@in_files(
    "Days as 8/30/2026; one of them tells day from month",
    "square_transactions",
    "square_items",
)
def _months_first(site: Site, export: Export) -> bool:
    return _reorder_days(site, export, r"\2/\3/\1")


def _reorder_days(site: Site, export: Export, order: str) -> bool:
    days = [
        value.day
        for _, values in export.records()
        for value in (values or {}).values()
        if hasattr(value, "day")
    ]
    if max(days, default=0) <= 12:
        return False
    return reshape(
        site, export, columns=lambda cells, _: [_ISO_DAY.sub(order, cell) for cell in cells]
    )


@in_files("JSON lines as one array over many lines", "sendgrid_events")
def _json_arrays(site: Site, export: Export) -> bool:
    sums = export.sums()
    with open_export(export) as (layout, lines), writing_like(export, layout) as write:
        separator = "[\n  "
        for line in lines:
            write(separator + line.rstrip("\n"))
            separator = ",\n  "
        write("\n]\n")
    site.note(export.path, sums)
    return True
