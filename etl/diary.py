"""A folder that brings a journal along: ``journal.json`` holds interventions and a notice, recorded once each.

The demo's folder has one, so that its reader sees two of them judged. What came from the demo goes when it goes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from config.errors import BadInput
from config.settings import Settings
from journal import open_journal

DIARY = "journal.json"


def read_diaries(source: str, paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Return what the source's folders bring along; raises ``BadInput`` naming the file."""
    files = [path / DIARY for path in paths if (path / DIARY).is_file()]
    return [entry for file in files for entry in _read(source, file)]


def record(entries: Iterable[dict[str, Any]], settings: Settings) -> None:
    """Record what the journal does not have yet; what somebody took out of it does not come back."""
    for entry in entries:
        writer, values = entry["written_by"], {name: entry[name] for name in entry if name != "written_by"}
        journal = open_journal(settings, writer, None)
        if "told_on" in values:
            if not journal.remembers_notice(values["origin"]):
                journal.give_notice(values["purpose"], on=values["told_on"], origin=values["origin"])
            continue
        if not journal.remembers(values["origin"]):
            journal.record_intervention(**values)


def forget(source: str, settings: Settings) -> None:
    """Take out of the journal what a source brought along."""
    journal = open_journal(settings, "etl", None)
    for intervention in journal.interventions():
        if (intervention.origin or "").startswith(f"{source}:"):
            journal.delete(journal.update(replace(intervention, origin=None)))  # it may come again
    given = journal.notice()
    if given is not None and (given.origin or "").startswith(f"{source}:"):
        journal.delete(journal.update(replace(given, origin=None)))


def _read(source: str, file: Path) -> list[dict[str, Any]]:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        writer = str(told["written_by"])
        return [*_notice(source, writer, told), *(_entry(source, writer, entry) for entry in told["interventions"])]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadInput(f"{file}: not a journal to bring along: {error!r}") from error


def _notice(source: str, writer: str, told: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the notice a folder brings: that, and why, everybody knows single persons' strain is looked at."""
    if "notice" not in told:
        return []
    day = date.fromisoformat(told["notice"]["told_on"])
    return [{"written_by": writer, "origin": f"{source}:notice", "purpose": told["notice"]["purpose"], "told_on": day}]


def _entry(source: str, writer: str, told: dict[str, Any]) -> dict[str, Any]:
    return {
        "written_by": writer,
        "origin": f"{source}:{told['origin']}",
        "title": told["title"],
        "done": told.get("done", ""),
        "on": date.fromisoformat(told["on"]),
        "metric": told["metric"],
        "direction": told["direction"],
        "where": tuple((name, tuple(values)) for name, values in told.get("where", {}).items()),
    }
