"""What comes by phone, on paper or at the desk: typed in, screened like a mail, and owed a registration.

What belongs to a patient is refused: it stays on a paper slip, and the row carries the slip's number.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine
from sqlmodel import Session

from service.errors import LedgerError
from service.intake.typed import screen_typed, typed_line
from service.ledger import audit, orders, windows
from service.ledger.engine import writing
from service.ledger.tables import OrderRow, OutageRow
from service.outage import declared, slips
from service.outage.calendar import day_of
from service.reading.sandbox import Sandbox
from service.rules.duties import Duties, Duty, DutyRule, Owner, Source
from service.values import Certainty, Kind, Order
from service.wording import KINDS, OWNERS, order_lines

ADDRESS = re.compile(r"[^\s@<>,;]+@[a-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed in about one thing to register; lines as "article;description;quantity;unit".

    `sure` lets a possible finding of personal data pass; a certain one never does.
    """

    kind: Kind
    source: Source
    taken_by: str
    happened_at: datetime
    lines: tuple[str, ...] = ()
    from_stock: str | None = None
    to_stock: str | None = None
    facility: str | None = None
    customer_number: str | None = None
    requested_date: date | None = None
    delivered_on: date | None = None
    urgent: bool = False
    owner: Owner | None = None
    owner_address: str | None = None
    slip_number: str | None = None
    note: str | None = None
    outage_id: int | None = None
    sure: bool = False


@dataclass(frozen=True, slots=True)
class AddingDesk:
    """What an addition works with; letters about it go only to addresses of the trusted `domains`."""

    ledger: Engine
    judges: Sandbox
    duties: Duties
    address: str
    domains: frozenset[str]

    def add(self, typed: Typed, by: str, now: datetime) -> OrderRow:
        """Book what was typed; LedgerError tells what lacks, or that it belongs on paper."""
        order = _order(typed, now)
        duty = _duty(self.duties.rule(typed.kind, typed.source), typed)
        address = self._reachable(typed, duty)
        self._screen(order, typed)
        with writing(self.ledger) as session:
            outage = _outage(session, typed)
            outage_id = declared.key(outage)
            used = slips.use(session, typed.slip_number, outage_id, by, now) if typed.slip_number else None
            _reopen(session, outage, by, now)
            taken = orders.Taken(
                source=typed.source,
                outage_id=outage_id,
                drill=outage.drill,
                happened_at=typed.happened_at,
                duty=duty,
                taken_by=typed.taken_by,
                owner_address=address,
                delivered_on=typed.delivered_on,
                slip_number=used.number if used else None,
                note=typed.note,
            )
            return orders.add(session, order, taken, by, now)

    def _reachable(self, typed: Typed, duty: Duty) -> str | None:
        """Return where reminders go; a prescriber is not of our house and must have an address."""
        address = (typed.owner_address or "").strip().lower()
        if not address and duty.owner is Owner.PRESCRIBER:
            raise LedgerError("ange förskrivarens adress med --owner-address, dit påminnelsen ska gå")
        if address and not (ADDRESS.fullmatch(address) and address.rpartition("@")[2] in self.domains):
            raise LedgerError(f"{address}: ingen adress i en betrodd domän (trust.domains)")
        return address or None

    def _screen(self, order: Order, typed: Typed) -> None:
        """Judge all free text as a mail of its own."""
        lines = [*order_lines(order), typed.note or "", typed.taken_by]
        found = screen_typed(self.judges, self.address, lines)
        if Certainty.CERTAIN in found or (found and not typed.sure):
            how = "" if Certainty.CERTAIN in found else ", eller säg --sure om det inte rör en brukare"
            raise LedgerError(
                "texten håller något som liknar en brukares uppgifter: låt dem stanna på papper, "
                f"och skriv bara blankettens nummer här med --slip{how}"
            )


def _order(typed: Typed, now: datetime) -> Order:
    if typed.happened_at > now:
        raise LedgerError("--happened ligger i framtiden; ange när det verkligen hände")
    if typed.delivered_on and typed.delivered_on > day_of(now):
        raise LedgerError("--delivered ligger i framtiden; ange den dag det lämnades ut, eller ingen")
    corrects = typed.kind is Kind.STOCK_CORRECTION
    order = Order(
        kind=typed.kind,
        from_stock=typed.from_stock,
        to_stock=typed.to_stock,
        facility=typed.facility,
        requested_date=typed.requested_date,
        urgent=typed.urgent,
        customer_number=typed.customer_number,
        lines=tuple(typed_line(line, may_be_less=corrects) for line in typed.lines),
    )
    _refuse_incomplete(order, on_paper=typed.slip_number is not None)
    return order


def _refuse_incomplete(order: Order, *, on_paper: bool) -> None:
    """Refuse what could not be registered from the row alone; what a slip holds need not stand here too."""
    if order.to_stock and order.facility:
        raise LedgerError("ange --to eller --facility, inte båda: en beställning går till ett ställe")
    if on_paper:
        return
    lacking = {
        "vart det ska (--to eller --facility)": order.kind.allowed_by_mail and not order.destination,
        "minst en rad (--line)": not order.lines,
    }
    if any(lacking.values()):
        named = " och ".join(name for name, is_lacking in lacking.items() if is_lacking)
        raise LedgerError(f"ange {named}, eller blankettens nummer (--slip)")


def _duty(rule: DutyRule, typed: Typed) -> Duty:
    """Return who registers it: as the rule says, or whom the rule lets do it by agreement."""
    if typed.owner not in (None, rule.owner, *rule.or_by):
        may = " eller ".join(OWNERS[owner] for owner in (rule.owner, *rule.or_by))
        raise LedgerError(f"{KINDS[typed.kind]} registreras av {may}; se rules/systems.yaml")
    return Duty(rule.id, typed.owner or rule.owner, rule.systems)


def _outage(session: Session, typed: Typed) -> OutageRow:
    """Return the outage as told, else that of the time it happened, else the newest: each row has one."""
    if typed.outage_id is not None:
        return declared.find(session, typed.outage_id)
    going = declared.current(session)
    in_drill = going is not None and going.drill
    home = windows.home_of(session, typed.happened_at, marked=in_drill)
    newest = [row for row in declared.history(session) if not row.drill][-1:]
    if home is None and not newest:
        raise LedgerError("inget driftstopp är anmält; anmäl det med `reservpost outage start --since` först")
    return home or newest[0]


def _reopen(session: Session, outage: OutageRow, by: str, now: datetime) -> None:
    """Open a closed outage again: a slip found late is owed a registration as well."""
    if outage.closed_at is not None:
        outage.closed_at, outage.closed_by = None, None
        audit.append(session, now, "outage_reopened", outage=outage.id, by=by)
