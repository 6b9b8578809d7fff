"""The code location, loaded once: it takes seconds."""

import dagster as dg
import pytest


@pytest.fixture(scope="session")
def definitions(isolated_environment: object) -> dg.Definitions:
    from orchestration.definitions import defs

    return defs()
