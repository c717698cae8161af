"""Mails for the tests of the whole service, the plainest of each sort, and what must become of them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256

from service.intake.line import FOLDERS
from service.values import Decision

DESK = "hjalpmedelsservice.karlstad@regionvarmland.se"
ORDER = """God morgon,
sesam ligger nere igen ser jag. Kan ni flytta från Karlstad centrallager till Arvika buffertförråd

50123 Rollator Carl-Oskar 4 st
51022 Hi-Loo 10 cm 6 st

Mvh Malin
"""


@dataclass(frozen=True)
class Made:
    """A mail as it stands in the mailbox; `answered` tells whether its sender gets a letter."""

    raw: bytes
    sender: str
    decision: Decision
    answered: bool = True

    @property
    def digest(self) -> str:
        return sha256(self.raw).hexdigest()


def letter_from(sender: str, name: str, body: str, subject: str = "Lagerflytt") -> EmailMessage:
    """A mail to the desk; `name` makes its Message-ID, and so its bytes, its own."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = f"Malin Sundkvist <{sender}>", DESK, subject
    mail["Date"], mail["Message-ID"] = "Mon, 12 Jan 2026 07:48:02 +0100", f"<{name}@arvika.se>"
    mail.set_content(body)
    return mail


def order(name: str, sender: str = "") -> Made:
    """A clean stock transfer, the same for every name; each name has a sender of its own unless given."""
    sender = sender or f"malin.{name}@arvika.se"
    return Made(letter_from(sender, name, ORDER).as_bytes(), sender, Decision.ACCEPTED)


def personal(name: str) -> Made:
    """An order with a personnummer in it."""
    sender = f"karin.{name}@karlstad.se"
    body = f"{ORDER}\nTill brukare 19420312-2389.\n"
    return Made(letter_from(sender, name, body).as_bytes(), sender, Decision.REJECTED)


def unreadable(name: str) -> Made:
    """A clean order beside a file that nothing can read."""
    sender = f"per.{name}@sunne.se"
    mail = letter_from(sender, name, ORDER)
    noise = b"".join(sha256(b"%d" % number).digest() for number in range(100))
    mail.add_attachment(noise, maintype="application", subtype="octet-stream", filename="bilaga.bin")
    return Made(mail.as_bytes(), sender, Decision.FLAGGED)


def foreign(name: str) -> Made:
    """A clean order from outside the trusted domains."""
    sender = f"sune.{name}@example.com"
    return Made(letter_from(sender, name, ORDER).as_bytes(), sender, Decision.FLAGGED, answered=False)


def automatic(name: str) -> Made:
    """An out-of-office note."""
    sender = f"eva.{name}@kil.se"
    mail = letter_from(sender, name, "Jag är tillbaka på måndag.\n", "Autosvar: Lagerflytt")
    mail["Auto-Submitted"] = "auto-replied"
    return Made(mail.as_bytes(), sender, Decision.IGNORED, answered=False)


def one_of_each(name: str) -> list[Made]:
    """Five mails that end in the four folders."""
    return [make(name) for make in (order, personal, unreadable, foreign, automatic)]


def folders_of(mails: Iterable[Made]) -> dict[str, Counter[str]]:
    """Return what each folder must hold, by digest."""
    folders: dict[str, Counter[str]] = {name: Counter() for name in ("INBOX", *FOLDERS.values())}
    for mail in mails:
        folders[FOLDERS[mail.decision]][mail.digest] += 1
    return folders
