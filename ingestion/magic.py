"""What bytes tell before they are parsed: kind by their first ones, validity, length of lines."""

import hashlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import BinaryIO, Literal

import numpy as np

Kind = Literal["text", "workbook", "html", "parquet"]

CHUNK_BYTES = 1 << 20
HEAD_BYTES = 1 << 18
# a longer line is no row of any export
MAX_LINE_BYTES = 16 * 2**20
_BLOCK_BYTES = 1 << 16
_SEPARATORS = b",;|"
_HASHER = ThreadPoolExecutor(max_workers=1)

_FOREIGN_MAGIC = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF87a": "a GIF picture",
    b"GIF89a": "a GIF picture",
    b"%PDF": "a PDF document",
    b"SQLite format 3": "an SQLite database",
    b"Rar!\x1a": "a RAR archive",
    b"7z\xbc\xaf\x27": "a 7-Zip archive",
    b"BZh91AY&SY": "a bzip2 file",
    b"\x28\xb5\x2f\xfd": "a Zstandard file",
    b"\xfd7zXZ\0": "an XZ file",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"ARROW1": "an Arrow file",
    b"Obj\x01": "an Avro file",
}
WANTED = "Expected: a CSV, TSV, JSON, Parquet, Excel file, or a zip or gzip of them."


@dataclass(frozen=True)
class TextFacts:
    """What one pass over a text told: head, validity and oddities of its bytes.

    The cells of a simple text need no cleaning: it is ASCII without tabs, quotes and carriage
    returns, and no space stands beside a separator. Of such a text is also known whether a line
    ends with a separator.
    """

    head: bytes
    is_utf8: bool
    nul_count: int
    has_long_line: bool
    is_simple: bool = False
    has_open_line: bool = True


def examine(
    stream: BinaryIO,
    copy_to: BinaryIO | None = None,
    on_bytes: Callable[[int], None] | None = None,
) -> tuple[str, TextFacts]:
    """Return the SHA-256 and the facts of a stream, copying it on the way.

    ``on_bytes`` is told the size of every chunk before it is kept, and may raise to stop.
    """
    digest = _Digest()
    head = last = b""
    rest = b""
    is_utf8 = is_simple = True
    has_open_line = False
    nul_count = 0
    line_bytes = 0
    has_long_line = False
    while chunk := stream.read(CHUNK_BYTES):
        if on_bytes is not None:
            on_bytes(len(chunk))
        if copy_to is not None:
            copy_to.write(chunk)
        digest.update(chunk)
        if len(head) < HEAD_BYTES:
            head += chunk[: HEAD_BYTES - len(head)]
        is_ascii = chunk.isascii()
        if 0 in chunk:
            nul_count += chunk.count(b"\0")
        if is_simple := is_simple and is_ascii and not _has_any(chunk, b'\t\r"'):
            is_simple, is_open = _look_at_separators(last + chunk)
            has_open_line = has_open_line or is_open
        last = chunk[-1:]
        if is_utf8 and (rest or not is_ascii):
            is_utf8, rest = _continue_utf8(rest + chunk)
        newline = chunk.rfind(b"\n")
        line_bytes = len(chunk) - newline - 1 if newline >= 0 else line_bytes + len(chunk)
        has_long_line = has_long_line or line_bytes > MAX_LINE_BYTES
    facts = TextFacts(
        head,
        is_utf8 and not rest,
        nul_count,
        has_long_line,
        is_simple=is_simple and last != b" ",
        has_open_line=has_open_line or _has_any(last, _SEPARATORS),
    )
    return digest.hexdigest(), facts


class _Digest:
    """The SHA-256 of chunks, reckoned beside what else is done with them."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._updating: Future[None] | None = None

    def update(self, chunk: bytes) -> None:
        self._wait()
        if len(chunk) < CHUNK_BYTES:  # to hand it over would take longer
            self._digest.update(chunk)
        else:
            self._updating = _HASHER.submit(self._digest.update, chunk)

    def hexdigest(self) -> str:
        self._wait()
        return self._digest.hexdigest()

    def _wait(self) -> None:
        if self._updating is not None:
            self._updating.result()
            self._updating = None


def _has_any(chunk: bytes, characters: bytes) -> bool:
    return any(character in chunk for character in characters)


def _look_at_separators(chunk: bytes) -> tuple[bool, bool]:
    """Return whether no space stands beside a separator, and whether a line ends with one."""
    characters = np.frombuffer(chunk, np.uint8)
    has_open_line = False
    # a block stays in the processor's cache
    for start in range(0, len(characters), _BLOCK_BYTES):
        block = characters[start : start + _BLOCK_BYTES + 1]
        is_space = block == ord(" ")
        is_end = block == ord("\n")
        is_separator = block == _SEPARATORS[0]
        for separator in _SEPARATORS[1:]:
            is_separator |= block == separator
        has_open_line = has_open_line or bool((is_separator[:-1] & is_end[1:]).any())
        is_separator |= is_end
        if (is_space[1:] & is_separator[:-1]).any() or (is_space[:-1] & is_separator[1:]).any():
            return False, True
    return True, has_open_line


def _continue_utf8(data: bytes) -> tuple[bool, bytes]:
    """Return whether ``data`` is UTF-8 so far, and the bytes of its unfinished last character."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        is_unfinished = error.start >= len(data) - 3 and error.reason == "unexpected end of data"
        return is_unfinished, data[error.start :] if is_unfinished else b""
    return True, b""


def find_kind(head: bytes) -> Kind | Literal["zip", "gzip"] | None:
    """Return what a content is by its first bytes; None for what is no export."""
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


def is_blank(head: bytes) -> bool:
    """Return whether a content of this beginning holds nothing at all."""
    return not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")


def foreign_reason(head: bytes) -> str:
    """Say what a content that is no export is."""
    found = "a tar archive" if head[257:262] == b"ustar" else None
    for magic, name in _FOREIGN_MAGIC.items():
        if head.startswith(magic):
            found = name
    return f"is {found}, whatever its name says. {WANTED}"
