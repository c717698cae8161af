"""t-13: two purchasers take the same list, strangers try to, and each is told exactly what came of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.ledger import audit, orders
from service.ledger.engine import reading
from service.reading.sandbox import Sandbox
from tests import made
from tests.command import Ran, reservpost
from tests.office import PURCHASERS
from tests.outage.story import AUTHSERV, Story, story, text_of, to
from tests.servers import MailServer

EVA, PER = PURCHASERS
ORDERS = 6


@pytest.fixture
def desk(best_server: MailServer, tmp_path: Path, children: Sandbox) -> Iterator[Story]:
    """A desk a little past ten: the outage is over, six orders wait, and everyone has had the list."""
    with story(tmp_path, best_server, children) as told:
        told.live_through(ORDERS, "t13")
        yield told


def stand(desk: Story) -> list[tuple[str, str | None, str | None]]:
    """State, number in Sesam and who settled it, of each row in order."""
    with reading(desk.ledger) as session:
        rows = sorted(orders.listing(session), key=lambda row: row.number)
    return [(row.state, row.sesam_number, row.settled_by) for row in rows]


WAITS = ("pending", None, None)


def test_the_first_of_two_is_kept_and_the_second_is_told_whose_it_is(desk: Story) -> None:
    desk.answers(EVA, "RP-2026-000001 registrerad 700001\nRP-2026-000002 registrerad 700002")
    desk.answers(PER, "RP-2026-000001 registrerad 700091\nRP-2026-000003 makulerad: ringde och avbokade")
    letters = desk.turn()
    (eva,), (per,) = to(letters, EVA), to(letters, PER)
    assert eva["Subject"] == "Kvitto: 2 avbockade"
    assert "INTE GJORT" not in text_of(eva)
    assert per["Subject"] == "Kvitto: 1 avbockad, 1 att se över"
    done, _, refused = text_of(per).partition("INTE GJORT")
    assert "RP-2026-000003: makulerad, skäl: ringde och avbokade" in done
    # Two numbers in Sesam are two orders there: who made the second is told to undo one.
    assert f"RP-2026-000001: är redan registrerad som 700001 i Sesam av {EVA} 2026-03-02 10.04" in refused
    assert "finns 700091 också i Sesam är den registrerad två gånger" in refused

    desk.answers(EVA, "RP-2026-000003 klar 700003\nRP-2026-000001 makulerad: fel förråd")
    (again,) = to(desk.turn(), EVA)
    assert again["Subject"] == "Inget ändrades, 2 att se över"
    assert f"RP-2026-000003: är redan makulerad av {PER}" in text_of(again)
    assert "RP-2026-000001: är redan registrerad som 700001 i Sesam av dig" in text_of(again)
    assert stand(desk) == [
        ("registered", "700001", EVA),
        ("registered", "700002", EVA),
        ("cancelled", None, PER),
        WAITS,
        WAITS,
        WAITS,
    ]


def test_a_number_that_is_nobodys_changes_nothing_and_is_named(desk: Story) -> None:
    wrong = ("RP-2026-000077", "RP-2025-000004", "RP-ÖVN-2026-000001")
    lines = "\n".join(f"{number} registrerad {at}" for at, number in enumerate(wrong, start=700010))
    desk.answers(EVA, f"{lines}\nRP-2026-000004 registrerad 700004\nRP-2026-000005 registrerad 700004")
    (receipt,) = to(desk.turn(), EVA)
    said = text_of(receipt)
    assert receipt["Subject"] == "Kvitto: 1 avbockad, 4 att se över"
    for number in wrong:
        assert f"{number}: finns inte i liggaren; kontrollera numret" in said
    assert "RP-2026-000005: numret 700004 i Sesam står redan på RP-2026-000004" in said
    assert stand(desk)[3:] == [("registered", "700004", EVA), WAITS, WAITS]


def test_prose_around_and_between_the_lines_is_read_past_and_a_question_is_not_taken_for_yes(
    desk: Story,
) -> None:
    desk.answers(
        EVA,
        "Hej alla!\n\nNu har jag suttit en stund med listan. Så här blev det:\n"
        "RP-2026-000001 registrerad 700001\n"
        "Jag har registrerat RP-2026-000002 i dag, den fick nummer 700002.\n"
        "Kan någon ringa Arvika om RP-2026-000003? De undrade över antalet.\n"
        "RP-2026-000004 är nog klar men jag är inte säker\n\n"
        "Tack för i dag, ni är toppen!\n",
        quoted="RP-2026-000005 registrerad 999999\nRP-2026-000006 klar",
    )
    (receipt,) = to(desk.turn(), EVA)
    said = text_of(receipt)
    assert receipt["Subject"] == "Kvitto: 2 avbockade, 2 att se över"
    assert "RP-2026-000002: registrerad i Sesam som 700002" in said
    # Each that was not understood is named by its number and its line as she wrote it, and by nothing else.
    assert "RP-2026-000003: rad 6 i ditt mail" in said
    assert "RP-2026-000004: rad 7 i ditt mail" in said
    assert "Arvika" not in said
    assert "RP-2026-000005" not in said
    assert [row[0] for row in stand(desk)] == ["registered", "registered", *["pending"] * 4]


VERDICT = "Authentication-Results: {}; dmarc={} header.from={}\r\n"
FORGED = {
    "nothing-vouches": "",
    "found-false": VERDICT.format(AUTHSERV, "fail", "regionvarmland.se"),
    "vouches-for-itself": VERDICT.format("mx.ond.example", "pass", "regionvarmland.se"),
    "true-of-another": VERDICT.format(AUTHSERV, "pass", "ond.example"),
}


def forged(name: str) -> bytes:
    """A mail that says it is from Eva."""
    return made.letter_from(EVA, name, "RP-2026-000001 klar 666666", "Sv: att registrera").as_bytes()


def test_nobody_but_staff_whom_the_server_vouches_for_ticks_anything_off(desk: Story) -> None:
    links = audit_links(desk)
    for name, verdict in FORGED.items():
        desk.server.deliver(verdict.encode() + forged(name), at=desk.clock)
    desk.answers("sune@example.com", "RP-2026-000002 registrerad 666667")
    desk.answers("malin.t13-2@arvika.se", "RP-2026-000003 registrerad 666668")
    assert desk.turn() == []
    assert stand(desk) == [WAITS] * ORDERS
    assert audit_links(desk) == links
    # After an outage such mail is not ours to move: it stays where people read it.
    assert desk.server.counts() == {"INBOX": len(FORGED) + 2, "Mottagna": ORDERS}

    # In an outage it is, and then a person is told to look: by the list, not by a letter to who sent it.
    desk.at("2026-03-02 11:00")
    desk.declare("sesam2")
    desk.server.deliver(forged("later"), at=desk.clock)
    desk.answers("malin.t13-3@arvika.se", "RP-2026-000004 registrerad 666669")
    letters = desk.turn()
    assert [letter["To"] for letter in letters] == ["malin.t13-3@arvika.se"]
    assert "En person läser ditt svar och bockar av." in text_of(letters[0])
    desk.at("2026-03-02 12:00")
    noon = text_of(to(desk.turn(), PER)[0])
    assert noon.count("Avsändaren får inte bocka av beställningar per mail") == 2
    assert "666666" not in noon
    assert stand(desk) == [WAITS] * ORDERS


def test_what_was_wrong_is_put_right_by_answering_the_receipt(desk: Story) -> None:
    desk.answers(EVA, "RP-2026-000001 registrerad i går kväll tror jag")
    (receipt,) = to(desk.turn(), EVA)
    assert receipt["Subject"] == "Inget ändrades, 1 att se över"
    shown = text_of(receipt)
    assert "RP-ÅÅÅÅ-NNNNNN registrerad 123456" in shown
    desk.answers(EVA, "RP-2026-000001 registrerad 700001", subject=f"Sv: {receipt['Subject']}", quoted=shown)
    (done,) = to(desk.turn(), EVA)
    assert done["Subject"] == "Kvitto: 1 avbockad"
    assert stand(desk)[0] == ("registered", "700001", EVA)


def test_at_the_terminal_the_same_is_refused_and_nothing_half_done(desk: Story, tmp_path: Path) -> None:
    def say(*words: str) -> Ran:
        return reservpost("--settings", str(tmp_path / "settings.toml"), "ledger", *words, "--by", "Åsa")

    desk.answers(EVA, "RP-2026-000001 registrerad 700001")
    desk.turn()
    again = say("register", "RP-2026-000002", "RP-2026-000001", "--sesam-number", "700002").fault
    assert f"RP-2026-000001 är redan registrerad av {EVA}; inget ändrades" in again
    taken = say("register", "RP-2026-000002", "--sesam-number", "700001").fault
    assert "numret 700001 i Sesam står redan på RP-2026-000001" in taken
    assert "RP-2026-000077: ingen sådan beställning" in say("cancel", "RP-2026-000077", "--why", "x").fault
    assert stand(desk)[1:] == [WAITS] * (ORDERS - 1)
    # Two rows that became one order in Sesam are ticked off together.
    assert say("register", "rp-2026-000002", "RP-2026-000003", "--sesam-number", "700002").code == 0
    assert [row[1] for row in stand(desk)[:4]] == ["700001", "700002", "700002", None]


def audit_links(desk: Story) -> int:
    """Return how many things have happened by the chain, which must hold."""
    with reading(desk.ledger) as session:
        verdict = audit.verify(session)
    assert verdict.broken_at is None
    return verdict.links
