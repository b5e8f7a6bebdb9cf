"""Saved views: a page with its filters under a name, for oneself or for all who may see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import Index, select, text
from sqlalchemy.orm import Mapped, Session

from journal.entries import Book, Entry, JournalRefused, read_row, wanted
from journal.tables import Row


class SavedViewRow(Row):
    """The table of saved views; nobody has two of a name on one page."""

    __tablename__ = "saved_view"

    name: Mapped[str]
    page: Mapped[str]
    query: Mapped[str]
    owner: Mapped[str]
    is_shared: Mapped[bool]

    __table_args__ = (
        Index(
            "uq_saved_view_live",
            "owner",
            "page",
            "name",
            unique=True,
            sqlite_where=text("deleted_at is null"),
            postgresql_where=text("deleted_at is null"),
        ),
    )


@dataclass(frozen=True, kw_only=True)
class SavedView(Entry):
    """A page with the query of its address; a private one is its owner's alone."""

    name: str
    page: str
    query: str
    owner: str
    is_shared: bool

    row: ClassVar[type[Row]] = SavedViewRow
    reads: ClassVar[str] = "saved view"

    def check(self) -> None:
        """Raise ``JournalRefused`` where the name or the page is missing."""
        wanted(self.name, "a name")
        wanted(self.page, "a page")


class SavedViews(Book):
    """Saving views and finding them again."""

    def save_view(
        self, name: str, *, page: str, query: str, is_shared: bool = False, teams: Iterable[str] | None = None
    ) -> SavedView:
        """Save a page's filters under a name; the writer's earlier view of that name is replaced.

        A private view may be saved by anybody; a shared one is written under the rules of every entry. Raises
        ``JournalRefused``.
        """
        values = {"name": name.strip(), "page": page, "query": query.lstrip("?"), "is_shared": is_shared}
        with self._writing() as session:
            earlier = self._mine(session, page, name.strip())
            if earlier is None:
                return self._add(session, SavedView, teams, {**values, "owner": self.viewer})
            self._change(session, earlier, values)
            self._may_write(earlier)
            return read_row(SavedView, earlier)

    def views(self, page: str | None = None) -> list[SavedView]:
        """Return the viewer's own views and those shared with them, by name."""
        conditions = [SavedViewRow.page == page] if page is not None else []
        return self._listed(SavedView, *conditions, order=[SavedViewRow.name])

    def _mine(self, session: Session, page: str, name: str) -> SavedViewRow | None:
        row = SavedViewRow
        asked = select(row).where(row.owner == self.viewer, row.page == page, row.name == name)
        return session.scalar(asked.where(row.deleted_at.is_(None)))

    def _may_see(self, row: Row) -> bool:
        if isinstance(row, SavedViewRow) and row.owner == self.viewer:
            return True
        return super()._may_see(row) and (not isinstance(row, SavedViewRow) or row.is_shared)

    def _may_write(self, what: Row | Entry) -> None:
        """Only its owner changes a view; what is shared is written under the rules of every entry."""
        if isinstance(what, SavedViewRow | SavedView):
            if what.owner != self.viewer:
                raise JournalRefused(f"the view {what.name!r} belongs to {what.owner}")
            if not what.is_shared:
                return
        super()._may_write(what)
