"""`reservpost run`: the daemon."""

import typer

from service.cli import house


def run(context: typer.Context) -> None:
    """Bevaka brevlådan tills programmet stoppas.

    Det stoppas med SIGTERM eller Ctrl-C, och lägger då ifrån sig allt inom tio sekunder.
    """
    import asyncio

    from service.daemon import serve
    from service.intake.examples import refuse_failing
    from service.letters.compose import load_templates
    from service.telling import tell_in_json

    settings = house.settings_of(context)
    refuse_failing(settings.rules)
    load_templates(settings.rules)
    tell_in_json()
    asyncio.run(serve(settings))
