"""t-07: a second outage begins before the first is closed; each keeps its own sum."""

from pathlib import Path

import pytest

from service.errors import LedgerError
from service.reading.sandbox import Sandbox
from tests import made
from tests.outage import desk_work
from tests.outage.story import story
from tests.servers import MailServer


def test_each_outage_has_its_own_mails_rows_and_sum(
    embedded: MailServer, tmp_path: Path, children: Sandbox
) -> None:
    with story(tmp_path, embedded, children) as desk:
        desk.at("2026-03-02 08:00")
        first = desk_work.declare(desk, "sesam2")
        desk.comes(made.order("t07-a").raw)
        desk.turn()
        desk.at("2026-03-02 09:00")
        desk.end()
        desk.at("2026-03-02 09:30")
        desk.comes(made.order("t07-mellan").raw)
        desk.at("2026-03-02 10:00")
        with pytest.raises(LedgerError, match="täcker redan den tiden"):
            desk_work.declare(desk, "sesam2", since="2026-03-02 08:30")
        second = desk_work.declare(desk, "websesam")
        with pytest.raises(LedgerError, match="pågår redan"):
            desk_work.declare(desk, "sesam2")
        desk.comes(made.order("t07-b").raw)
        desk.turn()
        assert desk.server.counts() == {"INBOX": 1, "Mottagna": 2}
        assert [mail.outage_id for mail in desk_work.mails(desk)] == [first, second]

        desk_work.register(desk, "RP-2026-000001")
        desk.turn()
        desk_work.close(desk, first)
        with pytest.raises(LedgerError, match="redan stängt av Åsa Berg"):
            desk_work.close(desk, first)
        with pytest.raises(LedgerError, match=r"driftstoppet pågår.*RP-2026-000002"):
            desk_work.close(desk, second)
