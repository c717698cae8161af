"""Mails about an earlier order: each of tests/threads through the whole line, and nothing booked twice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlmodel import Session, col, select

from service.errors import LedgerError
from service.intake.mailbox import Mailbox
from service.intake.review import Corrections, ReviewDesk
from service.ledger import follow_ups, journal, orders
from service.ledger.engine import open_ledger, reading, writing
from service.ledger.tables import FollowUpRow, MessageRow
from service.outage.digest import digest
from service.reading.sandbox import Sandbox
from service.values import Decision, Judgement, Kind, Order, Reason
from tests import made, servers
from tests.command import NOW
from tests.outage.conftest import children  # noqa: F401 -- the warm children that the stories share
from tests.outage.story import Story, story, text_of, to

FOLDER = Path(__file__).parent / "threads"
CASES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
FIRST = (
    "Kan ni flytta från Karlstad centrallager till Arvika buffertförråd\n\n"
    "50123 Rollator Carl-Oskar 4 st\n51022 Hi-Loo 10 cm 6 st\n\nMvh Malin\n"
)
ANSWER = "Sv: Mottagen beställning {number}"


@dataclass
class Thread:
    """One thread as it ran; `said` is the file."""

    said: Mapping[str, Any]
    sender: str
    first_id: str
    number: str = ""
    mail: int = 0
    row: MessageRow | None = None
    links: list[FollowUpRow] = field(default_factory=list)
    letters: list[EmailMessage] = field(default_factory=list)


@cache
def said(case: str) -> Mapping[str, Any]:
    content: Mapping[str, Any] = yaml.safe_load((FOLDER / f"{case}.yaml").read_text(encoding="utf-8"))
    return content


def mail(sender: str, message_id: str, subject: str, text: str, answers: str = "") -> bytes:
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["To"], letter["Subject"] = f"Malin Sundkvist <{sender}>", made.DESK, subject
    letter["Date"], letter["Message-ID"] = "Mon, 02 Mar 2026 08:00:00 +0100", message_id
    if answers:
        letter["In-Reply-To"] = letter["References"] = answers
    letter.set_content(text)
    return letter.as_bytes()


def digest_row(session: Session, sender: str) -> list[MessageRow]:
    mine = select(MessageRow).where(MessageRow.sender_address == sender)
    return list(session.exec(mine.order_by(col(MessageRow.id))))


def begin(desk: Story) -> dict[str, Thread]:
    """Let every first mail come, and the desk answer it."""
    threads = {}
    for at, case in enumerate(CASES, start=1):
        thread = Thread(said(case), f"malin.{at}@arvika.se", f"<first.{at}@arvika.se>")
        desk.comes(mail(thread.sender, thread.first_id, "Lagerflytt", thread.said.get("first", FIRST)))
        threads[case] = thread
    letters = desk.turn()
    for thread in threads.values():
        thread.letters = to(letters, thread.sender)
        with reading(desk.ledger) as session:
            (first,) = digest_row(session, thread.sender)
            booked = orders.of_message(session, first.id or 0)
        thread.mail, thread.number = first.id or 0, booked[0].number if booked else ""
    return threads


def go_on(desk: Story, threads: Mapping[str, Thread]) -> None:
    """Let what is written next come, in the order of its hour."""
    began = desk.clock
    for at, thread in sorted(enumerate(threads.values()), key=lambda each: each[1].said.get("hours", 1)):
        desk.clock = max(desk.clock, began + timedelta(hours=thread.said.get("hours", 1)))
        if thread.said.get("settled"):
            with writing(desk.ledger) as session:
                orders.register(session, thread.number, "Eva", "100001", desk.clock)
        desk.comes(following(thread, f"<next.{at}@arvika.se>"))
    letters = desk.turn()
    for thread in threads.values():
        thread.letters = to(letters, thread.sender)
        with reading(desk.ledger) as session:
            thread.row = digest_row(session, thread.sender)[-1]
            thread.links = list(follow_ups.of_message(session, thread.row.id or 0))


def following(thread: Thread, message_id: str) -> bytes:
    """Return the next mail of the thread."""
    fields = {"number": thread.number, "mail": str(thread.mail)}
    letter = thread.letters[0]
    answers = {"letter": letter["Message-ID"], "own": thread.first_id, "nothing": ""}
    quoted = {"letter": text_below(letter), "own": thread.said.get("first", FIRST)}
    text = str(thread.said["text"]).format(**fields)
    if below := thread.said.get("quote"):
        sender = made.DESK if below == "letter" else thread.sender
        text += f"\n\nFrån: X <{sender}>\nSkickat: den 2 mars 2026 08:00\nTill: {thread.sender}\nÄmne: x\n\n"
        text += quoted[below]
    subject = str(thread.said.get("subject", ANSWER)).format(**fields)
    return mail(thread.sender, message_id, subject, text, answers[thread.said.get("answers", "letter")])


def text_below(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.fixture(scope="module")
def desk(children: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:  # noqa: F811
    """A desk in an outage."""
    with servers.embedded() as server, story(tmp_path_factory.mktemp("threads"), server, children) as told:
        told.at("2026-03-02 08:00")
        told.declare("sesam2")
        yield told


@pytest.fixture(scope="module")
def threads(desk: Story) -> Mapping[str, Thread]:
    """Every thread, run side by side: each has a sender of its own."""
    begun = begin(desk)
    go_on(desk, begun)
    return begun


@pytest.mark.parametrize("case", CASES)
def test_a_thread_ends_as_it_should(case: str, threads: Mapping[str, Thread]) -> None:
    thread = threads[case]
    assert thread.row
    codes = [reason["code"] for reason in journal.reasons_of(thread.row)]
    if not thread.said["code"]:
        assert (thread.row.decision, codes, thread.links) == (Decision.ACCEPTED.value, [], [])
        return
    assert thread.row.decision == Decision.FLAGGED.value
    assert thread.said["code"] in codes
    told = thread.said["proposal"].format(number=thread.number, mail=thread.mail)
    assert [link.proposal for link in thread.links] == [told]
    assert any(f"Förslag: {told}." in reason["text"] for reason in journal.reasons_of(thread.row))
    assert bool(thread.letters) is thread.said.get("answered", True)


def test_nothing_is_booked_by_a_follow_up(threads: Mapping[str, Thread], desk: Story) -> None:
    with reading(desk.ledger) as session:
        for thread in threads.values():
            assert thread.row
            booked = orders.of_message(session, thread.row.id or 0)
            assert bool(booked) is not bool(thread.said["code"])


def test_the_desk_is_told_when_the_order_is_in_sesam_already(threads: Mapping[str, Thread]) -> None:
    (thread,) = [each for each in threads.values() if each.said.get("settled")]
    assert thread.row
    told = " ".join(reason["text"] for reason in journal.reasons_of(thread.row))
    assert f"{thread.number} är redan registrerad i Sesam, så ändra även där." in told


@pytest.mark.usefixtures("threads")
def test_no_word_of_a_follow_up_is_stored(desk: Story) -> None:
    with reading(desk.ledger) as session:
        stored = " ".join(row.proposal for row in session.exec(select(FollowUpRow)))
    assert "rad 2" in stored
    assert "Ursäkta" not in stored
    assert "50123" not in stored


def test_the_letter_to_a_resender_says_that_nothing_is_booked_again(threads: Mapping[str, Thread]) -> None:
    (thread,) = [each for case, each in threads.items() if case.endswith("en-gang-till")]
    assert "bokas inte en gång till" in text_of(thread.letters[0])


# -- what a person books ------------------------------------------------------------------------------


def review_desk(desk: Story, children: Sandbox) -> ReviewDesk:  # noqa: F811
    line = desk.line
    return ReviewDesk(
        ledger=desk.ledger,
        mailbox=lambda: Mailbox(desk.server.account, line.limits.mail_bytes),
        judges=children,
        readers=children,
        desk=line.desk,
        letters=line.letters,
        duties=line.duties,
    )


def test_a_duplicate_is_booked_only_by_one_who_is_sure(
    threads: Mapping[str, Thread],
    desk: Story,
    children: Sandbox,  # noqa: F811
) -> None:
    (thread,) = [each for case, each in threads.items() if case.endswith("en-gang-till")]
    assert thread.row
    review, number = review_desk(desk, children), thread.row.id or 0
    with pytest.raises(LedgerError, match=f"samma som {thread.number}: boka inte igen.*--sure"):
        review.book(number, Corrections(), "Eva", desk.clock)
    assert review.proposals(number) == (f"Förslag: samma som {thread.number}: boka inte igen.",)
    booked = review.book(number, Corrections(sure=True), "Eva", desk.clock)
    assert len(booked.numbers) == 1


def test_of_two_flagged_mails_that_say_the_same_one_is_booked(
    desk: Story,
    children: Sandbox,  # noqa: F811
) -> None:
    first = made.unreadable("twice")
    desk.comes(first.raw)
    desk.comes(first.raw.replace(b"<twice@", b"<again@"))
    desk.turn()
    with reading(desk.ledger) as session:
        one, two = (row.id or 0 for row in digest_row(session, first.sender))
    review = review_desk(desk, children)
    (number,) = review.book(one, Corrections(), "Eva", desk.clock).numbers
    with pytest.raises(LedgerError, match=f"liknar {number} från samma avsändare.*--sure"):
        review.book(two, Corrections(), "Eva", desk.clock)


def test_what_waits_is_worked_stock_first_then_what_is_urgent(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path / "ledger.db")
    asked = [
        Order(Kind.FACILITY_ORDER, facility="A"),
        Order(Kind.FACILITY_ORDER, facility="B", urgent=True),
        Order(Kind.STOCK_REPLENISHMENT, to_stock="C"),
        Order(Kind.STOCK_TRANSFER, to_stock="D", urgent=True),
    ]
    doubt = Reason("no_lines", None, "mailet", "tolkning.rader", "Ingen rad.")
    with writing(ledger) as session:
        for uid, order in enumerate(asked * 2, start=1):
            decision = Decision.ACCEPTED if uid <= len(asked) else Decision.FLAGGED
            journal.receive(session, [journal.Arrival(1, uid, f"{uid:064x}", NOW)], NOW)
            reasons = () if decision is Decision.ACCEPTED else (doubt,)
            journal.record(session, uid, Judgement(decision, order.kind, reasons, (order,)), NOW)
    with reading(ledger) as session:
        listed = [row.to_stock or row.facility for row in orders.listing(session)]
        waiting = [row.uid - len(asked) for row in journal.awaiting_review(session)]
        groups = digest(session, NOW).shown.groups
    assert listed == ["D", "C", "B", "A"]
    assert [item.destination for group in groups for item in group.items] == listed
    assert waiting == [4, 3, 2, 1]
