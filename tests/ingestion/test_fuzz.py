"""Damaged exports: whatever became of a file on its way, it is decided, and every row counted.

A hundred of them run with the tests, ten thousand by `make fuzz`.
"""

import csv
import gzip
import io
import os
import signal
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from types import FrameType

import pytest

from ingestion.inspection import Inspection, inspect_file
from ingestion.settings import PROJECT_ROOT, Settings
from tests.ingestion.format_reader import SHARED_EXPORTS

FILES = int(os.environ.get("OMNIMART_FUZZ_FILES", "96"))
BATCHES = 12
LONGEST_SECONDS = 10
# Enough of a file to have every trap of its format, little enough to read thousands of them.
HEAD_BYTES = 40_000
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "gb18030", "cp1252", "cp1251", "latin-1")
SCRAPS = (
    b'"',
    b"\0",
    b"\r",
    b"\n\n",
    b",,,",
    b"\t",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"{",
    b"]",
    b"'",
)

Damage = Callable[[bytes, Random], bytes]


def flip_bytes(content: bytes, chance: Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 3, 40))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def cut(content: bytes, chance: Random) -> bytes:
    return content[: chance.randrange(len(content))]


def lose_a_piece(content: bytes, chance: Random) -> bytes:
    first, last = sorted(chance.randrange(len(content)) for _ in range(2))
    return content[:first] + content[last:]


def insert_scraps(content: bytes, chance: Random) -> bytes:
    for _ in range(chance.choice((1, 5))):
        place = chance.randrange(len(content))
        content = content[:place] + chance.choice(SCRAPS) + content[place:]
    return content


def repeat_lines(content: bytes, chance: Random) -> bytes:
    lines = content.splitlines(keepends=True)
    place = chance.randrange(len(lines))
    return b"".join([*lines[:place], *lines[place : place + 3] * chance.choice((2, 50)),
                     *lines[place:]])  # fmt: skip


def shuffle_lines(content: bytes, chance: Random) -> bytes:
    lines = content.splitlines(keepends=True)
    chance.shuffle(lines)
    return b"".join(lines)


def encode_anew(content: bytes, chance: Random) -> bytes:
    return as_text(content).encode(chance.choice(ENCODINGS), "replace")


def swap_columns(content: bytes, chance: Random) -> bytes:
    text = as_text(content)
    delimiter = max(",\t;", key=text.count)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    order = list(range(max(map(len, rows))))
    chance.shuffle(order)
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter).writerows(
        [row[place] for place in order if place < len(row)] for row in rows
    )
    return written.getvalue().encode()


def end_lines_otherwise(content: bytes, chance: Random) -> bytes:
    return content.replace(b"\r\n", b"\n").replace(b"\n", chance.choice((b"\r\n", b"\r", b"\n\n")))


def as_text(content: bytes) -> str:
    for encoding in ("utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig",
                     "gb18030"):  # fmt: skip
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


OF_BYTES: tuple[Damage, ...] = (flip_bytes, cut, lose_a_piece, insert_scraps)
OF_TEXT: tuple[Damage, ...] = (
    *OF_BYTES, repeat_lines, shuffle_lines, encode_anew, swap_columns, end_lines_otherwise,
)  # fmt: skip


def samples() -> list[Path]:
    """Return the exports that are damaged: the shipped ones, and those beside the project."""
    folders = (PROJECT_ROOT / "seeds" / "sample", SHARED_EXPORTS / "reconstructed")
    return sorted(path for folder in folders for path in folder.rglob("*.*") if path.is_file())


def damaged(path: Path, chance: Random) -> tuple[str, bytes]:
    """Return the name and content of a damaged copy."""
    content, name = path.read_bytes(), path.name
    if content.startswith(b"\x1f\x8b"):
        text = gzip.decompress(content)[:HEAD_BYTES]
        if chance.random() < 0.7:
            return name, gzip.compress(damage(text, OF_TEXT, chance), 1)
        return name, damage(gzip.compress(text, 1), OF_BYTES, chance)
    if content.startswith((b"PK", b"\xd0\xcf")):
        return name, damage(content, OF_BYTES, chance)
    if chance.random() < 0.1:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as packed:
            packed.writestr(name, damage(content[:HEAD_BYTES], OF_TEXT, chance))
        return f"{name}.zip", archive.getvalue()
    return name, damage(content[:HEAD_BYTES], OF_TEXT, chance)


def damage(content: bytes, kinds: tuple[Damage, ...], chance: Random) -> bytes:
    for _ in range(chance.choice((1, 1, 2, 4))):
        if content.strip():
            content = chance.choice(kinds)(content, chance)
    return content


@contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """Stop what takes longer: of the processor's time, for others run beside; six times of all."""

    def stop(_: int, __: FrameType | None) -> None:
        raise TimeoutError(f"not decided after {seconds} seconds")

    before = {number: signal.signal(number, stop) for number in (signal.SIGPROF, signal.SIGALRM)}
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, 6 * seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)


def check(inspection: Inspection) -> None:
    assert inspection.status in {"loaded", "ignored", "quarantined"}
    assert inspection.status == "loaded" or inspection.reason
    accounted = inspection.rows_loaded + inspection.rows_rejected + inspection.rows_ignored
    assert inspection.rows_read == accounted
    assert sum(row.rows for row in inspection.rejected) == inspection.rows_rejected
    assert all(row.reason for row in inspection.rejected)
    for member in inspection.members:
        check(member)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_damaged_file_is_decided_and_every_row_counted(batch: int, tmp_path: Path) -> None:
    settings, paths = Settings(data_dir=tmp_path / "data"), samples()
    for number in range(batch, FILES, BATCHES):
        chance = Random(number)
        name, content = damaged(chance.choice(paths), chance)
        path = tmp_path / name
        path.write_bytes(content)
        try:
            with time_limit(LONGEST_SECONDS):
                check(inspect_file(path, settings))
        except BaseException as error:
            error.add_note(f"file {number}: {name}")
            raise
        path.unlink()
