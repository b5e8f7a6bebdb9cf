"""What was sent to whom, and what could not be."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "delivery",
        sa.Column("delivery_id", sa.Integer, nullable=False),
        *map(_text, ("recipient", "kind", "metric", "direction", "dimension", "value")),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        _text("severity"),
        sa.Column("size", sa.Double, nullable=False),
        _text("message_id"),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("delivery_id", name="pk_delivery"),
    )
    op.create_index("ix_delivery_recipient", "delivery", ["recipient"])
    op.create_table(
        "delivery_attempt",
        sa.Column("attempt_id", sa.Integer, nullable=False),
        _text("recipient"),
        sa.Column("is_taken", sa.Boolean, nullable=False),
        _text("says"),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", name="pk_delivery_attempt"),
    )
    op.create_index("ix_delivery_attempt_recipient", "delivery_attempt", ["recipient"])


def downgrade() -> None:
    """Drop the tables, with what is in them."""
    for name in ("delivery_attempt", "delivery"):
        op.drop_table(name)
