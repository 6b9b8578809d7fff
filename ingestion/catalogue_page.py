"""The catalogue as a page: what each export format is known by, holds and needs."""

from collections.abc import Iterator

from ingestion.catalogue import FAMILIES, Catalogue, Format

_TITLES = {
    "ads": "Advertising",
    "social": "Social and search, unpaid",
    "messaging": "E-mail and messaging",
    "crm": "Customer relations",
    "pos": "Shops and tills",
    "web": "Web analytics",
}
KNOWLEDGE = {
    "R": "real files were read",
    "T": "parsers and tests that others wrote against real files",
    "D": "the vendor's documentation or source code",
    "M": "memory: a hypothesis, read with tolerance",
}
_WIDEST_LIST = 8


def as_markdown(catalogue: Catalogue) -> str:
    """Return the page of all formats, by family and vendor."""
    formats = sorted(catalogue.formats.values(), key=lambda each: (each.vendor.casefold(), each.id))
    vendors = {each.vendor for each in formats}
    lines = [
        "# Formats",
        "",
        f"{len(formats)} export formats of {len(vendors)} systems, read from "
        "`ingestion/formats/*.yml` and written here by `omnimart formats --page docs/formats.md`.",
        "A file is recognised by its columns, whatever its name, language, encoding or container.",
        "",
        "How a format is known: "
        + "; ".join(f"**{letter}** {text}" for letter, text in KNOWLEDGE.items())
        + ".",
        "",
        "*Recognised by* names columns that must be there; of a group in brackets, one. *One row "
        "per* is the grain: of the same grain the newest export counts. *Needed* are columns "
        "without which a file is quarantined. Times without a zone are in that of the account "
        "(`sources.yml`) where none is named.",
    ]
    for family in FAMILIES:
        lines += ["", f"## {_TITLES[family]}", ""]
        lines += _table([each for each in formats if each.family == family])
    return "\n".join(lines) + "\n"


def _table(formats: list[Format]) -> Iterator[str]:
    yield "| system | raw table | what it is | known | recognised by | one row per | needed | zone, currency | who, consent |"  # noqa: E501
    yield "|---|---|---|---|---|---|---|---|---|"
    for each in formats:
        cells = (
            each.vendor,
            f"`{each.raw_table}`" if each.is_loaded else "(not loaded)",
            " ".join((each.description or "").split()),
            each.knowledge,
            _listed([*each.signature.required, *_groups(each.signature.any_of)]),
            _listed(_groups(each.grain_alternatives)),
            _listed(_groups(each.needed_columns)),
            _said(each.timezone, each.currency),
            _listed([*each.identity, *each.consent]),
        )
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _groups(groups: tuple[tuple[str, ...], ...]) -> list[str]:
    return [names[0] if len(names) == 1 else f"({_listed(list(names))})" for names in groups]


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_WIDEST_LIST])
    return f"{shown} ..." if len(names) > _WIDEST_LIST else shown


def _said(timezone: str, currency: str) -> str:
    return ", ".join(text for text in (timezone, currency) if text != "account")
