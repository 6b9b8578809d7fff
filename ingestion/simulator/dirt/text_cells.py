"""Dirt in the cells of texts: ids, words, flags, e-mail addresses and telephones."""

import re

from ingestion.simulator.dirt.registry import Cell, Identifier, Spoiled, in_cells
from ingestion.simulator.dirt.targets import BLANKS

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
