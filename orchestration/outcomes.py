"""What the expectations of the last run found, kept for the report and for ``omnimart status``."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from expectations.catalogue import Severity
from expectations.validation import ExpectationOutcome
from ingestion.settings import Settings
from ingestion.source_settings import load_sources_file


def severities(settings: Settings) -> dict[str, Severity]:
    """Return the severities that ``sources.yml`` gives checks by name, key ``expectations``."""
    extra = load_sources_file(settings.sources_file).model_extra or {}
    return dict(extra.get("expectations") or {})


def store(settings: Settings, run_id: str, outcomes: Sequence[ExpectationOutcome]) -> Path:
    """Keep ``outcomes`` as those of the last run and return the file."""
    path = _file(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"run_id": run_id, "outcomes": [asdict(outcome) for outcome in outcomes]}
    path.write_text(json.dumps(content, indent=1, default=str), encoding="utf-8")
    return path


def failed_errors(settings: Settings, run_id: str) -> list[str]:
    """Return the checks that failed at error level in the run ``run_id``, by table and name."""
    if _read(settings)["run_id"] != run_id:
        return []
    return [
        f"{outcome.table}: {outcome.check}"
        for outcome in load(settings)
        if not outcome.success and outcome.severity == "error"
    ]


def load(settings: Settings) -> list[ExpectationOutcome]:
    """Return the outcomes of the last run, none when there was none."""
    return [
        ExpectationOutcome(**{**entry, "asset_key": tuple(entry["asset_key"])})
        for entry in _read(settings)["outcomes"]
    ]


def _read(settings: Settings) -> dict[str, Any]:
    try:
        return json.loads(_file(settings).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {"run_id": None, "outcomes": []}


def _file(settings: Settings) -> Path:
    return settings.state_dir / "expectations.json"
