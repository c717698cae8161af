"""The mails that the demo plays, and how they are handed in."""

import email
import email.policy
import hashlib
import smtplib
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path

from service.demo.address import Servers
from service.demo.letters import with_trace
from service.errors import ReservpostError

SECONDS = 20.0

CAPTIONS = (
    ("001-lagerflytt-arvika-iphone", "Lagerflytt från mobilen, två artiklar till Arvika"),
    ("004-veckans-tre-forskrivningar", "Tre personnummer: med snedstreck, punkter och breda siffror"),
    ("006-lagerflyt-torsby-slarvig", "Lagerflytt med stavfel och förkortningar"),
    ("002-autosvar-franvaro", "Frånvarosvar från Exchange"),
    ("020-fylla-pa-arvika-sjukhus", "Påfyllnad i en tabell från Outlook"),
    ("005-akut-sang-amnesrad", "Personnummer bara på ämnesraden"),
    ("008-annagarden-hygienstolar", "Beställning till ett boende med ett kvinnonamn"),
    ("009-sang-gar-inte-upp", "Arbetsorder: en säng ska lagas"),
    ("010-nar-ar-sesam-igang", "En fråga om när Sesam är igång"),
    ("014-lagerflytt-hammaro-pratig", "Pratig lagerflytt med antal i ord och leveransdag"),
    ("029-olevererbart", "Studs: ett brev kunde inte levereras"),
    ("035-lagerflytt-csv-arjang", "Lagerflytt med raderna i en csv-fil"),
    ("026-retur-torsby", "Retur som liknar en lagerflytt"),
    ("037-lista-fran-rehab-kronoparken-xlsx", "Rent mail, men personnummer i Excelfilen"),
    ("039-lagerpafyllnad-vaxnas-xlsx", "Påfyllnad med raderna i en Excelfil"),
    ("048-nyhetsbrev-januari", "Nyhetsbrev som liknar en beställning"),
    ("061-sodergarden-pdf", "Beställning till ett boende i en pdf-fil"),
    ("060-accepterat-avstamning", "Svar på en kallelse i kalendern"),
    ("065-underlag-torsby-docx", "Ren lagerflytt, men en patient står i Wordfilen"),
    ("075-pafyllnad-kil-docx", "Påfyllnad med en tabell i en Wordfil"),
    ("063-lagerflytt-villa-ingrid-kil", "Namn som inte är patienter: Villa Ingrid och Carl-Oskar"),
    ("062-sv-bestallning-filipstad", "Ren lagerflytt, men ett personnummer i citerad historik"),
    ("101-sara-stedy", "Sara Stedy är ett hjälpmedel"),
    ("102-sara-stedin", "Nästan samma namn, men en patient"),
    ("031-fyra-rollatorer", "Beställning som inte säger vart"),
    ("043-pat-hemgang-fredag", "Patientens namn utan nummer"),
    ("175-privat-brevlada", "Beställning från en privat brevlåda"),
    ("200-osynliga-tecken", "Personnummer uppdelat av osynliga tecken"),
    ("211-tva-boenden-ett-mail", "Två leveranser i ett mail"),
    ("261-xlsx-dold-flik", "Personnummer på en dold flik i Excelfilen"),
    ("253-csv-lagerflytt", "Lagerflytt med en csv-fil från Windows"),
    ("266-krypterad-zip", "Krypterad zip-fil som inte går att granska"),
    ("208-forp-dussin-par", "Förpackningar, dussin och par till ett boende"),
    ("278-avbestallning", "Avbeställning av en tidigare beställning"),
)
"""What is played, in this order: (name of the mail, what it shows, for the audience)."""


@dataclass(frozen=True, slots=True)
class DemoMail:
    """A mail to play: the name of its file, a Swedish line on what it shows, its sender and its very bytes.

    `sender` is the envelope's: "" for a bounce.
    """

    name: str
    caption: str
    sender: str
    raw: bytes

    @property
    def digest(self) -> str:
        """The sha256 in hex that names the mail in the journal: of its bytes as the mailbox keeps them."""
        return hashlib.sha256(with_trace(self.raw, self.sender)).hexdigest()


def demo_mails(folder: Path) -> tuple[DemoMail, ...]:
    """Read the mails to play from `folder`, which is tests/mails of the source.

    Raises ReservpostError where they are missing: an installed program comes without them.
    """
    mails = []
    for name, caption in CAPTIONS:
        try:
            raw = (folder / f"{name}.eml").read_bytes()
        except OSError:
            raise ReservpostError(
                f"demonstrationen behöver mailen i tests/mails, men {folder / name}.eml gick inte att läsa; "
                "kör den i en utcheckad källkod"
            ) from None
        mails.append(DemoMail(name, caption, _envelope_sender(raw), raw))
    return tuple(mails)


def send(servers: Servers, mails: Iterable[DemoMail]) -> None:
    """Hand the mails in by SMTP with STARTTLS, in order, over one connection, each from its own sender."""
    trust = ssl.create_default_context(cafile=servers.ca_file)
    with smtplib.SMTP(servers.host, servers.smtp_port, timeout=SECONDS) as client:
        client.starttls(context=trust)
        for mail in mails:
            client.sendmail(mail.sender, [servers.desk], mail.raw)


def _envelope_sender(raw: bytes) -> str:
    """Return the address that Return-Path kept of the mail's first journey; without one, that of From."""
    head = email.message_from_bytes(raw.partition(b"\r\n\r\n")[0], policy=email.policy.compat32)
    kept = head["Return-Path"]
    return parseaddr(str(kept if kept is not None else head["From"]))[1]
