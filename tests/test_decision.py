"""The decision table: tested in the policy's order, and closed wherever anything is missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.intake.automatic import Automatic
from service.intake.decision import Evidence, decide
from service.values import (
    Certainty,
    Decision,
    Finding,
    Kind,
    Order,
    OrderLine,
    Reason,
    Understanding,
    Unread,
)

LINE = OrderLine("50123", "rollator", 4)
ORDER = Order(Kind.STOCK_TRANSFER, to_stock="Arvika", lines=(LINE,))
NO_SIGN = Automatic(False, False, ())
DOUBT = Reason("no_destination", None, "mailet", "places", "Vart beställningen ska står inte.")
CLEAN = Evidence(NO_SIGN, (), (), True, Understanding(Kind.STOCK_TRANSFER, (ORDER,)))


def finding(certainty: Certainty) -> Finding:
    return Finding(Reason("personnummer", certainty, "ämnesraden", "pnr", "Ett personnummer."), 0, 0, 1)


def evidence(**changes: object) -> Evidence:
    from dataclasses import replace

    return replace(CLEAN, **changes)  # type: ignore[arg-type]


def understood(*orders: Order, doubts: tuple[Reason, ...] = ()) -> dict[str, object]:
    return {"understanding": Understanding(Kind.STOCK_TRANSFER, orders, doubts)}


def test_a_clean_and_whole_order_of_a_trusted_sender_is_accepted_without_reasons() -> None:
    assert decide(CLEAN) == (Decision.ACCEPTED, ())


@pytest.mark.parametrize(
    ("changed", "decision"),
    [
        ({"automatic": Automatic(True, False, ("rapport",))}, Decision.IGNORED),
        ({"findings": (finding(Certainty.CERTAIN),)}, Decision.REJECTED),
        ({"findings": (finding(Certainty.CERTAIN),), "trusted": False}, Decision.REJECTED),
        ({"findings": (finding(Certainty.POSSIBLE),)}, Decision.FLAGGED),
        ({"unread": (Unread("picture", "bilaga 1", "En bild."),)}, Decision.FLAGGED),
        ({"automatic": Automatic(False, True, ("amnesrad",))}, Decision.FLAGGED),
        ({"trusted": False}, Decision.FLAGGED),
        (understood(ORDER, doubts=(DOUBT,)), Decision.FLAGGED),
        (understood(), Decision.FLAGGED),
        (understood(Order(Kind.RETURN, to_stock="Kil", lines=(LINE,))), Decision.FLAGGED),
        (understood(ORDER, Order(Kind.STOCK_TRANSFER, lines=(LINE,))), Decision.FLAGGED),
        (understood(Order(Kind.STOCK_TRANSFER, to_stock="Kil")), Decision.FLAGGED),
    ],
)
def test_each_row_of_the_policy(changed: dict[str, object], decision: Decision) -> None:
    found, reasons = decide(evidence(**changed))
    assert found is decision
    assert reasons


def test_automatic_mail_is_ignored_even_where_it_quotes_personal_data() -> None:
    both = evidence(automatic=Automatic(True, False, ("rapport",)), findings=(finding(Certainty.CERTAIN),))
    assert decide(both)[0] is Decision.IGNORED


@given(
    st.booleans(),
    st.booleans(),
    st.lists(st.sampled_from(Certainty), max_size=3),
    st.booleans(),
    st.booleans(),
    st.sampled_from(Kind),
    st.sampled_from([None, "Arvika"]),
    st.lists(st.sampled_from([LINE, OrderLine(None, "", 4), OrderLine("50123", "", 0)]), max_size=2),
)
def test_nothing_is_accepted_that_is_not_wholly_clean_trusted_and_complete(
    certain: bool,
    suspected: bool,
    certainties: list[Certainty],
    unread: bool,
    trusted: bool,
    kind: Kind,
    to_stock: str | None,
    lines: list[OrderLine],
) -> None:
    order = Order(kind, to_stock=to_stock, lines=tuple(lines))
    seen = Evidence(
        Automatic(certain, suspected, ()),
        tuple(finding(certainty) for certainty in certainties),
        (Unread("picture", "bilaga 1", "En bild."),) if unread else (),
        trusted,
        Understanding(kind, (order,)),
    )
    if decide(seen)[0] is Decision.ACCEPTED:
        assert not certainties
        assert not unread
        assert trusted
        assert kind.allowed_by_mail
        assert to_stock
        assert lines
        assert all(line == LINE for line in lines)
