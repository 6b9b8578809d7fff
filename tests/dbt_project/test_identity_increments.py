"""A night resolves what its news touches, and leaves what a full resolve of everything gives."""

import json
import os
import random
from pathlib import Path

import duckdb
import pytest

from tests.dbt_project.identity_project import IDENTITY_MODELS, IdentityProject, mention

NIGHTS = int(os.environ.get("OMNIMART_TEST_NIGHTS", "2"))
SEED = int(os.environ.get("OMNIMART_TEST_SEED", "20261122"))
# Limits that a few records reach.
VARIABLES = {"match_block_limit": 6, "match_block_population": 10, "match_frequency_prior": 20}
FIRST_MODELS = ("int_record_mentions", "int_person_statements", *IDENTITY_MODELS[:5])


def random_record(generator: random.Random, number: int) -> dict:
    """Return a record that shares this and that with others: people, crowds, conflicts, merges."""
    person = generator.randrange(60)
    return mention(
        f"r{number}",
        generator.choice(["customer", "customer", "login", "device"]),
        email=generator.choice([None, f"P.{person}+{number % 3}@gmail.com", "noreply@x.example"]),
        phone=generator.choice([None, None, f"+1646555{generator.randrange(9):04}"]),
        loyalty_id=generator.choice([None] * 4 + [f"L{person % 9}"]),
        device_id=generator.choice([None, f"d{generator.randrange(30)}", f"o{person % 5}"]),
        external_ids=generator.choice([None] * 4 + [json.dumps({"openid": f"o{person % 5}"})]),
        click_id=generator.choice([None] * 3 + [f"c{person}"]),
        click_id_type=generator.choice([None, "gclid"]),
        order_number=generator.choice([None] * 3 + [f"#{person}"]),
        merged_into_ref=generator.choice([None] * 12 + [f"r{generator.randrange(number + 1)}"]),
        given_name=generator.choice([None, "Ines", "Otto", "Zelda", "Inez"]),
        family_name=generator.choice(["Abarca", "Quennell", f"Quill{'abcdefg'[person % 7]}"]),
        street=generator.choice([None, f"{person % 9 + 1} Marlborough Avenue"]),
        city=generator.choice([None, "Leeds", "York"]),
        postal_code=generator.choice([None, "LS1 4AB"]),
        last_seen_at=f"2026-01-{generator.randrange(1, 29):02}",
    )


def random_night(generator: random.Random, records: list[dict]) -> list[dict]:
    """Return the records after a night: some came, some are gone, some are restated."""
    first = int(records[-1]["record_ref"][1:]) + 1
    kept = [record for record in records if generator.random() > 0.02]
    restated = [
        record
        if generator.random() > 0.03
        else random_record(generator, int(record["record_ref"][1:]))
        for record in kept
    ]
    news = [random_record(generator, first + number) for number in range(8)]
    return [*generator.sample(restated, len(restated)), *news]


class Resolves:
    """One warehouse that is brought up to date night by night, and one built from nothing."""

    def __init__(self, folder: Path) -> None:
        self.nightly = IdentityProject(folder / "nightly")
        self.whole = IdentityProject(folder / "whole")
        self.generator = random.Random(SEED)
        self.records = [random_record(self.generator, number) for number in range(120)]
        self.resolve()

    def resolve(self, *options: str, **variables: float) -> None:
        """Resolve the records in the nightly warehouse."""
        self.nightly.state(self.records)
        sliced = VARIABLES | {"rows_per_slice": 16} | variables
        self.nightly.run("run", "--vars", json.dumps(sliced), *options)

    def differences(self, **variables: float) -> dict[str, int]:
        """Return the rows by which the nightly warehouse differs from a full resolve in slices."""
        sliced = VARIABLES | {"rows_per_slice": 25} | variables
        self.whole.state(self.records)
        self.whole.run("run", "--full-refresh", "--vars", json.dumps(sliced))
        with duckdb.connect(str(self.nightly.warehouse), read_only=True) as connection:
            connection.execute(f"attach '{self.whole.warehouse}' as whole (read_only)")
            found = {
                model: connection.execute(
                    f"select count(*) from ((from {model} except all from whole.{model})"
                    f" union all (from whole.{model} except all from {model}))"
                ).fetchall()[0][0]
                for model in IDENTITY_MODELS
            }
        return {model: rows for model, rows in found.items() if rows}

    def generations(self) -> set[tuple[str, str]]:
        """Return which build from nothing each model goes back to."""
        return {
            row
            for model in IDENTITY_MODELS
            for row in self.nightly.query(
                f"select name, generation from {model}__state where name = '{model}'"
            )
        }


@pytest.fixture(scope="module")
def resolves(tmp_path_factory: pytest.TempPathFactory) -> Resolves:
    return Resolves(tmp_path_factory.mktemp("resolves"))


def test_nights_leave_what_a_full_resolve_gives(resolves: Resolves) -> None:
    built = resolves.generations()
    for _ in range(NIGHTS):
        resolves.records = random_night(resolves.generator, resolves.records)
        resolves.resolve()
        assert resolves.differences() == {}
    assert resolves.generations() == built


def test_a_night_computes_what_its_news_touches_alone(resolves: Resolves) -> None:
    resolves.nightly.execute("update int_match_scores set match_weight = 99")
    resolves.nightly.execute("update int_identity_components set matched_by = 'untouched'")
    stranger = mention("r100000", email="stranger@alone.example", last_seen_at="2026-01-01")
    resolves.records = [stranger, *resolves.records]
    resolves.resolve()
    assert resolves.nightly.query("select distinct match_weight from int_match_scores") == [(99,)]
    assert resolves.nightly.query(
        "select record_ref from int_identity_components"
        " inner join int_customer_records using (record_key) where matched_by != 'untouched'"
    ) == [("r100000",)]
    resolves.resolve("--full-refresh")


def test_what_an_interrupted_night_left_is_caught_up_with(resolves: Resolves) -> None:
    built = resolves.generations()
    resolves.records = random_night(resolves.generator, resolves.records)
    resolves.resolve("--select", *FIRST_MODELS)
    resolves.records = random_night(resolves.generator, resolves.records)
    resolves.resolve()
    assert resolves.differences() == {}
    assert resolves.generations() == built


def test_other_rules_and_parameters_lead_to_a_full_resolve(resolves: Resolves) -> None:
    for project in (resolves.nightly, resolves.whole):
        project.change_seed("identity_rules", "max_records = least(max_records, 3)")
        project.change_seed("match_levels", "m_probability = m_probability * 0.9")
    resolves.resolve()
    assert resolves.differences() == {}
    resolves.resolve(match_threshold=0.5, match_block_limit=9)
    assert resolves.differences(match_threshold=0.5, match_block_limit=9) == {}
