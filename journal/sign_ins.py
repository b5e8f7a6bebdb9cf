"""Sign-ins and how long they last: what the web process remembers of each, so that a cookie alone opens nothing.

The identity provider says who somebody is and since when; that they clicked lately, and have not signed out, only we
can know. A sign-in that has ended stays ended, whoever still holds its cookie.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy.orm import Mapped, mapped_column

from journal.entries import Book
from journal.tables import Base, UtcInstant
from journal.wellbeing import LookRow

Ended = Literal["", "idle", "age", "out"]
A_CLICK: Final = timedelta(minutes=1)  # clicks within these are written down as one


class SignInRow(Base):
    """The table of sign-ins; ``session`` is a hash of what tells one sign-in from another."""

    __tablename__ = "sign_in"

    session: Mapped[str] = mapped_column(primary_key=True)
    viewer: Mapped[str]
    began_at: Mapped[datetime] = mapped_column(UtcInstant)
    seen_at: Mapped[datetime] = mapped_column(UtcInstant)
    ended_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    ended_by: Mapped[str]


class SignIns(Book):
    """Keeping sign-ins alive by clicks, and ending them."""

    def still_signed_in(
        self, session: str, since: datetime, *, idle: timedelta, longest: timedelta, is_click: bool = True
    ) -> Ended:
        """Return why a sign-in has ended: by itself after ``idle`` or ``longest``, or signed out; empty while it holds.

        ``since`` is when the identity provider said who it is. A sign-in nobody has seen yet was last used then.
        """
        now = self._clock()
        with self._reading() as reading:
            row = reading.get(SignInRow, session)
            seen, known = (since, "") if row is None else (row.seen_at, row.ended_by)
        if known:
            return known  # type: ignore[return-value]
        ended: Ended = "age" if now - since > longest else "idle" if now - seen > idle else ""
        if ended or row is None or (is_click and now - seen >= A_CLICK):
            self._remember(session, since, now, ended)
        return ended

    def sign_out(self, session: str, since: datetime) -> None:
        """End a sign-in for good."""
        self._remember(session, since, self._clock(), "out")

    def _remember(self, session: str, since: datetime, now: datetime, ended: Ended) -> None:
        with self._writing() as writing:
            row = writing.get(SignInRow, session)
            if row is None:
                row = SignInRow(session=session, viewer=self.viewer, began_at=since, seen_at=now, ended_by="")
                writing.add_all([row, self._look("signed in", now)])
            if row.ended_by:
                return
            if ended:
                row.ended_by, row.ended_at = ended, now
                writing.add(self._look(f"sign-in ended: {ended}", now))
            else:
                row.seen_at = now

    def _look(self, what: str, now: datetime) -> LookRow:
        return LookRow(viewer=self.viewer, role="", what=what, agent_key="", purpose="", at=now)
