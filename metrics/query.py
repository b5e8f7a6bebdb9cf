"""From a question to one SQL statement.

``statement`` compiles metric × dimensions × period × filters × clock × scope. Each metric is a SELECT that picks the
rows it counts (``counting``) and measures them (``metrics.measures``); several metrics are a UNION ALL. Nothing is
compiled without a scope.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.sql.elements import BooleanClauseList
from sqlalchemy.sql.operators import and_ as and_operator
from sqlalchemy.sql.selectable import CompoundSelect
from sqlalchemy.sql.visitors import iterate

from metrics.ages import at_age, final_at, is_dated, known_by
from metrics.dimensions import Join, Reached, reach, values_of
from metrics.kinds import BuildClock, Count, Metric, Rate, as_number
from metrics.measures import measured, numbers_of
from metrics.question import GRAINS, NOT_SET, BadQuestion, Question
from metrics.registry import metric_named
from metrics.scope import OutOfScope, Scope
from metrics.warehouse import build, dim_date, fct_ticket

Statement = Select[Any] | CompoundSelect[Any]


def statement(question: Question, scope: Scope, clock: BuildClock, names: Sequence[str] = ()) -> Statement:
    """Compile a question into one statement, or as much of it as is about the metrics named; ``clock`` is the build's.

    Raises ``UnknownMetric``, ``UnknownDimension``, ``BadQuestion`` and ``OutOfScope``.
    """
    parts = [_answer(metric_named(name), question, scope, clock) for name in names or question.metrics]
    return parts[0] if len(parts) == 1 else union_all(*parts)


def _answer(metric: Metric, question: Question, scope: Scope, clock: BuildClock) -> Select[Any]:
    keys = [*(["period"] if question.grain else []), *question.by]
    return measured(metric, counting(metric, question, scope, clock), keys)


def counting(metric: Metric, question: Question, scope: Scope, clock: BuildClock) -> Subquery:
    """Return the rows a metric counts: period and dimensions, its numbers, and ``mature`` (1 or 0)."""
    _check(metric, question)  # before its periods are told: not every fact has all of them
    period = _period(metric, question.grain) if question.grain else None
    columns: list[Any] = [number.label(name) for name, number in weighed(metric, question, clock, period).items()]
    if period is not None:
        columns.append(period.label("period"))
    reached = {name: reach(metric, name) for name in question.by}
    columns += [found.column.label(name) for name, found in reached.items()]
    counted = metric.among & metric.hits if isinstance(metric, Count) else metric.among
    return counting_from(metric, question, scope, columns, tuple(reached.values()), counted)


def weighed(
    metric: Metric, question: Question, clock: BuildClock, period: ColumnElement[Any] | None = None
) -> dict[str, ColumnElement[Any]]:
    """Return the numbers a row contributes by name, and ``mature``: 1 if it counts already."""
    numbers = {**numbers_of(metric, question.clock), "mature": as_number(metric.mature(clock))}
    cutoff = known_by(metric, question, clock, period)
    if cutoff is not None and isinstance(metric, Rate) and is_dated(metric):
        hits, there = at_age(metric, cutoff, clock)
        return numbers | {"amount": as_number(hits), "mature": as_number(there)}
    return numbers if cutoff is None else numbers | {"mature": as_number(final_at(metric, cutoff, clock))}


def counting_from(
    metric: Metric,
    question: Question,
    scope: Scope,
    columns: Sequence[Any],
    reached: tuple[Reached, ...] = (),
    where: ColumnElement[Any] | None = None,
) -> Subquery:
    """Return ``columns`` of the rows in the question's span, filters and scope, as far as ``where`` lets them."""
    _check(metric, question)
    conditions = allowed(metric, scope)
    scope.refuse_people([*question.by, *(name for name, _ in question.where)])
    asked = [(name, reach(metric, name), values) for name, values in question.where]
    filters = [(found, values_of(name, found.column, values)) for name, found, values in asked]
    split = {join.table for found in reached for join in found.joins}
    # A row with several values is looked up, not joined, unless it is split by them: it must not count twice.
    looked_up = [(f, values) for f, values in filters if f.several is not None and f.joins[0].table not in split]
    joined = [(f, values) for f, values in filters if f.several is None or f.joins[0].table in split]
    within = _within(metric, question)
    conditions += [_one_of(found.column, values) for found, values in joined]
    conditions += [_has_one_of(found, values) for found, values in looked_up]
    conditions += [] if where is None else _parts(where)
    needed = [*reached, *(found for found, _ in joined)]
    told = [*columns, *conditions, *(join.on for found in needed for join in found.joins)]
    fact = _joined(metric, needed, asks_ticket=any(_is_of_ticket(one) for one in told))
    if metric.on.via_ticket and within and (of_ticket := [one for one in conditions if _is_of_ticket(one)]):
        # Told apart, what is asked of the ticket would have the engine read all tickets first: together with the span
        # it starts from the few rows that are in it.
        conditions = [one for one in conditions if not _is_of_ticket(one)]
        conditions.append(case((and_(*within), and_(*of_ticket)), else_=False))
    return select(*columns).select_from(fact).where(*within, *conditions).subquery(f"{metric.name}_rows")


def _parts(condition: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """Return the conditions a conjunction is made of."""
    is_conjunction = isinstance(condition, BooleanClauseList) and condition.operator is and_operator
    return list(condition.clauses) if is_conjunction else [condition]


def _is_of_ticket(told: ColumnElement[Any]) -> bool:
    """Tell whether an expression speaks of the ticket."""
    return any(getattr(part, "table", None) is fct_ticket for part in iterate(told))


def _one_of(column: ColumnElement[Any], values: Sequence[str]) -> ColumnElement[Any]:
    """Return the condition that a column has one of the values; ``NOT_SET`` is the lack of one."""
    known = column.in_([value for value in values if value != NOT_SET])
    return known | column.is_(None) if NOT_SET in values else known


def _has_one_of(found: Reached, values: Sequence[str]) -> ColumnElement[Any]:
    """Return the same for a row that may have several values, without joining them."""
    table, key = found.joins[0].table, found.several
    assert key is not None
    having = select(table.c[key.name])
    known = key.in_(having.where(found.column.in_([value for value in values if value != NOT_SET])))
    return known | key.not_in(having) if NOT_SET in values else known


def allowed(metric: Metric, scope: Scope) -> list[ColumnElement[Any]]:
    """Return the conditions the viewer's scope adds; raises ``OutOfScope`` where it cannot be told whose a row is."""
    if not isinstance(scope, Scope):
        raise OutOfScope("nothing may be asked without a scope")
    scope.refuse_nobody()
    if scope.role == "agent":
        if metric.on.agent is None or not scope.agent_key:
            raise OutOfScope(f"{metric.name} belongs to no agent; {scope.viewer} may only see their own")
        return [metric.on.agent == scope.agent_key]
    if scope.teams is None:
        return []
    if metric.on.team is None:
        raise OutOfScope(f"{metric.name} belongs to no team; {scope.viewer} may only see {len(scope.teams)} team(s)")
    return [metric.on.team.in_(sorted(scope.teams))]


def may_ask(metric: Metric, scope: Scope) -> bool:
    """Tell whether a scope may ask for a metric at all."""
    try:
        allowed(metric, scope)
    except OutOfScope:
        return False
    return True


def _check(metric: Metric, question: Question) -> None:
    """Refuse what makes no sense for a metric; a clock it does not know only where nothing else is asked."""
    if question.clock not in metric.clocks and len(question.metrics) == 1:
        raise BadQuestion(f"{metric.name} knows no {question.clock} clock; leave --clock out")
    if metric.on.reads == "now" and (question.grain or question.since or question.until):
        raise BadQuestion(f"{metric.name} is told as of now; leave --grain, --since and --until out")
    if question.grain and GRAINS.index(question.grain) < GRAINS.index(metric.on.finest):
        raise BadQuestion(f"{metric.name} is told by {metric.on.finest} at the finest; it has no {question.grain}s")


def _period(metric: Metric, grain: str) -> ColumnElement[Any]:
    if metric.on.reads == "day_end":
        return dim_date.c.day if grain == "day" else dim_date.c[f"{grain}_starts_on"]
    start = func.date_trunc(grain, metric.on.local)
    return start if grain == "hour" else cast(start, Date)


def _joined(metric: Metric, reached: list[Reached], asks_ticket: bool) -> FromClause:
    """Join a metric's fact to its ticket, if that is asked for, and to what its dimensions need, each table once."""
    fact: FromClause = metric.on.fact
    joins: list[Join] = []
    if metric.on.reads == "day_end":  # first: one day of many is what leaves fewest rows to join
        joins.append(Join(dim_date, dim_date.c.day == metric.on.fact.c.day))
    if metric.on.via_ticket and asks_ticket:
        joins.append(Join(fct_ticket, fct_ticket.c.ticket_key == metric.on.fact.c.ticket_key))
    joins += [join for found in reached for join in found.joins]
    seen = set()
    for join in joins:
        if join.table.name not in seen:
            seen.add(join.table.name)
            fact = fact.outerjoin(join.table, join.on)
    return fact


def _within(metric: Metric, question: Question) -> list[ColumnElement[Any]]:
    if metric.on.reads == "day_end":
        days = metric.on.fact.c.day
        spanned = [days >= question.since] if question.since else []
        return [*spanned, *([days <= question.until] if question.until else []), *_on_last_days(question)]
    conditions = []
    if question.since:
        conditions.append(metric.on.local >= _midnight(question.since))
    if question.until:
        conditions.append(metric.on.local < _midnight(question.until + timedelta(days=1)))
    if question.grain and not question.since:
        conditions.append(metric.on.local.is_not(None))
    return conditions


def _on_last_days(question: Question) -> list[ColumnElement[Any]]:
    """Return the conditions that keep the last day of every period: that is where a stock is read."""
    last: Any = select(cast(build.c.local_as_of, Date)).scalar_subquery()
    if question.until:
        last = func.least(last, literal(question.until, Date))
    conditions = [dim_date.c.day >= question.since] if question.since else []
    match question.grain:
        case None:
            return [*conditions, dim_date.c.day == last]
        case "day" | "hour":
            return [*conditions, dim_date.c.day <= last]
        case grain:
            return [*conditions, dim_date.c.day == func.least(dim_date.c[f"{grain}_ends_on"], last)]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
