"""t-20: long after the outage: what was found in mails, what may be deleted, and what was tampered with."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from service.errors import LedgerError
from service.intake import disposal
from service.intake.mailbox import Mailbox
from service.ledger import audit, journal, proof
from service.ledger.engine import reading, writing
from service.outage import incidents
from service.outage.report import Report
from service.reading.sandbox import Sandbox
from tests import made
from tests.command import Ran, reservpost
from tests.outage import desk_work
from tests.outage.story import Story, story
from tests.servers import MailServer

DAY = timedelta(days=1)
DECISION = disposal.DisposalDecision("Gallring av beställningsmail", "RV 2026/114", 90)
CANARIES = ("19420312", "420312", "2389")
"""What stands in the rejected mail and may stand nowhere else."""


@pytest.fixture
def desk(best_server: MailServer, tmp_path: Path, children: Sandbox) -> Iterator[Story]:
    """A desk on the day after an outage with one mail of each sort, all of it worked and not yet closed."""
    with story(tmp_path, best_server, children) as told:
        told.at("2026-03-02 08:00")
        desk_work.declare(told, "sesam2")
        for mail in made.one_of_each("t20"):
            told.comes(mail.raw)
        told.comes(made.order("t20-two").raw)
        told.turn()
        told.at("2026-03-02 12:00")
        told.end()
        told.turn()
        told.at("2026-03-03 10:00")
        yield told


def say(desk: Story, *words: str) -> Ran:
    """Run a command on the desk's settings."""
    return reservpost("--settings", str(desk.settings.state_folder.parent / "settings.toml"), *words)


def worked(desk: Story) -> None:
    """Let people do what is theirs: register, and settle what was flagged: one rejected, one done."""
    flagged = [mail.id or 0 for mail in desk_work.mails(desk) if mail.decision == "flagged"]
    with writing(desk.ledger) as session:
        journal.settle_review(session, flagged[0], journal.Review.REJECTED, "Åsa Berg", desk.clock)
    desk_work.settle(desk, *flagged[1:])
    desk_work.register(desk, *desk_work.numbers(desk))
    desk.turn()


def due(desk: Story, decision: disposal.DisposalDecision = DECISION) -> int:
    """How many mails the decision lets delete now."""
    with reading(desk.ledger) as session:
        return len(disposal.due(session, decision, desk.clock))


def dispose(desk: Story) -> int:
    """Delete what is due; return how many mails were."""
    with Mailbox(desk.server.account, desk.settings.limits.mail_bytes) as mailbox:
        return disposal.dispose(desk.ledger, mailbox, DECISION, "Arkivarie Bo", desk.clock)


def test_the_officer_sees_sorts_and_the_clock_of_72_hours_and_never_the_data(desk: Story) -> None:
    with reading(desk.ledger) as session:
        (first,) = incidents.listing(session)
    # It came at 08.02 and was known when it was screened, at 08.07.
    assert (first.known_at - first.arrived_at, first.due_at - first.known_at) == (5 * DAY / 1440, 3 * DAY)
    assert "personnummer" in first.sorts
    left = {}
    for clock in ("2026-03-02 08:07", "2026-03-03 10:00", "2026-03-05 07:30", "2026-03-05 08:07"):
        desk.at(clock)
        left[clock[8:]] = first.told_left(desk.clock)
    assert left == {"02 08:07": "72 h", "03 10:00": "46 h", "05 07:30": "37 min", "05 08:07": "har gått ut"}

    # One that a person rejects is known from then on, and has a clock of its own.
    desk.at("2026-03-03 10:00")
    worked(desk)
    with reading(desk.ledger) as session:
        _, second = incidents.listing(session)
        report = desk_work.told(desk, 1)
    assert second.told_left(desk.clock) == "71 h"
    assert second.due_at.isoformat() == "2026-03-06T09:00:00+00:00"
    rows = table(report, "Avvisade mail och 72 timmar")
    numbers = [str(each.message_id) for each in (first, second)]
    assert [(row[0], row[4]) for row in rows] == list(zip(numbers, ("46 h", "71 h"), strict=True))
    assert rows[1][5] == "avvisat av en person"

    told = say(desk, "incidents", "list", "--json")
    assert [row["message_id"] for row in told.rows] == [first.message_id, second.message_id]
    kept = b"".join(path.read_bytes() for path in desk.settings.state_folder.glob("ledger.db*"))
    shown = told.out + say(desk, "journal").out + say(desk, "letters", "list").out + str(report)
    for canary in CANARIES:
        assert canary not in shown
        assert canary.encode() not in kept


def test_nothing_is_deleted_but_by_a_decision_and_when_its_time_has_come(desk: Story) -> None:
    refused = say(desk, "disposal", "run", "--sure").fault
    assert "inget gallringsbeslut är inställt, så inga mail tas bort" in refused
    before = desk.server.counts()
    desk.clock += 200 * DAY
    # The outage is not closed, and people have things left to do.
    assert (due(desk), dispose(desk)) == (0, 0)
    worked(desk)
    assert due(desk) == 0
    desk_work.close(desk, 1)
    assert due(desk) == due(desk, replace(DECISION, days=200)) == 6

    desk.at("2026-05-31 09:00")  # in summer time, a minute before the first is ninety days old
    assert (due(desk), dispose(desk)) == (0, 0)
    assert desk.server.counts() == before
    stays = made.order("t20-inbox")
    desk.server.deliver(stays.raw, at=desk.clock - 89 * DAY)
    desk.at("2026-05-31 09:03")
    assert dispose(desk) == 3
    desk.clock += DAY
    assert (dispose(desk), dispose(desk)) == (3, 0)
    assert desk.server.counts() == {"INBOX": 1}

    # Each is noted with the decision and who did it, and its row in the journal stays.
    with reading(desk.ledger) as session:
        noted = [body for body in bodies(desk) if '"event":"disposed"' in body]
        assert len(noted) == 6
        assert all("RV 2026/114" in body and "Arkivarie Bo" in body for body in noted)
        assert len(journal.listing(session)) == 6
        assert audit.verify(session).broken_at is None
        assert proof.altered(session) == ()


def test_a_closed_outage_tells_the_same_when_it_is_asked_again(desk: Story) -> None:
    worked(desk)
    desk_work.close(desk, 1)
    at_closing = steady(desk_work.told(desk, 1))
    desk.clock += 31 * DAY
    desk.turn()
    assert steady(desk_work.told(desk, 1)) == at_closing
    # Neither another outage nor disposal changes what the first one was.
    desk_work.declare(desk, "sesam2")
    desk.comes(made.order("t20-later").raw)
    desk.turn()
    desk.end()
    desk.turn()
    desk.clock += 90 * DAY
    assert dispose(desk) == 6
    assert steady(desk_work.told(desk, 1)) == at_closing
    with pytest.raises(LedgerError, match="redan stängt av Åsa Berg"):
        desk_work.close(desk, 1)


TABLES = ("order_line", "order", "message")
INSERTS = tuple(f'INSERT INTO "{name}"' for name in TABLES)
TAMPERED = {
    "UPDATE \"order\" SET state = 'pending' WHERE number = 'RP-2026-000001'": (
        "RP-2026-000001: läget är ändrat utanför programmet"
    ),
    "UPDATE \"order\" SET sesam_number = '1' WHERE number = 'RP-2026-000002'": (
        "RP-2026-000002: numret i Sesam är ändrat utanför programmet"
    ),
    "UPDATE order_line SET quantity = 40 WHERE id = 1": (
        "RP-2026-000001: vad som är beställt är ändrat utanför programmet"
    ),
    "UPDATE \"order\" SET to_stock = 'Mitt garage' WHERE number = 'RP-2026-000001'": (
        "RP-2026-000001: vad som är beställt är ändrat utanför programmet"
    ),
    "DELETE FROM order_line WHERE order_id = 2": (
        "RP-2026-000002: vad som är beställt är ändrat utanför programmet"
    ),
    "UPDATE message SET decision = 'ignored' WHERE id = 2": "mail 2: beslutet är ändrat utanför programmet",
    "UPDATE message SET review = NULL WHERE id = 3": "mail 3: granskningen är ändrat utanför programmet",
    "UPDATE \"order\" SET number = 'RP-2026-000009' WHERE number = 'RP-2026-000002'": (
        "RP-2026-000009: är tillagd utanför programmet"
    ),
}


def test_a_row_that_is_changed_past_the_program_is_named_and_put_back_is_whole(desk: Story) -> None:
    worked(desk)
    whole = say(desk, "audit", "verify")
    assert (whole.code, whole.err) == (0, "")
    path = desk.settings.ledger_path
    for statement, said in TAMPERED.items():
        with closing(sqlite3.connect(path)) as ledger:
            kept = [row for row in ledger.iterdump() if row.startswith(INSERTS)]
            with ledger:
                ledger.execute(statement)
        found = say(desk, "audit", "verify")
        assert found.code == 1
        assert said in found.err, statement
        assert "Kedjan håller" in found.out
        assert any(said in trouble for trouble in desk_work.told(desk, 1).troubles)
        put_back(path, kept)
        assert say(desk, "audit", "verify").code == 0
    # The chain itself refuses to be changed.
    with closing(sqlite3.connect(path)) as ledger, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        ledger.execute("DELETE FROM audit WHERE seq = 1")


def put_back(path: Path, rows: list[str]) -> None:
    """Fill the tables again as they were."""
    with closing(sqlite3.connect(path)) as ledger, ledger:
        for name in TABLES:
            ledger.execute(f'DELETE FROM "{name}"')
        for row in rows:
            ledger.execute(row)


def steady(report: Report) -> Report:
    """The report without what must change: when it was written, how far the chain has come, what is left."""
    tables = [
        replace(each, rows=[(*row[:4], *row[5:]) for row in each.rows]) if "Kvar" in each.heads else each
        for each in report.tables
    ]
    return replace(report, written_at="", links=0, head="", tables=tables)


def bodies(desk: Story) -> list[str]:
    """What every link of the chain says."""
    with closing(sqlite3.connect(desk.settings.ledger_path)) as ledger:
        return [body for (body,) in ledger.execute("SELECT body FROM audit ORDER BY seq")]


def table(report: Report, title: str) -> list[tuple[str, ...]]:
    """The rows of the report's table with this title."""
    return next(list(each.rows) for each in report.tables if each.title == title)
