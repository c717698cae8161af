"""The last acts: Sesam is back, and what was ordered is registered until the outage can be closed."""

from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from email.policy import SMTP

from sqlalchemy import Engine

from service.demo.address import Servers
from service.demo.follow import await_letters
from service.demo.letters import Letter, sent_letters
from service.demo.page import Page
from service.demo.play import DemoMail, send
from service.demo.site import PURCHASER, Daemon, Site
from service.ledger import journal, orders
from service.ledger.engine import reading
from service.ledger.orders import OrderState
from service.letters import outbox
from service.values import Decision

EXPORT = "utdrag.csv"
REPORT = "rapport"
SHOWN_LINES = 14
"""How much of a letter that lists all the orders is shown."""


def afterwards(page: Page, servers: Servers, site: Site, ledger: Engine, daemon: Daemon) -> DemoMail:
    """End the outage, register all that it left, and close it; return the mail that ticked some off."""
    _recover(page, servers, site, ledger, daemon)
    answer = _answer(page, servers, ledger, daemon)
    _reconcile(page, site, ledger)
    _review(page, site, ledger)
    _close(page, site)
    return answer


def _recover(page: Page, servers: Servers, site: Site, ledger: Engine, daemon: Daemon) -> None:
    page.heading("Sesam fungerar igen: beställarna och inköparna får veta det")
    page.command("outage end", site.run("outage", "end"))
    await_letters(ledger, "recovered", daemon.refuse_ended)
    page.letter(_newest(servers, ledger, "recovery"), Decision.ACCEPTED, SHOWN_LINES)
    page.heading("Ingen registrerar, så det kommer en påminnelse (här efter en sekund)")
    await_letters(ledger, "reminder", daemon.refuse_ended)
    page.letter(_newest(servers, ledger, "reminder"), Decision.FLAGGED, SHOWN_LINES)


def _answer(page: Page, servers: Servers, ledger: Engine, daemon: Daemon) -> DemoMail:
    """Answer the reminder as a purchaser, and show the receipt."""
    first, second, third = _pending(ledger)[:3]
    lines = (f"{first} registrerad 700001", f"{second.lower()} klar", f"{third} makulerad: dubblett")
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = PURCHASER, servers.desk, "Sv: Påminnelse"
    mail["Message-ID"] = "<svar@regionvarmland.se>"
    mail.set_content("\n".join((*lines, "RP-2020-000001 klar", "", "Mvh Eva")))
    answer = DemoMail("svar", "Inköparen svarar på påminnelsen", PURCHASER, mail.as_bytes())
    page.heading("Inköparen svarar på mailet, en rad för varje, och får ett kvitto")
    page.say("; ".join(lines))
    send(servers, (answer,))
    await_letters(ledger, "receipt", daemon.refuse_ended)
    page.letter(_newest(servers, ledger, "receipt"), Decision.REPLY)
    return answer


def _reconcile(page: Page, site: Site, ledger: Engine) -> None:
    """Register the rest in a Sesam of paper, and tick it off by its export."""
    rows = ["Ordernr;Märkning;Till;Artikelnr;Antal;Orderdatum"]
    with reading(ledger) as session:
        for at, row in enumerate(orders.listing(session, OrderState.PENDING), start=700_101):
            place, day = row.to_stock or row.facility, row.booked_at.date()
            for line in orders.lines_of(session, row):
                cells = (at, row.number, place, line.article_number or "", f"{line.quantity:g}", day)
                rows.append(";".join(map(str, cells)))
    (site.folder / EXPORT).write_text("\n".join(rows), encoding="utf-8")
    page.heading("Resten är inskrivet i Sesam; ett utdrag därifrån bockar av det")
    page.command(f"reconcile {EXPORT}", site.run("reconcile", str(site.folder / EXPORT)))


def _review(page: Page, site: Site, ledger: Engine) -> None:
    """Settle what a person must, as done by phone."""
    with reading(ledger) as session:
        waiting = [str(row.id) for row in journal.awaiting_review(session)]
    page.heading(f"{len(waiting)} mail väntade på en person, som ringde avsändarna")
    with ThreadPoolExecutor(max_workers=4) as pool:
        said = list(pool.map(lambda number: site.run("review", "done", number), waiting))
    page.command(f"review done {waiting[0]}", said[0])
    page.say(f"… och så med {len(said) - 1} till.")


def _close(page: Page, site: Site) -> None:
    page.heading("Driftstoppet stängs: det går bara när summan är noll")
    said = site.run("outage", "close", "--out", str(site.folder / REPORT))
    closed, report = said.replace(f"{site.folder}/", "").splitlines()
    page.command(f"outage close --out {REPORT}", closed)
    page.say(report)


def _pending(ledger: Engine) -> list[str]:
    with reading(ledger) as session:
        return [row.number for row in orders.listing(session, OrderState.PENDING)]


def _newest(servers: Servers, ledger: Engine, kind: str) -> Letter:
    """Return the last letter of this kind that the mail server took over."""
    with reading(ledger) as session:
        known = {row.header_id for row in outbox.listing(session) if row.kind == kind}
    return [letter for letter in sent_letters(servers) if letter.message_id in known][-1]
