"""Opens the ledger's database and runs what is asked of it in one transaction.

SQLite the way that kept every commit under four writers in trials: WAL, synchronous FULL, a busy time-out,
and BEGIN IMMEDIATE sent by ourselves, because the driver's own BEGIN takes the write lock too late.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from service.errors import LedgerError, LedgerUnavailableError

if TYPE_CHECKING:
    from sqlite3 import Connection as SqliteConnection

    from sqlmodel import Session

HEAD = "0005"
"""The newest revision under migrations/versions; a test holds it true."""

BUSY_MILLISECONDS = 10_000


def open_ledger(path: Path, busy_milliseconds: int = BUSY_MILLISECONDS) -> Engine:
    """Return the engine of the SQLite ledger at `path`, made or brought up to date if need be."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    engine = connect(path, busy_milliseconds)
    with reading_connection(engine) as connection:
        revision = _revision(connection)
    if revision != HEAD:
        _migrate(engine, revision, path)
    return engine


def connect(path: Path, busy_milliseconds: int = BUSY_MILLISECONDS) -> Engine:
    """Return an engine for the SQLite file, with our way of beginning a transaction."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False})
    event.listen(engine, "connect", partial(_on_connect, busy_milliseconds))
    event.listen(engine, "begin", _on_begin)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator["Session"]:
    """Run the block in one transaction that holds the write lock, and commit it.

    Raises LedgerUnavailableError when the disk is full or the lock cannot be had: nothing was written then.
    """
    from sqlmodel import Session

    with _told(engine), Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator["Session"]:
    """Run the block on one consistent view that takes no write lock."""
    from sqlmodel import Session

    with _told(engine), Session(engine.execution_options(read_only=True), expire_on_commit=False) as session:
        yield session


@contextmanager
def reading_connection(engine: Engine) -> Iterator[Connection]:
    """Give a bare connection for reading: quicker to load than a session, for `status`."""
    with _told(engine), engine.execution_options(read_only=True).connect() as connection:
        yield connection


@contextmanager
def _told(engine: Engine) -> Iterator[None]:
    """Tell a database's faults as ours, without the statement's values, which could hold an address."""
    path = engine.url.database
    try:
        yield
    except OperationalError as error:
        raise LedgerUnavailableError(
            f"{path}: liggaren går inte att använda just nu ({error.orig}); "
            "frigör disk eller stäng det som låser den"
        ) from None
    except IntegrityError as error:
        raise LedgerError(f"{path}: liggaren tog inte emot ändringen ({error.orig})") from None
    except DatabaseError as error:
        raise LedgerError(
            f"{path}: liggaren är skadad ({error.orig}); stoppa tjänsten och återställ en säkerhetskopia"
        ) from None


def _revision(connection: Connection) -> str | None:
    known = connection.execute(text("SELECT name FROM sqlite_master WHERE name = 'alembic_version'")).first()
    found = known and connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found else None


def _migrate(engine: Engine, revision: str | None, path: Path) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    try:
        with _told(engine), _unreferenced(engine) as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
    except CommandError as error:
        raise LedgerError(
            f"{path}: liggaren har version {revision}, som programmet inte känner; kör en nyare version"
        ) from error


@contextmanager
def _unreferenced(engine: Engine) -> Iterator[Connection]:
    """Give a connection that enforces no foreign keys: a table is made anew by dropping the old one.

    SQLite takes the pragma only outside a transaction, so it goes past the one that a statement begins.
    """
    with engine.connect() as connection:
        driver = connection.connection.cursor()
        driver.execute("PRAGMA foreign_keys = OFF")
        try:
            yield connection
        finally:
            connection.rollback()
            driver.execute("PRAGMA foreign_keys = ON")


def _on_connect(busy_milliseconds: int, connection: "SqliteConnection", _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {busy_milliseconds}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        # What is deleted is overwritten, so that an address taken out is gone from the file too.
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Connection) -> None:
    deferred = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if deferred else "BEGIN IMMEDIATE")
