"""A ledger of the first version, with data in it, brought to the newest: nothing lost, and still guarded."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

import service.ledger
from service.ledger import audit, orders
from service.ledger.engine import connect, open_ledger, reading, writing
from service.outage import planned

FIRST = (
    "INSERT INTO outage VALUES (1, '2026-03-05 08:00:00', '2026-03-05 12:00:00', NULL, "
    "'2026-03-05 08:10:00', 'karin', 0, '')",
    "INSERT INTO system VALUES (1, 1, 'sesam2', '2026-03-05 08:00:00', '2026-03-05 12:00:00')",
    "INSERT INTO outage VALUES (2, '2026-03-06 18:00:00', '2026-03-06 22:00:00', NULL, "
    "'2026-03-06 18:00:00', 'karin', 1, '')",
    "INSERT INTO system VALUES (2, 2, 'websesam', '2026-03-06 18:00:00', '2026-03-06 22:00:00')",
    *(
        f"INSERT INTO message VALUES ({number}, 'digest{number}', 7, {number}, '2026-03-05 {hour}:00:00', "
        f"'2026-03-05 {hour}:00:01', 'filed', 'accepted', 'stock_transfer', '[]', 'malin@arvika.se', "
        f"'2026-03-05 {hour}:00:02', '2026-03-05 {hour}:00:03', NULL, NULL, NULL)"
        for number, hour in ((1, "09"), (2, "14"))
    ),
    *(
        f"""INSERT INTO "order" VALUES ({number}, 'RP-2026-00000{number}', {number}, 'stock_transfer',
        'Kil', 'Arvika', NULL, '2026-03-09', 1, '1234', 'malin@arvika.se', 'pending', '2026-03-05 09:00:02',
        'daemon', NULL, NULL, NULL, NULL)"""
        for number in (1, 2)
    ),
    "INSERT INTO order_line VALUES (1, 1, 1, '50123', 'rollator', 4.0, 'st', 1.0)",
    "INSERT INTO letter VALUES (1, 'answer:1', 'accepted', 1, 'malin@arvika.se', '<1@b.se>', '', '', "
    "'Mottagen', 'Hej', '<p>Hej</p>', 'queued', 0, '2026-03-05 09:00:02', '2026-03-05 09:00:02', "
    "NULL, NULL, '')",
)


def first_version(path: Path) -> None:
    """Make a ledger as the first version made it, with something in every table."""
    config = Config()
    config.set_main_option("script_location", str(Path(service.ledger.__file__).parent / "migrations"))
    with connect(path).connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in FIRST:
            connection.execute(text(statement))
        body, at = '{"event":"received"}', "2026-03-05T09:00:00+00:00"
        connection.execute(
            text("INSERT INTO audit VALUES (1, :at, :body, :prev, :hash)"),
            {"at": at, "body": body, "prev": audit.START, "hash": audit.link_hash(audit.START, 1, at, body)},
        )
        connection.commit()


@pytest.fixture
def ledger(tmp_path: Path) -> Engine:
    path = tmp_path / "ledger.db"
    first_version(path)
    return open_ledger(path)


def test_what_the_first_version_held_is_all_there_and_knows_its_outage(ledger: Engine) -> None:
    with reading(ledger) as session:
        within, after = orders.listing(session)
        assert (within.number, within.outage_id, after.outage_id) == ("RP-2026-000001", 1, None)
        assert (within.source, within.owner, within.system) == ("mail", "desk", "sesam2")
        assert within.happened_at is not None
        assert within.happened_at.isoformat() == "2026-03-05T09:00:00+00:00"
        assert within.drill is False
        assert [line.description for line in orders.lines_of(session, within)] == ["rollator"]
        assert audit.verify(session).links == 1
    with ledger.connect() as connection:
        assert connection.execute(text("SELECT recipient, drill FROM letter")).all() == [
            ("malin@arvika.se", 0)
        ]
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


def test_a_system_of_a_planned_stop_was_down_by_plan_and_a_stop_can_be_declared_ahead(ledger: Engine) -> None:
    with ledger.connect() as connection:
        downs = connection.execute(text("SELECT name, planned FROM system ORDER BY id")).all()
    assert downs == [("sesam2", 0), ("websesam", 1)]
    at = datetime(2026, 3, 9, 18, tzinfo=UTC)
    with writing(ledger) as session:
        planned.announce(session, ["sesam2"], at, None, "karin", at)
        assert planned.begin_due(session, at) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET body = 'x'",
        "DELETE FROM audit",
        "INSERT INTO audit VALUES (77, 'a', 'b', x'00', x'01')",
        "INSERT OR REPLACE INTO audit VALUES (1, 'a', 'b', x'00', x'01')",
    ],
)
def test_the_chain_is_as_guarded_as_before(ledger: Engine, statement: str) -> None:
    with ledger.connect() as connection, pytest.raises(IntegrityError, match="audit"):
        connection.execute(text(statement))


def test_references_and_single_use_are_held_after_the_change(ledger: Engine) -> None:
    with ledger.connect() as connection, pytest.raises(IntegrityError, match="FOREIGN KEY"):
        connection.execute(text('DELETE FROM "order"'))
    with ledger.begin() as connection:
        connection.execute(text("UPDATE \"order\" SET slip_number = 'B-00001' WHERE id = 1"))
    with ledger.connect() as connection, pytest.raises(IntegrityError, match="UNIQUE"):
        connection.execute(text("UPDATE \"order\" SET slip_number = 'B-00001' WHERE id = 2"))
    with ledger.connect() as connection, pytest.raises(IntegrityError, match="UNIQUE"):
        connection.execute(text("UPDATE \"order\" SET number = 'RP-2026-000001' WHERE id = 2"))


def test_opening_the_ledger_again_changes_nothing(ledger: Engine) -> None:
    with writing(ledger) as session:
        orders.register(
            session, "RP-2026-000002", "karin", "S-1", orders.find(session, "RP-2026-000002").booked_at
        )
    with reading(open_ledger(Path(str(ledger.url.database)))) as session:
        assert sorted(row.state for row in orders.listing(session)) == ["pending", "registered"]
