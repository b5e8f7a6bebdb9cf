"""What a review decided: who does what until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from sqlalchemy import ColumnElement, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from journal.entries import Entry, wanted
from journal.interventions import Interventions
from journal.tables import Row

Status = Literal["open", "done", "dropped"]
STATUSES: tuple[str, ...] = ("open", "done", "dropped")


class ActionRow(Row):
    """The table of actions."""

    __tablename__ = "action"

    title: Mapped[str]
    owner: Mapped[str]
    due_on: Mapped[date | None]
    status: Mapped[str]
    week: Mapped[date | None] = mapped_column("review_week")
    metric: Mapped[str]
    intervention_id: Mapped[int | None] = mapped_column(ForeignKey("intervention.entry_id"))


@dataclass(frozen=True, kw_only=True)
class Action(Entry):
    """A decision of a review; ``week`` is the Monday of the week it looked at, ``metric`` empty where there is none."""

    title: str
    owner: str
    due_on: date | None
    status: Status
    week: date | None
    metric: str
    intervention_id: int | None

    row: ClassVar[type[Row]] = ActionRow
    reads: ClassVar[str] = "action"

    def check(self) -> None:
        """Raise ``JournalRefused`` where the fields make no sense together."""
        wanted(self.title, "a title")
        wanted(self.owner, "an owner")
        wanted(self.status, "the status", *STATUSES)


class Actions(Interventions):
    """Deciding actions and listing them."""

    def decide(
        self,
        title: str,
        *,
        owner: str,
        due_on: date | None = None,
        week: date | None = None,
        metric: str = "",
        intervention_id: int | None = None,
        teams: Iterable[str] | None = None,
    ) -> Action:
        """Write down what a review decided; raises ``JournalRefused``, also where there is no such intervention."""
        values = {
            "title": title.strip(),
            "owner": owner,
            "due_on": due_on,
            "status": "open",
            "week": week,
            "metric": metric,
            "intervention_id": intervention_id,
        }
        if intervention_id is not None:
            self.intervention(intervention_id)
        with self._writing() as session:
            return self._add(session, Action, teams, values)

    def actions(self, statuses: Iterable[str] | None = None, week: date | None = None) -> list[Action]:
        """Return the actions the viewer may see, the one due first at the top and those without a day last."""
        row = ActionRow
        conditions: list[ColumnElement[bool]] = [row.status.in_(list(statuses))] if statuses is not None else []
        if week is not None:
            conditions.append(row.week == week)
        return self._listed(Action, *conditions, order=[row.due_on.is_(None), row.due_on])
