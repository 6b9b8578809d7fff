"""Dirt of whole files with lines that are no data: below the rows, or before them."""

from collections.abc import Sequence

from ingestion.simulator.dirt.registry import in_files
from ingestion.simulator.dirt.site import Site, rewrite
from ingestion.simulator.dirt.tables import Export, open_export, quoted, writing_like
from ingestion.simulator.dirt.targets import Sums


@in_files(
    "A header with wide brackets once more below the data",
    "meta_campaigns_cn",
    expected="ignored",
)
def _repeated_wide_headers(site: Site, export: Export) -> bool:
    return _append(site, export, export.sums(), [export.layout().header_text.rstrip("\r\n")])


@in_files(
    "A row of totals that somebody added below the data",
    "klaviyo_campaigns",
    "media_spend",
    "partner_orders",
    "stripe_payments",
    "shopify_orders",
    expected="ignored",
)
def _total_rows(site: Site, export: Export) -> bool:
    sums, layout = export.sums(), export.layout()
    totals = {
        column.header: f"{sums.totals.get(column.name, 0):f}"
        for column in export.target.of_roles(("money", "count"))
    }
    label = ("Total", "Grand Total", "Totals", "合计")[site.pick(4)]
    cells = [label, *(totals.get(name, "") for name in layout.header[1:])]
    row = (quoted(cell, layout.delimiter, layout.is_quoted) for cell in cells)
    return _append(site, export, sums, [layout.delimiter.join(row)])


@in_files(
    "Lines of lawyers below the data",
    "linkedin_campaigns",
    "hubspot_deals",
    "mailchimp_campaigns",
    "partner_order_lines",
    "klaviyo_campaigns",
    "square_items",
    expected="ignored",
)
def _legal_footers(site: Site, export: Export) -> bool:
    footers = (
        '"Copyright © 2026 Example Inc. All rights reserved."',
        '"Confidential Information - Do Not Distribute"',
    )
    return _append(site, export, export.sums(), footers)


def _append(site: Site, export: Export, sums: Sums, lines: Sequence[str]) -> bool:
    """Add lines below the rows of an export, note each of them, and return True."""
    layout = export.layout()
    rows = sum(1 for _ in export.rows())
    rewrite(
        export,
        encoding=layout.encoding,
        mark="\ufeff" * layout.has_mark,
        below="".join(f"{line}\n" for line in lines),
    )
    for number, _ in enumerate(lines, rows + 1):
        site.note(export.path, row=number, table=export.target.raw_table)
    site.sums.extend(sums.of_file(export.path))
    return True


@in_files("A line that is no object before all JSON lines", "klaviyo_events", expected="rejected")
def _foreign_first_lines(site: Site, export: Export) -> bool:
    sums = export.sums()
    with open_export(export) as (layout, lines), writing_like(export, layout) as write:
        write("null\n")
        for line in lines:
            write(line)
    site.note(export.path, sums, row=1, table=export.target.raw_table)
    return True
