"""Order lines and whole mails in the words of many senders, against what a clerk would book."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.ordering.understand import Orders
from service.rules.ordering import load_ordering
from service.settings import shipped_rules
from service.values import Document, Envelope, Order, OrderLine, Paragraphs, Table, Understanding

HERE = Path(__file__).parent
LINES: list[list[str]] = yaml.safe_load((HERE / "order_lines.yaml").read_text(encoding="utf-8"))
MAILS: list[dict[str, Any]] = yaml.safe_load((HERE / "order_mails.yaml").read_text(encoding="utf-8"))
ORDERS = Orders(load_ordering(shipped_rules()))
WEDNESDAY = datetime(2026, 3, 4, 9, 0)
OF_LINES = {"no_quantity", "leftover_number", "two_readings"}


def understood(subject: str, *blocks: Paragraphs | Table) -> Understanding:
    envelope = Envelope(subject=subject, sent_at=WEDNESDAY)
    return ORDERS.understand(Document(envelope, blocks=blocks))


@pytest.mark.parametrize(("text", "wanted"), [(line[0], line[1:]) for line in LINES])
def test_a_line_is_read_as_it_was_meant(text: str, wanted: list[str]) -> None:
    said = understood("", Paragraphs(text, "mailets text"))
    lines = [line for order in said.orders for line in order.lines]
    doubted = {doubt.code for doubt in said.doubts} & OF_LINES
    if wanted == ["doubt"]:
        assert lines, "a line that is in doubt must be shown to a person"
        assert doubted
    elif wanted == ["none"]:
        assert lines == []
    else:
        assert differences(wanted, lines) == []
        assert doubted == set()


@pytest.mark.parametrize("mail", MAILS, ids=[mail["subject"] for mail in MAILS])
def test_a_mail_is_read_as_it_was_meant(mail: dict[str, Any]) -> None:
    table = (Table(tuple(map(tuple, mail["table"])), "mailets text"),) if "table" in mail else ()
    said = understood(mail["subject"], Paragraphs(mail["text"], "mailets text"), *table)
    if mail.get("doubt"):
        assert said.doubts
        return
    assert [doubt.rule for doubt in said.doubts] == []
    assert differences(mail["lines"], [line for order in said.orders for line in order.lines]) == []
    assert len(said.orders) == len(mail["to"])
    for order, place in zip(said.orders, mail["to"], strict=True):
        assert names_same(place, order.destination)
        assert_details(order, mail)


def assert_details(order: Order, mail: dict[str, Any]) -> None:
    assert order.requested_date == mail.get("day")
    assert order.customer_number == mail.get("customer")
    assert order.kind == mail.get("kind", order.kind)
    assert order.urgent or not mail.get("urgent")
    if "from" in mail:
        assert names_same(mail["from"], order.from_stock)


def differences(wanted: list[str], lines: list[OrderLine]) -> list[str]:
    """Say where lines differ from what was wanted, as "article/quantity/unit/word of the description"."""
    faults = []
    for one, line in zip(wanted, lines, strict=False):
        head, _, word = one.rpartition("/")
        got = f"{line.article_number or '-'}/{line.quantity:g}/{line.unit}"
        if head != got or (word != "-" and word.lower() not in line.description.lower()):
            faults.append(f"{one} was read as {got}/{line.description}")
    return faults if len(wanted) == len(lines) else [*faults, f"{len(lines)} lines for {len(wanted)}"]


def names_same(wanted: str, name: str | None) -> bool:
    """Whether the name has every word that was wanted, a genitive s aside."""
    words = [word.rstrip("s") for word in (name or "").lower().replace(",", " ").split()]
    return all(word.lower().rstrip("s") in words for word in wanted.split())
