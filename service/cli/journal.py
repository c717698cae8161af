"""`reservpost journal`: every mail that came, and what became of it."""

from typing import Annotated

import typer

from service.cli import house

COLUMNS = {
    "id": "Nr",
    "arrived_at": "Kom",
    "decision_word": "Beslut",
    "why": "Skäl",
    "sender_address": "Från",
}


def show_journal(
    context: typer.Context,
    decision: Annotated[
        str | None,
        typer.Option(help="Bara en sort: accepted, flagged, rejected eller ignored.", metavar="BESLUT"),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Högst så många, de nyaste.")] = 1000,
    as_json: house.Json = False,
) -> None:
    """Visa alla mail som kommit och vad som blev av dem."""
    from service.errors import LedgerError
    from service.ledger import journal
    from service.ledger.engine import reading
    from service.values import Decision
    from service.wording import DECISIONS

    allowed = [known.value for known in Decision]
    if decision is not None and decision not in allowed:
        raise LedgerError(f"{decision}: okänt beslut; tillåtna är {', '.join(allowed)}")
    with reading(house.ledger_of(context)) as session:
        rows = [
            {
                "id": row.id,
                "arrived_at": house.clock(row.arrived_at),
                "state": row.state,
                "decision": row.decision,
                "decision_word": DECISIONS[Decision(row.decision)] if row.decision else "under behandling",
                "kind": row.kind,
                "sender_address": row.sender_address,
                "reasons": journal.reasons_of(row),
                "why": ", ".join(dict.fromkeys(reason["code"] for reason in journal.reasons_of(row))),
                "review": row.review,
                "reviewed_by": row.reviewed_by,
                "digest": row.digest,
            }
            for row in journal.listing(session, decision, limit)
        ]
    house.show(rows, COLUMNS, as_json=as_json, empty="Inga mail har kommit.")
