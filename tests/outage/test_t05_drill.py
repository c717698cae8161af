"""t-05: a drill works marked mails alone, says so everywhere, and is ended by what is real."""

from email import message_from_bytes, policy
from pathlib import Path

from service.ledger.engine import reading
from service.outage import declared, incidents
from service.reading.sandbox import Sandbox
from tests import made
from tests.made import Made
from tests.outage import desk_work
from tests.outage.story import story
from tests.servers import MailServer


def marked(mail: Made, subject: str = "", header: str = "") -> bytes:
    """The mail with the mark of a drill in its subject, or as a header."""
    message = message_from_bytes(mail.raw, policy=policy.SMTP)
    if subject:
        message.replace_header("Subject", subject)
    if header:
        message["X-Reservpost-Drill"] = header
    return message.as_bytes()


def test_a_drill_touches_marked_mails_alone_and_stands_apart_until_its_report(
    best_server: MailServer, tmp_path: Path, children: Sandbox
) -> None:
    with story(tmp_path, best_server, children) as desk:
        desk.at("2026-03-02 08:00")
        drill = desk_work.declare(desk, "sesam2", drill=True)
        desk.comes(marked(made.order("t05-a"), subject="Sv: [Övning] Lagerflytt"))
        desk.comes(marked(made.order("t05-b"), header="yes"))
        desk.comes(marked(made.personal("t05"), subject="[ÖVNING] Lagerflytt"))
        desk.comes(made.order("t05-riktig").raw)
        desk.comes(marked(made.order("t05-nej"), subject="Nästa [ÖVNING] i maj", header="no"))
        letters = desk.turn()
        assert desk.server.counts() == {"INBOX": 2, "Mottagna": 2, "Avvisade": 1}
        answers = [letter for letter in letters if "t05" in str(letter["To"])]
        assert len(answers) == 3
        for letter in answers:
            assert letter["Subject"].startswith("ÖVNING: ")
            for kind in ("plain", "html"):
                body = letter.get_body((kind,))
                assert body is not None
                assert "ÖVNING: inget av detta är på riktigt." in body.get_content()
        assert desk_work.numbers(desk) == []
        assert desk_work.numbers(desk, drill=True) == ["RP-ÖVN-2026-000001", "RP-ÖVN-2026-000002"]
        with reading(desk.ledger) as session:
            assert incidents.listing(session) == ()
            assert len(incidents.listing(session, drill)) == 1

        desk.end()
        desk_work.register(desk, "RP-ÖVN-2026-000001", "rp-övn-2026-000002")
        desk.turn()
        assert desk_work.close(desk, drill).mails == {"accepted": 2, "rejected": 1}
        report = desk_work.told(desk, drill)
        assert (report.title, report.drill) == ("Övning 1", True)


def test_what_is_real_ends_the_drill_and_a_marked_mail_is_then_for_a_person(
    best_server: MailServer, tmp_path: Path, children: Sandbox
) -> None:
    with story(tmp_path, best_server, children) as desk:
        desk.at("2026-03-02 08:00")
        drill = desk_work.declare(desk, "sesam2", drill=True)
        desk.at("2026-03-02 09:00")
        real = desk_work.declare(desk, "sesam2")
        desk.comes(marked(made.order("t05-kvar"), subject="[ÖVNING] Lagerflytt"))
        desk.comes(made.order("t05-skarpt").raw)
        desk.turn()
        assert desk.server.counts() == {"Till granskning": 1, "Mottagna": 1}
        assert desk_work.numbers(desk) == ["RP-2026-000001"]
        flagged = next(mail for mail in desk_work.mails(desk) if mail.decision == "flagged")
        assert (flagged.outage_id, flagged.drill) == (real, False)
        assert "ingen övning pågår" in flagged.reasons
        with reading(desk.ledger) as session:
            ended = declared.find(session, drill).ended_at
        assert ended is not None
