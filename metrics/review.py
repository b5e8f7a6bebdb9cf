"""The week in review: what changed, and what there is to decide about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from metrics.changes import Change, NothingFinal, changes, comparable
from metrics.compare import Explanation, explain
from metrics.contributors import Contributor
from metrics.dimensions import dimensions_of
from metrics.published import Build
from metrics.query import may_ask
from metrics.question import BadQuestion, Question
from metrics.registry import METRICS
from metrics.scope import Scope

# The numbers of the first screen.
FIRST = ("backlog_waiting_on_us", "sla_attainment", "fcr", "reopen_rate_worked", "csat", "tickets_created")
# What a manager would be asked about on Monday. Variants stay out: one reading of each.
REVIEWED = (
    *FIRST,
    "tickets_solved",
    "backlog",
    "ticket_debt",
    "first_reply_time",
    "reply_time",
    "resolution_time_first",
    "aht",
    "repeat_contact_rate",
    "escalation_rate",
    "misroute_rate",
    "handoffs_per_ticket",
    "recategorised_rate",
    "abandonment_rate",
    "service_level",
    "deflection_rate",
    "csat_response_rate",
    "utilization",
    "after_hours_share",
)
CAUSES = ("category", "team", "channel")
TO_DECIDE = 3


@dataclass(frozen=True)
class Matter:
    """Something to decide: a metric that got worse, and the segment that did most of it where one stands out."""

    change: Change
    dimension: str = ""
    contributor: Contributor | None = None

    @property
    def weight(self) -> float:
        """How far beyond what is material the change is: what is decided first."""
        return abs(self.change.figure.change or 0.0) / (self.change.metric.material or 1.0)


def reviewed(where: Iterable[str], scope: Scope) -> tuple[str, ...]:
    """Return the metrics of the review that can be narrowed by these dimensions, in scope."""
    able = [METRICS[name] for name in REVIEWED if name in METRICS]
    narrowed = set(where)
    return tuple(metric.name for metric in able if narrowed <= set(dimensions_of(metric)) and may_ask(metric, scope))


def week_changes(question: Question, scope: Scope, build: Build) -> list[Change]:
    """Return how every reviewed metric changed against the week before, news first."""
    names = reviewed((name for name, _ in question.where), scope)
    return changes(question.of(names), scope, build) if names else []


def matters(question: Question, found: Sequence[Change], scope: Scope, build: Build) -> list[Matter]:
    """Return what there is to decide, most pressing first: what got worse beyond chance, each with its main cause."""
    worse = sorted((Matter(change) for change in found if change.verdict == "worse"), key=lambda matter: -matter.weight)
    return [_with_cause(matter, question, scope, build) for matter in worse[:TO_DECIDE]]


def _with_cause(matter: Matter, question: Question, scope: Scope, build: Build) -> Matter:
    explanation = explained(matter.change.metric.name, question, scope, build)
    if explanation is None:
        return matter
    change = matter.change.change or 0.0
    sure = [
        (found.name, contributor)
        for found in explanation.dimensions
        for contributor in found.contributors
        if contributor.is_sure and (contributor.effect or 0.0) * change > 0
    ]
    if not sure:
        return matter
    dimension, contributor = max(sure, key=lambda pair: abs(pair[1].effect or 0.0))
    return replace(matter, dimension=dimension, contributor=contributor)


def explained(
    name: str, question: Question, scope: Scope, build: Build, by: Sequence[str] = CAUSES
) -> Explanation | None:
    """Return what drove a metric's change by the dimensions it has; None where none of it is final or explainable."""
    narrowed = {dimension for dimension, _ in question.where}
    able = [dimension for dimension in by if dimension in dimensions_of(METRICS[name]) and dimension not in narrowed]
    if not able:
        return None
    try:
        return explain(comparable(question.of((name,)), METRICS[name], build), scope, build, by=able)
    except (NothingFinal, BadQuestion):
        return None
