"""Files of the landing folder, and the contents found in them.

A plain file is one content; a zip archive is one per member, a gzip file its decompressed one.
Contents are given content-hash names in a scratch folder, so that no file name is ever part of a
query or a glob pattern. What cannot be opened becomes a :class:`Refusal` that says why.
"""

import gzip
import hashlib
import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Literal

from ingestion.settings import Settings

Kind = Literal["text", "workbook", "html", "parquet"]

CHUNK_BYTES = 1 << 20
HEAD_BYTES = 1 << 18
MAX_MEMBERS = 10_000
# below this size even a file of one repeated character is harmless
FREE_BYTES = 10 * 2**20
# a longer line is no row of any export
MAX_LINE_BYTES = 16 * 2**20

_IGNORED_NAMES = {"Thumbs.db", "desktop.ini", "__MACOSX"}
_UNFINISHED_SUFFIXES = (".crdownload", ".part", ".partial", ".download", ".tmp")
_FOREIGN_MAGIC = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"%PDF": "a PDF document",
    b"SQLite format 3": "an SQLite database",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"BZh": "a bzip2 file",
    b"\x28\xb5\x2f\xfd": "a Zstandard file",
    b"\xfd7zXZ": "an XZ file",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"ARROW1": "an Arrow file",
    b"Obj\x01": "an Avro file",
    b"ORC": "an ORC file",
}
_WANTED = "Expected: a CSV, TSV, JSON, Parquet, Excel file, or a zip or gzip of them."


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


@dataclass(frozen=True)
class TextFacts:
    """What one pass over a text told: head, validity and oddities of its bytes."""

    head: bytes
    is_utf8: bool
    nul_count: int
    has_long_line: bool


@dataclass(frozen=True)
class Content:
    """One readable content: ``local`` is a path safe to hand to any reader."""

    path: str
    sha256: str
    size_bytes: int
    modified_at: datetime
    kind: Kind
    local: Path
    text: TextFacts


@dataclass(frozen=True)
class Refusal:
    """A file or member that cannot be read, and why."""

    path: str
    sha256: str
    size_bytes: int
    modified_at: datetime
    reason: str


@dataclass(frozen=True)
class Archive:
    """A zip archive whose members stand for themselves."""

    path: str
    sha256: str
    size_bytes: int
    modified_at: datetime
    members: int


class ChangedWhileReadError(RuntimeError):
    """The file changed between listing and reading; the next run will see it whole."""


class _TooLargeError(ValueError):
    """A content exceeds a limit of the settings."""


def _to_utc(nanoseconds: int) -> datetime:
    try:
        moment = datetime.fromtimestamp(nanoseconds / 1e9, tz=UTC)
    except (OverflowError, ValueError, OSError):
        moment = datetime(1970, 1, 1, tzinfo=UTC)
    return moment.replace(tzinfo=None)


def _shown(path: Path, folder: Path) -> str:
    """Return ``path`` relative to ``folder`` as text, whatever bytes its name holds."""
    return os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace")


def _is_skipped(name: str) -> bool:
    return (
        name.startswith((".", "~$"))
        or name in _IGNORED_NAMES
        or name.endswith(_UNFINISHED_SUFFIXES)
    )


def _describe(entry: os.DirEntry[str], folder: Path) -> LandingFile:
    path = Path(entry.path)
    shown = _shown(path, folder)
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
                found.append(LandingFile(_shown(current, folder), current, 0, 0, problem))
            continue
        for entry in entries:
            if _is_skipped(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                pending.append(Path(entry.path))
            else:
                found.append(_describe(entry, folder))
    return sorted(found, key=lambda file: file.path)


def open_file(
    file: LandingFile, scratch: Path, settings: Settings
) -> Iterator[Content | Refusal | Archive]:
    """Yield what ``file`` holds; an archive itself comes after its members.

    Raises :class:`ChangedWhileReadError` when the file changes meanwhile.
    """
    if file.problem is not None:
        yield Refusal(
            file.path, "", file.size_bytes, file.modified_at, f"{file.path} {file.problem}"
        )
        return
    if file.size_bytes > settings.max_file_bytes:
        reason = (
            f"has {file.size_bytes:,} bytes, the limit is {settings.max_file_bytes:,}. "
            "Split the export, or raise OMNIMART_MAX_FILE_BYTES."
        )
        yield Refusal(file.path, "", file.size_bytes, file.modified_at, reason)
        return
    try:
        with file.absolute.open("rb") as stream:
            sha256, facts = _examine(stream)
            _check_unchanged(file, stream)
        opened = list(_open_content(file, sha256, facts, scratch, settings))
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}. Check its permissions."
        yield Refusal(file.path, "", file.size_bytes, file.modified_at, reason)
        return
    yield from opened


def _check_unchanged(file: LandingFile, stream: BinaryIO) -> None:
    facts = os.fstat(stream.fileno())
    if (facts.st_size, facts.st_mtime_ns) != (file.size_bytes, file.modified_ns):
        raise ChangedWhileReadError(file.path)


def _examine(
    stream: BinaryIO, copy_to: BinaryIO | None = None, limit: "_Limit | None" = None
) -> tuple[str, TextFacts]:
    """Hash a stream and gather the facts of its bytes, copying and limiting it on the way."""
    digest = hashlib.sha256()
    head = b""
    rest = b""
    is_utf8 = True
    nul_count = 0
    line_bytes = 0
    has_long_line = False
    while chunk := stream.read(CHUNK_BYTES):
        if limit is not None:
            limit.take(len(chunk))
        if copy_to is not None:
            copy_to.write(chunk)
        digest.update(chunk)
        if len(head) < HEAD_BYTES:
            head += chunk[: HEAD_BYTES - len(head)]
        nul_count += chunk.count(b"\0")
        if is_utf8:
            is_utf8, rest = _continue_utf8(rest + chunk)
        newline = chunk.rfind(b"\n")
        line_bytes = len(chunk) - newline - 1 if newline >= 0 else line_bytes + len(chunk)
        has_long_line = has_long_line or line_bytes > MAX_LINE_BYTES
    facts = TextFacts(head, is_utf8 and not rest, nul_count, has_long_line)
    return digest.hexdigest(), facts


def _continue_utf8(data: bytes) -> tuple[bool, bytes]:
    """Return whether ``data`` is UTF-8 so far, and the bytes of its unfinished last character."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        is_unfinished = error.start >= len(data) - 3 and error.reason == "unexpected end of data"
        return is_unfinished, data[error.start :] if is_unfinished else b""
    return True, b""


class _Limit:
    """Counts the bytes an archive unfolds to, and stops it when they are too many.

    ``packed_bytes`` tells how many bytes of the archive they came from.
    """

    def __init__(self, packed_bytes: Callable[[], int], settings: Settings) -> None:
        self._packed_bytes = packed_bytes
        self._max_bytes = settings.max_uncompressed_bytes
        self._max_ratio = settings.max_compression_ratio
        self._taken = 0

    def expect(self, declared_bytes: int) -> None:
        """Refuse at once what the archive itself declares to be too large."""
        taken, self._taken = self._taken, 0
        self.take(declared_bytes)
        self._taken = taken

    def take(self, count: int) -> None:
        """Count unfolded bytes; raises :class:`_TooLargeError` when they exceed the limits."""
        self._taken += count
        if self._taken > self._max_bytes:
            raise _TooLargeError(
                f"unfolds to more than {self._max_bytes:,} bytes. If it is a true export, unpack "
                "it into the landing folder, or raise OMNIMART_MAX_UNCOMPRESSED_BYTES."
            )
        if self._taken > FREE_BYTES and self._taken > self._max_ratio * self._packed_bytes():
            raise _TooLargeError(
                f"unfolds to more than {self._max_ratio} times its size, as archives made to fill "
                "a disk do. If it is a true export, unpack it into the landing folder."
            )


def _find_kind(head: bytes) -> Kind | Literal["zip", "gzip"] | None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "workbook"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head[257:262] == b"ustar" or any(head.startswith(magic) for magic in _FOREIGN_MAGIC):
        return None
    start = head[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if start.startswith((b"<html", b"<table", b"<!doctype html", b"<meta", b"<head")):
        return "html"
    return "text"


def _foreign_reason(head: bytes) -> str:
    found = "a tar archive" if head[257:262] == b"ustar" else None
    for magic, name in _FOREIGN_MAGIC.items():
        if head.startswith(magic):
            found = name
    return f"is {found}, whatever its name says. {_WANTED}"


def _open_content(
    file: LandingFile, sha256: str, facts: TextFacts, scratch: Path, settings: Settings
) -> Iterator[Content | Refusal | Archive]:
    base = (file.path, sha256, file.size_bytes, file.modified_at)
    kind = _find_kind(facts.head)
    if kind == "zip":
        yield from _open_zip(file, sha256, facts, scratch, settings)
    elif kind == "gzip":
        yield _open_gzip(file, sha256, scratch, settings)
    elif kind is None:
        yield Refusal(*base, _foreign_reason(facts.head))
    elif not facts.head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        yield Refusal(*base, f"is empty. {_WANTED}")
    else:
        yield Content(*base, kind, _link(file.absolute, scratch, sha256), facts)


def _link(target: Path, scratch: Path, sha256: str) -> Path:
    local = scratch / f"{sha256}.content"
    if not local.is_symlink() and not local.exists():
        local.symlink_to(target.resolve())
    return local


def _open_gzip(
    file: LandingFile, packed_sha256: str, scratch: Path, settings: Settings
) -> Content | Refusal:
    draft = scratch / f"{packed_sha256}.unpacking"
    base = (file.path, packed_sha256, file.size_bytes, file.modified_at)
    try:
        with file.absolute.open("rb") as stream, draft.open("wb") as copy:
            # the ratio so far is what tells: the size a gzip file declares may be anything
            limit = _Limit(stream.tell, settings)
            sha256, facts = _examine(gzip.GzipFile(fileobj=stream), copy, limit)
    except (_TooLargeError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        draft.unlink(missing_ok=True)
        return Refusal(*base, f"is a gzip file that {_say(error)}")
    return _keep(draft, scratch, file.path, sha256, file.size_bytes, file.modified_at, facts)


def _say(error: Exception) -> str:
    if isinstance(error, _TooLargeError):
        return str(error)
    return f"is damaged ({error or type(error).__name__}). Download or copy it again."


def _keep(
    draft: Path,
    scratch: Path,
    path: str,
    sha256: str,
    size_bytes: int,
    modified_at: datetime,
    facts: TextFacts,
) -> Content | Refusal:
    """Return what an unpacked draft is, under its content-hash name."""
    kind = _find_kind(facts.head)
    if kind == "zip" and _is_workbook(draft):
        kind = "workbook"
    reason = None
    if kind in {"zip", "gzip"}:
        reason = "is an archive inside an archive. Unpack the outer one into the landing folder."
    elif kind is None:
        reason = _foreign_reason(facts.head)
    elif not facts.head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        reason = f"is empty. {_WANTED}"
    if reason is not None or kind is None or kind in {"zip", "gzip"}:
        draft.unlink()
        return Refusal(path, sha256, size_bytes, modified_at, reason or "")
    local = scratch / f"{sha256}.content"
    draft.replace(local)
    return Content(path, sha256, size_bytes, modified_at, kind, local, facts)


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return False
    return bool(names & {"xl/workbook.xml", "xl/workbook.bin"}) or (
        "content.xml" in names and "mimetype" in names
    )


def _open_zip(
    file: LandingFile, sha256: str, facts: TextFacts, scratch: Path, settings: Settings
) -> Iterator[Content | Refusal | Archive]:
    base = (file.path, sha256, file.size_bytes, file.modified_at)
    limit = _Limit(lambda: file.size_bytes, settings)
    try:
        with zipfile.ZipFile(file.absolute) as archive:
            limit.expect(sum(member.file_size for member in archive.infolist()))
            if _is_workbook(file.absolute):
                for member in archive.infolist():
                    with archive.open(member) as stream:
                        while chunk := stream.read(CHUNK_BYTES):
                            limit.take(len(chunk))
                yield Content(*base, "workbook", _link(file.absolute, scratch, sha256), facts)
                return
            members = [
                member
                for member in archive.infolist()
                if not member.is_dir()
                and not any(
                    _is_skipped(part) for part in member.filename.split("/") if part != ".."
                )
            ]
            if len(members) > MAX_MEMBERS:
                yield Refusal(*base, f"holds more than {MAX_MEMBERS:,} files. Unpack it in parts.")
                return
            if not members:
                yield Refusal(*base, f"is an archive without files. {_WANTED}")
                return
            opened = [_open_member(file, archive, member, limit, scratch) for member in members]
    except (_TooLargeError, zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError) as error:
        yield Refusal(*base, f"is a zip archive that {_say(error)}")
        return
    yield from opened
    yield Archive(*base, len(members))


def _open_member(
    file: LandingFile,
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    limit: _Limit,
    scratch: Path,
) -> Content | Refusal:
    path = f"{file.path}!{member.filename}"
    draft = scratch / f"{hashlib.sha256(path.encode()).hexdigest()}.unpacking"
    try:
        with archive.open(member) as packed, draft.open("wb") as copy:
            sha256, facts = _examine(packed, copy, limit)
    except (RuntimeError, zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError) as error:
        draft.unlink(missing_ok=True)
        reason = f"cannot be unpacked: {error}. Unpack the archive into the landing folder."
        return Refusal(path, "", member.file_size, file.modified_at, reason)
    except _TooLargeError:
        draft.unlink(missing_ok=True)
        raise
    return _keep(draft, scratch, path, sha256, member.file_size, file.modified_at, facts)
