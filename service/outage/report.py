"""The report of one outage, finished or running: what happened, how it went, and what is still owed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median_low

from sqlmodel import Session

from service.ledger import audit, journal, orders, proof
from service.ledger.tables import LetterRow, MessageRow, OrderRow, OutageRow
from service.letters.outbox import LetterState
from service.outage import closing, declared, incidents, systems
from service.outage.chart import Chart, chart
from service.outage.office import shown_time
from service.values import Decision, Kind
from service.wording import DECISIONS, KINDS, OWNERS, SOURCES, STATES, SYSTEMS, hinder

LATE = timedelta(minutes=30)
"""An outage declared later than this after its start is told of: until then nobody worked the mails."""

SLIP_STATES = {"used": "använda", "unused": "oanvända", "blank": "inte redovisade"}
Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the report; an empty one is told by `empty`, one of `cards` is too wide for a phone."""

    title: str
    heads: Row
    rows: Sequence[Row]
    empty: str = "Inga."
    cards: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What the page shows; every time is Swedish, and nothing of a mail's text is in it."""

    title: str
    state: str
    drill: bool
    facts: Sequence[tuple[str, str]]
    figures: Sequence[tuple[str, str]]
    chart: Chart
    tables: Sequence[Table]
    troubles: Sequence[str]
    written_at: str
    links: int
    head: str


def find_report(session: Session, rules: Path, outage_id: int | None, now: datetime) -> tuple[int, Report]:
    """Return the number of the outage (the newest where none is named) and its report."""
    outage = declared.find(session, outage_id)
    return declared.key(outage), report(session, outage, incidents.load_words(rules), now)


def report(session: Session, outage: OutageRow, words: incidents.SortWords, now: datetime) -> Report:
    """Gather all that the ledger knows of the outage."""
    key = declared.key(outage)
    mails, rows = journal.of_outage(session, key), orders.of_outage(session, key)
    letters, found = closing.letters_of(session, key), closing.sums(session, outage)
    rejected, chain = incidents.listing(session, key), audit.verify(session)
    last = max([outage.ended_at or now, *(row.settled_at for row in rows if row.settled_at)])
    return Report(
        title=f"{'Övning' if outage.drill else 'Driftstopp'} {key}",
        state=_state(outage),
        drill=outage.drill,
        facts=_facts(outage),
        figures=_figures(found, mails, rows, letters, now),
        chart=chart(
            [row.happened_at or row.booked_at for row in rows],
            [row.settled_at for row in rows if row.settled_at],
            outage.started_at,
            last,
        ),
        tables=(
            _systems(session, outage, now),
            _sums("Mail", found.mails, DECISIONS | STATES),
            _orders(rows),
            _sums("Blanketter", found.slips, SLIP_STATES),
            _sums("Brev", found.letters, STATES),
            _owed(rows, now),
            _sorts(rejected, words),
            _clock(rejected, words, now),
        ),
        troubles=[*_troubles(outage, found, mails, letters), *_tampered(session, chain)],
        written_at=shown_time(now),
        links=chain.links,
        head=chain.head,
    )


def span(length: timedelta) -> str:
    """Say how long something took: 45 s, 12 min, 3 h 05 min, 2 dygn 4 h."""
    seconds = max(int(length.total_seconds()), 0)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3_600:
        return f"{seconds // 60} min"
    if seconds < 86_400:
        return f"{seconds // 3_600} h {seconds % 3_600 // 60:02d} min"
    return f"{seconds // 86_400} dygn {seconds % 86_400 // 3_600} h"


def _state(outage: OutageRow) -> str:
    if outage.closed_at:
        return f"stängt {shown_time(outage.closed_at)} av {outage.closed_by}"
    return "avslutat, inte stängt än" if outage.ended_at else "pågår"


def _facts(outage: OutageRow) -> list[tuple[str, str]]:
    ended = shown_time(outage.ended_at) if outage.ended_at else "pågår"
    facts = [
        ("Började", shown_time(outage.started_at)),
        ("Slutade", ended),
        ("Anmält", f"{shown_time(outage.declared_at)} av {outage.declared_by}"),
        ("Slag", "planerat" if outage.planned else "oplanerat"),
    ]
    return [*facts, ("Not", outage.note)] if outage.note else facts


def _figures(
    found: closing.Sums,
    mails: Sequence[MessageRow],
    rows: Sequence[OrderRow],
    letters: Iterable[LetterRow],
    now: datetime,
) -> list[tuple[str, str]]:
    answers, waits = _answer_times(mails, letters), [_wait(row, now) for row in rows]
    done = found.orders.get("registered", 0) + found.orders.get("cancelled", 0)
    return [
        ("Mail", str(sum(found.mails.values()))),
        ("Att registrera", str(len(rows))),
        ("Registrerat eller makulerat", f"{done} av {len(rows)}"),
        ("Tid till svar, median", span(median_low(answers)) if answers else "–"),
        ("Tid till svar, längst", span(max(answers)) if answers else "–"),
        ("Längsta väntan på registrering", span(max(waits)) if waits else "–"),
    ]


def _answer_times(mails: Sequence[MessageRow], letters: Iterable[LetterRow]) -> list[timedelta]:
    """Return how long each sender waited for the first letter about the mail."""
    came = {mail.id: mail.arrived_at for mail in mails}
    answered = sorted(
        (letter.settled_at, letter.message_id)
        for letter in letters
        if letter.state == LetterState.SENT.value and letter.settled_at and letter.message_id in came
    )
    # The first letter stands last, and so is the one that is kept.
    return list({mail: sent - came[mail] for sent, mail in reversed(answered)}.values())


def _wait(row: OrderRow, now: datetime) -> timedelta:
    return (row.settled_at or now) - (row.happened_at or row.booked_at)


def _systems(session: Session, outage: OutageRow, now: datetime) -> Table:
    rows = [
        (
            SYSTEMS[row.name],
            shown_time(row.down_at),
            shown_time(row.up_at) if row.up_at else "nere",
            span((row.up_at or now) - row.down_at),
        )
        for row in systems.of_outage(session, outage)
    ]
    return Table("System", ("System", "Nere från", "Uppe från", "Tid"), rows, cards=True)


def _sums(title: str, counts: closing.Counts, words: dict[str, str]) -> Table:
    rows = [(words.get(key, key).capitalize(), str(count)) for key, count in counts.items()]
    return Table(title, ("Läge", "Antal"), rows)


def _orders(rows: Iterable[OrderRow]) -> Table:
    everything = [(row.kind, row.source, row.state == orders.OrderState.PENDING.value) for row in rows]
    counted = Counter(everything)
    shown = [
        (
            KINDS[Kind(kind)].capitalize(),
            SOURCES[source],
            *(str(counted[kind, source, waits]) for waits in (True, False)),
        )
        for kind, source in sorted({(kind, source) for kind, source, _ in everything})
    ]
    return Table("Att registrera", ("Sort", "Kom som", "Väntar", "Klart"), shown)


def _owed(rows: Iterable[OrderRow], now: datetime) -> Table:
    pending = sorted((row for row in rows if row.state == "pending"), key=lambda row: -_wait(row, now))
    shown = [
        (row.number, KINDS[Kind(row.kind)], OWNERS[row.owner], SYSTEMS[row.system], span(_wait(row, now)))
        for row in pending
    ]
    heads = ("Nummer", "Sort", "Registreras av", "Var", "Har väntat")
    return Table("Väntar på registrering", heads, shown, "Ingenting väntar.", cards=True)


def _sorts(rejected: Sequence[incidents.Incident], words: incidents.SortWords) -> Table:
    rows = [(words.of(code).capitalize(), str(count)) for code, count in incidents.sums(rejected).items()]
    title = "Avvisade mail efter sort, för dataskyddsombudet"
    return Table(title, ("Sort av personuppgift", "Mail"), rows, "Inga mail har avvisats.")


def _clock(rejected: Sequence[incidents.Incident], words: incidents.SortWords, now: datetime) -> Table:
    rows = [
        (
            str(each.message_id),
            shown_time(each.arrived_at),
            shown_time(each.known_at),
            shown_time(each.due_at),
            each.told_left(now),
            ", ".join(map(words.of, each.sorts)) or "avvisat av en person",
        )
        for each in rejected
    ]
    heads = ("Mail", "Kom", "Upptäckt", "72 timmar går ut", "Kvar", "Sort")
    return Table("Avvisade mail och 72 timmar", heads, rows, "Inga mail har avvisats.", cards=True)


def _troubles(
    outage: OutageRow,
    found: closing.Sums,
    mails: Iterable[MessageRow],
    letters: Sequence[LetterRow],
) -> list[str]:
    late = outage.declared_at - outage.started_at
    told = [f"Anmäldes {span(late)} efter att det började."] if late > LATE else []
    told += [f"Gick inte att skicka: {dead}." for dead in found.dead]
    slow = Counter(letter.trouble for letter in letters if letter.trouble and letter.state != "dead")
    told += [f"{count} brev dröjer: {hinder(code)}." for code, count in slow.items()]
    told += _late(letters)
    unread = Counter(text for mail in mails for text in _hinders(mail))
    told += [f"{count} mail till granskning: {text}" for text, count in unread.most_common(10)]
    told += [f"Blankett {number} är inte redovisad." for number in found.blank]
    return told


def _tampered(session: Session, chain: audit.Verdict) -> list[str]:
    """Tell of what was changed past the program, in the chain and in the ledger."""
    is_broken = chain.broken_at is not None
    told = ["Granskningskedjan är bruten: liggaren har ändrats i efterhand."] if is_broken else []
    return told + [f"{each.name}: {each.what}." for each in proof.altered(session)]


def _late(letters: Iterable[LetterRow]) -> list[str]:
    """Tell of the letters that came, but not at the first attempt."""
    sent = [each for each in letters if each.state == LetterState.SENT.value and each.attempts > 1]
    took = [each.settled_at - each.queued_at for each in sent if each.settled_at]
    longest = span(max(took, default=timedelta()))
    return [f"{len(took)} brev gick först efter flera försök, det sista efter {longest}."] if took else []


def _hinders(mail: MessageRow) -> list[str]:
    """Return why a mail went to a person, where that was not about personal data."""
    if mail.decision != Decision.FLAGGED.value:
        return []
    return list(dict.fromkeys(r["text"] for r in journal.reasons_of(mail) if not r["certainty"]))
