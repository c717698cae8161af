"""`reservpost status`: the whole in a few lines, quick enough to ask again and again."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from service.cli import house, planned

if TYPE_CHECKING:
    from service.heartbeat import Heartbeat, Part
    from service.ledger.overview import Overview

PARTS = ("intake", "post", "sweep", "probe")
MAILS = {
    "accepted": "mottagna",
    "flagged": "till granskning",
    "rejected": "avvisade",
    "ignored": "ignorerade",
    "reply": "svar från personalen",
    "received": "under behandling",
}
ORDERS = {"pending": "väntar på registrering", "registered": "registrerade", "cancelled": "makulerade"}
LETTERS = {"sent": "skickade", "queued": "väntar på att skickas"}


def status(context: typer.Context, as_json: house.Json = False) -> None:
    """Visa läget: driftstopp, brevlåda, post, liggare."""
    from service.heartbeat import read_heartbeat
    from service.ledger.overview import overview

    settings = house.settings_of(context)
    beat = read_heartbeat(settings.heartbeat_path, house.now())
    seen = overview(settings.ledger_path)
    if as_json:
        parts = {name: asdict(getattr(beat, name)) for name in PARTS} if beat else None
        strangers = beat.strangers if beat else None
        running = {"running": beat is not None, "parts": parts, "strangers": strangers}
        typer.echo(house.as_line({**running, **seen}))
        return
    for label, said in (_parts(beat) | _outage(seen) | _planned(seen) | _counts(seen)).items():
        typer.echo(house.hanging(f"{label + ':':<12}", said))


def _parts(beat: "Heartbeat | None") -> dict[str, str]:
    if beat is None:
        return {"Program": "kör inte; starta det med `systemctl start reservpost`"}
    told = {
        "Program": f"kör sedan {house.clock(beat.started_at)}",
        "Brevlåda": _part(beat.intake),
        "Post": _part(beat.post),
    }
    for label, part in {"Utskick": beat.sweep, "System": beat.probe}.items():
        if part.since:
            told[label] = _part(part)
    if beat.strangers:
        told["Räkning"] = (
            f"FEL: {beat.strangers} mail i brevlådan är inte omhändertagna eller okända för journalen; "
            "flytta dem till inkorgen"
        )
    return told


def _part(part: "Part") -> str:
    """Say how a part is; where it is not well, where that is and how to find out more."""
    since = f"sedan {house.clock(part.since)}" if part.since else ""
    if part.well:
        return f"{part.said} {since}".strip()
    return f"FEL {since}: {part.said}; pröva med `reservpost doctor`"


def _outage(seen: "Overview") -> dict[str, str]:
    if seen["outage_since"]:
        what = "en övning pågår" if seen["drill"] else "pågår"
        return {"Driftstopp": f"{what} sedan {house.clock(seen['outage_since'])}"}
    draining = "; mail från det senaste tas ännu om hand" if seen["draining"] else ""
    return {"Driftstopp": f"inget pågår{draining}"}


def _planned(seen: "Overview") -> dict[str, str]:
    lines = "; ".join(planned.told(seen["planned_stops"], house.now()))
    return {"Planerat": lines} if lines else {}


def _counts(seen: "Overview") -> dict[str, str]:
    told = {
        "Mail": _counted(seen["mails"], MAILS),
        "Granskning": "inget väntar på en person",
        "Liggare": _counted(seen["orders"], ORDERS),
        "Brev": _counted(seen["letters"], LETTERS),
    }
    if waiting := seen["awaiting_review"]:
        told["Granskning"] = f"{waiting} väntar på en person: `reservpost review list`"
    if dead := seen["letters"].get("dead"):
        told["Döda brev"] = (
            f"{dead} gick inte att skicka: se `reservpost letters list --state dead`, "
            "ring mottagaren eller försök igen med `reservpost letters retry NR`"
        )
    return told


def _counted(counts: Mapping[str, int], words: Mapping[str, str]) -> str:
    return ", ".join(f"{counts[key]} {word}" for key, word in words.items() if counts.get(key)) or "inga"
