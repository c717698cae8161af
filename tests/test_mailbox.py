"""The mailbox on real servers: found, fetched, waited for, filed, and thrown away when it breaks."""

import hashlib
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from service.errors import MailboxError
from service.intake.idle import Waker
from service.intake.mailbox import Account, Mailbox
from tests.servers import MailServer

LIMIT = 1_000_000


def mail(number: int, body: bytes = b"hej") -> bytes:
    return b"From: eva@karlstad.se\r\nSubject: nr %d\r\n\r\n%s\r\n" % (number, body)


def test_mails_are_fetched_as_their_very_bytes_with_their_time_of_arrival(mail_server: MailServer) -> None:
    came = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
    raw = mail(1, b"\x01 and \xe5\xe4\xf6 and 8-bit \xff")  # no NUL: IMAP cannot carry one (RFC 3501)
    if mail_server.tls == "implicit":  # the embedded server does not keep every odd byte
        mail_server.deliver(raw, at=came)
    else:
        mail_server.deliver(raw := mail(1), at=came)
    with Mailbox(mail_server.account, LIMIT) as box:
        uids = box.since(came)
        assert box.arrival_times(uids) == dict.fromkeys(uids, came)
        (found,) = box.fetch(uids)
    assert (found.raw, found.digest, found.arrived_at) == (raw, hashlib.sha256(raw).hexdigest(), came)


def test_an_empty_list_of_mails_fetches_none_and_a_vanished_mail_is_left_out(mail_server: MailServer) -> None:
    mail_server.deliver(mail(1), mail(2))
    with Mailbox(mail_server.account, LIMIT) as box:
        uids = box.since(datetime.now(UTC))
        assert list(box.fetch([])) == []
        assert box.arrival_times([]) == {}
        box.file_away(uids[:1], "Mottagna")
        assert [found.uid for found in box.fetch(uids)] == uids[1:]


def test_mail_from_before_the_day_is_not_searched_up(mail_server: MailServer) -> None:
    today = datetime.now(UTC)
    mail_server.deliver(mail(1), at=today - timedelta(days=5))
    mail_server.deliver(mail(2), at=today)
    with Mailbox(mail_server.account, LIMIT) as box:
        assert len(box.since(today)) == 1
        assert len(box.since(today - timedelta(days=5))) == 2


def test_mails_are_moved_to_folders_that_are_made_on_the_way_and_found_there(mail_server: MailServer) -> None:
    mails = [mail(number) for number in range(5)]
    mail_server.deliver(*mails)
    with Mailbox(mail_server.account, LIMIT) as box:
        uids = box.since(datetime.now(UTC))
        box.file_away(uids[:3], "Mottagna")
        box.file_away(uids[3:], "Till granskning")
        digest = hashlib.sha256(mails[4]).hexdigest()
        assert box.find("Till granskning", digest) == mails[4]
        assert box.find("Mottagna", digest) is None
        assert box.move_between(digest, "Till granskning", "Avvisade")
        assert not box.move_between(digest, "Till granskning", "Avvisade")
    assert mail_server.counts() == {"Mottagna": 3, "Till granskning": 1, "Avvisade": 1}
    with Mailbox(mail_server.account, LIMIT) as box:  # the second time the folders are there already
        box.make_folders(["Mottagna", "Avvisade"])


def test_nothing_but_filing_is_done_to_a_mail(mail_server: MailServer) -> None:
    mail_server.deliver(mail(1))
    with Mailbox(mail_server.account, LIMIT) as box:
        list(box.fetch(box.since(datetime.now(UTC))))
    with mail_server.client() as client:
        client.select("INBOX", readonly=True)
        assert b"\\Seen" not in client.uid("FETCH", "1:*", "(FLAGS)")[1][0]


def test_a_mail_larger_than_the_limit_is_named_by_its_digest_but_not_kept(mail_server: MailServer) -> None:
    large = mail(1, b"x" * 2_000_000)
    mail_server.deliver(large, mail(2))
    with Mailbox(mail_server.account, LIMIT) as box:
        found = {m.digest: m.raw for m in box.fetch(box.since(datetime.now(UTC)))}
    assert found == {hashlib.sha256(large).hexdigest(): None, hashlib.sha256(mail(2)).hexdigest(): mail(2)}


def test_new_mail_ends_the_wait_at_once_and_so_does_a_wake_up(mail_server: MailServer) -> None:
    waker = Waker()
    for event in (lambda: mail_server.deliver(mail(1)), waker.wake):
        with Mailbox(mail_server.account, LIMIT) as box:
            timer = threading.Timer(0.5, event)
            timer.start()
            began = time.monotonic()
            box.wait(waker, 20)
            assert time.monotonic() - began < 10
            timer.join()


def test_the_wait_ends_by_itself(mail_server: MailServer) -> None:
    with Mailbox(mail_server.account, LIMIT) as box:
        box.wait(Waker(), 0.2)
        box.wait(Waker(), 0.2)
        assert box.since(datetime.now(UTC)) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"password": "fel"}, "inloggningen nekades"),
        ({"port": 1}, "nås inte"),
        ({"ca_file": None}, "TLS"),
    ],
)
def test_a_fault_is_told_in_one_line_with_the_server_and_what_to_do(
    best_server: MailServer, change: dict[str, object], said: str
) -> None:
    from dataclasses import replace

    account: Account = replace(best_server.account, **change)  # type: ignore[arg-type]
    with pytest.raises(MailboxError, match=said) as told, Mailbox(account, LIMIT):
        pass
    assert str(told.value).startswith(f"mailservern 127.0.0.1:{account.port}")


def test_a_server_that_dies_in_the_wait_is_noticed() -> None:
    from tests.servers import embedded

    with embedded() as server:
        box = Mailbox(server.account, LIMIT)
        box.__enter__()
    with pytest.raises(MailboxError):
        box.wait(Waker(), 5)
    box.__exit__()
