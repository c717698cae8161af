"""t-12: closing is refused for each thing that is missing, by name, and done when the sum is zero."""

from pathlib import Path

import pytest

from service.errors import LedgerError
from service.ledger import audit
from service.ledger.engine import reading, writing
from service.letters import outbox
from service.letters.outcome import Refused
from service.outage.pages import page
from service.reading.sandbox import Sandbox
from tests import made
from tests.outage import desk_work
from tests.outage.story import Story, story
from tests.servers import MailServer


def refusal(desk: Story, outage: int) -> str:
    with pytest.raises(LedgerError) as refused:
        desk_work.close(desk, outage)
    return str(refused.value)


def test_closing_names_what_is_missing_until_nothing_is(
    best_server: MailServer, tmp_path: Path, children: Sandbox
) -> None:
    with story(tmp_path, best_server, children) as desk:
        desk.at("2026-03-02 08:00")
        outage = desk_work.declare(desk, "sesam2")
        for mail in made.one_of_each("t12"):
            desk.comes(mail.raw)
        # The same bytes twice are two mails in the mailbox and one in the journal.
        desk.comes(made.personal("t12").raw)
        desk.turn()
        said = refusal(desk, outage)
        assert "driftstoppet pågår" in said
        assert "2 mail väntar på granskning: 3, 4" in said
        assert "1 ska registreras eller makuleras: RP-2026-000001" in said

        desk.end()
        desk_work.settle(desk, 3, 4)
        desk_work.register(desk, "RP-2026-000001")
        # A mail that somebody moved into a folder past the program.
        desk.clock = desk_work.mails(desk)[0].arrived_at
        with desk.server.client() as client:
            client.append(
                '"Reservpost/Mottagna"', "", f'"{desk.clock:%d-%b-%Y %H:%M:%S} +0000"', b"Subject: x\r\n\r\nx"
            )
        desk.at("2026-03-02 12:00")
        stranger = refusal(desk, outage)
        assert "1 mail som journalen inte känner (Reservpost/Mottagna); flytta dem till inkorgen" in stranger
        assert "granskning" not in stranger
        with desk.server.client() as client:
            client.select('"Reservpost/Mottagna"')
            client.uid("MOVE", "*", "INBOX")
        desk.turn()
        assert desk_work.count(desk, outage).strangers == {}
        desk_work.settle(
            desk,
            *(
                mail.id or 0
                for mail in desk_work.mails(desk)
                if mail.decision == "flagged" and not mail.review
            ),
        )
        _kill_a_letter(desk)
        dead = refusal(desk, outage)
        named = f"brev 1 till {made.order('t12').sender} (bekräftelse)"
        assert f"1 brev gick inte att skicka: {named}" in dead
        assert "ring dem som breven var till och stäng med --letters-told" in dead
        closed = desk_work.close(desk, outage, dead_told=True)
        assert sum(closed.mails.values()) == 6
        # Three answers, one of them dead, and word that Sesam is back to three senders and three of us.
        assert closed.letters == {"sent": 8, "dead": 1}

        report = desk_work.told(desk, outage)
        shown = page(desk.settings.rules, "report", report=report)
        assert report.state == "stängt 2026-03-02 12.01 av Åsa Berg"
        with reading(desk.ledger) as session:
            assert audit.verify(session).head in shown
        assert f"Gick inte att skicka: {named}." in report.troubles
        assert "420312" not in shown
        assert "<script" not in shown


def _kill_a_letter(desk: Story) -> None:
    """Let the first letter be one that its server refused for good."""
    with writing(desk.ledger) as session:
        letter = outbox.listing(session)[0]
        letter.state = "queued"
        outbox.settle(session, letter.id or 0, Refused("550"), desk.clock)
