"""How the command shows things in a terminal."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from ingestion.settings import Settings
from orchestration.fingerprint import Refresh
from orchestration.publishing import current_file

if TYPE_CHECKING:
    from ingestion.catalogue import Catalogue
    from ingestion.inspection import Inspection
    from ingestion.simulator.accuracy import Accuracy
    from ingestion.simulator.dirt.caught import DefectCount
    from orchestration.activation import Plan
    from orchestration.run_summary import FailedCheck, RunSummary, Status

SHOWN = 10
PREVIEWED = 3

Row = dict[str, Any]


def show_unchanged(console: Console, settings: Settings, refresh: Refresh) -> None:
    """Say that nothing is new, and where things stand."""
    finished = datetime.fromisoformat(refresh.finished_at)
    console.print(
        f"Nothing new since the refresh of {finished:%Y-%m-%d %H:%M} UTC: "
        "nothing was loaded, rebuilt or published.",
        highlight=False,
    )
    _show_places(console, settings)


def show_activation(
    console: Console, settings: Settings, plan: "Plan", sent: Sequence[str] | None
) -> None:
    """Show who of an audience goes where; ``sent`` are the batches, None in a dry run."""
    from orchestration.activation import batch_file
    from orchestration.activation_formats import masked

    console.print(f"{plan.audience} to {plan.destination}", style="bold", markup=False)
    counts = {
        "members": plan.members,
        "already sent": plan.already_sent,
        "without the consent it needs": plan.without_consent,
        "not reachable there": plan.unreachable,
        "at their frequency cap": plan.capped,
        "to send" if sent is None else "sent": len(plan.rows),
    }
    for name, count in counts.items():
        console.print(f"{count:>9,}  {name}", highlight=False)
    if sent is None:
        for row in list(plan.rows.values())[:PREVIEWED]:
            shown = "  ".join(f"{column}={value}" for column, value in masked(row).items() if value)
            console.print(shown, style="dim", markup=False, highlight=False, soft_wrap=True)
        console.print("A dry run: nothing was written or sent; --send does it.", highlight=False)
        return
    for batch in sent:
        path = batch_file(settings, plan, batch)
        where = path if path.exists() else f"batch {batch}"
        console.print(f"{where}", markup=False, highlight=False, soft_wrap=True)


def show_summary(console: Console, settings: Settings, summary: "RunSummary", log: Path) -> None:
    """Show what a run did, and how it ended."""
    console.print()
    if summary.sources:
        console.print(_sources_table(summary.sources))
    _show_quarantine(console, summary.quarantine)
    _show_new_columns(console, summary.new_columns)
    if summary.totals:
        console.print(_totals_table(summary.totals, settings.currency))
    _show_checks(console, summary.checks.passed, summary.checks.errors, summary.checks.warnings)
    _show_places(console, settings)
    took = f"in {summary.seconds:.0f} s"
    if summary.is_success:
        console.print(f"[green bold]Refreshed[/] {took}.")
    else:
        console.print(
            f"[red bold]Failed[/] {took}: the marts published before stay in place.\n"
            f"All that was printed meanwhile: {escape(str(log))}",
            soft_wrap=True,
        )


def show_status(console: Console, settings: Settings, status: "Status") -> None:
    """Show the last run, freshness, quarantine and failed checks."""
    if status.run_id is None:
        console.print("No refresh has run yet: start one with `omnimart run`.", highlight=False)
        return
    started = f"{status.started_at:%Y-%m-%d %H:%M} UTC" if status.started_at else "not yet"
    console.print(
        f"Last run: {status.run_status}, started {started} ({status.run_id[:8]})", highlight=False
    )
    _show_checks(console, status.checks.passed, status.checks.errors, status.checks.warnings)
    if status.freshness:
        console.print(_freshness_table(status.freshness))
    _show_quarantine(console, status.quarantine, limit=None)
    _show_places(console, settings)


def show_formats(console: Console, catalogue: "Catalogue") -> None:
    """List the formats by platform."""
    table = _table("Platform", "Raw table", "What it is")
    formats = sorted(catalogue.formats.values(), key=lambda each: (each.vendor.casefold(), each.id))
    previous = None
    for each in formats:
        vendor = each.vendor if each.vendor != previous else ""
        previous = each.vendor
        target = each.raw_table if each.is_loaded else "(not loaded)"
        table.add_row(vendor, target, Text(each.description))
    console.print(table)
    loaded = sum(each.is_loaded for each in formats)
    console.print(f"{len(formats)} formats of {len(catalogue.sources())} sources, {loaded} loaded.")


def show_accuracy(console: Console, accuracy: "Accuracy") -> None:
    """Show how near the marts come to the truth of a simulation."""
    table = _table("Subject", "Measure", "+Value", "Meaning")
    for measure in accuracy.measures:
        table.add_row(measure.subject, measure.name, measure.spelled, measure.meaning)
    console.print(table)
    for note in accuracy.notes:
        console.print(Text(note, style="yellow"), soft_wrap=True)
    if accuracy.defects:
        console.print()
        console.print(_defects_table(accuracy.defects))


def _defects_table(defects: Sequence["DefectCount"]) -> Table:
    table = _table("Defect", "Is to be", "+Planted", "+Caught", "+Missed", "First missed at")
    for item in defects:
        counts = [_count(number) for number in (item.planted, item.caught, item.missed)]
        style = "red" if item.missed else None
        table.add_row(item.name, item.expected, *counts, Text(item.missed_at or ""), style=style)
    return table


def show_inspection(console: Console, inspection: "Inspection") -> None:
    """Show what a file is and what loading it would give."""
    style = {"loaded": "green", "quarantined": "red"}.get(inspection.status, "yellow")
    console.print(Text.assemble((inspection.path, "bold"), ": ", (inspection.status, style)))
    facts = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 2))
    facts.add_column(style="dim")
    facts.add_column(overflow="fold")
    for name, value in _inspection_facts(inspection):
        facts.add_row(name, Text(value))
    if facts.row_count:
        console.print(facts)
    for member in inspection.members:
        show_inspection(console, member)


def _inspection_facts(inspection: "Inspection") -> Iterator[tuple[str, str]]:
    """Yield name and value of what is known about a file."""
    if inspection.reason:
        yield "why", f"it {inspection.reason}"
    if inspection.format:
        yield "recognised as", f"{inspection.format} ({inspection.vendor})"
    if inspection.header_row:
        delimiter = {"\t": "tab", ",": "comma", ";": "semicolon"}.get(
            inspection.delimiter, inspection.delimiter
        )
        read_as = [inspection.encoding, delimiter and f"{delimiter} between cells"]
        yield "read as", ", ".join(part for part in read_as if part)
        yield "header row", str(inspection.header_row)
    if inspection.period_start:
        yield "period", f"{inspection.period_start} to {inspection.period_end or 'open'}"
    if inspection.exported_at:
        yield "exported at", f"{inspection.exported_at:%Y-%m-%d %H:%M} UTC"
    if inspection.status == "loaded":
        account = [inspection.account, inspection.timezone, inspection.currency]
        yield "account", ", ".join(part for part in account if part)
        yield (
            "rows",
            (
                f"{inspection.rows_read:,} read: {inspection.rows_loaded:,} to load, "
                f"{inspection.rows_rejected:,} rejected, {inspection.rows_ignored:,} ignored"
            ),
        )
    if inspection.cells_nulled:
        yield "unreadable cells", f"{inspection.cells_nulled:,} become empty, originals are kept"
    for control in inspection.controls:
        yield "total stated", f"{control.column} {control.stated}; computed {control.computed}"
    for row in inspection.rejected[:SHOWN]:
        others = f" ({row.rows - 1:,} more rows alike)" if row.rows > 1 else ""
        yield f"rejected row {row.source_row}", f"{row.reason}{others}"
    if inspection.unknown_columns:
        yield "unknown columns", ", ".join(inspection.unknown_columns)
    for note in inspection.notes:
        yield "note", note


def _sources_table(sources: Sequence[Row]) -> Table:
    table = _table(
        "Source", "+Files", "+Duplicate", "+Ignored", "+Quarantined", "+Rows", "+Rejected"
    )
    counts = (
        "files_loaded",
        "files_duplicate",
        "files_ignored",
        "files_quarantined",
        "rows_loaded",
        "rows_rejected",
    )
    for row in sources:
        table.add_row(row["source"], *(_count(row[name]) for name in counts))
    table.add_section()
    table.add_row("all", *(_count(sum(row[name] for row in sources)) for name in counts))
    return table


def _totals_table(totals: Row, currency: str) -> Table:
    table = _table(*(f"+{name.capitalize()}" for name in totals))
    table.add_row(
        *(
            f"{value:,.2f} {currency}" if name in {"revenue", "spend"} else _count(value)
            for name, value in totals.items()
        )
    )
    return table


def _freshness_table(freshness: Sequence[Row]) -> Table:
    table = _table(
        "Source", "+Files", "+Rows", "Last loaded", "Last event", "+Days behind", "State"
    )
    for row in freshness:
        loaded, event = row["last_loaded_at"], row["last_event_date"]
        table.add_row(
            row["source"],
            _count(row["files_loaded"]),
            _count(row["rows_loaded"]),
            f"{loaded:%Y-%m-%d %H:%M}" if loaded else "",
            str(event or ""),
            "" if row["days_behind"] is None else str(row["days_behind"]),
            row["status"],
        )
    return table


def _show_checks(
    console: Console,
    passed: int,
    errors: Sequence["FailedCheck"],
    warnings: Sequence["FailedCheck"],
) -> None:
    console.print(
        f"Checks: {passed} passed, {len(errors)} failed, {len(warnings)} warned", highlight=False
    )
    for mark, style, checks in (("✗", "red", errors), ("!", "yellow", warnings)):
        for check in checks[:SHOWN]:
            rows = f" ({check.failing_rows:,} rows)" if check.failing_rows else ""
            console.print(Text(f"  {mark} {check.asset}: {check.name}{rows}", style=style))
        if len(checks) > SHOWN:
            console.print(f"  and {len(checks) - SHOWN} more", style=style)


def _show_new_columns(console: Console, columns: Sequence[Row]) -> None:
    """Show columns that no format names; each is shown by the run that sees it first."""
    if not columns:
        return
    console.print(f"New columns, kept in _extra: {len(columns)}", style="yellow", highlight=False)
    for row in columns[:SHOWN]:
        console.print(
            Text(f"  {row['format']}: {row['column_name']} ({row['path']})"), soft_wrap=True
        )
    if len(columns) > SHOWN:
        console.print(f"  and {len(columns) - SHOWN} more: raw_audit.new_columns lists all")


def _show_quarantine(
    console: Console, quarantine: Sequence[Row], limit: int | None = SHOWN
) -> None:
    if not quarantine:
        return
    console.print(f"Quarantined: {len(quarantine)}", style="yellow", highlight=False)
    for row in quarantine[:limit]:
        console.print(Text(f"  {row['path']}: {row['reason']}"))
    if limit is not None and len(quarantine) > limit:
        console.print(f"  and {len(quarantine) - limit} more: omnimart status lists all")


def _show_places(console: Console, settings: Settings) -> None:
    marts = current_file(settings.published_dir)
    report = settings.reports_dir / "index.html"
    if marts:
        console.print(Text(f"Marts:  {marts}"), soft_wrap=True)
    if report.exists():
        console.print(Text(f"Report: {report}"), soft_wrap=True)


def _table(*columns: str) -> Table:
    """Return a table; a ``+`` before a column's name aligns its numbers."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        is_number = column.startswith("+")
        table.add_column(column.lstrip("+"), justify="right" if is_number else "left")
    return table


def _count(value: int | None) -> str:
    return f"{value or 0:,}"
