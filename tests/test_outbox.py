from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from service.errors import LedgerError
from service.ledger import audit
from service.ledger.engine import open_ledger, reading, writing
from service.ledger.tables import AuditRow, LetterRow
from service.letters import outbox
from service.letters.compose import Letter
from service.letters.outcome import Outcome, Refused, Sent, TryLater

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Engine]:
    engine = open_ledger(tmp_path / "ledger.db")
    yield engine
    engine.dispose()


def put(ledger: Engine, *keys: str, to: str = "eva@karlstad.se", at: datetime = NOW) -> None:
    with writing(ledger) as session:
        for key in keys:
            letter = Letter("accepted", to, "Ämne", "text", "<p>text</p>")
            outbox.enqueue(session, letter, key, None, "desk.se", at)


def take(ledger: Engine, now: datetime, limit: int = 20, batch: int = 20) -> list[int]:
    with writing(ledger) as session:
        return [row.id or 0 for row in outbox.claim(session, now, limit, batch)]


def settle(ledger: Engine, letter_id: int, outcome: Outcome, now: datetime) -> LetterRow:
    with writing(ledger) as session:
        outbox.settle(session, letter_id, outcome, now)
    return rows(ledger)[letter_id - 1]


def rows(ledger: Engine) -> list[LetterRow]:
    with reading(ledger) as session:
        return list(outbox.listing(session))


def test_the_same_key_twice_is_one_letter_with_its_first_message_id(ledger: Engine) -> None:
    put(ledger, "answer:1")
    first = rows(ledger)[0].header_id
    put(ledger, "answer:1", at=NOW + MINUTE)
    assert [row.header_id for row in rows(ledger)] == [first]
    assert first.endswith("@desk.se>")


def test_a_claimed_letter_is_not_claimed_again_until_its_lease_ends(ledger: Engine) -> None:
    put(ledger, "a")
    assert take(ledger, NOW) == [1]
    assert take(ledger, NOW + 9 * MINUTE) == []
    assert take(ledger, NOW + 10 * MINUTE) == [1]


def test_at_a_start_nothing_is_held_and_nothing_waits(ledger: Engine) -> None:
    put(ledger, "held", "failed")
    take(ledger, NOW)
    settle(ledger, 2, TryLater("connect"), NOW)
    assert take(ledger, NOW) == []
    with writing(ledger) as session:
        outbox.begin(session, NOW)
    assert take(ledger, NOW) == [1, 2]


def test_only_what_has_failed_is_hastened(ledger: Engine) -> None:
    put(ledger, "failed", "sent", "dead")
    put(ledger, "later", at=NOW + MINUTE)
    outcomes: tuple[Outcome, ...] = (TryLater("timeout"), Sent(), Refused("550"))
    for number, outcome in enumerate(outcomes, start=1):
        settle(ledger, number, outcome, NOW)
    with writing(ledger) as session:
        outbox.hasten(session, NOW)
    assert take(ledger, NOW) == [1]


def test_a_batch_takes_the_oldest(ledger: Engine) -> None:
    put(ledger, "a", "b", "c")
    assert take(ledger, NOW, batch=2) == [1, 2]
    assert take(ledger, NOW, batch=2) == [3]


def test_a_letter_that_failed_waits_longer_each_time_up_to_an_hour(ledger: Engine) -> None:
    put(ledger, "a")
    now, waits = NOW, []
    for _ in range(8):
        assert take(ledger, now) == [1]
        row = settle(ledger, 1, TryLater("451"), now)
        waits.append((row.due_at - now) // MINUTE)
        assert take(ledger, row.due_at - MINUTE / 60) == []
        now = row.due_at
    assert waits == [1, 2, 5, 15, 30, 60, 60, 60]
    assert (row.state, row.attempts, row.trouble) == ("queued", 8, "451")


def test_a_letter_dies_after_two_days_of_trying(ledger: Engine) -> None:
    put(ledger, "a")
    assert settle(ledger, 1, TryLater("timeout"), NOW + timedelta(hours=47, minutes=59)).state == "queued"
    assert settle(ledger, 1, TryLater("timeout"), NOW + timedelta(hours=48)).state == "dead"


def test_a_refused_letter_is_dead_and_can_be_queued_anew_as_the_same_letter(ledger: Engine) -> None:
    put(ledger, "a")
    before = rows(ledger)[0].header_id
    assert settle(ledger, 1, Refused("550"), NOW).state == "dead"
    later = NOW + timedelta(days=9)
    with writing(ledger) as session:
        outbox.requeue(session, 1, later)
    assert take(ledger, later) == [1]
    row = settle(ledger, 1, TryLater("451"), later)
    assert (row.state, row.attempts, row.header_id) == ("queued", 1, before)


def test_only_a_dead_letter_is_queued_anew(ledger: Engine) -> None:
    put(ledger, "a")
    for number in (1, 2):
        with pytest.raises(LedgerError), writing(ledger) as session:
            outbox.requeue(session, number, NOW)


def test_a_letter_is_settled_once(ledger: Engine) -> None:
    put(ledger, "a")
    settle(ledger, 1, Sent(), NOW)
    row = settle(ledger, 1, Refused("550"), NOW + MINUTE)
    assert (row.state, row.settled_at) == ("sent", NOW)


def test_over_the_hourly_limit_letters_are_put_off_and_none_is_dropped(ledger: Engine) -> None:
    put(ledger, *"abcde")
    put(ledger, "other", to="bo@kil.se")
    now, sent = NOW, []
    while waiting := [row for row in rows(ledger) if row.state == "queued"]:
        now = max(now, min(row.due_at for row in waiting))
        for number in take(ledger, now, limit=2):
            settle(ledger, number, Sent(), now)
            sent.append((number, (now - NOW) // MINUTE))
    assert sent == [(1, 0), (2, 0), (6, 0), (3, 60), (4, 60), (5, 120)]


def test_letters_in_hand_count_towards_the_hour(ledger: Engine) -> None:
    put(ledger, "a", "b")
    assert take(ledger, NOW, limit=1, batch=1) == [1]
    assert take(ledger, NOW, limit=1, batch=1) == []


def test_each_end_of_a_letter_is_a_link_of_the_chain_without_address_or_text(ledger: Engine) -> None:
    put(ledger, "a", "b")
    settle(ledger, 1, Sent(), NOW)
    settle(ledger, 2, Refused("550"), NOW)
    with reading(ledger) as session:
        bodies = [link.body for link in session.exec(select(AuditRow).order_by(col(AuditRow.seq)))]
        assert audit.verify(session).broken_at is None
        assert [row.state for row in outbox.listing(session)] == ["sent", "dead"]
        assert [row.id for row in outbox.listing(session, "dead")] == [2]
    assert ["letter_sent" in bodies[0], "letter_dead" in bodies[1]] == [True, True]
    assert "karlstad" not in "".join(bodies)
