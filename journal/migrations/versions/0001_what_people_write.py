"""Interventions, actions, notes, annotations, saved views, and every change to them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
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


def _text(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=nullable)


def upgrade() -> None:
    """Create the tables."""
    _kind(
        "intervention",
        _text("title"),
        _text("done"),
        sa.Column("happened_on", sa.Date, nullable=False),
        _text("metric"),
        sa.Column("where_json", sa.JSON, nullable=False),
        sa.Column("control_json", sa.JSON),
        _text("direction"),
        _text("owner"),
        _text("status"),
        sa.Column("look_on", sa.Date),
        _text("origin", nullable=True),
        sa.UniqueConstraint("origin", name="uq_intervention_origin"),
    )
    _kind(
        "action",
        _text("title"),
        _text("owner"),
        sa.Column("due_on", sa.Date),
        _text("status"),
        sa.Column("review_week", sa.Date),
        _text("metric"),
        sa.Column("intervention_id", sa.Integer),
        sa.ForeignKeyConstraint(["intervention_id"], ["intervention.entry_id"], name="fk_action_intervention_id"),
    )
    _kind("note", _text("text"), _text("page"), sa.Column("week", sa.Date), _text("metric"))
    _kind(
        "annotation",
        _text("text"),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        _text("metric"),
        sa.Column("where_json", sa.JSON, nullable=False),
    )
    op.create_index("ix_annotation_starts_on", "annotation", ["starts_on"])
    _kind(
        "saved_view",
        _text("name"),
        _text("page"),
        _text("query"),
        _text("owner"),
        sa.Column("is_shared", sa.Boolean, nullable=False),
    )
    live = sa.text("deleted_at is null")
    op.create_index(
        "uq_saved_view_live",
        "saved_view",
        ["owner", "page", "name"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    op.create_table(
        "change",
        sa.Column("change_id", sa.Integer, nullable=False),
        _text("kind"),
        sa.Column("entry_id", sa.Integer, nullable=False),
        _text("action"),
        _text("by"),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("before", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("change_id", name="pk_change"),
    )
    op.create_index("ix_change_entry_id", "change", ["entry_id"])


def downgrade() -> None:
    """Drop the tables, with what is in them."""
    for name in ("change", "saved_view", "annotation", "note", "action", "intervention"):
        op.drop_table(name)
