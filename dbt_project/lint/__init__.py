"""What sqlfluff needs to render the models without dbt: stand-ins for dbt's context.

Vars have the values of ``dbt_project.yml``. A dispatched macro renders as a call of a function of
its name, which any dialect can parse.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

_PROJECT = yaml.safe_load((Path(__file__).parents[1] / "dbt_project.yml").read_text("utf-8"))


def _render_argument(value: object) -> str:
    """Return a macro's argument as SQL; paths and separators become text literals."""
    if isinstance(value, Mapping):
        return ", ".join(_render_argument(item) for item in value.values())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(_render_argument(item) for item in value)
    text = str(value)
    is_bare_text = text.startswith("$") or not any(character.isalnum() for character in text)
    return f"'{text}'" if is_bare_text and not text.startswith("'") else text


class Adapter:
    """Stands in for dbt's adapter."""

    @staticmethod
    def dispatch(name: str, package: str | None = None) -> Callable[..., str]:
        """Return a macro that renders as a function call: ``regex_match(a, b)``."""

        def render(*arguments: object, **named: object) -> str:
            values = [value for value in (*arguments, *named.values()) if value is not None]
            return f"{name}({', '.join(_render_argument(value) for value in values)})"

        return render


adapter = Adapter()
execute = False
invocation_id = "invocation"
run_started_at = datetime.fromtimestamp(0, UTC)


def var(name: str, default: Any = None) -> Any:
    """Return the value that the project gives a var."""
    return _PROJECT["vars"].get(name, default)


def env_var(name: str, default: str = "") -> str:
    """Return the default: a model's shape depends on no machine."""
    return default
