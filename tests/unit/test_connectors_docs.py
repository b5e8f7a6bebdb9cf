"""The page about helpdesks says of each what it brings."""

import re

from config.settings import ROOT
from etl.import_format import TABLES
from etl.models import SQL
from etl.sources.catalog import LIVE, connector
from etl.sources.live.shared import AGENTS, CHANGES, SHARED

PAGE = (ROOT / "docs" / "connectors.md").read_text(encoding="utf-8")


def _brings(kind: str) -> set[str]:
    """Return the tables of the import format that are made of a kind's raw tables."""
    handed = {CHANGES.name: "events", AGENTS.name: "agents"}
    shared = {handed.get(table.name, table.name) for table in connector(kind).tables if table in SHARED}
    return (shared | {model.stem for model in (SQL / "staging" / kind).glob("*.sql")}) & set(TABLES)


def test_what_each_brings_is_what_the_page_says() -> None:
    section = PAGE.split("## What each brings\n\n")[1].split("\n\n")[0]
    head, _, *rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in section.splitlines()]
    told = {kind: {row[0] for row in rows if row[column] == "yes"} for column, kind in enumerate(head) if column}
    assert told == {kind: _brings(kind) for kind in LIVE}


def test_every_kind_has_its_page_with_every_setting() -> None:
    common = {"url", "user", "schema"} | {"tiers", "triage"}  # said in the text, or of every helpdesk at once
    for kind in LIVE:
        page = (ROOT / "docs" / f"connect-{kind.replace('_', '-')}.md").read_text(encoding="utf-8")
        missing = [
            one.name for one in connector(kind).settings if f"`{one.name}`" not in page and one.name not in common
        ]
        assert not missing, f"{kind}: {missing}"
    assert all(f"`{name} = " in PAGE for name in ("tiers", "triage"))


def test_every_test_the_page_of_faults_names_is_there() -> None:
    page = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", page)
    files = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")}
    assert len(named) > 40
    assert not [f"{file}::{test}" for file, test in named if f"def {test}(" not in files.get(file, "")]
