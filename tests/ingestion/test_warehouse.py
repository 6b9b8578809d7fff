import os
import subprocess
import sys
import time

import pytest

from ingestion.settings import PROJECT_ROOT, Settings
from ingestion.warehouse import LOCK_VARIABLE, WarehouseLockedError, connect, writer_lock

HOLD = """
import sys, time
from pathlib import Path
from ingestion.settings import Settings
from ingestion.warehouse import writer_lock
with writer_lock(Settings(data_dir=Path(sys.argv[1])), timeout=5):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def hold(settings: Settings, seconds: float, inherits: bool = False) -> subprocess.Popen:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT_ROOT)}
    if not inherits:
        environment.pop(LOCK_VARIABLE, None)
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(settings.data_dir), str(seconds)],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip


def test_the_lock_nests_in_one_process(settings: Settings) -> None:
    with writer_lock(settings), writer_lock(settings):
        assert LOCK_VARIABLE in os.environ
    assert LOCK_VARIABLE not in os.environ


def test_a_second_process_waits_and_says_what_for(settings: Settings) -> None:
    process = hold(settings, 60)
    try:
        assert process.stdout.readline() == "held\n"
        with (
            pytest.raises(WarehouseLockedError, match="another process"),
            writer_lock(settings, 0.5),
        ):
            pass
    finally:
        process.kill()
        process.wait()
    with writer_lock(settings, timeout=5):
        pass


def test_a_child_process_shares_the_lock_of_its_parent(settings: Settings) -> None:
    with writer_lock(settings):
        process = hold(settings, 0, inherits=True)
        assert process.stdout.readline() == "held\n"
        assert process.wait() == 0


def test_an_orphan_of_a_killed_writer_is_waited_for(settings: Settings) -> None:
    with writer_lock(settings):
        orphan = hold(settings, 1.5, inherits=True)
        assert orphan.stdout.readline() == "held\n"
    started = time.monotonic()
    with writer_lock(settings, timeout=30):
        assert orphan.wait() == 0
    assert time.monotonic() - started > 0.5


def test_sessions_reckon_in_utc(settings: Settings) -> None:
    connection = connect(settings)
    try:
        assert connection.execute("select current_setting('timezone')").fetchall() == [("UTC",)]
    finally:
        connection.close()
