"""Names of time zones as exports write them, brought to IANA names."""

import re
from functools import lru_cache
from pathlib import Path
from zoneinfo import available_timezones

import yaml

_NAMES_FILE = Path(__file__).parent / "zone_names.yml"
_OFFSET = re.compile(
    r"^\(?(?:UTC|GMT)?\s*(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?\)?$"
)
_LEADING_OFFSET = re.compile(r"^\((?:UTC|GMT)[^)]*\)\s*")


@lru_cache(maxsize=1)
def _named_zones() -> dict[str, str]:
    groups = yaml.safe_load(_NAMES_FILE.read_text(encoding="utf-8"))
    names = {name.casefold(): zone for group in groups.values() for name, zone in group.items()}
    iana = {zone.casefold(): zone for zone in available_timezones()}
    return iana | names | {"utc": "UTC", "gmt": "UTC", "z": "UTC"}


@lru_cache(maxsize=4096)
def find_zone(name: str) -> str | None:
    """Return the IANA zone called ``name``, or None when nothing is called so.

    Understands IANA, Rails and Windows names and whole-hour offsets such as ``UTC+8``.
    """
    text = name.strip()
    known = _named_zones()
    if zone := known.get(text.casefold()):
        return zone
    if offset := _OFFSET.match(text):
        hours = int(offset["hours"])
        if hours > 14 or int(offset["minutes"] or 0):
            return None
        if hours == 0:
            return "UTC"
        # the Etc zones count westward
        return f"Etc/GMT{'-' if offset['sign'] == '+' else '+'}{hours}"
    described = _LEADING_OFFSET.sub("", text)
    return known.get(described.casefold()) if described != text else None
