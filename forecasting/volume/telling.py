"""What the numbers of a forecast say, in sentences."""

from __future__ import annotations

from forecasting.volume.backtest import Accuracy
from forecasting.volume.calendar_effects import EventEffect, KindEffect
from forecasting.volume.pool import POOL

TITLES = {member.name: member.title for member in POOL}


def told_accuracy(model: str, condition: str, how: Accuracy, windows: int) -> str:
    """Return what a forecast is made of and how such forecasts went; ``condition`` says why a plain model is used."""
    made = condition or f"The mean of {listed([TITLES[name] for name in model.split(' + ')])}."
    if how.wape is None or not windows:
        return f"{made} How well that works cannot be told yet."
    of = f"over {windows} spans of four weeks" if windows > 1 else "over four weeks"
    went = f"Such forecasts were off by {how.wape:.0%} {of}"
    if how.ratio is not None:
        went += f", {how.ratio:.2f} times as far as repeating last week"
    if how.noise_floor is not None:
        went += f"; chance alone leaves {how.noise_floor:.0%}"
    held = "" if how.coverage80 is None else f" The 80 % band held {how.coverage80:.0%} of days."
    return f"{made} {went}.{held}"


def told_event(told: EventEffect) -> str:
    """Return what one event did."""
    return f"{told.event.title} {_change(told.effect)} for {_days(told.days)}"


def told_kind(told: KindEffect) -> str:
    """Return what an event of a kind does."""
    article = "An" if told.kind[0] in "aeiou" else "A"
    return f"{article} {told.kind} {_change(told.effect, 's')} for {_days(told.days)}"


def _change(effect: tuple[float, float, float], present: str = "ed") -> str:
    share, low, high = effect
    if low <= 0 <= high:
        verb = "changes" if present == "s" else "changed"
        return f"{verb} nothing that could be told from chance ({share:+.0%} [{low:+.0%}, {high:+.0%}])"
    if share > 0:
        return f"add{present} {share:.0%} [{low * 100:.0f}, {high * 100:.0f}]"
    return f"{'takes' if present == 's' else 'took'} away {-share:.0%} [{-high * 100:.0f}, {-low * 100:.0f}]"


def _days(days: int) -> str:
    return "a day" if days == 1 else f"{days} days"


def listed(names: list[str]) -> str:
    """Return names in a row, the last after "and"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
