"""Stage 5: the marketing report, made from the version readers see."""

from datetime import UTC, datetime

import dagster as dg

from ingestion.settings import get_settings
from orchestration import outcomes
from orchestration.defs import pools
from orchestration.fingerprint import Refresh, remember_refresh
from orchestration.publishing import current_file, current_version
from orchestration.run_tags import FINGERPRINT, LANDING


@dg.asset(
    description=(
        "The report page, readable offline: scorecard, channels, attribution models side by side, "
        "journeys, segments and data quality."
    ),
    deps=["published_marts"],
    group_name="published",
    owners=[pools.ANALYTICS],
    kinds={"plotly", "html"},
    freshness_policy=pools.freshness(warn_hours=26, fail_hours=32),
    retry_policy=pools.RETRY,
)
def marketing_report(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Write the page, then record the refresh as complete: this is its last step."""
    from orchestration.report.build import build_report  # plotly costs a second to import

    settings = get_settings()
    marts = current_file(settings.published_dir)
    if marts is None:
        raise dg.Failure("Nothing has been published yet: there is nothing to report on.")
    page = build_report(
        marts,
        settings.reports_dir / "index.html",
        outcomes.load(settings),
        currency=settings.currency,
        timezone=settings.timezone,
    )
    tags = context.run.tags
    if FINGERPRINT in tags:
        remember_refresh(
            settings,
            Refresh(
                run_id=context.run.run_id,
                fingerprint=tags[FINGERPRINT],
                landing=tags[LANDING],
                version=current_version(settings.published_dir) or "",
                finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
            ),
        )
    return dg.MaterializeResult(
        metadata={
            "path": dg.MetadataValue.path(page),
            "url": dg.MetadataValue.url(page.as_uri()),
            "size_bytes": page.stat().st_size,
        }
    )
