"""Settings of a run: one typed object read from the environment or ``.env``.

Everything a run writes stands under :attr:`Settings.data_dir`. Variables carry the prefix
``OMNIMART_``; ``.env.example`` documents each.
"""

import json
import logging
import os
import re
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingestion.headers import CURRENCY_CODES

PROJECT_ROOT = Path(__file__).resolve().parent.parent

logger = logging.getLogger(__name__)


class Settings(BaseSettings):
    """Where things stand, how the business reports, and what a file may cost to read."""

    model_config = SettingsConfigDict(
        env_prefix="OMNIMART_",
        env_file=PROJECT_ROOT / ".env",
        env_file_encoding="utf-8",
        extra="ignore",
    )

    data_dir: Path = Field(default=Path("data"), description="Folder of all that a run writes.")
    landing_url: SecretStr | None = Field(
        default=None, description="Where the exports stand when not in landing/: s3://, sftp:// ..."
    )
    landing_options: SecretStr | None = Field(
        default=None, description="Options and credentials of that place, a JSON object for fsspec."
    )
    timezone: str = Field(default="UTC", description="Zone whose days the reports use.")
    currency: str = Field(default="USD", description="Currency the reports use.")
    identity_key: SecretStr | None = Field(
        default=None, description="Key of the keyed hash of identifiers; generated when unset."
    )
    webhook_url: SecretStr | None = Field(
        default=None, description="Where `omnimart activate --to webhook` posts audiences."
    )
    webhook_token: SecretStr | None = Field(
        default=None, description="Bearer token that these posts carry."
    )
    vars: dict[str, Any] = Field(default_factory=dict, description="dbt vars of this run.")
    load_memory: str = Field(
        default="1GB", description="Memory that staged rows and the warehouse share in a load."
    )
    model_memory: str | None = Field(
        default=None, description="Memory that models use before they spill, such as 4GB."
    )
    max_file_bytes: int = Field(default=20 * 2**30, gt=0, description="Largest file read.")
    max_uncompressed_bytes: int = Field(
        default=20 * 2**30, gt=0, description="Largest content of one archive."
    )
    max_compression_ratio: int = Field(
        default=200, gt=1, description="Largest ratio of content to archive, beyond 10 MB."
    )

    @field_validator("data_dir", mode="after")
    @classmethod
    def _anchor_data_dir(cls, data_dir: Path) -> Path:
        data_dir = data_dir.expanduser()
        return data_dir if data_dir.is_absolute() else PROJECT_ROOT / data_dir

    @field_validator("landing_options")
    @classmethod
    def _check_landing_options(cls, options: SecretStr | None) -> SecretStr | None:
        try:
            is_object = options is None or isinstance(json.loads(options.get_secret_value()), dict)
        except ValueError:
            is_object = False
        if not is_object:
            raise ValueError('landing options are a JSON object such as {"username": "etl"}')
        return options

    @field_validator("webhook_url")
    @classmethod
    def _check_webhook_url(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not url.get_secret_value().startswith(("http://", "https://")):
            raise ValueError("a webhook is a URL that begins with http:// or https://")
        return url

    @field_validator("load_memory", "model_memory")
    @classmethod
    def _check_memory(cls, memory: str | None) -> str | None:
        if memory is not None and not re.fullmatch(r"[0-9.]+ ?[KMGT]i?B", memory, re.IGNORECASE):
            raise ValueError(f"{memory!r} is not an amount of memory such as 4GB")
        return memory

    @field_validator("timezone")
    @classmethod
    def _check_timezone(cls, timezone: str) -> str:
        if timezone not in available_timezones():
            raise ValueError(f"{timezone!r} is not an IANA time zone such as Europe/Berlin")
        return timezone

    @field_validator("currency")
    @classmethod
    def _check_currency(cls, currency: str) -> str:
        if currency.upper() not in CURRENCY_CODES:
            raise ValueError(f"{currency!r} is not an ISO currency code such as USD")
        return currency.upper()

    @property
    def project_root(self) -> Path:
        """Return the folder that holds the project."""
        return PROJECT_ROOT

    @property
    def landing_dir(self) -> Path:
        """Return the folder of the exports, that of their mirror when they stand elsewhere."""
        return self.data_dir / ("landing" if self.landing_url is None else "mirror")

    @property
    def warehouse_path(self) -> Path:
        """Return the private DuckDB file."""
        return self.data_dir / "warehouse.duckdb"

    @property
    def published_dir(self) -> Path:
        """Return the folder of the published marts."""
        return self.data_dir / "published"

    @property
    def quarantine_dir(self) -> Path:
        """Return the folder of the reasons why files were not loaded."""
        return self.data_dir / "quarantine"

    @property
    def reports_dir(self) -> Path:
        """Return the folder of the HTML report."""
        return self.data_dir / "reports"

    @property
    def activation_dir(self) -> Path:
        """Return the folder of the audiences written for other platforms."""
        return self.data_dir / "activation"

    @property
    def reference_dir(self) -> Path:
        """Return the folder of the user's own reference seeds."""
        return self.data_dir / "reference"

    @property
    def state_dir(self) -> Path:
        """Return the folder of pipeline state, locks and the generated key."""
        return self.data_dir / "state"

    @property
    def scratch_dir(self) -> Path:
        """Return the folder of files that live no longer than a load."""
        return self.state_dir / "scratch"

    @property
    def sources_file(self) -> Path:
        """Return the file of the settings per source."""
        return self.data_dir / "sources.yml"

    def landing_options_value(self) -> dict[str, Any]:
        """Return the options and credentials of the remote landing."""
        options = self.landing_options
        return json.loads(options.get_secret_value()) if options is not None else {}

    def identity_key_value(self) -> str:
        """Return the key of the keyed hash, generating and storing one when none is set."""
        if self.identity_key is not None and self.identity_key.get_secret_value():
            return self.identity_key.get_secret_value()
        path = self.state_dir / "identity_key"
        if not path.exists():
            self.state_dir.mkdir(parents=True, exist_ok=True)
            _store_new_key(path)
        return path.read_text(encoding="ascii").strip()


def _store_new_key(path: Path) -> None:
    draft = path.with_name(f"identity_key.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
    try:
        os.link(draft, path)  # unlike rename, it keeps a key another process stored first
    except FileExistsError:
        return
    finally:
        draft.unlink()
    logger.warning("OMNIMART_IDENTITY_KEY is not set: generated %s; keep a copy of it", path)


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """Return the settings of this process."""
    return Settings()
