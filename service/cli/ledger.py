"""`reservpost ledger`: the orders that wait for registration."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli import house

if TYPE_CHECKING:
    from sqlmodel import Session

    from service.ledger.tables import OrderRow

app = typer.Typer(help="Liggaren: beställningar som väntar på registrering.", no_args_is_help=True)

COLUMNS = {
    "number": "Nummer",
    "kind_word": "Vad",
    "goes": "Vart",
    "line_count": "Rader",
    "state_word": "Läge",
}
Number = Annotated[str, typer.Argument(metavar="NUMMER", help="Till exempel RP-2026-000042.")]
State = Annotated[
    str | None, typer.Option(help="Bara de i ett läge: pending, registered eller cancelled.", metavar="LÄGE")
]


@app.command("list")
def list_orders(context: typer.Context, state: State = None, as_json: house.Json = False) -> None:
    """Visa beställningarna i den ordning de bör registreras."""
    from service.errors import LedgerError
    from service.ledger import orders
    from service.ledger.engine import reading

    allowed = [known.value for known in orders.OrderState]
    if state is not None and state not in allowed:
        raise LedgerError(f"{state}: okänt läge; tillåtna är {', '.join(allowed)}")
    with reading(house.ledger_of(context)) as session:
        wanted = orders.OrderState(state) if state else None
        rows = [_row(session, order) for order in orders.listing(session, wanted)]
    # Where one state was asked for, its column would only take the room of the places.
    columns = {key: heading for key, heading in COLUMNS.items() if not (state and key == "state_word")}
    house.show(rows, columns, as_json=as_json, empty="Liggaren är tom.")


@app.command()
def show(context: typer.Context, number: Number, as_json: house.Json = False) -> None:
    """Visa en beställning med alla rader."""
    from service.ledger import orders
    from service.ledger.engine import reading

    with reading(house.ledger_of(context)) as session:
        row = _row(session, orders.find(session, number))
    if as_json:
        house.show([row], {}, as_json=True, empty="")
        return
    labels = {
        "kind_word": "Vad",
        "from_stock": "Från",
        "goes": "Till",
        "requested_date": "Önskat datum",
        "urgent_word": "Brådskar",
        "customer_number": "Kundnummer",
        "sender_address": "Beställare",
        "state_word": "Läge",
        "booked": "Bokad",
        "settled": "Avslutad",
        "sesam_number": "Nummer i Sesam",
        "note": "Not",
    }
    typer.echo(row["number"])
    for key, label in labels.items():
        if row[key]:
            typer.echo(f"  {label + ':':<16}{row[key]}")
    columns = {"position": "Rad", "article_number": "Artikel", "description": "Benämning", "amount": "Antal"}
    house.show(row["lines"], columns, as_json=False, empty="Inga rader.")


@app.command()
def register(
    context: typer.Context,
    numbers: Annotated[list[str], typer.Argument(metavar="NUMMER...", help="Ett eller flera nummer.")],
    sesam_number: Annotated[str | None, typer.Option(help="Numret som beställningen fick i Sesam.")] = None,
    by: house.By = None,
) -> None:
    """Anteckna att beställningar har registrerats i Sesam: alla, eller ingen om något nummer är fel."""
    from service.ledger import orders
    from service.ledger.engine import writing

    with writing(house.ledger_of(context)) as session:
        done = [orders.register(session, n, house.who(by), sesam_number, house.now()) for n in numbers]
    for row in done:
        typer.echo(f"{row.number} registrerad av {row.settled_by}")


@app.command()
def cancel(
    context: typer.Context,
    number: Number,
    why: Annotated[str, typer.Option(help="Varför den inte ska registreras, utan personuppgifter.")],
    by: house.By = None,
) -> None:
    """Anteckna att en beställning inte ska registreras, och varför."""
    from service.ledger import orders
    from service.ledger.engine import writing

    with writing(house.ledger_of(context)) as session:
        row = orders.cancel(session, number, house.who(by), why, house.now())
    typer.echo(f"{row.number} makulerad av {row.settled_by}")


def _row(session: "Session", order: "OrderRow") -> dict[str, Any]:
    from service.ledger import orders
    from service.values import Kind
    from service.wording import KINDS, STATES, quantity

    lines = [
        {
            "position": line.position,
            "article_number": line.article_number,
            "description": line.description,
            "quantity": line.quantity,
            "unit": line.unit,
            "amount": f"{quantity(line.quantity)} {line.unit}",
            "confidence": line.confidence,
        }
        for line in orders.lines_of(session, order)
    ]
    return order.model_dump(mode="json", exclude={"id", "message_id"}) | {
        "kind_word": KINDS[Kind(order.kind)],
        "state_word": STATES[order.state],
        "goes": order.to_stock or order.facility,
        "urgent_word": "ja" if order.urgent else "",
        "booked": f"{house.clock(order.booked_at)} av {order.booked_by}",
        "settled": f"{house.clock(order.settled_at)} av {order.settled_by}" if order.settled_at else "",
        "line_count": len(lines),
        "lines": lines,
    }
