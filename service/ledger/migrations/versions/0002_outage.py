"""Everything that must be registered has a row: what came by phone, on paper and at the desk beside mails.

What the ledger holds already came by mail: each such mail and its orders get the outage of the mail's time,
and the desk as who must register them in Sesam 2.
"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

OUTAGE_OF_MAIL = """
UPDATE message SET outage_id = (
    SELECT id FROM outage WHERE started_at <= message.arrived_at
    AND (ended_at IS NULL OR message.arrived_at <= ended_at) ORDER BY started_at LIMIT 1
)
"""
FROM_MAIL = """
UPDATE "order" SET
    outage_id = (SELECT outage_id FROM message WHERE message.id = "order".message_id),
    happened_at = (SELECT arrived_at FROM message WHERE message.id = "order".message_id)
"""


def upgrade() -> None:
    """Widen the tables and fill in what follows from the mails; the audit table is not touched.

    A table that gets a reference is made anew, which needs foreign keys that are not enforced meanwhile.
    """
    op.add_column("outage", _switch("drill"))
    op.add_column("outage", _time("closed_at"))
    op.add_column("outage", sa.Column("closed_by", sa.String))
    with op.batch_alter_table("message") as message:
        message.add_column(_reference("outage_id", "outage.id", "message_outage"))
        message.add_column(_switch("drill"))
        message.create_index("ix_message_outage_id", ["outage_id"])
    _widen_orders()
    op.add_column("letter", sa.Column("attachment_name", sa.String, nullable=False, server_default=""))
    op.add_column("letter", sa.Column("attachment", sa.LargeBinary))
    op.add_column("letter", _switch("drill"))
    _slips()
    _reminders()
    op.execute(OUTAGE_OF_MAIL)
    op.execute(FROM_MAIL)


def _widen_orders() -> None:
    with op.batch_alter_table("order") as order:
        order.alter_column("message_id", existing_type=sa.Integer, nullable=True)
        order.add_column(_reference("outage_id", "outage.id", "order_outage"))
        order.add_column(sa.Column("source", sa.String, nullable=False, server_default="mail"))
        order.add_column(_time("happened_at"))
        order.add_column(sa.Column("delivered_on", sa.Date))
        order.add_column(sa.Column("taken_by", sa.String))
        order.add_column(sa.Column("owner", sa.String, nullable=False, server_default="desk"))
        order.add_column(sa.Column("owner_address", sa.String))
        order.add_column(sa.Column("system", sa.String, nullable=False, server_default="sesam2"))
        order.add_column(sa.Column("slip_number", sa.String))
        order.add_column(_switch("drill"))
        order.create_index("ix_order_outage_id", ["outage_id"])
        order.create_unique_constraint("order_slip", ["slip_number"])


def _slips() -> None:
    op.create_table(
        "slip",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", sa.String, nullable=False, unique=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("outage_id", sa.Integer, sa.ForeignKey("outage.id"), index=True),
        _time("handed_out_at", nullable=False),
        sa.Column("state", sa.String, nullable=False, index=True),
        _time("settled_at"),
        sa.Column("settled_by", sa.String),
    )


def _reminders() -> None:
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("order_id", sa.Integer, sa.ForeignKey("order.id"), nullable=False, index=True),
        sa.Column("step", sa.Integer, nullable=False),
        _time("due_at", nullable=False),
        sa.Column("letter_id", sa.Integer, sa.ForeignKey("letter.id")),
        _time("done_at"),
        sa.UniqueConstraint("order_id", "step", name="reminder_once"),
    )
    op.create_table(
        "digest",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("recipients", sa.Integer, nullable=False),
        _time("sent_at", nullable=False),
        sa.Column("audit_seq", sa.Integer, nullable=False),
    )


def _time(name: str, *, nullable: bool = True) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _switch(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def _reference(name: str, target: str, key: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, sa.ForeignKey(target, name=key))
