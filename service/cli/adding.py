"""`reservpost ledger add`: give what came by phone, on paper or at the desk a row in the ledger."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from service.cli import house

if TYPE_CHECKING:
    from service.ledger.tables import OrderRow
    from service.outage.additions import AddingDesk
    from service.settings import Settings

KindName = Annotated[
    Literal[
        "stock_transfer", "stock_replenishment", "facility_order", "work_order", "return",
        "prescription", "purchase", "invoicing", "stock_correction",
    ],
    typer.Argument(
        metavar="SORT",
        help="stock_transfer (lagerflytt), stock_replenishment (lagerpåfyllnad), "
        "facility_order (till boende), work_order (arbetsorder), return (retur), "
        "prescription (förskrivning från eget förråd), purchase (inköp), "
        "invoicing (fakturaunderlag) eller stock_correction (lagerjustering).",
    ),
]  # fmt: skip
SourceName = Annotated[
    Literal["phone", "paper", "desk"],
    typer.Option("--came", metavar="HUR", help="Hur det kom: phone, paper eller desk."),
]
OwnerName = Annotated[
    Literal["desk", "prescriber", "operations_manager", "technician"] | None,
    typer.Option(
        metavar="ROLL",
        help="Vem som registrerar, om inte den som rutinen säger: technician efter överenskommelse.",
    ),
]
Line = Annotated[
    list[str] | None, typer.Option(metavar="RAD", help="'artikel;benämning;antal;enhet'; upprepas för fler.")
]
From = Annotated[str | None, typer.Option("--from", metavar="FÖRRÅD", help="Förråd att ta från.")]
To = Annotated[str | None, typer.Option("--to", metavar="FÖRRÅD", help="Förråd det ska till.")]
Facility = Annotated[str | None, typer.Option(metavar="PLATS", help="Boende, avdelning eller mottagning.")]
Customer = Annotated[str | None, typer.Option(metavar="NUMMER", help="Kundnummer i Sesam.")]
Happened = Annotated[
    str | None, typer.Option(metavar="TID", help="När det hände: 2026-03-05 09:12; annars nu.")
]
TakenBy = Annotated[str | None, typer.Option(metavar="NAMN", help="Vem som tog emot det; annars --by.")]
Address = Annotated[
    str | None, typer.Option(metavar="ADRESS", help="Mailadress till den som ska registrera det.")
]
Slip = Annotated[
    str | None,
    typer.Option(metavar="NUMMER", help="Blankettens nummer: brukarens uppgifter skrivs bara där."),
]
Note = Annotated[str | None, typer.Option(metavar="TEXT", help="En rad till, utan brukares uppgifter.")]
Number = Annotated[
    int | None,
    typer.Option(
        "--outage", min=1, max=house.LARGEST, metavar="NR", help="Driftstoppet, om inte det då det hände."
    ),
]


def add(
    context: typer.Context,
    kind: KindName,
    came: SourceName,
    line: Line = None,
    from_stock: From = None,
    to_stock: To = None,
    facility: Facility = None,
    customer: Customer = None,
    requested: Annotated[str | None, typer.Option(metavar="DATUM", help="Önskat datum.")] = None,
    delivered: Annotated[str | None, typer.Option(metavar="DATUM", help="När det lämnades ut.")] = None,
    urgent: Annotated[bool, typer.Option("--urgent", help="Det brådskar.")] = False,
    happened: Happened = None,
    taken_by: TakenBy = None,
    owner: OwnerName = None,
    owner_address: Address = None,
    slip: Slip = None,
    note: Note = None,
    outage: Number = None,
    sure: Annotated[bool, typer.Option("--sure", help="Trots en möjlig personuppgift.")] = False,
    by: house.By = None,
) -> None:
    """Skriv in det som kom per telefon, på papper eller vid disken."""
    from service.outage.additions import Typed
    from service.rules.duties import Owner, Source
    from service.values import Kind

    now, who = house.now(), house.who(by)
    typed = Typed(
        kind=Kind(kind),
        source=Source(came),
        taken_by=taken_by or who,
        happened_at=house.moment(happened, now),
        lines=tuple(line or ()),
        from_stock=from_stock,
        to_stock=to_stock,
        facility=facility,
        customer_number=customer,
        requested_date=_day(requested),
        delivered_on=_day(delivered),
        urgent=urgent,
        owner=Owner(owner) if owner else None,
        owner_address=owner_address,
        slip_number=slip,
        note=note,
        outage_id=outage,
        sure=sure,
    )
    with _desk(house.settings_of(context)) as desk:
        typer.echo(_told(desk.add(typed, who, now)))


def _told(row: "OrderRow") -> str:
    from service.values import Kind
    from service.wording import KINDS, OWNERS, SYSTEMS

    who, where = OWNERS[row.owner], SYSTEMS[row.system]
    return f"{row.number} {KINDS[Kind(row.kind)]}, registreras av {who} i {where}"


@contextmanager
def _desk(settings: "Settings") -> "Iterator[AddingDesk]":
    from service.daemon import sandbox
    from service.ledger.engine import open_ledger
    from service.outage.additions import AddingDesk
    from service.rules.duties import load_duties

    with sandbox(settings) as judges:
        yield AddingDesk(
            ledger=open_ledger(settings.ledger_path),
            judges=judges,
            duties=load_duties(settings.rules),
            address=settings.desk.address,
            domains=frozenset(settings.trust.domains),
        )


def _day(text: str | None) -> date | None:
    from service.errors import LedgerError

    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise LedgerError(f"{text}: inget datum; skriv 2026-03-05") from None
