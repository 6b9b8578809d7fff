"""Forecasts of targets to the end of their periods, against arithmetic and many futures."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
import yaml

from tests.dbt_project.scratch_project import DBT_PROJECT, ScratchProject
from tests.dbt_project.test_metrics import MEASURES

AS_OF = date(2026, 6, 17)  # a Wednesday
PERIOD = (date(2026, 6, 1), date(2026, 6, 30))
HISTORY = 70
LEFT = 13


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ScratchProject:
    folder = tmp_path_factory.mktemp("forecast") / "scratch"
    project = ScratchProject(folder)
    profiles = yaml.safe_load((folder / "profiles.yml").read_text())
    profiles["scratch"]["outputs"]["duckdb"] |= {
        "module_paths": [str(DBT_PROJECT / "plugins")],
        "plugins": [{"module": "omnimart_statistics"}],
    }
    (folder / "profiles.yml").write_text(yaml.safe_dump(profiles))
    settings = yaml.safe_load((folder / "dbt_project.yml").read_text())
    settings["models"] = {"+materialized": "table"}
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(settings))
    project.add_model("int_targets", "select * from given_targets")
    project.add_model("kpi_daily", "select * from given_days")
    project.add_model(
        "fct_message_performance",
        "select kpi_date as message_date, channel, 'email' as medium, sessions as sent,"
        " clicks as delivered, null as human_opens, 0 as clicks, 0 as unsubscribes, 0 as bounces"
        " from given_days",
    )
    project.add_real_model("intermediate/kpis/int_target_forecasts.sql")
    return project


def forecasts(
    project: ScratchProject,
    targets: list[dict[str, Any]],
    days: list[dict[str, Any]],
) -> dict[str, tuple[float, ...]]:
    asked = [
        {
            "segment": "all", "direction": "higher", "medium": None, "as_of_date": AS_OF,
            "period_start": PERIOD[0], "period_end": PERIOD[1], "target": 1.0, **target,
        }
        for target in targets
    ]  # fmt: skip
    types = {
        "target_key": "varchar", "formula": "varchar", "segment": "varchar", "medium": "varchar",
        "direction": "varchar", "target": "double", "period_start": "date", "period_end": "date",
        "as_of_date": "date",
    }  # fmt: skip
    project.replace_table(
        "given_targets",
        {name: (kind, [row[name] for row in asked]) for name, kind in types.items()},
    )
    columns = {"kpi_date": "date", "channel": "varchar", **dict.fromkeys(MEASURES, "double")}
    project.replace_table(
        "given_days",
        {name: (kind, [row.get(name, 0) for row in days]) for name, kind in columns.items()},
    )
    project.run("run")
    rows = project.query(
        "select target_key, forecast, forecast_low, forecast_high, chance_to_meet"
        " from int_target_forecasts"
    )
    return {key: tuple(numbers) for key, *numbers in rows}


def history(**by_day: Any) -> list[dict[str, Any]]:
    """Return the days up to the as-of day, and one after it that must not count."""
    return [
        {"kpi_date": AS_OF - timedelta(days=ago), "channel": "Email"}
        | {name: value(AS_OF - timedelta(days=ago)) for name, value in by_day.items()}
        for ago in range(-1, HISTORY)
    ]


def test_a_week_that_repeats_is_forecast_without_error(project: ScratchProject) -> None:
    found = forecasts(
        project,
        [
            {"target_key": "meets", "formula": "orders", "target": 100},
            {"target_key": "misses", "formula": "orders", "target": 100000},
            {"target_key": "cheap", "formula": "cpc", "target": 3, "direction": "lower"},
            {"target_key": "none", "formula": "leads"},
            {"target_key": "people", "formula": "repeat_rate"},
            {"target_key": "elsewhere", "formula": "orders", "segment": "Display"},
            {"target_key": "mail", "formula": "delivery_rate", "medium": "email"},
            {"target_key": "over", "formula": "orders", "period_end": AS_OF},
        ],
        history(
            orders=lambda day: 10 + 5 * day.weekday(),
            clicks=lambda day: 3,
            sessions=lambda day: 4,
            spend=lambda day: 6,
        ),
    )
    month = sum(10 + 5 * (PERIOD[0] + timedelta(days=day)).weekday() for day in range(30))
    assert found == {
        "meets": pytest.approx((month, month, month, 1)),
        "misses": pytest.approx((month, month, month, 0)),
        "cheap": pytest.approx((2, 2, 2, 1)),
        "mail": pytest.approx((0.75, 0.75, 0.75, 0), abs=1e-6),
    }


def test_less_than_two_weeks_of_data_forecast_nothing(project: ScratchProject) -> None:
    late = AS_OF - timedelta(days=12)
    days = history(orders=lambda day: 1 if day >= late else 0)
    assert forecasts(project, [{"target_key": "t", "formula": "orders"}], days) == {}


def test_intervals_hold_what_they_say(project: ScratchProject) -> None:
    draw = np.random.default_rng(3)
    trials = 300
    days, ends, targets = [], {}, []
    for trial in range(trials):
        channel = f"c{trial}"
        orders = draw.poisson(20, HISTORY + LEFT)
        spend = draw.gamma(20, 5, HISTORY + LEFT) + orders
        days += [
            {
                "kpi_date": AS_OF - timedelta(days=HISTORY - 1 - place),
                "channel": channel,
                "new_customers": float(orders[place]),
                "spend": float(spend[place]),
            }
            for place in range(HISTORY)
        ]
        targets += [
            {"target_key": f"{channel} {formula}", "formula": formula, "segment": channel,
             "target": target}
            for formula, target in (("new_customers", 600), ("cac", 6))
        ]  # fmt: skip
        month = slice(HISTORY - 17, HISTORY + LEFT)
        ends[f"{channel} new_customers"] = orders[month].sum()
        ends[f"{channel} cac"] = spend[month].sum() / orders[month].sum()
    found = forecasts(project, targets, days)
    for formula, target in (("new_customers", 600), ("cac", 6)):
        keys = [key for key in found if key.endswith(formula)]
        assert len(keys) == trials
        held = np.mean([found[key][1] <= ends[key] <= found[key][2] for key in keys])
        assert 0.84 <= held <= 0.96
        # Of those said to have a chance of p, the share p meets the target.
        chances = np.array([found[key][3] for key in keys])
        met = np.array([ends[key] >= target for key in keys])
        assert chances.mean() == pytest.approx(met.mean(), abs=0.08)
        likely = chances > np.median(chances)
        assert met[likely].mean() > met[~likely].mean() + 0.2
