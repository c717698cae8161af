"""`reservpost doctor`: tries all that the service leans on; one line each, and what to do if it is bad."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from service.cli import house

if TYPE_CHECKING:
    from service.settings import Settings

LOW_DISK = 500_000_000
"""Bytes left under which the ledger may soon be unable to write."""

SKEW_SECONDS = 120
"""How far the clock may be from the mail server's: an outage's mails are told by the server's clock."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found: well or not, and what it says."""

    well: bool
    said: str


def doctor(context: typer.Context) -> None:
    """Pröva IMAP, SMTP, mappar, regler, tesseract, disk och klocka."""
    settings = house.settings_of(context)
    looks: dict[str, Callable[[Settings], Finding]] = {
        "Regler": _rules,
        "IMAP": _imap,
        "Mappar": _folders,
        "SMTP": _smtp,
        "Klocka": _clock,
        "Liggare": _ledger,
        "Disk": _disk,
        "Tesseract": _tesseract,
    }
    findings = [(name, _look(look, settings)) for name, look in looks.items()]
    for name, finding in findings:
        typer.secho("bra " if finding.well else "FEL ", fg="green" if finding.well else "red", nl=False)
        typer.echo(f" {name + ':':<11}{finding.said}")
    raise typer.Exit(0 if all(finding.well for _, finding in findings) else 1)


def _look(look: "Callable[[Settings], Finding]", settings: "Settings") -> Finding:
    from service.errors import ReservpostError

    try:
        return look(settings)
    except ReservpostError as fault:
        return Finding(False, str(fault))


def _rules(settings: "Settings") -> Finding:
    from service.intake.examples import refuse_failing

    refuse_failing(settings.rules)
    return Finding(True, f"alla regler i {settings.rules} håller sina exempel")


def _imap(settings: "Settings") -> Finding:
    from service.daemon import account
    from service.intake.mailbox import Mailbox

    with Mailbox(account(settings), settings.limits.mail_bytes) as mailbox:
        can = ", ".join(sorted(mailbox.can & {"IDLE", "MOVE", "UIDPLUS"})) or "varken IDLE eller MOVE"
    return Finding(True, f"inloggad på {settings.mailbox.host}; servern kan {can}")


def _folders(settings: "Settings") -> Finding:
    from service.daemon import account
    from service.intake.line import FOLDERS
    from service.intake.mailbox import Mailbox

    with Mailbox(account(settings), settings.limits.mail_bytes) as mailbox:
        mailbox.make_folders(FOLDERS.values())
    return Finding(True, f"{', '.join(FOLDERS.values())} finns under {settings.mailbox.folder}")


def _smtp(settings: "Settings") -> Finding:
    import asyncio

    from service.daemon import relay
    from service.letters.post import Post

    hinder = asyncio.run(Post(relay(settings)).probe())
    if hinder:
        return Finding(False, f"{settings.post.host}: {hinder}; se post.host, post.tls och lösenordet")
    return Finding(True, f"inloggad på {settings.post.host} med TLS")


def _clock(settings: "Settings") -> Finding:
    from service.daemon import account
    from service.intake.mailbox import Mailbox

    with Mailbox(account(settings), settings.limits.mail_bytes) as mailbox:
        newest = mailbox.newest_arrival()
    if newest is None:
        return Finding(True, "brevlådan är tom, så mailserverns klocka kan inte jämföras")
    ahead = (newest - house.now()).total_seconds()
    if ahead > SKEW_SECONDS:
        return Finding(False, f"senaste mailet kom {ahead:.0f} s in i framtiden; ställ klockan (chrony, NTP)")
    return Finding(True, f"går inte efter mailserverns (senaste mailet kom {house.clock(newest)})")


def _ledger(settings: "Settings") -> Finding:
    from service.ledger import audit
    from service.ledger.engine import open_ledger, reading

    with reading(open_ledger(settings.ledger_path)) as session:
        verdict = audit.verify(session)
    if verdict.broken_at is not None:
        return Finding(False, f"kedjan är bruten vid länk {verdict.broken_at}; jämför med en säkerhetskopia")
    return Finding(True, f"{settings.ledger_path}: kedjan håller ({verdict.links} länkar)")


def _disk(settings: "Settings") -> Finding:
    free = shutil.disk_usage(_existing(settings.state_folder)).free
    said = f"{free / 1e9:.1f} GB fritt i {settings.state_folder}"
    return Finding(free > LOW_DISK, said if free > LOW_DISK else f"bara {said}; frigör plats")


def _existing(folder: Path) -> Path:
    return folder if folder.exists() else _existing(folder.parent)


def _tesseract(_: "Settings") -> Finding:
    if shutil.which("tesseract"):
        return Finding(True, "finns")
    return Finding(True, "saknas: bilder flaggas för en person (apt install tesseract-ocr-swe)")
