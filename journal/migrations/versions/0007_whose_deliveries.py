"""Whose teams a delivery was about, so that who lost one of them is not told of its end."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of what was told before nobody knows, so it is for who sees the whole desk."""
    op.add_column("delivery", sa.Column("teams", sa.JSON, nullable=False, server_default="[]"))


def downgrade() -> None:
    """Take the column away."""
    op.drop_column("delivery", "teams")
