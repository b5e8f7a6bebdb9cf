"""We did X on day D for this part of the desk: what was done, what it should move, and when to look again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from journal.entries import Book, Entry, JournalRefused, wanted
from journal.tables import Filters, Row, Where

Direction = Literal["up", "down"]
Status = Literal["decided", "running", "done"]
DIRECTIONS: tuple[str, ...] = ("up", "down")
STATUSES: tuple[str, ...] = ("decided", "running", "done")


class InterventionRow(Row):
    """The table of interventions."""

    __tablename__ = "intervention"

    title: Mapped[str]
    done: Mapped[str]
    on: Mapped[date] = mapped_column("happened_on")
    metric: Mapped[str]
    where: Mapped[Where] = mapped_column("where_json", Filters)
    control: Mapped[Where | None] = mapped_column("control_json", Filters)
    direction: Mapped[str]
    owner: Mapped[str]
    status: Mapped[str]
    look_on: Mapped[date | None]
    origin: Mapped[str | None] = mapped_column(unique=True)


@dataclass(frozen=True, kw_only=True)
class Intervention(Entry):
    """What was done and what it was meant to move.

    ``where`` and ``control`` are dimension filters; ``control`` is the part of the desk it did not touch, None without
    one. ``direction`` is where the metric should go. ``origin`` names the file an example was read from.
    """

    title: str
    done: str
    on: date
    metric: str
    where: Where
    control: Where | None
    direction: Direction
    owner: str
    status: Status
    look_on: date | None
    origin: str | None

    row: ClassVar[type[Row]] = InterventionRow
    reads: ClassVar[str] = "intervention"

    def check(self) -> None:
        """Raise ``JournalRefused`` where the fields make no sense together."""
        wanted(self.title, "a title")
        wanted(self.metric, "a metric")
        wanted(self.direction, "the expected direction", *DIRECTIONS)
        wanted(self.status, "the status", *STATUSES)
        if self.control is not None and sorted(self.control) == sorted(self.where):
            raise JournalRefused("the control group is the very part that was changed; choose another")
        if self.look_on and self.look_on < self.on:
            raise JournalRefused(f"the next look ({self.look_on}) is before the day it was done ({self.on})")


class Interventions(Book):
    """Recording and listing interventions."""

    def record_intervention(
        self,
        title: str,
        *,
        on: date,
        metric: str,
        direction: Direction,
        done: str = "",
        where: Where = (),
        control: Where | None = None,
        owner: str = "",
        status: Status = "running",
        look_on: date | None = None,
        teams: Iterable[str] | None = None,
        origin: str | None = None,
    ) -> Intervention:
        """Record what was done on a day of the reporting zone; the owner is the writer unless named.

        Raises ``JournalRefused``.
        """
        values = {
            "title": title.strip(),
            "done": done,
            "on": on,
            "metric": metric,
            "where": where,
            "control": control,
            "direction": direction,
            "owner": owner or self.viewer,
            "status": status,
            "look_on": look_on,
            "origin": origin,
        }
        with self._writing() as session:
            return self._add(session, Intervention, teams, values)

    def interventions(self, metric: str | None = None, statuses: Iterable[str] | None = None) -> list[Intervention]:
        """Return the interventions the viewer may see, newest day first; of one metric, or in some statuses."""
        row = InterventionRow
        conditions = [row.metric == metric] if metric is not None else []
        if statuses is not None:
            conditions.append(row.status.in_(list(statuses)))
        return self._listed(Intervention, *conditions, order=[row.on.desc()])

    def intervention(self, entry_id: int) -> Intervention:
        """Return one intervention; raises ``JournalRefused`` where there is none the viewer may see."""
        found = self._listed(Intervention, InterventionRow.entry_id == entry_id)
        if not found:
            raise JournalRefused(f"there is no intervention {entry_id}")
        return found[0]

    def remembers(self, origin: str) -> bool:
        """Tell whether an example was read before, taken away since or not."""
        with self._reading() as session:
            asked = select(InterventionRow.entry_id).where(InterventionRow.origin == origin)
            return session.scalar(asked) is not None
