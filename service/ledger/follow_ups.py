"""Links a mail to what came before it, so that nothing is booked twice.

It is linked by our letter that it answers, by the number of an order that it names, or as the same sender's
nearly same order within 48 hours. What is linked goes to a person with a proposal; nothing changes by itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, or_, select

from service.ledger import orders
from service.ledger.journal import MessageState
from service.ledger.likeness import alike, same_goods
from service.ledger.orders import OrderState
from service.ledger.proposals import DUPLICATE, SAID, Booked, proposal, states
from service.ledger.tables import FollowUpRow, LetterRow, MessageRow, OrderRow
from service.values import Ask, Decision, Judgement, Order, Reason

WINDOW = timedelta(hours=48)
"""How long after an order one like it from the same sender counts as the same."""

EXPLAINED = frozenset(("follow_up", "no_lines", "no_destination", "kind_unclear", "incomplete"))
"""Doubts of a mail by itself that fall when it is seen to be about an earlier one."""


@dataclass(frozen=True, slots=True)
class _Link:
    """What a mail belongs to: orders that are booked, or a mail that no order has come of."""

    booked: tuple[Booked, ...] = ()
    earlier: MessageRow | None = None


def follow(session: Session, message: MessageRow, judgement: Judgement, now: datetime) -> Judgement:
    """Return the judgement, flagged with a proposal where the mail belongs to something earlier.

    The link is noted, once. A mail that only thanks is flagged in silence: a letter would be thanked for too.
    """
    decided = message.state != MessageState.RECEIVED.value
    if decided or judgement.decision not in (Decision.ACCEPTED, Decision.FLAGGED):
        return judgement
    link = _link(session, message, judgement)
    if link is None:
        return judgement
    ask = _ask(judgement, link)
    proposed = proposal(ask, judgement, link.booked) if link.booked else _beside(link.earlier, ask)
    _note(session, message, link, ask, proposed, now)
    reason = Reason(_code(ask), None, "mailet", f"uppföljning.{ask}", _told(ask, link, proposed))
    kept = (other for other in judgement.reasons if other.code not in EXPLAINED)
    quiet = ask == Ask.THANKS and not judgement.findings
    return replace(
        judgement,
        decision=Decision.FLAGGED,
        reasons=(reason, *kept),
        answerable=judgement.answerable and not quiet,
    )


def is_about_ours(session: Session, judgement: Judgement) -> bool:
    """Whether the mail answers a letter of ours, or names an order of the ledger."""
    numbers = judgement.follow_up.numbers if judgement.follow_up else ()
    named = select(OrderRow.id).where(col(OrderRow.number).in_(numbers))
    answered = select(LetterRow.id).where(col(LetterRow.header_id).in_(judgement.references))
    return any(session.exec(query.limit(1)).first() is not None for query in (named, answered))


def of_message(session: Session, message_id: int) -> Sequence[FollowUpRow]:
    """Return what the mail was linked to, as it was noted."""
    mine = select(FollowUpRow).where(FollowUpRow.message_id == message_id)
    return session.exec(mine.order_by(col(FollowUpRow.id))).all()


def like(session: Session, message: MessageRow, understood: Iterable[Order]) -> tuple[OrderRow, ...]:
    """Return the orders of the same sender, within 48 hours, that one of these nearly repeats."""
    return tuple(one.order for one in _alike(session, message, message.sender_address, understood))


def _link(session: Session, message: MessageRow, judgement: Judgement) -> _Link | None:
    named = _named(session, message, judgement)
    answered = _answered(session, message, judgement) if not named else None
    if named or answered:
        return _Link(named) if named else answered
    sender = judgement.sender_address if judgement.trusted else None
    repeated = _alike(session, message, sender, judgement.orders)
    return _Link(repeated) if repeated else None


def _named(session: Session, message: MessageRow, judgement: Judgement) -> tuple[Booked, ...]:
    """Return the orders whose numbers stand in the subject or the newest text."""
    numbers = judgement.follow_up.numbers if judgement.follow_up else ()
    query = select(OrderRow).where(col(OrderRow.number).in_(numbers), OrderRow.drill == message.drill)
    return _with_lines(session, session.exec(query.order_by(col(OrderRow.id))))


def _answered(session: Session, message: MessageRow, judgement: Judgement) -> _Link | None:
    """Return what our letter was about that the mail answers, or that answered a mail of the same thread."""
    if not judgement.references:
        return None
    query = (
        select(MessageRow)
        .join(LetterRow, col(LetterRow.message_id) == MessageRow.id)
        .where(
            or_(
                col(LetterRow.header_id).in_(judgement.references),
                col(LetterRow.in_reply_to).in_(judgement.references),
            ),
            MessageRow.id != message.id,
            MessageRow.drill == message.drill,
        )
        .order_by(col(LetterRow.id).desc())
    )
    earlier = {row.id: row for row in session.exec(query)}.values()
    booked = _with_lines(
        session, (order for each in earlier for order in orders.of_message(session, each.id or 0))
    )
    if booked:
        return _Link(booked)
    thanks = judgement.follow_up is not None and judgement.follow_up.ask is Ask.THANKS
    return next(
        (_Link(earlier=each) for each in earlier if thanks or each.decision == Decision.FLAGGED.value), None
    )


def _alike(
    session: Session, message: MessageRow, sender: str | None, understood: Iterable[Order]
) -> tuple[Booked, ...]:
    if not sender:
        return ()
    query = select(OrderRow).where(
        func.lower(OrderRow.sender_address) == sender.lower(),
        OrderRow.drill == message.drill,
        OrderRow.state != OrderState.CANCELLED.value,
        col(OrderRow.message_id) != message.id,
        col(OrderRow.happened_at) >= message.arrived_at - WINDOW,
        col(OrderRow.happened_at) <= message.arrived_at + WINDOW,
    )
    asked = tuple(understood)
    near = _with_lines(session, session.exec(query.order_by(col(OrderRow.id))))
    return tuple(one for one in near if any(alike(order, one.order, one.lines) for order in asked))


def _with_lines(session: Session, rows: Iterable[OrderRow]) -> tuple[Booked, ...]:
    each = {row.number: row for row in rows}.values()
    return tuple(Booked(row, orders.lines_of(session, row)) for row in each)


def _ask(judgement: Judgement, link: _Link) -> str:
    """Return what is asked for; lines that say the same again are a duplicate, other lines a correction."""
    said = judgement.follow_up.ask if judgement.follow_up else Ask.UNCLEAR
    lines = [line for order in judgement.orders for line in order.lines]
    if not link.booked or not lines or said in (Ask.CANCELLATION, Ask.REPEAT):
        return said
    if any(same_goods(lines, one.lines) for one in link.booked):
        return DUPLICATE
    repeats = any(alike(order, one.order, one.lines) for order in judgement.orders for one in link.booked)
    return Ask.CORRECTION if repeats and said is not Ask.REMINDER else said


def _beside(earlier: MessageRow | None, ask: str) -> str:
    if ask == Ask.THANKS or earlier is None:
        return "inget behöver göras"
    return f"avgör det tillsammans med mail {earlier.id}"


def _told(ask: str, link: _Link, proposed: str) -> str:
    """Return the sentences that the desk reads."""
    what = " och ".join(one.order.number for one in link.booked)
    if link.earlier is not None:
        waits = link.earlier.review is None and link.earlier.decision == Decision.FLAGGED.value
        what = f"vårt brev om mail {link.earlier.id}{', som väntar på granskning' if waits else ''}"
    settled = states(link.booked)
    return f"{SAID[ask]} {what}. Förslag: {proposed}.{f' {settled}.' if settled else ''}"


def _code(ask: str) -> str:
    return "follow_up" if ask == Ask.UNCLEAR else str(ask)


def _note(session: Session, message: MessageRow, link: _Link, ask: str, proposed: str, now: datetime) -> None:
    for order_id in [one.order.id for one in link.booked] or [None]:
        session.add(
            FollowUpRow(
                message_id=message.id or 0,
                order_id=order_id,
                earlier_id=link.earlier.id if link.earlier else None,
                ask=ask,
                proposal=proposed,
                linked_at=now,
            )
        )
