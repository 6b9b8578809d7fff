"""Print the sheets of a workbook as JSON: ``workbook_reader.py FILE MAX_BYTES``.

Runs as a process of its own, started by :func:`ingestion.sheets.read_workbook`: a damaged workbook
may keep the parser busy for ever or ask for all memory, and must not take the load with it. It
imports nothing of the project, so that it starts at once.
"""

import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineWorkbook

# doubles hold every integer up to here; spreadsheets keep 15 digits
_EXACT_LIMIT = 10**15


def cell_text(value: Any) -> str:
    """Return a cell's value as text, numbers in full.

    A number too large to be exact is written with its exponent, so that an identifier that the
    spreadsheet damaged is seen as such.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        if abs(value) >= _EXACT_LIMIT:
            return f"{value:.14E}"
        return f"{value:.0f}" if float(value).is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        return f"{seconds // 3600}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"
    return str(value).replace("\0", "")


def read_sheets(path: str) -> list[dict[str, Any]]:
    """Return name and rows of the sheets that hold something; blank rows are left out."""
    sheets = []
    with CalamineWorkbook.from_path(path) as workbook:
        for name in workbook.sheet_names:
            values = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            rows = [[cell_text(value) for value in row] for row in values]
            kept = [row for row in rows if any(row)]
            if kept:
                sheets.append({"name": name, "rows": kept})
    return sheets


if __name__ == "__main__":
    limit = int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    try:
        found = read_sheets(sys.argv[1])
    except Exception as error:  # whatever the parser says is the reason the caller gives
        sys.exit(f"{type(error).__name__}: {error}")
    sys.stdout.buffer.write(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
