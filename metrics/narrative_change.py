"""What moved a figure, in sentences a manager would forward."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Any

from metrics.compare import Explanation
from metrics.contributors import Contributor, Dimension
from metrics.days import span_reads
from metrics.kinds import Duration, Metric, Ratio, changes_in_points, unit_of
from metrics.narrative import listed
from metrics.question import NOT_SET
from metrics.reading import Style, day_reads, is_small

NAMED = 3  # as many contributors a sentence bears


def explanation_reads(explanation: Explanation, style: Style) -> str:
    """Return what changed, what did most of it and how sure that is; says so where nothing is material."""
    sentences = [_lead(explanation, style)]
    if explanation.change.change is not None:
        percentile = isinstance(explanation.change.metric, Duration)
        sentences.append(_own_changes(explanation, style) if percentile else _drivers(explanation, style))
    if explanation.immature_from:
        sentences.append(f"The days from {day_reads(explanation.immature_from)} on are not final yet and left out.")
    return " ".join(sentence for sentence in sentences if sentence)


def effect_reads(metric: Metric, effect: float, before: float, style: Style) -> str:
    """Return an effect as a change of the whole: points for shares and scores, tickets of few, else per cent."""
    return f"{_signed(metric, effect, before, style)}{_unit(metric, before, style)}"


def value_reads(value: Any) -> str:
    """Return a value of a dimension as people read it."""
    if value is None or (isinstance(value, float) and isnan(value)):  # a table has no other way to lack a value
        return NOT_SET
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _signed(metric: Metric, effect: float, before: float, style: Style) -> str:
    """Return the number of an effect, without its unit."""
    if unit_of(metric) == "fraction":
        return style.signed(effect * 100, 1)
    if changes_in_points(metric):
        return style.signed(effect, 1)
    if is_small(metric, before):
        return style.signed(effect, 0)
    return style.signed(effect / before * 100 if before else effect, 1)


def _unit(metric: Metric, before: float, style: Style) -> str:
    if changes_in_points(metric):
        return " points"
    return f"{style.percent_gap}%" if before and not is_small(metric, before) else ""


def _spans(explanation: Explanation) -> str:
    now, then = explanation.question, explanation.earlier
    if now.since is None or now.until is None or then.since is None or then.until is None:
        return ""
    same_year = now.since.year == now.until.year == then.since.year == then.until.year
    return f"{span_reads(now.since, now.until, not same_year)} against {span_reads(then.since, then.until)}"


def _lead(explanation: Explanation, style: Style) -> str:
    change, figure, spans = explanation.change, explanation.change.figure, _spans(explanation)
    title = figure.metric.title
    if figure.value is None or figure.before is None:
        return f"{title} cannot be compared ({spans}): there is too little on one side."
    value = style.value(figure.metric, figure.value)
    moved = style.change(figure.metric, figure.value, figure.before)
    if not figure.is_material:
        same = figure.value == figure.before
        return f"{title} did not change materially: {value} ({'as before' if same else moved}; {spans})."
    verb = "rose" if figure.value > figure.before else "fell"
    by = f"{moved.lstrip('+−')} to"
    if not changes_in_points(figure.metric) and (figure.before == 0 or is_small(figure.metric, figure.before)):
        by = f"from {style.value(figure.metric, figure.before) if figure.before else 'none'} to"
    chance = "; no more than chance can do" if change.verdict == "steady" else ""
    return f"{title} {verb} {by} {value} ({spans}){chance}."


def _drivers(explanation: Explanation, style: Style) -> str:
    if not explanation.dimensions:
        return ""
    best, change = explanation.dimensions[0], explanation.change.change or 0.0
    sure = [c for c in best.contributors if c.is_sure]
    if not explanation.change.figure.is_material:
        return f"Beneath it, {_several(sure, best, explanation, style)} moved." if sure else ""
    with_it = [c for c in sure if (c.effect or 0.0) * change > 0]
    against = [c for c in sure if (c.effect or 0.0) * change < 0]
    mix = _mix_reads(best, explanation, style)
    if not with_it:
        return _joined(f"No {_spoken(best)} stands out beyond chance", mix)
    first, *others = with_it
    told = f"{_part(first, change)} {_effect(first, best, explanation, style)}"
    told = _joined(told, _how(first, best, explanation.change.metric, style), mix, colon=True)
    if others:
        told += f" Also {_several(others, best, explanation, style)}."
    if against:
        told += (
            f" Against it {'stands' if len(against) == 1 else 'stand'} {_several(against, best, explanation, style)}."
        )
    return told


def _joined(first: str, *clauses: str, colon: bool = False) -> str:
    known = [clause for clause in clauses if clause]
    return f"{first}{(': ' if colon else '; ') if known else ''}{'; '.join(known)}."


def _part(first: Contributor, change: float) -> str:
    share = abs((first.effect or 0.0) / change)
    return "All of it is" if share >= 0.95 else "Most of it is" if share >= 0.5 else "The largest part is"


def _spoken(dimension: Dimension) -> str:
    return dimension.name.replace("_", " ")


def _several(contributors: Sequence[Contributor], best: Dimension, explanation: Explanation, style: Style) -> str:
    return listed(_effect(c, best, explanation, style) for c in contributors[:NAMED])


def _effect(contributor: Contributor, best: Dimension, explanation: Explanation, style: Style) -> str:
    metric, before = explanation.change.metric, explanation.change.figure.before or 0.0
    parts = [effect_reads(metric, contributor.effect or 0.0, before, style)]
    if contributor.low is not None and contributor.high is not None:
        low, high = (_signed(metric, x, before, style) for x in (contributor.low, contributor.high))
        parts[0] += f" [{low}, {high}]"
    if contributor.n is not None:
        parts.append(f"n = {style.number(contributor.n)}")
    return f"{_spoken(best)} {value_reads(contributor.value)} ({', '.join(parts)})"


def _how(contributor: Contributor, best: Dimension, metric: Metric, style: Style) -> str:
    """Return by which way a segment moved the whole: its own figure, or how much of the work it is."""
    if contributor.mix is None or contributor.rate is None:
        return ""
    if abs(contributor.mix) > abs(contributor.rate):
        more = (contributor.n or 0.0) > (contributor.n_before or 0.0)
        n, n_before = (style.number(x or 0.0) for x in (contributor.n, contributor.n_before))
        return f"there is {'more' if more else 'less'} of it than before ({n} against {n_before})"
    verb = "rose" if contributor.rate > 0 else "fell"
    before, now = (style.value(metric, x) for x in (contributor.before, contributor.now))
    return f"its own figure {verb} from {before} to {now}"


def _mix_reads(best: Dimension, explanation: Explanation, style: Style) -> str:
    if best.mix is None:
        return ""
    metric, before = explanation.change.metric, explanation.change.figure.before or 0.0
    size = effect_reads(metric, best.mix, before, style)
    small = abs(best.mix) < metric.material * (
        before if isinstance(metric, Ratio) and not changes_in_points(metric) else 1.0
    )
    return f"the mix of work changed little ({size})" if small else f"the mix of work alone made {size}"


def _own_changes(explanation: Explanation, style: Style) -> str:
    metric = explanation.change.metric
    told = "Percentiles do not add up over segments, so this change has no exact parts"
    sure = [(d, c) for d in explanation.dimensions for c in d.contributors if c.is_sure][:NAMED]
    if sure:
        moves = (
            f"{_spoken(d)} {value_reads(c.value)} from {style.value(metric, c.before)} to {style.value(metric, c.now)}"
            for d, c in sure
        )
        told += f"; on their own changed {listed(moves)}"
    return f"{told}. For exact effects explain a mean, such as aht."
