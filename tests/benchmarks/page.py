"""The page that benchmarks write."""

import os
import platform
from dataclasses import dataclass
from importlib.metadata import version

PACKAGES = ("duckdb", "dlt", "dbt-core", "dbt-duckdb", "numpy", "scipy")


@dataclass(frozen=True)
class Comparison:
    """One line of the page: what was measured, what it is held against, and how it came out."""

    subject: str
    measured: str
    against: str
    ratio: str


def as_markdown(comparisons: list[Comparison]) -> str:
    """Return the page of these comparisons."""
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`. Machines differ and so do their hours: the ratios count, each of "
        "two measurements of one run.",
        "",
        _machine(),
        "",
        "| subject | measured | against | ratio |",
        "|---|---:|---:|---:|",
        *(
            f"| {item.subject} | {item.measured} | {item.against} | {item.ratio} |"
            for item in comparisons
        ),
    ]
    return "\n".join(lines) + "\n"


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} on {platform.machine()}; "
        f"Python {platform.python_version()}, {packages}."
    )
