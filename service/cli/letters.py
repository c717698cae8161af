"""`reservpost letters`: the outbox, and the letters that could not be sent."""

from typing import Annotated, Literal

import typer

from service.cli import house

app = typer.Typer(help="Breven till avsändarna, även de som inte gick fram.", no_args_is_help=True)

COLUMNS = {
    "id": "Nr",
    "queued_at": "Skrevs",
    "recipient": "Till",
    "state_word": "Läge",
    "hinder": "Hinder",
}

Id = Annotated[
    int,
    typer.Argument(
        min=1, max=house.LARGEST, metavar="NR", help="Brevets nummer i `reservpost letters list`."
    ),
]


@app.command("list")
def list_letters(
    context: typer.Context,
    state: Annotated[
        Literal["queued", "sent", "dead"] | None,
        typer.Option(help="Bara de i ett läge: queued, sent eller dead.", metavar="LÄGE"),
    ] = None,
    as_json: house.Json = False,
) -> None:
    """Visa breven."""
    from service.ledger.engine import reading
    from service.letters import outbox
    from service.wording import STATES, hinder

    with reading(house.ledger_of(context)) as session:
        rows = [
            house.fields(row, "text", "html", "dedupe_key", "attachment")
            | {"state_word": STATES[row.state], "hinder": hinder(row.trouble)}
            for row in outbox.listing(session, state)
        ]
    house.show(
        rows, COLUMNS, as_json=as_json, empty="Inga sådana brev." if state else "Inga brev har skrivits."
    )


@app.command()
def show(context: typer.Context, number: Id) -> None:
    """Visa ett brev som det skickas, och hur det gick."""
    from service.errors import LedgerError
    from service.ledger.engine import reading
    from service.ledger.tables import LetterRow
    from service.letters.outbox import LetterState
    from service.wording import STATES, hinder

    with reading(house.ledger_of(context)) as session:
        row = session.get(LetterRow, number)
    if row is None:
        raise LedgerError(f"brev {number} finns inte; se `reservpost letters list`")
    told = [STATES[row.state], hinder(row.trouble)]
    if row.state == LetterState.DEAD.value:
        told.append(f"försök igen med `reservpost letters retry {number}`")
    typer.echo(f"Läge: {'; '.join(filter(None, told))}")
    beside = f"\nBilaga: {row.attachment_name}" if row.attachment_name else ""
    typer.echo(f"Till: {row.recipient}\nÄmne: {row.subject}{beside}\n\n{row.text}", nl=False)


@app.command()
def retry(context: typer.Context, number: Id) -> None:
    """Försök igen med ett brev som inte gick att skicka."""
    from service.ledger.engine import writing
    from service.letters import outbox

    with writing(house.ledger_of(context)) as session:
        outbox.requeue(session, number, house.now())
    typer.echo(f"Brev {number} väntar på att skickas igen.")
