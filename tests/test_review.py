"""`reservpost review`: a person settles flagged mails, read live from the mailbox, in a real terminal.

The daemon takes all mails in once; then each test settles its own.
"""

import os
import pty
import sqlite3
import struct
import subprocess
import termios
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from fcntl import ioctl

import pytest

from service.errors import LedgerError
from service.intake.review import Corrections, corrected_orders
from service.intake.typed import typed_line
from service.values import Decision, Kind, Order, OrderLine
from tests import made, servers
from tests.command import Ran, reservpost
from tests.made import ORDER, Made, letter_from
from tests.servers import free_port, smtp_sink
from tests.service import PROGRAM, Service

ROOM = "Sängen ska till rum 83 på Annagården."
"""A possible finding: a room is tied to an individual."""


def flagged(name: str, body: str) -> Made:
    """A mail that a person must decide about, from a sender who is answered."""
    sender = f"per.{name}@sunne.se"
    return Made(letter_from(sender, name, body).as_bytes(), sender, Decision.FLAGGED)


MAILS = {
    "shown": flagged("shown", f"{ORDER}\n{ROOM}\n\x1b]0;titel\x07\x1b[2Jslut\n"),
    "booked": made.unreadable("booked"),
    "typed": flagged("typed", "Kan ni skicka som vanligt?\nMvh Per\n"),
    "personal": made.unreadable("personal"),
    "rejected": flagged("rejected", f"{ORDER}\n{ROOM}\n"),
    "foreign": made.foreign("foreign"),
    "done": flagged("done", ROOM),
    "gone": flagged("gone", ROOM),
    "away": flagged("away", ROOM),
    "clean": made.order("clean"),
}


@pytest.fixture(scope="module")
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that has filed every mail, and has been stopped."""
    folder = tmp_path_factory.mktemp("review")
    with ExitStack() as stack:
        if servers.HAS_DOVECOT:
            dovecot: servers.Dovecot = request.getfixturevalue("running_dovecot")
            server = dovecot.account(stack.enter_context(smtp_sink(folder / "sink")))
        else:
            server = stack.enter_context(servers.embedded())
        environment = stack.enter_context(pytest.MonkeyPatch.context())
        environment.setenv("RESERVPOST_MAILBOX__PASSWORD", server.password)
        made_service = Service(folder, server)
        server.deliver(*(mail.raw for mail in MAILS.values()))
        made_service.finish(len(MAILS))
        yield made_service


def _say(service: Service, *words: str) -> Ran:
    return reservpost("--settings", str(service.settings), *words)


def _number(service: Service, name: str) -> str:
    found = service.rows(f"SELECT id FROM message WHERE digest = '{MAILS[name].digest}'")
    return str(found[0][0])


def _review(service: Service, verb: str, name: str, *words: str) -> Ran:
    return _say(service, "review", verb, _number(service, name), *words)


def _waiting(service: Service) -> set[str]:
    return {str(row["id"]) for row in _say(service, "review", "list", "--json").rows}


def _stands_in(service: Service, name: str, folder: str) -> bool:
    return MAILS[name].raw in service.server.messages(folder)


def _letters(service: Service, name: str) -> list[str]:
    query = "SELECT kind FROM letter WHERE recipient = '{}' ORDER BY id"
    return [kind for (kind,) in service.rows(query.format(MAILS[name].sender))]


def _orders_of(service: Service, told: Ran) -> list[dict[str, object]]:
    """Return the orders whose numbers a booking told."""
    assert told.code == 0, told.err
    return [row for row in _say(service, "ledger", "list", "--json").rows if row["number"] in told.out]


def _in_terminal(service: Service, *words: str) -> str:
    """Return what a command shows in a terminal of 80 columns and 24 lines."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    command = [*PROGRAM, "--settings", str(service.settings), *words]
    environment = os.environ | {"TERM": "xterm"}
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, stdin=theirs, env=environment) as process:
        os.close(theirs)
        shown = b"".join(_read(ours))
        os.close(ours)
        assert process.wait(60) == 0, shown.decode()
    return shown.decode()


def _read(terminal: int) -> Iterator[bytes]:
    # The terminal of a process that has ended answers with an error instead of nothing.
    with suppress(OSError):
        while part := os.read(terminal, 65_536):
            yield part


def test_show_reads_the_mail_live_and_marks_what_was_found(service: Service) -> None:
    number = _number(service, "shown")
    shown = _in_terminal(service, "review", "show", number)
    assert "«" in shown
    assert "rum 83" in shown.replace("«", "").replace("»", "")
    for told in ("Varför det ligger till granskning:", "Förstått som beställning 1:", "Rollator Carl-Oskar"):
        assert told in shown
    assert f"`reservpost review book {number}`" in shown
    assert "\x1b]0" not in shown
    assert "\x1b[2J" not in shown
    assert _stands_in(service, "shown", "Till granskning")


def test_show_is_refused_where_the_text_could_end_in_a_file(service: Service) -> None:
    told = _review(service, "show", "shown")
    assert "visas bara i en terminal" in told.fault
    assert told.out == ""


def test_list_says_why_without_a_word_of_the_mail(service: Service) -> None:
    listed = _say(service, "review", "list").out + _say(service, "review", "list", "--json").out
    assert MAILS["shown"].sender in listed.replace("\n", "")
    assert "rum 83" not in listed
    assert "Annagården" not in listed


def test_book_enters_the_understood_lines_answers_and_files(service: Service) -> None:
    told = _review(service, "book", "booked", "--by", "Åsa")
    (order,) = _orders_of(service, told)
    assert told.out.startswith(f"Mail {_number(service, 'booked')} bokat: RP-")
    assert "Avsändaren får ett brev." in told.out
    assert (order["kind"], order["booked_by"], order["line_count"]) == ("stock_transfer", "Åsa", 2)
    assert _stands_in(service, "booked", "Mottagna")
    assert _letters(service, "booked") == ["flagged", "accepted"]
    assert _number(service, "booked") not in _waiting(service)
    second = _review(service, "reject", "booked", "--by", "Bo").fault
    assert "är redan avgjort av Åsa: bokad" in second
    assert "bokad av Åsa" in _say(service, "journal").out


def test_book_with_lines_of_ones_own(service: Service) -> None:
    lacking = _review(service, "book", "typed").fault
    assert "--kind" in lacking
    assert "--line" in lacking
    place = ("--kind", "facility_order", "--facility", "Annagården")
    lines = ("--line", "50124;Hygienstol;2", "--line", ";Duschpall;1,5;förp")
    (order,) = _orders_of(service, _review(service, "book", "typed", *place, *lines))
    assert (order["facility"], order["line_count"]) == ("Annagården", 2)


def test_personal_data_typed_by_hand_never_reaches_the_ledger(service: Service) -> None:
    line = "50124;Hygienstol till 19420312-2389;1"
    fault = _review(service, "book", "personal", "--line", line, "--sure").fault
    assert "något som liknar personuppgifter" in fault
    assert "19420312" not in fault
    assert _number(service, "personal") in _waiting(service)
    assert _stands_in(service, "personal", "Till granskning")


def test_reject_asks_the_sender_to_ring_and_files(service: Service) -> None:
    told = _review(service, "reject", "rejected")
    assert (told.code, told.err) == (0, "")
    assert "Avsändaren får ett brev." in told.out
    assert _letters(service, "rejected") == ["flagged", "rejected"]
    assert _stands_in(service, "rejected", "Avvisade")


def test_a_sender_who_is_not_trusted_gets_no_letter_and_the_person_is_told(service: Service) -> None:
    told = _review(service, "book", "foreign")
    assert told.code == 0, told.err
    assert "får inget brev" in told.out
    assert _letters(service, "foreign") == []


def test_done_files_without_a_letter(service: Service) -> None:
    assert _review(service, "done", "done").out.endswith("klart. Inget brev skickas.\n")
    assert _stands_in(service, "done", "Handlagda")
    assert _letters(service, "done") == ["flagged"]


def test_a_mail_that_someone_took_away_can_only_be_noted_as_done(service: Service) -> None:
    with service.server.client() as client:
        client.select(f'"{service.server.folder}/Till granskning"')
        _, found = client.search(None, "HEADER", "Message-ID", '"<gone@arvika.se>"')
        client.store(found[0].decode(), "+FLAGS", r"(\Deleted)")
        client.expunge()
    assert "finns inte i Till granskning" in _review(service, "book", "gone").fault
    assert _review(service, "done", "gone").code == 0


def test_a_mail_that_does_not_wait_is_refused(service: Service) -> None:
    assert "ligger inte till granskning" in _review(service, "reject", "clean").fault
    assert "finns inte i journalen" in _say(service, "review", "done", "777").fault


def test_with_the_mail_server_away_only_done_is_decided(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESERVPOST_MAILBOX__PORT", str(free_port()))
    assert "nås inte" in _review(service, "reject", "away").fault
    assert _number(service, "away") in _waiting(service)
    assert "beslutet är sparat, men mailet ligger kvar" in _review(service, "done", "away").fault
    assert _number(service, "away") not in _waiting(service)


def test_nothing_of_a_reviewed_mail_is_stored(service: Service) -> None:
    with sqlite3.connect(service.state / "ledger.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    stored = b"".join(path.read_bytes() for path in service.state.rglob("*") if path.is_file())
    assert MAILS["clean"].sender.encode() in stored
    assert b"rum 83" not in stored + service.log.read_bytes()


# -- what a person types ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("50123;;4;st", OrderLine("50123", "", 4)),
        (" 50123 ; Rollator ; 4 ", OrderLine("50123", "Rollator", 4)),
        (";Duschpall;1,5;förp", OrderLine(None, "Duschpall", 1.5, "förp")),
    ],
)
def test_a_typed_line_is_read(text: str, line: OrderLine) -> None:
    assert typed_line(text) == line


@pytest.mark.parametrize(
    "text", ["", "50123", "50123;;", ";;4", "50123;;0", "50123;;-1", "50123;;nan", "50123;;inf"]
)
def test_a_typed_line_that_lacks_something_is_refused(text: str) -> None:
    with pytest.raises(LedgerError, match=r"(skriv 'artikel|ange artikel)"):
        typed_line(text)


def test_what_is_typed_goes_before_what_was_understood() -> None:
    understood = (Order(Kind.OTHER, to_stock="Sunne", lines=(OrderLine("1", "", 1),)), Order(Kind.OTHER))
    (order,) = corrected_orders(
        understood, Corrections(("2;;2",), Kind.FACILITY_ORDER, facility="Annagården")
    )
    assert (order.kind, order.to_stock, order.facility) == (Kind.FACILITY_ORDER, None, "Annagården")
    assert [line.article_number for line in order.lines] == ["2"]


def test_two_destinations_are_refused() -> None:
    with pytest.raises(LedgerError, match="inte båda"):
        corrected_orders((), Corrections(("2;;2",), Kind.FACILITY_ORDER, None, "Sunne", "Annagården"))
