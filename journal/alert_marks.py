"""What people say about alerts: seen, taken on, not again before a day, or expected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Literal

from sqlalchemy.orm import Mapped, mapped_column

from journal.entries import Book, Entry, JournalRefused, wanted
from journal.tables import Row

MarkState = Literal["acknowledged", "assigned", "muted", "expected"]
MARK_STATES: tuple[str, ...] = ("acknowledged", "assigned", "muted", "expected")


class AlertMarkRow(Row):
    """The table of marks on alerts."""

    __tablename__ = "alert_mark"

    metric: Mapped[str] = mapped_column(index=True)
    direction: Mapped[str]
    dimension: Mapped[str]
    value: Mapped[str]
    since: Mapped[date] = mapped_column("starts_on")
    until: Mapped[date] = mapped_column("ends_on")
    state: Mapped[str]
    assignee: Mapped[str]
    muted_until: Mapped[date | None]
    note: Mapped[str]


@dataclass(frozen=True, kw_only=True)
class AlertMark(Entry):
    """What somebody said about an alert of a metric and part of the desk, and the days it is about (both included).

    An alert has no number that lasts: what is computed again may begin a day sooner. A mark holds for every alert of
    its metric, direction and part that touches its days.
    """

    metric: str
    direction: str
    dimension: str
    value: str
    since: date
    until: date
    state: MarkState
    assignee: str
    muted_until: date | None
    note: str

    row: ClassVar[type[Row]] = AlertMarkRow
    reads: ClassVar[str] = "mark"

    def check(self) -> None:
        """Raise ``JournalRefused`` where the fields make no sense together."""
        wanted(self.metric, "a metric")
        wanted(self.direction, "the direction", "up", "down")
        wanted(self.dimension, "a dimension")
        wanted(self.state, "the state", *MARK_STATES)
        if self.until < self.since:
            raise JournalRefused(f"the days marked end ({self.until}) before they begin ({self.since})")
        if self.state == "assigned":
            wanted(self.assignee, "who takes it on")
        if self.state == "muted" and self.muted_until is None:
            raise JournalRefused("until when it is muted is needed")

    def is_about(self, metric: str, direction: str, dimension: str, value: str, since: date, until: date) -> bool:
        """Tell whether it holds for an alert of these days."""
        same = (self.metric, self.direction, self.dimension, self.value) == (metric, direction, dimension, value)
        return same and self.since <= until and since <= self.until


class AlertMarks(Book):
    """Marking alerts and finding the marks."""

    def mark_alert(
        self,
        state: MarkState,
        *,
        metric: str,
        direction: str,
        dimension: str = "all",
        value: str = "",
        since: date,
        until: date,
        assignee: str = "",
        muted_until: date | None = None,
        note: str = "",
        teams: Iterable[str] | None = None,
    ) -> AlertMark:
        """Say something about an alert; what was said of it before is replaced. Raises ``JournalRefused``."""
        about = {"metric": metric, "direction": direction, "dimension": dimension, "value": value}
        for mark in self.alert_marks(metric):
            if mark.is_about(metric, direction, dimension, value, since, until):
                said = replace(mark, state=state, assignee=assignee, muted_until=muted_until, note=note)
                return self.update(replace(said, since=min(since, mark.since), until=max(until, mark.until)))
        said_of = {"state": state, "assignee": assignee, "muted_until": muted_until, "note": note}
        with self._writing() as session:
            return self._add(session, AlertMark, teams, {**about, "since": since, "until": until, **said_of})

    def alert_marks(self, metric: str | None = None, states: Iterable[str] | None = None) -> list[AlertMark]:
        """Return the marks the viewer may see, oldest days first: of a metric, in some states, or all."""
        conditions = [AlertMarkRow.metric == metric] if metric is not None else []
        if states is not None:
            conditions.append(AlertMarkRow.state.in_(list(states)))
        return self._listed(AlertMark, *conditions, order=[AlertMarkRow.since])


def state_of(mark: AlertMark | None, is_open: bool, today: date) -> str:
    """Return where an alert stands: what was said of it, else ``new``, or ``ended`` where it went by itself.

    Muted until a day, it is ``new`` again from that day on.
    """
    if mark is not None and mark.state == "muted":
        return "muted" if mark.muted_until is not None and today < mark.muted_until else "new" if is_open else "ended"
    if mark is not None and (is_open or mark.state == "expected"):
        return mark.state
    return "new" if is_open else "ended"
