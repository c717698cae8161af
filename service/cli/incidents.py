"""`reservpost incidents`: the mails that came with personal data, for the data protection officer."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli import house

if TYPE_CHECKING:
    from datetime import datetime

    from service.outage.incidents import Incident, SortWords

app = typer.Typer(help="Mail med personuppgifter, för dataskyddsombudet.", no_args_is_help=True)

COLUMNS = {
    "message_id": "Mail",
    "arrived_at": "Kom",
    "known_at": "Upptäckt",
    "due_at": "72 timmar går ut",
    "left": "Kvar",
    "what": "Sort",
}


@app.callback()
def _group() -> None:
    """Keep `list` a verb of its own though it is the only one."""


@app.command("list")
def list_incidents(
    context: typer.Context,
    outage: Annotated[
        int | None,
        typer.Option(min=1, max=house.LARGEST, metavar="NR", help="Bara ett driftstopps."),
    ] = None,
    as_json: house.Json = False,
) -> None:
    """Visa avvisade mail: sort och tider, aldrig uppgifterna."""
    from service.ledger.engine import reading
    from service.outage import incidents

    words, now = incidents.load_words(house.rules_of(context)), house.now()
    with reading(house.ledger_of(context)) as session:
        rows = [_row(found, words, now) for found in incidents.listing(session, outage)]
    house.show(rows, COLUMNS, as_json=as_json, empty="Inga mail har avvisats.")


def _row(found: "Incident", words: "SortWords", now: "datetime") -> dict[str, Any]:
    return {
        "message_id": found.message_id,
        "outage_id": found.outage_id,
        "arrived_at": found.arrived_at,
        "known_at": found.known_at,
        "due_at": found.due_at,
        "left": found.told_left(now),
        "sorts": dict(found.sorts),
        "what": ", ".join(map(words.of, found.sorts)) or "avvisat av en person",
    }
