"""`reservpost disposal`: delete old mails by a disposal decision, and only by one."""

from typing import TYPE_CHECKING, Annotated

import typer

from service.cli import house

if TYPE_CHECKING:
    from service.intake.disposal import DisposalDecision
    from service.settings import Settings

app = typer.Typer(help="Gallring: ta bort gamla mail enligt ett beslut.", no_args_is_help=True)

COLUMNS = {"id": "Mail", "arrived_at": "Kom", "decided": "Blev"}


@app.command("list")
def list_due(context: typer.Context, as_json: house.Json = False) -> None:
    """Visa vilka mail som gallringsbeslutet låter ta bort nu. Ingenting tas bort."""
    from service.intake import disposal
    from service.ledger.engine import reading
    from service.values import Decision
    from service.wording import DECISIONS

    decision = _decision(house.settings_of(context))
    with reading(house.ledger_of(context)) as session:
        rows = [
            house.fields(row, "reasons", "uid", "uidvalidity", "sender_address")
            | {"decided": DECISIONS[Decision(row.decision)] if row.decision else ""}
            for row in disposal.due(session, decision, house.now())
        ]
    house.show(rows, COLUMNS, as_json=as_json, empty="Inga mail är att gallra.")


@app.command()
def run(
    context: typer.Context,
    sure: Annotated[bool, typer.Option("--sure", help="Ta bort dem; det går inte att ångra.")] = False,
    by: house.By = None,
) -> None:
    """Ta bort mailen ur brevlådan för gott; varje mail antecknas."""
    from service.errors import LedgerError
    from service.intake import disposal
    from service.intake.mailbox import Mailbox
    from service.wiring import account

    settings = house.settings_of(context)
    decision = _decision(settings)
    if not sure:
        raise LedgerError("se först `reservpost disposal list`, och säg sedan --sure: det går inte att ångra")
    with Mailbox(account(settings), settings.limits.mail_bytes) as mailbox:
        gone = disposal.dispose(house.ledger_of(context), mailbox, decision, house.who(by), house.now())
    typer.echo(f"{gone} mail borttagna enligt {decision.name}, {decision.reference}")


def _decision(settings: "Settings") -> "DisposalDecision":
    from service.intake.disposal import decided

    told = settings.disposal
    return decided(told.name, told.reference, told.days)
