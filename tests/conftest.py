"""Settings that point nowhere near the real data folder, whatever the machine's environment."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.settings import Settings, get_settings

IDENTITY_KEY = "a key for tests"


@pytest.fixture(scope="session", autouse=True)
def isolated_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give the session a data folder of its own and drop the developer's settings."""
    data = tmp_path_factory.mktemp("session") / "data"
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("OMNIMART_"):
                patch.delenv(name)
        patch.setenv("OMNIMART_DATA_DIR", str(data))
        patch.setenv("OMNIMART_TIMEZONE", "UTC")
        patch.setenv("OMNIMART_CURRENCY", "USD")
        patch.setenv("OMNIMART_VARS", "{}")
        patch.setenv("OMNIMART_IDENTITY_KEY", IDENTITY_KEY)
        get_settings.cache_clear()
        yield data
    get_settings.cache_clear()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest file, so that no worker ends long after the others."""
    items.sort(key=lambda item: item.path.name != "test_end_to_end.py")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings whose data folder is empty and the test's own."""
    return Settings(data_dir=tmp_path / "data")
