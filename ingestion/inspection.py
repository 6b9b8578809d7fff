"""Look at a file as a load would, and load nothing."""

import shutil
import tempfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from ingestion.catalogue import load_catalogue
from ingestion.containers import Archive, ChangedWhileReadError, Content, Refusal, open_file
from ingestion.landing import LandingFile
from ingestion.reading import Recognised, recognise
from ingestion.recognition import NothingHeldError, UnrecognisedError
from ingestion.rejections import RejectedRow, first_rejected
from ingestion.scratch import open_scratch
from ingestion.settings import Settings
from ingestion.sheets import UnreadableSheetError
from ingestion.source_settings import account_context, load_sources_file
from ingestion.staging import FILE_ERRORS, Control, stage


@dataclass(frozen=True)
class Inspection:
    """What a load would make of one file, or of one member of an archive.

    ``status`` is what the ledger would say; ``reason`` says why it is not ``loaded``. Of the rows
    ``rejected`` the first of each reason is kept, with the number of those like it.
    """

    path: str
    status: str
    reason: str | None = None
    format: str | None = None
    vendor: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    account: str | None = None
    timezone: str | None = None
    currency: str | None = None
    period_start: date | None = None
    period_end: date | None = None
    exported_at: datetime | None = None
    columns: tuple[str, ...] = ()
    missing_columns: tuple[str, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    rows_read: int = 0
    rows_loaded: int = 0
    rows_rejected: int = 0
    rows_ignored: int = 0
    cells_nulled: int = 0
    rejected: tuple[RejectedRow, ...] = ()
    controls: tuple[Control, ...] = ()
    notes: tuple[str, ...] = ()
    members: tuple["Inspection", ...] = ()


def inspect_file(path: Path, settings: Settings) -> Inspection:
    """Return what a load would make of the file at ``path``; archives have ``members``.

    Nothing is written but a scratch folder that is removed. A path inside the landing folder is
    treated as there, account folders included. Raises ``FileNotFoundError`` without a file, and
    ``SourcesFileError`` when sources.yml cannot be understood.
    """
    facts = path.stat()
    landing = settings.landing_dir.resolve()
    absolute = path.resolve()
    is_landed = absolute.is_relative_to(landing)
    shown = absolute.relative_to(landing).as_posix() if is_landed else path.name
    problem = None if absolute.is_file() else "is not a regular file"
    file = LandingFile(shown, absolute, facts.st_size, facts.st_mtime_ns, problem)
    scratch = Path(tempfile.mkdtemp(prefix="omnimart-inspect-"))
    try:
        opened = list(open_file(file, scratch, settings))
        found = [
            inspection
            for item in opened
            if not isinstance(item, Archive)
            for inspection in _inspect_content(item, settings, scratch)
        ]
    except ChangedWhileReadError:
        return Inspection(shown, "quarantined", "is being written right now")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if any(isinstance(item, Archive) for item in opened):
        reason = f"is an archive of {len(opened) - 1} files"
        return Inspection(shown, "ignored", reason, members=tuple(found))
    if len(found) > 1:
        return Inspection(shown, "ignored", f"holds {len(found)} tables", members=tuple(found))
    return found[0]


def _inspect_content(
    item: Content | Refusal, settings: Settings, scratch: Path
) -> list[Inspection]:
    if isinstance(item, Refusal):
        return [Inspection(item.path, "quarantined", item.reason)]
    try:
        tables = recognise(item, load_catalogue(), scratch)
    except NothingHeldError as error:
        return [Inspection(item.path, "ignored", str(error))]
    except (UnrecognisedError, UnreadableSheetError) as error:
        return [Inspection(item.path, "quarantined", str(error))]
    return [_inspect_table(recognised, settings, scratch) for recognised in tables]


def _inspect_table(recognised: Recognised, settings: Settings, scratch: Path) -> Inspection:
    path = recognised.content.path
    export_format = recognised.format
    account = account_context(
        load_sources_file(settings.sources_file), settings, export_format, path
    )
    known = {
        "path": path,
        "format": export_format.id,
        "vendor": export_format.vendor,
        "encoding": recognised.encoding,
        "delimiter": recognised.delimiter,
        "header_row": recognised.header_row,
        "account": account.account,
        "timezone": account.timezone,
        "notes": recognised.notes,
    }
    if not export_format.is_loaded:
        status = "quarantined" if export_format.refuse else "ignored"
        return Inspection(
            status=status, reason=export_format.refuse or export_format.ignore, **known
        )
    connection = open_scratch(scratch)
    try:
        staged = stage(connection, recognised, account, "staged")
        rejected = tuple(first_rejected(connection, "staged")) if staged.rows_rejected else ()
    except FILE_ERRORS as error:
        return Inspection(status="quarantined", reason=str(error), **known)
    finally:
        connection.close()
    found = set(staged.cells.positions)
    return Inspection(
        status="loaded",
        currency=staged.facts.currency,
        period_start=staged.facts.period_start,
        period_end=staged.facts.period_end,
        exported_at=staged.facts.exported_at,
        columns=tuple(name for name in export_format.columns if name in found),
        missing_columns=tuple(
            name
            for name, column in export_format.columns.items()
            if name not in found and column.compose is None
        ),
        unknown_columns=staged.unknown_columns,
        rows_read=staged.rows_read,
        rows_loaded=staged.rows_loaded,
        rows_rejected=staged.rows_rejected,
        rows_ignored=staged.rows_ignored,
        cells_nulled=staged.cells_nulled,
        rejected=rejected,
        controls=staged.controls,
        **known,
    )
