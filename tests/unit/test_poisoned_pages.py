"""What a page hands to the browser to be read as markdown or HTML holds no attack of the data's; without a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from config.settings import ROOT
from etl.checks import run_checks
from etl.sources.files.raw import COUNT_COLUMNS, QUARANTINE_SCHEMA
from tests.support.asking import build_of
from tests.support.stories import busy_month, warehouse
from ui import access, asking

POISON = "<img src=//evil.example onerror=ran()>![i](http://evil.example/p.png)[l](http://evil.example)"
ATTACK = re.compile(r"(?<!\\)(<img|!\[|\]\(http)")
# What Streamlit shows as it is: options of lists, the name of a picture, plain text, cells.
PLAIN = {("multiselect", "options"), ("selectbox", "options"), ("vega_lite_chart", "alt"), ("text", "body")}
PAGES = (
    "executive/headline", "manager/weekly_review", "manager/workload", "manager/agents", "manager/goals",
    "analyst/explore", "analyst/automation", "analyst/customers", "analyst/data_health",
)  # fmt: skip


@pytest.fixture(scope="module")
def poisoned() -> Any:
    story = busy_month()
    told: dict[str, Any] = {**story.told}
    for name in ("agents", "teams", "organizations"):
        told[name] = [{**row, "name": f"{POISON} {number}"} for number, row in enumerate(told[name])]
    told["categories"] = [{**row, "product_area": POISON} for row in told["categories"]]
    told["articles"] = [{**row, "title": POISON} for row in told["articles"]]
    connection = warehouse(replace(story, told=told))
    connection.execute(f"create table load_count ({COUNT_COLUMNS})")
    connection.execute("insert into load_count values (?, 'r', ?, 'tickets', 1, 0, 0, 0, 1, now())", [POISON, POISON])
    connection.register("pattern", QUARANTINE_SCHEMA.empty_table())
    connection.execute("create table quarantine as select * from pattern")
    row = [POISON, POISON, "tickets", 1, POISON, POISON, "r", 1]
    connection.execute("insert into quarantine values (?, ?, ?, ?, ?, ?, ?, ?, now())", row)
    run_checks(connection)
    return build_of(connection)


@pytest.fixture(autouse=True)
def _house(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, poisoned: Any) -> Iterator[None]:
    monkeypatch.setenv("DESKPULSE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(access.st, "get_option", lambda name: "127.0.0.1" if name == "server.address" else None)
    monkeypatch.setattr(access, "published", lambda: poisoned)
    access.house.cache_clear()
    for kept in ("_frames", "_made", "_options", "_health", "_first_days"):  # every story's build has the same id
        monkeypatch.setattr(asking, kept, asking.Kept())
    yield
    access.house.cache_clear()


def _texts(message: Any, under: str = "") -> Iterator[tuple[str, str]]:
    """Give every text of a message with the field it stands in."""
    for field, value in message.ListFields():
        values = value if field.is_repeated else [value]
        if field.message_type is None:
            yield from ((field.name, each) for each in values if isinstance(each, str))
        elif not field.message_type.GetOptions().map_entry:
            for each in values:
                yield from _texts(each, field.name)


def _elements(block: Any) -> Iterator[Any]:
    for child in block.children.values():
        yield child
        if hasattr(child, "children"):
            yield from _elements(child)


def test_cells_that_wrap_are_escaped() -> None:
    def shows(attack: str) -> None:
        import pandas as pd

        from ui.tables import wrapped

        wrapped(pd.DataFrame({"where": [attack], "share": ["61 %"]}), {"where": "Where", "share": "Share"}, alt="Parts")

    (table,) = AppTest.from_function(shows, kwargs={"attack": POISON}).run().table
    told = table.value["Where"].iloc[0]
    assert "evil" in told
    assert not ATTACK.search(told)


@pytest.mark.parametrize("page", PAGES)
def test_no_page_hands_over_what_the_data_says_as_markup(page: str) -> None:
    app = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=60).run()
    assert not app.exception
    assert not app.error
    told = [
        (element.type, name, text)
        for block in app._tree.children.values()
        for element in _elements(block)
        if getattr(element, "proto", None) is not None
        for name, text in _texts(element.proto)
    ]
    found = [one for one in told if ATTACK.search(one[2]) and one[:2] not in PLAIN]
    assert found == []
    assert told
    if page != "analyst/data_health":  # which has it in tables only: cells
        assert any("evil" in text for _, _, text in told), "the attack reaches the page"
