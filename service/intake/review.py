"""What a person decides about a flagged mail: booked, rejected or done.

The mail is read live from its folder each time, and nothing of it is stored. What is booked is the lines as
understood or as the person typed them, screened once more before they reach the ledger.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from service.errors import LedgerError, MailboxError
from service.intake.judge import JUDGEMENT, REVIEWED, Reviewed
from service.intake.line import FOLDERS
from service.intake.mailbox import Mailbox
from service.intake.typed import run, screen_typed, typed_line
from service.ledger import follow_ups, journal, orders
from service.ledger.engine import reading, writing
from service.ledger.journal import Review
from service.ledger.tables import MessageRow
from service.letters import compose, outbox
from service.reading.sandbox import Sandbox
from service.rules.duties import Duties
from service.values import Certainty, Decision, Judgement, Kind, Order
from service.wording import order_lines

FILED = {
    Review.BOOKED: FOLDERS[Decision.ACCEPTED],
    Review.REJECTED: FOLDERS[Decision.REJECTED],
    Review.DONE: "Handlagda",
}
"""Where a flagged mail goes once a person has settled it."""


@dataclass(frozen=True, slots=True)
class Corrections:
    """What the person typed: lines as "article;description;quantity;unit" in place of the understood ones.

    `sure` books in spite of a possible finding in the lines, or of an earlier order that the mail belongs to;
    a certain finding is never booked.
    """

    lines: tuple[str, ...] = ()
    kind: Kind | None = None
    from_stock: str | None = None
    to_stock: str | None = None
    facility: str | None = None
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of it: the order numbers of what was booked, and whether a letter goes to the sender."""

    answered: bool
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewDesk:
    """What a review works with; `mailbox` makes a new connection each time it is called."""

    ledger: Engine
    mailbox: Callable[[], Mailbox]
    judges: Sandbox
    readers: Sandbox
    desk: compose.Desk
    letters: compose.Templates
    duties: Duties

    def read(self, message_id: int) -> Reviewed:
        """Return the mail's text with the findings marked, and the judgement on it."""
        return REVIEWED.validate_json(run(self.readers, self._raw(self._flagged(message_id))))

    def proposals(self, message_id: int) -> tuple[str, ...]:
        """Return what is proposed for a mail that belongs to an earlier order."""
        with reading(self.ledger) as session:
            links = follow_ups.of_message(session, message_id)
        return tuple(dict.fromkeys(f"Förslag: {link.proposal}." for link in links))

    def book(self, message_id: int, typed: Corrections, by: str, now: datetime) -> Settled:
        """Book the orders as corrected, answer the sender, and file the mail."""
        row = self._flagged(message_id)
        judgement = self._judged(self._raw(row))
        corrected = corrected_orders(judgement.orders, typed)
        self._screen_again(corrected, sure=typed.sure)
        with writing(self.ledger) as session:
            if not typed.sure:
                _refuse_twice(session, row, corrected)
            settled = journal.settle_review(session, message_id, Review.BOOKED, by, now)
            booked = orders.book(session, settled, corrected, now, by)
            orders.assign(booked, self.duties)
            numbers = tuple(order.number for order in booked)
            accepted = replace(judgement, decision=Decision.ACCEPTED, reasons=(), orders=corrected)
            answered = self._answer(session, settled, accepted, numbers, now)
        self._file(row, Review.BOOKED)
        return Settled(answered, numbers)

    def reject(self, message_id: int, by: str, now: datetime) -> Settled:
        """Note that the mail holds personal data, ask the sender to ring, file the mail."""
        row = self._flagged(message_id)
        judgement = self._judged(self._raw(row))
        with writing(self.ledger) as session:
            settled = journal.settle_review(session, message_id, Review.REJECTED, by, now)
            rejected = replace(judgement, decision=Decision.REJECTED, orders=())
            answered = self._answer(session, settled, rejected, (), now)
        self._file(row, Review.REJECTED)
        return Settled(answered)

    def done(self, message_id: int, by: str, now: datetime) -> None:
        """Note that the mail was taken care of in another way; nobody is answered."""
        row = self._flagged(message_id)
        with writing(self.ledger) as session:
            journal.settle_review(session, message_id, Review.DONE, by, now)
        self._file(row, Review.DONE)

    def _flagged(self, message_id: int) -> MessageRow:
        with reading(self.ledger) as session:
            return journal.flagged(session, message_id)

    def _raw(self, row: MessageRow) -> bytes:
        folder = FOLDERS[Decision.FLAGGED]
        with self.mailbox() as mailbox:
            raw = mailbox.find(folder, row.digest)
        if raw is None:
            raise LedgerError(
                f"mail {row.id} finns inte i {folder} eller är för stort; öppna det i ett mailprogram, "
                f"och avsluta med `reservpost review done {row.id}`"
            )
        return raw

    def _judged(self, raw: bytes) -> Judgement:
        return JUDGEMENT.validate_json(run(self.judges, raw))

    def _screen_again(self, corrected: tuple[Order, ...], *, sure: bool) -> None:
        lines = [line for order in corrected for line in order_lines(order, notes=False)]
        found = screen_typed(self.judges, self.desk.address, lines)
        if Certainty.CERTAIN in found or (found and not sure):
            how = (
                "skriv om dem med --line" if Certainty.CERTAIN in found else "skriv om dem, eller säg --sure"
            )
            raise LedgerError(f"raderna håller något som liknar personuppgifter; {how}")

    def _answer(
        self,
        session: Session,
        row: MessageRow,
        judgement: Judgement,
        numbers: tuple[str, ...],
        now: datetime,
    ) -> bool:
        """Put the letter to the sender in the outbox, where one may go; return whether one does."""
        letter = compose.answer(judgement, numbers, self.desk, self.letters)
        if letter:
            letter = compose.rehearsed(letter) if row.drill else letter
            outbox.enqueue(session, letter, f"review:{row.digest}", row.id, self.desk.domain, now)
        return letter is not None

    def _file(self, row: MessageRow, outcome: Review) -> None:
        """Move the mail last; if that fails the decision stands and the person is told."""
        try:
            with self.mailbox() as mailbox:
                mailbox.move_between(row.digest, FOLDERS[Decision.FLAGGED], FILED[outcome])
        except MailboxError as fault:
            raise LedgerError(
                f"beslutet är sparat, men mailet ligger kvar i {FOLDERS[Decision.FLAGGED]}: {fault}"
            ) from None


def corrected_orders(understood: tuple[Order, ...], typed: Corrections) -> tuple[Order, ...]:
    """Return the orders to book; LedgerError tells what still lacks.

    What is typed replaces what was understood: with typed lines all becomes one order.
    """
    if typed.to_stock and typed.facility:
        raise LedgerError("ange --to eller --facility, inte båda: en beställning går till ett ställe")
    found: tuple[Order, ...] = understood or (Order(Kind.OTHER),)
    if typed.lines:
        found = (replace(found[0], lines=tuple(map(typed_line, typed.lines))),)
    corrected = tuple(
        replace(
            order,
            kind=typed.kind or order.kind,
            from_stock=typed.from_stock or order.from_stock,
            to_stock=typed.to_stock or (None if typed.facility else order.to_stock),
            facility=typed.facility or (None if typed.to_stock else order.facility),
        )
        for order in found
    )
    for order in corrected:
        _refuse_incomplete(order)
    return corrected


def _refuse_twice(session: Session, row: MessageRow, corrected: tuple[Order, ...]) -> None:
    """Refuse what belongs to an earlier order, or nearly repeats one: it would be booked a second time."""
    links = follow_ups.of_message(session, row.id or 0)
    if links:
        raise LedgerError(
            f"mail {row.id}: {links[0].proposal}. Boka det bara om det är en ny beställning: --sure"
        )
    if repeated := follow_ups.like(session, row, corrected):
        numbers = " och ".join(order.number for order in repeated)
        raise LedgerError(
            f"mail {row.id} liknar {numbers} från samma avsändare. "
            "Boka det bara om det är en ny beställning: --sure"
        )


def _refuse_incomplete(order: Order) -> None:
    lacking = {
        "sorten (--kind)": not order.kind.allowed_by_mail,
        "vart det ska (--to eller --facility)": order.destination is None,
        "minst en rad (--line)": not order.lines,
    }
    if any(lacking.values()):
        named = ", ".join(name for name, is_lacking in lacking.items() if is_lacking)
        raise LedgerError(f"det går inte att boka utan {named}")
