"""What the models need from DuckDB beyond SQL: phone numbers, the identity key, the one writer.

dbt-duckdb loads this module as its plugin (see ``profiles.yml``). It

- takes the warehouse's writer lock before the file is opened, so that a ``dbt build`` typed by
  hand and a scheduled refresh never write at once;
- keeps the models to ``OMNIMART_MODEL_MEMORY``, where that is set;
- registers ``e164(phone, default_region)`` and ``matches_pattern(text, pattern)``, scalar functions
  on text;
- sets the variable ``identity_key`` on every cursor, so that the key stands in no compiled SQL, and
  ``library_versions``, since another release may read a phone number in another way.
"""

from concurrent.futures import Future
from functools import lru_cache
from pathlib import Path
from threading import Event, Thread
from typing import Any

import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection
from duckdb.sqltypes import BOOLEAN, VARCHAR

from ingestion.settings import get_settings
from ingestion.warehouse import writer_lock


@lru_cache(maxsize=200_000)
def to_e164(phone: str, default_region: str | None) -> str | None:
    """Return ``phone`` as E.164 (``+14155550123``), or None when it is no valid number.

    ``default_region`` is the two-letter country of a number written without one. ``00`` at the
    start counts as ``+``, and digits that are only valid with a ``+`` before them as international.
    """
    text = phone.strip()
    if text.startswith("00"):
        text = f"+{text[2:]}"
    candidates = [(text, default_region)]
    if not text.startswith("+"):
        candidates.append((f"+{text}", None))
    for candidate, region in candidates:
        try:
            number = phonenumbers.parse(candidate, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


def e164(phones: pa.ChunkedArray, default_regions: pa.ChunkedArray) -> pa.Array:
    """Return the E.164 form of each phone; both arguments are columns of text of equal length."""
    return pa.array(
        (
            to_e164(phone, region) if phone else None
            for phone, region in zip(phones.to_pylist(), default_regions.to_pylist(), strict=True)
        ),
        type=pa.string(),
    )


def matches_pattern(texts: pa.ChunkedArray, patterns: pa.ChunkedArray) -> pa.ChunkedArray:
    """Say of each text whether it contains a match of its pattern; null when either is null.

    DuckDB compiles a pattern that stands in a column anew for every row, which takes far longer
    than to match it. Here each is compiled once for all rows of a batch.
    """
    matches = pa.nulls(len(texts), pa.bool_())
    for pattern in pc.unique(patterns).to_pylist():
        if pattern is not None:
            found = pc.match_substring_regex(texts, pattern)
            matches = pc.if_else(pc.equal(patterns, pattern), found, matches)
    return matches


@lru_cache(maxsize=1)
def hold_writer_lock() -> None:
    """Take the writer lock once; the process keeps it until it ends.

    dbt opens and closes the file several times in a run, from threads that come and go, and the
    lock belongs to the thread that takes it: so one thread is started to hold it. Raises
    ``WarehouseLockedError`` when the lock stays taken.
    """
    is_taken: Future[None] = Future()

    def hold() -> None:
        try:
            with writer_lock(get_settings()):
                is_taken.set_result(None)
                Event().wait()
        except Exception as error:
            is_taken.set_exception(error)

    Thread(target=hold, name="warehouse writer lock", daemon=True).start()
    is_taken.result()


class Plugin(BasePlugin):
    """The DuckDB side of the omnimart models."""

    def update_connection_config(self, creds: DuckDBCredentials, config: dict[str, Any]) -> None:
        """Wait for the writer lock when the file about to be opened is the warehouse."""
        if Path(creds.path).resolve() == get_settings().warehouse_path.resolve():
            hold_writer_lock()

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register the functions and limit memory: both belong to the database, not to a cursor."""
        if memory := get_settings().model_memory:
            conn.execute("set memory_limit = ?", [memory])
            # to keep rows in order, whole tables are held until they can be written
            conn.execute("set preserve_insertion_order = false")
        conn.create_function(
            "e164", e164, [VARCHAR, VARCHAR], VARCHAR, type="arrow", null_handling="special"
        )
        conn.create_function(
            "matches_pattern",
            matches_pattern,
            [VARCHAR, VARCHAR],
            BOOLEAN,
            type="arrow",
            null_handling="special",
        )

    def configure_cursor(self, cursor: DuckDBPyConnection) -> None:
        """Set the variables, which a cursor does not inherit."""
        cursor.execute("set variable identity_key = ?", [get_settings().identity_key_value()])
        cursor.execute("set variable library_versions = ?", [phonenumbers.__version__])
