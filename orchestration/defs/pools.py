"""The pool and the policies that stages share."""

from datetime import timedelta

import dagster as dg

WAREHOUSE = "warehouse"  # DuckDB has one writer: dagster.yaml limits every pool to one slot

ENGINEERING = "team:data-engineering"
ANALYTICS = "team:marketing-analytics"

RETRY = dg.RetryPolicy(max_retries=2, delay=5, backoff=dg.Backoff.EXPONENTIAL)


def freshness(warn_hours: int, fail_hours: int) -> dg.FreshnessPolicy:
    """Return a policy for what the nightly refresh renews: late after a missed night."""
    return dg.FreshnessPolicy.time_window(
        warn_window=timedelta(hours=warn_hours), fail_window=timedelta(hours=fail_hours)
    )
