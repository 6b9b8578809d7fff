"""Files of the landing folder, and the contents found in them.

A plain file is one content; a zip archive is one per member, a gzip file its decompressed one.
Contents are given content-hash names in a scratch folder, so that no file name is ever part of a
query or a glob pattern. What cannot be opened becomes a :class:`Refusal` that says why.
"""

import gzip
import hashlib
import lzma
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from ingestion.landing import LandingFile, is_skipped
from ingestion.magic import (
    CHUNK_BYTES,
    WANTED,
    Kind,
    TextFacts,
    examine,
    find_kind,
    foreign_reason,
    is_blank,
)
from ingestion.settings import Settings

MAX_MEMBERS = 10_000
# below this size even a file of one repeated character is harmless
FREE_BYTES = 10 * 2**20
# what the readers of archives raise for damaged or encrypted ones
_DAMAGE = (
    zipfile.BadZipFile,
    gzip.BadGzipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    RuntimeError,
    struct.error,
    ValueError,
)


@dataclass(frozen=True)
class Content:
    """One readable content: ``local`` is a path safe to hand to any reader.

    A table of several in a file has a path of its own, ``report.xlsx!Posts A2:F90``; ``file_path``
    is that of the file.
    """

    path: str
    sha256: str
    size_bytes: int
    modified_at: datetime
    kind: Kind
    local: Path
    text: TextFacts
    table: str | None = None

    @property
    def file_path(self) -> str:
        """Return the path of the file or member of an archive that the content is (part of)."""
        return self.path.removesuffix(f"!{self.table}") if self.table else self.path

    def part(self, table: str) -> "Content":
        """Return one table of this content, as a content of its own."""
        sha256 = hashlib.sha256(f"{self.sha256} {table}".encode()).hexdigest()
        return replace(self, path=f"{self.path}!{table}", sha256=sha256, table=table)


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
    """An archive whose members, or a file whose tables, stand for themselves."""

    path: str
    sha256: str
    size_bytes: int
    modified_at: datetime
    members: int


class ChangedWhileReadError(RuntimeError):
    """The file changed between listing and reading; the next run will see it whole."""


class _TooLargeError(ValueError):
    """A content exceeds a limit of the settings."""


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
            sha256, facts = examine(stream)
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


def _open_content(
    file: LandingFile, sha256: str, facts: TextFacts, scratch: Path, settings: Settings
) -> Iterator[Content | Refusal | Archive]:
    base = (file.path, sha256, file.size_bytes, file.modified_at)
    kind = find_kind(facts.head)
    if kind == "zip":
        yield from _open_zip(file, sha256, facts, scratch, settings)
    elif kind == "gzip":
        yield _open_gzip(file, sha256, scratch, settings)
    elif kind is None:
        yield Refusal(*base, foreign_reason(facts.head))
    elif is_blank(facts.head):
        yield Refusal(*base, f"is empty. {WANTED}")
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
            sha256, facts = examine(gzip.GzipFile(fileobj=stream), copy, limit.take)
    except (_TooLargeError, *_DAMAGE) as error:
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
    kind = find_kind(facts.head)
    if kind == "zip" and _is_workbook(draft):
        kind = "workbook"
    reason = None
    if kind in {"zip", "gzip"}:
        reason = "is an archive inside an archive. Unpack the outer one into the landing folder."
    elif kind is None:
        reason = foreign_reason(facts.head)
    elif is_blank(facts.head):
        reason = f"is empty. {WANTED}"
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
                and not any(is_skipped(part) for part in member.filename.split("/") if part != "..")
            ]
            if len(members) > MAX_MEMBERS:
                yield Refusal(*base, f"holds more than {MAX_MEMBERS:,} files. Unpack it in parts.")
                return
            if not members:
                yield Refusal(*base, f"is an archive without files. {WANTED}")
                return
            opened = [_open_member(file, archive, member, limit, scratch) for member in members]
    except (_TooLargeError, *_DAMAGE) as error:
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
            sha256, facts = examine(packed, copy, limit.take)
    except _TooLargeError:
        draft.unlink(missing_ok=True)
        raise
    except _DAMAGE as error:
        draft.unlink(missing_ok=True)
        reason = f"cannot be unpacked: {error}. Unpack the archive into the landing folder."
        return Refusal(path, "", member.file_size, file.modified_at, reason)
    return _keep(draft, scratch, path, sha256, member.file_size, file.modified_at, facts)
