"""`reservpost outage`: declare an outage, end it, and see where it stands."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from service.cli import house
from service.cli.outage_status import named, status
from service.cli.planned import Until, announced, cancel, move

app = typer.Typer(help="Anmäl ett driftstopp, avsluta det, se läget.", no_args_is_help=True)

System = Annotated[
    list[str] | None,
    typer.Option(
        "--system",
        metavar="SYSTEM",
        help="Vad som ligger nere: sesam2, websesam, visma-websesam; kan upprepas. Annars alla tre.",
    ),
]

One = Annotated[str, typer.Argument(metavar="SYSTEM", help="sesam2, websesam eller visma-websesam.")]
At = Annotated[
    str | None, typer.Option(metavar="TID", help="När, om inte nu: 2026-03-05 09:12, eller 09:12 för i dag.")
]

Number = Annotated[
    int | None,
    typer.Argument(min=1, max=house.LARGEST, metavar="NR", help="Driftstoppets nummer; annars det senaste."),
]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="FIL",
        help="Var rapporten skrivs, .html eller .pdf; utan ändelse båda. Annars rapport-NR här.",
    ),
]

ALL_UP = "Alla system är uppe: avsluta driftstoppet med `reservpost outage end`."


@app.command()
def start(
    context: typer.Context,
    system: System = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="TID", help="När det började: 2026-03-05 09:12, eller 09:12 för i dag."),
    ] = None,
    planned: Annotated[
        bool, typer.Option("--planned", help="Stoppet är planerat; då får det börja längre fram.")
    ] = False,
    until: Until = None,
    note: Annotated[str, typer.Option(metavar="TEXT", help="En rad om stoppet.")] = "",
    drill: Annotated[
        bool, typer.Option("--drill", help="En övning: bara mail märkta [ÖVNING] tas om hand.")
    ] = False,
    by: house.By = None,
) -> None:
    """Anmäl ett driftstopp: mail som kommit sedan dess tas om hand.

    Ett planerat stopp får börja längre fram; då börjar det av sig självt när tiden kommer. Med --drill
    börjar en övning i stället. Ett riktigt driftstopp avbryter en övning.
    """
    from service.errors import LedgerError
    from service.ledger.engine import writing
    from service.outage import declared
    from service.outage.planned import announce

    at, chosen, who = house.now(), system or declared.SYSTEMS, house.who(by)
    began = house.moment(since, at)
    ends = house.moment(until, began) if until else None
    if ends and (drill or not planned):
        raise LedgerError("--until hör till ett planerat driftstopp; säg också --planned")
    if note:
        house.refuse_personal(context, note, "noten")
    with writing(house.ledger_of(context)) as session:
        if ahead := planned and not drill and began > at:
            stop = announce(session, chosen, began, ends, who, at, note=note)
        else:
            row = declared.start(session, chosen, began, who, at, planned=planned, note=note, drill=drill)
            systems = named(session, row)
            if ends:
                announce(session, chosen, began, ends, who, at, note=note, outage=row)
    if ahead:
        typer.echo(announced(stop))
        return
    what = "Övning {} börjar" if drill else "Driftstopp {} anmält från"
    typer.echo(f"{what.format(row.id)} {house.clock(row.started_at)}: {systems}")


for verb in (cancel, move, status):
    app.command()(verb)


@app.command()
def down(context: typer.Context, system: One, at: At = None, by: house.By = None) -> None:
    """Anteckna att ännu ett system ligger nere i driftstoppet som pågår."""
    from service.ledger.engine import writing
    from service.outage import declared, systems
    from service.wording import SYSTEMS

    now = house.now()
    with writing(house.ledger_of(context)) as session:
        outage, when = declared.running(session), house.moment(at, now)
        row = systems.down(session, outage, system, when, house.who(by), now)
    typer.echo(f"{SYSTEMS[row.name]} ligger nere sedan {house.clock(row.down_at)}")


@app.command()
def up(context: typer.Context, system: One, at: At = None, by: house.By = None) -> None:
    """Anteckna att ett system är uppe igen, medan driftstoppet pågår."""
    from service.ledger.engine import writing
    from service.outage import declared, systems
    from service.wording import SYSTEMS

    now = house.now()
    with writing(house.ledger_of(context)) as session:
        outage, when = declared.running(session), house.moment(at, now)
        row = systems.up(session, outage, system, when, house.who(by), now)
        left = [SYSTEMS[each.name] for each in systems.of_outage(session, outage) if each.up_at is None]
    typer.echo(f"{SYSTEMS[row.name]} är uppe sedan {house.clock(row.up_at)}")
    typer.echo(f"Ännu nere: {', '.join(left)}" if left else ALL_UP)


@app.command()
def end(
    context: typer.Context,
    at: Annotated[
        str | None, typer.Option(metavar="TID", help="När det slutade, om inte nu; skrivs som --since.")
    ] = None,
    by: house.By = None,
) -> None:
    """Avsluta driftstoppet: mail som kommer därefter lämnas i fred."""
    from service.ledger.engine import writing
    from service.outage import declared

    moment = house.now()
    with writing(house.ledger_of(context)) as session:
        row = declared.end(session, house.moment(at, moment), house.who(by), moment)
    typer.echo(f"Driftstopp {row.id} avslutat {house.clock(row.ended_at)}")


@app.command()
def slips(
    context: typer.Context,
    count: Annotated[
        int | None, typer.Option(min=1, max=500, metavar="ANTAL", help="Skriv ut så många blanketter.")
    ] = None,
    kind: Annotated[
        Literal["order", "work_order"], typer.Option(metavar="SORT", help="order eller work_order.")
    ] = "order",
    out: Annotated[
        Path | None,
        typer.Option(metavar="FIL", help="PDF eller HTML; annars blanketter.pdf här."),
    ] = None,
    unused: Annotated[
        list[str] | None, typer.Option(metavar="NUMMER", help="Anmäl en blankett som oanvänd; kan upprepas.")
    ] = None,
    by: house.By = None,
) -> None:
    """Gör blanketter med nummer, två på varje A4, eller anmäl oanvända."""
    from service.errors import LedgerError
    from service.ledger.engine import writing
    from service.outage import declared
    from service.outage import slips as paper
    from service.outage.pages import save

    if bool(count) == bool(unused):
        raise LedgerError("ange --count ANTAL för nya blanketter, eller --unused NUMMER för oanvända")
    settings, now, who = house.settings_of(context), house.now(), house.who(by)
    if unused:
        with writing(house.ledger_of(context)) as session:
            rows = paper.declare_unused(session, unused, who, now)
        typer.echo(f"Oanvända: {', '.join(row.number for row in rows)}")
        return
    target = out or Path("blanketter.pdf")
    with writing(house.ledger_of(context)) as session:
        going = declared.current(session)
        numbers = paper.hand_out(session, paper.SlipKind(kind), count or 0, going, who, now)
        drill = going is not None and going.drill
        # Inside the transaction: numbers that nobody got on paper are not handed out.
        save(
            target, settings.rules, "slips", now, numbers=numbers, kind=kind, drill=drill, desk=settings.desk
        )
    typer.echo(f"{target}: {len(numbers)} blanketter, {numbers[0]} till {numbers[-1]}; skriv ut den på A4")


@app.command()
def close(
    context: typer.Context,
    number: Number = None,
    letters_told: Annotated[
        bool,
        typer.Option("--letters-told", help="De som breven inte nådde har fått besked på annat sätt."),
    ] = False,
    out: Out = None,
    by: house.By = None,
) -> None:
    """Stäng ett avslutat driftstopp: vägras tills summan går ihop. Skriver rapporten.

    Räknar mailen i brevlådan mot journalen, och säger vad som saknas.
    """
    from service.intake import census
    from service.intake.mailbox import Mailbox
    from service.ledger.engine import writing
    from service.ledger.windows import window_of
    from service.outage import closing, declared
    from service.wiring import account

    settings, ledger, now, who = (
        house.settings_of(context), house.ledger_of(context), house.now(), house.who(by)
    )  # fmt: skip
    with writing(ledger) as session:
        window = window_of(declared.find(session, number))
    with Mailbox(account(settings), settings.limits.mail_bytes) as mailbox:
        counted = census.take(mailbox, ledger, window)
    with writing(ledger) as session:
        outage = declared.find(session, window.outage_id)
        closing.close(session, outage, counted, who, now, dead_told=letters_told)
    typer.echo(f"Driftstopp {window.outage_id} är stängt: summan går ihop")
    if counted.gone:
        typer.echo(f"{counted.gone} av mailen har någon tagit bort ur brevlådan sedan de togs om hand")
    _write_report(context, window.outage_id, out)


@app.command()
def report(context: typer.Context, number: Number = None, out: Out = None) -> None:
    """Skriv rapporten om ett driftstopp, också medan det pågår.

    Som HTML att läsa, och som PDF/A att arkivera.
    """
    _write_report(context, number, out)


def _write_report(context: typer.Context, number: int | None, out: Path | None) -> None:
    from service.ledger.engine import reading
    from service.outage.pages import save
    from service.outage.report import find_report
    from service.wording import listed

    settings, now = house.settings_of(context), house.now()
    with reading(house.ledger_of(context)) as session:
        outage_id, told = find_report(session, settings.rules, number, now)
    target = out or Path(f"rapport-{outage_id}")
    one = target.suffix.lower() in (".html", ".pdf")
    targets = [target] if one else [Path(f"{target}.html"), Path(f"{target}.pdf")]
    for each in targets:
        save(each, settings.rules, "report", now, report=told)
    typer.echo(f"{listed([str(each) for each in targets])}: rapporten")
