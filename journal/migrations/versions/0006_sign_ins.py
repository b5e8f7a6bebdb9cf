"""Sign-ins, and an access log that can only be added to."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
KEPT_DAYS = 90  # a line younger than these is taken away by nobody; older ones may go, by the settings' retention
SAYS = "the access log is only ever added to"

SQLITE = (
    f"""
    create trigger look_is_never_changed before update on look
    begin select raise(abort, '{SAYS}'); end
    """,
    f"""
    create trigger look_is_kept before delete on look when old.at > datetime('now', '-{KEPT_DAYS} days')
    begin select raise(abort, '{SAYS}'); end
    """,
)
POSTGRESQL = (
    f"""
    create function look_stays() returns trigger language plpgsql as $$
    begin
        if tg_op = 'DELETE' then
            if old.at <= now() - interval '{KEPT_DAYS} days' then
                return old;
            end if;
        end if;
        raise exception '{SAYS}';
    end
    $$
    """,
    """
    create trigger look_is_kept before update or delete on look
    for each row execute function look_stays()
    """,
    """
    create trigger look_is_never_emptied before truncate on look
    for each statement execute function look_stays()
    """,
)


def upgrade() -> None:
    """Create the table, and what keeps the log."""
    op.create_table(
        "sign_in",
        sa.Column("session", sa.String, nullable=False),
        sa.Column("viewer", sa.String, nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("ended_by", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("session", name="pk_sign_in"),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Drop the table, and what keeps the log."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("drop trigger look_is_never_changed")
        op.execute("drop trigger look_is_kept")
    else:
        op.execute("drop trigger look_is_kept on look")
        op.execute("drop trigger look_is_never_emptied on look")
        op.execute("drop function look_stays")
    op.drop_table("sign_in")
