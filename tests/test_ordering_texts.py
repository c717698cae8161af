"""Order lines and whole mails in the words of many senders, against what a clerk would book."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from service.values import Order, Table
from tests.order_texts import differences, faults_of_line, understood

HERE = Path(__file__).parent
FILES = ("order_lines", "order_lines_more", "order_lines_aside")
LINES: list[list[str]] = [
    line for name in FILES for line in yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
]
NOT_YET: dict[str, str] = yaml.safe_load((HERE / "order_lines_not_yet.yaml").read_text(encoding="utf-8"))
MAILS: list[dict[str, Any]] = yaml.safe_load((HERE / "order_mails.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("text", "wanted"), [(line[0], line[1:]) for line in LINES])
def test_a_line_is_read_as_it_was_meant(text: str, wanted: list[str]) -> None:
    faults = faults_of_line(wanted, understood("", text))
    if text in NOT_YET:
        assert faults, "the line is read rightly now: take it off order_lines_not_yet.yaml"
    else:
        assert faults == []


def test_every_line_not_yet_read_is_a_line_and_has_a_reason() -> None:
    assert NOT_YET.keys() <= {line[0] for line in LINES}
    assert all(reason.strip() for reason in NOT_YET.values())


@pytest.mark.parametrize("mail", MAILS, ids=[mail["subject"] for mail in MAILS])
def test_a_mail_is_read_as_it_was_meant(mail: dict[str, Any]) -> None:
    table = (Table(tuple(map(tuple, mail["table"])), "mailets text"),) if "table" in mail else ()
    said = understood(mail["subject"], mail["text"], *table)
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


def names_same(wanted: str, name: str | None) -> bool:
    """Whether the name has every word that was wanted, a genitive s aside."""
    words = [word.rstrip("s") for word in (name or "").lower().replace(",", " ").split()]
    return all(word.lower().rstrip("s") in words for word in wanted.split())
