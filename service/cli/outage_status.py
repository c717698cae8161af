"""`reservpost outage status`: what goes on, what is to come, how each system is, what may be registered."""

from typing import TYPE_CHECKING, Any

import typer

from service.cli import house, planned

if TYPE_CHECKING:
    from sqlmodel import Session

    from service.ledger.tables import OutageRow

COLUMNS = {
    "what": "Nr",
    "started_at": "Började",
    "ended": "Slutade",
    "system_words": "Vad",
    "declared_by": "Anmält av",
    "note": "Not",
}


def status(context: typer.Context, as_json: house.Json = False) -> None:
    """Visa driftstoppen, hur systemen är, och vad som får registreras."""
    from service.ledger.engine import reading
    from service.ledger.overview import overview
    from service.outage import declared

    with reading(house.ledger_of(context)) as session:
        rows = [_row(session, row) for row in declared.history(session)]
        going = declared.current(session)
        now = _now(context, session, going) if going and not as_json else []
    stops = overview(house.settings_of(context).ledger_path)["planned_stops"]
    if as_json:
        rows += [{"state": "planned"} | stop for stop in stops]
    house.show(rows, COLUMNS, as_json=as_json, empty="Inget driftstopp är anmält.")
    coming = [] if as_json else list(planned.told(stops, house.now()))
    for line in (*now, *_under("Planerat:", [house.hanging("  ", told) for told in coming])):
        typer.echo(line)


def named(session: "Session", row: "OutageRow") -> str:
    """Return the names of the systems that were down in the outage, as people write them."""
    from service.wording import SYSTEMS

    return ", ".join(SYSTEMS[name] for name in _names(session, row))


def _now(context: typer.Context, session: "Session", outage: "OutageRow") -> list[str]:
    """Return how each system is in the outage that goes on, and what may be registered meanwhile."""
    from service.outage import systems
    from service.rules.duties import load_duties
    from service.wording import SYSTEMS

    states = systems.states(systems.of_outage(session, outage))
    lines = [""]
    for state in states:
        since = f"sedan {house.clock(state.down_since)}"
        said = "uppe" if state.up else f"{'planerat stopp' if state.planned else 'nere'} {since}"
        lines.append(f"{SYSTEMS[state.name] + ':':<16}{said}")
    down_names = {state.name for state in states if not state.up}
    rules = []
    for told in systems.permissions(load_duties(house.rules_of(context)), down_names):
        head = "  ja   " if told.allowed else "  nej  "
        rules.append(house.hanging(head, " ".join(told.rule.text.split())))
    return lines + _under("Får registreras nu:", rules)


def _under(heading: str, lines: list[str]) -> list[str]:
    return ["", heading, *lines] if lines else []


def _row(session: "Session", row: "OutageRow") -> dict[str, Any]:
    return (
        {"state": _state(row)}
        | house.fields(row)
        | {
            "systems": _names(session, row),
            "what": f"{row.id} övning" if row.drill else str(row.id),
            "system_words": named(session, row),
            "ended": house.clock(row.ended_at) or "pågår",
        }
    )


def _state(row: "OutageRow") -> str:
    if row.ended_at is None:
        return "ongoing"
    return "closed" if row.closed_at else "ended"


def _names(session: "Session", row: "OutageRow") -> list[str]:
    """Return each system that was down in the outage once, in the order it was told."""
    from service.outage import systems

    return list(dict.fromkeys(system.name for system in systems.of_outage(session, row)))
