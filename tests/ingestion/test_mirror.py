"""Exports on a server of another machine: a real SFTP server on loopback serves a folder."""

import asyncio
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncssh
import pytest

from ingestion.loading import close_audit, load_family
from ingestion.mirror import UnreachableLandingError, mirror_landing
from ingestion.settings import Settings
from ingestion.warehouse import connect

USER, PASSWORD = "etl", "a password for tests"
ORDERS = "omnimart_order_id,source,ordered_at,net\na-1,shop,2026-07-01T10:00:00Z,12.50\n"


class _PasswordServer(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)


@dataclass(frozen=True)
class Server:
    """A running server: the folder it serves and its address."""

    folder: Path
    url: str


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("served")
    loop = asyncio.new_event_loop()

    async def start() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1", 0, server_factory=_PasswordServer,
            server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(folder)),
        )  # fmt: skip

    acceptor = loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield Server(folder, f"sftp://127.0.0.1:{acceptor.get_port()}/exports")
    loop.call_soon_threadsafe(acceptor.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


@pytest.fixture
def exports(server: Server) -> Path:
    folder = server.folder / "exports"
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.mkdir(exist_ok=True)
    return folder


def settings_for(server: Server, data_dir: Path, password: str = PASSWORD) -> Settings:
    return Settings(
        data_dir=data_dir,
        landing_url=server.url,
        landing_options=f'{{"username": "{USER}", "password": "{password}"}}',
    )


def test_the_mirror_follows_the_server(server: Server, exports: Path, tmp_path: Path) -> None:
    settings = settings_for(server, tmp_path)
    (exports / "berlin").mkdir()
    (exports / "berlin" / "orders [july].csv").write_text(ORDERS)
    (exports / "spend.csv").write_text("x")
    (exports / "spend.csv.part").write_text("x")
    os.utime(exports / "spend.csv", (1_780_000_000, 1_780_000_000))
    assert mirror_landing(settings) == 2
    assert (settings.landing_dir / "berlin" / "orders [july].csv").read_text() == ORDERS
    assert (settings.landing_dir / "spend.csv").stat().st_mtime == 1_780_000_000
    assert mirror_landing(settings) == 0
    (exports / "spend.csv").write_text("longer")
    (exports / "berlin" / "orders [july].csv").unlink()
    assert mirror_landing(settings) == 1
    assert [path.name for path in settings.landing_dir.rglob("*") if path.is_file()] == [
        "spend.csv"
    ]


def test_a_load_reads_what_stands_on_the_server(
    server: Server, exports: Path, tmp_path: Path
) -> None:
    settings = settings_for(server, tmp_path)
    (exports / "orders.csv").write_text(ORDERS)
    load_family(settings, "pos")
    assert close_audit(settings).counts == {"loaded": 1}
    with connect(settings, read_only=True) as connection:
        assert connection.sql("select net from raw_omnimart.orders").fetchall() == [(12.5,)]


def test_a_refused_login_says_what_to_check_and_no_secret(
    server: Server, exports: Path, tmp_path: Path
) -> None:
    settings = settings_for(server, tmp_path, password="another secret")
    with pytest.raises(UnreachableLandingError, match="OMNIMART_LANDING_OPTIONS") as error:
        mirror_landing(settings)
    assert "another secret" not in str(error.value)
    assert "another secret" not in repr(settings)


def test_a_file_that_cannot_be_read_stops_the_mirror_and_harms_nothing(
    server: Server, exports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(server, tmp_path)
    (exports / "a.csv").write_text(ORDERS)
    mirror_landing(settings)
    (exports / "a.csv").write_text(ORDERS * 2)

    def fail(*_: object) -> None:
        raise OSError("the connection was lost")

    with monkeypatch.context() as patch:
        patch.setattr("shutil.copyfileobj", fail)
        with pytest.raises(UnreachableLandingError, match="connection was lost"):
            mirror_landing(settings)
    assert [path.name for path in settings.landing_dir.iterdir()] == ["a.csv"]
    assert (settings.landing_dir / "a.csv").read_text() == ORDERS
    assert mirror_landing(settings) == 1


def test_options_are_an_object(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON object"):
        Settings(data_dir=tmp_path, landing_url="s3://bucket", landing_options="secret")
