"""t-19: a drill is overtaken by the real thing: the two are never mixed up, in mail, figures or reports."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from service.errors import LedgerError
from service.ledger import audit
from service.ledger.engine import reading
from service.outage import declared, incidents
from service.outage.pages import page
from service.outage.report import Report
from service.reading.sandbox import Sandbox
from tests import made
from tests.command import reservpost
from tests.made import Made
from tests.office import MANAGER, PURCHASERS
from tests.outage import desk_work
from tests.outage.story import Story, story, text_of, to
from tests.servers import MailServer

EVA = PURCHASERS[0]


def marked(mail: Made, mark: str = "[ÖVNING] ") -> bytes:
    """The mail as one of a drill."""
    message = message_from_bytes(mail.raw, policy=policy.SMTP)
    message.replace_header("Subject", f"{mark}{message['Subject']}")
    return message.as_bytes()


def rehearsals(letters: list[EmailMessage]) -> list[str]:
    """Who gets a letter of the drill; each says so in its subject and first of all in its text."""
    ours = [letter for letter in letters if "ÖVNING" in letter["Subject"]]
    for letter in ours:
        assert letter["Subject"].startswith("ÖVNING: ")
        assert text_of(letter).startswith("ÖVNING: inget av detta är på riktigt.")
    return sorted(letter["To"] for letter in ours)


def the_drill(desk: Story) -> tuple[Made, ...]:
    """Play the first hour: three marked mails, one of them not allowed; return the real mails beside them."""
    desk.at("2026-03-02 08:00")
    desk_work.declare(desk, "sesam2", drill=True)
    early, later = made.order("t19-early"), made.order("t19-later")
    desk.comes(early.raw)
    desk.comes(marked(made.order("t19-a")))
    desk.comes(marked(made.order("t19-b"), "Sv: [Övning] "))
    desk.comes(marked(made.personal("t19-c")))
    letters = desk.turn()
    drilled = ["karin.t19-c@karlstad.se", "malin.t19-a@arvika.se", "malin.t19-b@arvika.se"]
    assert rehearsals(letters) == drilled
    assert len(letters) == len(drilled)
    assert desk.server.counts() == {"INBOX": 1, "Mottagna": 2, "Avvisade": 1}
    desk.at("2026-03-02 08:55")
    desk.comes(later.raw)
    assert desk.turn() == []
    return early, later


def test_when_it_is_real_the_drill_ends_and_no_letter_says_that_anything_is_back(
    best_server: MailServer, tmp_path: Path, children: Sandbox
) -> None:
    with story(tmp_path, best_server, children) as desk:
        early, later = the_drill(desk)
        desk.comes(marked(made.order("t19-d")))  # in the drill's time, though it is worked after it
        desk.at("2026-03-02 09:00")
        real = desk_work.declare(desk, "sesam2", since="2026-03-02 08:50")
        letters = desk.turn()
        # Sesam 2 is down in truth: whoever took part in the drill must not read that it works again.
        assert rehearsals(letters) == ["malin.t19-d@arvika.se"]
        assert not [letter for letter in letters if "fungerar" in letter["Subject"]]
        assert [letter["To"] for letter in letters if letter["To"] == later.sender] == [later.sender]
        assert to(letters, early.sender) == []

        stray = made.order("t19-stray")
        desk.comes(marked(stray))
        (told,) = desk.turn()
        assert "en person" in text_of(told).casefold()
        assert (told["To"], rehearsals([told])) == (stray.sender, [])
        assert desk_work.numbers(desk) == ["RP-2026-000001"]
        assert desk_work.numbers(desk, drill=True) == [f"RP-ÖVN-2026-{at:06d}" for at in (1, 2, 3)]

        status = reservpost("--settings", str(tmp_path / "settings.toml"), "status").out
        assert "Driftstopp: pågår sedan 2026-03-02 08:50" in status
        assert "Mail:       1 mottagna, 1 till granskning" in status
        assert "Liggare:    1 väntar på registrering" in status

        # Noon's list is of what is real; the drill's rows wait in silence while it goes on.
        desk.at("2026-03-02 12:00")
        noon = desk.turn()
        assert rehearsals(noon) == []
        assert to(noon, EVA)[0]["Subject"] == "1 att registrera, 1 ny"
        desk.answers(EVA, "RP-2026-000001 klar 700001\nRP-ÖVN-2026-000001 klar\nRP-ÖVN-2026-000002 klar")
        (receipt,) = desk.turn()
        assert receipt["Subject"] == "Kvitto: 3 avbockade"

        desk.at("2026-03-02 13:00")
        desk.end()
        back = desk.turn()
        # What is left of the drill is told of now; that anything is back is told of the real one alone.
        assert rehearsals(back) == sorted(PURCHASERS)
        assert {letter["Subject"] for letter in back if "ÖVNING" in letter["Subject"]} == {
            "ÖVNING: 1 att registrera, 1 ny"
        }
        # The stray mail's sender was answered that a person reads it, and so is told too.
        assert {letter["To"] for letter in back} == {later.sender, stray.sender, *PURCHASERS, MANAGER}
        assert real == 2


def test_the_two_have_their_own_figures_and_reports_and_are_closed_apart(
    best_server: MailServer, tmp_path: Path, children: Sandbox
) -> None:
    with story(tmp_path, best_server, children) as desk:
        the_drill(desk)
        desk.at("2026-03-02 09:00")
        real = desk_work.declare(desk, "sesam2", since="2026-03-02 08:50")
        desk.comes(made.personal("t19-real").raw)
        desk.turn()
        with reading(desk.ledger) as session:
            drill = next(declared.key(row) for row in declared.history(session) if row.drill)
            assert [each.outage_id for each in incidents.listing(session)] == [real]
            assert [each.outage_id for each in incidents.listing(session, drill)] == [drill]

        report = desk_work.told(desk, drill)
        assert (report.title, report.drill) == (f"Övning {drill}", True)
        assert dict(report.facts)["Slutade"] == "2026-03-02 09.00"
        assert dict(report.figures)["Mail"] == "3"
        assert dict(report.figures)["Att registrera"] == "2"
        (system,) = table(report, "System")
        assert system[:3] == ("Sesam 2", "2026-03-02 08.00", "2026-03-02 09.00")
        assert "ÖVNING" in page(desk.settings.rules, "report", report=report)

        with pytest.raises(LedgerError, match="2 ska registreras eller makuleras: RP-ÖVN-2026-000001"):
            desk_work.close(desk, drill)
        desk_work.register(desk, "RP-ÖVN-2026-000001", "RP-ÖVN-2026-000002")
        desk.turn()
        # The drill is closed while the real one goes on, and the other way round nothing of it is in the way.
        assert desk_work.close(desk, drill).mails == {"accepted": 2, "rejected": 1}
        desk.at("2026-03-02 10:00")
        desk.end()
        desk.turn()
        with pytest.raises(LedgerError, match="1 ska registreras eller makuleras: RP-2026-000001"):
            desk_work.close(desk, real)
        desk_work.register(desk, "RP-2026-000001")
        desk.turn()
        closed = desk_work.close(desk, real)
        assert (closed.mails, closed.orders) == ({"accepted": 1, "rejected": 1}, {"registered": 1})
        second = desk_work.told(desk, real)
        assert (second.title, second.drill) == (f"Driftstopp {real}", False)
        assert "ÖVN" not in page(desk.settings.rules, "report", report=second)
        with reading(desk.ledger) as session:
            assert audit.verify(session).broken_at is None


def test_a_drill_changes_no_real_list(best_server: MailServer, tmp_path: Path, children: Sandbox) -> None:
    with story(tmp_path, best_server, children) as desk:
        desk.at("2026-03-02 08:00")
        desk.declare("sesam2")
        desk.comes(made.order("t19-waits").raw)
        desk.turn()
        desk.at("2026-03-02 10:00")
        desk.end()
        desk.turn()
        # A real row waits; all that happens until noon is a drill.
        desk_work.declare(desk, "sesam2", drill=True)
        desk.comes(marked(made.order("t19-e")))
        desk.turn()
        desk.at("2026-03-02 12:00")
        noon = desk.turn()
        assert rehearsals(noon) == sorted(PURCHASERS)
        assert len(noon) == len(PURCHASERS)
        assert to(noon, EVA)[0]["Subject"] == "ÖVNING: 1 att registrera, 1 ny"
        desk.at("2026-03-02 13:00")
        desk.end()
        over = desk.turn()
        assert rehearsals(over) == sorted(["malin.t19-e@arvika.se", *PURCHASERS, MANAGER])
        assert len(over) == len(rehearsals(over))


def table(report: Report, title: str) -> list[tuple[str, ...]]:
    """The rows of the report's table with this title."""
    return next(list(each.rows) for each in report.tables if each.title == title)
