"""t-02: Sesam 2 is down for a morning: orders are booked, told of, and registered when it is back."""

from pathlib import Path

from service.reading.sandbox import Sandbox
from tests import made
from tests.office import MANAGER, PURCHASERS
from tests.outage.story import story, text_of, to
from tests.servers import MailServer


def test_sesam_down_from_the_first_order_to_the_last_registration(
    best_server: MailServer, tmp_path: Path, children: Sandbox
) -> None:
    with story(tmp_path, best_server, children) as desk:
        desk.at("2026-03-02 08:00")
        desk.declare("sesam2")
        malin, nils = made.order("t02-a"), made.order("t02-b")
        desk.comes(malin.raw)
        unread, personal = made.unreadable("t02"), made.personal("t02")
        for mail in (unread, personal, made.foreign("t02"), made.automatic("t02")):
            desk.comes(mail.raw)
        confirmations = desk.turn()
        assert [letter["Subject"] for letter in to(confirmations, malin.sender)] == [
            "Mottagen beställning RP-2026-000001"
        ]
        assert all(to(confirmations, address) == [] for address in PURCHASERS)

        desk.comes(nils.raw)
        desk.at("2026-03-02 12:00")
        noon = desk.turn()
        assert [letter["To"] for letter in noon if "att registrera" in letter["Subject"]] == list(PURCHASERS)
        told = text_of(to(noon, PURCHASERS[0])[0])
        assert "Ligger nere: Sesam 2." in told
        assert "MAIL SOM EN PERSON SKA AVGÖRA (2)" in told
        assert desk.turn(minutes=60) == []

        desk.at("2026-03-02 13:30")
        desk.end()
        back = desk.turn()
        ordered = {malin.sender, nils.sender, unread.sender, personal.sender}
        assert {letter["To"] for letter in back} == ordered | {*PURCHASERS, MANAGER}
        assert "läses ännu av en person" in text_of(to(back, unread.sender)[0])
        assert "inte kunde ta emot per mail" in text_of(to(back, personal.sender)[0])
        assert "inte kunde ta emot" not in text_of(to(back, malin.sender)[0])
        assert "RP-2026-000001" in text_of(to(back, malin.sender)[0])
        assert "RP-2026-000002" not in text_of(to(back, malin.sender)[0])
        (book,) = to(back, MANAGER)[0].iter_attachments()
        assert book.get_filename() == "Att registrera 2026-03-02 13.31.xlsx"

        desk.answers(PURCHASERS[1], "RP-2026-000001 registrerad 200001\nRP-2026-000002 registrerad 200002")
        assert to(desk.turn(), PURCHASERS[1])[0]["Subject"] == "Kvitto: 2 avbockade"
        desk.at("2026-03-20 09:00")
        assert [letter for letter in desk.turn() if letter["Subject"].startswith("Påminnelse")] == []
