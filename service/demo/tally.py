"""The sum of the demo: what was played must be found again, each mail once, in the ledger and the mailbox."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Engine

from service.demo.address import Servers
from service.demo.folders import INBOX, digests_by_folder
from service.demo.letters import sent_letters
from service.demo.play import DemoMail
from service.demo.site import FOLDER
from service.errors import ReservpostError
from service.intake.line import FOLDERS
from service.intake.review import FILED
from service.ledger import audit, journal, orders
from service.ledger.engine import reading
from service.ledger.tables import LetterRow, MessageRow, OrderRow
from service.letters import outbox
from service.values import Decision


@dataclass(frozen=True, slots=True)
class Tally:
    """What each side says once the daemon has stopped.

    `played` are the digests of the mails, `folders` the digests that stand in each folder of the mailbox, and
    `sent` the Message-IDs of the letters that the mail server took over. `exit_code` is the daemon's.
    """

    played: tuple[str, ...]
    mails: tuple[MessageRow, ...]
    orders: tuple[OrderRow, ...]
    letters: tuple[LetterRow, ...]
    folders: Mapping[str, tuple[str, ...]]
    sent: tuple[str, ...]
    chain: audit.Verdict
    exit_code: int


def count(servers: Servers, ledger: Engine, mails: Iterable[DemoMail], exit_code: int) -> Tally:
    """Ask the ledger, the mailbox and the mail server, each for itself."""
    with reading(ledger) as session:
        return Tally(
            played=tuple(mail.digest for mail in mails),
            mails=tuple(journal.listing(session)),
            orders=tuple(orders.listing(session)),
            letters=tuple(outbox.listing(session)),
            folders=digests_by_folder(servers, FOLDER),
            sent=tuple(letter.message_id for letter in sent_letters(servers)),
            chain=audit.verify(session),
            exit_code=exit_code,
        )


def refuse_wrong(tally: Tally) -> None:
    """Raise ReservpostError with all that does not add up, in one line."""
    if wrong := discrepancies(tally):
        raise ReservpostError(f"demonstrationens summa går inte ihop: {'; '.join(wrong)}")


def discrepancies(tally: Tally) -> list[str]:
    """Say in Swedish what does not add up, each with its number; nothing where all does."""
    return [f"{what}: {number}" for check in CHECKS for what, number in check(tally) if number]


Found = Iterator[tuple[str, int]]
"""What must not be, and how much of it there is."""


def _decisions(tally: Tally) -> Found:
    decided = Counter(row.digest for row in tally.mails if row.decision)
    yield "spelade mail utan just ett beslut", sum(decided[digest] != 1 for digest in tally.played)
    yield "mail i journalen som inte är spelade", len({row.digest for row in tally.mails} - set(tally.played))


def _places(tally: Tally) -> Found:
    places = [(digest, folder) for folder, digests in tally.folders.items() for digest in digests]
    times = Counter(digest for digest, _ in places)
    yield "spelade mail som inte ligger i just en mapp", sum(times[digest] != 1 for digest in tally.played)
    right = {(row.digest, folder_of(row)) for row in tally.mails}
    yield "mail i en annan mapp än beslutets", len(set(places) - right)


def folder_of(row: MessageRow) -> str:
    """Return the folder in which the mail belongs: the inbox until it is decided, another once reviewed."""
    if row.review:
        return f"{FOLDER}/{FILED[journal.Review(row.review)]}"
    return f"{FOLDER}/{FOLDERS[Decision(row.decision)]}" if row.decision else INBOX


def _bookings(tally: Tally) -> Found:
    accepted = {row.id for row in tally.mails if row.decision == Decision.ACCEPTED}
    booked = {order.message_id for order in tally.orders}
    yield "mottagna mail utan beställning", len(accepted - booked)
    yield "mail med beställning utan att vara mottagna", len(booked - accepted)


def _answers(tally: Tally) -> Found:
    written = Counter(letter.message_id for letter in tally.letters)
    yield "mail med fel antal brev", sum(written[row.id] != _answerable(row) for row in tally.mails)
    taken = Counter(tally.sent)
    yield "brev som inte är skickade just en gång", sum(taken[row.header_id] != 1 for row in tally.letters)
    yield "skickade brev som liggaren inte känner", len(set(taken) - {row.header_id for row in tally.letters})


def _answerable(row: MessageRow) -> bool:
    """Whether the sender is to get a letter: a trusted one, and no sign that a program wrote the mail."""
    suspected = any(reason["code"] == "maybe_automatic" for reason in journal.reasons_of(row))
    return row.decision != Decision.IGNORED and row.sender_address is not None and not suspected


def _chain(tally: Tally) -> Found:
    yield "första länken i kedjan som inte håller", tally.chain.broken_at or 0
    # Each mail is at least received and decided.
    yield "länkar som saknas i kedjan", max(0, 2 * len(tally.played) - tally.chain.links)


def _stop(tally: Tally) -> Found:
    yield "programmets slutkod efter SIGTERM, som ska vara 0", tally.exit_code


CHECKS: tuple[Callable[[Tally], Found], ...] = (_decisions, _places, _bookings, _answers, _chain, _stop)
