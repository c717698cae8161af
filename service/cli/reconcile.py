"""`reservpost reconcile`: an export from Sesam 2 against the ledger."""

from pathlib import Path
from typing import Annotated

import typer

from service.cli import house

COLUMNS = {"number": "Nummer", "sesam_number": "I Sesam", "match_word": "Utfall", "why": "Varför"}


def reconcile(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FIL", help="Utdrag ur Sesam 2: csv, xlsx, xls eller ods.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Visa bara, ändra ingenting.")] = False,
    by: house.By = None,
    as_json: house.Json = False,
) -> None:
    """Stäm av liggaren mot ett utdrag ur Sesam 2.

    Utdraget är av registrerade beställningar. Säkra träffar bockas av. Det som nästan stämmer, det som är
    registrerat eller påfyllt två gånger, och nummer som saknas i Sesam visas för en person att avgöra.
    """
    from service.ledger import orders
    from service.ledger.engine import writing
    from service.outage.exported import read_export
    from service.outage.owed import entries
    from service.outage.reconcile import Match
    from service.outage.reconcile import reconcile as compared
    from service.rules.export import load_export
    from service.wording import MATCHES

    rules = load_export(house.rules_of(context))
    registered, who, now = read_export(file, rules), house.who(by), house.now()
    with writing(house.ledger_of(context)) as session:
        findings = compared(entries(session), registered, rules.days)
        sure = [finding for finding in findings if finding.match is Match.SURE]
        for finding in () if dry_run else sure:
            orders.register(session, finding.number, who, finding.sesam_number, now)
    rows = [
        {
            "number": finding.number,
            "sesam_number": finding.sesam_number,
            "match": finding.match.value,
            "match_word": MATCHES[finding.match.value],
            "why": finding.why,
        }
        for finding in findings
    ]
    house.show(rows, COLUMNS, as_json=as_json, empty="Inget i utdraget hör till liggaren.")
    if not as_json:
        done = f"{len(sure)} kan bockas av; kör utan --dry-run" if dry_run else f"{len(sure)} avbockade"
        typer.echo(f"\n{len(registered)} beställningar i utdraget, {done}.")
