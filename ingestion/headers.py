"""Names of columns as exports write them, reduced to forms that can be compared.

A header carries more than its name: ``Amount spent (USD)`` states a currency, ``点击率(%)`` a unit,
``Start Date (in UTC)`` a zone. :func:`parse_header` takes these apart; two headers are the same
when their :attr:`Header.key` is equal, or when their snake case is.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

CURRENCY_CODES = frozenset(
    (Path(__file__).parent / "currencies.txt").read_text(encoding="ascii").split()
)

_INVISIBLE = re.compile("[\ufeff\u200b-\u200f\u2060\u00ad]")
_SPACES = re.compile(r"\s+")
_REQUIRED_MARK = re.compile(r"\(必填\)")
_IN_UTC = re.compile(r"\((?:in|em|en|à) utc\)", re.IGNORECASE)
_TRAILING_UNIT = re.compile(r"\s*\((?P<unit>[A-Za-z]{3}|元|%)\)$")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_API_NAME = re.compile("[a-z][a-z0-9_]*")
_CAMEL_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_WORD = re.compile(r"[^\w]+|_+", re.UNICODE)


@dataclass(frozen=True)
class Header:
    """One header cell: its text, the form it is compared by, and what it states beside its name."""

    text: str
    key: str
    currency: str | None = None
    is_percent: bool = False
    is_utc: bool = False


def clean_text(text: str) -> str:
    """Return ``text`` in one Unicode form, without invisible characters and outer spaces."""
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return _SPACES.sub(" ", folded).strip()


@lru_cache(maxsize=65536)
def parse_header(text: str) -> Header:
    """Take a header cell apart into name, currency, percent mark and zone mark."""
    shown = clean_text(text)
    name = _REQUIRED_MARK.sub("", shown).strip()
    is_utc = bool(_IN_UTC.search(name)) or name.lower().endswith("(utc)")
    name = _IN_UTC.sub("", name).strip()
    currency, is_percent = None, False
    while unit_match := _TRAILING_UNIT.search(name):
        unit = unit_match["unit"]
        if unit == "%":
            is_percent = True
        elif unit == "元":
            currency = "CNY"
        elif unit in CURRENCY_CODES:
            currency = unit
        else:
            break
        name = name[: unit_match.start()].strip()
    return Header(shown, name.casefold(), currency, is_percent, is_utc)


@lru_cache(maxsize=65536)
def snake_case(text: str) -> str:
    """Return ``text`` as a snake case name: ``BillingStreet`` and ``Billing street`` are one."""
    spaced = _CAMEL_BOUNDARY.sub("_", clean_text(text))
    return _NOT_WORD.sub("_", spaced).strip("_").casefold()


@lru_cache(maxsize=65536)
def match_keys(text: str) -> frozenset[str]:
    """Return the keys a header may be found by: its own, and its snake case, marks or not."""
    header = parse_header(text)
    bare = header.text
    for mark in (_REQUIRED_MARK, _IN_UTC):
        bare = mark.sub("", bare)
    while (unit := _TRAILING_UNIT.search(bare)) and _is_unit(unit["unit"]):
        bare = bare[: unit.start()]
    keys = [header.key, snake_case(header.text), snake_case(bare)]
    # a Chinese name and, behind it, that of the API: 花费(cost)
    name, _, behind = bare.removesuffix(")").rpartition("(")
    if bare.endswith(")") and _API_NAME.fullmatch(behind) and _CHINESE.search(name):
        keys.append(parse_header(name.strip()).key)
    return frozenset(key for key in keys if key)


def _is_unit(text: str) -> bool:
    return text in {"元", "%"} or text in CURRENCY_CODES


def number_repeats(headers: list[str]) -> list[str]:
    """Return ``headers`` with a suffix ``_2``, ``_3`` ... on the repeats of a name."""
    seen: dict[str, int] = {}
    numbered = []
    for header in headers:
        key = parse_header(header).key
        seen[key] = seen.get(key, 0) + 1
        numbered.append(header if not key or seen[key] == 1 else f"{header}_{seen[key]}")
    return numbered
