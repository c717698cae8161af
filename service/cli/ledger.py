"""`reservpost ledger`: the orders that wait for registration."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from service.cli import house

if TYPE_CHECKING:
    from sqlmodel import Session

    from service.ledger.tables import OrderRow

app = typer.Typer(help="Liggaren: beställningar som väntar på registrering.", no_args_is_help=True)

COLUMNS = {
    "number": "Nummer",
    "what": "Vad",
    "way": "Vart",
    "line_count": "Rader",
    "state_word": "Läge",
}
LABELS = {
    "kind_word": "Vad",
    "from_stock": "Från",
    "goes": "Till",
    "requested_date": "Önskat datum",
    "delivery_note": "Leverans",
    "urgent_word": "Brådskar",
    "customer_number": "Kundnummer",
    "sender_address": "Beställare",
    "came": "Kom",
    "slip_number": "Blankett",
    "delivered_on": "Levererat",
    "duty": "Registreras",
    "state_word": "Läge",
    "booked": "Bokad",
    "settled": "Avslutad",
    "sesam_number": "Nummer i Sesam",
    "note": "Not",
}
LINES = {"position": "Rad", "article_number": "Artikel", "description": "Benämning", "amount": "Antal"}

Number = Annotated[str, typer.Argument(metavar="NUMMER", help="Till exempel RP-2026-000042.")]
State = Annotated[
    Literal["pending", "registered", "cancelled"] | None,
    typer.Option(help="Bara de i ett läge: pending, registered eller cancelled.", metavar="LÄGE"),
]


@app.command("list")
def list_orders(
    context: typer.Context,
    state: State = None,
    drill: Annotated[bool, typer.Option("--drill", help="Visa övningars rader i stället.")] = False,
    as_json: house.Json = False,
) -> None:
    """Visa det som ska registreras, i den ordning det bör ske."""
    from service.ledger import orders
    from service.ledger.engine import reading

    with reading(house.ledger_of(context)) as session:
        wanted = orders.OrderState(state) if state else None
        rows = [_row(session, order) for order in orders.listing(session, wanted, drill=drill)]
    # Where one state was asked for, its column would only take the room of the places.
    columns = {key: heading for key, heading in COLUMNS.items() if not (state and key == "state_word")}
    house.show(
        rows,
        columns,
        as_json=as_json,
        empty="Inga beställningar i det läget." if state else "Liggaren är tom.",
    )


@app.command()
def show(context: typer.Context, number: Number, as_json: house.Json = False) -> None:
    """Visa en beställning med alla rader."""
    from service.ledger import orders
    from service.ledger.engine import reading
    from service.wording import visible

    with reading(house.ledger_of(context)) as session:
        row = _row(session, orders.find(session, number))
    if as_json:
        typer.echo(house.as_line(row))
        return
    typer.echo(row["number"])
    for key, label in LABELS.items():
        if row[key]:
            typer.echo(f"  {label + ':':<16}{visible(str(row[key]))}")
    typer.echo()
    house.show(row["lines"], LINES, as_json=False, empty="Inga rader.")


@app.command()
def register(
    context: typer.Context,
    numbers: Annotated[list[str], typer.Argument(metavar="NUMMER...", help="Ett eller flera nummer.")],
    sesam_number: Annotated[
        str | None, typer.Option(metavar="NUMMER", help="Numret som beställningen fick i Sesam.")
    ] = None,
    by: house.By = None,
) -> None:
    """Anteckna att beställningar har registrerats i Sesam.

    Det blir alla som anges, eller ingen om något nummer är fel.
    """
    from service.errors import LedgerError
    from service.ledger import orders
    from service.ledger.engine import writing

    each = dict.fromkeys(number.strip().upper() for number in numbers)
    with writing(house.ledger_of(context)) as session:
        if other := orders.holder(session, sesam_number):
            raise LedgerError(
                f"numret {sesam_number} i Sesam står redan på {other}; kontrollera det, inget ändrades"
            )
        done = [orders.register(session, n, house.who(by), sesam_number, house.now()) for n in each]
    for row in done:
        typer.echo(f"{row.number} registrerad av {row.settled_by}")


@app.command()
def cancel(
    context: typer.Context,
    number: Number,
    why: Annotated[
        str, typer.Option(metavar="SKÄL", help="Varför den inte ska registreras, utan personuppgifter.")
    ],
    by: house.By = None,
) -> None:
    """Anteckna att en beställning inte ska registreras, och varför."""
    from service.ledger import orders
    from service.ledger.engine import reading, writing

    with reading(house.ledger_of(context)) as session:
        orders.find(session, number)
    house.refuse_personal(context, why, "skälet")
    with writing(house.ledger_of(context)) as session:
        row = orders.cancel(session, number, house.who(by), why, house.now())
    typer.echo(f"{row.number} makulerad av {row.settled_by}")


def _row(session: "Session", order: "OrderRow") -> dict[str, Any]:
    from service.ledger import orders
    from service.values import Kind
    from service.wording import KINDS, OWNERS, SOURCES, STATES, SYSTEMS, quantity

    lines = [
        house.fields(line, "id", "order_id") | {"amount": f"{quantity(line.quantity)} {line.unit}"}
        for line in orders.lines_of(session, order)
    ]
    kind, goes = KINDS[Kind(order.kind)], order.to_stock or order.facility or ""
    return house.fields(order, "id", "message_id") | {
        "kind_word": kind,
        "what": f"{kind}, brådskar" if order.urgent else kind,
        "state_word": STATES[order.state],
        "goes": goes,
        "way": f"{order.from_stock} → {goes}" if order.from_stock else goes,
        "urgent_word": "ja" if order.urgent else "",
        "came": _came(order, SOURCES[order.source]),
        "duty": f"av {OWNERS[order.owner]} i {SYSTEMS[order.system]}",
        "booked": f"{house.clock(order.booked_at)} av {order.booked_by}",
        "settled": f"{house.clock(order.settled_at)} av {order.settled_by}" if order.settled_at else "",
        "line_count": len(lines),
        "lines": lines,
    }


def _came(order: "OrderRow", source: str) -> str:
    """Say how and when something came, and who took it where that was a person."""
    taken = f", togs emot av {order.taken_by}" if order.taken_by else ""
    return f"{source} {house.clock(order.happened_at)}{taken}"
