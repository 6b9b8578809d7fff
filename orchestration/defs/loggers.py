"""The logger through which a terminal follows a run."""

import logging

import dagster as dg

from orchestration.progress import LOGGER


@dg.logger(description="Events of a run, for the command that started it.")
def progress(context: dg.InitLoggerContext) -> logging.Logger:
    """Return the logger that ``orchestration.progress`` listens to."""
    return logging.getLogger(LOGGER)


@dg.definitions
def defs() -> dg.Definitions:
    """Return the loggers a run may ask for by name."""
    return dg.Definitions(loggers={"console": dg.colored_console_logger, "progress": progress})
