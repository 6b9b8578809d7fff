"""A landing folder to drop files into, and loads of everything in it."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import duckdb
import pytest

from ingestion.loading import FAMILIES, AuditSummary, close_audit, load_family
from ingestion.scratch import open_scratch
from ingestion.settings import Settings
from ingestion.warehouse import connect
from tests.ingestion.format_reader import FormatReader, Write, write_lines

Query = Callable[[str], list[tuple]]


class Landing:
    """Drops files into the landing folder and loads them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.folder = settings.landing_dir
        self.folder.mkdir(parents=True)

    def drop(self, name: str, content: str | bytes, day: str = "2026-07-01") -> Path:
        """Write a file as if it had been exported on ``day``."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        self.date(path, day)
        return path

    @staticmethod
    def date(path: Path, day: str) -> None:
        """Set the modification time of a file."""
        moment = datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()
        os.utime(path, (moment, moment), follow_symlinks=False)

    def load(self, *families: str) -> AuditSummary:
        """Load the families, all of them by default, and close the audit."""
        for family in families or FAMILIES:
            load_family(self.settings, family)
        return close_audit(self.settings)

    def query(self, sql: str) -> list[tuple]:
        """Return the rows of a query on the warehouse."""
        connection = connect(self.settings, read_only=True)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def statuses(self) -> dict[str, str]:
        """Return the status of each path in the ledger."""
        return dict(self.query("select path, status from raw_audit.files"))

    def reason(self, path: str) -> str:
        """Return why a file is not loaded, or what its ledger row notes."""
        for known_path, reason in self.query("select path, reason from raw_audit.files"):
            if known_path == path:
                return reason
        raise KeyError(path)


@pytest.fixture
def landing(settings: Settings) -> Landing:
    return Landing(settings)


@pytest.fixture(scope="session")
def values(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = open_scratch(tmp_path_factory.mktemp("scratch"))
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> FormatReader:
    return FormatReader(tmp_path_factory.mktemp("scratch"))


@pytest.fixture
def write(tmp_path: Path) -> Write:
    return partial(write_lines, tmp_path)
