"""The mailbox against the journal: the mark of a drill, what nobody knows of, and what may be deleted."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from service.errors import LedgerError
from service.intake.census import Strangers, Watch
from service.intake.disposal import DisposalDecision, decided, dispose, due
from service.intake.drill import is_marked
from service.intake.mailbox import Mailbox
from service.ledger import audit, journal, windows
from service.ledger.engine import open_ledger, reading, writing
from service.outage import declared
from service.values import Decision, Judgement, Kind
from tests.made import order
from tests.servers import MailServer
from tests.service import Service, until

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = datetime.now(UTC).replace(microsecond=0)
LIMIT = 1_000_000
DECISION = DisposalDecision("Gallringsbeslut", "HSN/2026:1", 30)


@pytest.mark.parametrize(
    "header",
    [
        "Subject: [ÖVNING] Lagerflytt",
        "subject:[övning]",
        "Subject: SV: Vb: [Övning] Lagerflytt",
        "Subject: =?utf-8?B?W8OWVk5JTkddIGFrdXQ=?=",
        "Subject: =?iso-8859-1?Q?=5B=D6VNING=5D_akut?=",
        "Subject: [O\u0308VNING] sammansatt tecken",
        "Subject: \r\n [ÖVNING] vikt",
        "X-Reservpost-Drill: yes",
        "Subject: Lagerflytt\r\nX-RESERVPOST-DRILL:  Yes ",
    ],
)
def test_a_mark_is_seen_in_any_spelling(header: str) -> None:
    assert is_marked(f"{header}\r\n\r\n".encode())


@pytest.mark.parametrize(
    "header",
    [
        "Subject: Lagerflytt",
        "Subject: Lagerflytt [ÖVNING]",
        "Subject: ÖVNING",
        "X-Reservpost-Drill: no",
        "X-Reservpost-Drill: yes, please",
        "X-Subject: [ÖVNING]",
        "Subject: =?utf-8?B?W8OWVk5JTkdd",
        "",
    ],
)
def test_nothing_else_is_a_mark(header: str) -> None:
    assert not is_marked(f"{header}\r\n\r\n".encode())


@given(st.binary(max_size=300))
def test_no_header_breaks_the_look_for_a_mark(header: bytes) -> None:
    assert is_marked(header) in (True, False)
    assert is_marked(b"Subject: " + header) in (True, False)


@pytest.fixture
def ledger(tmp_path: Path) -> Engine:
    return open_ledger(tmp_path / "ledger.db")


@contextmanager
def box(server: MailServer) -> Iterator[Mailbox]:
    """A new connection, which sees what has come and been moved until now."""
    with Mailbox(server.account, LIMIT) as opened:
        opened.make_folders(["Mottagna", "Avvisade"])
        yield opened


GOING = (windows.Window(1, NOW - HOUR, None),)


def strangers(
    watch: Watch, server: MailServer, ledger: Engine, now: datetime, spans: tuple[windows.Window, ...] = GOING
) -> Strangers:
    with box(server) as opened:
        return watch.strangers(opened, ledger, spans, now)


def disposed(server: MailServer, ledger: Engine) -> int:
    with box(server) as opened:
        return dispose(ledger, opened, DECISION, "Åsa", NOW)


def journalled(ledger: Engine, server: MailServer) -> None:
    """Receive, decide and file all that stands in the inbox, as the line does."""
    with box(server) as opened:
        mails = list(opened.fetch(opened.since(NOW - 100 * DAY)))
        arrivals = [journal.Arrival(1, mail.uid, mail.digest, mail.arrived_at) for mail in mails]
        with writing(ledger) as session:
            for row in journal.receive(session, arrivals, NOW).values():
                journal.record(session, row.id or 0, Judgement(Decision.IGNORED, Kind.OTHER), NOW)
        opened.file_away([mail.uid for mail in mails], "Mottagna")
        with writing(ledger) as session:
            journal.mark_filed(session, [mail.digest for mail in mails], NOW)


def test_what_the_journal_does_not_know_is_counted_until_it_is_gone(
    mail_server: MailServer, ledger: Engine
) -> None:
    watch = Watch()
    mail_server.deliver(order("a").raw, order("b").raw, order("b").raw, at=NOW)
    assert strangers(watch, mail_server, ledger, NOW).total == 0
    # They stand unworked for longer than a round takes; the third is a copy of the second.
    assert strangers(watch, mail_server, ledger, NOW + HOUR) == Strangers(3, 0, ())
    journalled(ledger, mail_server)
    assert strangers(watch, mail_server, ledger, NOW + HOUR).total == 0

    with mail_server.client() as client:
        client.append('"Reservpost/Avvisade"', "", "", order("smuggled").raw)
    for _ in range(2):
        assert strangers(watch, mail_server, ledger, NOW + HOUR) == Strangers(0, 1, ())
    with mail_server.client() as client:
        client.select('"Reservpost/Avvisade"')
        client.uid("MOVE", "*", "INBOX")
    journalled(ledger, mail_server)
    assert strangers(watch, mail_server, ledger, NOW + HOUR).total == 0


def over(ledger: Engine, *, drill: bool = False) -> int:
    """Declare an outage of the hour before NOW, end it, and note that all its mails were worked."""
    with writing(ledger) as session:
        outage = declared.start(session, ["sesam2"], NOW - HOUR, "Åsa", NOW, drill=drill)
        declared.end(session, NOW, "Åsa", NOW)
        declared.mark_drained(session, declared.key(outage), NOW)
    return declared.key(outage)


def test_without_any_outage_the_inbox_is_the_work_of_others_and_our_folders_are_counted(
    mail_server: MailServer, ledger: Engine
) -> None:
    mail_server.deliver(order("a").raw, at=NOW - HOUR / 2)
    journalled(ledger, mail_server)
    mail_server.deliver(order("b").raw, order("c").raw, at=NOW - HOUR / 2)
    assert strangers(Watch(), mail_server, ledger, NOW + HOUR, ()).total == 0
    with mail_server.client() as client:
        client.append('"Reservpost/Avvisade"', "", "", order("smuggled").raw)
    assert strangers(Watch(), mail_server, ledger, NOW + HOUR, ()) == Strangers(0, 1, ())


def test_a_mail_that_comes_late_is_counted_to_its_outage_until_that_is_closed(
    mail_server: MailServer, ledger: Engine
) -> None:
    watch, outage = Watch(), over(ledger)
    for name, at in (("before", -2 * HOUR), ("worked", -HOUR / 2), ("after", HOUR / 2)):
        mail_server.deliver(order(name).raw, at=NOW + at)
        if name == "worked":
            journalled(ledger, mail_server)
    with mail_server.client() as client:
        client.select('"Reservpost/Mottagna"')
        client.uid("MOVE", "*", "INBOX")
    assert strangers(watch, mail_server, ledger, NOW + HOUR, ()).late == ()
    mail_server.deliver(order("late").raw, order("late-too").raw, at=NOW - HOUR / 3)
    for _ in range(2):
        assert strangers(watch, mail_server, ledger, NOW + HOUR, ()) == Strangers(0, 0, (outage, outage))
    with writing(ledger) as session:
        declared.find(session, outage).closed_at = NOW
    assert strangers(watch, mail_server, ledger, NOW + HOUR, ()).total == 0


def test_of_what_comes_late_for_a_drill_only_marked_mails_are_counted(
    mail_server: MailServer, ledger: Engine
) -> None:
    drill = over(ledger, drill=True)
    mail_server.deliver(
        order("ordinary").raw, b"X-Reservpost-Drill: yes\r\n" + order("marked").raw, at=NOW - HOUR / 2
    )
    assert strangers(Watch(), mail_server, ledger, NOW + HOUR, ()) == Strangers(0, 0, (drill,))


def test_status_tells_within_a_round_of_a_mail_that_nobody_knows(
    tmp_path: Path, best_server: MailServer
) -> None:
    service = Service(tmp_path, best_server)
    best_server.deliver(order("known").raw)
    with service.running():
        until(lambda: service.filed() == 1)
        with best_server.client() as client:
            client.append('"Reservpost/Mottagna"', "", "", order("moved-by-hand").raw)
        until(lambda: service.ask("status")[0]["strangers"] == 1)
        assert "1 mail i brevlådan är inte omhändertagna eller okända" in " ".join(
            service.say("status").stdout.split()
        )


def test_the_daemon_counts_in_peace_too_and_works_what_comes_late(
    tmp_path: Path, best_server: MailServer
) -> None:
    service = Service(tmp_path, best_server, intake="in_outage", limits={"workers": 1})
    began, ended = ((NOW - hours * HOUR).isoformat() for hours in (2, 1))
    best_server.deliver(order("known").raw, at=NOW - 1.5 * HOUR)
    with service.running():
        assert service.say("outage", "start", "--since", began).returncode == 0
        until(lambda: service.filed() == 1)
        assert service.say("outage", "end", "--at", ended).returncode == 0
        best_server.deliver(order("others").raw, at=NOW)
        until(lambda: "lämnas i fred" in service.intake_says())
        with best_server.client() as client:
            client.append('"Reservpost/Mottagna"', "", "", order("moved-by-hand").raw)
        until(lambda: service.ask("status")[0]["strangers"] == 1)
        with best_server.client() as client:
            client.select('"Reservpost/Mottagna"')
            client.uid("MOVE", "*", "INBOX")
        until(lambda: service.ask("status")[0]["strangers"] == 0)
        assert service.filed() == 1

        best_server.deliver(order("late").raw, at=NOW - 1.5 * HOUR)
        until(lambda: service.filed() == 2)
        until(lambda: "lämnas i fred" in service.intake_says())
    assert sorted(best_server.messages("INBOX")) == sorted([order("others").raw, order("moved-by-hand").raw])
    assert '"late": 1' in service.log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "reference", "days"),
    [("", "", 0), ("Beslut", "", 30), ("", "HSN/1", 30), ("Beslut", "HSN/1", 0)],
)
def test_without_a_whole_decision_nothing_may_be_deleted(name: str, reference: str, days: int) -> None:
    with pytest.raises(LedgerError, match="inget gallringsbeslut är inställt"):
        decided(name, reference, days)


def test_old_mails_are_deleted_by_the_decision_alone_and_each_is_noted(
    mail_server: MailServer, ledger: Engine
) -> None:
    mail_server.deliver(order("old").raw, order("old-too").raw, at=NOW - 40 * DAY)
    mail_server.deliver(order("young").raw, at=NOW - 10 * DAY)
    journalled(ledger, mail_server)
    mail_server.deliver(order("inbox").raw, at=NOW - 40 * DAY)
    with mail_server.client() as client:
        client.append('"Reservpost/Mottagna"', "", "", order("unknown").raw)
    assert disposed(mail_server, ledger) == 2
    assert disposed(mail_server, ledger) == 0
    assert mail_server.messages("Mottagna") == [order("young").raw, order("unknown").raw]
    assert mail_server.messages("INBOX") == [order("inbox").raw]
    with reading(ledger) as session:
        assert audit.verify(session).broken_at is None
        states = sorted(row.state for row in journal.listing(session))
    assert states == ["disposed", "disposed", "filed"]


def test_a_deletion_that_was_cut_short_is_done_anew(mail_server: MailServer, ledger: Engine) -> None:
    mail_server.deliver(order("noted").raw, at=NOW - 40 * DAY)
    journalled(ledger, mail_server)
    with writing(ledger) as session:
        journal.dispose(session, due(session, DECISION, NOW), "Beslut", "HSN/1", "Åsa", NOW)
    assert disposed(mail_server, ledger) == 1
    assert mail_server.messages("Mottagna") == []


def test_what_waits_for_a_person_and_what_an_open_outage_holds_is_kept(ledger: Engine) -> None:
    old = NOW - 40 * DAY
    with writing(ledger) as session:
        arrivals = [journal.Arrival(1, uid, f"{uid:064x}", old) for uid in (1, 2)]
        journal.receive(session, arrivals, old)
        for uid, decision in ((1, Decision.FLAGGED), (2, Decision.IGNORED)):
            journal.record(session, uid, Judgement(decision, Kind.OTHER), old)
        journal.mark_filed(session, [arrival.digest for arrival in arrivals], old)
        assert [row.id for row in due(session, DECISION, NOW)] == [2]
        outage = declared.start(session, ["sesam2"], old, "Åsa", old)
        assert due(session, DECISION, NOW) == []
        declared.end(session, old, "Åsa", old)
        outage.closed_at = old
        journal.settle_review(session, 1, journal.Review.DONE, "Åsa", old)
        assert [row.id for row in due(session, DECISION, NOW)] == [1, 2]
