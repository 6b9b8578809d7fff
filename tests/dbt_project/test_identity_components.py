"""Components of the identity graph: the real materialization against SciPy and a union-find."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from tests.dbt_project.scratch_project import ScratchProject

CHAIN_LENGTH = 1_000
HUB_SIZE = 100_000
COMPONENTS_MODEL = """
{{ config(materialized='connected_components') }}
select * from ties
"""


class Tie(NamedTuple):
    """One row of the model that the materialization turns into components."""

    record_key: str
    identifier_key: str
    strength: float = 1.0
    tied_at: str | None = None
    exclusive_group: str | None = None


@pytest.fixture(scope="module")
def components_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Iterable[Tie]], dict]:
    """Return a function from ties to the component of each node."""
    project = ScratchProject(tmp_path_factory.mktemp("components"))
    project.add_model("components", COMPONENTS_MODEL)

    def run(ties: Iterable[Tie]) -> dict[str, str]:
        columns = list(zip(*ties, strict=True)) or [()] * len(Tie._fields)
        project.replace_table(
            "ties",
            {
                "record_key": ("varchar", columns[0]),
                "identifier_key": ("varchar", columns[1]),
                "strength": ("double", columns[2]),
                "tied_at": ("timestamp", columns[3]),
                "exclusive_group": ("varchar", columns[4]),
            },
        )
        project.run("run")
        rows = project.query("select node_key, component from components")
        assert len(rows) == len(dict(rows)), "a node stands in one component"
        return dict(rows)

    return run


def expected_components(ties: list[Tie]) -> dict[str, str]:
    """Return SciPy's components, each named by its smallest record."""
    keys, nodes = np.unique(
        [tie.record_key for tie in ties] + [tie.identifier_key for tie in ties],
        return_inverse=True,
    )
    edges = (np.ones(len(ties)), (nodes[: len(ties)], nodes[len(ties) :]))
    _, labels = connected_components(coo_array(edges, shape=(len(keys), len(keys))), directed=False)
    records = {tie.record_key for tie in ties}
    smallest: dict[int, str] = {}
    for key, label in zip(keys, labels, strict=True):
        if key in records:
            smallest.setdefault(label, str(key))
    return {str(key): smallest[label] for key, label in zip(keys, labels, strict=True)}


def expected_separation(ties: list[Tie]) -> dict[str, str]:
    """Return the components left when ties are taken strongest first and conflicts are refused."""
    cluster_of = {key: key for tie in ties for key in tie[:2]}
    members = {key: {key} for key in cluster_of}
    groups = defaultdict(set)
    for tie in ties:
        if tie.exclusive_group:
            groups[tie.identifier_key].add(tie.exclusive_group)
    for tie in sorted(
        ties,
        key=lambda tie: (-tie.strength, tie.tied_at or "9999", tie.record_key, tie.identifier_key),
    ):
        one, other = cluster_of[tie.record_key], cluster_of[tie.identifier_key]
        if one == other or groups[one] & groups[other]:
            continue
        groups[one] |= groups[other]
        members[one] |= members.pop(other)
        for key in members[one]:
            cluster_of[key] = one
    records = {tie.record_key for tie in ties}
    return {
        key: min(members[cluster] & records, default=key) for key, cluster in cluster_of.items()
    }


def random_ties(generator: random.Random, name: str, *, exclusive_share: float = 0.0) -> list[Tie]:
    """Return a small bipartite graph of records and identifiers, some of them exclusive."""
    records = generator.randint(1, 12)
    identifiers = generator.randint(1, 12)
    groups = [
        generator.choice(["loyalty", "crm"]) if generator.random() < exclusive_share else None
        for _ in range(identifiers)
    ]
    pairs = {
        (generator.randrange(records), generator.randrange(identifiers))
        for _ in range(generator.randint(1, 24))
    }
    return [
        Tie(
            record_key=f"{name}:record:{record}",
            identifier_key=f"{name}:identifier:{identifier}",
            strength=generator.choice([1.0, 2.0, 3.0]),
            tied_at=generator.choice([None, "2026-01-01", "2026-02-01"]),
            exclusive_group=groups[identifier],
        )
        for record, identifier in sorted(pairs)
    ]


def chain_between_two_cards(weakest: int) -> list[Tie]:
    """Return a chain between two loyalty cards, weakest behind the link ``weakest``."""
    ties = [
        Tie("chain:record:0000", "card:a", 9, "2026-01-01", "loyalty"),
        Tie(f"chain:record:{CHAIN_LENGTH:04}", "card:b", 9, "2026-01-01", "loyalty"),
    ]
    for number in range(CHAIN_LENGTH):
        link = f"chain:link:{number:04}"
        strength = 1 if number == weakest else 5
        ties.append(Tie(f"chain:record:{number:04}", link, 5, "2026-01-01"))
        ties.append(Tie(f"chain:record:{number + 1:04}", link, strength, "2026-01-01"))
    return ties


def test_chains_hubs_and_random_graphs_have_the_components_of_scipy(
    components_of: Callable[[Iterable[Tie]], dict],
) -> None:
    generator = random.Random(20260701)
    ties = [Tie(f"hub:{number:06}", "hub:shared") for number in range(HUB_SIZE)]
    for number in range(CHAIN_LENGTH):
        ties.append(Tie(f"chain:record:{number:04}", f"chain:link:{number:04}"))
        ties.append(Tie(f"chain:record:{number + 1:04}", f"chain:link:{number:04}"))
    for graph in range(300):
        ties += random_ties(generator, f"random:{graph:03}")
    generator.shuffle(ties)

    components = components_of(ties)

    assert components == expected_components(ties)
    assert sum(component == "hub:000000" for component in components.values()) == HUB_SIZE + 1
    assert components[f"chain:record:{CHAIN_LENGTH:04}"] == components["chain:record:0000"]


def test_conflicts_cut_the_weakest_ties_and_nothing_else(
    components_of: Callable[[Iterable[Tie]], dict],
) -> None:
    generator = random.Random(20260702)
    ties = []
    for graph in range(400):
        ties += random_ties(generator, f"random:{graph:03}", exclusive_share=0.5)
    ties += chain_between_two_cards(weakest=CHAIN_LENGTH // 3)
    generator.shuffle(ties)

    components = components_of(ties)

    assert components == expected_separation(ties)
    assert components != expected_components(ties)
    assert components["card:a"] == components[f"chain:record:{CHAIN_LENGTH // 3:04}"]
    assert components["card:b"] == components[f"chain:record:{CHAIN_LENGTH // 3 + 1:04}"]


def test_no_ties_make_no_components(components_of: Callable[[Iterable[Tie]], dict]) -> None:
    assert components_of([]) == {}


def test_too_few_rounds_stop_the_build(tmp_path: Path) -> None:
    project = ScratchProject(tmp_path)
    project.add_model("components", COMPONENTS_MODEL.replace("')", "', max_rounds=1)"))
    chain = [
        (f"record:{number + step}", f"link:{number}") for number in range(50) for step in (0, 1)
    ]
    project.replace_table(
        "ties",
        {
            "record_key": ("varchar", [record for record, _ in chain]),
            "identifier_key": ("varchar", [link for _, link in chain]),
            "strength": ("double", [1.0] * len(chain)),
            "tied_at": ("timestamp", [None] * len(chain)),
            "exclusive_group": ("varchar", [None] * len(chain)),
        },
    )

    output = project.run("run", succeeds=False)

    assert "have not converged after 1 rounds" in output
    with pytest.raises(duckdb.CatalogException):
        project.query("select * from components")
