"""An order desk for the tests of what follows an outage: its people, its ledger, and rows that are owed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel, col, select

from service.clock import SWEDEN
from service.ledger import audit
from service.ledger.tables import LetterRow, OrderLineRow, OrderRow, OutageRow, SystemRow
from service.letters.templates import Desk, load_templates
from service.outage.calendar import Calendar
from service.outage.office import DigestPlan, Office
from service.rules.calendar import load_calendar
from service.rules.duties import load_duties
from service.settings import shipped_rules
from service.staff import Staff
from service.values import Kind

PURCHASERS = ("eva.lind@regionvarmland.se", "per.ek@regionvarmland.se")
MANAGER = "asa.berg@regionvarmland.se"
CHIEF = "maj.ros@regionvarmland.se"
TECHNICIAN = "bo.dahl@regionvarmland.se"
PRESCRIBER = "malin.sundkvist@arvika.se"

RULES = load_calendar(shipped_rules())
STAFF = Staff(PURCHASERS, (MANAGER,), (CHIEF,), (TECHNICIAN,))
OFFICE = Office(
    desk=Desk("Hjälpmedelsservice", "010-831 00 00", "desk@regionvarmland.se", "regionvarmland.se"),
    templates=load_templates(shipped_rules()),
    staff=STAFF,
    calendar=Calendar(RULES),
    duties=load_duties(shipped_rules()),
    steps=RULES.reminders,
    plan=DigestPlan((time(7, 30), time(12), time(15))),
)


def swedish(text: str) -> datetime:
    """Return the moment, in UTC, that a Swedish clock shows so: 2026-03-02 09:00."""
    return datetime.fromisoformat(text).replace(tzinfo=SWEDEN).astimezone(UTC)


def memory() -> Engine:
    """Return an empty ledger that is gone with its engine."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    SQLModel.metadata.create_all(engine)
    return engine


@contextmanager
def desk_session() -> Iterator[Session]:
    """Give a session on an empty ledger."""
    engine = memory()
    with Session(engine, expire_on_commit=False) as session:
        yield session
    engine.dispose()


def outage(session: Session, since: datetime, *names: str, drill: bool = False) -> list[SystemRow]:
    """Write an outage and the systems that it names, as declared at once."""
    row = OutageRow(started_at=since, declared_at=since, declared_by="Åsa", drill=drill)
    session.add(row)
    session.flush()
    systems = [SystemRow(outage_id=row.id or 0, name=name, down_at=since) for name in names]
    session.add_all(systems)
    audit.append(session, since, "outage_started", outage=row.id)
    session.flush()
    return systems


def owed(
    session: Session,
    at: datetime,
    kind: Kind = Kind.FACILITY_ORDER,
    lines: Sequence[tuple[str | None, str, float]] = (("50123", "Rollator Carl-Oskar", 4),),
    **fields: Any,
) -> OrderRow:
    """Write a pending row with its lines, as booked at the time."""
    number = len(session.exec(select(OrderRow.id)).all()) + 1
    values: dict[str, Any] = {"sender_address": PRESCRIBER, "facility": "Annagården"} | fields
    row = OrderRow(
        number=f"RP-2026-{number:06d}",
        message_id=None,
        kind=kind.value,
        state="pending",
        booked_at=at,
        happened_at=at - timedelta(minutes=1),
        **values,
    )
    session.add(row)
    session.flush()
    for position, (article, description, quantity) in enumerate(lines, start=1):
        session.add(
            OrderLineRow(
                order_id=row.id or 0,
                position=position,
                article_number=article,
                description=description,
                quantity=quantity,
                unit="st",
                confidence=1,
            )
        )
    audit.append(session, at, "booked", order=row.number)
    session.flush()
    return row


def letters(session: Session, kind: str) -> list[LetterRow]:
    """Return the letters of this kind in the order they were written."""
    return list(session.exec(select(LetterRow).where(LetterRow.kind == kind).order_by(col(LetterRow.id))))
