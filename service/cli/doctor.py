"""`reservpost doctor`: tries all that the service leans on; one line each, and what to do if it is bad."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from service.cli import house

if TYPE_CHECKING:
    from service.intake.mailbox import Mailbox
    from service.settings import Settings

LOW_DISK = 500_000_000
"""Bytes left under which the ledger may soon be unable to write."""

SKEW_SECONDS = 120
"""How far the clock may be from the mail server's: an outage's mails are told by the server's clock."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found: what it looked at, well or not, and what it says."""

    part: str
    well: bool
    said: str


def doctor(context: typer.Context, as_json: house.Json = False) -> None:
    """Pröva IMAP, SMTP, mappar, regler, tesseract, disk och klocka."""
    settings = house.settings_of(context)
    all_well = True
    for finding in _findings(settings):
        all_well = all_well and finding.well
        if as_json:
            typer.echo(house.as_line(asdict(finding)))
        else:
            sign, colour = ("bra", "green") if finding.well else ("FEL", "red")
            line = house.hanging(f"{sign}  {finding.part + ':':<11}", finding.said)
            typer.echo(typer.style(sign, fg=colour) + line.removeprefix(sign))
    raise typer.Exit(0 if all_well else 1)


def _findings(settings: "Settings") -> Iterator[Finding]:
    yield _look("Regler", lambda: _rules(settings))
    yield from _mailbox(settings)
    yield _look("SMTP", lambda: _smtp(settings))
    yield _look("Personal", lambda: _staff(settings))
    yield _look("Liggare", lambda: _ledger(settings))
    yield _look("Disk", lambda: _disk(settings.state_folder))
    yield _look("Tesseract", _tesseract)


def _look(part: str, look: Callable[[], tuple[bool, str]]) -> Finding:
    from service.cli.faults import hinder
    from service.errors import ReservpostError

    try:
        return Finding(part, *look())
    except ReservpostError as fault:
        return Finding(part, False, str(fault))
    except OSError as fault:
        return Finding(part, False, hinder(fault))


def _rules(settings: "Settings") -> tuple[bool, str]:
    from service.intake.examples import refuse_failing
    from service.letters.compose import load_templates
    from service.rules.duties import load_duties

    refuse_failing(settings.rules)
    load_templates(settings.rules)
    load_duties(settings.rules)
    return True, f"alla regler i {settings.rules} håller sina exempel"


def _mailbox(settings: "Settings") -> Iterator[Finding]:
    """Look at the mailbox on one connection; where there is none, that is the only thing to mend."""
    from service.errors import MailboxError
    from service.intake.mailbox import Mailbox
    from service.wiring import account

    try:
        with Mailbox(account(settings), settings.limits.mail_bytes) as mailbox:
            yield Finding("IMAP", *_imap(mailbox, settings.mailbox.host))
            yield _look("Mappar", lambda: _folders(mailbox, settings.mailbox.folder))
            yield _look("Klocka", lambda: _clock(mailbox))
    except MailboxError as fault:
        yield Finding("IMAP", False, str(fault))


def _imap(mailbox: "Mailbox", host: str) -> tuple[bool, str]:
    if not mailbox.can & {"MOVE", "UIDPLUS"}:
        return False, f"{host} kan varken MOVE eller UIDPLUS, så mail kan inte flyttas; byt mailserver"
    can = ", ".join(sorted(mailbox.can & {"IDLE", "MOVE", "UIDPLUS"}))
    return True, f"inloggad på {host}, som kan {can}"


def _folders(mailbox: "Mailbox", folder: str) -> tuple[bool, str]:
    from service.intake.line import FOLDERS

    mailbox.make_folders(FOLDERS.values())
    return True, f"{', '.join(FOLDERS.values())} finns under {folder}"


def _clock(mailbox: "Mailbox") -> tuple[bool, str]:
    newest = mailbox.newest_arrival()
    if newest is None:
        return True, "brevlådan är tom, så mailserverns klocka kan inte jämföras"
    ahead = (newest - house.now()).total_seconds()
    if ahead > SKEW_SECONDS:
        return False, f"senaste mailet kom {ahead:.0f} s in i framtiden; ställ klockan (chrony, NTP)"
    return True, f"går inte efter mailserverns (senaste mailet kom {house.clock(newest)})"


def _smtp(settings: "Settings") -> tuple[bool, str]:
    import asyncio

    from service.letters.post import Post
    from service.wiring import relay
    from service.wording import hinder

    trouble = asyncio.run(Post(relay(settings)).probe())
    where = f"{settings.post.host}:{settings.post.port}"
    if trouble:
        return False, f"{where}: {hinder(trouble)}; se post.host, post.port, post.tls och lösenordet"
    return True, f"{where} tar emot brev med TLS"


def _staff(settings: "Settings") -> tuple[bool, str]:
    """Look at who gets digests and reminders, and whether their answers by mail can be believed."""
    staff = settings.staff.staff()
    if not staff.everyone:
        return True, "ingen är angiven; sammanställningar och påminnelser skickas inte (se staff)"
    said = f"{len(staff.everyone)} får brev"
    if not settings.trust.authserv_id:
        return False, f"{said}, men utan trust.authserv_id tas inget svar på dem emot"
    if not (staff.purchasers or staff.operations_managers or staff.unit_managers):
        return False, f"{said}, men det som ingen registrerar får ingen veta: ange staff.operations_managers"
    unnamed = {
        "inköpare": staff.purchasers,
        "driftsledare": staff.operations_managers,
        "enhetschef": staff.unit_managers,
    }
    lacking = " och ingen ".join(role for role, people in unnamed.items() if not people)
    return True, f"{said}; ingen {lacking} är angiven, så andra får deras påminnelser" if lacking else said


def _ledger(settings: "Settings") -> tuple[bool, str]:
    from service.ledger import audit, proof
    from service.ledger.engine import open_ledger, reading

    with reading(open_ledger(settings.ledger_path)) as session:
        verdict, altered = audit.verify(session), proof.altered(session)
    if verdict.broken_at is not None:
        return False, f"kedjan är bruten vid länk {verdict.broken_at}; jämför med en säkerhetskopia"
    if altered:
        named = f"{altered[0].name}: {altered[0].what}"
        return False, f"{named}; se `reservpost audit verify` ({len(altered)}), jämför med en säkerhetskopia"
    return True, f"{settings.ledger_path}: kedjan håller ({verdict.links} länkar)"


def _disk(folder: Path) -> tuple[bool, str]:
    free = shutil.disk_usage(_existing(folder)).free
    said = f"{free / 1e9:.1f} GB fritt i {folder}"
    return free > LOW_DISK, said if free > LOW_DISK else f"bara {said}; frigör plats"


def _existing(folder: Path) -> Path:
    return folder if folder.exists() else _existing(folder.absolute().parent)


def _tesseract() -> tuple[bool, str]:
    if shutil.which("tesseract"):
        return True, "finns"
    return True, "saknas: bilder flaggas för en person (apt install tesseract-ocr-swe)"
