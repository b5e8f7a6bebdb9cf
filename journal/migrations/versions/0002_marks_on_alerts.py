"""What people say about alerts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
TEXTS = ("metric", "direction", "dimension", "value")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "alert_mark",
        sa.Column("entry_id", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in TEXTS),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("assignee", sa.String, nullable=False),
        sa.Column("muted_until", sa.Date),
        sa.Column("note", sa.String, nullable=False),
        sa.Column("teams", sa.JSON, nullable=False),
        sa.Column("created_by", sa.String, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_by", sa.String, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("deleted_by", sa.String),
        sa.Column("deleted_at", INSTANT),
        sa.PrimaryKeyConstraint("entry_id", name="pk_alert_mark"),
    )
    op.create_index("ix_alert_mark_metric", "alert_mark", ["metric"])


def downgrade() -> None:
    """Drop the table, with what is in it."""
    op.drop_table("alert_mark")
