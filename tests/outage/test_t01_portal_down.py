"""t-01: only a portal is down: what is mailed can be registered in Sesam 2 at once."""

from pathlib import Path

from service.ledger.engine import reading
from service.outage import systems
from service.reading.sandbox import Sandbox
from service.rules.duties import Source
from service.values import Kind
from tests import made
from tests.office import PRESCRIBER
from tests.outage import desk_work
from tests.outage.story import story
from tests.servers import MailServer


def test_with_only_a_portal_down_mailed_orders_are_registered_at_once_and_work_orders_wait(
    embedded: MailServer, tmp_path: Path, children: Sandbox
) -> None:
    with story(tmp_path, embedded, children) as desk:
        desk.at("2026-03-02 08:00")
        outage = desk_work.declare(desk, "visma-websesam")
        desk.comes(made.order("t01").raw)
        desk.turn()
        work = desk_work.add(desk, Kind.WORK_ORDER, Source.PHONE, owner_address=PRESCRIBER)
        with reading(desk.ledger) as session:
            down = systems.down_now(session)
        mailed = desk.row("RP-2026-000001")
        assert desk.line.duties.of(Kind(mailed.kind), Source.MAIL).may_register(down)
        assert not desk.line.duties.of(Kind.WORK_ORDER, Source.PHONE).may_register(down)
        assert (work.owner, work.system, work.outage_id) == ("prescriber", "visma-websesam", outage)

        desk_work.register(desk, mailed.number)
        desk.at("2026-03-02 11:00")
        desk_work.up(desk, "visma-websesam")
        desk.end()
        told = [letter for letter in desk.turn() if letter["To"] == PRESCRIBER]
        assert work.number in str(told[0].get_body(("plain",)))
        desk_work.register(desk, work.number)
        desk.turn()
        assert desk_work.close(desk, outage).orders == {"registered": 2}
