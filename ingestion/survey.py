"""What stands in the landing folder and is not decided yet.

Every file is opened, hashed and recognised once per process; the loads of the six families share
the result, because recognition tells which family a file belongs to.
"""

import hashlib
import logging
import os
import shutil
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from threading import Thread

from ingestion.audit import FileRecord, Ledger, Status
from ingestion.catalogue import FORMATS_DIR, Catalogue, load_catalogue
from ingestion.containers import Archive, ChangedWhileReadError, Content, Refusal, open_file
from ingestion.landing import LandingFile, scan_landing
from ingestion.mirror import mirror_landing
from ingestion.reading import Recognised, recognise
from ingestion.recognition import NothingHeldError, UnrecognisedError
from ingestion.settings import Settings
from ingestion.sheets import UnreadableSheetError
from ingestion.source_settings import SourcesFile, load_sources_file

Finding = Recognised | FileRecord

logger = logging.getLogger(__name__)


@dataclass
class Workspace:
    """What the loads of one process share: scratch folder, catalogue, survey and findings by file.

    ``loaded`` are the families whose part of the survey is loaded.
    """

    settings: Settings
    run_id: str
    started_at: datetime
    scratch: Path
    catalogue: Catalogue
    sources: SourcesFile
    fingerprint: str
    has_tables: bool = False
    findings: dict[tuple[str, int, int], list[Finding]] = field(default_factory=dict)
    written: dict[Status, int] = field(default_factory=dict)
    survey: "Survey | None" = None
    loaded: set[str] = field(default_factory=set)

    def record(
        self, found: Content | Refusal | Archive, status: Status, reason: str | None
    ) -> FileRecord:
        """Return the ledger row of a file that brought no rows."""
        return FileRecord(
            path=found.path,
            sha256=found.sha256,
            size_bytes=found.size_bytes,
            modified_at=found.modified_at,
            status=status,
            fingerprint=self.fingerprint,
            run_id=self.run_id,
            loaded_at=self.started_at,
            reason=reason,
        )

    def count(self, status: Status) -> None:
        """Count a ledger row written by this process."""
        self.written[status] = self.written.get(status, 0) + 1


@dataclass(frozen=True)
class Survey:
    """The undecided files: those to load, those decided on sight, and copies of others."""

    files: tuple[LandingFile, ...]
    to_load: tuple[Recognised, ...]
    decided: tuple[FileRecord, ...]
    copies: tuple[tuple[Recognised, str], ...]
    touched: tuple[Recognised, ...]


_workspaces: dict[Path, Workspace] = {}


def fingerprint(settings: Settings) -> str:
    """Return the hash of all that decides how a file is read: formats and sources.yml."""
    digest = hashlib.sha256()
    paths = [*sorted(FORMATS_DIR.glob("*.yml")), settings.sources_file]
    for path in paths:
        if path.is_file():
            digest.update(path.read_bytes())
    digest.update(f"{settings.timezone} {settings.currency}".encode())
    limits = (settings.max_file_bytes, settings.max_uncompressed_bytes, settings.load_memory)
    digest.update(repr(limits).encode())
    return digest.hexdigest()[:16]


def open_workspace(settings: Settings) -> Workspace:
    """Return the workspace of this process, a new one after the last was closed.

    Raises ``SourcesFileError`` when sources.yml cannot be understood, and what
    :func:`ingestion.mirror.mirror_landing` raises.
    """
    current = fingerprint(settings)
    workspace = _workspaces.get(settings.data_dir)
    if workspace is not None and workspace.fingerprint == current:
        return workspace
    close_workspace(settings)
    mirror_landing(settings)
    now = datetime.now(UTC).replace(tzinfo=None)
    _sweep_scratch(settings.scratch_dir)
    scratch = settings.scratch_dir / f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
    scratch.mkdir(parents=True)
    workspace = Workspace(
        settings=settings,
        run_id=f"{now:%Y%m%dT%H%M%S%f}",
        started_at=now,
        scratch=scratch,
        catalogue=load_catalogue(),
        sources=load_sources_file(settings.sources_file),
        fingerprint=current,
    )
    _workspaces[settings.data_dir] = workspace
    return workspace


def close_workspace(settings: Settings) -> None:
    """Forget the workspace and remove its scratch folder."""
    workspace = _workspaces.pop(settings.data_dir, None)
    if workspace is not None:
        shutil.rmtree(workspace.scratch, ignore_errors=True)


def _sweep_scratch(folder: Path) -> None:
    """Remove the scratch folders of processes that are no more."""
    for path in folder.glob("*-*"):
        process = path.name.partition("-")[0]
        if process.isdigit() and not _is_alive(process):
            shutil.rmtree(path, ignore_errors=True)


def _is_alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def take_survey(workspace: Workspace, ledger: Ledger) -> Survey:
    """Return what is undecided in the landing folder, in the order of paths."""
    files = scan_landing(workspace.settings.landing_dir)
    to_load: list[Recognised] = []
    decided: list[FileRecord] = []
    copies: list[tuple[Recognised, str]] = []
    touched: list[Recognised] = []
    first_paths = dict(ledger.loaded_paths)
    for file in files:
        if ledger.is_settled(file.path, file.size_bytes, file.modified_at, workspace.fingerprint):
            continue
        _import_dlt_ahead()
        for finding in _findings(workspace, file):
            if isinstance(finding, FileRecord):
                decided.append(finding)
                continue
            content = finding.content
            known = ledger.find(content.path, content.sha256)
            first = first_paths.setdefault(content.sha256, content.path)
            if known is not None and known.status == "loaded":
                touched.append(finding)
            elif first != content.path:
                copies.append((finding, first))
            else:
                to_load.append(finding)
    return Survey(tuple(files), tuple(to_load), tuple(decided), tuple(copies), tuple(touched))


def _import_dlt_ahead() -> None:
    """Import dlt, which takes a second, while new files are hashed: that needs no interpreter."""
    if "ingestion.sources" not in sys.modules:
        Thread(target=import_module, args=("ingestion.sources",), daemon=True).start()


def pending_files(
    workspace: Workspace, family: str, read_ledger: Callable[[], Ledger]
) -> list[Recognised]:
    """Return the files of a family that are to be loaded, by one survey for all families."""
    if workspace.survey is None or family in workspace.loaded:
        workspace.survey = take_survey(workspace, read_ledger())
        workspace.loaded.clear()
    workspace.loaded.add(family)
    return [item for item in workspace.survey.to_load if item.format.family == family]


def _findings(workspace: Workspace, file: LandingFile) -> list[Finding]:
    key = (file.path, file.size_bytes, file.modified_ns)
    if key not in workspace.findings:
        try:
            opened = list(open_file(file, workspace.scratch, workspace.settings))
        except ChangedWhileReadError:
            return []
        workspace.findings[key] = [item for found in opened for item in _decide(workspace, found)]
    return workspace.findings[key]


def _decide(workspace: Workspace, found: Content | Refusal | Archive) -> list[Finding]:
    """Return what was found: one finding, or those of its tables before its own."""
    if isinstance(found, Refusal):
        return [workspace.record(found, "quarantined", found.reason)]
    if isinstance(found, Archive):
        reason = f"is an archive; its {found.members} files have rows of their own"
        return [workspace.record(found, "ignored", reason)]
    try:
        tables = recognise(found, workspace.catalogue, workspace.scratch)
    except NothingHeldError as error:
        return [workspace.record(found, "ignored", str(error))]
    except (UnrecognisedError, UnreadableSheetError) as error:
        return [workspace.record(found, "quarantined", str(error))]
    except OSError as error:
        reason = f"could not be read again: {error.strerror}. It is tried at the next run."
        return [workspace.record(found, "quarantined", reason)]
    except Exception as error:  # whatever one file does, the others are loaded
        logger.exception("%s cannot be recognised", found.path)
        return [workspace.record(found, "quarantined", say_unforeseen(error))]
    if len(tables) > 1:
        reason = f"holds {len(tables)} tables, which have rows of their own"
        return [*tables, workspace.record(found, "ignored", reason)]
    export_format = tables[0].format
    if not export_format.is_loaded:
        status: Status = "quarantined" if export_format.refuse else "ignored"
        reason = export_format.refuse or export_format.ignore
        return [describe(workspace.record(found, status, reason), tables[0])]
    return list(tables)


def say_unforeseen(error: Exception) -> str:
    """Return the reason of a file that failed in a way nobody foresaw."""
    message = (str(error).splitlines() or [""])[0][:200]
    return (
        f"could not be read ({type(error).__name__}: {message}). Export it again; if that does "
        "not help, the log of the run shows where it failed."
    )


def describe(record: FileRecord, recognised: Recognised) -> FileRecord:
    """Return ``record`` with what recognition told about the file."""
    export_format = recognised.format
    facts = {
        "format": export_format.id,
        "source": export_format.source,
        "family": export_format.family,
        "encoding": recognised.encoding,
        "delimiter": recognised.delimiter,
        "header_row": recognised.header_row,
    }
    return FileRecord(**{**vars(record), **facts})
