"""Benchmarks: ratios against a peer or a limit in the same run, and the page that shows them.

``make bench`` runs them; ``--page FILE`` writes what they measured.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks.page import Comparison, as_markdown


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer to write the page."""
    parser.addoption("--page", type=Path, help="write what was measured into this file")


@pytest.fixture(scope="session")
def comparisons(request: pytest.FixtureRequest) -> Iterator[list[Comparison]]:
    """Collect the lines of the page, and write it at the end when asked to."""
    found: list[Comparison] = []
    yield found
    if (page := request.config.getoption("page")) is not None:
        page.write_text(as_markdown(found), encoding="utf-8")
