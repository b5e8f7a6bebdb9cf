"""Goals: what the desk or a team aims for, since when, and which figures it wants to see first.

Nothing is overwritten: a new target or choice is a new entry, so that a past month is read against what held then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import ClassVar

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from journal.entries import Book, Entry, JournalRefused, wanted
from journal.tables import Row

FEWEST, MOST = 4, 6  # headline figures: fewer say too little, more are read by nobody


class GoalRow(Row):
    """The table of targets."""

    __tablename__ = "goal"

    metric: Mapped[str] = mapped_column(index=True)
    value: Mapped[float | None]
    at_least: Mapped[bool]
    since: Mapped[date] = mapped_column("holds_from")
    note: Mapped[str]


@dataclass(frozen=True, kw_only=True)
class Goal(Entry):
    """A target from a day on, until the next of its metric and teams.

    ``value`` is in the metric's own unit (fractions, seconds, tickets); None takes the target back.
    """

    metric: str
    value: float | None
    at_least: bool
    since: date
    note: str

    row: ClassVar[type[Row]] = GoalRow
    reads: ClassVar[str] = "goal"

    def check(self) -> None:
        """Raise ``JournalRefused`` where the fields make no sense together."""
        wanted(self.metric, "a metric")
        _sensible(self.value)


def _sensible(value: float | None) -> None:
    if value is not None and not isfinite(value):
        raise JournalRefused(f"a target must be a number, not {value}")


class HeadlineRow(Row):
    """The table of choices of headline figures."""

    __tablename__ = "headline_choice"

    metrics: Mapped[list[str]] = mapped_column("metrics_json", JSON)


@dataclass(frozen=True, kw_only=True)
class HeadlineChoice(Entry):
    """The figures somebody chose to see first, in order, as names of metrics."""

    metrics: Sequence[str]

    row: ClassVar[type[Row]] = HeadlineRow
    reads: ClassVar[str] = "choice of figures"

    def check(self) -> None:
        """Raise ``JournalRefused`` where they are too few, too many, or one stands twice."""
        if not FEWEST <= len(self.metrics) <= MOST or len(set(self.metrics)) != len(self.metrics):
            raise JournalRefused(f"choose {FEWEST} to {MOST} different figures, not {len(set(self.metrics))}")
        for name in self.metrics:
            wanted(name, "a metric")


class Goals(Book):
    """Setting targets, choosing figures, and reading both again."""

    def set_goal(
        self,
        metric: str,
        value: float | None,
        *,
        at_least: bool,
        since: date,
        note: str = "",
        teams: Iterable[str] | None = None,
    ) -> Goal:
        """Write down a target that holds from ``since`` on; raises ``JournalRefused``."""
        values = {"metric": metric, "value": value, "at_least": at_least, "since": since, "note": note.strip()}
        _sensible(value)  # as it was given: a database may take what is no number for none at all
        with self._writing() as session:
            return self._add(session, Goal, teams, values)

    def goals(self, metric: str | None = None) -> list[Goal]:
        """Return every target the viewer may see, the newest first: by its first day, then as it was written."""
        conditions = [GoalRow.metric == metric] if metric is not None else []
        return self._listed(Goal, *conditions, order=[GoalRow.since.desc(), GoalRow.entry_id.desc()])

    def choose_headline(self, metrics: Sequence[str], *, teams: Iterable[str] | None = None) -> HeadlineChoice:
        """Write down which figures are to be seen first; raises ``JournalRefused``."""
        with self._writing() as session:
            return self._add(session, HeadlineChoice, teams, {"metrics": list(metrics)})

    def headline_choices(self) -> list[HeadlineChoice]:
        """Return every choice the viewer may see, newest first."""
        return self._listed(HeadlineChoice, order=[HeadlineRow.entry_id.desc()])
