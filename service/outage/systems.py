"""The systems of an outage, each with its own way up and down, and what may be registered meanwhile.

A portal may come up before Sesam 2, or after it: what is owed in a system that is up can be registered there
at once.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from service.errors import LedgerError
from service.ledger import audit
from service.ledger.tables import OutageRow, SystemRow
from service.rules.duties import Duties, DutyRule, System

NAMES = tuple(system.value for system in System)


@dataclass(frozen=True, slots=True)
class SystemState:
    """One system now: up, or down since a time, by plan or not."""

    name: str
    down_since: datetime | None
    planned: bool = False

    @property
    def up(self) -> bool:
        """Whether it can be used."""
        return self.down_since is None


@dataclass(frozen=True, slots=True)
class Permission:
    """What one rule says now: whether what it is about may be registered, and what it waits for if not."""

    rule: DutyRule
    allowed: bool
    waits_for: tuple[str, ...]


def refuse_unknown(names: Sequence[str]) -> None:
    """Refuse a name that is no system, and no name at all."""
    unknown = [name for name in names if name not in NAMES]
    if unknown or not names:
        named = ", ".join(unknown) or "inget system angivet"
        raise LedgerError(f"{named}: välj bland {', '.join(NAMES)}")


def of_outage(session: Session, outage: OutageRow) -> Sequence[SystemRow]:
    """Return every time that a system was down in the outage, in the order it was told."""
    query = select(SystemRow).where(SystemRow.outage_id == outage.id).order_by(col(SystemRow.id))
    return session.exec(query).all()


def down(
    session: Session,
    outage: OutageRow,
    name: str,
    at: datetime,
    by: str,
    now: datetime,
    *,
    planned: bool = False,
) -> SystemRow:
    """Note that one more system is down in the outage that goes on."""
    refuse_unknown([name])
    if _open_row(session, outage, name) is not None:
        raise LedgerError(f"{name} är redan nere; inget ändrades")
    if not outage.started_at <= at <= now:
        raise LedgerError("tiden måste ligga mellan driftstoppets början och nu; inget ändrades")
    row = SystemRow(outage_id=outage.id or 0, name=name, down_at=at, planned=planned)
    session.add(row)
    audit.append(session, now, "system_down", outage=outage.id, system=name, by=by)
    return row


def up(session: Session, outage: OutageRow, name: str, at: datetime, by: str, now: datetime) -> SystemRow:
    """Note that one system is back while the outage goes on."""
    refuse_unknown([name])
    row = _open_row(session, outage, name)
    if row is None:
        raise LedgerError(f"{name} är inte nere i det här driftstoppet; inget ändrades")
    if not row.down_at <= at <= now:
        raise LedgerError("tiden måste ligga mellan när systemet gick ner och nu; inget ändrades")
    row.up_at = at
    audit.append(session, now, "system_up", outage=outage.id, system=name, by=by)
    return row


def all_up(session: Session, outage: OutageRow, at: datetime) -> None:
    """Note that what was still down is back: the outage is over."""
    for row in of_outage(session, outage):
        row.up_at = row.up_at or max(at, row.down_at)


def down_now(session: Session) -> frozenset[str]:
    """Return the names of the systems that are down in truth, whatever a drill pretends."""
    real = select(SystemRow.name).join(OutageRow).where(col(OutageRow.drill).is_(False))
    return frozenset(session.exec(real.where(col(SystemRow.up_at).is_(None))))


def states(rows: Iterable[SystemRow]) -> tuple[SystemState, ...]:
    """Return how each of the three systems is by the rows of one outage, in their usual order."""
    down_rows = {row.name: SystemState(row.name, row.down_at, row.planned) for row in rows if not row.up_at}
    return tuple(down_rows.get(name, SystemState(name, None)) for name in NAMES)


def permissions(duties: Duties, down_systems: Collection[str]) -> tuple[Permission, ...]:
    """Return, rule by rule, what may be registered with these systems down."""
    return tuple(
        Permission(
            rule,
            allowed=any(system not in down_systems for system in rule.systems),
            waits_for=tuple(system.value for system in rule.systems if system in down_systems),
        )
        for rule in duties.rules
    )


def _open_row(session: Session, outage: OutageRow, name: str) -> SystemRow | None:
    mine = (SystemRow.outage_id == outage.id, SystemRow.name == name, col(SystemRow.up_at).is_(None))
    return session.exec(select(SystemRow).where(*mine)).first()
