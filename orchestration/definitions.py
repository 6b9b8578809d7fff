"""The code location: everything that stands in ``defs/``."""

from pathlib import Path

import dagster as dg


@dg.definitions
def defs() -> dg.Definitions:
    """Return the assets, checks, job, schedule and sensor of the project."""
    return dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
