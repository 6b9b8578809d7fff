"""Tell whether a refresh would change anything: a hash of all that a refresh reads.

The landing folder counts by its listing (path, size, modification time), everything else by its
content: the user's settings, sources and reference files, the seeds, the models, the code.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from ingestion.settings import Settings

CODE_FOLDERS = ("ingestion", "dbt_project", "expectations", "orchestration", "seeds/reference")
CODE_FILES = ("requirements.lock",)

_GENERATED = {"__pycache__", "target", "logs", "dbt_packages"}


@dataclass(frozen=True)
class Refresh:
    """The last refresh that was published in whole, kept in the state folder."""

    run_id: str
    fingerprint: str
    landing: str
    version: str
    finished_at: str


def landing_files(landing: Path) -> list[Path]:
    """Return the files of the landing folder in order, hidden ones left out."""
    return [path for path in _files(landing) if not _is_hidden(path.relative_to(landing))]


def landing_fingerprint(settings: Settings) -> str:
    """Return a hash of the listing of the landing folder, ``""`` when it is empty."""
    lines = []
    for path in landing_files(settings.landing_dir):
        stat = path.stat()
        name = path.relative_to(settings.landing_dir).as_posix()
        lines.append(f"{name}\0{stat.st_size}\0{stat.st_mtime_ns}")
    return _hash(lines) if lines else ""


def refresh_fingerprint(settings: Settings) -> str:
    """Return a hash of everything that a refresh with ``settings`` reads."""
    root = settings.project_root
    return _hash(
        [
            landing_fingerprint(settings),
            files_fingerprint(
                [
                    *(root / name for name in CODE_FOLDERS),
                    *(root / name for name in CODE_FILES),
                    settings.reference_dir,
                    settings.sources_file,
                ]
            ),
            settings_fingerprint(settings),
        ]
    )


def files_fingerprint(paths: Iterable[Path]) -> str:
    """Return a hash of the names and contents of files and of all files in folders."""
    lines = []
    for top in paths:
        for path in [top] if top.is_file() else _files(top):
            relative = path.relative_to(top.parent)
            if _GENERATED.isdisjoint(relative.parts):
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                lines.append(f"{relative.as_posix()}\0{content}")
        lines.append("")
    return _hash(lines)


def settings_fingerprint(settings: Settings) -> str:
    """Return a hash of the settings that shape the marts, the identity key included."""
    values = {
        "timezone": settings.timezone,
        "currency": settings.currency,
        "vars": settings.vars,
        "identity_key": hashlib.sha256(settings.identity_key_value().encode()).hexdigest(),
    }
    return _hash([json.dumps(values, sort_keys=True, default=str)])


def last_refresh(settings: Settings) -> Refresh | None:
    """Return the last refresh that was published in whole and not started anew since."""
    try:
        return Refresh(**json.loads(_record(settings).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def remember_refresh(settings: Settings, refresh: Refresh) -> None:
    """Record that the marts published now are those of ``refresh``."""
    record = _record(settings)
    draft = record.with_suffix(".draft")
    draft.write_text(json.dumps(asdict(refresh), indent=2), encoding="utf-8")
    draft.replace(record)


def forget_refresh(settings: Settings) -> None:
    """Record that the warehouse is being changed: until published, no refresh is the last one."""
    _record(settings).unlink(missing_ok=True)


def _record(settings: Settings) -> Path:
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    return settings.state_dir / "last_refresh.json"


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _hash(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
