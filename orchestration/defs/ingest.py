"""Stage 1: exports become raw tables, one asset per table, one step per family of platforms."""

from collections.abc import Iterator

import dagster as dg

from ingestion.audit import AUDIT_TABLES, FileRecord
from ingestion.catalogue import FAMILIES, Catalogue, Family, Format, load_catalogue
from ingestion.loading import close_audit, load_family
from ingestion.settings import get_settings
from ingestion.warehouse import writer_lock
from orchestration.defs import pools
from orchestration.fingerprint import forget_refresh

AUDIT_SOURCE = "raw_audit"
KINDS = {"dlt", "duckdb"}
FRESHNESS = pools.freshness(warn_hours=26, fail_hours=50)


def raw_key(source: str, table: str) -> dg.AssetKey:
    """Return the asset key of a raw table, which is also dbt's name of it."""
    return dg.AssetKey([source, table])


def raw_spec(export_format: Format) -> dg.AssetSpec:
    """Return the asset of the raw table that ``export_format`` fills."""
    return dg.AssetSpec(
        key=raw_key(export_format.source, export_format.table),
        description=f"{export_format.vendor}: {export_format.description}",
        group_name="raw",
        owners=[pools.ENGINEERING],
        kinds=KINDS,
        freshness_policy=FRESHNESS,
        metadata={
            "dagster/table_name": export_format.raw_table,
            "dagster/column_schema": dg.TableSchema(
                columns=[
                    dg.TableColumn(name, column.sql_type, description=column.description)
                    for name, column in export_format.typed_columns.items()
                ]
            ),
            "format": export_format.id,
            "grain": ", ".join(" or ".join(part) for part in export_format.grain_alternatives)
            or "row of the file",
        },
    )


def build_family_assets(family: Family, catalogue: Catalogue) -> dg.AssetsDefinition:
    """Return the assets that the platforms of ``family`` fill."""
    formats = [each for each in catalogue.loaded_formats() if each.family == family]

    @dg.multi_asset(
        name=f"load_{family}",
        description=f"Reads new files of the family {family} and merges their rows by grain.",
        specs=[raw_spec(each) for each in formats],
        pool=pools.WAREHOUSE,
        retry_policy=pools.RETRY,
    )
    def load(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        settings = get_settings()
        with writer_lock(settings):
            forget_refresh(settings)
            loads = load_family(settings, family, on_file=lambda file: log_file(context, file))
        by_key = {(load.source, load.table): load for load in loads}
        for each in formats:
            load = by_key.get((each.source, each.table))
            yield dg.MaterializeResult(
                asset_key=raw_key(each.source, each.table),
                metadata={
                    "files": load.files if load else 0,
                    "rows_loaded": load.rows_loaded if load else 0,
                    "rows_rejected": load.rows_rejected if load else 0,
                    "rows_ignored": load.rows_ignored if load else 0,
                },
            )

    return load


def log_file(context: dg.AssetExecutionContext, file: FileRecord) -> None:
    """Log what became of a file; one that was not loaded is a warning."""
    if file.status == "quarantined":
        context.log.warning(f"{file.path}: quarantined, it {file.reason}")
    else:
        rows = f"{file.rows_loaded} rows loaded, {file.rows_rejected} rejected"
        context.log.info(f"{file.path}: {file.format}, {rows}")


def build_audit_assets(catalogue: Catalogue) -> dg.AssetsDefinition:
    """Return the assets of the ledger, which is closed once every family has been loaded."""
    raw_keys = [raw_key(source, table) for source, table in catalogue.tables()]

    @dg.multi_asset(
        name="close_audit",
        description="Accounts for every file and row seen, and writes the quarantine folder.",
        specs=[
            dg.AssetSpec(
                key=raw_key(AUDIT_SOURCE, table.name),
                deps=raw_keys,
                description=table.description,
                group_name="raw",
                owners=[pools.ENGINEERING],
                kinds={"python", "duckdb"},
                freshness_policy=FRESHNESS,
                metadata={"dagster/table_name": f"{AUDIT_SOURCE}.{table.name}"},
            )
            for table in AUDIT_TABLES
        ],
        pool=pools.WAREHOUSE,
        retry_policy=pools.RETRY,
    )
    def close() -> Iterator[dg.MaterializeResult]:
        settings = get_settings()
        with writer_lock(settings):
            forget_refresh(settings)
            summary = close_audit(settings)
        for table in AUDIT_TABLES:
            yield dg.MaterializeResult(
                asset_key=raw_key(AUDIT_SOURCE, table.name),
                metadata={
                    **{f"files_{status}": count for status, count in summary.counts.items()},
                    "rows_loaded": summary.rows_loaded,
                    "rows_rejected": summary.rows_rejected,
                    "rows_ignored": summary.rows_ignored,
                },
            )

    return close


@dg.definitions
def defs() -> dg.Definitions:
    """Return one asset per raw table, and those of the ledger."""
    catalogue = load_catalogue()
    return dg.Definitions(
        assets=[
            *(build_family_assets(family, catalogue) for family in FAMILIES),
            build_audit_assets(catalogue),
        ]
    )
