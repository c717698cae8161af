"""`reservpost status`: the whole in a few lines, quick enough to ask again and again."""

import json

import typer

from service.cli import house


def status(context: typer.Context, as_json: house.Json = False) -> None:
    """Visa läget: driftstopp, brevlåda, post, liggare."""
    from service.heartbeat import read_heartbeat
    from service.ledger.overview import overview

    settings = house.settings_of(context)
    beat = read_heartbeat(settings.heartbeat_path, house.now())
    seen = overview(settings.ledger_path)
    if as_json:
        parts = {"intake": beat.intake.said, "post": beat.post.said} if beat else None
        typer.echo(json.dumps({"running": beat is not None, "parts": parts} | seen, ensure_ascii=False))
        return
    mails, orders, letters = seen["mails"], seen["orders"], seen["letters"]
    outage = f"pågår sedan {house.clock(seen['outage_since'])}" if seen["outage_since"] else "inget anmält"
    told = {
        "Program": f"kör sedan {house.clock(beat.started_at)}" if beat else "kör inte",
        "Driftstopp": outage,
        "Brevlåda": f"{beat.intake.said} (sedan {house.clock(beat.intake.since)})" if beat else "okänt",
        "Post": f"{beat.post.said} (sedan {house.clock(beat.post.since)})" if beat else "okänt",
        "Mail": _counted(
            mails,
            {
                "accepted": "mottagna",
                "flagged": "till granskning",
                "rejected": "avvisade",
                "ignored": "ignorerade",
                "received": "under behandling",
            },
        ),
        "Granskning": f"{seen['awaiting_review']} väntar på en person",
        "Liggare": _counted(
            orders,
            {"pending": "väntar på registrering", "registered": "registrerade", "cancelled": "makulerade"},
        ),
        "Brev": _counted(letters, {"sent": "skickade", "queued": "väntar", "dead": "gick inte att skicka"}),
    }
    for label, said in told.items():
        typer.echo(f"{label + ':':<12}{said}")


def _counted(counts: dict[str, int], words: dict[str, str]) -> str:
    return ", ".join(f"{counts[key]} {word}" for key, word in words.items() if counts.get(key)) or "inga"
