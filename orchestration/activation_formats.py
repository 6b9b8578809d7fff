"""What the places that audiences are used in want to read, as each documents it.

Google and Meta match people by hashes, which agree only where both sides normalise alike before
they hash. Google: https://support.google.com/google-ads/answer/7659867; Meta:
https://developers.facebook.com/docs/marketing-api/audiences/guides/custom-audiences.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

GMAIL_DOMAINS = ("gmail.com", "googlemail.com")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

Row = dict[str, str]


@dataclass(frozen=True)
class Contact:
    """A member of an audience, and how to reach them; what is not known is empty."""

    customer_id: str
    channels: tuple[str, ...]  # those of the audience that the person consents to
    best_channel: str
    best_hour: int | None
    reason: str
    as_of_date: date
    email: str = ""  # lower case
    phone: str = ""  # E.164
    given_name: str = ""
    family_name: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""  # two letters


def sha256(text: str) -> str:
    """Return the hash of ``text`` in hexadecimal digits; nothing stays nothing."""
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


def google_customer_match(contact: Contact) -> Row:
    """Return the row of a Customer Match file: country and zip plain, the rest hashed.

    An address is matched by its four columns together, so one of them missing leaves all empty.
    """
    address = [contact.given_name, contact.family_name, contact.country, contact.postal_code]
    given_name, family_name, country, postal_code = address if all(address) else [""] * 4
    return {
        "Email": sha256(google_email(contact.email)),
        "Phone": sha256(contact.phone),
        "First Name": sha256(given_name.strip().lower()),
        "Last Name": sha256(family_name.strip().lower()),
        "Country": country.upper(),
        "Zip": postal_code.strip(),
    }


def google_email(email: str) -> str:
    """Return the address as Google hashes it: Gmail's without dots and what follows a plus."""
    mailbox, _, domain = email.strip().lower().rpartition("@")
    if domain in GMAIL_DOMAINS:
        mailbox = mailbox.split("+")[0].replace(".", "")
    return f"{mailbox}@{domain}" if mailbox else ""


def meta_custom_audience(contact: Contact) -> Row:
    """Return the row of a customer list, all of it hashed."""
    return {
        "email": sha256(contact.email.strip().lower()),
        "phone": sha256(re.sub(r"\D", "", contact.phone).lstrip("0")),
        "fn": sha256(_without_punctuation(contact.given_name)),
        "ln": sha256(_without_punctuation(contact.family_name)),
        "zip": sha256(meta_zip(contact.postal_code, contact.country)),
        "ct": sha256(_without_punctuation(contact.city).replace(" ", "")),
        "country": sha256(contact.country.strip().lower()),
    }


def meta_zip(postal_code: str, country: str) -> str:
    """Return a postal code as Meta hashes it: five digits in the US, up to the sector in the UK."""
    code = re.sub(r"[\s-]", "", postal_code).lower()
    if country.upper() == "US":
        return code[:5]
    if country.upper() == "GB":
        return re.sub(r"(\d)[a-z]{2}$", r"\1", code)
    return code


def plain(contact: Contact) -> Row:
    """Return the row of a list for any other tool: contacts by the channels consented to only."""
    return {
        "customer_id": contact.customer_id,
        "email": contact.email if "email" in contact.channels else "",
        "phone": contact.phone if {"sms", "whatsapp"} & set(contact.channels) else "",
        "given_name": _as_text(contact.given_name),
        "family_name": _as_text(contact.family_name),
        "best_channel": contact.best_channel,
        "best_hour": "" if contact.best_hour is None else str(contact.best_hour),
        "consented_channels": ";".join(contact.channels),
        "reason": _as_text(contact.reason),
    }


@dataclass(frozen=True)
class Destination:
    """A place to hand an audience to: its row, who may go there, and what must be known."""

    row: Callable[[Contact], Row]
    consent: str | None  # the channel that must be consented to; any of the audience's when None
    identifying: tuple[str, ...]  # columns one of which must be filled

    @property
    def is_ads(self) -> bool:
        """Return whether people there see advertising, which no cap on messages concerns."""
        return self.consent == "ads"

    def takes(self, contact: Contact) -> bool:
        """Return whether the person consents to what happens there."""
        return self.consent is None or self.consent in contact.channels

    def reaches(self, row: Mapping[str, str]) -> bool:
        """Return whether anything in ``row`` would find the person."""
        return any(row[column] for column in self.identifying)


DESTINATIONS = {
    "google_customer_match": Destination(
        google_customer_match, "ads", ("Email", "Phone", "First Name")
    ),
    "meta_custom_audience": Destination(meta_custom_audience, "ads", ("email", "phone")),
    "csv": Destination(plain, None, ("email", "phone")),
    "webhook": Destination(plain, None, ("email", "phone")),
}


def masked(row: Mapping[str, str]) -> Row:
    """Return ``row`` with just enough of it to see that it is right."""
    return {column: _masked(column, value) for column, value in row.items()}


def _masked(column: str, value: str) -> str:
    if re.fullmatch(r"[0-9a-f]{64}", value):
        return f"{value[:6]}..."
    if "@" in value:
        return f"{value[:1]}***@{value.rpartition('@')[2]}"
    if re.fullmatch(r"\+\d+", value):
        return f"{value[:3]}***{value[-2:]}"
    return f"{value[:1]}***" if value and column in ("given_name", "family_name") else value


def _without_punctuation(text: str) -> str:
    kept = (sign for sign in text.lower() if unicodedata.category(sign)[0] not in "PS")
    return " ".join("".join(kept).split())


def _as_text(text: str) -> str:
    """Return ``text`` as a spreadsheet shows it: never as a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
