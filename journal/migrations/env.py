"""How Alembic reaches the journal: on the connection it is given, in that connection's transaction."""

from alembic import context

import journal.opening  # noqa: F401  (declares every kind's table)
from journal.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
)
context.run_migrations()
