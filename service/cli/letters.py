"""`reservpost letters`: the outbox, and the letters that could not be sent."""

from typing import Annotated

import typer

from service.cli import house

app = typer.Typer(help="Breven till avsändarna: skickade, väntande och döda.", no_args_is_help=True)

Id = Annotated[int, typer.Argument(metavar="NR", help="Brevets nummer i `reservpost letters list`.")]


@app.command("list")
def list_letters(
    context: typer.Context,
    state: Annotated[
        str | None, typer.Option(help="Bara de i ett läge: queued, sent eller dead.", metavar="LÄGE")
    ] = None,
    as_json: house.Json = False,
) -> None:
    """Visa breven."""
    from service.errors import LedgerError
    from service.ledger.engine import reading
    from service.letters import outbox
    from service.wording import STATES

    if state not in (None, "queued", "sent", "dead"):
        raise LedgerError(f"{state}: okänt läge; tillåtna är queued, sent, dead")
    with reading(house.ledger_of(context)) as session:
        rows = [
            row.model_dump(mode="json", exclude={"text", "html", "dedupe_key"})
            | {"state_word": STATES[row.state], "queued": house.clock(row.queued_at)}
            for row in outbox.listing(session, state)
        ]
    columns = {
        "id": "Nr",
        "queued": "Skrevs",
        "kind": "Sort",
        "recipient": "Till",
        "state_word": "Läge",
        "attempts": "Försök",
        "trouble": "Hinder",
    }
    house.show(rows, columns, as_json=as_json, empty="Inga brev har skrivits.")


@app.command()
def show(context: typer.Context, number: Id) -> None:
    """Visa ett brev som det skickas."""
    from service.errors import LedgerError
    from service.ledger.engine import reading
    from service.ledger.tables import LetterRow

    with reading(house.ledger_of(context)) as session:
        row = session.get(LetterRow, number)
    if row is None:
        raise LedgerError(f"brev {number} finns inte; se `reservpost letters list`")
    typer.echo(f"Till: {row.recipient}\nÄmne: {row.subject}\n\n{row.text}")


@app.command()
def retry(context: typer.Context, number: Id) -> None:
    """Försök igen med ett brev som inte gick att skicka."""
    from service.ledger.engine import writing
    from service.letters import outbox

    with writing(house.ledger_of(context)) as session:
        outbox.requeue(session, number, house.now())
    typer.echo(f"Brev {number} väntar på att skickas igen.")
