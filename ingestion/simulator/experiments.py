"""Tests with a known effect: who was shown which variant, and what came of it.

A test of the shop's site acts on first purchases, so that repeat purchases keep to the process
they are back-tested against. Tests of a mailing's subject stand in ``brand.yml``.
"""

import json

import numpy as np

from ingestion.simulator.draws import choose, generator
from ingestion.simulator.plan import Experiment, Plan
from ingestion.simulator.world import World, words


def seconds_of(plan: Plan, experiment: Experiment) -> tuple[float, float]:
    """Return when a test begins and ends, in whole days as seconds of the period."""
    first, end = (round(plan.days * share) for share in (experiment.from_, experiment.to))
    return first * 86_400.0, end * 86_400.0


def draw_variants(plan: Plan, block: int, size: int) -> np.ndarray:
    """Return the position of each person's variant, one row per test of the scenario."""
    experiments = plan.scenario.experiments
    variants = np.zeros((len(experiments), size), np.int64)
    for number, experiment in enumerate(experiments):
        draw = generator(plan.seed, f"experiment {experiment.name}", block)
        shares = np.array(list(experiment.variants.values()))
        variants[number] = choose(shares, draw.random(size))
    return variants


def lifts(plan: Plan, variant: np.ndarray, decided: np.ndarray) -> np.ndarray:
    """Return the factor of each journey's chance; ``variant`` has a row per test."""
    factor = np.ones(len(decided))
    for number, experiment in enumerate(plan.scenario.experiments):
        first, end = seconds_of(plan, experiment)
        by_variant = np.array([experiment.lift.get(name, 1.0) for name in experiment.variants])
        runs = (decided >= first) & (decided < end)
        factor *= np.where(runs, by_variant[variant[number]], 1.0)
    return factor


def keep_variants(world: World, person_id: np.ndarray, variant: np.ndarray) -> None:
    """Append who is in which variant."""
    for number, experiment in enumerate(world.plan.scenario.experiments):
        world.insert(
            "assignments",
            {
                "experiment": np.full(len(person_id), experiment.name, dtype=object),
                "person_id": person_id,
                "variant": words(list(experiment.variants), variant[number]),
            },
        )


def add_experiments(world: World) -> None:
    """Fill ``experiments``: of each variant those who came to the shop's site, and who bought.

    People count from their first visit within the test if they had never bought before it; a
    conversion is a purchase, wherever made, between that visit and the end of the test.
    """
    midnight = f"timestamp '{world.opened_at:%Y-%m-%d}'"
    for experiment in world.plan.scenario.experiments:
        first, end = seconds_of(world.plan, experiment)
        world.connection.execute(
            f"""
            insert into experiments
            with exposures as (
                select person_id, min(started_at) as exposed_at
                from visits
                where site = 'shop' and person_id is not null
                    and started_at >= {midnight} + to_seconds({first:.0f})
                    and started_at < {midnight} + to_seconds({end:.0f})
                group by person_id
            ),
            first_orders as (
                select person_id, min(ordered_at) as ordered_at
                from orders where person_id is not null group by person_id
            )
            select
                experiment, variant, 'conversion' as metric,
                coalesce(json_extract($lift, '$."' || variant || '"')::double, 1) as lift,
                count(*) as people,
                count_if(ordered_at < {midnight} + to_seconds({end:.0f})) as successes
            from exposures
            inner join assignments using (person_id)
            left join first_orders using (person_id)
            where experiment = $name and (ordered_at is null or ordered_at >= exposed_at)
            group by experiment, variant
            """,
            {"name": experiment.name, "lift": json.dumps(experiment.lift)},
        )
