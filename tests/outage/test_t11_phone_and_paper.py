"""t-11: hours without a computer: orders by phone and on paper slips, typed in afterwards."""

from pathlib import Path

import pytest

from service.errors import LedgerError
from service.ledger.engine import writing
from service.outage import declared, slips
from service.reading.sandbox import Sandbox
from service.rules.duties import Source
from service.values import Kind
from tests.office import PRESCRIBER
from tests.outage import desk_work
from tests.outage.story import story
from tests.servers import MailServer


def test_what_was_taken_by_phone_and_on_paper_is_owed_and_every_slip_is_accounted_for(
    embedded: MailServer, tmp_path: Path, children: Sandbox
) -> None:
    with story(tmp_path, embedded, children) as desk:
        desk.at("2026-03-02 08:00")
        outage = desk_work.declare(desk, "sesam2", "websesam", "visma-websesam")
        with writing(desk.ledger) as session:
            running = declared.running(session)
            slips.hand_out(session, slips.SlipKind.ORDER, 3, running, "Åsa", desk.clock)
        taken = desk.clock
        desk.at("2026-03-02 13:00")
        phoned = desk_work.add(desk, Kind.FACILITY_ORDER, Source.PHONE, facility="Annagården", urgent=True)
        with pytest.raises(LedgerError, match="stanna på papper"):
            desk_work.add(desk, Kind.PURCHASE, Source.PAPER, note="Brukaren Berta Svensson")
        on_paper = desk_work.add(
            desk,
            Kind.PRESCRIPTION,
            Source.PAPER,
            slip_number="B-00001",
            owner_address=PRESCRIBER,
            lines=(),
            happened_at=taken,
        )
        assert (on_paper.happened_at, on_paper.booked_at) == (taken, desk.clock)
        desk.end()
        letters = desk.turn()
        mine = [letter for letter in letters if letter["To"] == PRESCRIBER]
        assert on_paper.number in str(mine[0].get_body(("plain",)))

        desk_work.register(desk, phoned.number, on_paper.number)
        desk.turn()
        with pytest.raises(LedgerError, match="2 blanketter är varken använda.*B-00002, B-00003"):
            desk_work.close(desk, outage)
        with writing(desk.ledger) as session:
            slips.declare_unused(session, ["B-00002", "B-00003"], "Åsa", desk.clock)
        closed = desk_work.close(desk, outage)
        assert (closed.slips, closed.orders) == ({"used": 1, "unused": 2}, {"registered": 2})
