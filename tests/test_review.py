"""`reservpost review`: a person settles flagged mails, read live from the mailbox, in a real terminal."""

import os
import pty
import sqlite3
import struct
import subprocess
import termios
from collections.abc import Iterator
from contextlib import suppress
from fcntl import ioctl
from pathlib import Path

import pytest

from service.errors import LedgerError
from service.intake.review import Corrections, corrected_orders, typed_line
from service.values import Decision, Kind, Order, OrderLine
from tests import made
from tests.made import ORDER, Made, letter_from
from tests.servers import MailServer, free_port
from tests.service import PROGRAM, Service

INITIALS = "Sängen ska till rum 12 på Annagården."
"""A possible finding: a room is tied to an individual."""


def flagged(name: str, body: str) -> Made:
    """A mail that a person must decide about, from a sender who is answered."""
    sender = f"per.{name}@sunne.se"
    return Made(letter_from(sender, name, body).as_bytes(), sender, Decision.FLAGGED)


def steering(name: str) -> Made:
    """An order beside a room, with signs that would steer a terminal."""
    return flagged(name, f"{ORDER}\n{INITIALS}\n\x1b]0;titel\x07\x1b[2Jslut\n")


@pytest.fixture
def service(tmp_path: Path, best_server: MailServer) -> Service:
    return Service(tmp_path / "site", best_server)


def _filed(service: Service, *mails: Made) -> list[int]:
    """Let the daemon take the mails in; return the numbers of those that wait for a person."""
    service.server.deliver(*(mail.raw for mail in mails))
    service.finish(len(mails))
    return [row["id"] for row in service.ask("review", "list")]


def _fault(service: Service, *words: str) -> str:
    told = service.say(*words)
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.count("\n") == 1, told.stderr
    return told.stderr


def _in_terminal(service: Service, *words: str) -> str:
    """Return what a command shows in a terminal of 80 columns and 24 lines."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "TERM": "xterm",
        "RESERVPOST_MAILBOX__PASSWORD": service.server.password,
    }
    command = [*PROGRAM, "--settings", str(service.settings), *words]
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


def _letters(service: Service) -> list[str]:
    return [kind for (kind,) in service.rows("SELECT kind FROM letter ORDER BY id")]


def test_show_reads_the_mail_live_and_marks_what_was_found(service: Service) -> None:
    (number,) = _filed(service, steering("a"))
    shown = _in_terminal(service, "review", "show", str(number))
    assert "«" in shown
    assert "rum 12" in shown.replace("«", "").replace("»", "")
    assert "Varför det ligger till granskning:" in shown
    assert "Förstått som beställning 1:" in shown
    assert "Rollator Carl-Oskar" in shown
    assert f"`reservpost review book {number}`" in shown
    assert "\x1b]0" not in shown
    assert "\x1b[2J" not in shown
    assert service.server.counts() == {"Till granskning": 1}


def test_show_is_refused_where_the_text_could_end_in_a_file(service: Service) -> None:
    (number,) = _filed(service, flagged("a", INITIALS))
    assert "visas bara i en terminal" in _fault(service, "review", "show", str(number))


def test_list_says_why_without_a_word_of_the_mail(service: Service) -> None:
    _filed(service, flagged("a", INITIALS))
    listed = service.say("review", "list").stdout + service.say("review", "list", "--json").stdout
    assert "per.a@sunne.se" in listed.replace("\n", "")
    assert "rum 12" not in listed
    assert "Annagården" not in listed


def test_book_enters_the_understood_lines_answers_and_files(service: Service) -> None:
    (number,) = _filed(service, made.unreadable("a"))
    told = service.say("review", "book", str(number), "--by", "Åsa")
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith(f"Mail {number} bokat: RP-")
    assert "Avsändaren får ett brev." in told.stdout
    (order,) = service.ask("ledger", "list")
    assert (order["kind"], order["booked_by"]) == ("stock_transfer", "Åsa")
    assert [line["article_number"] for line in order["lines"]] == ["50123", "51022"]
    assert service.server.counts() == {"Mottagna": 1}
    assert _letters(service) == ["flagged", "accepted"]
    assert service.ask("review", "list") == []
    second = _fault(service, "review", "reject", str(number), "--by", "Bo")
    assert f"mail {number} är redan avgjort av Åsa: bokad" in second
    assert "bokad av Åsa" in service.say("journal").stdout


def test_book_with_lines_of_ones_own(service: Service) -> None:
    (number,) = _filed(service, flagged("a", "Kan ni skicka som vanligt?\nMvh Per\n"))
    lacking = _fault(service, "review", "book", str(number))
    assert "--kind" in lacking
    assert "--line" in lacking
    told = service.say(
        *("review", "book", str(number), "--kind", "facility_order", "--facility", "Annagården"),
        *("--line", "50124;Hygienstol;2", "--line", ";Duschpall;1,5;förp"),
    )
    assert told.returncode == 0, told.stderr
    (order,) = service.ask("ledger", "list")
    assert order["facility"] == "Annagården"
    assert [(line["quantity"], line["unit"]) for line in order["lines"]] == [(2, "st"), (1.5, "förp")]


def test_personal_data_typed_by_hand_never_reaches_the_ledger(service: Service) -> None:
    (number,) = _filed(service, made.unreadable("a"))
    words = ("review", "book", str(number), "--line", "50124;Hygienstol till 19420312-2389;1", "--sure")
    fault = _fault(service, *words)
    assert "något som liknar personuppgifter" in fault
    assert "19420312" not in fault
    assert service.ask("ledger", "list") == []
    assert service.server.counts() == {"Till granskning": 1}


def test_reject_asks_the_sender_to_ring_and_files(service: Service) -> None:
    (number,) = _filed(service, flagged("a", f"{ORDER}\n{INITIALS}\n"))
    told = service.say("review", "reject", str(number))
    assert (told.returncode, told.stderr) == (0, "")
    assert "Avsändaren får ett brev." in told.stdout
    assert _letters(service) == ["flagged", "rejected"]
    assert service.server.counts() == {"Avvisade": 1}


def test_a_sender_who_is_not_trusted_gets_no_letter_and_the_person_is_told(service: Service) -> None:
    (number,) = _filed(service, made.foreign("a"))
    told = service.say("review", "book", str(number))
    assert told.returncode == 0, told.stderr
    assert "får inget brev" in told.stdout
    assert _letters(service) == []


def test_done_files_without_a_letter_also_when_the_mail_has_been_moved(service: Service) -> None:
    first, second = _filed(service, flagged("a", INITIALS), flagged("b", INITIALS))
    assert service.say("review", "done", str(first)).stdout == f"Mail {first} klart. Inget brev skickas.\n"
    assert service.server.counts() == {"Till granskning": 1, "Handlagda": 1}
    with service.server.client() as client:
        client.select(f'"{service.server.folder}/Till granskning"')
        client.store("1", "+FLAGS", r"(\Deleted)")
        client.expunge()
    assert "finns inte i Till granskning" in _fault(service, "review", "book", str(second))
    assert service.say("review", "done", str(second)).returncode == 0
    assert _letters(service) == ["flagged", "flagged"]


def test_a_mail_that_does_not_wait_is_refused(service: Service) -> None:
    _filed(service, made.order("a"))
    assert "ligger inte till granskning" in _fault(service, "review", "reject", "1")
    assert "finns inte i journalen" in _fault(service, "review", "done", "77")


def test_with_the_mail_server_away_nothing_is_decided_but_done(service: Service) -> None:
    (number,) = _filed(service, flagged("a", INITIALS))
    settings = service.settings.read_text()
    service.settings.write_text(settings.replace(f"port = {service.server.port}", f"port = {free_port()}"))
    assert "nås inte" in _fault(service, "review", "reject", str(number))
    assert [row["id"] for row in service.ask("review", "list")] == [number]
    assert "beslutet är sparat, men mailet ligger kvar" in _fault(service, "review", "done", str(number))
    assert service.ask("review", "list") == []


def test_nothing_of_a_reviewed_mail_is_stored(service: Service) -> None:
    numbers = _filed(service, steering("a"), flagged("b", INITIALS))
    _in_terminal(service, "review", "show", str(numbers[0]))
    service.say("review", "reject", str(numbers[0]))
    service.say("review", "done", str(numbers[1]))
    with sqlite3.connect(service.state / "ledger.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    stored = b"".join(path.read_bytes() for path in service.state.rglob("*") if path.is_file())
    assert b"rum 12" not in stored + service.log.read_bytes()


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
