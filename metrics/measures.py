"""How each kind of metric becomes SQL: from the rows that count to one row a group.

Every measure yields the same columns after the group's own: ``value``, ``numerator``, ``denominator``; ``squares``,
``cross``, ``per_squares`` (sums of amount², amount × per and per²: the interval of a ratio of sums) and
``rows_counted``; ``low``, ``high``; ``immature`` (rows too young to judge). What a kind has no use for is null;
``metrics.answers`` fills in what is arithmetic on one row.
"""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from sqlalchemy import ColumnElement as Element
from sqlalchemy import Double, Select, Subquery, and_, case, cast, func, literal, null, select

from metrics.kinds import Count, Duration, Listing, Metric, Rate, Ratio, Score, Stock, as_number

Z = 1.959963984540054  # 97.5th percentile of the normal: two-sided 95 %
SHOWN_FROM = 5  # a rate or score of fewer is not shown, only its n
ROUNDING = 1e-9  # so that it does not lose a survival curve's exact hit
SUMS = ("squares", "cross", "per_squares", "rows_counted")
MEASURES = ("value", "numerator", "denominator", *SUMS, "low", "high", "immature")
NOTHING = null()


def _grouped(metric: Metric, rows: Any, keys: list[str], **measures: Any) -> Select[Any]:
    groups = [rows.c[key] for key in keys]
    columns = [cast(measures.get(name, NOTHING), Double).label(name) for name in MEASURES]
    statement = select(literal(metric.name).label("metric"), *groups, *columns).select_from(rows)
    return statement.group_by(*groups) if groups else statement


def _sum(column: Any) -> Any:
    return func.coalesce(func.sum(column), 0)


@singledispatch
def measured(metric: Metric, rows: Subquery, keys: list[str]) -> Select[Any]:
    """Return one row per group of ``rows`` (keys, ``mature`` and those of ``numbers_of``) with its measures."""
    raise TypeError(f"{type(metric).__name__} has no measures")


@measured.register
def _(metric: Count, rows: Subquery, keys: list[str]) -> Select[Any]:
    if metric.distinct is not None:
        counted: Any = func.count(func.distinct(case((rows.c.amount == 1, rows.c.counted))))
    else:
        counted = _sum(rows.c.amount)
    return _grouped(metric, rows, keys, value=counted, numerator=counted, immature=literal(0))


@measured.register
def _(metric: Rate, rows: Subquery, keys: list[str]) -> Select[Any]:
    hits, among = _sum(rows.c.amount * rows.c.mature), _sum(rows.c.mature)
    return _grouped(
        metric,
        rows,
        keys,
        value=case((among >= SHOWN_FROM, cast(hits, Double) / func.nullif(among, 0))),
        numerator=hits,
        denominator=among,
        immature=_sum(1 - rows.c.mature),
    )


@measured.register
def _(metric: Ratio, rows: Subquery, keys: list[str]) -> Select[Any]:
    amount = cast(rows.c.amount, Double)
    total, counted = _sum(amount * rows.c.mature), _sum(rows.c.mature)
    if metric.per is None:  # a mean: every row weighs one
        among, cross, per_squares = counted, total, counted
    else:
        per = cast(rows.c.per, Double)
        among = _sum(per * rows.c.mature)
        cross, per_squares = _sum(amount * per * rows.c.mature), _sum(per * per * rows.c.mature)
    value = total / func.nullif(among, 0)
    return _grouped(
        metric,
        rows,
        keys,
        value=case((among >= SHOWN_FROM, value)) if isinstance(metric, Score) else value,
        numerator=total,
        denominator=among,
        squares=_sum(amount * amount * rows.c.mature),
        cross=cross,
        per_squares=per_squares,
        rows_counted=counted,
        immature=_sum(1 - rows.c.mature),
    )


@measured.register
def _(metric: Stock, rows: Subquery, keys: list[str]) -> Select[Any]:
    total = _sum(rows.c.amount)
    if metric.per is None:
        return _grouped(metric, rows, keys, value=total, numerator=total, immature=literal(0))
    among = _sum(rows.c.per)
    value = cast(total, Double) / func.nullif(cast(among, Double), 0)
    return _grouped(metric, rows, keys, value=value, numerator=total, denominator=among, immature=literal(0))


@measured.register
def _(metric: Listing, rows: Subquery, keys: list[str]) -> Select[Any]:
    # Nothing on a list of things is none of them; nothing to add up is not known.
    total = _sum(rows.c.amount) if metric.measure == "count" else func.sum(rows.c.amount)
    return _grouped(metric, rows, keys, value=total, numerator=total, immature=literal(0))


@measured.register
def _(metric: Duration, rows: Subquery, keys: list[str]) -> Select[Any]:
    return _plain(metric, rows, keys) if metric.observed is None else _kaplan_meier(metric, rows, keys)


def _plain(metric: Duration, rows: Subquery, keys: list[str]) -> Select[Any]:
    """Percentile of finished durations; the interval is the order statistics whose ranks the binomial gives."""
    groups = [rows.c[key] for key in keys]
    ranked = (
        select(
            *groups,
            rows.c.amount,
            func.row_number().over(partition_by=groups or None, order_by=rows.c.amount).label("rank"),
            func.count().over(partition_by=groups or None).label("n"),
        )
        .where(rows.c.amount.is_not(None))
        .subquery("ranked")
    )
    p, n = metric.percentile, cast(ranked.c.n, Double)
    half = Z * func.sqrt(n * p * (1 - p))
    at_least, at_most = ranked.c.rank >= n * p - half, ranked.c.rank >= n * p + half + 1
    return _grouped(
        metric,
        ranked,
        keys,
        value=func.percentile_cont(p).within_group(cast(ranked.c.amount, Double)),
        denominator=func.count(ranked.c.amount),
        low=func.min(case((at_least, ranked.c.amount))),
        high=func.min(case((at_most, ranked.c.amount))),
        immature=literal(0),
    )


def _survival_curve(rows: Subquery, keys: list[str]) -> Subquery:
    """Return one row per group and duration: log survival, Greenwood's sum, how many ended and left there."""
    groups = [rows.c[key] for key in keys]
    at_times = (
        select(
            *groups,
            rows.c.amount,
            func.sum(rows.c.observed).label("ended"),
            func.count().label("left"),
        )
        .where(rows.c.amount.is_not(None))
        .group_by(*groups, rows.c.amount)
        .subquery("at_times")
    )
    over = [at_times.c[key] for key in keys]
    at_risk = (
        select(
            *over,
            at_times.c.amount,
            at_times.c.ended,
            at_times.c.left,
            cast(
                func.sum(at_times.c.left).over(partition_by=over or None, order_by=at_times.c.amount.desc()), Double
            ).label("risk"),
        )
    ).subquery("at_risk")
    over = [at_risk.c[key] for key in keys]
    last = at_risk.c.ended >= at_risk.c.risk
    return (
        select(
            *over,
            at_risk.c.amount,
            at_risk.c.ended,
            at_risk.c.left,
            case((last, 1), else_=0).label("is_last"),
            func.sum(
                case((last, -700.0), else_=func.ln(case((last, 1.0), else_=1.0 - at_risk.c.ended / at_risk.c.risk)))
            )
            .over(partition_by=over or None, order_by=at_risk.c.amount)
            .label("log_survival"),
            func.sum(
                case(
                    (last, 0.0),
                    else_=at_risk.c.ended
                    / (at_risk.c.risk * case((last, 1.0), else_=at_risk.c.risk - at_risk.c.ended)),
                )
            )
            .over(partition_by=over or None, order_by=at_risk.c.amount)
            .label("greenwood"),
        )
    ).subquery("steps")


def _kaplan_meier(metric: Duration, rows: Subquery, keys: list[str]) -> Select[Any]:
    """Kaplan and Meier's percentile with the pointwise (Greenwood) interval inverted, as Brookmeyer and Crowley do."""
    steps = _survival_curve(rows, keys)
    survival = func.exp(steps.c.log_survival)
    margin = Z * survival * func.sqrt(steps.c.greenwood)
    still = 1 - metric.percentile + ROUNDING
    died = steps.c.ended > 0
    bounded = died & (steps.c.is_last == 0)  # where nobody is left the curve has no margin
    return _grouped(
        metric,
        steps,
        keys,
        value=func.min(case((and_(died, survival <= still), steps.c.amount))),
        denominator=_sum(steps.c.left),
        low=func.min(case((and_(bounded, survival - margin <= still), steps.c.amount))),
        high=func.min(case((and_(bounded, survival + margin <= still), steps.c.amount))),
        immature=literal(0),
    )


def numbers_of(metric: Metric, clock: str) -> dict[str, Element[Any]]:
    """Return what a row contributes: ``amount``, and by kind ``per``, ``observed`` (1: to its end) or ``counted``."""
    match metric:
        case Count():
            counted = {} if metric.distinct is None else {"counted": metric.distinct}
            return {"amount": case((metric.hits, metric.amount), else_=0), **counted}
        case Rate():
            return {"amount": as_number(metric.hits)}
        case Listing():
            return {"amount": metric.amount}
        case Ratio() | Stock():
            return {"amount": metric.amount, **({} if metric.per is None else {"per": metric.per})}
        case Duration():
            seconds = metric.business if clock == "business" and metric.business is not None else metric.calendar
            return {
                "amount": seconds,
                "observed": literal(1) if metric.observed is None else as_number(metric.observed),
            }
    raise TypeError(f"{type(metric).__name__} has no numbers")
