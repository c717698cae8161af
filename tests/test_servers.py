"""The servers that the demo and the tests stand on do what a real mail server does."""

import imaplib
import json
import os
import signal
import smtplib
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.demo.address import DESK, HOST
from service.demo.letters import note_envelope, noted_letter, with_trace
from service.demo.play import demo_mails, send
from service.demo.servers import embedded_servers
from service.errors import ReservpostError
from tests import servers
from tests.servers import MailServer, Sink

MAILS = Path(__file__).parent / "mails"
MAIL = b"From: eva@karlstad.se\r\nSubject: hej\r\nMessage-ID: <1@x>\r\n\r\n.en punkt f\xc3\xb6rst\r\n"


@contextmanager
def smtp(server: MailServer) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP(HOST, server.smtp_port, timeout=10) as client:
        client.starttls(context=ssl.create_default_context(cafile=server.smtp_ca_file))
        yield client


def test_a_mail_keeps_its_bytes_and_its_time_of_arrival(mail_server: MailServer) -> None:
    came = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
    mail_server.deliver(MAIL, at=came)
    assert mail_server.messages("INBOX") == [MAIL]
    with mail_server.client() as client:
        client.select("INBOX", readonly=True)
        _, data = client.uid("FETCH", "1:*", "(INTERNALDATE)")
    moment = imaplib.Internaldate2tuple(data[0])
    assert moment is not None
    assert time.mktime(moment) == came.timestamp()


def test_every_test_finds_an_empty_mailbox(mail_server: MailServer) -> None:
    assert mail_server.folders() == {"INBOX": 0}
    assert mail_server.letters() == []


@pytest.mark.parametrize("word", ["IDLE", "MOVE", "UIDPLUS"])
def test_the_server_can_what_the_service_asks_of_it(mail_server: MailServer, word: str) -> None:
    with mail_server.client() as client:
        assert word in client.capability()[1][0].decode().split()


def test_a_mail_is_moved_and_its_new_uid_told(mail_server: MailServer) -> None:
    mail_server.deliver(MAIL)
    with mail_server.client() as client:
        client.create("Reservpost/Mottagna")
        client.select("INBOX")
        (uids,) = client.uid("SEARCH", "ALL")[1]
        assert client.uid("MOVE", uids.decode(), '"Reservpost/Mottagna"')[0] == "OK"
        assert client.response("COPYUID")[1][0] is not None
    assert mail_server.folders()["INBOX"] == 0
    assert mail_server.counts() == {"Mottagna": 1}
    assert mail_server.messages("Mottagna") == [MAIL]


def test_a_waiting_client_is_told_of_new_mail(mail_server: MailServer) -> None:
    with mail_server.client() as client:
        client.select("INBOX")
        assert [b"EXISTS" in line for line in _idle(client, lambda: mail_server.deliver(MAIL))] == [True]


def test_mail_handed_in_by_smtp_to_the_desk_wakes_a_waiting_client(embedded: MailServer) -> None:
    def hand_in() -> None:
        with smtp(embedded) as client:
            client.sendmail("eva@karlstad.se", [DESK.upper()], MAIL)

    with embedded.client() as client:
        client.select("INBOX")
        assert [b"EXISTS" in line for line in _idle(client, hand_in)] == [True]
    assert embedded.messages("INBOX") == [with_trace(MAIL, "eva@karlstad.se")]
    assert b"\r\nReturn-Path: <eva@karlstad.se>\r\n" + MAIL in with_trace(MAIL, "eva@karlstad.se")
    assert embedded.letters() == []


def _idle(client: imaplib.IMAP4, event: Callable[[], None]) -> list[bytes]:
    """Return the lines that the server sends of itself while `event` happens, up to the first of new mail."""
    client.send(b"t1 IDLE\r\n")
    while not client.readline().startswith(b"+"):
        pass
    thread = threading.Thread(target=event)
    thread.start()
    client.sock.settimeout(10)
    told = client.readline()
    thread.join()
    client.send(b"DONE\r\n")
    while not client.readline().startswith(b"t1 OK"):
        pass
    return [told]


def test_letters_are_kept_with_their_envelopes(mail_server: MailServer) -> None:
    with smtp(mail_server) as client:
        client.sendmail(DESK, ["eva@karlstad.se", "bo@kil.se"], MAIL)
        client.sendmail("", ["eva@karlstad.se"], MAIL)
    first, second = mail_server.letters()
    assert (first.sender, first.recipients, first.raw) == (DESK, ("eva@karlstad.se", "bo@kil.se"), MAIL)
    assert (second.sender, second.message_id) == ("", "<1@x>")
    assert mail_server.folders() == {"INBOX": 0}


def test_no_letter_is_taken_without_tls(mail_server: MailServer) -> None:
    with smtplib.SMTP(HOST, mail_server.smtp_port, timeout=10) as client:
        client.ehlo()
        assert client.mail(DESK)[0] == 530


def test_a_client_that_does_not_trust_the_certificate_is_stopped(mail_server: MailServer) -> None:
    with smtplib.SMTP(HOST, mail_server.smtp_port, timeout=10) as client, pytest.raises(ssl.SSLError):
        client.starttls(context=ssl.create_default_context())


@pytest.mark.skipif(not servers.HAS_DOVECOT, reason="needs Dovecot; CI has it")
def test_dovecot_also_listens_without_tls(dovecot: MailServer) -> None:
    assert dovecot.plain_port is not None
    client = imaplib.IMAP4(HOST, dovecot.plain_port, timeout=10)
    assert client.login(dovecot.user, dovecot.password)[0] == "OK"
    client.logout()


def test_the_embedded_pair_is_gone_within_two_seconds_and_leaves_nothing() -> None:
    with embedded_servers() as running:
        assert running.ca_file.stat().st_size > 0
        waiting = imaplib.IMAP4(HOST, running.imap_port, timeout=10)
        began = time.monotonic()
    assert time.monotonic() - began < 2
    assert not running.ca_file.parent.exists()
    assert not any(_listens(port) for port in (running.imap_port, running.smtp_port))
    waiting.shutdown()


def test_the_embedded_pair_dies_with_a_parent_that_is_killed() -> None:
    code = (
        "from service.demo.servers import embedded_servers\n"
        "with embedded_servers() as s:\n"
        "    print(s.imap_port, s.ca_file, flush=True)\n"
        "    input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        port, ca_file = parent.stdout.readline().decode().split()
        assert _listens(int(port))
        os.kill(parent.pid, signal.SIGKILL)
    folder, deadline = Path(ca_file).parent, time.monotonic() + 5
    while (_listens(int(port)) or folder.exists()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _listens(int(port))
    assert not folder.exists()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def test_an_envelope_comes_off_as_it_was_put_on() -> None:
    raw = b"Delivered-To: someone@else.se\r\n" + MAIL
    letter = noted_letter(note_envelope(raw, "a@b.se", ["c@d.se", "e@f.se"]))
    assert (letter.sender, letter.recipients, letter.raw) == ("a@b.se", ("c@d.se", "e@f.se"), raw)


@contextmanager
def client_of(sink: Sink) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP(HOST, sink.port, timeout=10) as client:
        client.starttls(context=ssl.create_default_context(cafile=sink.ca_file))
        client.ehlo()
        yield client


@pytest.mark.parametrize("code", [451, 550])
def test_the_sink_refuses_a_recipient_when_told_and_takes_the_others(sink: Sink, code: int) -> None:
    sink.answers["eva@karlstad.se"] = f"{code} nej"
    with client_of(sink) as client:
        refused = client.sendmail(DESK, ["eva@karlstad.se", "bo@kil.se"], MAIL)
    assert refused == {"eva@karlstad.se": (code, b"nej")}
    assert [letter.recipients for letter in sink.letters] == [("bo@kil.se",)]


def test_the_sink_breaks_off_after_taking_a_letter_and_answers_the_next(sink: Sink) -> None:
    sink.drop_after_data = 1
    with pytest.raises(smtplib.SMTPServerDisconnected), client_of(sink) as client:
        client.sendmail(DESK, ["eva@karlstad.se"], MAIL)
    with client_of(sink) as client:
        client.sendmail(DESK, ["eva@karlstad.se"], MAIL)
    assert [letter.raw for letter in sink.letters] == [MAIL, MAIL]


def test_a_sink_that_was_down_comes_back_at_the_same_port(tmp_path: Path) -> None:
    with servers.smtp_sink(tmp_path / "first") as first:
        assert _listens(first.port)
    assert not _listens(first.port)
    with servers.smtp_sink(tmp_path / "second", port=first.port) as second:
        assert second.port == first.port
        assert _listens(first.port)


def test_a_sink_without_tls_offers_none(tmp_path: Path) -> None:
    with servers.smtp_sink(tmp_path, starttls=False) as sink, smtplib.SMTP(HOST, sink.port) as client:
        client.ehlo()
        assert not client.has_extn("starttls")


def test_the_mails_of_the_demo_arrive_with_their_bytes_and_their_senders() -> None:
    mails = demo_mails(MAILS)
    with embedded_servers() as running:
        send(running, mails)
        server = servers.face(running)
        arrived = server.messages("INBOX")
        assert server.letters() == []
    assert len(arrived) == len(mails)
    for mail, raw in zip(mails, arrived, strict=True):
        verdict, _, kept = raw.partition(b"\r\n")
        trace = f"Return-Path: <{mail.sender}>\r\n".encode()
        assert verdict.startswith(b"Authentication-Results: ")
        assert kept.startswith(trace)
        assert kept.removeprefix(trace) == mail.raw.removeprefix(trace)


def test_the_demo_plays_every_decision_and_a_bounce_without_a_sender() -> None:
    mails = demo_mails(MAILS)
    assert len(mails) == len({mail.name for mail in mails}) >= 28
    assert all(mail.caption for mail in mails)
    assert [mail.name for mail in mails if not mail.sender] == ["029-olevererbart"]
    labels = [json.loads((MAILS / f"{mail.name}.json").read_text()) for mail in mails]
    assert {label["decision"] for label in labels} == {"accepted", "flagged", "rejected", "ignored"}


def test_the_demo_says_in_one_line_that_it_needs_the_mails(tmp_path: Path) -> None:
    with pytest.raises(ReservpostError, match=r"tests/mails") as told:
        demo_mails(tmp_path)
    assert "\n" not in str(told.value)
