"""How much agreement says, learnt from records nobody has labelled.

Splink estimates Fellegi and Sunter's parameters: what strangers have in common from random pairs,
what records of one person have in common by expectation maximisation over pairs that agree on
something. Each estimate is drawn towards the parameter known before, as if that had been seen in
``PRIOR_PAIRS`` pairs, so that few records change little.
"""

import logging
from collections import defaultdict
from typing import Any, NamedTuple

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator
from splink.comparison_library import CustomComparison

PRIOR_PAIRS = 200
RANDOM_PAIRS = 1_000_000
SEED = 1

# Pairs that agree on one of these are looked at; what they agree on tells nothing about itself.
TRAINING_BLOCKS = (
    "l.given_name = r.given_name and l.family_name = r.family_name",
    "l.birth_date = r.birth_date",
    "l.national_id = r.national_id",
    "l.street = r.street and l.house_number = r.house_number",
    "l.postal_code = r.postal_code and l.family_name = r.family_name",
)


class Level(NamedTuple):
    """One row of the seed ``match_levels``."""

    comparison: str
    level: str
    m_probability: float
    u_probability: float
    household_probability: float
    is_frequency_adjusted: bool


def learn(
    connection: duckdb.DuckDBPyConnection, comparisons: dict[str, Any], levels: list[Level]
) -> list[Level]:
    """Return ``levels`` as the profiles in the table ``profiles`` teach them.

    ``comparisons`` are those of the macro ``match_comparisons``. What strangers have in common is
    learnt for levels that weigh the same for every value; the others are counted value by value
    when pairs are weighed.
    """
    linker = _linker(connection, comparisons)
    linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=SEED)
    estimates = defaultdict(list)
    for block in TRAINING_BLOCKS:
        for comparison, found, pairs in _train(connection, linker, block):
            estimates[comparison].append((found, pairs))
    strangers = _strangers(linker)
    profiles = connection.execute("select count(*) from profiles").fetchall()[0][0]
    random_pairs = min(RANDOM_PAIRS, profiles * (profiles - 1) / 2)
    return [
        level._replace(
            m_probability=_drawn(level.m_probability, level, estimates[level.comparison]),
            u_probability=level.u_probability
            if level.is_frequency_adjusted
            else _drawn(
                level.u_probability, level, [(strangers.get(level.comparison, {}), random_pairs)]
            ),
        )
        for level in levels
    ]


def _linker(connection: duckdb.DuckDBPyConnection, comparisons: dict[str, Any]) -> Linker:
    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI(connection=connection)
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record_key",
        comparisons=[splink_comparison(*item) for item in comparisons.items()],
        blocking_rules_to_generate_predictions=[],
    )
    return Linker(api.register("profiles"), settings, log_level=logging.ERROR)


def splink_comparison(name: str, comparison: dict[str, Any]) -> CustomComparison:
    """Return a comparison of the macro as Splink writes it."""
    return CustomComparison(
        output_column_name=name,
        comparison_levels=[
            {
                "sql_condition": f"not ({comparison['known']})",
                "label_for_charts": "unknown",
                "is_null_level": True,
            },
            *(
                {"sql_condition": level["condition"], "label_for_charts": level["level"]}
                for level in comparison["levels"]
            ),
            {"sql_condition": "ELSE", "label_for_charts": "different"},
        ],
    )


def _train(
    connection: duckdb.DuckDBPyConnection, linker: Linker, block: str
) -> list[tuple[str, dict[str, float], float]]:
    """Return what each comparison shows of one block's pairs, and how many are of one person."""
    pairs = connection.execute(
        f"select count(*) from profiles as l inner join profiles as r"
        f" on {block} and l.record_key < r.record_key"
    ).fetchall()[0][0]
    if not pairs:
        return []
    session = linker.training.estimate_parameters_using_expectation_maximisation(block)
    share = session.core_model_settings.probability_two_random_records_match
    found = []
    for comparison in session.core_model_settings.comparisons:
        levels = {
            level.label_for_charts: level.m_probability
            for level in comparison.comparison_levels
            if not level.is_null_level and isinstance(level.m_probability, float)
        }
        # What no pair states cannot be learnt.
        if abs(sum(levels.values()) - 1) < 0.01:
            found.append((comparison.output_column_name, levels, pairs * share))
    return found


def _strangers(linker: Linker) -> dict[str, dict[str, float]]:
    return {
        comparison["output_column_name"]: {
            level["label_for_charts"]: level["u_probability"]
            for level in comparison["comparison_levels"]
            if "u_probability" in level
        }
        for comparison in linker.misc.save_model_to_json()["comparisons"]
    }


def _drawn(known: float, level: Level, estimates: list[tuple[dict[str, float], float]]) -> float:
    """Return the mean of what was known and what was found, by the pairs that speak for each."""
    weight, total = float(PRIOR_PAIRS), known * PRIOR_PAIRS
    for found, pairs in estimates:
        if level.level in found:
            weight += pairs
            total += found[level.level] * pairs
    return total / weight
