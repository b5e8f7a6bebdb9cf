"""Asking on behalf of a page: answers are kept per question, scope and build, and nothing else.

All viewers share the store, so its key is everything an answer depends on. It is bounded; the least recently used
answer leaves first. Frames go out as shallow copies: pandas copies on write, so no page can change another's.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import date
from threading import Event, Lock
from typing import Generic, TypeVar, cast

import pandas as pd

from metrics import Question, Scope, ask
from metrics.health import Health, health
from metrics.ledger import ledger
from metrics.published import Build
from metrics.question import NOT_SET
from metrics.scope import OutOfScope
from metrics.values import values
from ui.series import value_reads

MOST = 512
MOST_VALUES = 500  # of a dimension: what a reader can choose from


T = TypeVar("T")


class Kept(Generic[T]):
    """A bounded store of answers, safe between threads.

    Whoever asks for what another is making waits for it: after a publish all readers ask the same at once.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most, self._lock = most, Lock()
        self._answers: OrderedDict[object, T] = OrderedDict()
        self._under_way: dict[object, Event] = {}

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, key: object, make: Callable[[], T]) -> T:
        """Return the answer kept under ``key``; make and keep it where there is none."""
        while True:
            with self._lock:
                if key in self._answers:
                    self._answers.move_to_end(key)
                    return self._answers[key]
                made = self._under_way.get(key)
                if made is None:
                    mine = self._under_way[key] = Event()
                    break
            made.wait()
        try:
            answer = make()
            with self._lock:
                self._answers[key] = answer
                while len(self._answers) > self._most:
                    self._answers.popitem(last=False)
            return answer
        finally:
            with self._lock:
                del self._under_way[key]
            mine.set()


_frames: Kept[pd.DataFrame] = Kept()
_made: Kept[object] = Kept(256)
_options: Kept[tuple[str, ...]] = Kept(64)
_health: Kept[Health] = Kept(2)
_first_days: Kept[date | None] = Kept(8)


def answer(question: Question, scope: Scope, build: Build) -> pd.DataFrame:
    """Return ``metrics.ask`` for a question, kept while the build is published."""
    return _frames.get(("ask", question, scope, build.build_id), lambda: ask(question, scope, build)).copy(deep=False)


def kept(asked: Hashable, scope: Scope, build: Build, make: Callable[[], T]) -> T:
    """Return what was made of answers for this scope and build; nobody may change it."""
    return cast(T, _made.get((asked, scope, build.build_id), make))


def ledger_of(question: Question, scope: Scope, build: Build) -> pd.DataFrame:
    """Return the denominator ledger of a question, kept likewise."""
    return _frames.get(("ledger", question, scope, build.build_id), lambda: ledger(question, scope, build)).copy(
        deep=False
    )


def health_of(scope: Scope, build: Build) -> Health:
    """Return how the build came to be, kept likewise; rows kept out as they came for who reads tickets only.

    Raises ``OutOfScope``: it tells of the whole desk.
    """
    scope.refuse_nobody()
    if scope.teams is not None:
        raise OutOfScope("data health is about the whole desk; your view is limited to your teams")
    found = _health.get((scope, build.build_id), lambda: health(build))
    return found if scope.reads_tickets else replace(found, quarantine=found.quarantine.drop(columns="row_json"))


def values_of(dimension: str, scope: Scope, build: Build, metric: str = "tickets_created") -> tuple[str, ...]:
    """Return the values of a dimension the viewer has rows of ``metric`` in, in reading order; the most frequent."""

    def read() -> tuple[str, ...]:
        known = map(value_reads, values(dimension, scope, build, metric, MOST_VALUES))
        return tuple(sorted((value for value in known if value != NOT_SET), key=str.casefold))

    return _options.get((dimension, metric, scope, build.build_id), read)


def first_day(scope: Scope, build: Build) -> date | None:
    """Return the month the viewer's first ticket was created in; None where there are no tickets."""

    def read() -> date | None:
        months = ask(Question(("tickets_created",), grain="month"), scope, build)["period"]
        return None if months.empty else pd.Timestamp(months.min()).date()

    return _first_days.get((scope, build.build_id), read)
