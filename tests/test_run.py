"""The whole service as it runs: real daemon, real mailbox, real post; also while one of them is away."""

import json
import resource
import signal
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from service.intake.line import FOLDERS
from service.values import Decision
from tests import made, servers
from tests.servers import MailServer, Sink, smtp_sink
from tests.service import Service, assert_whole, until
from tests.wire import wire_to

CORPUS = sorted((Path(__file__).parent / "mails").glob("*.eml"))
ONE_CHILD = {"workers": 1}
HOUR = timedelta(hours=1)


# -- five hundred mails -------------------------------------------------------------------------------


def five_hundred() -> list[bytes]:
    """The corpus, then once more with a header that makes other bytes of it, then ten true duplicates."""
    corpus = [path.read_bytes() for path in CORPUS]
    again = [b"X-Copy: 2\r\n" + raw for raw in corpus]
    mails = [*corpus, *again][:490]
    return mails + mails[:10]


def test_five_hundred_mails_are_each_filed_booked_and_answered_once(
    best_server: MailServer, tmp_path: Path
) -> None:
    mails = five_hundred()
    best_server.deliver(*mails)
    service = Service(tmp_path, best_server, post={"letters_per_hour": 1_000})
    distinct = {sha256(raw).hexdigest() for raw in mails}
    service.run_until(lambda: service.filed() == len(distinct) and not service.waiting_letters())

    journal = service.rows("SELECT digest, decision, state FROM message")
    assert {state for *_, state in journal} == {"filed"}
    assert len(journal) == len(distinct)
    decided = {digest: Decision(decision) for digest, decision, _ in journal}
    assert set(decided) == distinct
    expected: dict[str, Counter[str]] = defaultdict(Counter)
    for raw in mails:
        digest = sha256(raw).hexdigest()
        expected[FOLDERS[decided[digest]]][digest] += 1
    assert best_server.counts() == {name: held.total() for name, held in expected.items()}
    for name, held in expected.items():
        assert Counter(sha256(raw).hexdigest() for raw in best_server.messages(name)) == held
    assert_booked_as_decided(service)
    assert_answered_once(service, best_server)


def assert_booked_as_decided(service: Service) -> None:
    """What the audit chain says was booked at each decision is what stands in the ledger."""
    bodies = [json.loads(body) for (body,) in service.rows("SELECT body FROM audit")]
    decisions = [body for body in bodies if body["event"] == "decided"]
    assert Counter(body["digest"] for body in decisions).most_common(1)[0][1] == 1
    booked = sorted(number for body in decisions for number in body["orders"])
    assert booked == sorted(number for (number,) in service.rows('SELECT number FROM "order"'))
    assert [int(number.rpartition("-")[2]) for number in booked] == list(range(1, len(booked) + 1))
    assert all((body["decision"] == "accepted") == bool(body["orders"]) for body in decisions)
    assert len(booked) > 100


def assert_answered_once(service: Service, server: MailServer) -> None:
    """One letter for a mail at most, sent once, to its sender; none for a stranger or an automatic mail."""
    letters = service.rows(
        "SELECT header_id, recipient, message.sender_address, decision, letter.state, message_id "
        "FROM letter JOIN message ON message.id = message_id"
    )
    assert all(recipient == sender for _, recipient, sender, *_ in letters)
    assert {decision for *_, decision, _, _ in letters} == {"accepted", "rejected", "flagged"}
    assert {state for *_, state, _ in letters} == {"sent"}
    assert len({message_id for *_, message_id in letters}) == len(letters) > 200
    came = Counter((letter.message_id, letter.recipients) for letter in server.letters())
    assert came == Counter((header_id, (recipient,)) for header_id, recipient, *_ in letters)


# -- one long-running daemon, asked several things ----------------------------------------------------


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sink]:
    """The SMTP server of the long-running daemon."""
    with smtp_sink(tmp_path_factory.mktemp("sink")) as running:
        yield running


@pytest.fixture(scope="module")
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, office: Sink
) -> Iterator[Service]:
    """A daemon that works every mail, and writes two letters an hour to one address at most."""
    with account(request, office) as server:
        service = Service(
            tmp_path_factory.mktemp("house"), server, post={"letters_per_hour": 2}, limits=ONE_CHILD
        )
        with service.running():
            yield service


@contextmanager
def account(request: pytest.FixtureRequest, office: Sink) -> Iterator[MailServer]:
    """An account on the best server of this machine, whose letters go through `office`."""
    if servers.HAS_DOVECOT:
        yield request.getfixturevalue("running_dovecot").account(office)
        return
    with servers.embedded() as server:
        yield replace(server, smtp_port=office.port, smtp_ca_file=office.ca_file)


def deliver(service: Service, *mails: made.Made) -> None:
    """Hand in mails and wait until they are filed."""
    before = service.filed()
    service.server.deliver(*(mail.raw for mail in mails))
    until(lambda: service.filed() == before + len(mails))


def letters_to(service: Service, address: str) -> list[tuple[str, str]]:
    """Return state and trouble of each letter to the address."""
    query = f"SELECT state, trouble FROM letter WHERE recipient = '{address}' ORDER BY id"
    return service.rows(query)


def test_a_letter_that_is_refused_for_good_is_shown_and_can_be_sent_again(
    house: Service, office: Sink
) -> None:
    mail = made.order("gone")
    office.answers[mail.sender] = "550 5.1.1 no such user"
    deliver(house, mail)
    until(lambda: letters_to(house, mail.sender) == [("dead", "550")])
    (shown,) = house.ask("letters", "list", "--state", "dead")
    assert (shown["recipient"], shown["trouble"]) == (mail.sender, "550")
    del office.answers[mail.sender]
    assert house.say("letters", "retry", str(shown["id"])).returncode == 0
    until(lambda: letters_to(house, mail.sender) == [("sent", "")])
    assert [letter.message_id for letter in office.letters if mail.sender in letter.recipients] == [
        shown["header_id"]
    ]


def test_one_address_gets_so_many_letters_an_hour_and_the_rest_wait(house: Service, office: Sink) -> None:
    mails = [made.order(f"often{number}", sender="often@arvika.se") for number in range(5)]
    deliver(house, *mails)
    until(lambda: Counter(state for state, _ in letters_to(house, "often@arvika.se"))["sent"] == 2)
    calm = made.order("calm")
    deliver(house, calm)
    until(lambda: letters_to(house, calm.sender) == [("sent", "")])
    assert sum("often@arvika.se" in letter.recipients for letter in office.letters) == 2
    due = house.rows("SELECT due_at FROM letter WHERE state = 'queued'")
    assert len(due) == 3
    assert min(due)[0] > (datetime.now(UTC) + HOUR / 2).strftime("%Y-%m-%d %H:%M")


def test_the_same_bytes_twice_are_one_mail_and_both_copies_are_filed(house: Service) -> None:
    mail = made.order("twice")
    house.server.deliver(mail.raw, mail.raw)
    until(lambda: house.server.folders()["INBOX"] == 0)
    house.server.deliver(mail.raw)
    until(lambda: house.server.folders()["INBOX"] == 0)
    assert house.server.messages("Mottagna").count(mail.raw) == 3
    assert len(house.rows(f"SELECT 1 FROM message WHERE digest = '{mail.digest}'")) == 1
    assert len(house.rows(f"SELECT 1 FROM letter WHERE dedupe_key = 'answer:{mail.digest}'")) == 1
    assert len(house.rows('SELECT 1 FROM "order"')) == len(
        house.rows("SELECT 1 FROM message WHERE decision = 'accepted'")
    )


def test_a_second_daemon_on_the_same_state_says_so_in_one_line(house: Service) -> None:
    second = house.say("run")
    assert second.returncode == 1
    assert second.stderr.splitlines() == [
        f"reservpost: {house.state}: en annan reservpost kör redan här; stoppa den först"
    ]


def test_a_ledger_that_cannot_be_written_is_told_and_no_mail_is_taken(house: Service) -> None:
    """The kernel refuses the daemon to make a file longer, as on a full disk, until it may again."""
    mails = [made.order(f"full{number}") for number in range(3)]
    before = house.filed()
    _, most = resource.prlimit(house.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(house.pid, resource.RLIMIT_FSIZE, (4_096, most))
    house.server.deliver(*(mail.raw for mail in mails))
    until(lambda: "liggaren går inte att använda" in house.intake_says())
    assert house.server.folders()["INBOX"] == len(mails)
    assert house.filed() == before
    resource.prlimit(house.pid, resource.RLIMIT_FSIZE, (most, most))
    until(lambda: house.filed() == before + len(mails))
    until(lambda: all(letters_to(house, mail.sender) == [("sent", "")] for mail in mails))
    until(lambda: house.intake_says() == "bevakar brevlådan")


# -- the outage decides which mails are ours ----------------------------------------------------------


def test_only_the_mails_of_a_declared_outage_are_touched(best_server: MailServer, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    before, early, late = made.order("before"), made.order("early"), made.order("late")
    best_server.deliver(before.raw, at=now - 3 * HOUR)
    best_server.deliver(early.raw, at=now - HOUR)
    service = Service(tmp_path, best_server, intake="in_outage", limits=ONE_CHILD)
    with service.running():
        until(lambda: "lämnas i fred" in service.intake_says())
        assert best_server.folders() == {"INBOX": 2}
        assert seen(best_server) == []

        since = (now - 2 * HOUR).isoformat(timespec="seconds")
        assert service.say("outage", "start", "--since", since).returncode == 0
        until(lambda: service.filed() == 1)
        best_server.deliver(late.raw, at=now - timedelta(minutes=2))
        until(lambda: service.filed() == 2)

        ended = (now - timedelta(minutes=1)).isoformat(timespec="seconds")
        assert service.say("outage", "end", "--at", ended).returncode == 0
        after = made.order("after")
        best_server.deliver(after.raw)
        until(lambda: "lämnas i fred" in service.intake_says())
        until(lambda: not service.waiting_letters())
    assert best_server.messages("INBOX") == [before.raw, after.raw]
    assert sorted(best_server.messages("Mottagna")) == sorted([early.raw, late.raw])
    assert seen(best_server) == []
    assert {letter.recipients for letter in best_server.letters()} == {(early.sender,), (late.sender,)}


def test_an_outage_from_this_very_moment_takes_the_mail_of_the_same_second(
    best_server: MailServer, tmp_path: Path
) -> None:
    """A mailbox tells times in whole seconds, so a mail can seem older than a start in the same second."""
    service = Service(tmp_path, best_server, intake="in_outage", limits=ONE_CHILD)
    assert service.say("outage", "start").returncode == 0
    ((started,),) = service.rows("SELECT started_at FROM outage")
    mail = made.order("second")
    at = datetime.fromisoformat(started).replace(tzinfo=UTC)
    best_server.deliver(mail.raw, at=at)
    service.finish(1)
    assert_whole(service, [mail])


def seen(server: MailServer) -> list[bytes]:
    """Return what the server says of each mail in the inbox that has a flag."""
    with server.client() as client:
        client.select("INBOX", readonly=True)
        return [line for line in client.uid("FETCH", "1:*", "(FLAGS)")[1] if b"\\Seen" in line]


# -- servers that come and go -------------------------------------------------------------------------


def test_a_mailbox_that_is_away_and_breaks_off_is_waited_for(best_server: MailServer, tmp_path: Path) -> None:
    mails = [mail for number in range(8) for mail in made.one_of_each(f"i{number}")]
    best_server.deliver(*(mail.raw for mail in mails))
    with wire_to(best_server.port) as wire:
        service = Service(
            tmp_path, replace(best_server, port=wire.port), mailbox={"chunk": 4}, limits=ONE_CHILD
        )
        with service.running():
            until(lambda: "nås inte" in service.intake_says())
            wire.mend()
            until(lambda: service.filed() >= 5)
            wire.cut()
            until(lambda: "bevakar" not in service.intake_says())
            wire.mend()
            until(lambda: service.filed() == len(mails) and not service.waiting_letters())
        wire.cut()
    assert_whole(Service(tmp_path, best_server), mails)


def test_letters_wait_for_a_mail_server_that_is_away(best_server: MailServer, tmp_path: Path) -> None:
    mails = made.one_of_each("s")
    best_server.deliver(*(mail.raw for mail in mails))
    with wire_to(best_server.smtp_port) as wire:
        service = Service(tmp_path, replace(best_server, smtp_port=wire.port), limits=ONE_CHILD)
        with service.running():
            until(lambda: service.filed() == len(mails))
            until(lambda: not service.ask("status")[0]["parts"]["post"]["well"])
            (told,) = service.ask("status")
            assert not told["parts"]["post"]["well"]
            assert told["letters"] == {"queued": 3}
            wire.mend()
            service.hasten_letters()
            until(lambda: not service.waiting_letters())
        assert_whole(service, mails)


# -- stopping -----------------------------------------------------------------------------------------


def test_a_signal_ends_the_daemon_in_time_and_the_next_one_goes_on(
    best_server: MailServer, tmp_path: Path
) -> None:
    mails = [mail for number in range(12) for mail in made.one_of_each(f"t{number}")]
    best_server.deliver(*(mail.raw for mail in mails))
    service = Service(tmp_path, best_server, mailbox={"chunk": 5}, limits=ONE_CHILD)
    for name in (signal.SIGTERM, signal.SIGINT):
        decided = service.events("decided")
        with service.running(ends_by=name):
            until(lambda decided=decided: service.events("decided") > decided)  # type: ignore[misc]
        assert service.rows("SELECT 1 FROM message WHERE state = 'decided'") == []
    assert 2 <= service.filed() < len(mails)
    service.finish(len(mails))
    assert_whole(service, mails)
