"""Notes: on a page, a week, a metric."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from sqlalchemy.orm import Mapped

from journal.entries import Book, Entry, wanted
from journal.tables import Row


class NoteRow(Row):
    """The table of notes."""

    __tablename__ = "note"

    text: Mapped[str]
    page: Mapped[str]
    week: Mapped[date | None]
    metric: Mapped[str]


@dataclass(frozen=True, kw_only=True)
class Note(Entry):
    """A note; ``page`` and ``metric`` are empty, ``week`` (its Monday) None where it is about none."""

    text: str
    page: str
    week: date | None
    metric: str

    row: ClassVar[type[Row]] = NoteRow
    reads: ClassVar[str] = "note"

    def check(self) -> None:
        """Raise ``JournalRefused`` where there is no text."""
        wanted(self.text, "a text")


class Notes(Book):
    """Writing notes and reading them again."""

    def note(
        self,
        text: str,
        *,
        page: str = "",
        week: date | None = None,
        metric: str = "",
        teams: Iterable[str] | None = None,
    ) -> Note:
        """Write a note; raises ``JournalRefused``."""
        values = {"text": text.strip(), "page": page, "week": week, "metric": metric}
        with self._writing() as session:
            return self._add(session, Note, teams, values)

    def notes(self, *, page: str | None = None, week: date | None = None, metric: str | None = None) -> list[Note]:
        """Return the notes the viewer may see, newest first: of a page, a week or a metric, or all."""
        asked = ((NoteRow.page, page), (NoteRow.week, week), (NoteRow.metric, metric))
        conditions = [column == value for column, value in asked if value is not None]
        return self._listed(Note, *conditions, order=[NoteRow.created_at.desc(), NoteRow.entry_id.desc()])
