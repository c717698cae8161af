"""The ledger on a real SQLite file: booked once, settled once, and a chain that shows any change."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlmodel import SQLModel

from service.errors import LedgerError, LedgerUnavailableError
from service.ledger import audit, journal, orders, windows
from service.ledger.engine import open_ledger, reading, writing
from service.outage import declared
from service.values import Decision, Judgement, Kind, Order, OrderLine

NOW = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
LINE = OrderLine("50123", "rollator", 4)
TWO = Judgement(
    Decision.ACCEPTED,
    Kind.STOCK_TRANSFER,
    orders=(
        Order(Kind.FACILITY_ORDER, facility="Annagården", lines=(LINE,)),
        Order(Kind.STOCK_TRANSFER, from_stock="Karlstad", to_stock="Arvika", lines=(LINE, LINE)),
    ),
    sender_address="malin@arvika.se",
    trusted=True,
)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_ledger(tmp_path / "state" / "ledger.db")


def arrival(number: int = 1) -> journal.Arrival:
    return journal.Arrival(uidvalidity=7, uid=number, digest=f"{number:064x}", arrived_at=NOW)


def received(engine: Engine, number: int = 1) -> int:
    with writing(engine) as session:
        row = journal.receive(session, [arrival(number)], NOW)[arrival(number).digest]
        assert row.id is not None
        return row.id


def test_the_migrations_make_the_schema_of_the_tables(engine: Engine) -> None:
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
    assert found == []


def test_the_state_folder_and_the_ledger_are_for_their_owner_alone(engine: Engine) -> None:
    path = Path(str(engine.url.database))
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_a_mail_seen_twice_has_one_row_with_its_newest_place(engine: Engine) -> None:
    first = received(engine)
    with writing(engine) as session:
        moved = journal.Arrival(uidvalidity=8, uid=99, digest=arrival().digest, arrived_at=NOW)
        row = journal.receive(session, [moved], NOW)[moved.digest]
        assert (row.id, row.uidvalidity, row.uid) == (first, 8, 99)
    with reading(engine) as session:
        assert [row.state for row in journal.listing(session)] == ["received"]


def test_an_accepted_mail_books_each_order_once_whatever_is_repeated(engine: Engine) -> None:
    message = received(engine)
    for _ in range(2):
        with writing(engine) as session:
            booked = journal.record(session, message, TWO, NOW)
            assert [order.number for order in booked] == ["RP-2026-000001", "RP-2026-000002"]
    with reading(engine) as session:
        listed = orders.listing(session)
        assert [order.kind for order in listed] == ["stock_transfer", "facility_order"]
        assert [line.position for line in orders.lines_of(session, listed[0])] == [1, 2]


def test_numbers_start_anew_with_the_swedish_year(engine: Engine) -> None:
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    for number, moment in enumerate((NOW, new_year), start=1):
        message = received(engine, number)
        with writing(engine) as session:
            booked = journal.record(session, message, TWO, moment)
    assert booked[0].number == "RP-2027-000001"


def test_the_address_of_an_untrusted_sender_is_not_kept(engine: Engine) -> None:
    message = received(engine)
    flagged = Judgement(Decision.FLAGGED, Kind.OTHER, sender_address="someone@example.org", trusted=False)
    with writing(engine) as session:
        journal.record(session, message, flagged, NOW)
    with reading(engine) as session:
        assert journal.find(session, message).sender_address is None


def test_an_order_is_settled_once_and_the_second_person_is_told_who_did_it(engine: Engine) -> None:
    message = received(engine)
    with writing(engine) as session:
        journal.record(session, message, TWO, NOW)
        orders.register(session, "rp-2026-000001", "karin", "S-17", NOW)
    with writing(engine) as session, pytest.raises(LedgerError, match="redan registrerad av karin"):
        orders.cancel(session, "RP-2026-000001", "bo", "dubblett", NOW)
    with writing(engine) as session, pytest.raises(LedgerError, match="ingen sådan beställning"):
        orders.register(session, "RP-2026-009999", "bo", None, NOW)
    with reading(engine) as session:
        assert sorted(row.state for row in orders.listing(session)) == ["pending", "registered"]


def test_a_block_that_fails_leaves_nothing_behind(engine: Engine) -> None:
    message = received(engine)
    with pytest.raises(LedgerError, match="finns inte"), writing(engine) as session:
        journal.record(session, message, TWO, NOW)
        journal.find(session, 999)
    with reading(engine) as session:
        assert orders.listing(session) == []
        assert journal.find(session, message).state == "received"


def test_the_chain_holds_and_tells_where_it_was_changed(engine: Engine) -> None:
    for number in range(1, 6):
        received(engine, number)
    with reading(engine) as session:
        whole = audit.verify(session)
    assert (whole.links, whole.broken_at) == (5, None)
    with sqlite3.connect(str(engine.url.database)) as raw:
        raw.execute("DROP TRIGGER audit_no_update")
        raw.execute("UPDATE audit SET body = '{}' WHERE seq = 3")
    with reading(engine) as session:
        assert audit.verify(session).broken_at == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET body = 'x' WHERE seq = 1",
        "DELETE FROM audit WHERE seq = 1",
        "INSERT INTO audit VALUES (77, 'a', 'b', x'00', x'01')",
        "INSERT OR REPLACE INTO audit VALUES (1, 'a', 'b', x'00', x'01')",
        "REPLACE INTO audit SELECT seq, at, 'evil', prev, hash FROM audit WHERE seq = 1",
    ],
)
def test_the_database_itself_refuses_to_change_the_chain(engine: Engine, statement: str) -> None:
    received(engine)
    with engine.connect() as connection, pytest.raises(Exception, match="audit"):
        connection.execute(text(statement))


def test_a_locked_ledger_is_told_as_unavailable(engine: Engine) -> None:
    path = Path(str(engine.url.database))
    impatient = open_ledger(path, busy_milliseconds=50)
    with closing(sqlite3.connect(path)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        told = pytest.raises(LedgerUnavailableError, match="inte att använda just nu")
        with told, writing(impatient) as session:
            journal.receive(session, [arrival()], NOW)


def test_a_ledger_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with open_ledger(path).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(LedgerError, match="9999"):
        open_ledger(path)


def test_an_outage_covers_the_mails_from_its_start_to_its_end(engine: Engine) -> None:
    begun, over = NOW - timedelta(hours=2), NOW - timedelta(hours=1)
    with writing(engine) as session:
        declared.start(session, ["sesam2", "websesam"], begun, "karin", NOW)
        (window,) = windows.unfinished(session)
        assert window.covers(begun)
        assert window.covers(NOW)
        assert not window.covers(begun - timedelta(seconds=1))
        ended = declared.end(session, over, "karin", NOW)
        (window,) = windows.unfinished(session)
        assert not window.covers(NOW)
        declared.mark_drained(session, ended.id or 0, NOW)
        assert windows.unfinished(session) == ()


def test_a_wrong_declaration_is_refused_with_what_to_do(engine: Engine) -> None:
    with writing(engine) as session:
        with pytest.raises(LedgerError, match="framtiden"):
            declared.start(session, ["sesam2"], NOW + timedelta(hours=1), "karin", NOW)
        with pytest.raises(LedgerError, match="sesam9.*välj bland"):
            declared.start(session, ["sesam9"], NOW, "karin", NOW)
        with pytest.raises(LedgerError, match="inget system"):
            declared.start(session, [], NOW, "karin", NOW)
        with pytest.raises(LedgerError, match="inget driftstopp"):
            declared.end(session, NOW, "karin", NOW)
        declared.start(session, ["sesam2"], NOW, "karin", NOW)
        with pytest.raises(LedgerError, match="pågår redan"):
            declared.start(session, ["sesam2"], NOW, "karin", NOW)
        with pytest.raises(LedgerError, match="ligga mellan"):
            declared.end(session, NOW - timedelta(hours=1), "karin", NOW)


def test_only_a_flagged_mail_is_settled_by_review_and_only_once(engine: Engine) -> None:
    message = received(engine)
    with writing(engine) as session:
        with pytest.raises(LedgerError, match="ligger inte till granskning"):
            journal.settle_review(session, message, journal.Review.DONE, "karin", NOW)
        journal.record(session, message, Judgement(Decision.FLAGGED, Kind.OTHER), NOW)
        journal.settle_review(session, message, journal.Review.DONE, "karin", NOW)
        assert journal.awaiting_review(session) == []
        with pytest.raises(LedgerError, match="redan avgjort av karin"):
            journal.settle_review(session, message, journal.Review.DONE, "bo", NOW)
