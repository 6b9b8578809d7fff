"""Hand finished marts to readers: a new folder per version and one link, swapped whole.

::

    published/versions/<version>/omnimart.duckdb    read-only, never touched again
    published/current -> versions/<version>         a link to the folder, replaced atomically

A reader opens ``current/omnimart.duckdb`` and keeps the version it opened; the next open sees the
next version. Nothing is ever written where a reader may look, so readers are never locked and
never see half a refresh. A killed publication leaves only hidden folders, removed by the next one.
The caller holds the writer lock of the warehouse.
"""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

FILE_NAME = "omnimart.duckdb"
SCHEMA = "marts"
KEPT_VERSIONS = 3

_UNFINISHED = ".unfinished-"


@dataclass(frozen=True)
class TableComment:
    """What the published file says about a table: its description and its columns'."""

    description: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Publication:
    """A version readers now see: its file, and the rows of each mart in it."""

    version: str
    path: Path
    rows: Mapping[str, int]


def publish(
    warehouse: Path,
    published: Path,
    version: str,
    comments: Mapping[str, TableComment] | None = None,
    keep: int = KEPT_VERSIONS,
) -> Publication:
    """Copy the marts of ``warehouse`` into a new version and let readers see it.

    ``version`` names the new folder; names sort by age. The newest ``keep`` versions stay. Raises
    ``duckdb.Error`` when the warehouse cannot be read and ``OSError`` when the version exists;
    ``current`` is then what it was.
    """
    remove_leftovers(published)
    versions = published / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    unfinished = versions / f"{_UNFINISHED}{version}"
    unfinished.mkdir()
    rows = build_file(warehouse, unfinished / FILE_NAME, comments or {})
    _flush(unfinished)

    folder = versions / version
    unfinished.rename(folder)
    _flush(versions)
    _point_current_at(published, folder)
    _remove_old_versions(published, keep)
    return Publication(version=version, path=folder / FILE_NAME, rows=rows)


def build_file(
    warehouse: Path, target: Path, comments: Mapping[str, TableComment]
) -> dict[str, int]:
    """Write the marts of ``warehouse`` to the new file ``target`` and return their row counts.

    The file is complete on disk, without a write-ahead log, and read-only when this returns.
    """
    rows: dict[str, int] = {}
    with duckdb.connect(str(target)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach {_text(str(warehouse))} as warehouse (read_only)")
        connection.execute(f"create schema {SCHEMA}")
        for table in _marts(connection):
            name = _identifier(table)
            connection.execute(
                f"create table {SCHEMA}.{name} as select * from warehouse.{SCHEMA}.{name}"
            )
            count = connection.execute(f"select count(*) from {SCHEMA}.{name}").fetchall()
            rows[table] = count[0][0]
            _comment(connection, table, comments.get(table, TableComment()))
        connection.execute("detach warehouse")
        connection.execute("checkpoint")
    if target.with_name(target.name + ".wal").exists():
        raise RuntimeError(f"{target} still has a write-ahead log after its checkpoint")
    _flush(target)
    target.chmod(0o444)
    return rows


def current_file(published: Path) -> Path | None:
    """Return the file readers open, or None when nothing has been published yet."""
    path = published / "current" / FILE_NAME
    return path if path.exists() else None


def current_version(published: Path) -> str | None:
    """Return the name of the version readers see, or None when nothing has been published yet."""
    return (published / "current").resolve().name if current_file(published) else None


def remove_leftovers(published: Path) -> None:
    """Remove what a killed publication left behind: unfinished folders and unswapped links."""
    for link in published.glob(f"{_UNFINISHED}*"):
        link.unlink()
    for folder in (published / "versions").glob(f"{_UNFINISHED}*"):
        _remove_folder(folder)


def _marts(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        "select table_name from information_schema.tables"
        " where table_catalog = 'warehouse' and table_schema = ? order by table_name",
        [SCHEMA],
    ).fetchall()
    return [table for (table,) in rows]


def _comment(connection: duckdb.DuckDBPyConnection, table: str, comment: TableComment) -> None:
    name = f"{SCHEMA}.{_identifier(table)}"
    statements = []
    if comment.description:
        statements.append(f"comment on table {name} is {_text(comment.description)}")
    for (column,) in connection.execute(
        "select column_name from information_schema.columns"
        " where table_catalog = current_database() and table_schema = ? and table_name = ?",
        [SCHEMA, table],
    ).fetchall():
        if description := comment.columns.get(column):
            statements.append(
                f"comment on column {name}.{_identifier(column)} is {_text(description)}"
            )
    if statements:
        connection.execute(";".join(statements))


def _point_current_at(published: Path, folder: Path) -> None:
    link = published / f"{_UNFINISHED}current"
    link.unlink(missing_ok=True)
    link.symlink_to(folder.relative_to(published), target_is_directory=True)
    os.replace(link, published / "current")
    _flush(published)


def _remove_old_versions(published: Path, keep: int) -> None:
    current = (published / "current").resolve()
    versions = sorted(path for path in (published / "versions").iterdir() if path.is_dir())
    for folder in versions[: -max(keep, 1)]:
        if folder.resolve() != current:
            _remove_folder(folder)


def _remove_folder(folder: Path) -> None:
    """Remove ``folder``, hidden first, so that a kill leaves no half-removed version behind."""
    if not folder.name.startswith(_UNFINISHED):
        folder = folder.rename(folder.with_name(f"{_UNFINISHED}{folder.name}"))
    shutil.rmtree(folder)


def _flush(path: Path) -> None:
    """Bring a file or a folder's entries to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
