"""The models of journeys and attribution, compiled once and run on given touches."""

import sys
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa
import yaml

from tests.dbt_project.scratch_project import DBT_PROJECT, ScratchProject

MODELS = (
    "intermediate/attribution/int_channel_numbers.sql",
    "intermediate/attribution/int_conversion_paths.sql",
    "intermediate/attribution/int_journey_steps.sql",
    "intermediate/attribution/int_markov_moves.sql",
    "intermediate/attribution/int_channel_sets.sql",
    "intermediate/attribution/int_channel_effects.sql",
    "intermediate/attribution/int_attribution_scopes.sql",
    "intermediate/attribution/int_attribution_credits.sql",
    "marts/journeys/fct_conversions.sql",
    "marts/attribution/channel_effects.sql",
    "marts/attribution/fct_attribution.sql",
    "marts/attribution/attribution_by_channel.sql",
)
VIEWS = ("int_journey_steps", "int_attribution_credits")
GIVEN = (
    "int_touchpoints",
    "int_conversions",
    "int_marketing_costs",
    "channels",
    "attribution_weights",
)
CHANNELS = {
    "Direct": False,
    "Email": False,
    "Display": True,
    "Paid Search": True,
    "Referral": False,
}
TOUCHPOINTS = pa.schema(
    [
        ("touchpoint_id", pa.string()),
        ("customer_id", pa.string()),
        ("record_key", pa.string()),
        ("sequence_number", pa.int64()),
        ("interaction", pa.string()),
        ("channel", pa.string()),
        ("campaign", pa.string()),
        ("stage", pa.string()),
        ("is_direct", pa.bool_()),
        ("is_lead_creation", pa.bool_()),
        ("is_touch", pa.bool_()),
        ("touched_at", pa.timestamp("us")),
    ]
)
CONVERSIONS = pa.schema(
    [
        ("conversion_id", pa.string()),
        ("conversion_type", pa.string()),
        ("customer_id", pa.string()),
        ("source", pa.string()),
        ("order_id", pa.string()),
        ("revenue_reporting", pa.decimal128(18, 2)),
        ("is_first_order", pa.bool_()),
        ("lead_at", pa.timestamp("us")),
        ("opportunity_at", pa.timestamp("us")),
        ("converted_at", pa.timestamp("us")),
        ("conversion_date", pa.date32()),
    ]
)


class Touch(NamedTuple):
    """One touchpoint; ``person`` is a customer, or a device where ``is_known`` is false."""

    name: str
    person: str
    channel: str
    at: datetime
    is_known: bool = True


class Conversion(NamedTuple):
    """One conversion; without a ``person`` nobody knows who converted."""

    name: str
    person: str | None
    at: datetime
    revenue: Decimal = Decimal(0)
    kind: str = "order"


class AttributionProject:
    """The compiled models, and a database to run them in."""

    def __init__(self, folder: Path, **variables: Any) -> None:
        self.project = ScratchProject(folder)
        profiles = yaml.safe_load((folder / "profiles.yml").read_text())
        profiles["scratch"]["outputs"]["duckdb"] |= {
            "module_paths": [str(DBT_PROJECT / "plugins"), str(DBT_PROJECT.parent)],
            "plugins": [{"module": "omnimart_attribution"}],
        }
        (folder / "profiles.yml").write_text(yaml.safe_dump(profiles))
        settings = yaml.safe_load((folder / "dbt_project.yml").read_text())
        given = yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text())["vars"]
        settings |= {"vars": given | variables, "models": {"+materialized": "table"}}
        (folder / "dbt_project.yml").write_text(yaml.safe_dump(settings))
        for name in GIVEN:
            self.project.add_model(name, f"select * from given_{name}")
        for path in MODELS:
            self.project.add_real_model(path)
        self.project.run("compile")
        compiled = folder / "target" / "compiled" / "omnimart" / "models"
        self.statements = {
            Path(path).stem: (compiled / Path(path).name).read_text() for path in MODELS
        }

    @staticmethod
    def connect(path: str = ":memory:") -> duckdb.DuckDBPyConnection:
        """Return a database with the functions of the models."""
        sys.path.insert(0, str(DBT_PROJECT / "plugins"))
        try:
            import omnimart_attribution
        finally:
            sys.path.pop(0)
        connection = duckdb.connect()
        connection.execute(f"attach '{path}' as warehouse")
        connection.execute("use warehouse.main")
        omnimart_attribution.Plugin("omnimart_attribution", {}).configure_connection(connection)
        return connection

    def run(self, connection: duckdb.DuckDBPyConnection, models: Sequence[str] = ()) -> None:
        """Build the models, or the named ones, from the given tables."""
        for name in models or self.statements:
            kind = "view" if name in VIEWS else "table"
            connection.execute(f"create or replace {kind} {name} as {self.statements[name]}")

    def build(
        self, touches: Sequence[Touch], conversions: Sequence[Conversion]
    ) -> duckdb.DuckDBPyConnection:
        """Return a database with all models built on these touches and conversions."""
        connection = self.connect()
        create_given(connection, touches, conversions, prefix="")
        self.run(connection)
        return connection

    def refresh(self, touches: Sequence[Touch], conversions: Sequence[Conversion]) -> None:
        """Let dbt build the models in the project's warehouse, after what it built before."""
        with duckdb.connect(str(self.project.warehouse)) as connection:
            create_given(connection, touches, conversions, prefix="given_")
        self.project.run("run")


def create_given(
    connection: duckdb.DuckDBPyConnection,
    touches: Sequence[Touch],
    conversions: Sequence[Conversion],
    prefix: str,
) -> None:
    """Write the tables that the models start from."""
    tables = {
        "int_touchpoints": pa.Table.from_pylist(
            [touch_row(touch) for touch in touches], schema=TOUCHPOINTS
        ),
        "int_conversions": pa.Table.from_pylist(
            [conversion_row(conversion) for conversion in conversions], schema=CONVERSIONS
        ),
        "channels": pa.table({"channel": list(CHANNELS), "is_paid": list(CHANNELS.values())}),
    }
    for name, table in tables.items():
        connection.register("given", table)
        connection.execute(f"create or replace table {prefix}{name} as select * from given")
        connection.unregister("given")
    connection.execute(
        f"create or replace table {prefix}attribution_weights as"
        " select 1 as rule_order, '^(first|only)$' as place, null::varchar as channel,"
        " null::varchar as stage, 2.0 as weight"
    )
    connection.execute(
        f"create or replace table {prefix}int_marketing_costs as"
        " select date '2026-01-09' as cost_date, 'Audio' as channel, 'jingle' as campaign,"
        " 12.34::decimal(18, 2) as spend, 0::decimal(18, 2) as other_costs"
    )


def touch_row(touch: Touch) -> dict[str, Any]:
    return {
        "touchpoint_id": touch.name,
        "customer_id": touch.person if touch.is_known else None,
        "record_key": touch.person,
        "channel": touch.channel,
        "stage": "interest",
        "is_direct": touch.channel == "Direct",
        "is_lead_creation": False,
        "is_touch": True,
        "touched_at": touch.at,
    }


def conversion_row(conversion: Conversion) -> dict[str, Any]:
    return {
        "conversion_id": conversion.name,
        "conversion_type": conversion.kind,
        "customer_id": conversion.person,
        "source": "shop",
        "order_id": conversion.name,
        "revenue_reporting": conversion.revenue,
        "is_first_order": False,
        "converted_at": conversion.at,
        "conversion_date": conversion.at.date(),
    }
