"""The digest that purchasers get: what waits for registration, what is new, and what a person must settle.

How far the last one told stands as a row with a place in the audit chain: what it says further on is new.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from service.ledger import journal, orders
from service.ledger.priority import Priority, priority
from service.ledger.tables import AuditRow, DigestRow, MessageRow, OrderRow, OutageRow, SystemRow
from service.letters import compose, outbox
from service.letters.shown import ShownChain, ShownDigest, ShownDoubt, ShownGroup
from service.letters.templates import Attachment, Letter
from service.outage.calendar import at, day_of
from service.outage.office import DigestPlan, Office, shown_time
from service.outage.owed import Lines, item, lines_of, pending
from service.outage.sheet import workbook
from service.values import Decision
from service.wording import SYSTEMS

SHOWN = 40
"""How many items stand in the letter itself: more cannot be scrolled through on a phone."""

TITLES = {"Förråd": Priority.STOCK, "Brådskar": Priority.URGENT, "Övrigt": Priority.REST}
"""The parts of a digest, in their order."""

_ROWS = ("booked", "registered", "cancelled", "reviewed")
_SYSTEMS = ("outage_started", "outage_ended", "system_down", "system_up")
NEWS = frozenset(_ROWS + _SYSTEMS)
"""The events of the audit chain that change a digest; beside them a mail that is flagged."""


Body = Mapping[str, object]
"""What a link of the audit chain says."""


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest ready to be written: what it shows, its workbook, and how far down the chain it tells."""

    shown: ShownDigest
    workbook: bytes
    audit_seq: int

    @property
    def has_something(self) -> bool:
        """Whether anything waits for anybody."""
        return bool(self.shown.groups or self.shown.doubts)

    def attached(self) -> Attachment | None:
        """Return the workbook as the letter carries it, or None where it lists nothing."""
        return Attachment(self.shown.file, self.workbook) if self.shown.file else None


def digest(session: Session, now: datetime, *, drill: bool = False) -> Digest:
    """Gather the digest as of now; nothing is written."""
    rows, last = pending(session, drill=drill), last_sent(session, drill=drill)
    lines = lines_of(session, rows)
    booked = _booked(session, last, drill=drill)
    new = [row for row in rows if row.number in booked]
    shown = ShownDigest(
        counts=_counts(session, rows, drill=drill),
        new=len(new),
        urgent=sum(row.urgent for row in rows),
        groups=_groups(rows, lines, {row.number for row in new}),
        doubts=_doubts(session, drill=drill),
        systems=_down(session, drill=drill),
        file=f"Att registrera {shown_time(now)}.xlsx" if rows else "",
        chain=_head(session),
    )
    return Digest(shown, workbook(rows, lines, now) if rows else b"", shown.chain.links)


def is_due(session: Session, plan: DigestPlan, now: datetime, *, drill: bool = False) -> bool:
    """Whether a digest is to go out now: at a set time since the last one, or for something urgent."""
    last = last_sent(session, drill=drill)
    news = _news(session, last, drill=drill)
    # By a clock that was put back the last one may lie ahead: it holds nothing up.
    rested = last is None or abs(now - last.sent_at) >= plan.urgent_rest
    if plan.urgent_at_once and rested and _has_new_urgent(session, last, drill=drill):
        return True
    slot = _last_slot(plan, now)
    if slot is None or (last and slot <= last.sent_at <= now):
        return False
    return any(when <= slot for when in news) or not plan.only_when_changed


def send(session: Session, office: Office, now: datetime, *, drill: bool = False) -> int:
    """Put the digest into the outbox for each purchaser, and note it; return how many."""
    gathered = digest(session, now, drill=drill)
    purchasers = office.staff.purchasers
    for address in purchasers if gathered.has_something else ():
        letter = office.templates.write("digest", address, {"digest": gathered.shown}, office.desk)
        key = f"digest:{now.isoformat()}:{drill:d}:{address}"
        post(session, office, replace(letter, attachment=gathered.attached()), key, now, drill=drill)
    sent = len(purchasers) if gathered.has_something else 0
    note(session, kind(drill=drill), sent, gathered.audit_seq, now)
    return sent


def post(
    session: Session, office: Office, letter: Letter, key: str, now: datetime, *, drill: bool
) -> int | None:
    """Put a letter that answers no mail into the outbox once; return its id."""
    marked = compose.rehearsed(letter) if drill else letter
    return outbox.enqueue(session, marked, key, None, office.desk.domain, now).id


def note(session: Session, kind: str, recipients: int, audit_seq: int, now: datetime) -> None:
    """Note that a digest of this kind was sent."""
    session.add(DigestRow(kind=kind, recipients=recipients, sent_at=now, audit_seq=audit_seq))
    session.flush()


def last_sent(session: Session, *, drill: bool = False) -> DigestRow | None:
    """Return the newest digest that was sent, if any."""
    query = select(DigestRow).where(DigestRow.kind == kind(drill=drill))
    return session.exec(query.order_by(col(DigestRow.id).desc()).limit(1)).first()


def kind(*, drill: bool) -> str:
    """Return what a digest of real rows, or of a drill, is noted as."""
    return "drill digest" if drill else "digest"


def _groups(rows: Sequence[OrderRow], lines: Lines, new: set[str]) -> tuple[ShownGroup, ...]:
    """Part the rows as they are to be registered: stock first, then urgent ones, then the rest."""
    room, groups = SHOWN, []
    for title, turn in TITLES.items():
        if members := [row for row in rows if priority(row.kind, urgent=row.urgent) is turn]:
            shown = tuple(item(row, lines, new=row.number in new) for row in members[:room])
            groups.append(ShownGroup(title, shown, len(members) - len(shown)))
            room -= len(shown)
    return tuple(groups)


def _counts(session: Session, rows: Sequence[OrderRow], *, drill: bool) -> dict[str, int]:
    query = select(OrderRow.state, func.count()).where(OrderRow.drill == drill).group_by(OrderRow.state)
    by_state = dict(session.exec(query).all())
    return {
        "att registrera": len(rows),
        "mail att avgöra": len(_doubts(session, drill=drill)),
        "registrerade": by_state.get(orders.OrderState.REGISTERED.value, 0),
        "makulerade": by_state.get(orders.OrderState.CANCELLED.value, 0),
    }


def _doubts(session: Session, *, drill: bool) -> tuple[ShownDoubt, ...]:
    """Return the flagged mails that wait, and why in the rules' own sentences: never a word of the mail."""
    return tuple(
        ShownDoubt(
            row.id or 0,
            shown_time(row.arrived_at),
            tuple(dict.fromkeys(reason["text"] for reason in journal.reasons_of(row))),
        )
        for row in journal.awaiting_review(session)
        if row.drill == drill
    )


def _down(session: Session, *, drill: bool) -> tuple[str, ...]:
    names = {system.name for system in systems(session, drill=drill) if system.up_at is None}
    return tuple(word for name, word in SYSTEMS.items() if name in names)


def systems(session: Session, *, drill: bool = False) -> Sequence[SystemRow]:
    """Return every system that an outage has named, of real outages or of drills."""
    query = select(SystemRow).join(OutageRow).where(OutageRow.drill == drill)
    return session.exec(query.order_by(col(SystemRow.id))).all()


def _head(session: Session) -> ShownChain:
    last = session.exec(select(AuditRow).order_by(col(AuditRow.seq).desc()).limit(1)).first()
    return ShownChain(last.seq, last.hash.hex()) if last else ShownChain(0, bytes(32).hex())


def _news(session: Session, last: DigestRow | None, *, drill: bool) -> list[datetime]:
    """Return when each thing happened since the last digest that a digest of this sort would show."""
    return [at for at, body in _since(session, last, drill=drill) if _is_news(body)]


def _booked(session: Session, last: DigestRow | None, *, drill: bool) -> set[object]:
    """Return the numbers of what was booked since the last digest, by the chain: a clock may be put back."""
    return {body["order"] for _, body in _since(session, last, drill=drill) if body["event"] == "booked"}


def _since(session: Session, last: DigestRow | None, *, drill: bool) -> list[tuple[datetime, Body]]:
    """Return what the chain tells since the last digest, of drills or of all else, each with its time."""
    query = select(AuditRow).where(AuditRow.seq > (last.audit_seq if last else 0))
    links = session.exec(query.order_by(col(AuditRow.seq))).all()
    rehearsed = _rehearsed(session) if links else frozenset()
    told = [(datetime.fromisoformat(link.at), json.loads(link.body)) for link in links]
    return [(at, body) for at, body in told if _is_about(body, rehearsed) is drill]


def _rehearsed(session: Session) -> frozenset[object]:
    """Return the outages, mails and orders of drills, as the chain names them."""
    queries = (
        select(OutageRow.id).where(OutageRow.drill),
        select(MessageRow.digest).where(MessageRow.drill),
        select(OrderRow.number).where(OrderRow.drill),
    )
    return frozenset(name for query in queries for name in session.exec(query))


def _is_about(body: Body, names: frozenset[object]) -> bool:
    return any(body.get(key) in names for key in ("outage", "digest", "order"))


def _is_news(body: Body) -> bool:
    return body["event"] in NEWS or body.get("decision") == Decision.FLAGGED.value


def _has_new_urgent(session: Session, last: DigestRow | None, *, drill: bool) -> bool:
    urgent = {row.number for row in pending(session, drill=drill) if row.urgent}
    return bool(urgent) and not urgent.isdisjoint(_booked(session, last, drill=drill))


def _last_slot(plan: DigestPlan, now: datetime) -> datetime | None:
    """Return the newest set time that has passed."""
    days: Iterable[timedelta] = (timedelta(), timedelta(days=1))
    slots = (at(day_of(now) - back, clock) for back in days for clock in plan.times)
    return max((slot for slot in slots if slot <= now), default=None)
