"""Audiences leave once, to those they may go to, in the words of each platform."""

import csv
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pytest
from pydantic import SecretStr

from ingestion.settings import Settings
from orchestration import activation, cli
from orchestration.activation_formats import (
    Contact,
    google_customer_match,
    google_email,
    masked,
    meta_custom_audience,
    meta_zip,
    plain,
)
from orchestration.publishing import publish

ANN = Contact(
    customer_id="ann",
    channels=("ads", "email"),
    best_channel="email",
    best_hour=9,
    reason="=Tea goes with Cup",
    as_of_date=date(2026, 9, 30),
    email="ann.lee+shop@gmail.com",
    phone="+14155550123",
    given_name="Ann-Marie ",
    family_name="O'Neil",
    postal_code="94016-1234",
    city="St. Louis",
    country="US",
)
AUDIENCE = "audience varchar, customer_id varchar, best_channel varchar, best_hour integer"
TABLES = {
    "marts.audience_members": f"{AUDIENCE}, consented_channels varchar, reason varchar,"
    " is_capped boolean, as_of_date date",
    "marts.customer_id_changes": "old_customer_id varchar, new_customer_id varchar, change varchar",
    "reference.audiences": "audience varchar, priority integer",
    "intermediate.int_customer_consents": "customer_id varchar, channel varchar,"
    " is_consented boolean",
    "intermediate.int_customer_ids": "record_key varchar, customer_id varchar",
    "intermediate.int_customer_records": "record_key varchar, given_name varchar,"
    " family_name varchar, postal_code varchar, city varchar, country varchar, is_deleted boolean,"
    " last_seen_at timestamp",
    "intermediate.int_identifiers": "record_key varchar, identifier_type varchar,"
    " identifier_value varchar, identifier_key varchar, is_usable boolean, seen_at timestamp",
    "intermediate.int_stated_identifiers": "record_key varchar, identifier_type varchar,"
    " stated_value varchar, seen_at timestamp",
}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Brand:
    """A warehouse of a few customers and its published marts."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.versions = 0
        settings.data_dir.mkdir(parents=True)
        statements = [
            f"create schema {schema}" for schema in ("marts", "reference", "intermediate")
        ]
        statements += [f"create table {table} ({columns})" for table, columns in TABLES.items()]
        statements.append("insert into reference.audiences values ('vip', 1), ('win_back', 2)")
        self.execute(";".join(statements))

    def execute(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.settings.warehouse_path)) as connection:
            return connection.execute(sql).fetchall()

    def add(
        self,
        name: str,
        consents: tuple[str, ...] = ("email", "ads"),
        email: str | None = None,
        is_capped: bool = False,
    ) -> None:
        """Make somebody known, and a member who consented to these channels."""
        email = email or f"{name}@example.com"
        channels = ";".join(consents)
        statements = [
            f"insert into intermediate.int_customer_ids values ('r-{name}', '{name}')",
            "insert into intermediate.int_customer_records values"
            f" ('r-{name}', 'Given', 'Family', '10115', 'Berlin', 'DE', false, '2026-09-01')",
            "insert into intermediate.int_identifiers values"
            f" ('r-{name}', 'email', lower('{email}'), lower('{email}'), true, '2026-09-01')",
            "insert into intermediate.int_stated_identifiers values"
            f" ('r-{name}', 'email', ' {email}', '2026-09-01')",
            "insert into marts.audience_members values"
            f" ('vip', '{name}', '{consents[0]}', 9, '{channels}', 'why', {is_capped},"
            " '2026-09-30')",
            *(
                "insert into intermediate.int_customer_consents values"
                f" ('{name}', '{channel}', true)"
                for channel in consents
            ),
        ]
        self.execute(";".join(statements))

    def publish(self) -> None:
        self.versions += 1
        publish(self.settings.warehouse_path, self.settings.published_dir, f"v{self.versions}")

    def activated(self, destination: str = "csv") -> set[str]:
        """Activate the audience; return the customers in its files."""
        plan, batches = activation.activate(self.settings, "vip", destination)
        found: set[str] = set()
        for batch in batches:
            with activation.batch_file(self.settings, plan, batch).open(encoding="utf-8") as file:
                found |= {row["customer_id"] for row in csv.DictReader(file)}
        return found


@pytest.fixture
def brand(settings: Settings) -> Brand:
    return Brand(settings)


class Webhook:
    """A server that keeps what it is sent, and refuses from the n-th post on."""

    def __init__(self) -> None:
        self.posts: list[tuple[dict[str, str], dict]] = []
        self.refuses_after: int | None = None
        self.url = ""


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    kept = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            is_refused = kept.refuses_after is not None and len(kept.posts) >= kept.refuses_after
            if not is_refused:
                kept.posts.append((dict(self.headers), json.loads(body)))
            self.send_response(503 if is_refused else 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    kept.url = f"http://127.0.0.1:{server.server_port}/audiences"
    yield kept
    server.shutdown()
    server.server_close()


def test_google_gets_hashes_and_a_plain_country_and_zip() -> None:
    assert google_customer_match(ANN) == {
        "Email": digest("annlee@gmail.com"),
        "Phone": digest("+14155550123"),
        "First Name": digest("ann-marie"),
        "Last Name": digest("o'neil"),
        "Country": "US",
        "Zip": "94016-1234",
    }


def test_the_hash_is_the_one_everybody_computes() -> None:
    email = google_customer_match(replace(ANN, email="test@example.com"))["Email"]
    assert email == "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b"


def test_google_gets_no_part_of_an_address() -> None:
    row = google_customer_match(replace(ANN, family_name=""))
    assert {name for name, value in row.items() if value} == {"Email", "Phone"}


@pytest.mark.parametrize(
    ("email", "hashed"),
    [
        ("A.B+c@Gmail.com", "ab@gmail.com"),
        ("a.b@googlemail.com", "ab@googlemail.com"),
        ("a.b+c@example.com", "a.b+c@example.com"),
        ("", ""),
    ],
)
def test_google_ignores_dots_and_tags_of_gmail_only(email: str, hashed: str) -> None:
    assert google_email(email) == hashed


def test_meta_gets_everything_hashed() -> None:
    assert meta_custom_audience(ANN) == {
        "email": digest("ann.lee+shop@gmail.com"),
        "phone": digest("14155550123"),
        "fn": digest("annmarie"),
        "ln": digest("oneil"),
        "zip": digest("94016"),
        "ct": digest("stlouis"),
        "country": digest("us"),
    }
    nobody = replace(ANN, email="", phone="", given_name="", city="", country="", postal_code="")
    assert {name for name, value in meta_custom_audience(nobody).items() if value} == {"ln"}


@pytest.mark.parametrize(
    ("code", "country", "hashed"),
    [("94016-1234", "US", "94016"), ("SW1A 1AA", "GB", "sw1a1"), ("1011 AB", "NL", "1011ab")],
)
def test_meta_reads_postal_codes_by_country(code: str, country: str, hashed: str) -> None:
    assert meta_zip(code, country) == hashed


def test_a_list_holds_contacts_by_consented_channel_and_no_formula() -> None:
    row = plain(ANN)
    assert (row["email"], row["phone"]) == (ANN.email, "")
    assert row["reason"] == "'=Tea goes with Cup"
    assert plain(replace(ANN, channels=("sms",)))["phone"] == ANN.phone


def test_a_preview_shows_nobody() -> None:
    shown = " ".join(masked(plain(replace(ANN, channels=("email", "sms")))).values())
    assert "a***@gmail.com" in shown
    assert "ann.lee" not in shown
    assert "5550123" not in shown
    assert "Ann" not in shown
    assert masked(google_customer_match(ANN))["Email"].endswith("...")


def test_a_dry_run_writes_nothing(brand: Brand) -> None:
    brand.add("ann")
    brand.publish()
    plan = activation.preview(brand.settings, "vip", "csv")
    assert list(plan.rows) == ["ann"]
    assert not brand.settings.activation_dir.exists()
    assert not brand.execute("from duckdb_schemas() where schema_name = 'activation'")


def test_nobody_leaves_twice_and_newcomers_leave_later(brand: Brand) -> None:
    brand.add("ann")
    brand.add("bob", is_capped=True)
    brand.publish()
    assert brand.activated() == {"ann"}
    assert brand.activated() == set()
    brand.add("cay")
    brand.publish()
    assert brand.activated() == {"cay"}
    plan = activation.preview(brand.settings, "vip", "csv")
    assert (plan.members, plan.already_sent, plan.capped, plan.rows) == (3, 2, 1, {})
    plan, (_,) = activation.activate(brand.settings, "vip", "google_customer_match")
    assert set(plan.rows) == {"ann", "bob", "cay"}  # advertising is no message


def test_who_was_merged_into_another_does_not_leave_again(brand: Brand) -> None:
    brand.add("old")
    brand.publish()
    assert brand.activated() == {"old"}
    brand.execute("delete from marts.audience_members")
    brand.add("new")
    brand.execute("insert into marts.customer_id_changes values ('old', 'new', 'merged')")
    brand.publish()
    assert brand.activated() == set()


def test_only_who_consented_to_it_goes_to_an_ad_platform(brand: Brand) -> None:
    brand.add("ann", consents=("email",))
    brand.add("bob", consents=("ads",))
    brand.publish()
    google = activation.preview(brand.settings, "vip", "google_customer_match")
    assert (list(google.rows), google.without_consent) == (["bob"], 1)
    listed = activation.preview(brand.settings, "vip", "csv")
    assert (list(listed.rows), listed.unreachable) == (["ann"], 1)


def test_a_consent_withdrawn_since_the_marts_were_published_counts(brand: Brand) -> None:
    brand.add("ann")
    brand.publish()
    brand.execute("update intermediate.int_customer_consents set is_consented = false")
    assert activation.preview(brand.settings, "vip", "csv").without_consent == 1


def test_an_address_of_two_customers_reaches_neither(brand: Brand) -> None:
    brand.add("ann", email="both@example.com")
    brand.add("bob", email="both@example.com")
    brand.publish()
    assert activation.preview(brand.settings, "vip", "csv").unreachable == 2


def test_the_address_is_the_one_written_not_the_one_compared(brand: Brand) -> None:
    brand.add("ann", email="Ann.Lee@gmail.com")
    brand.execute("update intermediate.int_identifiers set identifier_value = 'annlee@gmail.com'")
    brand.publish()
    row = activation.preview(brand.settings, "vip", "meta_custom_audience").rows["ann"]
    assert row["email"] == digest("ann.lee@gmail.com")


def test_files_are_private(brand: Brand) -> None:
    brand.add("ann")
    brand.publish()
    plan, (batch,) = activation.activate(brand.settings, "vip", "csv")
    path = activation.batch_file(brand.settings, plan, batch)
    assert path.stat().st_mode & 0o077 == 0
    assert path.read_text(encoding="utf-8").splitlines() == [
        "customer_id,email,phone,given_name,family_name,best_channel,best_hour,consented_channels,reason",
        "ann,ann@example.com,,Given,Family,email,9,ads;email,why",
    ]


@contextmanager
def batches_of(size: int) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(activation, "BATCH_SIZE", size)
        yield


def test_a_webhook_gets_everybody_once_through_an_interruption(
    brand: Brand, webhook: Webhook
) -> None:
    settings = brand.settings.model_copy(
        update={"webhook_url": SecretStr(webhook.url), "webhook_token": SecretStr("secret")}
    )
    names = [f"c{number}" for number in range(5)]
    for name in names:
        brand.add(name)
    brand.publish()
    webhook.refuses_after = 1
    with batches_of(2), pytest.raises(activation.ActivationError, match="503"):
        activation.activate(settings, "vip", "webhook")
    planned = brand.execute("select distinct batch from activation.deliveries")
    webhook.refuses_after = None
    with batches_of(2):
        activation.activate(settings, "vip", "webhook")
    received = [member["customer_id"] for _, post in webhook.posts for member in post["members"]]
    assert sorted(received) == names
    keys = [headers["Idempotency-Key"] for headers, _ in webhook.posts]
    assert len(set(keys)) == 3
    assert set(keys) == {batch for (batch,) in planned}
    assert {headers["Authorization"] for headers, _ in webhook.posts} == {"Bearer secret"}
    assert activation.activate(settings, "vip", "webhook")[1] == []


def test_a_batch_that_arrived_unnoticed_comes_again_under_the_same_key(
    brand: Brand, webhook: Webhook
) -> None:
    settings = brand.settings.model_copy(update={"webhook_url": SecretStr(webhook.url)})
    brand.add("ann")
    brand.add("bob")
    brand.publish()
    activation.activate(settings, "vip", "webhook")
    brand.execute("update activation.deliveries set sent_at = null")  # killed before it was noted
    brand.execute("delete from intermediate.int_customer_consents where customer_id = 'bob'")
    activation.activate(settings, "vip", "webhook")
    first, second = webhook.posts
    assert first[0]["Idempotency-Key"] == second[0]["Idempotency-Key"]
    assert [member["customer_id"] for member in second[1]["members"]] == ["ann"]


def test_the_command_says_what_is_wrong(
    brand: Brand, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(cli, "get_settings", lambda: brand.settings)
    assert cli.main(["activate", "vip", "--to", "csv"]) == cli.FAILURE
    assert "omnimart run comes first" in capsys.readouterr().out
    brand.add("ann")
    brand.publish()
    assert cli.main(["activate", "nobody", "--to", "csv"]) == cli.FAILURE
    assert "known: vip, win_back" in capsys.readouterr().out
    assert cli.main(["activate", "vip", "--to", "webhook"]) == cli.FAILURE
    assert "OMNIMART_WEBHOOK_URL" in capsys.readouterr().out
    assert cli.main(["activate", "vip", "--to", "csv", "--write"]) == cli.SUCCESS
    assert len(list(Path(brand.settings.activation_dir).rglob("*.csv"))) == 1
