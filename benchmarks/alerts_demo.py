"""What alerts tell of demos: ``python -m benchmarks.alerts_demo [--seeds N] [--first SEED] [--tickets N] [--days D]``.

A demo a seed, its last campaign left out of the calendar: is planted outage, silent quality drop and campaign each one
incident with the right category first, after how many days, and how much else is told? Of the campaigns that are in the
calendar, how many are one expected incident, and of how many is the right category first? Printed a seed and pooled.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from config.settings import Settings
from etl.demo import write_demo
from etl.pipeline import FileSource, run
from forecasting.alerts import compute
from forecasting.alerts.judging import JUDGED_DAYS
from metrics.published import current_build

RESULTS = Path(__file__).parent / "results" / "alerts_demo.json"
UNTIL = datetime(2026, 11, 20, 9, tzinfo=UTC)
CAMPAIGN = "Free delivery fortnight"
VOLUME, QUALITY = ("tickets_created",), ("fcr", "reopen_rate_worked")
MONTH = 365 / 12
LATEST = {"outage": 1, "drop": 21, "campaign": 14}  # days after it began, to count as found


def told_of(seed: int, tickets: int, days: int) -> dict[str, Any]:
    """Return what was told of one demo: what was planted and found, days until then, and other incidents a month."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_demo(folder / "demo", until=UNTIL, tickets=tickets, days=days, seed=seed)
        calendar = folder / "demo" / "calendar_events.parquet"
        rows = pq.read_table(calendar)
        pq.write_table(rows.filter(pc.not_equal(rows["title"], CAMPAIGN)), calendar)
        settings = replace(Settings(), home=folder / "home")
        run([FileSource("demo", (folder / "demo",))], settings, UNTIL + timedelta(hours=1), lambda _: None)
        alerts = compute(current_build(settings), settings)["alert"]
        truth = json.loads((folder / "demo" / "truth.json").read_text(encoding="utf-8"))
    judged_days = min(days, JUDGED_DAYS)
    campaigns = calendars(truth, UNTIL.date() - timedelta(days=judged_days))
    told = judged(alerts[~alerts["is_expected"]], planted(truth), seed, judged_days)
    return {**told, **expected(alerts[alerts["is_expected"]], campaigns)}


def planted(truth: dict[str, Any]) -> dict[str, tuple[date, Sequence[str], Sequence[str]]]:
    """Return what was planted: its first day, the categories it is about, the metrics that show it.

    What was not solved at first contact any more came back half as often as not: whichever is seen first leads.
    """
    campaign = next(push for push in truth["pushes"] if push["title"] == CAMPAIGN)
    return {
        "outage": (_day(truth["outage"]["day"]), [truth["outage"]["category"]], VOLUME),
        "drop": (_day(truth["quality_drop"]["begins"]), [truth["quality_drop"]["category"]], QUALITY),
        "campaign": (_day(campaign["starts_on"]), campaign["categories"], VOLUME),
    }


def calendars(truth: dict[str, Any], since: date) -> dict[str, Sequence[str]]:
    """Return the campaigns of the calendar that began since a day, with their categories."""
    known = (push for push in truth["pushes"] if push["kind"] == "campaign" and push["title"] != CAMPAIGN)
    return {push["title"]: push["categories"] for push in known if _day(push["starts_on"]) >= since}


def expected(alerts: pd.DataFrame, campaigns: dict[str, Sequence[str]]) -> dict[str, int]:
    """Return how many campaigns there were, are one expected incident, and have the right category first."""
    one = [alerts.loc[alerts["cause"] == title, "value"].tolist() for title in campaigns]
    right = [len(told) == 1 and told[0] in known for told, known in zip(one, campaigns.values(), strict=True)]
    return {"planned": len(campaigns), "expected": sum(len(told) == 1 for told in one), "right": sum(right)}


def judged(
    alerts: pd.DataFrame, things: dict[str, tuple[date, Sequence[str], Sequence[str]]], seed: int, days: int
) -> dict[str, Any]:
    """Hold alerts against what was planted."""
    row: dict[str, Any] = {"seed": seed}
    raised = pd.to_datetime(alerts["raised_on"]).dt.date
    mine = pd.Series(False, index=alerts.index)
    for name, (began, categories, metrics) in things.items():
        about = (alerts["dimension"] == "category") & alerts["value"].isin(categories)
        soon = (raised >= began) & (raised <= began + timedelta(days=LATEST[name]))
        found = about & soon & alerts["metric"].isin(metrics)
        row[name] = int(found.sum())
        row[f"{name} after"] = (raised[found].min() - began).days if found.any() else None
        mine |= about & soon
    row["others a month"] = float((~mine).sum() / (days / MONTH))
    row["precision"] = float(mine.mean()) if len(mine) else None
    return row


def pooled(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return what was found, and told once, of what was planted, the median delay, other incidents, and precision."""
    told: dict[str, Any] = {"seed": "all"}
    for name in LATEST:
        delays = sorted(row[f"{name} after"] for row in rows if row[name])
        told[name] = f"{sum(bool(row[name]) for row in rows)}/{len(rows)}, once {sum(row[name] == 1 for row in rows)}"
        told[f"{name} after"] = delays[len(delays) // 2] if delays else None
    for name in ("others a month", "precision"):
        known = [row[name] for row in rows if row[name] is not None]
        told[name] = sum(known) / len(known) if known else None
    return told | {name: sum(row[name] for row in rows) for name in ("planned", "expected", "right")}


def _day(text: str) -> date:
    return date.fromisoformat(str(text)[:10])


def main() -> None:
    """Print the table and write the same as JSON."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.alerts_demo", description=__doc__)
    options.add_argument("--seeds", type=int, default=20, metavar="N", help="demos (default 20)")
    options.add_argument("--first", type=int, default=1, metavar="SEED", help="the first seed (default 1)")
    options.add_argument("--tickets", type=int, default=60_000, metavar="N", help="of a demo (default 60000)")
    options.add_argument("--days", type=int, default=400, metavar="D", help="of a demo (default 400)")
    chosen = options.parse_args()
    rows = []
    for seed in range(chosen.first, chosen.first + chosen.seeds):
        rows.append(told_of(seed, chosen.tickets, chosen.days))
        print(rows[-1], flush=True)
    shown = Table(*rows[0], box=None)
    for row in [*rows, pooled(rows)]:
        shown.add_row(*(f"{value:.2g}" if isinstance(value, float) else str(value) for value in row.values()))
    Console(width=140).print(shown)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"rows": rows, "pooled": pooled(rows)}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
