"""The policy's decision as one literal table: the first row that holds decides."""

from collections.abc import Callable
from dataclasses import dataclass

from service.intake.automatic import Automatic
from service.values import Certainty, Decision, Finding, Order, Reason, Reply, Understanding, Unread


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that the rooms found out about one mail."""

    automatic: Automatic
    findings: tuple[Finding, ...]
    unread: tuple[Unread, ...]
    trusted: bool
    understanding: Understanding
    reply: Reply | None = None
    staff: bool = False

    def of(self, certainty: Certainty) -> tuple[Reason, ...]:
        """Return the reasons of the findings with this certainty."""
        return tuple(f.reason for f in self.findings if f.reason.certainty is certainty)


def _automatic(evidence: Evidence) -> tuple[Reason, ...]:
    if not evidence.automatic.certain:
        return ()
    signs = evidence.automatic.signs
    return tuple(_plain("automatic", sign, "Mailet är automatiskt och besvaras inte.") for sign in signs)


def _certain(evidence: Evidence) -> tuple[Reason, ...]:
    return evidence.of(Certainty.CERTAIN)


def _by_staff(evidence: Evidence) -> tuple[Reason, ...]:
    if not (evidence.staff and evidence.reply) or evidence.automatic.signs:
        return ()
    return (
        _plain("staff_reply", "replies", "Mailet är ett svar från personalen om beställningar i liggaren."),
    )


def _not_staff(evidence: Evidence) -> tuple[Reason, ...]:
    """Tell of one who ticks off without being one of the staff, or without being vouched for."""
    if not _ticks_off(evidence):
        return ()
    told = "Avsändaren får inte bocka av beställningar per mail; kontrollera och bocka av själv."
    return (_plain("not_staff", "replies", told),)


def _ticks_off(evidence: Evidence) -> bool:
    return evidence.reply is not None and bool(evidence.reply.commands)


def _unread(evidence: Evidence) -> tuple[Reason, ...]:
    return tuple(Reason(part.code, None, part.where, "unread", part.text) for part in evidence.unread)


def _possible(evidence: Evidence) -> tuple[Reason, ...]:
    return evidence.of(Certainty.POSSIBLE)


def _suspected(evidence: Evidence) -> tuple[Reason, ...]:
    if not evidence.automatic.suspected:
        return ()
    told = "Mailet har ett tecken på att vara automatiskt; en person avgör."
    return tuple(_plain("maybe_automatic", sign, told) for sign in evidence.automatic.signs)


def _untrusted(evidence: Evidence) -> tuple[Reason, ...]:
    if evidence.trusted:
        return ()
    return (_plain("untrusted_sender", "trust", "Avsändaren är inte en av dem som får beställa så här."),)


def _doubts(evidence: Evidence) -> tuple[Reason, ...]:
    return () if _ticks_off(evidence) else evidence.understanding.doubts


def _incomplete(evidence: Evidence) -> tuple[Reason, ...]:
    """Guard the last door: whatever ordering says, an order needs a kind, a line and a destination."""
    orders = evidence.understanding.orders
    if (
        _ticks_off(evidence)
        or evidence.understanding.doubts
        or (orders and all(_complete(order) for order in orders))
    ):
        return ()
    return (_plain("incomplete", "complete", "Beställningen är inte komplett; en person läser den."),)


def _complete(order: Order) -> bool:
    whole = all(line.quantity > 0 and (line.article_number or line.description) for line in order.lines)
    return order.kind.allowed_by_mail and bool(order.lines) and whole and order.destination is not None


def _plain(code: str, rule: str, text: str) -> Reason:
    return Reason(code, None, "mailet", rule, text)


TABLE: tuple[tuple[Decision, tuple[Callable[[Evidence], tuple[Reason, ...]], ...]], ...] = (
    (Decision.IGNORED, (_automatic,)),
    (Decision.REJECTED, (_certain,)),
    (Decision.REPLY, (_by_staff,)),
    (Decision.FLAGGED, (_unread, _possible, _suspected, _untrusted, _not_staff, _doubts, _incomplete)),
)
"""The order of the policy; a row holds where any of its tests gives a reason, and gives all of them."""


def decide(evidence: Evidence) -> tuple[Decision, tuple[Reason, ...]]:
    """Return the decision and every reason for it; none for a mail that is accepted."""
    for decision, tests in TABLE:
        if reasons := tuple(reason for test in tests for reason in test(evidence)):
            return decision, reasons
    return Decision.ACCEPTED, ()
