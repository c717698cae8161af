"""The demo from start to end, one act a function; what each shows is what the real program says."""

import signal
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from service.demo.address import Servers
from service.demo.afterwards import afterwards
from service.demo.follow import await_heartbeat, follow
from service.demo.letters import sent_letters
from service.demo.page import Page
from service.demo.play import DemoMail, demo_mails, send
from service.demo.servers import embedded_servers
from service.demo.site import Daemon, Site, made_site, running
from service.demo.tally import Tally, count, refuse_wrong
from service.intake.line import FOLDERS
from service.ledger.engine import open_ledger, reading
from service.letters import outbox
from service.values import Decision

MAILS = Path(__file__).parents[2] / "tests" / "mails"
SWEDEN = ZoneInfo("Europe/Stockholm")
AGO = timedelta(hours=1)
"""How long before now the demo's outage began: people declare one after the fact."""

SHOWN_LETTERS = (Decision.ACCEPTED, Decision.REJECTED, Decision.FLAGGED)

NEXT_STEPS = {
    "reservpost review list": "mail som en person ska avgöra; sedan review show, book, reject eller done",
    "reservpost outage start": "anmäl ett driftstopp; --drill gör det till en övning",
    "reservpost ledger add": "skriv in det som kom per telefon eller på papper",
    "reservpost check FIL.eml": "bedöm egna mail efter samma regler, här och nu",
    "README.md": "hur Reservpost sätts upp mot en riktig brevlåda: Installing for real",
}


def perform() -> None:
    """Run the main job once on this machine and show it.

    Raises ReservpostError with what does not add up, or with what hindered it. Nothing is left behind.
    """
    for name in (signal.SIGTERM, signal.SIGHUP):
        # As Ctrl-C: every block is left in order, and what it started is gone.
        signal.signal(name, signal.default_int_handler)
    began, mails, page = time.monotonic(), demo_mails(MAILS), Page()
    with embedded_servers() as servers, made_site(servers) as site:
        _declare(page, site)
        ledger = open_ledger(site.ledger_path)
        with running(site) as daemon:
            _play(page, servers, ledger, daemon, mails)
            _show_ledger(page, site)
            _show_letters(page, servers, ledger)
            _show_state(page, site)
            answer = afterwards(page, servers, site, ledger, daemon)
            exit_code = daemon.stop()
        tally = count(servers, ledger, (*mails, answer), exit_code)
    _conclude(page, tally, time.monotonic() - began)


def _declare(page: Page, site: Site) -> None:
    page.heading("Reservpost: beställningar per mail när Sesam ligger nere")
    page.say(
        "Allt sker på den här datorn: en mailserver på 127.0.0.1, en tillfällig liggare, och det riktiga "
        "programmet. Alla personer och nummer i mailen är påhittade."
    )
    page.heading("Ett driftstopp anmäls, en timme efter att det började")
    since = (datetime.now(UTC) - AGO).astimezone(SWEDEN)
    said = site.run("outage", "start", "--since", since.isoformat(timespec="minutes"))
    page.command(f'outage start --since "{since:%Y-%m-%d %H:%M}"', said)


def _play(page: Page, servers: Servers, ledger: Engine, daemon: Daemon, mails: tuple[DemoMail, ...]) -> None:
    """Hand the mails in by SMTP and show each decision as it falls."""
    senders = {mail.sender for mail in mails if mail.sender}
    page.heading(f"{len(mails)} mail kommer in från {len(senders)} avsändare")
    page.command("run", "Programmet läser sina regler, bevakar brevlådan och tar hand om varje mail.")
    send(servers, mails)
    numbered = {mail.digest: (number, mail) for number, mail in enumerate(mails, start=1)}
    for decided in follow(ledger, len(mails), daemon.refuse_ended):
        if decided.mail.digest in numbered:
            page.decided(*numbered[decided.mail.digest], decided)


def _show_ledger(page: Page, site: Site) -> None:
    page.heading("Liggaren: det som ska registreras i Sesam, förrådens först")
    page.command("ledger list --state pending", site.run("ledger", "list", "--state", "pending"))


def _show_letters(page: Page, servers: Servers, ledger: Engine) -> None:
    sent = sent_letters(servers)
    page.heading(f"{len(sent)} brev har gått till avsändarna; här är ett av varje sort")
    by_id = {letter.message_id: letter for letter in sent}
    with reading(ledger) as session:
        rows = [row for row in outbox.listing(session) if row.header_id in by_id]
    for kind in SHOWN_LETTERS:
        first = next((row for row in rows if row.kind == kind), None)
        if first:
            page.letter(by_id[first.header_id], kind)


def _show_state(page: Page, site: Site) -> None:
    await_heartbeat(site.heartbeat_path)
    page.heading("Läget")
    page.command("status", site.run("status"))
    page.command("audit verify", site.run("audit", "verify"))


def _conclude(page: Page, tally: Tally, seconds: float) -> None:
    """Show where the mails are, and the sum; ReservpostError where it is wrong."""
    page.heading("Mailen finns kvar i brevlådan, vart och ett i en enda mapp")
    page.table({path: f"{len(digests):>3}" for path, digests in tally.folders.items()})
    refuse_wrong(tally)
    page.heading("Summan går ihop")
    page.verdict(
        f"{len(tally.played)} mail spelades: {_counted(tally)}. {len(tally.orders)} beställningar, "
        f"{len(tally.sent)} brev, kedjan håller, och programmet stoppade rent."
    )
    page.say(f"Det tog {seconds:.0f} sekunder.")
    page.heading("Nästa steg, på riktigt")
    page.table(NEXT_STEPS)


def _counted(tally: Tally) -> str:
    decisions = Counter(row.decision for row in tally.mails)
    return ", ".join(f"{decisions[decision]} {folder.lower()}" for decision, folder in FOLDERS.items())
