"""The quarantine folder: for every file that was not loaded, why, and what to do.

Landing files stay where they are and are not copied; the folder holds reasons only, a text for
people and a JSON for programs, and loses them when the file is mended or gone.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from ingestion.audit import FileRecord

_SUFFIXES = (".reason.txt", ".reason.json")
_UNSAFE = re.compile(r"[^\w.-]+")


def _stem(record: FileRecord) -> str:
    name = record.path.replace("!", "/").rpartition("/")[2]
    safe = _UNSAFE.sub("_", name).strip("._") or "file"
    return f"{record.sha256[:12] or 'unreadable'}-{safe[:80]}"


def write_reasons(folder: Path, records: Iterable[FileRecord]) -> list[Path]:
    """Make ``folder`` hold the reasons of exactly ``records``; return the texts for people."""
    folder.mkdir(parents=True, exist_ok=True)
    contents: dict[str, str] = {}
    stems: dict[str, int] = {}
    for record in sorted(records, key=lambda item: (item.path, item.sha256)):
        stem = _stem(record)
        stems[stem] = stems.get(stem, 0) + 1
        if stems[stem] > 1:
            stem = f"{stem}-{stems[stem]}"
        contents[f"{stem}.reason.txt"] = _text(record)
        contents[f"{stem}.reason.json"] = _json(record)
    for path in folder.iterdir():
        if path.name.endswith(_SUFFIXES) and path.name not in contents:
            path.unlink()
    for name, content in contents.items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != content:
            path.write_text(content, encoding="utf-8")
    return [folder / name for name in contents if name.endswith(".txt")]


def _text(record: FileRecord) -> str:
    recognised = f"recognised as: {record.format}\n" if record.format else ""
    return (
        f"file: {record.path}\n"
        f"size: {record.size_bytes:,} bytes\n"
        f"{recognised}\n"
        f"This file {record.reason}\n\n"
        "It is tried again when it changes, or when the formats or sources.yml do.\n"
    )


def _json(record: FileRecord) -> str:
    facts = {
        "path": record.path,
        "sha256": record.sha256,
        "size_bytes": record.size_bytes,
        "format": record.format,
        "source": record.source,
        "reason": record.reason,
    }
    return json.dumps(facts, ensure_ascii=False, indent=2) + "\n"
