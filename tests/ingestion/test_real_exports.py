"""Files that platforms really wrote, read in place where they are at hand."""

import shutil
from pathlib import Path

import pytest

from ingestion.loading import reset_raw
from ingestion.settings import PROJECT_ROOT

EXPORTS = PROJECT_ROOT.parent / "shared" / "exports"
FOLDERS = ("real", "reconstructed")

pytestmark = pytest.mark.skipif(not EXPORTS.is_dir(), reason="the export files are not at hand")


def test_every_file_is_decided_and_the_totals_are_theirs(landing, settings) -> None:
    for folder in FOLDERS:
        shutil.copytree(EXPORTS / folder, landing.folder / folder)
    files = {
        path.relative_to(landing.folder).as_posix()
        for path in landing.folder.rglob("*")
        if path.is_file()
    }
    summary = landing.load()
    assert files <= landing.statuses().keys()
    assert summary.counts["loaded"] > 70
    assert all(record.reason for record in summary.quarantined)
    unaccounted = landing.query(
        "select path from raw_audit.files "
        "where rows_read != rows_loaded + rows_rejected + rows_ignored"
    )
    assert unaccounted == []
    google = (
        "select sum(cost) from raw_google_ads.campaign_report where _source_file like '%all_time%'"
    )
    bing = "select sum(spend), sum(clicks) from raw_microsoft_ads.campaign_grid"
    assert [float(value) for value in landing.query(google)[0]] == [199421.15]
    assert [float(value) for value in landing.query(bing)[0]] == [515.36, 348]
    assert landing.load().written == {}


def test_the_order_of_loading_changes_nothing(landing, settings) -> None:
    tables = {"google_ads.campaign_report", "square.items", "shopify.orders", "meta_ads.ads_report"}
    sources = sorted({table.partition(".")[0] for table in tables})
    paths = [
        path
        for folder in FOLDERS
        for source in sources
        if (EXPORTS / folder / source).is_dir()
        for path in sorted((EXPORTS / folder / source).iterdir())
    ]

    def content() -> dict[str, list[tuple]]:
        return {
            table: landing.query(
                f"select * exclude (_loaded_at) from raw_{table} order by _source_file, _source_row"
            )
            for table in sorted(tables)
        }

    def land(path: Path) -> None:
        shutil.copy2(path, landing.folder / f"{path.parent.name}-{path.name}")

    outcomes = []
    for portions in ([paths], [paths[::-1][:4], paths[::-1][4:]]):
        for path in landing.folder.iterdir():
            path.unlink()
        reset_raw(settings)
        for portion in portions:
            for path in portion:
                land(path)
            landing.load("ads", "pos")
        outcomes.append(content())
    assert outcomes[0] == outcomes[1]
