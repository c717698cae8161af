"""Reads the texts of the order tests, and tells where lines differ from those meant."""

from datetime import datetime

from service.ordering.understand import Orders
from service.rules.ordering import load_ordering
from service.settings import shipped_rules
from service.values import Document, Envelope, OrderLine, Paragraphs, Table, Understanding

ORDERS = Orders(load_ordering(shipped_rules()))
WEDNESDAY = datetime(2026, 3, 4, 9, 0)
OF_LINES = {"no_quantity", "leftover_number", "two_readings"}
"""The codes of the doubts that are about one line."""


def understood(subject: str, text: str, *tables: Table) -> Understanding:
    """Understand a mail of this text, sent on Wednesday 4 March 2026."""
    blocks: tuple[Paragraphs | Table, ...] = (Paragraphs(text, "mailets text"), *tables)
    return ORDERS.understand(Document(Envelope(subject=subject, sent_at=WEDNESDAY), blocks=blocks))


def faults_of_line(wanted: list[str], said: Understanding) -> list[str]:
    """Say what is wrong with how a line was read; `wanted` is as in order_lines.yaml."""
    lines = [line for order in said.orders for line in order.lines]
    doubted = sorted({doubt.code for doubt in said.doubts} & OF_LINES)
    if wanted == ["doubt"]:
        # A line that is in doubt must be shown to a person.
        return [] if doubted and lines else ["no doubt"]
    if wanted == ["none"]:
        return [f"{len(lines)} lines for none"] if lines else []
    return [*differences(wanted, lines), *doubted]


def differences(wanted: list[str], lines: list[OrderLine]) -> list[str]:
    """Say where lines differ from what was wanted, as "article/quantity/unit/word of the description"."""
    faults = []
    for one, line in zip(wanted, lines, strict=False):
        head, _, word = one.rpartition("/")
        got = f"{line.article_number or '-'}/{line.quantity:g}/{line.unit}"
        if head != got or (word != "-" and word.lower() not in line.description.lower()):
            faults.append(f"{one} was read as {got}/{line.description}")
    return faults if len(wanted) == len(lines) else [*faults, f"{len(lines)} lines for {len(wanted)}"]
