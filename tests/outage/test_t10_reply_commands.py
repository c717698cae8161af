"""t-10: purchasers tick orders off by answering, in nine spellings, and are told when they are wrong."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.ledger import journal
from service.ledger.engine import reading
from service.reading.sandbox import Sandbox
from tests import made
from tests.office import MANAGER, PURCHASERS
from tests.outage import desk_work
from tests.outage.story import Story, story, text_of, to
from tests.servers import MailServer

EVA, PER = PURCHASERS
SPELLINGS = (
    ("RP-2026-000001 registrerad 100001", "100001"),
    ("rp-2026-000002 registrerad 100002", "100002"),
    ("RP-2026-000003: klar", None),
    ("- RP-2026-4 klart, Sesam nr 100004.", "100004"),
    ("RP–2026–000005 är nu registrerad i Sesam 2 som 100005", "100005"),
    ("Klar: RP 2026 000006 (100006)", "100006"),
    ("100007 = rp2026000007, reg.", "100007"),
    ("RP-2026-000008 och RP-2026-000009 klara", None),
    ("RP-2026-000010 makulerad: dubblett", None),
)
ORDERS = 13


@pytest.fixture
def desk(best_server: MailServer, tmp_path: Path, children: Sandbox) -> Iterator[Story]:
    """A desk whose outage is over, with thirteen orders to register."""
    with story(tmp_path, best_server, children) as told:
        told.live_through(ORDERS, "t10")
        yield told


def test_every_spelling_is_done_and_nothing_of_what_is_quoted(desk: Story) -> None:
    desk.at("2026-03-02 12:00")
    digest = to(desk.turn(), EVA)
    lines = "\n".join(line for line, _ in SPELLINGS)
    # Below stands an older answer of a colleague, about other rows, and the letter itself.
    quoted = "RP-2026-000011 registrerad 999\n" + (text_of(digest[0]) if digest else "")
    desk.answers(EVA, f"Hej!\n{lines}", quoted=quoted)
    (receipt,) = to(desk.turn(), EVA)
    assert receipt["Subject"] == "Kvitto: 10 avbockade"
    assert receipt["Auto-Submitted"] == "auto-replied"
    for at, (_, sesam) in enumerate(SPELLINGS[:7], start=1):
        row = desk.row(f"RP-2026-{at:06d}")
        assert (row.state, row.settled_by, row.sesam_number) == ("registered", EVA, sesam)
    assert {desk.row(f"RP-2026-{at:06d}").state for at in (8, 9)} == {"registered"}
    cancelled = desk.row("RP-2026-000010")
    assert (cancelled.state, cancelled.note) == ("cancelled", "dubblett")
    assert {desk.row(f"RP-2026-{at:06d}").state for at in (11, 12, 13)} == {"pending"}
    assert desk.server.counts() == {"Mottagna": ORDERS, "Svar": 1}
    with reading(desk.ledger) as session:
        assert [row.decision for row in journal.listing(session)][-1] == "reply"


def test_the_number_may_stand_in_the_subject_alone(desk: Story) -> None:
    desk.answers(EVA, "klar 123456", subject="Sv: Mottagen beställning RP-2026-000003")
    (receipt,) = to(desk.turn(), EVA)
    assert "RP-2026-000003: registrerad i Sesam som 123456" in text_of(receipt)
    assert desk.row("RP-2026-000003").sesam_number == "123456"


def test_what_is_wrong_changes_nothing_and_is_told(desk: Story) -> None:
    desk.answers(PER, "RP-2026-000001 registrerad 100001")
    desk.turn()
    wrong = {
        "RP-2026-000001 registrerad 100002": f"som 100001 i Sesam av {PER}",
        "RP-2026-009999 klar": "finns inte i liggaren",
        "RP-2026-000002 registrerad 100001": "numret 100001 i Sesam står redan på RP-2026-000001",
        "RP-2026-000003 makulerad": "skriv varför",
        "RP-2026-000004 makulerad: ska till rum 12": "skälet kan innehålla personuppgifter",
        "RP-2026-000005 registreras i morgon": "RP-2026-000005: rad 6 i ditt mail gick inte att förstå",
        "Jag la in RP-2026-000006 men är osäker på antalet": "RP-2026-000006: rad 7 i ditt mail",
    }
    desk.answers(EVA, "\n".join(wrong))
    (receipt,) = to(desk.turn(), EVA)
    said = text_of(receipt)
    assert receipt["Subject"] == "Inget ändrades, 7 att se över"
    for told in wrong.values():
        assert told in said
    assert "rum 12" not in said
    assert {desk.row(f"RP-2026-{at:06d}").state for at in range(2, ORDERS + 1)} == {"pending"}
    assert desk.row("RP-2026-000001").settled_by == PER


def test_only_staff_whom_the_server_vouches_for_are_obeyed(desk: Story) -> None:
    desk.at("2026-03-02 09:30")  # while the outage went on, so that every mail is ours
    desk.answers("malin.t10-0@arvika.se", "RP-2026-000001 klar")
    forged = made.letter_from(EVA, "forged", "RP-2026-000002 klar").as_bytes()
    desk.server.deliver(forged, at=desk.clock)
    letters = desk.turn()
    (told,) = to(letters, "malin.t10-0@arvika.se")
    assert "En person läser ditt svar och bockar av." in text_of(told)
    assert to(letters, EVA) == []
    assert {desk.row(f"RP-2026-{at:06d}").state for at in (1, 2)} == {"pending"}
    assert desk.server.counts()["Till granskning"] == 2


def test_after_the_outage_only_such_answers_are_taken(desk: Story) -> None:
    desk.answers(EVA, "Kan någon ta lunchtelefonen på fredag?", subject="Lunch")
    desk.comes(made.order("late").raw)
    desk.answers(MANAGER, "RP-2026-000007 klar")
    (receipt,) = desk.turn()
    assert receipt["To"] == MANAGER
    assert desk.turn() == []
    assert desk.server.counts() == {"INBOX": 2, "Mottagna": ORDERS, "Svar": 1}


def test_an_answer_with_personal_data_is_rejected_and_told_also_after_the_outage(desk: Story) -> None:
    secret = "RP-2026-000008 klar 300008, gällde brukare 19420312-2389"
    desk.answers(EVA, secret)
    desk.answers(MANAGER, "Brukare 19420312-2389 får sin rollator i morgon.", subject="I morgon")
    desk.answers("nobody@regionvarmland.se", secret)
    (told,) = desk.turn()
    assert told["To"] == EVA
    assert "Inget i det har bockats av" in text_of(told)
    assert "19420312" not in told.as_string()
    assert desk.row("RP-2026-000008").state == "pending"
    assert desk_work.mails(desk)[-1].decision == "rejected"
    assert desk.turn() == []
    assert desk.server.counts() == {"INBOX": 2, "Mottagna": ORDERS, "Avvisade": 1}
