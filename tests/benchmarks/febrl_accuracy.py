"""Add to the page of accuracy how well people of the FEBRL data sets are told apart.

``python -m tests.benchmarks.febrl_accuracy docs/accuracy.md``, as ``make accuracy`` does.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.dbt_project.febrl import febrl, precision_and_recall
from tests.dbt_project.identity_project import IdentityProject

SETS = {
    1: "one file, one duplicate each",
    2: "one file, up to 5 duplicates",
    3: "one file, up to 5 duplicates, more errors",
}
TWO_FILES = 4


def two_files_but(*unstated: str) -> list[dict]:
    """Return set 4, two files of the same people, the second without these columns."""
    records = febrl(TWO_FILES)
    for record in records:
        if "dup" in record["record_ref"]:
            record |= {"source": "shop", **dict.fromkeys(unstated)}
    return records


def data_sets() -> Iterator[tuple[str, list[dict]]]:
    """Yield each data set with its name."""
    for number, description in SETS.items():
        yield f"{number}: {description}", febrl(number)
    yield "4: two files", two_files_but()
    yield "4: national ids in one file only", two_files_but("national_id")
    yield (
        "4: days of birth and national ids in one file only",
        two_files_but("national_id", "birth_date"),
    )


def section() -> Iterator[str]:
    """Yield the lines of the section."""
    yield ""
    yield "## FEBRL"
    yield ""
    yield (
        "Records of people made up for tests of record linkage, with slips of the keyboard, names "
        "swapped and values missing; shipped rules and parameters, pairs after closure. A family "
        "name with an address may be anybody's of the household, so the last line cannot be "
        "complete."
    )
    yield ""
    yield "| data set | records | precision | recall |"
    yield "|---|---:|---:|---:|"
    with tempfile.TemporaryDirectory() as folder:
        project = IdentityProject(Path(folder) / "project")
        for name, records in data_sets():
            found = project.resolve(records)
            precision, recall = precision_and_recall({ref: row[0] for ref, row in found.items()})
            yield f"| {name} | {len(records):,} | {precision:.4f} | {recall:.4f} |"


def main() -> None:
    """Append the section to the page that the argument names."""
    page = Path(sys.argv[1])
    content = page.read_text(encoding="utf-8")
    page.write_text(content + "\n".join(section()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
