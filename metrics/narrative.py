"""Sentences made from figures. Every verb knows the sign: a rate "fell 18 %", it never "rose −18 %"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from metrics.kinds import Metric
from metrics.reading import Figure, Point, Style, day_reads

MISSED = "missed"


def headline(period: str, compared: str, figures: Sequence[Figure], style: Style) -> str:
    """Return one sentence: what got better, what got worse, what held, against the period before."""
    known = [figure for figure in figures if figure.value is not None]
    if not known:
        return f"There are no figures for {period}."
    moves = {
        verdict: [moved(f, style) for f in known if f.verdict == verdict] for verdict in ("better", "worse", "moved")
    }
    news = [*moves["better"], *moves["moved"]]
    clauses = []
    if news and moves["worse"]:
        clauses.append(f"{listed(news)}, but {listed(moves['worse'])}")
    elif news or moves["worse"]:
        clauses.append(listed(news or moves["worse"]))
    clauses += _quiet([figure for figure in known if figure.verdict == "steady"], bool(clauses))
    if not clauses:  # nothing before to compare with
        return f"In {period} {listed(standing(f, style) for f in known)}; there is nothing before to compare with."
    return f"In {period}, against {compared}, {'; '.join(clauses)}."


def _quiet(steady: Sequence[Figure], is_beside_news: bool) -> list[str]:
    """Return clauses of what is no news, by why: a change chance can do is none proved, and no proof of none."""
    by_chance = [spoken(f.metric) for f in steady if f.is_material]
    of_few = [spoken(f.metric) for f in steady if f.is_handful]
    held = [spoken(f.metric) for f in steady if not f.is_material and not f.is_handful]
    clauses = [f"{listed(by_chance)} showed no change beyond chance"] if by_chance else []
    clauses += [f"{listed(of_few)} moved by too few to tell"] if of_few else []
    how = "held" if is_beside_news or clauses else "did not move materially"
    return [*clauses, f"{listed(held)} {how}"] if held else clauses


def moved(figure: Figure, style: Style) -> str:
    """Return what a figure did: ``first contact resolution rose to 71.2 % (+1.4 points)``."""
    if figure.value is None or figure.before is None:
        return standing(figure, style)
    verb = "rose" if figure.value > figure.before else "fell"
    early = ", so far" if not figure.mature else ""
    change = style.change(figure.metric, figure.value, figure.before)
    return f"{spoken(figure.metric)} {verb} to {style.value(figure.metric, figure.value)} ({change}{early})"


def standing(figure: Figure, style: Style) -> str:
    """Return where a figure stands: ``backlog waiting on us stood at 312``."""
    return f"{spoken(figure.metric)} stood at {style.value(figure.metric, figure.value)}"


def spoken(metric: Metric) -> str:
    """Return a metric's title as it reads inside a sentence; abbreviations keep their capitals."""
    first, _, rest = metric.title.partition(" ")
    lowered = first if first.isupper() and len(first) > 1 else first[:1].lower() + first[1:]
    return f"{lowered} {rest}".strip()


def listed(words: Iterable[str]) -> str:
    """Return words joined as people do: ``a, b and c``."""
    *most, last = list(words) or [""]
    return f"{', '.join(most)} and {last}" if most else last


def target_reads(figure: Figure, target: float, at_least: bool, style: Style) -> str:
    """Return how a figure stands to its target: ``Target at least 70.0 %: missed by 1.2 points, within chance``."""
    aim = f"Target {'at least' if at_least else 'at most'} {style.value(figure.metric, target)}"
    judged = result_reads(figure.value, figure.low, figure.high, target, at_least)
    if figure.value is None or not judged.startswith(MISSED):
        return f"{aim}: {judged}" if judged else aim
    gap = style.change(figure.metric, figure.value, target).lstrip("+−")
    return f"{aim}: {judged.replace(MISSED, f'{MISSED} by {gap}')}"


def result_reads(value: float | None, low: float | None, high: float | None, target: float, at_least: bool) -> str:
    """Return whether a target was reached; missed by what chance can do where the 95 % interval holds the target."""
    if value is None:
        return ""
    if is_reached(value, target, at_least):
        return "reached"
    return f"{MISSED}, within chance" if low is not None and high is not None and low <= target <= high else MISSED


def is_reached(value: float, target: float, at_least: bool) -> bool:
    """Tell whether a value is on the good side of its target; on it counts."""
    return value >= target if at_least else value <= target


def handling_cost(aht_seconds: float | None, rate_per_hour: float | None, style: Style) -> str:
    """Return what handling a solved ticket cost; empty without a loaded rate, never a zero."""
    if rate_per_hour is None or aht_seconds is None:
        return ""
    cost = aht_seconds / 3600 * rate_per_hour
    return f"Hands-on time of a solved ticket cost {style.money(cost)}, at {style.money(rate_per_hour)} an hour."


def early_reads(metric: Metric, until: str, wait: timedelta) -> str:
    """Return why a figure is early: which rows are in it."""
    return f"Early: {metric.on.label} up to {until}; younger ones wait {wait_reads(wait)} for their verdict"


def so_far_reads(period: str, age: timedelta, final_on: str) -> str:
    """Return how young a figure is that stands beside others of its age, and when it will be final."""
    days = max(int(age.total_seconds() // 86400), 0)
    old = (
        f"{days} {'day' if days == 1 else 'days'} after its end"
        if days
        else f"less than a day after the {period}'s end"
    )
    return f"So far: as known {old}, and so is what it is compared with; final on {final_on}"


def wait_reads(wait: timedelta) -> str:
    """Return a look-ahead window as ``14 days`` or ``48 hours``."""
    hours = wait.total_seconds() / 3600
    return f"{hours / 24:g} days" if hours > 48 and hours % 24 == 0 else f"{hours:g} hours"


def evidence(figure: Figure, style: Style) -> str:
    """Return how sure a figure is: its 95 % interval and how many rows it rests on; empty for a plain count."""
    parts = []
    interval = style.interval(figure.metric, figure.low, figure.high)
    if interval:
        parts.append(f"95{style.percent_gap}% interval {interval}")
    if figure.n is not None:
        parts.append(f"n = {style.number(figure.n)}")
    return " · ".join(parts)


def delta_reads(figure: Figure, style: Style) -> str:
    """Return a change with its meaning in a word, so that colour is not needed to read it; empty without one."""
    if figure.value is None or figure.before is None:
        return ""
    quiet = "within chance" if figure.is_material else "too few to tell" if figure.is_handful else "not material"
    meaning = {"better": "better", "worse": "worse", "steady": quiet}.get(figure.verdict, "")
    return ", ".join(part for part in (style.change(figure.metric, figure.value, figure.before), meaning) if part)


def trend_reads(metric: Metric, weeks: Sequence[Point], style: Style, grain: str = "week") -> str:
    """Return a trend in words, for those who don't see its chart; its points are ``grain`` apart."""
    known = [(week, week.value) for week in weeks if week.value is not None]
    if not known:
        return f"{metric.title}: nothing to show in these {grain}s."
    values = [value for _, value in known]
    young = sum(not week.mature for week, _ in known)
    early = f"; the last {young} still early" if young > 1 else "; the last still early" if young else ""
    first, last, low, high = (style.value(metric, value) for value in (values[0], values[-1], min(values), max(values)))
    span = f"{len(weeks)} {grain}{'' if len(weeks) == 1 else 's'}, the last from {day_reads(known[-1][0].start)}"
    return f"{metric.title}, {span}: from {first} to {last}, between {low} and {high}{early}."
