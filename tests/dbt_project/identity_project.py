"""The real identity models in a scratch project, fed with mentions and statements of records."""

from collections.abc import Sequence
from pathlib import Path

import yaml

from tests.dbt_project.scratch_project import DBT_PROJECT, ScratchProject

SEEDS = DBT_PROJECT.parent / "seeds" / "reference"
IDENTITY_SEEDS = (
    "identity_rules",
    "identifier_junk",
    "given_name_short_forms",
    "email_providers",
    "click_id_types",
    "match_levels",
)
IDENTITY_MODELS = (
    "int_stated_identifiers",
    "int_identifier_values",
    "int_identifiers",
    "int_customer_records",
    "int_identity_ties",
    "int_person_clusters",
    "int_person_profiles",
    "int_match_blocks",
    "int_match_terms",
    "int_match_frequencies",
    "int_crowded_blocks",
    "int_match_comparisons",
    "int_match_scores",
    "int_matched_people",
    "int_identity_edges",
    "int_identity_clusters",
    "int_identity_components",
    "int_identity_conflicts",
)
IDENTIFIERS = {
    "source": "varchar",
    "record_ref": "varchar",
    "record_type": "varchar",
    "is_person": "boolean",
    "email": "varchar",
    "phone": "varchar",
    "phone_region": "varchar",
    "loyalty_id": "varchar",
    "device_id": "varchar",
    "user_id": "varchar",
    "external_ids": "json",
    "click_id_type": "varchar",
    "click_id": "varchar",
    "order_number": "varchar",
    "merged_into_ref": "varchar",
    "first_seen_at": "timestamp",
    "last_seen_at": "timestamp",
}
ATTRIBUTES = {
    "given_name": "varchar",
    "family_name": "varchar",
    "full_name": "varchar",
    "company": "varchar",
    "birth_date": "date",
    "national_id": "varchar",
    "street": "varchar",
    "city": "varchar",
    "region": "varchar",
    "postal_code": "varchar",
    "country": "varchar",
    "lifecycle_stage": "varchar",
    "original_source": "varchar",
}
KEPT = "{{ config(materialized='incremental_by_key', row_key=['record_key']) }}\n"
# Phone numbers of these cases are written in E.164 already.
FUNCTIONS = """
create or replace macro e164(phone, region) as case when phone like '+%' then phone end;
create or replace macro matches_pattern(text, pattern) as regexp_matches(text, pattern);
"""


def mention(record_ref: str, record_type: str = "customer", **values: object) -> dict:
    """Return what one row of an export says of one record."""
    return {
        "source": "crm",
        "record_ref": record_ref,
        "record_type": record_type,
        "is_person": record_type != "device",
        **values,
    }


class IdentityProject(ScratchProject):
    """The identity models, from what files mention to components."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, materialized="table")
        described = yaml.safe_load((DBT_PROJECT / "models" / "_seeds.yml").read_text())
        types = {seed["name"]: seed["config"]["column_types"] for seed in described["seeds"]}
        for seed in IDENTITY_SEEDS:
            self.add_model(
                seed,
                f"select * from read_csv('{SEEDS / seed}.csv', header = true, "
                f"columns = {types[seed]})",
            )
        for model in IDENTITY_MODELS:
            self.add_real_model(f"intermediate/identity/{model}.sql")
        self.add_model(
            "int_record_mentions",
            KEPT + "select {{ record_key_of() }} as record_key, "
            f"{', '.join(IDENTIFIERS)} from mentions",
        )
        self.add_model(
            "int_person_statements",
            KEPT + "select {{ record_key_of() }} as record_key, *, false as is_deleted, "
            "last_seen_at as stated_at from mentions",
        )
        self.execute(FUNCTIONS)

    def load_plugin(self) -> None:
        """Read phone numbers and patterns as the warehouse does, not by these macros."""
        self.execute("drop macro e164; drop macro matches_pattern")
        profiles = yaml.safe_load((self.folder / "profiles.yml").read_text())
        profiles["scratch"]["outputs"]["duckdb"] |= {
            "module_paths": [str(DBT_PROJECT / "plugins"), str(DBT_PROJECT.parent)],
            "plugins": [{"module": "omnimart_duckdb"}],
        }
        self._write_yaml("profiles.yml", profiles)

    def state(self, mentions: Sequence[dict]) -> None:
        """Write what files mention."""
        self.replace_table(
            "mentions",
            {
                column: (data_type, [row.get(column) for row in mentions])
                for column, data_type in (IDENTIFIERS | ATTRIBUTES).items()
            },
        )

    def change_seed(self, seed: str, assignment: str) -> None:
        """Change a column of a seed from the next build on."""
        column, _, value = assignment.partition(" = ")
        path = self.folder / "models" / f"{seed}.sql"
        path.write_text(f"select * replace ({value} as {column}) from ({path.read_text()}) as seed")

    def resolve(self, mentions: Sequence[dict]) -> dict[str, tuple[str, bool, str, float]]:
        """Build everything; return component, is_customer, rule and probability by reference."""
        self.state(mentions)
        self.run("run")
        return {
            record_ref: row
            for record_ref, *row in self.query(
                "select record_ref, component, is_customer, matched_by, match_probability"
                " from int_customer_records inner join int_identity_components using (record_key)"
            )
        }
