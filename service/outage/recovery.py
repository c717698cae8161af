"""When a system is up again: who ordered is told so, and who registers gets the whole list. Each once.

Who was answered that a mail could not be taken as an order is told as well, with nothing of that mail.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from service.ledger import orders
from service.ledger.journal import Review
from service.ledger.tables import DigestRow, LetterRow, MessageRow, OrderRow, SystemRow
from service.outage.digest import digest, note, post, systems
from service.outage.digest import kind as digest_kind
from service.outage.office import Office
from service.outage.owed import item, lines_of, registrable_since
from service.rules.duties import Duties, Source
from service.values import Decision, Kind
from service.wording import SYSTEMS, listed

PENDING = orders.OrderState.PENDING.value
LETTERS = ("recovery", "recovered")
"""The kinds of letter that are written here: to who ordered, and to staff."""


def tell(session: Session, office: Office, now: datetime, *, drill: bool = False) -> int:
    """Write the letters about every system that came up and of which nobody was told; return how many."""
    back = _untold(session, now, drill=drill)
    if not back:
        return 0
    words = listed([word for name, word in SYSTEMS.items() if name in {system.name for system in back}])
    key = "recovery:" + "+".join(str(system.id) for system in back)
    told = _tell_orderers(session, office, back, words, key, now, drill=drill)
    told += _tell_staff(session, office, words, key, now, drill=drill)
    for system in back:
        note(session, _kind(system), told, 0, now)
    return told


def pass_over_drills(session: Session, now: datetime) -> None:
    """Note as told, without a letter, what came up in a drill that a real outage overtook."""
    for system in _untold(session, now, drill=True):
        note(session, _kind(system), 0, 0, now)


def systems_of(letter: LetterRow) -> frozenset[int]:
    """Return the rows of the systems that a letter written here tells of."""
    return frozenset(map(int, letter.dedupe_key.split(":")[1].split("+")))


def _untold(session: Session, now: datetime, *, drill: bool) -> list[SystemRow]:
    """Return each time that a system was down and is up, untold; one that is down again has to wait."""
    known, every = set(session.exec(select(DigestRow.kind))), systems(session, drill=drill)
    down = {system.name for system in every if system.up_at is None or system.up_at > now}
    return [system for system in every if system.name not in down and _kind(system) not in known]


def _kind(system: SystemRow) -> str:
    return f"recovery {system.id}"


def _tell_orderers(
    session: Session,
    office: Office,
    back: Sequence[SystemRow],
    words: str,
    key: str,
    now: datetime,
    *,
    drill: bool,
) -> int:
    """Tell everyone who ordered in the outage, or tried to, each with what is open of their own."""
    rows = [row for row in orders.listing(session, drill=drill) if _belongs(row, back)]
    lines, every = lines_of(session, rows), systems(session, drill=drill)
    mails = _not_taken(session, back)
    addresses = list(dict.fromkeys([*_addresses(rows), *(mail.sender_address or "" for mail in mails)]))
    for address in addresses:
        own = [row for row in rows if row.state == PENDING and _owes(row, address)]
        asked = [row for row in rows if row.state == PENDING and _asked(row, address)]
        shown: dict[str, object] = {
            "systems": words,
            "mine": tuple(item(row, lines) for row in own if registrable_since(row, every, office.duties)),
            "asked": tuple(item(row, lines, with_state=True) for row in asked),
            "read_by_a_person": any(mail.sender_address == address and _waits(mail) for mail in mails),
            "refused": any(mail.sender_address == address and _is_refused(mail) for mail in mails),
            **_still_down(every, office.duties),
        }
        letter = office.templates.write("recovery", address, shown, office.desk)
        post(session, office, letter, f"{key}:{address}", now, drill=drill)
    return len(addresses)


def _still_down(every: Iterable[SystemRow], duties: Duties) -> dict[str, object]:
    """Return what is down still, in words, and whether what was taken from own stock has to wait for it."""
    down = {system.name for system in every if system.up_at is None}
    places = duties.of(Kind.PRESCRIPTION, Source.MAIL).systems
    return {
        "down": listed([word for name, word in SYSTEMS.items() if name in down]),
        "own_stock_waits": down.issuperset(place.value for place in places),
    }


def _tell_staff(session: Session, office: Office, words: str, key: str, now: datetime, *, drill: bool) -> int:
    """Give purchasers and operations managers all that waits; it stands for the next digest too."""
    gathered = digest(session, now, drill=drill)
    addresses = dict.fromkeys((*office.staff.purchasers, *office.staff.operations_managers))
    for address in addresses:
        shown: dict[str, object] = {"systems": words, "digest": gathered.shown}
        letter = office.templates.write("recovered", address, shown, office.desk)
        whole = replace(letter, attachment=gathered.attached())
        post(session, office, whole, f"{key}:staff:{address}", now, drill=drill)
    note(session, digest_kind(drill=drill), len(addresses), gathered.audit_seq, now)
    return len(addresses)


def _belongs(row: OrderRow, back: Iterable[SystemRow]) -> bool:
    """Whether the row is of the outage: what came while the system was down, and what waits still."""
    return row.state == PENDING or any(
        row.outage_id == system.outage_id or row.booked_at >= system.down_at for system in back
    )


def _not_taken(session: Session, back: Iterable[SystemRow]) -> list[MessageRow]:
    """Return the flagged and rejected mails of the outage whose senders we have answered."""
    answered = select(LetterRow.message_id).where(col(LetterRow.message_id).is_not(None))
    query = select(MessageRow).where(
        col(MessageRow.outage_id).in_({system.outage_id for system in back}),
        col(MessageRow.decision).in_((Decision.FLAGGED.value, Decision.REJECTED.value)),
        col(MessageRow.sender_address).is_not(None),
        col(MessageRow.id).in_(answered),
    )
    return list(session.exec(query.order_by(col(MessageRow.id))))


def _waits(mail: MessageRow) -> bool:
    return mail.decision == Decision.FLAGGED.value and mail.review is None


def _is_refused(mail: MessageRow) -> bool:
    return mail.decision == Decision.REJECTED.value or mail.review == Review.REJECTED.value


def _addresses(rows: Iterable[OrderRow]) -> list[str]:
    each = (address for row in rows for address in (row.owner_address, row.sender_address) if address)
    return list(dict.fromkeys(each))


def _owes(row: OrderRow, address: str) -> bool:
    """Whether this person must register the row."""
    return address == (row.owner_address or (row.sender_address if row.owner == "prescriber" else None))


def _asked(row: OrderRow, address: str) -> bool:
    """Whether this person asked for what another must register."""
    return row.sender_address == address and not _owes(row, address)
