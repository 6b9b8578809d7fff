"""Dirt in single cells and rows."""

import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from ingestion.simulator.dirt.registry import (
    Cell,
    Fate,
    Identifier,
    Spoiled,
    in_cells,
    in_rows,
)
from ingestion.simulator.dirt.tables import Layout, split_cells, unquoted
from ingestion.simulator.dirt.targets import BLANKS, Target

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
RUSSIAN_MONTHS = (
    "янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек",
)  # fmt: skip
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NULL_MARKERS = (" --", "--", "-", "—", "N/A", "n/a", "NAN")
_NO_DATE = ("2026-02-30", "0000-00-00", "########", "n.d.")
_SHEETS_BEGIN = date(1899, 12, 30)
_OFFSETS = (120, -420, 330, 480)

# --- numbers ---


@in_cells("Counts with separators of thousands: 14,122,564", "count")
def _thousands_in_counts(cell: Cell) -> str | None:
    if not isinstance(cell.value, Decimal) or abs(cell.value) < 1000:
        return None
    return f"{cell.value:,}"


@in_cells("Counts in ten thousands or thousands: 1.2万, 1.2w, 14.5K", "count")
def _units_in_counts(cell: Cell) -> str | None:
    value = cell.value
    if not isinstance(value, Decimal) or value < 1000 or value != int(value):
        return None
    if value >= 10_000:
        return f"{(value / 10_000).normalize():f}{cell.pick('万w')}"
    return f"{(value / 1000).normalize():f}K"


@in_cells(
    "Amounts with symbols, brackets, separators: $1,149.00, ($33.62), CA$0.00, 236.00元", "money"
)
def _decorated_money(cell: Cell) -> str | None:
    if not isinstance(cell.value, Decimal) or not cell.target.symbols:
        return None
    symbol, amount = cell.pick(cell.target.symbols), f"{abs(cell.value):,}"
    if cell.value < 0:
        return cell.pick((f"-{symbol}{amount}", f"({symbol}{amount})"))
    plain = (f"{symbol}{amount}", f"{symbol}{amount} ")
    return cell.pick((*plain, f"{amount}元") if symbol in "¥￥" else plain)


@in_cells("Durations with units: 12秒, 0:03:53, 50 minutes and 3 seconds", "duration")
def _units_in_durations(cell: Cell) -> str | None:
    if not isinstance(cell.value, Decimal):
        return None
    minutes, seconds = divmod(int(cell.value), 60)
    return cell.pick((
        f"{int(cell.value)}秒",
        f"{minutes // 60}:{minutes % 60:02}:{seconds:02}",
        f"{minutes} minutes and {seconds} seconds",
    ))  # fmt: skip


@in_cells(
    "Empty cells that say so: --, -, —, N/A, NAN", "money", "count", "percent", "optional_time"
)
def _null_markers(cell: Cell) -> str | None:
    return None if cell.text.strip(BLANKS) else cell.pick(_NULL_MARKERS)


@in_cells("Empty cells that say None", "money", "count", "percent", "optional_time")
def _none_markers(cell: Cell) -> str | None:
    return None if cell.text.strip(BLANKS) else "None"


@in_cells("Numbers that are held back: < 10%, > 90%, <5", "percent", "count", expected="nulled")
def _censored_numbers(cell: Cell) -> Spoiled | None:
    if cell.value is None:
        return None
    choices = ("< 10%", "> 90%", "< 1%") if cell.column.role == "percent" else ("<5", "<10")
    return Spoiled(cell.pick(choices), None)


@in_cells(
    "Numbers that a spreadsheet took for days: 3.8 becomes 3.авг or 3-Aug",
    "money",
    "percent",
    expected="nulled",
)
def _numbers_as_dates(cell: Cell) -> Spoiled | None:
    if cell.value is None:
        return None
    day, month = 1 + int(cell.draw.integers(28)), int(cell.draw.integers(12))
    names = (f"{day}.{RUSSIAN_MONTHS[month]}", f"{day}-{MONTHS[month][:3]}")
    return Spoiled(cell.pick(names), None)


@in_cells(
    "Errors of a spreadsheet in the place of numbers: #REF!, #DIV/0!, ########",
    "money",
    "count",
    "percent",
    expected="nulled",
)
def _spreadsheet_errors(cell: Cell) -> Spoiled | None:
    if cell.value is None:
        return None
    return Spoiled(cell.pick(("#REF!", "#VALUE!", "#DIV/0!", "########")), None)


# --- identifiers ---


def _rounded(cell: Cell) -> str | None:
    """Return an id of many digits as a spreadsheet program shows it."""
    digits = cell.text.strip(BLANKS)
    if not digits.isdigit() or len(digits) < 12:
        return None
    figures, exponent = f"{int(digits):.5E}".split("E")
    return f"{figures.rstrip('0').rstrip('.')}E{exponent}"


@in_cells("Keys that lost digits in a spreadsheet: 6.49E+17", "key", "entity", expected="rejected")
def _rounded_keys(cell: Cell) -> str | None:
    return _rounded(cell)


@in_cells("Other ids that lost digits in a spreadsheet: 6.1E+12", "id", expected="nulled")
def _rounded_ids(cell: Cell) -> Spoiled | None:
    text = _rounded(cell)
    return None if text is None else Spoiled(text, None)


@in_cells(
    'Ids guarded against spreadsheets: \'01207, ="01207", a trailing tab', "key", "entity", "id"
)
def _protected_ids(cell: Cell) -> str | None:
    text = cell.text.strip(BLANKS)
    return cell.pick((f"'{text}", f'="{text}"', f"{text}\t")) if text else None


@in_cells("Ids in brackets: [436534626]", "key", "entity", "id")
def _bracketed_ids(cell: Cell) -> str | None:
    text = cell.text.strip(BLANKS)
    return f"[{text}]" if text.isdigit() else None


@in_cells("Rows without a key or time that every row needs", "key", "time", expected="rejected")
def _missing_keys(cell: Cell) -> str | None:
    return "" if cell.value is not None else None


# --- texts ---


@in_cells(
    "Blanks around cells: spaces, NBSP, zero width spaces, byte order marks",
    "text",
    "key",
    "entity",
    "money",
    "date",
)
def _outer_blanks(cell: Cell) -> str | None:
    if cell.value is None:
        return None
    before = cell.pick((" ", "\u00a0", "\ufeff", ""))
    return f"{before}{cell.text}{cell.pick((' ', chr(0x200B), chr(0xA0), '  '))}"


@in_cells("Quoted cells that go on over several lines", "text")
def _cells_over_lines(cell: Cell) -> Spoiled | None:
    first, blank, rest = cell.text.strip(BLANKS).partition(" ")
    if not blank or not isinstance(cell.value, str) or '"' in cell.text or "\n" in cell.text:
        return None
    text = f"{first}{cell.pick((chr(10), chr(13) + chr(10)))}{rest}"
    return Spoiled(text, text)


@in_cells("Quotes in the middle of cells that are not quoted", "text")
def _stray_quotes(cell: Cell) -> Spoiled | None:
    if not isinstance(cell.value, str) or any(mark in cell.text for mark in '",;\t\r\n'):
        return None
    text = f'{cell.value} 3" x 5" box'
    return Spoiled(text, text, is_raw=True)


@in_cells("NUL bytes in the middle of texts", "text")
def _nul_bytes(cell: Cell) -> str | None:
    if not isinstance(cell.value, str) or len(cell.value) < 2:
        return None
    return f"{cell.text[:1]}\0{cell.text[1:]}"


@in_cells(
    "Single Latin-1 bytes amid UTF-8: one letter is lost, nothing else",
    "text",
    expected="told",
    says="replaced",
)
def _latin_1_bytes(cell: Cell) -> Spoiled | None:
    if not isinstance(cell.value, str):
        return None
    place = next((i for i, letter in enumerate(cell.text) if "\u00a0" < letter <= "\u00ff"), None)
    if place is None:
        return None
    text = cell.text
    byte = chr(0xDC00 + ord(text[place]))  # a lone surrogate is written as its byte
    lost = f"{text[:place]}\ufffd{text[place + 1 :]}".strip(BLANKS)
    return Spoiled(f"{text[:place]}{byte}{text[place + 1 :]}", lost)


@in_cells("Flags in other words: TRUE, Yes, 是, 0", "flag")
def _spelled_flags(cell: Cell) -> str | None:
    if not isinstance(cell.value, bool):
        return None
    return cell.pick(("TRUE", "Yes", "Y", "1", "是") if cell.value else ("FALSE", "No", "0", "否"))


@in_cells("E-mail addresses in capitals and with blanks", "email")
def _spelled_emails(cell: Cell) -> Spoiled | None:
    if not isinstance(cell.value, str):
        return None
    text = cell.pick((cell.value.upper(), cell.value.title()))
    identifier = Identifier("email", cell.value.lower())
    return Spoiled(cell.pick((f" {text}", f"{text} ", f"\u00a0{text}")), text, False, identifier)


@in_cells("Phone numbers guarded, with a doubled 0, or two in a cell", "phone")
def _spelled_phones(cell: Cell) -> Spoiled | None:
    phone = cell.value
    if not isinstance(phone, str) or not phone.startswith("+"):
        return None
    zero = f"+440{phone[3:]}" if phone.startswith("+44") else f"'{phone}"
    text = cell.pick((f"'{phone}", zero, f"{phone};{phone}"))
    international = "+" + re.sub(r"\D", "", phone)
    return Spoiled(text, text.removeprefix("'"), False, Identifier("phone", international))


@in_cells("Phone numbers that are masked: 130****0001", "phone")
def _masked_phones(cell: Cell) -> Spoiled | None:
    if not isinstance(cell.value, str) or len(cell.value) < 10:
        return None
    text = f"{cell.value[:-8]}****{cell.value[-4:]}".removeprefix("+")
    return Spoiled(text, text)


# --- days and times ---


def _naive(cell: Cell) -> datetime | None:
    """Return the time a cell states by the clocks of its zone, where it states no offset."""
    if cell.target.dates is not None:
        return datetime.strptime(cell.text.strip(BLANKS), cell.target.dates)
    moment = datetime.fromisoformat(re.sub(r" ([-+]\d{4})$", r"\1", cell.text.strip(BLANKS)))
    return moment if moment.tzinfo is None else None


@in_cells(
    "Days in other words: Sun, Aug 24, 2025; 20260814; 2026年03月24日",
    "time",
    "optional_time",
    "date",
)
def _days_in_words(cell: Cell) -> str | None:
    moment = None if cell.value is None else _naive(cell)
    if moment is None:
        return None
    month, name = MONTHS[moment.month - 1], _DAYS[moment.weekday()]
    words = [
        f"{moment.day} {month} {moment.year}",
        f"{name}, {month[:3]} {moment.day}, {moment.year}",
        f"{month[:3]} {moment.day}, {moment.year}",
        f"{moment.year}/{moment.month:02}/{moment.day:02}",
    ]
    chinese = f"{moment.year}年{moment.month:02}月{moment.day:02}日"
    if cell.column.kind == "date":
        return cell.pick((*words, chinese, f"{moment.year}{moment.month:02}{moment.day:02}"))
    hour, half = (moment.hour - 1) % 12 + 1, "PM" if moment.hour >= 12 else "AM"
    clock = f"{moment.minute:02}:{moment.second:02}"
    return cell.pick((
        f"{cell.pick(words)} {moment.hour:02}:{clock}",
        f"{cell.pick(words)} {hour}:{clock} {half}",
        f"{chinese}{moment.hour:02}时{moment.minute:02}分{moment.second:02}秒",
    ))  # fmt: skip


@in_cells("Days without their year: April 12", "date")
def _days_without_year(cell: Cell) -> str | None:
    if not isinstance(cell.value, date) or not timedelta() <= cell.seen_on - cell.value:
        return None
    return f"{MONTHS[cell.value.month - 1]} {cell.value.day}"


@in_cells("Days as the numbers that spreadsheets keep: 46249", "date")
def _days_as_serials(cell: Cell) -> str | None:
    if not isinstance(cell.value, date):
        return None
    return str((cell.value - _SHEETS_BEGIN).days)


@in_cells(
    "Instants with the offset of another zone: 2026-08-30T17:00:56+02:00", "time", "optional_time"
)
def _other_offsets(cell: Cell) -> str | None:
    if not isinstance(cell.value, datetime):
        return None
    minutes = cell.pick(_OFFSETS)
    local = cell.value + timedelta(minutes=minutes)
    hours, rest = divmod(abs(minutes), 60)
    return f"{local:%Y-%m-%dT%H:%M:%S}{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


@in_cells(
    "Days and times every row needs that there are not: 2026-02-30, ########",
    "time",
    "date",
    expected="rejected",
)
def _unreadable_times(cell: Cell) -> str | None:
    return cell.pick(_NO_DATE) if cell.value is not None else None


@in_cells("Other times that there are not: 2026-02-30 25:61", "optional_time", expected="nulled")
def _unreadable_optional_times(cell: Cell) -> Spoiled | None:
    if cell.value is None:
        return None
    return Spoiled(cell.pick((*_NO_DATE, "2026-02-30 25:61:00")), None)


# --- rows ---


@dataclass(frozen=True)
class Record:
    """A clean record of a delimited export, or a JSON line, its end included."""

    text: str
    layout: Layout
    target: Target
    draw: np.random.Generator

    @property
    def end(self) -> str:
        """Return its end of line."""
        return self.text[len(self.text.rstrip("\r\n")) :] or self.layout.newline

    @property
    def cells(self) -> list[str]:
        """Return the cells as they stand in the file."""
        return split_cells(self.text.rstrip("\r\n"), self.layout.delimiter)

    def joined(self, cells: list[str]) -> str:
        """Return cells as a record."""
        return self.layout.delimiter.join(cells) + self.end

    def place(self, *roles: Any) -> int | None:
        """Return the place of the first column of a role that is filled."""
        for column in self.target.of_roles(roles):
            place = self.layout.header.index(column.header)
            if unquoted(self.cells[place]).strip(BLANKS):
                return place
        return None


Rows = list[tuple[str, Fate]]


@in_rows("Rows without their last empty cells", "handled")
def _short_rows(record: Record) -> Rows | None:
    cells = record.cells
    filled = max((i for i, cell in enumerate(cells) if unquoted(cell)), default=0)
    if filled == len(cells) - 1 or not filled:
        return None
    return [(record.joined(cells[: filled + 1]), "loaded")]


@in_rows("Rows with a cell more than the header", "rejected")
def _too_many_cells(record: Record) -> Rows | None:
    return [(record.joined([*record.cells, "x"]), "rejected")]


@in_rows("Texts with a comma and no quotes: the cells after them move on by one", "rejected")
def _unquoted_delimiters(record: Record) -> Rows | None:
    place = record.place("text")
    if place is None or place == len(record.cells) - 1:
        return None
    cells = record.cells
    text = unquoted(cells[place])
    if any(mark in text for mark in '"\r\n'):
        return None
    halves = f"{text}{record.layout.delimiter} etc."
    return [(record.joined([*cells[:place], halves, *cells[place + 1 :]]), "rejected")]


@in_rows("Headers once more in the middle, as joined files have", "ignored")
def _repeated_headers(record: Record) -> Rows | None:
    header = record.layout.header_text.rstrip("\r\n")
    if unicodedata.normalize("NFKC", header) != header:
        return None  # another defect
    return [(header + record.layout.newline, "ignored"), (record.text, "loaded")]


@in_rows("Rows of empty cells", "ignored")
def _blank_rows(record: Record) -> Rows | None:
    blank = record.layout.delimiter * (len(record.layout.header) - 1) + record.end
    return [(blank, "ignored"), (record.text, "loaded")]


# --- JSON lines ---


@in_rows("JSON lines that end in the middle", "rejected", is_json=True)
def _broken_json_lines(record: Record) -> Rows | None:
    return [(record.text[: len(record.text) * 2 // 3].rstrip() + "\n", "rejected")]


@in_rows("JSON lines that are no objects: null, 42, a text", "rejected", is_json=True)
def _foreign_json_lines(record: Record) -> Rows | None:
    text = ("null", "42", '"ok"')[int(record.draw.integers(3))]
    return [(record.text, "loaded"), (f"{text}\n", "rejected")]


def _edited(record: Record, header: str, value: Any) -> str:
    """Return a JSON line with a value changed, or taken away where it is None."""
    document = json.loads(record.text)
    *path, last = header.split(".")
    place = document
    for step in path:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


@in_rows("JSON objects without their key", "rejected", is_json=True)
def _missing_json_keys(record: Record) -> Rows | None:
    key = record.target.of_roles(("key",))[0]
    return [(_edited(record, key.header, None), "rejected")]


@in_rows('Seconds since 1970 as a text: "1785628813"', "handled", is_json=True)
def _epochs_as_texts(record: Record) -> Rows | None:
    column = record.target.of_roles(("time", "optional_time"))[0]
    document = json.loads(record.text)
    for step in column.header.split("."):
        document = document[step]
    return [(_edited(record, column.header, str(document)), "loaded")]


@in_rows(
    "Events that were sent twice, because the answer to the first got lost", "ignored", is_json=True
)
def _retried_events(record: Record) -> Rows | None:
    return [(record.text, "loaded"), (record.text, "ignored")]
