"""Values written into SQL."""

import re
from pathlib import Path


def sql_text(text: str) -> str:
    """Return ``text`` as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def escape_glob(path: Path) -> str:
    """Return ``path`` so that DuckDB reads exactly it, whatever characters its folders hold."""
    return re.sub(r"([*?\[\]])", r"[\1]", str(path))
