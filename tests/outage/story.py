"""A whole service for a story: real mail servers, a real ledger, children that judge, and a clock we move.

What the daemon does side by side is done here step by step at the time that the clock shows: work the
mailbox, sweep what is due, send the letters.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import Engine

from service import wiring
from service.clock import SWEDEN
from service.errors import MailboxError
from service.intake.line import FOLDERS, Line, work
from service.intake.mailbox import Mailbox
from service.ledger import windows
from service.ledger.engine import open_ledger, reading, writing
from service.ledger.tables import OrderRow
from service.letters import outbox
from service.letters.delivery import drain
from service.letters.post import Post
from service.outage import declared
from service.outage.office import Office
from service.outage.sweep import sweep
from service.reading.sandbox import Sandbox
from service.rules.duties import load_duties
from service.settings import Settings, load_settings
from tests import made
from tests.office import CHIEF, MANAGER, PURCHASERS, TECHNICIAN
from tests.servers import MailServer
from tests.service import Section
from tests.service import settings as written_settings

AUTHSERV = "mx.regionvarmland.se"
STAFF = {
    "purchasers": list(PURCHASERS),
    "operations_managers": [MANAGER],
    "unit_managers": [CHIEF],
    "technicians": [TECHNICIAN],
}


@dataclass
class Story:
    """One desk; `clock` is the time that everything is done at."""

    server: MailServer
    settings: Settings
    ledger: Engine
    line: Line
    post: Post
    office: Office
    clock: datetime = field(default_factory=lambda: datetime.now(UTC))
    read: int = 0
    mailbox_says: str = ""

    def at(self, swedish: str) -> None:
        """Set the clock, as a Swedish clock shows it: 2026-03-02 09:00."""
        self.clock = datetime.fromisoformat(swedish).replace(tzinfo=SWEDEN).astimezone(UTC)

    def live_through(self, orders: int, name: str) -> None:
        """Let an outage begin at eight, bring so many orders and end at ten, and everyone hear of it."""
        self.at("2026-03-02 08:00")
        self.declare("sesam2")
        for number in range(orders):
            self.comes(made.order(f"{name}-{number}").raw)
        self.turn()
        self.at("2026-03-02 10:00")
        self.end()
        self.turn()

    def declare(self, *systems: str) -> None:
        """Declare an outage from now."""
        with writing(self.ledger) as session:
            declared.start(session, systems, self.clock, "Åsa Berg", self.clock)

    def end(self) -> None:
        """End the outage now: what was down is up."""
        with writing(self.ledger) as session:
            declared.end(session, self.clock, "Åsa Berg", self.clock)

    def comes(self, raw: bytes) -> None:
        """Let a mail come into the mailbox a minute from now, with what the receiving server says of it."""
        self.clock += timedelta(minutes=1)
        domain = message_from_bytes(raw, policy=policy.default)["From"].addresses[0].domain
        verdict = f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from={domain}\r\n".encode()
        self.server.deliver(verdict + raw, at=self.clock)

    def answers(self, sender: str, text: str, subject: str = "Sv: att registrera", quoted: str = "") -> None:
        """Let somebody answer a letter, with its text quoted below as Outlook does."""
        mail = EmailMessage(policy=policy.SMTP)
        mail["From"], mail["To"], mail["Subject"] = sender, made.DESK, subject
        mail["Message-ID"] = f"<{self.clock.timestamp()}@{sender.partition('@')[2]}>"
        head = f"\n\nFrån: Hjälpmedelsservice <{made.DESK}>\nSkickat: den 2 mars 2026 12:00\nTill: {sender}\n"
        mail.set_content(f"{text}\n\nMvh\nEva{head}Ämne: {subject}\n\n{quoted}" if quoted else text)
        self.comes(mail.as_bytes())

    def turn(self, minutes: int = 1, *, away: bool = False) -> list[EmailMessage]:
        """Let the minutes pass and do all that the daemon does; return the letters that went out.

        With `away` the mail servers must be away, and without it they must not.
        """
        self.clock += timedelta(minutes=minutes)
        self.work_mailbox()
        with writing(self.ledger) as session:
            sweep(session, self.office, self.clock)
        asyncio.run(self._post())
        assert bool(self.mailbox_says) == away
        assert away or self.post.trouble == ""
        letters = self.server.letters()[self.read :]
        self.read += len(letters)
        return [message_from_bytes(letter.raw, policy=policy.default) for letter in letters]

    def work_mailbox(self) -> None:
        """Take what came through the line, and leave the letters for the post."""
        self.mailbox_says = ""
        try:
            with Mailbox(self.server.account, self.settings.limits.mail_bytes) as mailbox:
                mailbox.make_folders(FOLDERS.values())
                if spans := self._spans():
                    work(self.line, mailbox, spans)
        except MailboxError as fault:
            self.mailbox_says = str(fault)

    def row(self, number: str) -> OrderRow:
        """Return an order of the ledger."""
        from service.ledger import orders

        with reading(self.ledger) as session:
            return orders.find(session, number)

    def letters_waiting(self) -> int:
        """Return how many letters are not sent."""
        with reading(self.ledger) as session:
            return len(outbox.listing(session, "queued"))

    def _spans(self) -> tuple[windows.Window, ...]:
        with reading(self.ledger) as session:
            return windows.unfinished(session) + windows.answering(session)

    async def _post(self) -> None:
        await drain(self.ledger, self.post, 1_000, lambda: self.clock)
        await self.post.close()


@contextmanager
def story(folder: Path, server: MailServer, children: Sandbox, **changes: Section) -> Iterator[Story]:
    """Set up a desk of its own on an empty account; `changes` are settings by section."""
    settings = desk_settings(folder, server, **changes)
    office = wiring.office(settings)
    ledger = open_ledger(settings.ledger_path)
    line = Line(
        ledger=ledger,
        sandbox=children,
        desk=office.desk,
        letters=office.templates,
        duties=load_duties(settings.rules),
        limits=settings.limits.limits(),
        chunk=50,
        now=lambda: told.clock,
        stopping=lambda: False,
        staff=office.staff,
    )
    told = Story(server, settings, ledger, line, Post(wiring.relay(settings)), office)
    yield told
    ledger.dispose()


def desk_settings(folder: Path, server: MailServer, **changes: Section) -> Settings:
    """Return the settings of a desk with its people, by way of a file."""
    path = folder / "settings.toml"
    usual: dict[str, Section] = {
        "mailbox": {"password": server.password},
        "trust": {"authserv_id": AUTHSERV},
        "staff": STAFF,
    }
    path.write_text(
        written_settings(server, folder / "state", "in_outage", usual | changes), encoding="utf-8"
    )
    return load_settings(path)


def text_of(mail: EmailMessage) -> str:
    """Return a letter's plain text as one line, so that wrapping does not part what is looked for."""
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def to(letters: list[EmailMessage], address: str) -> list[EmailMessage]:
    """Return the letters to this address."""
    return [letter for letter in letters if letter["To"] == address]
