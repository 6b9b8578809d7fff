"""Results of experiments: the mart on counts of small tests, held against SciPy."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from scipy import stats

from tests.dbt_project.scratch_project import DBT_PROJECT, ScratchProject

TAU = 0.3  # the var experiment_mixing_lift
COUNT_TYPES = {
    "experiment_type": "varchar",
    "source": "varchar",
    "experiment": "varchar",
    "variant": "varchar",
    "metric": "varchar",
    "counted_from": "varchar",
    "units": "bigint",
    "mixed_units": "bigint",
    "successes": "double",
    "total": "double",
    "squares": "double",
    "started_at": "timestamp",
    "ended_at": "timestamp",
}
SEED_TYPES = {
    "experiment": "varchar",
    "variant": "varchar",
    "is_control": "boolean",
    "expected_share": "double",
}


class Laboratory:
    """``experiment_results`` on given counts."""

    def __init__(self, folder: Path) -> None:
        self.project = ScratchProject(folder)
        profiles = yaml.safe_load((folder / "profiles.yml").read_text())
        profiles["scratch"]["outputs"]["duckdb"] |= {
            "module_paths": [str(DBT_PROJECT / "plugins")],
            "plugins": [{"module": "omnimart_statistics"}],
        }
        (folder / "profiles.yml").write_text(yaml.safe_dump(profiles))
        settings = yaml.safe_load((folder / "dbt_project.yml").read_text())
        settings["vars"] = yaml.safe_load((DBT_PROJECT / "dbt_project.yml").read_text())["vars"]
        settings["models"] = {"+materialized": "table"}
        (folder / "dbt_project.yml").write_text(yaml.safe_dump(settings))
        self.project.add_model("int_experiment_counts", "select * from given_counts")
        self.project.add_model("experiments", "select * from given_experiments")
        self.project.add_real_model("marts/experiments/experiment_results.sql")

    def results(
        self, counts: list[dict[str, Any]], seed: list[dict[str, Any]] | None = None
    ) -> dict[tuple[str, str], dict[str, Any]]:
        """Return the rows of the mart by experiment and variant."""
        common = {"experiment_type": "web", "source": "ga4", "metric": "order"}
        rows = [common | {"mixed_units": 0, "counted_from": "events"} | row for row in counts]
        for row in rows:
            row.setdefault("total", row["successes"])
            row.setdefault("squares", row["successes"])
        for name, types, given in (
            ("given_counts", COUNT_TYPES, rows),
            ("given_experiments", SEED_TYPES, seed or []),
        ):
            self.project.replace_table(
                name,
                {
                    column: (data_type, [row.get(column) for row in given])
                    for column, data_type in types.items()
                },
            )
        self.project.run("run")
        names = [name for (name, *_) in self.project.query("describe experiment_results")]
        found = self.project.query("select * from experiment_results")
        return {
            (row["experiment"], row["variant"]): row
            for row in (dict(zip(names, values, strict=True)) for values in found)
        }


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    return Laboratory(tmp_path_factory.mktemp("experiments") / "scratch")


def rate(experiment: str, variant: str, units: int, successes: int, **more: Any) -> dict[str, Any]:
    return {
        "experiment": experiment, "variant": variant, "units": units, "successes": successes, **more
    }  # fmt: skip


def revenue(experiment: str, variant: str, amounts: np.ndarray) -> dict[str, Any]:
    return rate(
        experiment, variant, len(amounts), int((amounts > 0).sum()), metric="revenue",
        total=float(amounts.sum()), squares=float((amounts**2).sum()),
    )  # fmt: skip


def always_valid(effect: float, variance: float, mixing: float) -> float:
    """Return the p-value as the ratio of two densities of the estimate: mixture over no effect."""
    mixture = stats.norm.pdf(effect, 0, math.sqrt(variance + mixing))
    return min(1.0, stats.norm.pdf(effect, 0, math.sqrt(variance)) / mixture)


def test_results_are_those_of_scipy(laboratory: Laboratory) -> None:
    draw = np.random.default_rng(3)
    amounts = {
        name: np.where(draw.random(size) < share, draw.gamma(4, 20, size).round(2), 0.0)
        for name, size, share in (("control", 900, 0.2), ("new", 850, 0.3))
    }
    flags = {
        "control": np.repeat([1.0, 0.0], [100, 900]), "red": np.repeat([1.0, 0.0], [150, 850]),
        "blue": np.repeat([1.0, 0.0], [130, 870]), "green": np.repeat([1.0, 0.0], [101, 899]),
    }  # fmt: skip
    found = laboratory.results(
        [rate("colours", name, len(x), int(x.sum())) for name, x in flags.items()]
        + [revenue("money", name, x) for name, x in amounts.items()]
    )
    for experiment, samples in (("colours", flags), ("money", amounts)):
        control = samples["control"]
        variants = [name for name in samples if name != "control"]
        for name in variants:
            row, sample = found[experiment, name], samples[name]
            test = stats.ttest_ind(sample, control, equal_var=False)
            low, high = test.confidence_interval(0.95)
            variance = sample.var(ddof=1) / len(sample) + control.var(ddof=1) / len(control)
            assert row["effect"] == pytest.approx(sample.mean() - control.mean())
            assert row["lift"] == pytest.approx(sample.mean() / control.mean() - 1)
            assert row["p_value"] == pytest.approx(test.pvalue)
            assert (row["effect_low"], row["effect_high"]) == pytest.approx((low, high))
            assert row["lift_low"] < row["lift"] < row["lift_high"]
            mixing = (TAU * control.mean()) ** 2
            assert row["sequential_p_value"] == pytest.approx(
                always_valid(row["effect"], variance, mixing)
            )
            assert row["sequential_low"] < row["effect_low"]
            # An interval holds the effects that its p-value does not refute.
            margin = row["sequential_high"] - row["effect"]
            assert always_valid(margin, variance, mixing) == pytest.approx(0.05)
        # Holm (1979) by hand: times three, two and one, never falling.
        ordered = sorted(found[experiment, name]["p_value"] for name in variants)
        worst = 0.0
        for position, p_value in enumerate(ordered):
            worst = max(worst, min(1, p_value * (len(ordered) - position)))
            (row,) = (r for r in found.values() if r["p_value"] == p_value)
            assert row["adjusted_p_value"] == pytest.approx(worst)
    # 150 of 1000 against 100 of 1000: (0.15 / 0.1) e^(+-1.96 sqrt(0.85 / 150 + 0.9 / 100)).
    red = found["colours", "red"]
    assert (red["lift_low"], red["lift_high"]) == pytest.approx((0.183, 0.902), abs=0.002)
    assert found["colours", "control"]["effect"] is None


def test_shares_that_were_not_meant_break_a_test(laboratory: Laboratory) -> None:
    found = laboratory.results(
        [
            rate("even", "control", 1000, 100), rate("even", "new", 1100, 200),
            rate("broken", "control", 1000, 100), rate("broken", "new", 1200, 200),
            rate("meant", "control", 800, 100), rate("meant", "new", 200, 50),
            rate("ads", "control", 800, 100, experiment_type="ad"),
            rate("ads", "new", 200, 50, experiment_type="ad"),
        ],
        [
            {"experiment": "meant", "variant": "control", "expected_share": 0.8},
            {"experiment": "meant", "variant": "new", "expected_share": 0.2},
        ],
    )  # fmt: skip
    for experiment, units in (("even", [1000, 1100]), ("broken", [1000, 1200])):
        expected = stats.chisquare(units).pvalue
        assert found[experiment, "new"]["sample_ratio_p_value"] == pytest.approx(expected)
    assert found["even", "new"]["verdict"] == "better"
    assert found["broken", "new"]["verdict"] == "sample_ratio_mismatch"
    assert found["meant", "new"]["sample_ratio_p_value"] == 1
    assert found["ads", "new"]["sample_ratio_p_value"] is None
    assert found["ads", "new"]["verdict"] == "better"


def test_what_data_do_not_tell_is_said_and_not_computed(laboratory: Laboratory) -> None:
    found = laboratory.results(
        [
            rate("few people", "control", 99, 40), rate("few people", "new", 99, 60),
            rate("few sales", "control", 999, 9), rate("few sales", "new", 999, 60),
            rate("few failures", "control", 999, 990), rate("few failures", "new", 999, 900),
            rate("sum", "control", 999, 90, metric="revenue", total=900.0, squares=None),
            rate("sum", "new", 999, 90, metric="revenue", total=990.0, squares=None),
            rate("worse", "control", 9999, 900), rate("worse", "new", 9999, 700),
            rate("same", "control", 999, 90), rate("same", "new", 999, 91),
        ]
    )  # fmt: skip
    verdicts = {experiment: found[experiment, "new"] for experiment, _ in found}
    for experiment in ("few people", "few sales", "few failures"):
        assert verdicts[experiment]["verdict"] == "not_enough_data"
    for experiment in ("few people", "few sales", "few failures", "sum"):
        row = verdicts[experiment]
        numbers = [row[name] for name in row if "p_value" in name and "ratio" not in name]
        assert {row["effect"], row["lift"], row["sequential_low"], *numbers} == {None}
    assert verdicts["worse"]["verdict"] == "worse"
    assert verdicts["same"]["verdict"] == "undecided"


def test_the_control_is_the_one_named(laboratory: Laboratory) -> None:
    found = laboratory.results(
        [rate("seed", name, 999, 99) for name in ("a", "b")]
        + [rate("name", name, 999, 99) for name in ("Big", "Original")]
        + [rate("first", name, 999, 99) for name in ("x", "y")]
        + [rate("alone", "control", 999, 99)],
        [{"experiment": "seed", "variant": "b", "is_control": True}],
    )
    controls = {key for key, row in found.items() if row["is_control"]}
    assert controls == {("seed", "b"), ("name", "Original"), ("first", "x")}
    # One version shown to everybody is no test.
    assert ("alone", "control") not in found


def test_looking_every_day_seldom_finds_what_is_not_there(laboratory: Laboratory) -> None:
    """Three hundred tests without effect, looked at on each of 30 days."""
    draw = np.random.default_rng(11)
    tests, days, visitors = 300, 30, 100
    successes = draw.binomial(visitors, 0.1, (2, tests, days)).cumsum(axis=2)
    found = laboratory.results(
        [
            rate(f"{test}/{day}", name, visitors * (day + 1), int(successes[arm, test, day]))
            for arm, name in enumerate(("control", "new"))
            for test in range(tests)
            for day in range(days)
        ]
    )

    def share_found(p_value: str) -> float:
        ever = {
            experiment.split("/")[0]
            for (experiment, _), row in found.items()
            if row["effect"] is not None and row[p_value] < 0.05
        }
        return len(ever) / tests

    assert share_found("sequential_p_value") <= 0.05
    assert share_found("p_value") > 0.15
