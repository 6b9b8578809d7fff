"""The page that benchmarks write."""

from dataclasses import dataclass


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
        "| subject | measured | against | ratio |",
        "|---|---:|---:|---:|",
        *(
            f"| {item.subject} | {item.measured} | {item.against} | {item.ratio} |"
            for item in comparisons
        ),
    ]
    return "\n".join(lines) + "\n"
