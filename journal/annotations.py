"""Annotations: what happened on a day or in a span, shown on charts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from sqlalchemy import or_
from sqlalchemy.orm import Mapped, mapped_column

from journal.entries import Book, Entry, JournalRefused, touches, wanted
from journal.tables import Filters, Row, Where


class AnnotationRow(Row):
    """The table of annotations."""

    __tablename__ = "annotation"

    text: Mapped[str]
    since: Mapped[date] = mapped_column("starts_on", index=True)
    until: Mapped[date] = mapped_column("ends_on")
    metric: Mapped[str]
    where: Mapped[Where] = mapped_column("where_json", Filters)


@dataclass(frozen=True, kw_only=True)
class Annotation(Entry):
    """A text on a span of days, both included; ``metric`` is empty where it belongs on every chart."""

    text: str
    since: date
    until: date
    metric: str
    where: Where

    row: ClassVar[type[Row]] = AnnotationRow
    reads: ClassVar[str] = "annotation"

    def check(self) -> None:
        """Raise ``JournalRefused`` where the fields make no sense together."""
        wanted(self.text, "a text")
        if self.until < self.since:
            raise JournalRefused(f"the annotation ends ({self.until}) before it begins ({self.since})")


class Annotations(Book):
    """Marking days and finding the marks of a chart."""

    def annotate(
        self,
        text: str,
        *,
        since: date,
        until: date | None = None,
        metric: str = "",
        where: Where = (),
        teams: Iterable[str] | None = None,
    ) -> Annotation:
        """Mark a day, or a span with ``until`` included; raises ``JournalRefused``."""
        values = {"text": text.strip(), "since": since, "until": until or since, "metric": metric, "where": where}
        with self._writing() as session:
            return self._add(session, Annotation, teams, values)

    def annotations(
        self, since: date | None = None, until: date | None = None, metric: str | None = None, where: Where = ()
    ) -> list[Annotation]:
        """Return the marks the viewer may see that fall into the span, oldest first.

        With ``metric`` those of that metric and of all; with ``where`` those that concern this part of the desk.
        """
        row = AnnotationRow
        conditions = []
        if since is not None:
            conditions.append(row.until >= since)
        if until is not None:
            conditions.append(row.since <= until)
        if metric is not None:
            conditions.append(or_(row.metric == metric, row.metric == ""))
        found = self._listed(Annotation, *conditions, order=[row.since])
        return [mark for mark in found if touches(mark.where, where)]
