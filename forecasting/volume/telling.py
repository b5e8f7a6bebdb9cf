"""What the numbers of a forecast say, in sentences."""

from __future__ import annotations

from typing import Literal

from forecasting.volume.backtest import Accuracy
from forecasting.volume.calendar_effects import EventEffect, KindEffect
from metrics.reading import Style

STYLE = Style()  # sentences are English; what is read in a locale are the figures beside them


def told_accuracy(model: str, condition: str, how: Accuracy, windows: int) -> str:
    """Return what a forecast is made of and how such forecasts went; ``condition`` says why a plain model is used.

    The column ``model`` names the methods for who exports them: readers of the page are told how many there are.
    """
    methods = len(model.split(" + "))
    best = f"The mean of the {methods} methods" if methods > 1 else "The one method"
    made = condition or f"{best} that did best on past weeks."
    if how.wape is None or not windows:
        return f"{made} How well that works cannot be told yet."
    of = f"over {windows} spans of four weeks" if windows > 1 else "over four weeks"
    went = f"Such forecasts were off by {STYLE.percent(how.wape, 0)} {of}"
    if how.ratio is not None:
        beside = "less" if how.ratio < 1 else "more"
        went += f", {STYLE.percent(abs(1 - how.ratio), 0)} {beside} than repeating last week"
    if how.noise_floor is not None:
        went += f"; chance alone leaves {STYLE.percent(how.noise_floor, 0)}"
    held = "" if how.coverage80 is None else f" The 80 % band held {STYLE.percent(how.coverage80, 0)} of days."
    return f"{made} {went}.{held}"


def told_event(told: EventEffect) -> str:
    """Return what one event did."""
    return _changed(told.event.title, told.effect, told.days, "ed")


def told_kind(told: KindEffect) -> str:
    """Return what an event of a kind does."""
    article = "An" if told.kind[0] in "aeiou" else "A"
    return _changed(f"{article} {told.kind}", told.effect, told.days, "s")


def _changed(what: str, effect: tuple[float, float, float], days: int, ending: Literal["s", "ed"]) -> str:
    share, low, high = effect
    interval = f"95 %: {_signed(low)} to {_signed(high)}"
    if low <= 0 <= high:
        verb = "changes" if ending == "s" else "changed"
        return (
            f"What {_within(what)} {verb} over {_days(days)} cannot be told from chance ({_signed(share)}; {interval})"
        )
    verb = f"add{ending}" if share > 0 else "takes away" if ending == "s" else "took away"
    return f"{what} {verb} {STYLE.percent(abs(share), 0)} over {_days(days)} ({interval})"


def _signed(share: float) -> str:
    return f"{STYLE.signed(share * 100, 0)}{STYLE.percent_gap}%"


def _within(what: str) -> str:
    """Return what begins a sentence as it stands inside one: an article small, a title as it is."""
    article, space, rest = what.partition(" ")
    return f"{article.lower()}{space}{rest}" if article in ("A", "An") else what


def _days(days: int) -> str:
    return "a day" if days == 1 else f"{days} days"
