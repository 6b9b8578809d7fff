"""Learn what agreement is worth, from the profiles in the warehouse."""

import csv
import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from ingestion.settings import Settings
from orchestration.dbt_project import (
    dbt_command,
    dbt_environment,
    merge_seeds,
    project_dir,
)

if TYPE_CHECKING:
    from orchestration.identity.estimation import Level

SEED = "match_levels.csv"
LEAST_PROFILES = 100


class NothingToLearnError(RuntimeError):
    """There is no warehouse, or it knows too few people."""


def learn_levels(settings: Settings) -> tuple[Path, int]:
    """Write the user's ``match_levels.csv``; return its path and how many profiles it is from.

    Starts from the shipped parameters, so that learning twice is learning once.
    """
    from orchestration.identity.estimation import Level, learn

    if not settings.warehouse_path.exists():
        raise NothingToLearnError("There is nothing to learn from yet: omnimart run comes first.")
    shipped = settings.project_root / "seeds" / "reference" / SEED
    with duckdb.connect() as connection:
        path = str(settings.warehouse_path).replace("'", "''")
        connection.execute(f"attach '{path}' as warehouse (read_only)")
        connection.execute(
            "create table profiles as select * from warehouse.intermediate.int_person_profiles"
        )
        connection.execute("detach warehouse")
        profiles = connection.execute("select count(*) from profiles").fetchall()[0][0]
        if profiles < LEAST_PROFILES:
            raise NothingToLearnError(
                f"{profiles} profiles are too few to learn from: the shipped parameters hold."
            )
        with shipped.open(encoding="utf-8", newline="") as file:
            levels = [_level(Level, row) for row in csv.DictReader(file)]
        learnt = learn(connection, comparisons(settings), levels)
    target = settings.reference_dir / SEED
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Level._fields)
        writer.writerows(_row(level) for level in learnt)
    return target, profiles


def comparisons(settings: Settings) -> dict[str, Any]:
    """Return the comparisons as the models make them, from dbt itself."""
    merge_seeds(settings)
    result = subprocess.run(
        dbt_command(
            settings, "--quiet", "compile", "--inline", "{{ tojson(match_comparisons()) }}"
        ),
        cwd=project_dir(settings),
        env=dbt_environment(settings),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(result.stdout.strip().splitlines()[-1])


def _level(level: type["Level"], row: dict[str, str]) -> "Level":
    numbers = (float(row[name]) for name in level._fields[2:5])
    return level(row["comparison"], row["level"], *numbers, row["is_frequency_adjusted"] == "true")


def _row(level: "Level") -> tuple[str, ...]:
    return tuple(
        f"{value:.3g}" if isinstance(value, float) else str(value).lower() for value in level
    )
