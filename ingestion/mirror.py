"""Exports that stand in a bucket or on a server: a local mirror of them, renewed before a load.

Whatever URL dlt's filesystem source takes is taken here (s3, gs, az, sftp ...). A load reads the
mirror alone, so that files are read as often as they must be and fetched once.
"""

import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit, urlunsplit

from dlt.common.storages.fsspec_filesystem import FileItem, glob_files
from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs

from ingestion.landing import is_skipped
from ingestion.settings import Settings

logger = logging.getLogger(__name__)


class UnreachableLandingError(RuntimeError):
    """The remote landing cannot be listed or read; the message says what to check."""


def mirror_landing(settings: Settings) -> int:
    """Make the mirror equal to the remote landing, where one is set; return the files fetched.

    A file is fetched when its size or modification time differs; one that is gone remotely leaves
    the mirror, and its rows stay. Raises :class:`UnreachableLandingError`; what was fetched till
    then is whole and stays.
    """
    if settings.landing_url is None:
        return 0
    mirror = settings.landing_dir
    mirror.mkdir(parents=True, exist_ok=True)
    url = settings.landing_url.get_secret_value()
    try:
        remote, _ = url_to_fs(url, **settings.landing_options_value())
        remote.invalidate_cache()
        items = {_place(mirror, item): item for item in _exports(remote, url)}
        fetched = sum(_fetch(remote, item, path) for path, item in items.items())
    except Exception as error:  # each protocol has errors of its own
        raise UnreachableLandingError(
            f"{_shown(url)} cannot be read ({type(error).__name__}: {str(error)[:200]}). Check "
            "OMNIMART_LANDING_URL, OMNIMART_LANDING_OPTIONS and the network; a protocol other than "
            "s3 needs its package: pip install 'omnimart[sftp]', 'dlt[gs]' or 'dlt[az]'."
        ) from None  # what a client raised may hold the credentials
    for path in _files(mirror):
        if path not in items:
            path.unlink()
    if fetched:
        logger.info("fetched %d exports from %s", fetched, _shown(url))
    return fetched


def _exports(remote: AbstractFileSystem, url: str) -> Iterator[FileItem]:
    for item in glob_files(remote, url, "**", fetch_file_info=True):
        if not any(is_skipped(part) for part in PurePosixPath(item["relative_path"]).parts):
            yield item


def _place(mirror: Path, item: FileItem) -> Path:
    path = mirror / item["relative_path"]
    if not path.resolve().is_relative_to(mirror.resolve()):
        raise ValueError(f"{item['relative_path']!r} leads out of the landing folder")
    return path


def _fetch(remote: AbstractFileSystem, item: FileItem, path: Path) -> bool:
    """Copy a remote file to ``path`` unless it stands there already; return whether it was."""
    modified = item["modification_date"].timestamp()
    if path.is_file():
        facts = path.stat()
        if (facts.st_size, int(facts.st_mtime)) == (item["size_in_bytes"], int(modified)):
            return False
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with remote.open(item["file_url"], "rb") as source, draft.open("wb") as target:
            shutil.copyfileobj(source, target, 2**20)
        os.utime(draft, (modified, modified))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return True


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _shown(url: str) -> str:
    """Return a URL without user and password."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=""))
