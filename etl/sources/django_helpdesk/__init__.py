"""django-helpdesk, by its database: its REST interface writes no history, its follow-ups and changes do.

Tickets by the time of their last change, follow-ups and changes by number, everything that can vanish by the list of
what is there. What it cannot tell: how a ticket came in, and a change made past the application's own forms.
"""

from __future__ import annotations

from etl.sources.django_helpdesk import streams
from etl.sources.django_helpdesk.tables import TABLES
from etl.sources.live.kinds import Connector, Option, Secret

CONNECTOR = Connector(
    kind="django_helpdesk",
    title="django-helpdesk, by its database",
    tables=TABLES,
    options=(
        Option("since", "Read no ticket that was last changed before this day", "2024-01-01"),
        Option("time_zone", "Zone of instants stored without one (SQLite, MySQL)", "UTC"),
        Option("category_field", "Name of the custom field that holds the category", "topic"),
        Option("url", "Where people see it, for links to tickets", "https://desk.example.com/helpdesk"),
        Option("statuses", "What statuses of your own mean", {"6": "pending"}),
        Option("words", "What Owner, Queue, Priority and On Hold are called in its history", {"Zuständig": "Owner"}),
    ),
    secrets=(Secret("database", "SQLAlchemy URL of a read-only login, e.g. postgresql+psycopg://reader:…@host/desk"),),
    streams=streams.streams,
    check=streams.check,
)
