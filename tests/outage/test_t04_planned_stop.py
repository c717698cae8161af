"""t-04: a planned stop, told as it begins or ahead, whose systems come up one by one."""

from pathlib import Path

import pytest

from service.errors import LedgerError
from service.ledger.engine import reading, writing
from service.outage import declared, planned, systems
from service.reading.sandbox import Sandbox
from tests import made
from tests.office import MANAGER, swedish
from tests.outage import desk_work
from tests.outage.story import Story, story, to
from tests.servers import MailServer


def test_a_planned_stop_is_told_as_planned_and_ends_once(
    embedded: MailServer, tmp_path: Path, children: Sandbox
) -> None:
    with story(tmp_path, embedded, children) as desk:
        desk.at("2026-03-02 18:00")
        outage = desk_work.declare(desk, "sesam2", "websesam", planned=True)
        desk.comes(made.order("t04").raw)
        desk.turn()
        desk.at("2026-03-02 20:00")
        desk_work.up(desk, "sesam2")
        with reading(desk.ledger) as session:
            row = declared.running(session)
            states = systems.states(systems.of_outage(session, row))
        assert [(state.name, state.planned) for state in states if not state.up] == [("websesam", True)]

        desk.at("2026-03-02 22:00")
        desk.end()
        with writing(desk.ledger) as session, pytest.raises(LedgerError, match="inget driftstopp pågår"):
            declared.end(session, desk.clock, "Bo", desk.clock)
        desk.comes(made.order("t04-efter").raw)
        desk.turn()
        assert desk.server.counts() == {"INBOX": 1, "Mottagna": 1}

        report = desk_work.told(desk, outage)
        assert ("Slag", "planerat") in report.facts
        assert [row[0::3] for row in report.tables[0].rows] == [
            ("Sesam 2", "2 h 00 min"),
            ("webSesam", "4 h 00 min"),
        ]
        assert report.troubles == []


def announce(desk: Story, start: str, end: str, *names: str) -> None:
    """Declare a stop ahead, with Swedish times of the day that the clock shows."""
    with writing(desk.ledger) as session:
        began, over = (swedish(f"2026-03-02 {clock}") for clock in (start, end))
        planned.announce(session, names, began, over, "Åsa Berg", desk.clock)


def down(desk: Story) -> dict[str, bool]:
    """Each system that is down, and whether by plan."""
    with reading(desk.ledger) as session:
        states = systems.states(systems.of_outage(session, declared.running(session)))
    return {state.name: state.planned for state in states if not state.up}


def test_a_stop_declared_ahead_begins_by_itself_after_an_outage_and_in_a_drill(
    embedded: MailServer, tmp_path: Path, children: Sandbox
) -> None:
    with story(tmp_path, embedded, children) as desk:
        desk.at("2026-03-02 09:00")
        announce(desk, "18:00", "22:00", "sesam2", "websesam")
        desk.comes(made.order("t04-innan").raw)
        assert desk.turn() == []
        assert desk.server.counts() == {"INBOX": 1}

        desk.at("2026-03-02 11:00")
        morning = desk_work.declare(desk, "visma-websesam")
        desk.comes(made.order("t04-f").raw)
        desk.turn()
        assert down(desk) == {"visma-websesam": False}
        desk.at("2026-03-02 12:00")
        desk.end()
        desk.at("2026-03-02 17:30")
        desk_work.declare(desk, "sesam2", drill=True)

        desk.at("2026-03-02 17:59")
        desk.turn(2)
        assert down(desk) == {"sesam2": True, "websesam": True}
        desk.comes(made.order("t04-k").raw)
        desk.turn()
        with reading(desk.ledger) as session:
            evening = declared.running(session)
        assert evening.started_at == swedish("2026-03-02 18:00")
        assert [mail.outage_id for mail in desk_work.mails(desk)] == [morning, evening.id]
        assert desk.server.counts() == {"INBOX": 1, "Mottagna": 2}


def test_a_stop_that_lasts_longer_is_told_to_the_operations_manager_once_for_each_end(
    embedded: MailServer, tmp_path: Path, children: Sandbox
) -> None:
    with story(tmp_path, embedded, children) as desk:
        desk.at("2026-03-02 17:00")
        announce(desk, "18:00", "22:00", "sesam2", "websesam")
        desk.at("2026-03-02 17:59")
        assert [overdue(desk, minutes) for minutes in (2, 238, 1, 1)] == [
            [],
            [],
            ["Sesam 2 och webSesam skulle ha fungerat 2026-03-02 22.00"],
            [],
        ]
        desk_work.up(desk, "sesam2")
        with writing(desk.ledger) as session:
            stop = planned.find(session, None)
            planned.move(session, stop, None, swedish("2026-03-02 23:00"), "Åsa Berg", desk.clock)
        desk.at("2026-03-02 22:59")
        assert overdue(desk, 1) == ["webSesam skulle ha fungerat 2026-03-02 23.00"]
        desk.end()
        assert overdue(desk, 60) == []


def test_a_stop_joins_the_outage_that_still_goes_on_and_they_have_one_sum(
    embedded: MailServer, tmp_path: Path, children: Sandbox
) -> None:
    with story(tmp_path, embedded, children) as desk:
        desk.at("2026-03-02 16:00")
        announce(desk, "18:00", "22:00", "sesam2", "websesam")
        desk.at("2026-03-02 17:00")
        outage = desk_work.declare(desk, "sesam2")
        desk.comes(made.order("t04-a").raw)
        desk.turn()
        desk.at("2026-03-02 18:00")
        desk.turn()
        assert down(desk) == {"sesam2": False, "websesam": True}
        desk.comes(made.order("t04-efter").raw)
        desk.turn()
        assert {mail.outage_id for mail in desk_work.mails(desk)} == {outage}
        desk.at("2026-03-02 21:00")
        desk.end()
        rows = desk_work.told(desk, outage).tables[0].rows
        assert [row[0::3] for row in rows] == [("Sesam 2", "4 h 00 min"), ("webSesam", "3 h 00 min")]


def overdue(desk: Story, minutes: int) -> list[str]:
    """Let the minutes pass; return the subjects of what the operations manager is told of a late end."""
    letters = to(desk.turn(minutes), MANAGER)
    return [str(letter["Subject"]) for letter in letters if "skulle ha fungerat" in letter["Subject"]]
