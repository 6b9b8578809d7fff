"""The mart of budget recommendations, built on weeks whose responses are known."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from tests.dbt_project.scratch_project import DBT_PROJECT, ScratchProject
from tests.dbt_project.test_budget_plan import FULL, STEEP, history_of

MONDAY = date(2024, 7, 1)
WEEKS = 104
AS_OF = MONDAY + timedelta(weeks=WEEKS, days=2)  # a broken week after the whole ones


@pytest.fixture
def shop(tmp_path: Path) -> ScratchProject:
    """Return the mart's project; ``fill`` gives it weeks."""
    folder = tmp_path / "scratch"
    project = ScratchProject(folder)
    profiles = yaml.safe_load((folder / "profiles.yml").read_text())
    profiles["scratch"]["outputs"]["duckdb"] |= {
        "module_paths": [str(DBT_PROJECT / "plugins"), str(DBT_PROJECT.parent)],
        "plugins": [{"module": "omnimart_budget"}],
    }
    (folder / "profiles.yml").write_text(yaml.safe_dump(profiles))
    settings = yaml.safe_load((folder / "dbt_project.yml").read_text())
    settings["models"] = {"+materialized": "table"}
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(settings))
    given = {
        "int_as_of": f"select date '{AS_OF}' as as_of_date",
        "int_marketing_costs": "select * from given_costs",
        "mmm_input_weekly": "select * from given_weeks",
        "fct_conversions": "select week_start as conversion_date, 'order' as conversion_type"
        " from given_weeks",
        "budget_bounds": "select 'Fixed' as channel, 1e0 as minimum_spend,"
        " cast(null as double) as maximum_spend, 0e0 as maximum_change",
    }
    for name, sql in given.items():
        project.add_model(name, sql)
    project.add_real_model("marts/budget/budget_recommendations.sql")
    return project


def fill(project: ScratchProject, weeks: int, names: list[str]) -> None:
    history = history_of(*[FULL, STEEP, FULL][: len(names)], weeks=WEEKS)
    days = [MONDAY + timedelta(weeks=week) for week in range(WEEKS)][-weeks:]
    project.replace_table(
        "given_weeks",
        {
            # The whole weeks, and the broken one, whose figures would mislead.
            "week_start": ("date", [*days, days[-1] + timedelta(weeks=1)]),
            "revenue": ("decimal(18, 2)", [*map(str, history.revenue[-weeks:].round(2)), "1.00"]),
            "promotion_days": ("bigint", [*history.promotion_days[-weeks:].astype(int), 0]),
            "holidays": ("bigint", [0] * (weeks + 1)),
        },
    )
    rows: list[tuple[Any, ...]] = [
        (day, name, str(amount))
        for name, column in zip(names, history.spend.T.round(2), strict=True)
        for day, amount in zip(days, column[-weeks:], strict=True)
    ]
    dates, channels, amounts = zip(*rows, strict=True)
    project.replace_table(
        "given_costs",
        {
            "cost_date": ("date", dates),
            "channel": ("varchar", channels),
            "spend": ("decimal(18, 2)", amounts),
            "other_costs": ("decimal(18, 2)", ["0"] * len(rows)),
        },
    )
    project.run("run")


def test_money_moves_within_bounds_and_a_fixed_channel_keeps_its_own(shop: ScratchProject) -> None:
    fill(shop, WEEKS, ["Full", "Steep", "Fixed"])
    found = {
        channel: (recommendation, float(now), float(then), low, gain_low)
        for channel, recommendation, now, then, low, gain_low in shop.query(
            "select channel, recommendation, weekly_spend, recommended_weekly_spend,"
            " marginal_return_low, plan_gain_low from budget_recommendations"
        )
    }
    assert (found["Full"][0], found["Steep"][0]) == ("decrease", "increase")
    # Saturated, it shows no return; bound, it is left alone all the same.
    assert found["Fixed"][0] in {"keep", "insufficient_data"}
    _, now, then, _, gain_low = found["Full"]
    assert then == pytest.approx(0.8 * now, abs=0.02)
    assert found["Fixed"][1] == found["Fixed"][2]
    assert found["Steep"][3] > 0
    assert gain_low > 0
    spend = history_of(FULL, STEEP, FULL, weeks=WEEKS).spend
    assert now == pytest.approx(np.round(spend[-8:, 0], 2).mean(), abs=0.01)


def test_a_short_history_and_one_without_a_whole_week_are_refused(shop: ScratchProject) -> None:
    fill(shop, 10, ["Full", "Steep"])
    assert shop.query(
        "select distinct recommendation, reason, weekly_spend_change, plan_gain"
        " from budget_recommendations"
    ) == [("insufficient_data", "10 whole weeks of history, 26 are needed", 0, None)]
    shop.execute("delete from given_weeks")
    shop.run("run")
    assert shop.query(
        "select channel, reason, weekly_spend from budget_recommendations order by channel"
    ) == [(name, "0 whole weeks of history, 26 are needed", 0) for name in ("Full", "Steep")]
