"""What ``sources.yml`` says about each source: zone, currency, account and order of dates.

The file is optional. A source may have several accounts; the landing folder named like an
account selects it.
"""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ingestion.catalogue import Format
from ingestion.format_models import DateOrder
from ingestion.headers import CURRENCY_CODES
from ingestion.settings import Settings
from ingestion.zones import find_zone


class SourcesFileError(ValueError):
    """``sources.yml`` cannot be understood; the message says where and why."""


class AccountSettings(BaseModel):
    """Settings of a source or of one of its accounts; other keys are kept for others to read."""

    model_config = ConfigDict(extra="allow", frozen=True, coerce_numbers_to_str=True)

    timezone: str | None = None
    currency: str | None = None
    account: str | None = None
    date_order: DateOrder | None = None
    country: str | None = None

    @field_validator("timezone")
    @classmethod
    def _check_timezone(cls, timezone: str | None) -> str | None:
        if timezone is None:
            return None
        zone = find_zone(timezone)
        if zone is None:
            raise ValueError(f"{timezone!r} is not a time zone such as Europe/Berlin")
        return zone

    @field_validator("currency")
    @classmethod
    def _check_currency(cls, currency: str | None) -> str | None:
        if currency is not None and currency.upper() not in CURRENCY_CODES:
            raise ValueError(f"{currency!r} is not an ISO currency code such as EUR")
        return currency.upper() if currency else None


class SourceSettings(AccountSettings):
    """Settings of a source system, with those of its accounts by folder name."""

    accounts: dict[str, AccountSettings] = Field(default_factory=dict)


class SourcesFile(BaseModel):
    """The content of ``sources.yml``."""

    model_config = ConfigDict(extra="allow", frozen=True)

    sources: dict[str, SourceSettings] = Field(default_factory=dict)


@dataclass(frozen=True)
class AccountContext:
    """What holds for the files of one account of one source."""

    account: str | None
    timezone: str
    currency: str
    date_order: DateOrder | None


def load_sources_file(path: Path) -> SourcesFile:
    """Return what ``sources.yml`` says; nothing when it does not exist.

    Raises :class:`SourcesFileError` when it cannot be understood.
    """
    if not path.is_file():
        return SourcesFile()
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return SourcesFile.model_validate(content)
    except yaml.YAMLError as error:
        raise SourcesFileError(f"{path} is not YAML: {error}") from error
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}"
            for item in error.errors()
        )
        raise SourcesFileError(f"{path}: {problems}") from error


def account_context(
    sources: SourcesFile, settings: Settings, export_format: Format, path: str
) -> AccountContext:
    """Return the account, zone, currency and date order of the file at ``path``."""
    source = sources.sources.get(export_format.source, SourceSettings())
    folders = PurePosixPath(path.partition("!")[0]).parts[:-1]
    name = next((folder for folder in folders if folder in source.accounts), None)
    account = source.accounts[name] if name else AccountSettings()
    zone = account.timezone or source.timezone
    if zone is None:
        zone = settings.timezone if export_format.timezone == "account" else export_format.timezone
    currency = account.currency or source.currency
    if currency is None:
        is_open = export_format.currency == "account"
        currency = settings.currency if is_open else export_format.currency
    return AccountContext(
        account=account.account or name or source.account,
        timezone=zone,
        currency=currency,
        date_order=account.date_order or source.date_order,
    )
