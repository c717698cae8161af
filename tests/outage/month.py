"""What the simulated month works the service with: its mails, its desk, and a ledger to begin from."""

import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine

from service.intake.judge import JUDGEMENT
from service.intake.line import Line, record
from service.ledger import journal, windows
from service.ledger.engine import open_ledger, reading, writing
from service.ledger.tables import LetterRow, MessageRow
from service.limits import Limits
from service.outage.additions import AddingDesk, Typed
from service.outage.closing import Sums
from service.reading.sandbox import Sandbox
from service.rules.duties import Source
from service.settings import REGION_AND_MUNICIPALITIES
from service.staff import Staff
from service.values import Kind
from tests import made
from tests.office import OFFICE, PRESCRIBER
from tests.outage import facts, truth
from tests.outage.story import AUTHSERV

SENDERS = ("malin@arvika.se", "nils@karlstad.se", "karin@sunne.se")
SAID = {"urgent": "Det är akut.\n", "personal": "Till brukare 19420312-2389.\n"}
TYPED = {
    "order": (Kind.FACILITY_ORDER, Source.PHONE),
    "return": (Kind.RETURN, Source.DESK),
    "desk_work": (Kind.WORK_ORDER, Source.DESK),
    "work_order": (Kind.WORK_ORDER, Source.PHONE),
    "prescription": (Kind.PRESCRIPTION, Source.PAPER),
}
SWEPT = ("recovery", "recovered", "digest", "reminder")
NUMBERS = re.compile(r"^RP-(?:ÖVN-)?\d{4}-\d{6}(?=(?: NY)?(?: BRÅDSKAR)?$)", re.MULTILINE)


class Remembering(Sandbox):
    """Real children, asked once about the same bytes: the months have their mails in common."""

    def __init__(self, children: Sandbox) -> None:
        self._children, self._answers = children, dict[bytes, bytes]()

    def run(self, raw: bytes) -> bytes:
        if raw not in self._answers:
            self._answers[raw] = self._children.run(raw)
        return self._answers[raw]


@dataclass
class Empty:
    """An empty ledger, made once and copied for each month."""

    folder: Path
    months: int = 0
    empty: Path = field(init=False)

    def __post_init__(self) -> None:
        self.empty = self.folder / "empty.db"
        open_ledger(self.empty).dispose()

    def copy(self) -> Path:
        self.months += 1
        return Path(shutil.copy(self.empty, self.folder / f"month-{self.months}.db"))


def line(ledger: Engine, children: Sandbox, staff: Staff, now: Callable[[], datetime]) -> Line:
    """Return the line of the desk."""
    return Line(
        ledger=ledger,
        sandbox=children,
        desk=OFFICE.desk,
        letters=OFFICE.templates,
        duties=OFFICE.duties,
        limits=Limits(),
        chunk=50,
        now=now,
        stopping=lambda: False,
        staff=staff,
    )


def written(sort: str, sender: str, number: int, *, marked: bool) -> bytes:
    """Return a mail of the sort; each number of a sender asks for something else."""
    address = "sune@example.com" if sort == "foreign" else sender
    body = (
        "Kan ni flytta från Karlstad centrallager till Arvika buffertförråd\n\n"
        f"5{number:04} Rollator Carl-Oskar 4 st\n\n{SAID.get(sort, '')}"
    )
    mail = made.letter_from(
        address,
        f"{sort}-{sender.partition('@')[0]}-{number}-{marked}",
        body,
        f"{'[ÖVNING] ' if marked else ''}Lagerflytt",
    )
    if sort == "automatic":
        mail["Auto-Submitted"] = "auto-replied"
    if sort == "unreadable":
        noise = b"".join(sha256(b"%d" % part).digest() for part in range(100))
        mail.add_attachment(noise, maintype="application", subtype="octet-stream", filename="bilaga.bin")
    return _vouched(mail, address)


def reply(person: str, said: str, number: int) -> bytes:
    """Return what one of the staff answers."""
    return _vouched(made.letter_from(person, f"reply-{number}", f"{said}\n", "Sv: att registrera"), person)


def _vouched(mail: EmailMessage, address: str) -> bytes:
    verdict = f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from={address.partition('@')[2]}\r\n"
    return verdict.encode() + mail.as_bytes()


def due(ledger: Engine, mails: Iterable[facts.Mail]) -> list[facts.Mail]:
    """Return the mails of the inbox that the service works now, by its own windows."""
    with reading(ledger) as session:
        spans, answering = windows.unfinished(session), windows.answering(session)
    return [
        mail
        for mail in mails
        if not mail.decision
        and (
            any(span.covers(mail.arrived, marked=mail.marked) for span in spans)
            or (mail.sort == "reply" and any(span.covers(mail.arrived) for span in answering))
        )
    ]


def take(line: Line, mail: facts.Mail) -> MessageRow:
    """Take one mail through the line, all but the mailbox itself."""
    digest = sha256(mail.raw).hexdigest()
    arrival = journal.Arrival(1, 1, digest, mail.arrived, mail.marked)
    with writing(line.ledger) as session:
        row = journal.receive(session, [arrival], line.now())[digest]
    record(line, row, JUDGEMENT.validate_json(line.sandbox.run(mail.raw)), marked=mail.marked)
    with writing(line.ledger) as session:
        journal.mark_filed(session, [digest], line.now())
        return journal.find(session, row.id or 0)


def typed(sort: str, outage: int, now: datetime, *, urgent: bool, slip: str | None) -> Typed:
    """Return what is typed in for a row of the sort that came just now."""
    kind, source = TYPED[sort]
    return Typed(
        kind,
        source,
        "Eva Lind",
        now,
        ("50123;Rollator Carl-Oskar;4;st",),
        facility="Annagården",
        owner_address=PRESCRIBER if truth.OWNERS[sort] == "prescriber" else None,
        urgent=urgent,
        slip_number=slip,
        outage_id=outage,
    )


def adding(ledger: Engine, children: Sandbox) -> AddingDesk:
    """Return the desk at which rows are typed in."""
    domains = frozenset(REGION_AND_MUNICIPALITIES)
    return AddingDesk(ledger, children, OFFICE.duties, OFFICE.desk.address, domains)


def numbers_in(letter: LetterRow) -> set[str]:
    """Return the rows that a letter lists."""
    return set(NUMBERS.findall(letter.text))


def shown(found: Sums) -> facts.Sums:
    """Return the service's own sums of an outage as the truth tells them."""
    return facts.Sums(
        dict(found.mails),
        len(found.unsettled),
        dict(found.orders),
        set(found.pending),
        dict(found.slips),
        set(found.blank),
        dict(found.letters),
        len(found.dead),
    )
