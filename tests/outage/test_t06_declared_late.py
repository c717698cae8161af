"""t-06: the outage is declared an hour after the first mails came."""

from pathlib import Path

from service.reading.sandbox import Sandbox
from tests import made
from tests.outage import desk_work
from tests.outage.story import story
from tests.servers import MailServer


def test_mails_from_before_the_declaration_are_worked_and_counted_and_older_ones_left(
    embedded: MailServer, tmp_path: Path, children: Sandbox
) -> None:
    with story(tmp_path, embedded, children) as desk:
        for minute, name in (("07:40", "t06-innan"), ("08:10", "t06-a"), ("08:50", "t06-b")):
            desk.at(f"2026-03-02 {minute}")
            desk.comes(made.order(name).raw)
            assert desk.turn() == []
        desk.at("2026-03-02 09:15")
        outage = desk_work.declare(desk, "sesam2", since="2026-03-02 08:00")
        letters = desk.turn()
        assert sorted(str(letter["To"]) for letter in letters if "Mottagen" in letter["Subject"]) == [
            made.order("t06-a").sender,
            made.order("t06-b").sender,
        ]
        assert desk.server.counts() == {"INBOX": 1, "Mottagna": 2}
        assert {mail.outage_id for mail in desk_work.mails(desk)} == {outage}
        report = desk_work.told(desk, outage)
        assert report.troubles[0] == "Anmäldes 1 h 15 min efter att det började."
        assert dict(report.figures)["Tid till svar, längst"] == "1 h 05 min"
