"""What a person types in: read strictly, and screened like a mail before it reaches the ledger."""

from collections.abc import Iterable
from email.message import EmailMessage

from service.errors import LedgerError
from service.intake.judge import JUDGEMENT
from service.reading.sandbox import CouldNotRun, Sandbox
from service.values import Certainty, OrderLine

LARGEST = 100_000
"""A quantity is less than this; what is more was typed into the wrong field."""


def typed_line(text: str, *, may_be_less: bool = False) -> OrderLine:
    """Read "article;description;quantity;unit" as a person types it; article or description may be empty.

    With `may_be_less` the quantity may be under zero: a stock is corrected both ways.
    """
    fields = [field.strip() for field in text.split(";")]
    try:
        article, description, amount = fields[0], fields[1], float(fields[2].replace(",", "."))
    except (IndexError, ValueError):
        raise LedgerError(
            f"«{text}»: skriv 'artikel;benämning;antal;enhet', till exempel '50123;;4;st'"
        ) from None
    unit = fields[3] if len(fields) > 3 and fields[3] else "st"
    allowed = amount > 0 or (may_be_less and amount < 0)
    if not (article or description) or not allowed or abs(amount) >= LARGEST:
        number = "ett antal som inte är noll" if may_be_less else "ett antal över noll"
        raise LedgerError(f"«{text}»: ange artikel eller benämning, och {number}")
    return OrderLine(article or None, description, amount, unit)


def screen_typed(judges: Sandbox, address: str, lines: Iterable[str]) -> frozenset[Certainty]:
    """Judge the lines as a mail of their own from `address`; return how sure each finding in them is.

    What a person typed can hold a patient's name as well.
    """
    mail = EmailMessage()
    mail["From"], mail["Subject"] = address, "Beställning"
    mail.set_content("\n".join(lines))
    findings = JUDGEMENT.validate_json(run(judges, mail.as_bytes())).findings
    return frozenset(finding.reason.certainty for finding in findings if finding.reason.certainty)


def run(children: Sandbox, raw: bytes) -> bytes:
    """Return what a child makes of a mail; LedgerError where it could not be read."""
    try:
        return children.run(raw)
    except CouldNotRun as failure:
        raise LedgerError(
            f"mailet gick inte att läsa ({failure.stage}); öppna det i ett vanligt mailprogram"
        ) from None
