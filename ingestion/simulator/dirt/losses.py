"""Dirt of whole files of which something was lost on the way: rows, quotes, the end."""

from decimal import Decimal

from ingestion.simulator.dirt.registry import in_files
from ingestion.simulator.dirt.site import Site
from ingestion.simulator.dirt.tables import (
    Export,
    open_export,
    split_cells,
    unquoted,
    values_of,
    writing_like,
)
from ingestion.simulator.dirt.targets import Sums


@in_files(
    "A row with a quote that nothing closes, in a file without other quotes",
    "touchpoints",
    expected="rejected",
)
def _open_quotes(site: Site, export: Export) -> bool:
    return _open_quote(site, export)


@in_files(
    "A row with a quote that is closed by the next quote, rows later",
    "twilio_messages",
    expected="rejected",
)
def _open_quotes_amid_others(site: Site, export: Export) -> bool:
    return _open_quote(site, export)


def _open_quote(site: Site, export: Export) -> bool:
    """Leave a quote open in one row; the rows after it are whole."""
    target, sums, layout = export.target, Sums(export.target), export.layout()
    place = layout.header.index(target.of_roles(("text",))[0].header)
    places = {name: number for number, name in enumerate(layout.header)}
    chosen = site.pick(max(export.file.rows // 2, 1))
    spoilt = 0
    with open_export(export) as (_, records), writing_like(export, layout) as write:
        write(layout.above + layout.header_text)
        for number, record in enumerate(records, 1):
            cells = split_cells(record, layout.delimiter)
            values = values_of(target, [unquoted(cell) for cell in cells], places)
            if not spoilt and number > chosen and values and '"' not in record:
                cells[place] = f'"{cells[place]}'
                spoilt = number
            elif values is not None:
                sums.add(values)
            write(layout.delimiter.join(cells))
    if spoilt:
        site.note(export.path, sums, row=spoilt, table=target.raw_table)
    return bool(spoilt)


@in_files(
    "Files that end in the middle of the last row, within a quoted cell",
    "partner_orders",
    "touchpoints",
    "twilio_messages",
    "stripe_payments",
    expected="rejected",
)
def _cut_off_files(site: Site, export: Export) -> bool:
    target, sums = export.target, Sums(export.target)
    with open_export(export) as (layout, records):
        rows = sum(1 for _ in records)
    if rows < 2:
        return False
    places = {name: place for place, name in enumerate(layout.header)}
    with open_export(export) as (layout, records), writing_like(export, layout) as write:
        write(layout.above + layout.header_text)
        for number, record in enumerate(records, 1):
            cells = [
                unquoted(cell) for cell in split_cells(record.rstrip("\r\n"), layout.delimiter)
            ]
            if number < rows:
                values = values_of(target, cells, places)
                if values is not None:
                    sums.add(values)
                write(record)
            else:
                write(f'{cells[0]}{layout.delimiter}"{cells[1]} ...')
    site.note(export.path, sums, row=rows, table=target.raw_table)
    return True


@in_files(
    "A row that is missing, although the total of the file still counts it",
    "google_campaigns",
    "qianchuan_plans",
    expected="told",
    says="control_totals",
)
def _lost_rows(site: Site, export: Export) -> bool:
    target = export.target
    cost = target.of_roles(("money",))[0]
    listed = list(export.records())
    threshold = Decimal(len(listed)) / 100
    candidates = [
        place
        for place, (_, values) in enumerate(listed)
        if values and isinstance(values[cost.name], Decimal) and values[cost.name] > 2 * threshold
    ]
    if not candidates:
        return False
    lost = candidates[site.pick(len(candidates))]
    sums = Sums(target)
    for place, (_, values) in enumerate(listed):
        if values is not None and place != lost:
            sums.add(values)
    with open_export(export) as (layout, records), writing_like(export, layout) as write:
        write(layout.above + layout.header_text)
        for place, record in enumerate(records):
            if place != lost:
                write(record)
    site.note(export.path, sums)
    return True
