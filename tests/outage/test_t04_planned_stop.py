"""t-04: a planned stop, whose systems come up one by one."""

from pathlib import Path

import pytest

from service.errors import LedgerError
from service.ledger.engine import reading, writing
from service.outage import declared, systems
from service.reading.sandbox import Sandbox
from tests import made
from tests.outage import desk_work
from tests.outage.story import story
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
            states = systems.states(systems.of_outage(session, row), planned=row.planned)
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
