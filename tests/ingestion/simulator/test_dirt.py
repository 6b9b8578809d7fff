"""Every defect is planted, listed, the same for the same seed, and dealt with as it should be."""

import csv
import gzip
import io
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from pydantic import ValidationError

from ingestion.loading import FAMILIES, close_audit, load_family
from ingestion.settings import Settings
from ingestion.simulator import plan as plans
from ingestion.simulator.dirt import DEFECTS, Soiled, check_amounts, soil
from ingestion.simulator.dirt.caught import Caught, DefectCount, count_caught
from ingestion.simulator.dirt.targets import load_targets
from ingestion.simulator.exports import PLATFORMS
from ingestion.simulator.plan import Plan, Scenario, load_scenario
from ingestion.simulator.story import tell
from ingestion.simulator.truth import add_spend
from ingestion.simulator.world import World
from ingestion.simulator.writing import Folder, WrittenFile

PLATFORMS_SOILED = (
    "shopify", "stripe", "square", "youzan", "google_ads", "meta_ads", "ocean_engine",
    "tiktok_ads", "instagram", "hubspot", "klaviyo", "mailchimp", "twilio", "sendgrid", "loyalty",
    "partner", "touchpoints", "offline_spend",
)  # fmt: skip
SEED = 5


@dataclass(frozen=True)
class Clean:
    """Clean exports, and how to get them as a folder of one's own."""

    out: Path
    files: tuple[WrittenFile, ...]
    scenario: Scenario
    spend: dict[tuple[str, str], int]
    reported: int  # cents of the newest reports of the dollar account

    def soiled(self, out: Path, seed: int = SEED) -> Soiled:
        """Soil a copy of the exports in ``out``."""
        shutil.copytree(self.out, out)
        folder = Folder(out, duckdb.connect())
        folder.files.extend(self.files)
        amounts = {
            name: max(amount, 0.01) if DEFECTS[name].befalls == "rows" else amount
            for name, amount in self.scenario.dirt.items()
        }
        return soil(folder, amounts, seed)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Clean:
    root = tmp_path_factory.mktemp("clean")
    scenario = load_scenario("dirty")
    plan = Plan(scenario=scenario, customers=300, days=122, seed=SEED)
    (root / "world").mkdir()
    with World(plan, root / "world") as world:
        tell(world)
        folder = Folder(root / "exports", world.connection)
        for name in PLATFORMS_SOILED:
            PLATFORMS[name].export(world, folder)
        add_spend(world, PLATFORMS_SOILED)
        spend = world.connection.execute(
            "select platform, currency, sum(spend)::bigint from spend group by all"
        ).fetchall()
    told = {(platform, currency): cents for platform, currency, cents in spend}
    reported = _newest_spend(folder.out / "meta_ads")
    # what no defect befalls would only be read
    kept = {file for target in load_targets().values() for file in target.files_of(folder.files)}
    for file in set(folder.files) - kept:
        (folder.out / file.path).unlink()
    files = tuple(file for file in folder.files if file in kept)
    return Clean(root / "exports", files, scenario, told, reported)


@dataclass(frozen=True)
class Dirty:
    """Soiled exports, and what ingestion made of them."""

    out: Path
    soiled: Soiled
    caught: Caught

    def count(self, name: str) -> DefectCount:
        """Return what became of a defect."""
        found = {item.name: item for item in self.caught.defects}
        return found.get(name, DefectCount(name, "", 0, 0))


@pytest.fixture(scope="module")
def dirty(clean: Clean, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dirty]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("dirty"))
    soiled = clean.soiled(settings.landing_dir)
    for family in FAMILIES:
        load_family(settings, family)
    close_audit(settings)
    with duckdb.connect() as connection:
        connection.register("true_defects", pa.table(soiled.defects()))
        connection.register("true_file_sums", pa.table(soiled.file_sums()))
        connection.execute(f"attach '{settings.warehouse_path}' as warehouse (read_only)")
        yield Dirty(settings.landing_dir, soiled, count_caught(connection))


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_is_planted(name: str, dirty: Dirty) -> None:
    assert dirty.count(name).planted > 0


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_is_dealt_with_as_it_should_be(name: str, dirty: Dirty) -> None:
    count = dirty.count(name)
    assert count.missed == 0, f"{count.missed} of {count.planted} missed, at {count.missed_at}"


def test_the_scenario_has_every_defect(clean: Clean) -> None:
    assert set(clean.scenario.dirt) == set(DEFECTS)


def test_the_same_seed_gives_the_same_bytes(clean: Clean, dirty: Dirty, tmp_path: Path) -> None:
    again = clean.soiled(tmp_path / "again")
    assert again == dirty.soiled
    assert _contents(tmp_path / "again") == _contents(dirty.out)
    other = clean.soiled(tmp_path / "other", SEED + 1)
    assert _contents(tmp_path / "other") != _contents(dirty.out)
    assert other != dirty.soiled


def test_what_is_listed_is_what_differs_from_the_clean_files(clean: Clean, dirty: Dirty) -> None:
    before, after = _contents(clean.out), _contents(dirty.out)
    differing = {path for path, content in after.items() if before.get(path) != content}
    listed = {item.file.partition("!")[0] for item in dirty.soiled.planted}
    assert differing <= listed
    superseded = {
        item.file
        for item in dirty.soiled.planted
        if item.defect in {"stale_exports", "overlapping_exports"}
    }
    assert listed - differing <= superseded
    renamed = before.keys() - after.keys()
    assert len(renamed) == len({
        item.file for item in dirty.soiled.planted
        if item.defect in {
            "renamed_files", "workbooks_named_csv", "tables_named_xls", "saved_as_workbooks",
            "gzipped_files", "zipped_folders",
        }
    })  # fmt: skip


def test_every_row_listed_is_a_row_that_differs(clean: Clean, dirty: Dirty) -> None:
    rows: dict[str, int] = {}
    for item in dirty.soiled.planted:
        if DEFECTS[item.defect].befalls == "rows":
            rows[item.file] = rows.get(item.file, 0) + 1
    assert rows
    for path, count in rows.items():
        added = _records(dirty.out / path) - _records(clean.out / path)
        assert added.total() == count, path


def test_soiled_files_keep_the_times_of_their_exports(dirty: Dirty, clean: Clean) -> None:
    for file in clean.files:
        path = dirty.out / file.path
        if path.exists():
            assert datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None) == (
                file.exported_at
            )


def test_the_true_spend_is_what_the_newest_reports_say(clean: Clean) -> None:
    assert clean.spend["meta_ads", "USD"] == clean.reported
    text = (clean.out / "omnimart" / "media_spend.csv").read_text()
    media = [row for row in csv.DictReader(text.splitlines()) if row["currency"] == "USD"]
    offline = round(sum(float(row["spend"]) for row in media) * 100)
    assert clean.spend["media_plan", "USD"] == offline


def _newest_spend(folder: Path) -> int:
    newest: dict[tuple[str, str], float] = {}
    for path in sorted(folder.glob("Tan*"), key=lambda path: path.stat().st_mtime):
        for row in csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()):
            if row["Campaign ID"]:
                newest[row["Campaign ID"], row["Day"]] = float(row["Amount spent (USD)"])
    return round(sum(newest.values()) * 100)


def _contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _records(path: Path) -> Counter:
    content = path.read_bytes()
    if content.startswith(b"\x1f\x8b"):
        content = gzip.decompress(content)
    if content.startswith(b"\xff\xfe"):
        text = content.decode("utf-16")
    else:
        text = content.decode("utf-8-sig", errors="surrogateescape")
    if ".jsonl" in path.name:
        return Counter(text.splitlines())
    delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    return Counter(map(tuple, csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)))


@pytest.mark.parametrize(
    ("amounts", "problem"),
    [
        ({"typos": 0.1}, "'typos' is no defect; defects are ambiguous_days"),
        ({"null_markers": 2}, "null_markers befalls a share of the rows"),
        ({"utf_16": 0.5}, "utf_16 befalls a number of files"),
    ],
)
def test_amounts_that_make_no_sense_are_refused(amounts: dict[str, float], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        check_amounts(amounts)
    with pytest.raises(ValidationError, match=problem):
        Scenario.model_validate({**load_scenario("default").model_dump(), "dirt": amounts})


@pytest.fixture
def write_scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    shutil.copy(plans.SCENARIOS_DIR / "default.yml", tmp_path / "default.yml")
    monkeypatch.setattr(plans, "SCENARIOS_DIR", tmp_path)
    return lambda name, text: (tmp_path / f"{name}.yml").write_text(text, encoding="utf-8")


def test_a_scenario_may_extend_another(write_scenario: Callable[[str, str], None]) -> None:
    write_scenario(
        "small",
        "extends: default\ndescription: small\nmarkets: {US: 1.0}\nidentity: {employees: 0.5}\n",
    )
    write_scenario("smaller", "extends: small\nidentity: {typing_error: 0.4}\n")
    default, smaller = load_scenario("default"), load_scenario("smaller")
    assert smaller.markets == {"US": 1.0}
    assert smaller.identity.employees == 0.5
    assert smaller.identity.typing_error == 0.4
    assert smaller.identity.shared_device == default.identity.shared_device
    assert smaller.channels == default.channels


def test_scenarios_do_not_extend_each_other_in_a_circle(
    write_scenario: Callable[[str, str], None],
) -> None:
    write_scenario("egg", "extends: hen\n")
    write_scenario("hen", "extends: egg\n")
    with pytest.raises(ValueError, match="egg -> hen -> egg"):
        load_scenario("egg")
