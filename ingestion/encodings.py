"""Character encodings: which one a text is in, and the text in UTF-8.

Never guessed from the machine's locale. A byte order mark decides; else valid UTF-8 is UTF-8; else
the bytes above 127 tell: in pairs and valid GB18030 they are Chinese, in runs Cyrillic, scattered
they are Western European.
"""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from ingestion.containers import Content
from ingestion.magic import CHUNK_BYTES, HEAD_BYTES

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_CYRILLIC_RUN = re.compile(rb"[\xc0-\xff]{3,}")
_SAMPLE_BYTES = 1 << 20


@dataclass(frozen=True)
class Text:
    """A text in UTF-8: where it stands, how it was encoded, what was mended."""

    local: Path
    encoding: str
    head: str
    note: str | None = None


def read_text(content: Content, scratch: Path) -> Text:
    """Return ``content`` as UTF-8, transcoded into ``scratch`` where it is anything else."""
    encoding, mark = _find_encoding(content)
    facts = content.text
    head = facts.head[len(mark) :]
    lone_returns = b"\r" in facts.head and b"\n" not in facts.head
    is_plain = encoding == "utf-8" and facts.is_utf8 and not facts.nul_count and not lone_returns
    if is_plain:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
        return Text(content.local, encoding, text)
    local = scratch / f"{content.sha256}.utf8"
    note = _transcode(content.local, local, encoding, len(mark), lone_returns)
    with local.open("rb") as file:
        text = codecs.getincrementaldecoder("utf-8")().decode(file.read(HEAD_BYTES))
    return Text(local, encoding, text, note)


def _find_encoding(content: Content) -> tuple[str, bytes]:
    head = content.text.head
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, mark
    if content.text.nul_count > content.size_bytes // 4 or _is_wide(head):
        even, odd = head[0::2].count(0), head[1::2].count(0)
        return ("utf-16-be" if even > odd else "utf-16-le"), b""
    if content.text.is_utf8:
        return "utf-8", b""
    return _guess_encoding(content.local), b""


def _is_wide(head: bytes) -> bool:
    """Return whether nearly every other byte is zero, as in UTF-16 text of Western letters."""
    halves = (head[0::2], head[1::2])
    shares = [half.count(0) / max(len(half), 1) for half in halves]
    return max(shares) > 0.4 and min(shares) < 0.05


def _guess_encoding(path: Path) -> str:
    sample = b"".join(_sample_high_lines(path))
    damaged = sample.decode("utf-8", "replace")
    wide_count = sum(character > "\x7f" for character in damaged)
    if wide_count and damaged.count("\ufffd") <= wide_count * 0.1:
        return "utf-8"
    runs = _HIGH_RUN.findall(sample)
    high_bytes = sum(len(run) for run in runs)
    paired = sum(len(run) for run in runs if len(run) % 2 == 0)
    if high_bytes and paired / high_bytes >= 0.6 and _decodes(path, "gb18030"):
        return "gb18030"
    cyrillic = sum(len(run) for run in _CYRILLIC_RUN.findall(sample))
    return "cp1251" if high_bytes and cyrillic / high_bytes >= 0.6 else "cp1252"


def _sample_high_lines(path: Path) -> list[bytes]:
    """Return the first lines that hold bytes above 127, up to a size."""
    lines: list[bytes] = []
    size = 0
    with path.open("rb") as file:
        while size < _SAMPLE_BYTES and (line := file.readline(_SAMPLE_BYTES)):
            if not line.isascii():
                lines.append(line)
                size += len(line)
    return lines


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with path.open("rb") as file:
        try:
            while chunk := file.read(CHUNK_BYTES):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _transcode(
    source: Path, target: Path, encoding: str, skip_bytes: int, lone_returns: bool
) -> str | None:
    """Write ``source`` as UTF-8 without zero characters; return what had to be mended."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    replaced = zeros = 0
    with source.open("rb") as reader, target.open("w", encoding="utf-8", newline="") as writer:
        reader.seek(skip_bytes)
        while True:
            chunk = reader.read(CHUNK_BYTES)
            text = decoder.decode(chunk, final=not chunk)
            replaced += text.count("\ufffd")
            zeros += text.count("\0")
            text = text.replace("\0", "")
            # half a surrogate pair cannot be written
            text = text.encode("utf-8", "replace").decode("utf-8")
            writer.write(text.replace("\r", "\n") if lone_returns else text)
            if not chunk:
                break
    notes = []
    if replaced:
        notes.append(f"{replaced} characters are not valid {encoding} and were replaced")
    if zeros:
        notes.append(f"{zeros} NUL bytes were removed")
    return "; ".join(notes) or None
