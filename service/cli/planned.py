"""Planned stops: call one off, move it, and how `status` tells of those that are to come or go on."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli import house

if TYPE_CHECKING:
    from service.ledger.overview import PlannedStop
    from service.ledger.tables import PlannedStopRow

Stop = Annotated[
    int | None,
    typer.Argument(
        min=1, max=house.LARGEST, metavar="NR", help="Det planerade stoppets nummer, om det finns flera."
    ),
]
Until = Annotated[str | None, typer.Option(metavar="TID", help="När stoppet väntas vara över.")]


def cancel(context: typer.Context, number: Stop = None, by: house.By = None) -> None:
    """Avboka ett planerat driftstopp som inte har börjat."""
    from service.ledger.engine import writing
    from service.outage import planned

    with writing(house.ledger_of(context)) as session:
        stop = planned.find(session, number)
        planned.call_off(session, stop, house.who(by), house.now())
    typer.echo(f"Planerat driftstopp {stop.id} är avbokat")


def move(
    context: typer.Context,
    number: Stop = None,
    since: Annotated[
        str | None, typer.Option(metavar="TID", help="Den nya början; ett väntat slut följer med.")
    ] = None,
    until: Until = None,
    by: house.By = None,
) -> None:
    """Flytta ett planerat driftstopp, eller dess väntade slut."""
    from service.errors import LedgerError
    from service.ledger.engine import writing
    from service.outage import planned

    if since is None and until is None:
        raise LedgerError("ange --since TID för en ny början eller --until TID för ett nytt slut")
    now = house.now()
    with writing(house.ledger_of(context)) as session:
        stop = planned.find(session, number)
        start = house.moment(since, now) if since else None
        end = house.moment(until, start or max(stop.starts_at, now)) if until else None
        planned.move(session, stop, start, end, house.who(by), now)
    typer.echo(announced(stop))


def announced(stop: "PlannedStopRow") -> str:
    """Say when a stop begins and is expected to be over."""
    began = "började" if stop.outage_id else "börjar"
    return f"Planerat driftstopp {stop.id} {began} {house.clock(stop.starts_at)}{_over(stop.expected_end)}"


def told(stops: Iterable["PlannedStop"], now: datetime) -> Iterator[str]:
    """Yield a line on each stop that is to come, and on each that has begun with an expected end."""
    from service.wording import SYSTEMS, listed

    for stop in stops:
        names, head = listed([SYSTEMS[name] for name in stop["systems"]]), f"nr {stop['number']}"
        if not stop["begun"]:
            yield f"{head}: planerat driftstopp, {_begins(stop, now)}{_over(stop['expected_end'])} ({names})"
        elif stop["expected_end"] and datetime.fromisoformat(stop["expected_end"]) <= now:
            yield (
                f"{head}: skulle ha varit över {house.clock(stop['expected_end'])}, men {names} ligger ännu "
                f"nere; avsluta med `reservpost outage end`, eller säg en ny tid med `reservpost outage move "
                f"{stop['number']} --until TID`"
            )
        elif stop["expected_end"]:
            yield f"{head}: planerat driftstopp pågår{_over(stop['expected_end'])} ({names})"


def _begins(stop: "PlannedStop", now: datetime) -> str:
    at = house.clock(stop["starts_at"])
    late = datetime.fromisoformat(stop["starts_at"]) <= now
    return f"skulle ha börjat {at}: det börjar när programmet kör" if late else f"börjar {at}"


def _over(expected_end: datetime | str | None) -> str:
    return f", väntas vara över {house.clock(expected_end)}" if expected_end else ""
