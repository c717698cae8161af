"""Every mail of tests/mails against its label; see the README there."""

import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from service.values import Decision, Judgement, Order, OrderLine

if TYPE_CHECKING:
    from service.intake.judge import Judge

MAILS = Path(__file__).parent / "mails"
CASES = sorted(path.stem for path in MAILS.glob("*.eml"))
KNOWN_MISSES: dict[str, dict[str, str]] = json.loads((MAILS / "known_misses.json").read_text())
MUST_REJECT = ["rejected"]
GENERIC = {"kundlager", "lager", "förråd", "buffertförråd", "boende", "boendet", "avdelning", "avd"}

Label = dict[str, Any]  # as read from JSON; its fields stand in the README


@cache
def the_judge() -> "Judge":
    from service.intake.judge import Judge
    from service.intake.trust import TrustPolicy
    from service.limits import Limits
    from service.rules.book import load_rules
    from service.settings import TrustSettings, shipped_rules

    trust = TrustSettings()
    policy = TrustPolicy(frozenset(trust.domains), trust.authserv_id)
    return Judge(load_rules(shipped_rules()), policy, Limits())


@cache
def judged(path: Path) -> Judgement:
    return the_judge().judge(path.read_bytes())


def label_of(case: str) -> Label:
    label: Label = json.loads((MAILS / f"{case}.json").read_text())
    return label


@pytest.mark.parametrize("case", CASES)
def test_a_mail_gets_a_decision_that_an_expert_would_call_right(case: str) -> None:
    label, judgement = label_of(case), judged(MAILS / f"{case}.eml")
    right = judgement.decision in label["acceptable"]
    told = f"{judgement.decision} for {[reason.code for reason in judgement.reasons]}: {label['why']}"
    if label["acceptable"] == MUST_REJECT:
        assert judgement.decision is not Decision.ACCEPTED, told
    if case in KNOWN_MISSES["decision"]:
        assert not right, f"{case} is right now: take it off known_misses.json"
    else:
        assert right, told


@pytest.mark.parametrize("case", [case for case in CASES if label_of(case)["decision"] == "accepted"])
def test_an_accepted_order_is_read_as_it_was_meant(case: str) -> None:
    judgement = judged(MAILS / f"{case}.eml")
    faults = faults_in(judgement.orders, label_of(case)) if judgement.decision is Decision.ACCEPTED else []
    if case in KNOWN_MISSES["order"]:
        # One that is no longer accepted is no longer read wrongly either, and stands under "decision".
        assert faults, f"{case} is read rightly now: take it off known_misses.json"
    else:
        assert faults == []


def test_every_mail_has_a_label_and_every_label_a_mail() -> None:
    labels = {path.stem for path in MAILS.glob("*.json")} - {"known_misses"}
    assert labels == set(CASES)
    assert all(label_of(case)["id"] == case for case in CASES)
    assert all(label_of(case)["decision"] in label_of(case)["acceptable"] for case in CASES)
    assert len(CASES) >= 260


def test_a_known_miss_is_a_case_and_has_a_reason() -> None:
    assert KNOWN_MISSES.keys() == {"decision", "order"}
    for misses in KNOWN_MISSES.values():
        assert misses.keys() <= set(CASES)
        assert all(reason.strip() for reason in misses.values())


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("Kundlager Säffle", "säffle kundlagers", True),
        ("Rullstol Cross 6, 45 cm", "Cross 6 45 cm", True),
        ("Grums kundlager", "Säffle kundlager", False),
        ("avdelning 11", "avd 12", False),
        ("Annagården", None, False),
        ("", None, True),
    ],
)
def test_names_are_compared_loosely(ours: str, theirs: str | None, same: bool) -> None:
    assert alike(ours, theirs) is same


def test_a_line_too_many_too_few_or_of_another_quantity_is_a_fault() -> None:
    line = OrderLine("50123", "Rollator", 4)
    label = {"kind": "facility_order", "facility": "Annagården", "to_stock": None}
    label["lines"] = [{"article_number": "50 123", "description": None, "quantity": 4}]  # type: ignore[assignment]

    def faults(*lines: OrderLine, place: str = "Annagården") -> list[str]:
        from service.values import Kind

        return faults_in([Order(Kind.FACILITY_ORDER, facility=place, lines=lines)], label)

    assert faults(line) == []
    assert faults(line, line) == ["1 line too many"]
    assert faults() == ["1 line missed or misread"]
    assert faults(OrderLine("50123", "Rollator", 5)) == ["1 line missed or misread"]
    assert faults(line, place="Solgläntan") == ["another destination"]


def faults_in(orders: Iterable[Order], label: Label) -> list[str]:
    """Say what differs between the orders read and those meant; kind, places and lines, in any order."""
    orders = list(orders)
    got = [line for order in orders for line in order.lines]
    missed = [wanted for wanted in label["lines"] if not _take(wanted, got)]
    faults = []
    if missed:
        faults.append(f"{len(missed)} line missed or misread")
    elif got:
        faults.append(f"{len(got)} line too many")
    if not any(order.kind == label["kind"] for order in orders):
        faults.append("another kind")
    destinations = (label["to_stock"] or label["facility"] or "").split("; ")
    if not all(any(alike(place, order.destination) for order in orders) for place in destinations if place):
        faults.append("another destination")
    return faults


def _take(wanted: Label, lines: list[OrderLine]) -> bool:
    """Take the first line that says what was wanted out of `lines`; tell whether there was one."""
    for index, line in enumerate(lines):
        number = str(wanted["article_number"] or "").replace(" ", "")
        if number:
            same = number == (line.article_number or "").replace(" ", "")
        else:
            same = alike(wanted["description"], line.description)
        if same and float(wanted["quantity"]) == line.quantity:
            del lines[index]
            return True
    return False


def alike(one: str | None, other: str | None) -> bool:
    """Whether most words of the shorter text stand in the longer, endings and a genitive s aside."""
    shorter, longer = sorted((_words(one), _words(other)), key=len)
    if not shorter:
        return not longer
    found = sum(any(_same_word(word, candidate) for candidate in longer) for word in shorter)
    return found >= max(1, round(0.6 * len(shorter)))


def _words(text: str | None) -> list[str]:
    """Return the words that tell one place or product from another; all of them where none does."""
    words = [word.removesuffix("s") for word in re.findall(r"[0-9a-zåäöé]+", (text or "").lower())]
    return [word for word in words if word not in GENERIC] or words


def _same_word(one: str, other: str) -> bool:
    begins_alike = one.startswith(other) or other.startswith(one)
    return one == other or (len(one) > 3 and begins_alike)
