"""The landing folder: which files stand in it, and which of them cannot even be opened."""

import os
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_IGNORED_NAMES = {"Thumbs.db", "desktop.ini", "__MACOSX"}
_UNFINISHED_SUFFIXES = (".crdownload", ".part", ".partial", ".download", ".tmp")


@dataclass(frozen=True)
class LandingFile:
    """A file as the landing folder lists it; ``problem`` says why it cannot be opened."""

    path: str
    absolute: Path
    size_bytes: int
    modified_ns: int
    problem: str | None = None

    @property
    def modified_at(self) -> datetime:
        """Return the modification time as a naive UTC timestamp."""
        return _to_utc(self.modified_ns)


def _to_utc(nanoseconds: int) -> datetime:
    try:
        moment = datetime.fromtimestamp(nanoseconds / 1e9, tz=UTC)
    except (OverflowError, ValueError, OSError):
        moment = datetime(1970, 1, 1, tzinfo=UTC)
    return moment.replace(tzinfo=None)


def _shown(path: str, folder: Path) -> str:
    """Return ``path`` relative to ``folder`` as text, whatever bytes its name holds."""
    # that of pathlib takes ten times as long, a tenth of a night's look at ten thousand files
    relative = path.removeprefix(f"{folder}{os.sep}").replace(os.sep, "/")
    return os.fsencode(relative).decode("utf-8", "backslashreplace")


def is_skipped(name: str) -> bool:
    """Return whether a file of this name is no export: hidden, a system's, or unfinished."""
    return (
        name.startswith((".", "~$"))
        or name in _IGNORED_NAMES
        or name.endswith(_UNFINISHED_SUFFIXES)
    )


def _describe(entry: os.DirEntry[str], folder: Path) -> LandingFile:
    path = Path(entry.path)
    shown = _shown(entry.path, folder)
    try:
        facts = os.stat(entry.path)
    except OSError as error:
        problem = f"cannot be opened: {error.strerror}. Check the link or the permissions."
        return LandingFile(shown, path, 0, 0, problem)
    problem = None
    if stat.S_ISDIR(facts.st_mode):
        problem = "is a link to a folder, which is not followed. Copy the files into the landing."
    elif not stat.S_ISREG(facts.st_mode):
        problem = "is not a regular file. Put the export itself here."
    size = facts.st_size if problem is None else 0
    return LandingFile(shown, path, size, facts.st_mtime_ns, problem)


def scan_landing(folder: Path) -> list[LandingFile]:
    """Return the files under ``folder`` in the order of their paths; hidden ones are skipped."""
    found: list[LandingFile] = []
    pending = [folder]
    while pending:
        current = pending.pop()
        try:
            entries = list(os.scandir(current))
        except OSError as error:
            if current != folder:
                problem = f"folder cannot be listed: {error.strerror}. Check its permissions."
                found.append(LandingFile(_shown(str(current), folder), current, 0, 0, problem))
            continue
        for entry in entries:
            if is_skipped(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                pending.append(Path(entry.path))
            else:
                found.append(_describe(entry, folder))
    return sorted(found, key=lambda file: file.path)
