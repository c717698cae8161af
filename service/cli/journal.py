"""`reservpost journal`: every mail that came, and what became of it."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from service.cli import house

if TYPE_CHECKING:
    from service.ledger.tables import MessageRow

COLUMNS = {
    "id": "Nr",
    "arrived_at": "Kom",
    "outcome": "Beslut",
    "why": "Skäl",
    "sender_address": "Från",
}


def show_journal(
    context: typer.Context,
    decision: Annotated[
        Literal["accepted", "flagged", "rejected", "ignored"] | None,
        typer.Option(help="Bara en sort: accepted, flagged, rejected eller ignored.", metavar="BESLUT"),
    ] = None,
    limit: Annotated[
        int, typer.Option(min=1, max=house.LARGEST, metavar="ANTAL", help="Högst så många, de nyaste.")
    ] = 1000,
    as_json: house.Json = False,
) -> None:
    """Visa alla mail som kommit och vad som blev av dem."""
    from service.ledger import journal
    from service.ledger.engine import reading

    with reading(house.ledger_of(context)) as session:
        rows = [_row(row) for row in journal.listing(session, decision, limit)]
    house.show(
        rows, COLUMNS, as_json=as_json, empty="Inga sådana mail." if decision else "Inga mail har kommit."
    )


def _row(row: "MessageRow") -> dict[str, Any]:
    from service.ledger import journal
    from service.values import Decision
    from service.wording import DECISIONS, REVIEWS, STATES

    decided = DECISIONS[Decision(row.decision)] if row.decision else STATES[row.state]
    reasons = journal.reasons_of(row)
    return house.fields(row, "reasons", "uid", "uidvalidity") | {
        "reasons": reasons,
        "outcome": f"{decided},\n{REVIEWS[row.review]} av {row.reviewed_by}" if row.review else decided,
        "why": ", ".join(dict.fromkeys(reason["code"] for reason in reasons)),
    }
