"""Intercom's own description of its API, served by Prism: our requests keep to it, and we read what it describes."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from jsonschema import Draft4Validator

from etl.fakes.server import served
from etl.sources.intercom import CONNECTOR, records, streams
from etl.sources.live.kinds import Reading
from etl.sources.live.rows import rows_of, typed
from tests.support.live import at, handed, hosted, read, source
from tests.support.prism import MISSING, OPENAPI, prism

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(MISSING, reason="needs tests/prism (npm ci) and ../shared/data/intercom_openapi"),
]


def test_requests_and_the_fakes_answers_keep_to_the_description(tmp_path: Path) -> None:
    fake, searched = hosted("intercom"), list[Any]()
    honest = fake.posted
    fake.posted = lambda path, told, headers: (searched.append(told), honest(path, told, headers))[1]
    fake.page_rows = 4
    with (
        served(fake) as at_work,
        prism(tmp_path, "proxy", at_work.url) as watched,
    ):  # refuses what breaks it, either way
        read(tmp_path / "watched", source(watched, "intercom"))
        read(tmp_path / "clean", source(at_work.url, "intercom"))
    assert handed(tmp_path / "watched") == handed(tmp_path / "clean")
    # Prism lets every search pass, whatever stands in it: its schema names itself.
    described = yaml.safe_load(OPENAPI.read_text(encoding="utf-8"))
    rules = Draft4Validator(
        {**described["components"]["schemas"]["search_request"], "components": described["components"]}
    )
    assert any("starting_after" in told["pagination"] for told in searched)
    assert not [str(error) for told in searched for error in rules.iter_errors(told)]
    searched[0]["query"]["value"][0]["operator"] = "later than"
    assert list(rules.iter_errors(searched[0]))


def test_what_intercom_gives_as_examples_is_read(tmp_path: Path) -> None:
    told: dict[str, list[Any]] = {}
    with prism(tmp_path, "mock") as described:
        given = source(described, "intercom")
        reading = Reading(given, at(5, "12:00"), lambda _: None)
        for stream in CONNECTOR.streams(reading):
            for page in islice(stream.pages(None), 1 if stream.name == "organizations" else 3):  # its scroll has no end
                for table, rows in page.rows.items():
                    told.setdefault(table, []).extend(rows)
        asked = streams.client(reading)
        [example] = streams._search(asked, "/conversations/search", "conversations", 1_700_000_000, None)
        whole = asked.get("/conversations/123")
        headers = {"Authorization": "Bearer token", "Intercom-Version": "7"}
        assert requests.get(f"{described}/teams", headers=headers, timeout=20).status_code == 422  # it does watch
    assert [row["id"] for row in example] == ["515"]
    told["tickets"] = rows_of([whole], records.ticket(given, "abc"))
    told["changes"] = rows_of([whole], records.changes(given))
    for table in CONNECTOR.tables:
        good, faults = typed(table, told.get(table.name, []))
        assert not faults
        assert good.num_rows == len(told.get(table.name, []))
    assert [(row["ticket_id"], row["status"], row["agent_id"]) for row in told["tickets"]] == [
        ("503", "solved", "991267715")
    ]
    assert [row["agent_id"] for row in told["agents"]] == ["991267466"]
    assert [row["name"] for row in told["organizations"]] == ["IntercomQATest1"]
    # Of the example's four parts one says something: the others tell of an app that was started.
    assert [(row["what"], row["actor_is"]) for row in told["changes"]] == [("created", "agent"), ("message", "agent")]
