"""The demo helpdesk: a simulated support desk in the import format, with a truth of what was planted."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from etl.demo.story import tell
from etl.demo.window import Window

__all__ = ["write_demo"]


def _quiet(_: str) -> None:
    return None


def write_demo(
    out: Path,
    *,
    tickets: int | None = None,
    days: int = 913,
    until: datetime,
    seed: int = 1,
    progress: Callable[[str], None] = _quiet,
) -> dict[str, object]:
    """Write a simulated helpdesk of ``days`` days ending at ``until`` (aware) into the folder ``out``.

    Without ``tickets`` the four teams take what they can; with it agents and customers are as many
    as that load needs. The same arguments give the same files. Returns what ``truth.json`` says.
    """
    if until.tzinfo is None:
        raise ValueError("until needs a time zone")
    if days < 1 or (tickets is not None and tickets < 1):
        raise ValueError("a demo needs at least one day and one ticket")
    out.mkdir(parents=True, exist_ok=True)
    truth = tell(out, Window.ending(until, days), tickets, seed, progress)
    (out / "truth.json").write_text(json.dumps(truth, indent=2) + "\n", encoding="utf-8")
    return truth
