"""Targets with their history, and which figures are seen first."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def _kind(name: str, *columns: sa.Column[Any]) -> None:
    """Create the table of a kind of entry: its own columns, then what every kind has."""
    op.create_table(
        name,
        sa.Column("entry_id", sa.Integer, nullable=False),
        *columns,
        sa.Column("teams", sa.JSON, nullable=False),
        sa.Column("created_by", sa.String, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_by", sa.String, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("deleted_by", sa.String),
        sa.Column("deleted_at", INSTANT),
        sa.PrimaryKeyConstraint("entry_id", name=f"pk_{name}"),
    )


def upgrade() -> None:
    """Create the tables."""
    _kind(
        "goal",
        sa.Column("metric", sa.String, nullable=False),
        sa.Column("value", sa.Double),
        sa.Column("at_least", sa.Boolean, nullable=False),
        sa.Column("holds_from", sa.Date, nullable=False),
        sa.Column("note", sa.String, nullable=False),
    )
    op.create_index("ix_goal_metric", "goal", ["metric"])
    _kind("headline_choice", sa.Column("metrics_json", sa.JSON, nullable=False))


def downgrade() -> None:
    """Drop the tables, with what is in them."""
    for name in ("headline_choice", "goal"):
        op.drop_table(name)
