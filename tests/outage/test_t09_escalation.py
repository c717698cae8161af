"""t-09: nobody registers, and the reminder climbs to the unit manager over Easter; one answer ends it."""

from email.message import EmailMessage
from pathlib import Path

from service.reading.sandbox import Sandbox
from tests import made
from tests.office import CHIEF, MANAGER, PURCHASERS
from tests.outage.story import Story, story, text_of
from tests.servers import MailServer


def test_the_reminder_climbs_to_the_third_step_and_stops(
    best_server: MailServer, tmp_path: Path, children: Sandbox
) -> None:
    with story(tmp_path, best_server, children) as desk:
        desk.at("2026-04-01 08:00")  # the Wednesday before Easter
        desk.declare("sesam2")
        for name in ("a", "b", "c"):
            desk.comes(made.order(f"t09-{name}").raw)
        desk.turn()
        desk.at("2026-04-01 15:30")
        desk.end()
        desk.turn()

        assert reminded(desk, "2026-04-02 12:00") == []
        # Eight working hours from 15.30 on Wednesday: Maundy Thursday 14.30.
        assert reminded(desk, "2026-04-02 14:31") == sorted(PURCHASERS)
        assert reminded(desk, "2026-04-02 16:00") == []
        assert reminded(desk, "2026-04-06 12:00") == []  # Easter Monday
        assert reminded(desk, "2026-04-07 14:00") == [MANAGER]
        assert reminded(desk, "2026-04-08 08:00") == []
        desk.answers(PURCHASERS[0], "RP-2026-000001 klar 300001\nRP-2026-000002 makulerad: dubblett")
        desk.turn()
        (last,) = letters_at(desk, "2026-04-09 12:30")
        assert last["To"] == CHIEF
        assert "RP-2026-000003" in text_of(last)
        assert not any(number in text_of(last) for number in ("RP-2026-000001", "RP-2026-000002"))
        desk.answers(CHIEF, "RP-2026-000003 klar 300003")
        desk.turn()
        assert {desk.row(f"RP-2026-{number:06d}").state for number in (1, 3)} == {"registered"}
        assert reminded(desk, "2026-06-01 09:00") == []


def letters_at(desk: Story, clock: str) -> list[EmailMessage]:
    """Return the reminders that go out at this time."""
    desk.at(clock)
    return [letter for letter in desk.turn(minutes=0) if letter["Subject"].startswith("Påminnelse")]


def reminded(desk: Story, clock: str) -> list[str]:
    """Return who is reminded at this time."""
    return sorted(letter["To"] for letter in letters_at(desk, clock))
