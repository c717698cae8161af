"""t-15: an outage over the change to winter time, and a clock that jumps back two hours and on a day."""

from datetime import timedelta
from pathlib import Path

import pytest

from service.errors import LedgerError
from service.ledger.engine import writing
from service.outage import declared
from service.outage.pages import page
from service.outage.report import Report
from service.reading.sandbox import Sandbox
from service.rules.duties import Source
from service.values import Kind
from tests import made
from tests.command import reservpost
from tests.office import MANAGER, PURCHASERS
from tests.outage import desk_work
from tests.outage.story import Story, story, text_of, to
from tests.servers import MailServer

HOUR = timedelta(hours=1)


def urgent(name: str, sender: str) -> bytes:
    """An order that cannot wait."""
    return made.letter_from(sender, name, f"AKUT!\n{made.ORDER}", "Akut lagerflytt").as_bytes()


def table(report: Report, title: str) -> list[tuple[str, ...]]:
    """The rows of the report's table with this title."""
    return next(list(each.rows) for each in report.tables if each.title == title)


def reminded(desk: Story, clock: str) -> list[str]:
    """Who is reminded at this time."""
    desk.at(clock)
    return sorted(letter["To"] for letter in desk.turn(0) if letter["Subject"].startswith("Påminnelse"))


def test_an_outage_over_the_hour_that_comes_twice(
    best_server: MailServer, tmp_path: Path, children: Sandbox
) -> None:
    with story(tmp_path, best_server, children, digest={"times": ["02:30", "07:30"]}) as desk:
        desk.at("2025-10-26 01:50")
        outage = desk_work.declare(desk, "sesam2")
        desk.at("2025-10-26 02:15")  # summer time
        desk.comes(made.order("t15-summer").raw)
        letters = desk.turn()
        desk.clock += HOUR  # 02.17 again, now in winter time
        desk.comes(made.order("t15-winter").raw)
        for minutes in (1, 15, 15, 15):
            letters += desk.turn(minutes)
        # Both clocks pass 02.30, and the list goes out at the first of them alone.
        assert [letter["Subject"] for letter in to(letters, PURCHASERS[0])] == ["2 att registrera, 2 nya"]
        assert desk.row("RP-2025-000001").booked_at < desk.row("RP-2025-000002").booked_at

        desk.at("2025-10-26 03:10")
        desk.end()
        desk.turn()
        report = desk_work.told(desk, outage)
        assert dict(report.facts)["Slutade"] == "2025-10-26 03.10"
        # From 01.50 to 03.10 the clocks show an hour and twenty minutes; it was an hour more.
        assert table(report, "System") == [("Sesam 2", "2025-10-26 01.50", "2025-10-26 03.10", "2 h 20 min")]
        assert dict(report.figures)["Tid till svar, längst"] == "1 min"
        assert page(desk.settings.rules, "report", report=report)

        # Eight working hours from Monday's opening, by the clock on the wall.
        assert reminded(desk, "2025-10-27 15:29") == []
        assert reminded(desk, "2025-10-27 15:31") == sorted(PURCHASERS)
        assert reminded(desk, "2025-10-27 16:29") == []


def test_what_is_typed_about_that_night_is_asked_about_and_never_guessed(
    best_server: MailServer, tmp_path: Path, children: Sandbox
) -> None:
    with story(tmp_path, best_server, children):
        settings = ("--settings", str(tmp_path / "settings.toml"), "outage")
        twice = reservpost(*settings, "start", "--since", "2025-10-26 02:40").fault
        assert "02:40 kom två gånger den natten; skriv '2025-10-26 02:40+02:00'" in twice
        begun = reservpost(*settings, "start", "--since", "2025-10-26 02:40+02:00", "--by", "Åsa")
        assert "anmält från 2025-10-26 02:40 sommartid" in begun.out
        again = reservpost(*settings, "start", "--since", "2025-10-26 08:00").fault
        assert "pågår redan" in again
        early = reservpost(*settings, "end", "--at", "2025-10-26 01:00").fault
        assert "mellan driftstoppets början och nu" in early
        # Twenty minutes before by the look of it; forty after in truth.
        ended = reservpost(*settings, "end", "--at", "2025-10-26 02:20+01:00")
        assert "avslutat 2025-10-26 02:20 vintertid" in ended.out
        assert "inget driftstopp pågår" in reservpost(*settings, "end").fault
        (row,) = reservpost(*settings, "status", "--json").rows
        assert (row["started_at"], row["ended_at"]) == (
            "2025-10-26T00:40:00+00:00",
            "2025-10-26T01:20:00+00:00",
        )


def test_a_clock_that_jumps_back_holds_nothing_up(
    best_server: MailServer, tmp_path: Path, children: Sandbox
) -> None:
    with story(tmp_path, best_server, children) as desk:
        desk.at("2026-03-02 07:00")
        outage = desk_work.declare(desk, "sesam2")
        desk.at("2026-03-02 10:00")
        first, second = urgent("t15-a", "malin@arvika.se"), urgent("t15-b", "nils@sunne.se")
        desk.comes(first)
        assert len(to(desk.turn(), PURCHASERS[0])) == 1
        # A letter that is written by the wrong clock, and that the post has not come to yet.
        desk.comes(made.order("t15-c").raw)
        desk.work_mailbox()
        assert desk.letters_waiting() == 1

        desk.clock -= 2 * HOUR
        assert [letter["To"] for letter in desk.turn()] == [made.order("t15-c").sender]
        desk.comes(second)
        letters = desk.turn()
        assert sorted(letter["To"] for letter in letters) == sorted(["nils@sunne.se", *PURCHASERS])
        assert "BRÅDSKAR" in to(letters, PURCHASERS[0])[0]["Subject"]
        assert "RP-2026-000003 NY BRÅDSKAR" in text_of(to(letters, PURCHASERS[0])[0])
        assert "RP-2026-000001 NY" not in text_of(to(letters, PURCHASERS[0])[0])
        assert desk.turn() == []

        # By that clock some of it lies ahead; yet nothing in the report may be less than nothing.
        report = desk_work.told(desk, outage)
        spans = [value for label, value in report.figures if label.startswith(("Tid", "Längsta"))]
        assert not any("-" in value for value in spans)
        assert page(desk.settings.rules, "report", report=report)


def test_a_clock_that_runs_a_day_ahead_and_is_put_right_doubles_no_reminder_and_holds_no_list_up(
    best_server: MailServer, tmp_path: Path, children: Sandbox
) -> None:
    with story(tmp_path, best_server, children) as desk:
        desk.at("2026-03-02 08:00")
        desk.declare("sesam2")
        desk.comes(made.order("t15-d").raw)
        desk.turn()
        desk.at("2026-03-02 10:00")
        desk.end()
        desk.turn()

        # Due on Tuesday at ten; the clock runs ahead to noon that day, and is put right.
        assert reminded(desk, "2026-03-03 12:00") == sorted(PURCHASERS)
        desk.at("2026-03-02 13:00")
        desk_work.add(desk, Kind.RETURN, Source.DESK, facility="Annagården")
        assert desk.turn() == []
        desk.at("2026-03-02 15:00")
        assert [letter["To"] for letter in desk.turn()] == list(PURCHASERS)
        # The second row's own time comes on Tuesday at 14.01; they have had their reminder for that day.
        for clock in ("10:01", "12:01", "15:00"):
            assert reminded(desk, f"2026-03-03 {clock}") == []
        assert reminded(desk, "2026-03-04 09:01") == list(PURCHASERS)
        assert reminded(desk, "2026-03-04 12:01") == [MANAGER]
        assert desk.turn() == []


def test_an_outage_cannot_end_before_it_began_nor_begin_in_what_is_to_come(
    best_server: MailServer, tmp_path: Path, children: Sandbox
) -> None:
    with story(tmp_path, best_server, children) as desk:
        desk.at("2026-03-02 08:00")
        desk.declare("sesam2")
        desk.clock -= HOUR
        with pytest.raises(LedgerError, match="slutet måste ligga mellan driftstoppets början och nu"):
            desk.end()
        with writing(desk.ledger) as session, pytest.raises(LedgerError, match="ligger i framtiden"):
            declared.start(session, ["websesam"], desk.clock + HOUR, "Åsa", desk.clock)
        desk.clock += 2 * HOUR
        desk.end()
