"""Carries out what staff say about orders in a mail: each line by itself, done or refused with the reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from service.clock import shown
from service.ledger import orders
from service.ledger.orders import OrderState
from service.ledger.tables import OrderRow
from service.rules.duties import Duties, Owner, Source
from service.staff import Role
from service.values import Act, Command, Kind, Reply
from service.wording import OWNERS, STATES

MANAGERS = frozenset((Role.OPERATIONS_MANAGER, Role.UNIT_MANAGER))
"""Who may tick off anything: they are told of what the owner has not done."""

ROLES = {
    Owner.DESK: frozenset((Role.PURCHASER,)),
    Owner.TECHNICIAN: frozenset((Role.TECHNICIAN,)),
    Owner.OPERATIONS_MANAGER: frozenset((Role.OPERATIONS_MANAGER,)),
    Owner.PRESCRIBER: frozenset(),
}
"""Which of the staff each owner is; a prescriber is none of them."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one command, in Swedish; `done` tells whether anything was changed."""

    number: str
    told: str
    done: bool = False


def carry_out(
    session: Session, reply: Reply, by: str, roles: Iterable[Role], duties: Duties, now: datetime
) -> tuple[Outcome, ...]:
    """Do every command that may be done, and tell of each what came of it; a wrong one raises nothing."""
    held = frozenset(roles)
    return tuple(_carry_out(session, command, by, held, duties, now) for command in reply.commands)


def _carry_out(
    session: Session, command: Command, by: str, roles: frozenset[Role], duties: Duties, now: datetime
) -> Outcome:
    row = session.exec(select(OrderRow).where(OrderRow.number == command.number)).first()
    if row is None:
        return Outcome(command.number, "finns inte i liggaren; kontrollera numret")
    if hinder := _hinder(session, row, command, by, roles, duties):
        return Outcome(row.number, f"{hinder}; inget ändrades")
    if command.act is Act.REGISTERED:
        orders.register(session, row.number, by, command.sesam_number, now)
        told = f"registrerad i Sesam som {command.sesam_number}" if command.sesam_number else "registrerad"
    else:
        orders.cancel(session, row.number, by, command.why or "", now)
        told = f"makulerad, skäl: {command.why}"
    return Outcome(row.number, told, done=True)


def _hinder(
    session: Session, row: OrderRow, command: Command, by: str, roles: frozenset[Role], duties: Duties
) -> str:
    """Return why the command cannot be done, or nothing."""
    if row.state != OrderState.PENDING.value:
        return _settled(row, by) + _doubled(row, command)
    if not _may_settle(row, by, roles, duties):
        return f"ska registreras av {OWNERS[row.owner]}, så den bockas av där eller av driftsledaren"
    if command.act is Act.CANCELLED and command.why is None:
        return "skälet kan innehålla personuppgifter; skriv ett annat skäl"
    if command.act is Act.CANCELLED and not command.why:
        return "skriv varför efter ett kolon, till exempel makulerad: dubblett"
    other = orders.holder(session, command.sesam_number)
    return f"numret {command.sesam_number} i Sesam står redan på {other}; kontrollera det" if other else ""


def _settled(row: OrderRow, by: str) -> str:
    who = "dig" if row.settled_by == by else row.settled_by
    when = shown(row.settled_at) if row.settled_at else ""
    number = f" som {row.sesam_number} i Sesam" if row.sesam_number else ""
    return f"är redan {STATES[row.state]}{number} av {who} {when}"


def _doubled(row: OrderRow, command: Command) -> str:
    """Warn of a second number in Sesam for what is registered there already."""
    other = command.act is Act.REGISTERED and command.sesam_number
    if not other or not row.sesam_number or other == row.sesam_number:
        return ""
    return f"; finns {other} också i Sesam är den registrerad två gånger, makulera då den ena där"


def _may_settle(row: OrderRow, by: str, roles: frozenset[Role], duties: Duties) -> bool:
    rule = duties.rule(Kind(row.kind), Source(row.source))
    owners = (Owner(row.owner), *rule.or_by)
    return by == row.owner_address or any(roles & (ROLES[owner] | MANAGERS) for owner in owners)
