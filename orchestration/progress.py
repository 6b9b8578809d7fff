"""Show a run in the terminal: a line per step, and what the running step does."""

import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.spinner import Spinner
from rich.text import Text

LOGGER = "omnimart.progress"
ERROR_LINES = 25


@contextmanager
def output_to(log: Path) -> Iterator[Console]:
    """Send whatever this process and its children print to ``log``.

    Yields a console on the terminal, the one thing that still prints there.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    terminal, errors = os.dup(1), os.dup(2)
    with log.open("w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    try:
        with os.fdopen(os.dup(terminal), "w") as stream:
            yield Console(file=stream, highlight=False)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os.dup2(terminal, 1)
        os.dup2(errors, 2)
        os.close(terminal)
        os.close(errors)


class StepProgress(logging.Handler):
    """Receives Dagster's events of a run and shows them on ``console``."""

    def __init__(self, console: Console) -> None:
        """Show events on ``console``."""
        super().__init__(logging.DEBUG)
        self._console = console
        self._spinner = Spinner("dots", "starting")
        self._started: dict[str, float] = {}
        self._counts: dict[str, int] = {}

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show that work is going on, and the events of the runs inside."""
        logger = logging.getLogger(LOGGER)
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
        logger.addHandler(self)
        try:
            with Live(
                self._spinner,
                console=self._console,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            ):
                yield
        finally:
            logger.removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Show one event; other log records are left to the log."""
        event = getattr(record, "dagster_meta", {}).get("dagster_event")
        if event is None or event.step_key is None:
            return
        step = event.step_key
        kind = event.event_type
        if kind == dg.DagsterEventType.STEP_START:
            self._started.setdefault(step, time.monotonic())
            self._counts[step] = 0
            self._spinner.update(text=_title(step))
        elif kind == dg.DagsterEventType.ASSET_MATERIALIZATION:
            self._advance(step, event.asset_key.path)
        elif kind == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            self._advance(step, event.asset_check_evaluation_data.asset_key.path)
        elif kind == dg.DagsterEventType.STEP_SUCCESS:
            self._finish(step, "[green]✓[/]")
        elif kind == dg.DagsterEventType.STEP_UP_FOR_RETRY:
            self._console.print(f"[yellow]↻[/] {_title(step)}: failed, trying again")
        elif kind == dg.DagsterEventType.STEP_FAILURE:
            self._finish(step, "[red]✗[/]")
            message = _indented(_message(event.step_failure_data.error))
            self._console.print(message, style="red", soft_wrap=True)
        elif kind == dg.DagsterEventType.STEP_SKIPPED:
            self._console.print(f"[dim]- {_title(step)}: not run, an earlier step failed[/]")

    def _advance(self, step: str, path: list[str]) -> None:
        self._counts[step] = self._counts.get(step, 0) + 1
        text = f"{_title(step)} [dim]{self._counts[step]}: {'.'.join(path)}[/]"
        self._spinner.update(text=Text.from_markup(text))

    def _finish(self, step: str, mark: str) -> None:
        seconds = time.monotonic() - self._started.pop(step, time.monotonic())
        self._console.print(f"{mark} {_title(step):<18} [dim]{seconds:6.1f} s[/]")


def _title(step: str) -> str:
    return step.replace("_", " ")


def _message(error: object) -> str:
    """Return the innermost message of a step's error: what went wrong, not where."""
    while getattr(error, "cause", None):
        error = error.cause
    return str(getattr(error, "message", error)).strip()


def _indented(message: str) -> str:
    lines = message.splitlines()
    shown = lines if len(lines) <= ERROR_LINES else [*lines[:ERROR_LINES], "..."]
    return escape("\n".join(f"  {line}" for line in shown))
