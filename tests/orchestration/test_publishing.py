"""Readers of the published marts never wait, never see half a version and lose nothing."""

from pathlib import Path

import duckdb
import pytest

from orchestration.publishing import (
    FILE_NAME,
    TableComment,
    build_file,
    current_file,
    current_version,
    publish,
    remove_leftovers,
)


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    fill(path, 3)
    return path


def fill(path: Path, orders: int) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema if not exists marts")
        connection.execute("create schema if not exists raw_shop")
        connection.execute("create or replace table raw_shop.people as select 'a@b.c' as email")
        connection.execute(
            "create or replace table marts.fct_orders as"
            f" select range as order_id, 9.99::decimal(18,2) as net from range({orders})"
        )


def versions(published: Path) -> list[str]:
    return sorted(path.name for path in (published / "versions").iterdir())


def count(path: Path) -> int:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute("select count(*) from marts.fct_orders").fetchall()[0][0]


def test_the_marts_and_nothing_else_are_copied(warehouse: Path, tmp_path: Path) -> None:
    publication = publish(warehouse, tmp_path / "published", "1")
    assert publication.rows == {"fct_orders": 3}
    with duckdb.connect(str(publication.path), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables"
        ).fetchall()
        types = connection.execute("select typeof(net) from marts.fct_orders limit 1").fetchall()
    assert tables == [("marts", "fct_orders")]
    assert types == [("DECIMAL(18,2)",)]


def test_the_file_is_closed_read_only_and_whole(warehouse: Path, tmp_path: Path) -> None:
    publication = publish(warehouse, tmp_path / "published", "1")
    assert publication.path.stat().st_mode & 0o777 == 0o444
    assert [path.name for path in publication.path.parent.iterdir()] == [FILE_NAME]


def test_comments_reach_readers(warehouse: Path, tmp_path: Path) -> None:
    comments = {"fct_orders": TableComment("What was sold, it's net.", {"net": "Without tax."})}
    publication = publish(warehouse, tmp_path / "published", "1", comments)
    with duckdb.connect(str(publication.path), read_only=True) as connection:
        table = connection.execute("select comment from duckdb_tables()").fetchall()
        columns = connection.execute(
            "select column_name, comment from duckdb_columns() where schema_name = 'marts'"
        ).fetchall()
    assert table == [("What was sold, it's net.",)]
    assert dict(columns) == {"order_id": None, "net": "Without tax."}


def test_current_is_a_link_to_the_newest_version(warehouse: Path, tmp_path: Path) -> None:
    published = tmp_path / "published"
    assert current_file(published) is None
    publish(warehouse, published, "1")
    fill(warehouse, 5)
    publish(warehouse, published, "2")
    assert (published / "current").is_symlink()
    assert current_version(published) == "2"
    assert count(current_file(published)) == 5


def test_a_reader_keeps_the_version_it_opened(warehouse: Path, tmp_path: Path) -> None:
    published = tmp_path / "published"
    publish(warehouse, published, "0")
    reader = duckdb.connect(str(current_file(published)), read_only=True)
    for version in range(1, 6):
        fill(warehouse, 10 + version)
        publish(warehouse, published, str(version))
    assert reader.execute("select count(*) from marts.fct_orders").fetchall() == [(3,)]
    reader.close()


def test_the_last_three_versions_are_kept(warehouse: Path, tmp_path: Path) -> None:
    published = tmp_path / "published"
    for version in range(5):
        publish(warehouse, published, str(version))
    assert versions(published) == ["2", "3", "4"]


def test_the_current_version_is_kept_however_old(warehouse: Path, tmp_path: Path) -> None:
    published = tmp_path / "published"
    for version in ("7", "8", "9"):
        publish(warehouse, published, version)
    publish(warehouse, published, "1")  # a clock set back: sorts before the rest
    assert current_version(published) == "1"
    assert "1" in versions(published)


def test_a_killed_publication_changes_nothing_and_is_cleaned(
    warehouse: Path, tmp_path: Path
) -> None:
    published = tmp_path / "published"
    publish(warehouse, published, "1")
    unfinished = published / "versions" / ".unfinished-2"
    unfinished.mkdir()
    build_file(warehouse, unfinished / FILE_NAME, {})
    (published / ".unfinished-current").symlink_to("versions/.unfinished-2")
    assert current_version(published) == "1"
    remove_leftovers(published)
    assert versions(published) == ["1"]
    assert not (published / ".unfinished-current").is_symlink()


def test_a_failed_publication_leaves_readers_where_they_were(
    warehouse: Path, tmp_path: Path
) -> None:
    published = tmp_path / "published"
    publish(warehouse, published, "1")
    with pytest.raises(duckdb.Error):
        publish(tmp_path / "missing.duckdb", published, "2")
    assert current_version(published) == "1"
    assert count(current_file(published)) == 3
    publish(warehouse, published, "3")
    assert versions(published) == ["1", "3"]
