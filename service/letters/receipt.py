"""The receipt for a staff reply: what was done, what was not and why, and which lines were not understood."""

from collections.abc import Iterable

from service.ledger.replies import Outcome
from service.letters.compose import may_answer, threaded
from service.letters.shown import ShownAct, ShownReceipt
from service.letters.templates import Desk, Letter, Templates, plain
from service.values import Judgement, Unclear


def receipt(
    judgement: Judgement, outcomes: Iterable[Outcome], desk: Desk, templates: Templates
) -> Letter | None:
    """Return the receipt to the sender of a staff reply, or None where no letter may go."""
    if judgement.reply is None or not may_answer(judgement, desk):
        return None
    acts = [(outcome.done, ShownAct(outcome.number, plain(outcome.told))) for outcome in outcomes]
    shown = ShownReceipt(
        done=tuple(act for done, act in acts if done),
        refused=tuple(act for done, act in acts if not done),
        unclear=tuple(map(_unclear, judgement.reply.unclear)),
    )
    recipient = judgement.sender_address.strip()
    return threaded(templates.write("receipt", recipient, {"receipt": shown}, desk), judgement)


def _unclear(line: Unclear) -> ShownAct:
    """Name the line by its place and order alone: its words are nobody's to repeat."""
    return ShownAct(line.number, f"rad {line.line} i ditt mail gick inte att förstå")
