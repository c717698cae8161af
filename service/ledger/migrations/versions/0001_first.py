"""The first schema: journal, orders, outbox, outages, and the audit chain with its triggers."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

AUDIT_TRIGGERS = (
    "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit "
    "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit "
    "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END",
    # A trigger before INSERT also stops INSERT OR REPLACE, whose hidden DELETE fires no trigger.
    "CREATE TRIGGER audit_link BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'audit link does not fit') "
    "WHERE new.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM audit) "
    "OR new.prev IS NOT COALESCE((SELECT hash FROM audit ORDER BY seq DESC LIMIT 1), zeroblob(32)); END",
)


def upgrade() -> None:
    """Make every table."""
    _outages()
    _journal()
    _orders()
    _outbox()
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("prev", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False, unique=True),
    )
    for trigger in AUDIT_TRIGGERS:
        op.execute(trigger)


def _time(name: str, *, nullable: bool = True) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(
    name: str, *, nullable: bool = False, unique: bool | None = None, index: bool | None = None
) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=nullable, unique=unique, index=index)


def _reference(name: str, target: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, sa.ForeignKey(target), nullable=nullable, index=True)


def _outages() -> None:
    op.create_table(
        "outage",
        sa.Column("id", sa.Integer, primary_key=True),
        _time("started_at", nullable=False),
        _time("ended_at"),
        _time("drained_at"),
        _time("declared_at", nullable=False),
        _text("declared_by"),
        sa.Column("planned", sa.Boolean, nullable=False),
        _text("note"),
    )
    op.create_table(
        "system",
        sa.Column("id", sa.Integer, primary_key=True),
        _reference("outage_id", "outage.id"),
        _text("name"),
        _time("down_at", nullable=False),
        _time("up_at"),
    )


def _journal() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Integer, primary_key=True),
        _text("digest", unique=True),
        sa.Column("uidvalidity", sa.Integer, nullable=False),
        sa.Column("uid", sa.Integer, nullable=False),
        _time("arrived_at", nullable=False),
        _time("received_at", nullable=False),
        _text("state", index=True),
        _text("decision", nullable=True, index=True),
        _text("kind", nullable=True),
        sa.Column("reasons", sa.Text, nullable=False),
        _text("sender_address", nullable=True),
        _time("decided_at"),
        _time("filed_at"),
        _time("reviewed_at"),
        _text("reviewed_by", nullable=True),
        _text("review", nullable=True),
    )


def _orders() -> None:
    op.create_table(
        "order",
        sa.Column("id", sa.Integer, primary_key=True),
        _text("number", unique=True),
        _reference("message_id", "message.id"),
        _text("kind"),
        *(_text(name, nullable=True) for name in ("from_stock", "to_stock", "facility")),
        sa.Column("requested_date", sa.Date),
        sa.Column("urgent", sa.Boolean, nullable=False),
        *(_text(name, nullable=True) for name in ("customer_number", "sender_address")),
        _text("state", index=True),
        _time("booked_at", nullable=False),
        _text("booked_by"),
        _time("settled_at"),
        *(_text(name, nullable=True) for name in ("settled_by", "sesam_number", "note")),
    )
    op.create_table(
        "order_line",
        sa.Column("id", sa.Integer, primary_key=True),
        _reference("order_id", "order.id"),
        sa.Column("position", sa.Integer, nullable=False),
        _text("article_number", nullable=True),
        _text("description"),
        sa.Column("quantity", sa.Float, nullable=False),
        _text("unit"),
        sa.Column("confidence", sa.Float, nullable=False),
    )


def _outbox() -> None:
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer, primary_key=True),
        _text("dedupe_key", unique=True),
        _text("kind"),
        _reference("message_id", "message.id", nullable=True),
        _text("recipient", index=True),
        _text("header_id", unique=True),
        *(_text(name) for name in ("in_reply_to", "references", "subject")),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("html", sa.Text, nullable=False),
        _text("state", index=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        _time("queued_at", nullable=False),
        _time("due_at", nullable=False),
        _time("leased_until"),
        _time("settled_at"),
        _text("trouble"),
    )
