"""What people do at the desk of a story: declare, add by hand, count, close."""

from dataclasses import replace

from service.intake import census
from service.intake.mailbox import Mailbox
from service.ledger import journal, orders
from service.ledger.engine import reading, writing
from service.ledger.tables import MessageRow, OrderRow
from service.ledger.windows import window_of
from service.outage import closing, declared, systems
from service.outage.additions import AddingDesk, Typed
from service.outage.incidents import load_words
from service.outage.report import Report, report
from service.rules.duties import Source
from service.values import Kind
from tests.outage.story import Story

BY = "Åsa Berg"


def declare(desk: Story, *names: str, since: str = "", planned: bool = False, drill: bool = False) -> int:
    """Declare an outage from `since` (Swedish time) or now; return its number."""
    began, now = desk.clock, desk.clock
    if since:
        desk.at(since)
        began, desk.clock = desk.clock, now
    with writing(desk.ledger) as session:
        row = declared.start(session, names, began, BY, now, planned=planned, drill=drill)
    return declared.key(row)


def up(desk: Story, name: str) -> None:
    """Note that one system is back now."""
    with writing(desk.ledger) as session:
        systems.up(session, declared.running(session), name, desk.clock, BY, desk.clock)


def add(desk: Story, kind: Kind, source: Source, **fields: object) -> OrderRow:
    """Type in something that came by phone, on paper or at the desk just now."""
    typed = Typed(kind, source, "Eva Lind", desk.clock, ("50123;Rollator Carl-Oskar;4;st",))
    domains = frozenset(desk.settings.trust.domains)
    adding = AddingDesk(desk.ledger, desk.line.sandbox, desk.line.duties, desk.settings.desk.address, domains)
    return adding.add(replace(typed, **fields), BY, desk.clock)  # type: ignore[arg-type]


def register(desk: Story, *numbers: str) -> None:
    """Tick rows off as registered now."""
    with writing(desk.ledger) as session:
        for number in numbers:
            orders.register(session, number, BY, "200001", desk.clock)


def settle(desk: Story, *messages: int) -> None:
    """Note that a person took care of flagged mails."""
    with writing(desk.ledger) as session:
        for message in messages:
            journal.settle_review(session, message, journal.Review.DONE, BY, desk.clock)


def count(desk: Story, outage_id: int) -> census.Census:
    """Count the mails of an outage's time in the mailbox against the journal."""
    with reading(desk.ledger) as session:
        window = window_of(declared.find(session, outage_id))
    with Mailbox(desk.server.account, desk.settings.limits.mail_bytes) as mailbox:
        return census.take(mailbox, desk.ledger, window)


def close(desk: Story, outage_id: int, *, dead_told: bool = False) -> closing.Sums:
    """Close the outage; LedgerError says what is missing."""
    counted = count(desk, outage_id)
    with writing(desk.ledger) as session:
        outage = declared.find(session, outage_id)
        return closing.close(session, outage, counted, BY, desk.clock, dead_told=dead_told)


def told(desk: Story, outage_id: int) -> Report:
    """Return what the report of the outage shows now."""
    with reading(desk.ledger) as session:
        words = load_words(desk.settings.rules)
        return report(session, declared.find(session, outage_id), words, desk.clock)


def mails(desk: Story) -> list[MessageRow]:
    """Return the journal, oldest mail first."""
    with reading(desk.ledger) as session:
        return list(journal.listing(session))


def numbers(desk: Story, *, drill: bool = False) -> list[str]:
    """Return the numbers of what waits for registration, in the order they were given."""
    with reading(desk.ledger) as session:
        pending = orders.listing(session, orders.OrderState.PENDING, drill=drill)
    return sorted(row.number for row in pending)
