"""Check-ins, notices, and who looked at whom."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def _kind(name: str, *columns: sa.Column[Any] | sa.Constraint) -> None:
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


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False)


def upgrade() -> None:
    """Create the tables."""
    _kind(
        "check_in",
        _text("agent_key"),
        sa.Column("happened_on", sa.Date, nullable=False),
        _text("kind"),
        _text("text"),
        _text("prefers"),
        sa.Column("is_shared", sa.Boolean, nullable=False),
    )
    op.create_index("ix_check_in_agent_key", "check_in", ["agent_key"])
    _kind(
        "notice",
        _text("purpose"),
        sa.Column("told_on", sa.Date, nullable=False),
        sa.Column("origin", sa.String),
        sa.UniqueConstraint("origin", name="uq_notice_origin"),
    )
    op.create_table(
        "look",
        sa.Column("look_id", sa.Integer, nullable=False),
        _text("viewer"),
        _text("role"),
        _text("what"),
        _text("agent_key"),
        _text("purpose"),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("look_id", name="pk_look"),
    )
    op.create_index("ix_look_agent_key", "look", ["agent_key"])


def downgrade() -> None:
    """Drop the tables, with what is in them."""
    for name in ("look", "notice", "check_in"):
        op.drop_table(name)
