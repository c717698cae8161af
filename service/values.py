"""The values that pass from room to room: frozen, typed, and without behaviour that needs another room.

All of them cross a process boundary as JSON, so they hold only text, numbers, dates and each other.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Decision(StrEnum):
    """What becomes of a mail; the order of the members is the order of the policy's tests."""

    IGNORED = "ignored"
    REJECTED = "rejected"
    FLAGGED = "flagged"
    REPLY = "reply"
    ACCEPTED = "accepted"


class Kind(StrEnum):
    """What a mail or an order is about."""

    STOCK_TRANSFER = "stock_transfer"
    STOCK_REPLENISHMENT = "stock_replenishment"
    FACILITY_ORDER = "facility_order"
    PRESCRIPTION = "prescription"
    WORK_ORDER = "work_order"
    RETURN = "return"
    PURCHASE = "purchase"
    INVOICING = "invoicing"
    STOCK_CORRECTION = "stock_correction"
    OTHER = "other"
    AUTOMATIC = "automatic"

    @property
    def allowed_by_mail(self) -> bool:
        """Whether the policy lets this kind be ordered by mail."""
        return self in (Kind.STOCK_TRANSFER, Kind.STOCK_REPLENISHMENT, Kind.FACILITY_ORDER)

    @property
    def owed(self) -> bool:
        """Whether it must be registered afterwards: all but what cannot be told, and automatic mail."""
        return self not in (Kind.OTHER, Kind.AUTOMATIC)


class Certainty(StrEnum):
    """How sure a finding of personal data is: certain rejects the mail, possible flags it."""

    CERTAIN = "certain"
    POSSIBLE = "possible"


class Zone(StrEnum):
    """The part of a mail that a piece of text comes from; safe to store and to show to anyone."""

    SENDER = "avsändaren"
    SUBJECT = "ämnesraden"
    HEADER = "brevhuvudet"
    BODY = "mailets text"
    HIDDEN = "dold text i mailet"
    NAME = "ett filnamn"
    ATTACHMENT = "en bilaga"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text found in a mail.

    `where` is the place a person can find it, in Swedish ("bilaga order.xlsx › blad 'Hjälp' (dolt)").
    `marks` refine it: (offset, finer place) in rising order, each good until the next
    ((0, "A1"), (12, "B1")); a whole sheet is one piece, so that what spans its cells is still one text.
    """

    text: str
    where: str
    zone: Zone
    marks: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """Running text, lines kept, for ordering."""

    text: str
    where: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells as the sender laid them out, for ordering; empty cells are empty strings."""

    rows: tuple[tuple[str, ...], ...]
    where: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A part that could not be screened: a short code, its place, and a Swedish sentence that says why."""

    code: str
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the top header of a mail says.

    `headers` are all top-level fields in order, names in lower case, values decoded and unfolded.
    `part_types` are the content types of all parts in order, lower case, with the parameters that tell
    automatic mail ("text/calendar; method=reply", "multipart/report; report-type=delivery-status").
    `references` are the message-ids of References then In-Reply-To, with their angle brackets.
    """

    sender_name: str = ""
    sender_address: str = ""
    subject: str = ""
    sent_at: datetime | None = None
    message_id: str = ""
    references: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    part_types: tuple[str, ...] = ()

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of the header `name` (lower case), in order."""
        return tuple(value for key, value in self.headers if key == name)


@dataclass(frozen=True, slots=True)
class Document:
    """A mail as read: every string of it in `pieces`, its layout in `blocks`, what failed in `unread`."""

    envelope: Envelope
    pieces: tuple[Piece, ...] = ()
    blocks: tuple[Paragraphs | Table, ...] = ()
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a decision: the rule that made it, where in the mail, and a Swedish sentence.

    Never holds the found text. `certainty` is None where the reason is not about personal data.
    """

    code: str
    certainty: Certainty | None
    where: str
    rule: str
    text: str
    zone: Zone | None = None


REDIRECT = "redirect"
"""The code of a reason whose own sentence says, to desk and sender alike, where else to order."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Personal data found in `pieces[piece].text[start:end]` of the document that was screened."""

    reason: Reason
    piece: int
    start: int
    end: int


class Held(StrEnum):
    """What a register says of a number or a name: it has it, has one like it, or has neither."""

    KNOWN = "known"
    NEAR = "near"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RegisterNote:
    """What a register says of one field of an order: `number` and `name` are its own, where it has any.

    A near one is only proposed: the field stays as the sender wrote it.
    """

    field: str
    held: Held
    number: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class FieldRead:
    """How surely one field of an order or a line was read, from 0 to 1, and where in the mail it stands."""

    field: str
    confidence: float
    where: str = ""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One article asked for. `unit` is the measure only: st, par, förp. `confidence` runs from 0 to 1.

    It is that of the least sure of what the line cannot do without; `fields` tell of each.
    """

    article_number: str | None
    description: str
    quantity: float
    unit: str = "st"
    confidence: float = 1.0
    where: str = ""
    register: RegisterNote | None = None
    fields: tuple[FieldRead, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a mail says of how an order shall come, as written; empty where it says nothing.

    `contact_person` and `contact_phone` are the staff's at the place. `wish` is the time in the sender's own
    words ("v. 12"), from the day `first` to the day `last`. `substitute` tells that another product will do.
    """

    contact_person: str = ""
    contact_phone: str = ""
    cost_centre: str = ""
    reference: str = ""
    wish: str = ""
    first: date | None = None
    last: date | None = None
    substitute: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """One order as understood; `leftover` are the tokens that stand in no field."""

    kind: Kind
    from_stock: str | None = None
    to_stock: str | None = None
    facility: str | None = None
    requested_date: date | None = None
    urgent: bool = False
    customer_number: str | None = None
    lines: tuple[OrderLine, ...] = ()
    leftover: tuple[str, ...] = ()
    register: tuple[RegisterNote, ...] = ()
    delivery: Delivery = Delivery()
    fields: tuple[FieldRead, ...] = ()

    @property
    def destination(self) -> str | None:
        """The stock or facility that the order goes to."""
        return self.to_stock or self.facility


@dataclass(frozen=True, slots=True)
class Understanding:
    """What ordering made of a document: its kind, its orders, and every doubt that a person must settle."""

    kind: Kind
    orders: tuple[Order, ...] = ()
    doubts: tuple[Reason, ...] = ()


class Act(StrEnum):
    """What a member of the staff says has become of an order."""

    REGISTERED = "registered"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Command:
    """One line of a staff reply: what became of the order `number`.

    `why` is the reason of a cancelled one, None where it may hold personal data and was taken out.
    """

    line: int
    number: str
    act: Act
    sesam_number: str | None = None
    why: str | None = ""


@dataclass(frozen=True, slots=True)
class Unclear:
    """A line that names an order, or says what became of one, and is not understood whole."""

    line: int
    number: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a mail says about orders in the ledger; lines are counted from 1 in what was newly written."""

    commands: tuple[Command, ...] = ()
    unclear: tuple[Unclear, ...] = ()


class Ask(StrEnum):
    """What a mail about an earlier order asks for."""

    CORRECTION = "correction"
    CANCELLATION = "cancellation"
    REMINDER = "reminder"
    REPEAT = "repeat"
    THANKS = "thanks"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Change:
    """A change to one line of an earlier order: its new quantity, 0 to strike it.

    The line is `row` counted from 1, else the one with `article`, else the only one of the order.
    """

    quantity: float
    unit: str = ""
    row: int | None = None
    article: str | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What a mail says of an earlier order: what it asks for, the order numbers it names, and the changes."""

    ask: Ask
    numbers: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """The whole of what is decided about a mail, by the rules alone.

    `answerable` tells whether a letter may go to the sender at all: never for an untrusted sender or where
    any sign of automatic mail was seen. `staff` tells of a sender who may tick orders off. `findings` point
    into the document and hold no text of it.
    """

    decision: Decision
    kind: Kind
    reasons: tuple[Reason, ...] = ()
    orders: tuple[Order, ...] = ()
    findings: tuple[Finding, ...] = ()
    sender_address: str = ""
    trusted: bool = False
    answerable: bool = False
    staff: bool = False
    message_id: str = ""
    references: tuple[str, ...] = ()
    sent_at: datetime | None = None
    reply: Reply | None = None
    follow_up: FollowUp | None = None
    elapsed_ms: int = 0
