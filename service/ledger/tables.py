"""The tables of the ledger: the only place with `table=True`. The schema itself is made by migrations/.

All times are UTC. States and codes are stored as their plain values, never as enum names. Nothing found by
screening has a column here: a reason is stored as its code, rule and zone.
"""

from datetime import UTC, date, datetime

from sqlalchemy import DateTime, Dialect, LargeBinary, Text, TypeDecorator, UniqueConstraint
from sqlmodel import Field, SQLModel


class UtcDateTime(TypeDecorator[datetime]):
    """A time with its zone, kept as UTC; SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a time without a zone: it could mean two moments."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the time in UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


class OutageRow(SQLModel, table=True):
    """A declared outage; `drained_at` is set when every mail from its time has been worked.

    It is closed once its sum is zero. A drill is one that works marked test mails alone.
    """

    __tablename__ = "outage"

    id: int | None = Field(default=None, primary_key=True)
    started_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    drained_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    declared_at: datetime = Field(sa_type=UtcDateTime)
    declared_by: str
    planned: bool = False
    note: str = ""
    drill: bool = False
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_by: str | None = None


class PlannedStopRow(SQLModel, table=True):
    """A stop declared ahead. It is no outage until its time: then it begins one, or joins the one going on.

    `outage_id` is that outage, `systems` their names with spaces between. One called off never begins.
    """

    __tablename__ = "planned_stop"

    id: int | None = Field(default=None, primary_key=True)
    starts_at: datetime = Field(sa_type=UtcDateTime)
    expected_end: datetime | None = Field(default=None, sa_type=UtcDateTime)
    systems: str
    declared_at: datetime = Field(sa_type=UtcDateTime)
    declared_by: str
    note: str = ""
    outage_id: int | None = Field(default=None, foreign_key="outage.id", index=True)
    called_off_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SystemRow(SQLModel, table=True):
    """A system that an outage names as down, by plan or not; each comes up at its own time."""

    __tablename__ = "system"

    id: int | None = Field(default=None, primary_key=True)
    outage_id: int = Field(foreign_key="outage.id", index=True)
    name: str
    down_at: datetime = Field(sa_type=UtcDateTime)
    up_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    planned: bool = False


class MessageRow(SQLModel, table=True):
    """The journal: one row for each mail, written before anything is done with it.

    `state` goes received → decided → filed. `digest` is the sha256 of the raw bytes in hex and names the
    mail; (uidvalidity, uid) is where it was last seen in the inbox.
    """

    __tablename__ = "message"

    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    uidvalidity: int
    uid: int
    arrived_at: datetime = Field(sa_type=UtcDateTime)
    received_at: datetime = Field(sa_type=UtcDateTime)
    state: str = Field(index=True)
    decision: str | None = Field(default=None, index=True)
    kind: str | None = None
    reasons: str = Field(default="[]", sa_type=Text)
    sender_address: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    filed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reviewed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reviewed_by: str | None = None
    review: str | None = None
    outage_id: int | None = Field(default=None, foreign_key="outage.id", index=True)
    drill: bool = False
    urgent: bool = False


class OrderRow(SQLModel, table=True):
    """One thing owed a registration, however it came. `state` is pending, registered or cancelled.

    `source` is mail, phone, paper or desk; only a mail has a `message_id`. `owner` is the role that must
    register it (desk, prescriber, operations_manager, technician) in `system` (sesam2, visma-websesam), and
    `owner_address` where that person is reached. `happened_at` is when it was asked for, `delivered_on` when
    the goods went out. What belongs to a patient stays on the paper slip with `slip_number`.
    """

    __tablename__ = "order"

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    message_id: int | None = Field(default=None, foreign_key="message.id", index=True)
    kind: str
    from_stock: str | None = None
    to_stock: str | None = None
    facility: str | None = None
    requested_date: date | None = None
    urgent: bool = False
    customer_number: str | None = None
    sender_address: str | None = Field(default=None, index=True)
    state: str = Field(index=True)
    booked_at: datetime = Field(sa_type=UtcDateTime)
    booked_by: str = "daemon"
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    settled_by: str | None = None
    sesam_number: str | None = None
    note: str | None = None
    outage_id: int | None = Field(default=None, foreign_key="outage.id", index=True)
    source: str = "mail"
    happened_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    delivered_on: date | None = None
    taken_by: str | None = None
    owner: str = "desk"
    owner_address: str | None = None
    system: str = "sesam2"
    slip_number: str | None = Field(default=None, unique=True)
    drill: bool = False
    register_note: str = ""
    delivery_note: str = ""


class OrderLineRow(SQLModel, table=True):
    """One line of an order, as the sender wrote it, and what the article register says of it."""

    __tablename__ = "order_line"

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="order.id", index=True)
    position: int
    article_number: str | None = None
    description: str
    quantity: float
    unit: str
    confidence: float
    register_note: str = ""


class FollowUpRow(SQLModel, table=True):
    """A mail that belongs to something earlier: an order, or a mail (`earlier_id`) that has become none yet.

    `ask` is what it asks for, and `proposal` our own Swedish words on what to do, never the mail's.
    """

    __tablename__ = "follow_up"

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id", index=True)
    order_id: int | None = Field(default=None, foreign_key="order.id", index=True)
    earlier_id: int | None = Field(default=None, foreign_key="message.id")
    ask: str
    proposal: str = Field(sa_type=Text)
    linked_at: datetime = Field(sa_type=UtcDateTime)


class LetterRow(SQLModel, table=True):
    """The outbox. `state` is queued, sent or dead; `leased_until` keeps two posters from one letter."""

    __tablename__ = "letter"

    id: int | None = Field(default=None, primary_key=True)
    dedupe_key: str = Field(unique=True)
    kind: str
    message_id: int | None = Field(default=None, foreign_key="message.id", index=True)
    recipient: str = Field(index=True)
    header_id: str = Field(unique=True)
    in_reply_to: str = Field(default="", index=True)
    references: str = ""
    subject: str
    text: str = Field(sa_type=Text)
    html: str = Field(sa_type=Text)
    state: str = Field(index=True)
    attempts: int = 0
    queued_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    trouble: str = ""
    attachment_name: str = ""
    attachment: bytes | None = Field(default=None, sa_type=LargeBinary)
    drill: bool = False


class SlipRow(SQLModel, table=True):
    """A numbered paper slip. `kind` is order or work_order; `state` is blank, used or unused.

    One printed before any outage, to lie ready, has no `outage_id` until it is used in one.
    """

    __tablename__ = "slip"

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    kind: str
    outage_id: int | None = Field(default=None, foreign_key="outage.id", index=True)
    handed_out_at: datetime = Field(sa_type=UtcDateTime)
    state: str = Field(index=True)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    settled_by: str | None = None


class ReminderRow(SQLModel, table=True):
    """One step of reminding about one order: due once, and done once its letter is in the outbox."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("order_id", "step", name="reminder_once"),)

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="order.id", index=True)
    step: int
    due_at: datetime = Field(sa_type=UtcDateTime)
    letter_id: int | None = Field(default=None, foreign_key="letter.id")
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class DigestRow(SQLModel, table=True):
    """Something that was told once: to how many, and for a digest how far down the audit chain it tells.

    `kind` names what: a digest, a system that is back, one that was found up or down, a stop that is overdue.
    """

    __tablename__ = "digest"

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    recipients: int
    sent_at: datetime = Field(sa_type=UtcDateTime)
    audit_seq: int


class AuditRow(SQLModel, table=True):
    """One link of the hash chain; triggers refuse UPDATE, DELETE and a link that does not fit."""

    __tablename__ = "audit"

    seq: int = Field(primary_key=True)
    at: str
    body: str = Field(sa_type=Text)
    prev: bytes = Field(sa_type=LargeBinary)
    hash: bytes = Field(sa_type=LargeBinary, unique=True)
