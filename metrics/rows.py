"""The rows behind a figure: which tickets were counted, and how each counted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Select, literal, select

from metrics.dimensions import dimensions_of, reach
from metrics.kinds import BuildClock, Listing, Metric
from metrics.published import Build
from metrics.query import counting_from, weighed
from metrics.question import BadQuestion, Question
from metrics.registry import metric_named
from metrics.scope import PEOPLE, OutOfScope, Scope
from metrics.warehouse import fct_ticket

SHOWN = ("team", "agent", "channel", "category", "priority")
SHOWN_OF_NO_TICKET = ("organization", "team", "agent", "channel", "category")


def rows_statement(
    metric: Metric,
    question: Question,
    scope: Scope,
    clock: BuildClock,
    limit: int | None,
    since: datetime | None = None,
) -> Select[Any]:
    """Return the statement that lists the rows a metric counted, newest first; from ``since`` on (reporting zone).

    Columns: ``at`` (the date basis, reporting zone), the ticket where there is one, ``amount`` (1 or 0 for counts and
    rates, seconds for durations) with ``per`` or ``observed`` where the kind has one, what a list shows, then
    dimensions and the details of its basis. Raises ``OutOfScope``.
    """
    if not isinstance(scope, Scope) or not scope.reads_tickets:
        raise OutOfScope("tickets one by one are not for this role: ask for figures")
    if question.grain:
        raise BadQuestion("rows come one by one: leave --grain out and give --since and --until")
    columns: list[Any] = [metric.on.local.label("at")]
    if metric.on.has_ticket:
        columns += [fct_ticket.c.source, fct_ticket.c.ticket_id, fct_ticket.c.subject, fct_ticket.c.url]
    numbers = weighed(metric, question, clock)
    columns += [number.label(name) for name, number in numbers.items() if name not in ("counted", "mature")]
    if isinstance(metric, Listing):
        columns += [shown.label(name) for name, shown in metric.shows.items()]
    valid = dimensions_of(metric)
    shown = [name for name in (SHOWN if metric.on.has_ticket else SHOWN_OF_NO_TICKET) if name in valid]
    shown = [name for name in shown if scope.tells_people_apart or name not in PEOPLE]
    names = [*shown, *(name for name in question.by if name not in shown)]
    reached = {name: reach(metric, name) for name in names}
    columns += [found.column.label(name) for name, found in reached.items()]
    columns += [detail for detail in metric.on.details if detail.key not in names]
    counted = metric.among & (numbers["mature"] == 1) & (literal(True) if since is None else metric.on.local >= since)
    picked = counting_from(metric, question, scope, columns, tuple(reached.values()), counted)
    statement = select(picked).order_by(picked.c.at.desc(), *(picked.c[name] for name in picked.c.keys()[1:4]))
    return statement.limit(limit) if limit else statement


def rows(question: Question, scope: Scope, build: Build, limit: int | None = 1000) -> pd.DataFrame:
    """Return the rows behind a metric (one metric a call), at most ``limit``; they add up to its figure."""
    if len(question.metrics) != 1:
        raise BadQuestion("rows are listed for one metric at a time")
    metric = metric_named(question.metrics[0])
    since = _listed_from(metric, question, scope, build, limit) if limit and metric.on.reads == "event" else None
    return build.read(rows_statement(metric, question, scope, build.clock, limit, since))


def _listed_from(metric: Metric, question: Question, scope: Scope, build: Build, limit: int) -> datetime | None:
    """Return the instant of the oldest row listed, None where all are: what is older need not be read."""
    mature = weighed(metric, question, build.clock)["mature"]
    columns = [metric.on.local.label("at")]
    picked = counting_from(metric, question, scope, columns, where=metric.among & (mature == 1))
    oldest = select(picked.c.at).where(picked.c.at.is_not(None)).order_by(picked.c.at.desc()).offset(limit - 1).limit(1)
    found = build.read(oldest)["at"]
    return None if found.empty else found.iloc[0].to_pydatetime()
