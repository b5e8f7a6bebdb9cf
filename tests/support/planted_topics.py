"""A demo of one seed, its audit of topics and customers, and how far both are from the truth."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from config.settings import Settings
from etl.demo import write_demo
from etl.pipeline import FileSource, run
from metrics import Question, Scope, ask
from metrics.at_risk import at_risk, last_full_week
from metrics.audit import audit, candidates
from metrics.published import Build, current_build

UNTIL = datetime(2026, 10, 30, 18, tzinfo=UTC)


@dataclass(frozen=True)
class Found:
    """What the audit of one demo found beside what was planted."""

    build: Build
    ranked: list[str]  # candidates, most hours first
    automatable: set[str]
    hours: float
    true_hours: float
    gaps: list[str]
    topic_without_article: str
    risk_places: list[float]  # of the planted organizations, in the list of customers: 0 is its top, 1 its end
    list_length: int

    @property
    def off_by(self) -> float:
        """How far the hours are from the truth, as a share of it."""
        return self.hours / self.true_hours - 1


def found_in(folder: Path, seed: int, tickets: int = 10_000, days: int = 120) -> Found:
    """Simulate, build and audit one helpdesk."""
    truth = write_demo(folder / "demo", tickets=tickets, days=days, until=UNTIL, seed=seed)
    settings = replace(Settings(), home=folder / "home")
    run([FileSource("demo", (folder / "demo",))], settings, UNTIL, lambda _: None)
    return judged(current_build(settings), json.loads(json.dumps(truth)))


def judged(build: Build, truth: dict[str, Any]) -> Found:
    """Compare a build of a demo with its truth."""
    scope = Scope.everything()
    topics = candidates(audit(Question(("automation_potential",)), scope, build))
    gaps = ask(Question(("knowledge_gap",), by=("category",)), scope, build)
    customers = at_risk(Question(("customer_risk",)), last_full_week(build), scope, build)
    names = build.engine.connect().exec_driver_sql("select organization_key, name from dim_organization").fetchall()
    name_of = {key.split(":")[1]: name for key, name in names}
    listed = list(customers["organization"])
    places = [listed.index(name_of[key]) / len(listed) for key in truth["leaving"]["organizations"]]
    return Found(
        build=build,
        ranked=list(topics["category"]),
        automatable=set(truth["automatable"]),
        hours=float(topics["hours"].sum()),
        true_hours=sum(told["hours"] for told in truth["automation"].values()),
        gaps=[str(name) for name in gaps["category"]],
        topic_without_article=truth["topic_without_article"],
        risk_places=places,
        list_length=len(listed),
    )
