import gzip
import io
import os
import zipfile
from pathlib import Path

import pytest

from ingestion.containers import Archive, ChangedWhileReadError, Content, Refusal, open_file
from ingestion.landing import scan_landing
from ingestion.settings import Settings

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


def zip_of(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture
def open_all(tmp_path: Path, settings: Settings):
    folder, scratch = tmp_path / "landing", tmp_path / "scratch"
    folder.mkdir()
    scratch.mkdir()

    def open_one(name: str, content: bytes, **limits: int) -> list[Content | Refusal | Archive]:
        (folder / name).write_bytes(content)
        limited = settings.model_copy(update=limits)
        (file,) = [item for item in scan_landing(folder) if item.absolute == folder / name]
        return list(open_file(file, scratch, limited))

    return open_one


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (PNG, "PNG picture"),
        (b"%PDF-1.7", "PDF document"),
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n", "is empty"),
        (b"\0" * 257 + b"ustar" + b"\0" * 300, "tar archive"),
    ],
)
def test_what_is_no_export_is_refused_by_its_content(open_all, content: bytes, found: str) -> None:
    (refusal,) = open_all("report.csv", content)
    assert isinstance(refusal, Refusal)
    assert found in refusal.reason


def test_members_of_a_zip_are_contents_whatever_their_names(open_all, tmp_path: Path) -> None:
    found = open_all("a.zip", zip_of({"../../evil.csv": b"a,b\n1,2\n", "in/ok.csv": b"a\n"}))
    contents = [item for item in found if isinstance(item, Content)]
    assert [item.path for item in contents] == ["a.zip!../../evil.csv", "a.zip!in/ok.csv"]
    assert all(item.local.parent == tmp_path / "scratch" for item in contents)
    assert not (tmp_path.parent / "evil.csv").exists()
    assert isinstance(found[-1], Archive)
    assert found[-1].members == 2


def test_system_files_in_a_zip_are_no_members(open_all) -> None:
    found = open_all("a.zip", zip_of({"__MACOSX/._x.csv": b"x", ".DS_Store": b"x", "x.csv": b"a"}))
    assert [item.path for item in found] == ["a.zip!x.csv", "a.zip"]


def test_an_archive_in_an_archive_is_refused(open_all) -> None:
    found = open_all("a.zip", zip_of({"b.zip": zip_of({"c.csv": b"a"})}))
    assert isinstance(found[0], Refusal)
    assert "archive inside an archive" in found[0].reason


@pytest.mark.parametrize("pack", [lambda data: zip_of({"x.csv": data}), gzip.compress])
def test_a_bomb_is_refused_before_it_unfolds(open_all, tmp_path: Path, pack) -> None:
    packed = pack(b"0" * (64 * 2**20))
    (refusal,) = open_all("bomb.zip", packed)
    assert isinstance(refusal, Refusal)
    assert "200 times its size" in refusal.reason
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_bomb_that_lies_about_its_size_is_stopped_while_it_unfolds(open_all) -> None:
    packed = bytearray(gzip.compress(b"0" * (64 * 2**20)))
    packed[-4:] = (1000).to_bytes(4, "little")
    (refusal,) = open_all("bomb.gz", bytes(packed))
    assert "200 times its size" in refusal.reason


def test_limits_of_size_are_settings(open_all) -> None:
    (refusal,) = open_all("big.csv", b"a,b\n" * 100, max_file_bytes=99)
    assert "OMNIMART_MAX_FILE_BYTES" in refusal.reason
    (refusal,) = open_all("big.zip", zip_of({"x.csv": b"ab\n" * 99}), max_uncompressed_bytes=99)
    assert "OMNIMART_MAX_UNCOMPRESSED_BYTES" in refusal.reason


@pytest.mark.parametrize("name", ["cut.gz", "cut.zip"])
def test_a_damaged_archive_is_refused_as_damaged(open_all, name: str) -> None:
    whole = gzip.compress(os.urandom(5000)) if name == "cut.gz" else zip_of({"x": os.urandom(5000)})
    (refusal,) = open_all(name, whole[:3000])
    assert "damaged" in refusal.reason


def test_a_gzip_file_is_known_by_its_content(open_all) -> None:
    (plain,) = open_all("x.csv", b"a,b\n1,2\n")
    (packed,) = open_all("x.csv.gz", gzip.compress(b"a,b\n1,2\n"))
    assert packed.sha256 == plain.sha256
    assert packed.path == "x.csv.gz"


def test_hidden_and_unfinished_files_are_left_alone(tmp_path: Path) -> None:
    for name in (".gitkeep", ".hidden/x.csv", "~$book.xlsx", "x.csv.crdownload", "Thumbs.db"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"a")
    assert scan_landing(tmp_path) == []


def test_links_and_special_files_never_stop_a_scan(tmp_path: Path) -> None:
    folder = tmp_path / "landing"
    folder.mkdir()
    (tmp_path / "outside.csv").write_bytes(b"a,b\n")
    (folder / "broken.csv").symlink_to(tmp_path / "nowhere")
    (folder / "loop").symlink_to(folder)
    (folder / "linked.csv").symlink_to(tmp_path / "outside.csv")
    os.mkfifo(folder / "pipe.csv")
    problems = {file.path: file.problem for file in scan_landing(folder)}
    assert problems.pop("linked.csv") is None
    assert set(problems) == {"broken.csv", "loop", "pipe.csv"}
    assert all(problems.values())


def test_a_name_that_is_no_text_is_shown(tmp_path: Path) -> None:
    path = os.path.join(os.fsencode(tmp_path), b"caf\xe9\n.csv")
    with open(path, "wb") as file:
        file.write(b"a")
    assert [file.path for file in scan_landing(tmp_path)] == ["caf\\xe9\n.csv"]


def test_a_file_that_changed_since_the_scan_waits(tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a,b\n")
    (file,) = scan_landing(tmp_path)
    path.write_bytes(b"a,b\n1,2\n")
    with pytest.raises(ChangedWhileReadError):
        list(open_file(file, tmp_path, settings))


def test_a_file_that_vanished_since_the_scan_is_refused(tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a,b\n")
    (file,) = scan_landing(tmp_path)
    path.unlink()
    (refusal,) = open_file(file, tmp_path, settings)
    assert "cannot be read" in refusal.reason
