"""Numbered paper slips for the hours without a computer: printed, used, or declared unused.

A slip printed in an outage belongs to it. One printed before, to lie ready, is taken up by the outage in
which it is used; slips are used in the order of their numbers, so a blank one below a used one is missing.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, func, select

from service.errors import LedgerError
from service.ledger import audit
from service.ledger.tables import OutageRow, SlipRow

MOST = 500
"""The most slips of one printing: 250 sheets of paper."""

DRILL = "ÖVN-"


class SlipKind(StrEnum):
    """What a slip is printed for."""

    ORDER = "order"
    WORK_ORDER = "work_order"


class SlipState(StrEnum):
    """Where a slip stands; its value is what the ledger stores."""

    BLANK = "blank"
    USED = "used"
    UNUSED = "unused"


LETTERS = {SlipKind.ORDER: "B", SlipKind.WORK_ORDER: "A"}
"""The first letter of a number: beställning, arbetsorder."""


def hand_out(
    session: Session, kind: SlipKind, count: int, outage: OutageRow | None, by: str, now: datetime
) -> tuple[str, ...]:
    """Note `count` new slips and return their running numbers: B-00017; ÖVN-B-00017 in a drill."""
    if not 1 <= count <= MOST:
        raise LedgerError(f"antalet blanketter ska vara mellan 1 och {MOST}")
    series = (DRILL if outage and outage.drill else "") + LETTERS[kind] + "-"
    first = _last(session, series) + 1
    numbers = tuple(f"{series}{number:05d}" for number in range(first, first + count))
    for number in numbers:
        session.add(
            SlipRow(
                number=number,
                kind=kind.value,
                outage_id=outage.id if outage else None,
                handed_out_at=now,
                state=SlipState.BLANK.value,
            )
        )
    audit.append(session, now, "slips_printed", first=numbers[0], last=numbers[-1], by=by)
    return numbers


def use(session: Session, number: str, outage_id: int, by: str, now: datetime) -> SlipRow:
    """Note that a slip was written on, so that its row in the ledger can name it; refused unless blank."""
    row = _blank(session, number)
    row.outage_id = outage_id
    _settle(row, SlipState.USED, by, now)
    return row


def declare_unused(session: Session, numbers: Iterable[str], by: str, now: datetime) -> Sequence[SlipRow]:
    """Note that slips lie blank still, or were spoilt: all of them or none."""
    rows = [_blank(session, number) for number in dict.fromkeys(map(_spelt, numbers))]
    for row in rows:
        _settle(row, SlipState.UNUSED, by, now)
    audit.append(session, now, "slips_unused", slips=[row.number for row in rows], by=by)
    return rows


def of_outage(session: Session, outage_id: int) -> Sequence[SlipRow]:
    """Return the slips handed out or used in an outage, and the blank ones below those used, by number."""
    mine = session.exec(select(SlipRow).where(SlipRow.outage_id == outage_id)).all()
    used = [row.number for row in mine if row.state == SlipState.USED.value]
    ready = session.exec(
        select(SlipRow).where(col(SlipRow.outage_id).is_(None), SlipRow.state == SlipState.BLANK.value)
    )
    skipped = [row for row in ready if any(_comes_before(row.number, number) for number in used)]
    return sorted([*mine, *skipped], key=lambda row: row.number)


def _comes_before(number: str, other: str) -> bool:
    return number.rpartition("-")[0] == other.rpartition("-")[0] and number < other


def _blank(session: Session, number: str) -> SlipRow:
    spelt = _spelt(number)
    row = session.exec(select(SlipRow).where(SlipRow.number == spelt)).first()
    if row is None:
        raise LedgerError(f"blankett {spelt} är inte utskriven härifrån; kontrollera numret på papperet")
    if row.state != SlipState.BLANK.value:
        done = "använd" if row.state == SlipState.USED.value else "anmäld som oanvänd"
        raise LedgerError(f"blankett {spelt} är redan {done} av {row.settled_by}; inget ändrades")
    return row


def _settle(row: SlipRow, state: SlipState, by: str, now: datetime) -> None:
    row.state, row.settled_at, row.settled_by = state.value, now, by


def _last(session: Session, series: str) -> int:
    numbers = select(func.max(SlipRow.number)).where(col(SlipRow.number).startswith(series))
    found = session.exec(numbers).one()
    return int(found.rpartition("-")[2]) if found else 0


def _spelt(number: str) -> str:
    return number.strip().upper()
