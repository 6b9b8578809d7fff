"""Exports of web analytics, in the layouts that no sample file has."""

import json
from datetime import date, datetime

import pytest

from tests.ingestion.format_reader import FormatReader, Write, counts


def test_matomo_visits_keep_their_actions(reader: FormatReader, write: Write) -> None:
    visit = {
        "idSite": "1", "idVisit": "901", "visitIp": "203.0.113.0", "visitorId": "a1b2c3d4e5f60718",
        "userId": None, "serverTimestamp": 1772618400, "lastActionTimestamp": 1772618500,
        "referrerType": "campaign", "referrerName": "spring", "visitDurationPretty": "1 min 40s",
        "actionDetails": [
            {"type": "action", "url": "https://shop.example/", "timestamp": 1772618400},
            {"type": "goal", "goalName": "Newsletter", "timestamp": 1772618500},
        ],
    }  # fmt: skip
    visits = [visit, visit | {"idVisit": "902"}]
    reading = reader.read(write(json.dumps(visits), name="visits.json"))
    assert (reading.format.id, counts(reading)) == ("matomo.visits", (2, 0, 0))
    row = reading.rows[0]
    assert (row["id_visit"], row["visitor_id"]) == ("901", "a1b2c3d4e5f60718")
    assert row["server_timestamp"] == datetime(2026, 3, 4, 10)
    assert len(json.loads(row["action_details"])) == 2
    assert json.loads(row["_extra"]) == {"visitDurationPretty": "1 min 40s"}


def test_rudderstack_writes_what_segment_writes_and_an_id_of_its_own(
    reader: FormatReader, write: Write
) -> None:
    call = {
        "type": "track", "messageId": "m1", "anonymousId": "d1", "rudderId": "r1",
        "event": "Order Completed", "properties": {"order_id": "1001"}, "context": {},
        "originalTimestamp": "2026-07-01T08:00:00Z", "receivedAt": "2026-07-01T08:00:01Z",
        "request_ip": "203.0.113.7", "channel": "web", "writeKey": "s3cret",
    }  # fmt: skip
    reading = reader.read(write(json.dumps(call), json.dumps(call), name="rudder.jsonl"))
    assert (reading.format.id, counts(reading)) == ("segment.events", (2, 0, 0))
    row = reading.rows[0]
    assert (row["rudder_id"], row["request_ip"], row["_extra"]) == ("r1", "203.0.113.7", None)


def test_ga4_users_of_both_tables(reader: FormatReader, write: Write) -> None:
    shared = {
        "occurrence_date": "20240304",
        "last_updated_date": "20240305",
        "user_info": {"last_active_timestamp_micros": "1709564533000000"},
        "user_ltv": {"revenue_in_usd": 52.9},
    }
    devices = write(
        json.dumps({"pseudo_user_id": "11.22", "stream_id": "7"} | shared), name="p.jsonl"
    )
    people = write(json.dumps({"user_id": "u1"} | shared), name="u.jsonl")
    found = [reader.read(path) for path in (devices, people)]
    assert [item.format.id for item in found] == ["ga4.pseudonymous_users", "ga4.users"]
    assert [item.values("occurrence_date") for item in found] == [[date(2024, 3, 4)]] * 2


def test_ga4_acquisition_by_channel_without_its_sums(reader: FormatReader, write: Write) -> None:
    preamble = (
        "# ----------------------------------------",
        "# Traffic acquisition: Session primary channel group",
        "# Account: Acme",
        "# Property: Acme - GA4",
        "# Start date: 20250301",
        "# End date: 20250331",
    )
    reading = reader.read(
        write(
            *preamble,
            "Session primary channel group (Default Channel Group),Sessions,Engagement rate,"
            "Event count,Key events,Total revenue",
            "Organic Search,100,0.6,550,3,40.25",
            "(not set),50,0.4,175,1,10.25",
            ",150,0.53,725,4,50.5",
        )
    )
    assert (reading.format.id, counts(reading)) == ("ga4_ui.traffic", (2, 0, 1))
    assert reading.total("sessions") == 150
    facts = reading.staged.facts
    assert (facts.period_start, facts.period_end) == (date(2025, 3, 1), date(2025, 3, 31))
    daily = reader.read(
        write(
            *preamble,
            "Date,Session source / medium,Sessions,Total revenue",
            "20250301,google / cpc,10,5.5",
            "20250302,google / cpc,11,6.5",
        )
    )
    assert daily.values("date") == [date(2025, 3, 1), date(2025, 3, 2)]


@pytest.mark.parametrize("title", ["# Shop - GA4-20260701-20260702", "# 20260701-20260702"])
def test_a_free_form_exploration_says_its_days_on_a_line(
    reader: FormatReader, write: Write, title: str
) -> None:
    reading = reader.read(
        write(
            "# ----------------------------------------",
            "# Free form 1",
            title,
            "# ----------------------------------------",
            "",
            "Session source / medium,Date,Sessions,Total users,Key events",
            ",,2184,2000,15,Grand total",
            "google / cpc,20260701,1204,1100,12",
            "(direct) / (none),20260702,980,900,3",
        )
    )
    assert (reading.format.id, counts(reading)) == ("ga4_ui.traffic", (2, 0, 1))
    assert reading.total("sessions") == 2184
    facts = reading.staged.facts
    assert (facts.period_start, facts.period_end) == (date(2026, 7, 1), date(2026, 7, 2))


def test_a_german_acquisition_report(reader: FormatReader, write: Write) -> None:
    reading = reader.read(
        write(
            "# Startdatum: 20260701",
            "# Enddatum: 20260731",
            "Sitzung – primäre Channelgruppe (Standard-Channelgruppe),Sitzungen,"
            "Sitzungen mit Interaktionen,Engagement-Rate,Gesamtumsatz",
            "Organic Search,1204,800,0.66,1025.42",
        )
    )
    assert (reading.format.id, counts(reading)) == ("ga4_ui.traffic", (1, 0, 0))
    assert reading.staged.unknown_columns == ()
    assert reading.values("session_primary_channel_group") == ["Organic Search"]


@pytest.mark.parametrize("head", ["Filtre,Valeur", "Filtro,Valor", "Filter,Wert", "フィルタ,値"])
def test_the_legend_of_search_console_is_ignored_in_any_language(
    reader: FormatReader, write: Write, head: str
) -> None:
    found = reader.recognise_file(write(head, "x,Web"))
    assert (found.id, found.is_loaded) == ("google_search_console.filters", False)
