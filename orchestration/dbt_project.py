"""Run dbt as this project runs it: paths, settings and variables from the settings object.

All that dbt writes (manifest, compiled SQL, logs) stands under ``<state>/dbt``. The identity key
reaches dbt through its environment only, never through an argument or a compiled file.

``python -m orchestration.dbt_project test --select fct_orders`` runs dbt by hand the same way.
"""

import csv
import fcntl
import importlib.metadata
import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ingestion.settings import Settings, get_settings
from ingestion.source_settings import load_sources_file
from ingestion.warehouse import connect
from orchestration.fingerprint import files_fingerprint

DBT_VERSION = importlib.metadata.version("dbt-core")

logger = logging.getLogger(__name__)


class DbtParseError(RuntimeError):
    """The dbt project does not parse; the message is dbt's."""


def project_dir(settings: Settings) -> Path:
    """Return the folder of the dbt project."""
    return settings.project_root / "dbt_project"


def target_path(settings: Settings) -> Path:
    """Return the folder of dbt's artifacts."""
    return settings.state_dir / "dbt" / "target"


def seeds_dir(settings: Settings) -> Path:
    """Return the folder of the seeds in use: the shipped ones under the user's own."""
    return settings.state_dir / "reference"


def dbt_command(settings: Settings, *arguments: str) -> list[str]:
    """Return the command line of ``dbt <arguments>`` with the variables of this run."""
    dbt = Path(sys.executable).with_name("dbt")
    executable = str(dbt) if dbt.exists() else "dbt"
    return [executable, *arguments, "--vars", json.dumps(_variables(settings), sort_keys=True)]


def dbt_environment(settings: Settings) -> dict[str, str]:
    """Return the environment dbt runs in; it holds the identity key."""
    return {
        **_parse_environment(settings),
        "OMNIMART_IDENTITY_KEY": settings.identity_key_value(),
    }


def merge_seeds(settings: Settings) -> None:
    """Lay the user's reference files over the shipped ones, file by file.

    A file is touched only when its content changes, so that dbt need not parse it again. A file of
    the user's that replaces nothing is left out with a warning; columns that were added to the
    shipped one since it was copied are empty.
    """
    shipped = {
        path.name: path for path in sorted(_seed_files(settings.project_root / "seeds/reference"))
    }
    chosen = dict(shipped)
    for path in sorted(settings.reference_dir.glob("*.csv")):
        if path.name in shipped:
            chosen[path.name] = path
        else:
            logger.warning("%s replaces no reference file and is not read", path)
    folder = seeds_dir(settings)
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in chosen.items():
        content = _with_columns_of(shipped[name], source)
        target = folder / name
        if not target.exists() or target.read_bytes() != content:
            target.write_bytes(content)
    for stale in set(_seed_files(folder)) - {folder / name for name in chosen}:
        stale.unlink()


def _with_columns_of(shipped: Path, source: Path) -> bytes:
    """Return the content of a reference file, with empty columns for those it lacks."""
    if source == shipped:
        return source.read_bytes()
    with shipped.open(encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    with source.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file) if row]
    lacking = [name for name in columns if rows and name not in rows[0]]
    if not lacking:
        return source.read_bytes()
    logger.warning("%s lacks %s: read as empty", source, ", ".join(lacking))
    completed = io.StringIO()
    writer = csv.writer(completed, lineterminator="\n")
    writer.writerow([*rows[0], *lacking])
    writer.writerows([*row, *("" for _ in lacking)] for row in rows[1:])
    return completed.getvalue().encode()


def load_manifest(settings: Settings) -> dict[str, Any]:
    """Return dbt's manifest, parsing the project first when anything it depends on changed.

    Needs neither network nor warehouse. Raises ``DbtParseError`` when the project does not parse.
    """
    merge_seeds(settings)
    target = target_path(settings)
    target.mkdir(parents=True, exist_ok=True)
    manifest, stamp = target / "manifest.json", target.parent / "manifest.stamp"
    with _exclusive(target.parent / "manifest.lock"):
        state = _parse_state(settings)
        parsed = stamp.read_text(encoding="utf-8") if stamp.exists() else ""
        if parsed != state or not manifest.exists():
            stamp.unlink(missing_ok=True)
            _parse(settings)
            stamp.write_text(state, encoding="utf-8")
        return _with_attached_tests(json.loads(manifest.read_bytes()))


def drop_leftovers(settings: Settings) -> list[str]:
    """Drop the relations a killed dbt left half-built and return their names.

    The caller holds the writer lock.
    """
    if not settings.warehouse_path.exists():
        return []
    dropped = []
    with connect(settings) as connection:
        for schema, name, kind in connection.execute(
            "select table_schema, table_name, table_type from information_schema.tables"
            " where table_catalog = current_database()"
            " and (table_name like '%\\_\\_dbt\\_tmp' escape '\\'"
            " or table_name like '%\\_\\_dbt\\_backup' escape '\\')"
        ).fetchall():
            relation = "view" if kind == "VIEW" else "table"
            connection.execute(f'drop {relation} if exists "{schema}"."{name}" cascade')
            dropped.append(f"{schema}.{name}")
    return dropped


def _parse(settings: Settings) -> None:
    result = subprocess.run(
        dbt_command(settings, "--quiet", "parse"),
        cwd=project_dir(settings),
        env=_parse_environment(settings),
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise DbtParseError(f"dbt parse failed\n{result.stdout}{result.stderr}".strip())


def _parse_state(settings: Settings) -> str:
    root = settings.project_root
    content = files_fingerprint([root / "dbt_project", seeds_dir(settings)])
    variables = json.dumps(_variables(settings), sort_keys=True)
    return "\n".join([DBT_VERSION, content, variables, str(root), str(settings.data_dir)])


def _parse_environment(settings: Settings) -> dict[str, str]:
    target = str(target_path(settings))
    return {
        **os.environ,
        "OMNIMART_DATA_DIR": str(settings.data_dir),
        "OMNIMART_WAREHOUSE": str(settings.warehouse_path),
        "OMNIMART_SEEDS": str(seeds_dir(settings)),
        "OMNIMART_TIMEZONE": settings.timezone,
        "OMNIMART_CURRENCY": settings.currency,
        "DBT_PROJECT_DIR": str(project_dir(settings)),
        "DBT_PROFILES_DIR": str(project_dir(settings)),
        "DBT_TARGET_PATH": target,
        "DBT_LOG_PATH": str(target_path(settings).parent / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_USE_COLORS": "false",
        "PYTHONUNBUFFERED": "1",
    }


def _variables(settings: Settings) -> dict[str, Any]:
    """Return the dbt variables of this run; ``sources.yml`` says the country of each source."""
    sources = load_sources_file(settings.sources_file).sources
    regions = {name: source.country for name, source in sources.items() if source.country}
    return {**({"phone_regions": regions} if regions else {}), **settings.vars}


def _seed_files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.suffix in {".csv", ".yml"}]


def _with_attached_tests(manifest: dict[str, Any]) -> dict[str, Any]:
    """Attach each test of several models to the most downstream one, so that it is its check."""
    depths: dict[str, int] = {}

    def depth(unique_id: str) -> int:
        if unique_id not in depths:
            parents = manifest["parent_map"].get(unique_id, [])
            depths[unique_id] = 1 + max((depth(parent) for parent in parents), default=0)
        return depths[unique_id]

    for node in manifest["nodes"].values():
        if node["resource_type"] == "test" and not node.get("attached_node"):
            parents = node["depends_on"]["nodes"]
            if parents:
                node["attached_node"] = max(parents, key=lambda parent: (depth(parent), parent))
    return manifest


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    """Hold an operating-system lock on ``path``: code servers may load side by side."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def main() -> None:
    """Replace this process by ``dbt`` with the arguments given, as this project runs it."""
    settings = get_settings()
    merge_seeds(settings)
    os.chdir(project_dir(settings))
    command = dbt_command(settings, *sys.argv[1:])
    os.execvpe(command[0], command, dbt_environment(settings))


if __name__ == "__main__":
    main()
