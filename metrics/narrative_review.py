"""What the weekly review says, as text: to read, to copy, to forward."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from metrics.narrative import delta_reads, evidence, moved, spoken
from metrics.narrative_change import effect_reads, value_reads
from metrics.reading import Figure, Style, day_reads
from metrics.review import Matter

# Beside a card that says worse: looked at alone it did, and among so many one falls by itself.
NOTHING_WORSE = "Among all figures looked at, none got worse by more than chance can do."


def matter_reads(matter: Matter, style: Style) -> str:
    """Return what happened and where: ``First contact resolution fell to 66 % …: most of it in category Login``."""
    change = matter.change
    said = moved(change.figure, style)
    said = said[:1].upper() + said[1:]
    if matter.contributor is None:
        return f"{said}. No single category, team or channel stands out."
    effect = matter.contributor.effect or 0.0
    share = abs(effect / change.change) if change.change else 0.0
    part = "all of it" if share >= 0.95 else "most of it" if share >= 0.5 else "the largest part of it"
    where = f"{matter.dimension.replace('_', ' ')} {value_reads(matter.contributor.value)}"
    size = effect_reads(change.metric, effect, change.figure.before or 0.0, style)
    n = "" if matter.contributor.n is None else f", n = {style.number(matter.contributor.n)}"
    return f"{said}: {part} in {where} ({size}{n})."


def to_decide_reads(matter: Matter) -> str:
    """Return what to decide, as a title somebody could own: ``Look into reopen rate in category Login``."""
    about = spoken(matter.change.metric)
    if matter.contributor is None:
        return f"Look into {about}"
    return f"Look into {about} in {matter.dimension.replace('_', ' ')} {value_reads(matter.contributor.value)}"


def change_reads(figure: Figure, style: Style) -> str:
    """Return one line of what changed: title, value, change with its meaning, how sure it is."""
    parts = [
        f"{figure.metric.title}: {style.value(figure.metric, figure.value)}",
        delta_reads(figure, style),
        evidence(figure, style),
    ]
    return ", ".join(part for part in parts if part)


def moved_since(figure: Figure, decided_on: date, style: Style) -> str:
    """Return whether what an action was about has moved since the week it was decided in."""
    since = f"the week of {day_reads(decided_on)}"
    if figure.value is None or figure.before is None:
        return f"{figure.metric.title} cannot be compared with {since}: too little on one side."
    verdict = {
        "better": "it moved the right way",
        "worse": "it moved the wrong way",
        "moved": "it moved",
        "steady": "it has not moved beyond chance",
        "unknown": "it cannot be told yet",
    }[figure.verdict]
    now, then = (style.value(figure.metric, value) for value in (figure.value, figure.before))
    return f"{figure.metric.title}: {now}, {then} in {since}; {verdict}."


def review_text(title: str, parts: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Return the review as plain text: a heading a part, a line each; parts without lines are left out."""
    blocks = [f"{heading}\n" + "\n".join(f"- {line}" for line in lines) for heading, lines in parts if lines]
    return "\n\n".join([title, *blocks]) + "\n"
