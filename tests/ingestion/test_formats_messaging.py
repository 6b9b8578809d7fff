"""Exports of mailing and chat systems, in the layouts that no sample file has."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.ingestion.format_reader import FormatReader, counts, write_lines

Write = Callable[..., Path]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> FormatReader:
    return FormatReader(tmp_path_factory.mktemp("scratch"))


@pytest.fixture
def write(tmp_path: Path) -> Write:
    return partial(write_lines, tmp_path)


def whatsapp_post(*changes: dict) -> dict:
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "100", "changes": [{"field": "messages", "value": v} for v in changes]}],
    }


WHATSAPP = {
    "messaging_product": "whatsapp",
    "metadata": {"display_phone_number": "15550000001", "phone_number_id": "106"},
}
READ = WHATSAPP | {
    "statuses": [
        {"id": "wamid.A", "status": "read", "timestamp": "1772618460", "recipient_id": "4915100001"}
    ]
}
STOP = WHATSAPP | {
    "contacts": [{"profile": {"name": "Ana"}, "wa_id": "4915100001"}],
    "messages": [
        {"id": "wamid.B", "from": "4915100001", "timestamp": "1772618500", "type": "text",
         "text": {"body": "STOP"}}
    ],
}  # fmt: skip


def test_whatsapp_changes_are_reached_through_their_lists(
    reader: FormatReader, write: Write
) -> None:
    lines = [json.dumps(post) for post in (whatsapp_post(READ, STOP), whatsapp_post(READ))]
    reading = reader.read(write(*lines, '{"object": "whatsapp_business_account"}', name="w.jsonl"))
    assert reading.format.id == "whatsapp.webhooks"
    assert counts(reading) == (3, 1, 0)
    first, second, again = reading.rows
    assert json.loads(first["statuses"])[0]["timestamp"] == "1772618460"
    assert json.loads(second["messages"])[0]["text"] == {"body": "STOP"}
    assert (first["messages"], first["display_phone_number"]) == (None, "15550000001")
    # a post that is repeated is the same row
    assert again["_grain_key"] == first["_grain_key"] != second["_grain_key"]
    [rejected] = reading.staged.rejected
    assert rejected.raw_text == '{"object": "whatsapp_business_account"}'


def test_whatsapp_posts_come_one_to_a_file_or_as_bare_changes(
    reader: FormatReader, write: Write
) -> None:
    whole = write(json.dumps(whatsapp_post(READ), indent=2), name="post.json")
    bare = write(json.dumps({"field": "messages", "value": STOP}), name="change.json")
    assert [reader.read(path).values("phone_number_id") for path in (whole, bare)] == [["106"]] * 2
