"""A desk held to the truth step by step: what its ledger says and whom it writes to, no more and no less."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
)
from sqlmodel import Session, col, select

from service.errors import LedgerError
from service.ledger import audit, journal, orders
from service.ledger.engine import open_ledger, reading, writing
from service.ledger.tables import LetterRow
from service.outage import closing, declared
from service.reading.sandbox import Sandbox
from service.staff import Staff
from tests.office import CHIEF, OFFICE, PURCHASERS, STAFF, TECHNICIAN, swedish
from tests.outage import facts, month, truth

T = TypeVar("T")

STARTS = {"Midsummer": swedish("2026-06-12 08:00"), "Christmas": swedish("2026-12-11 13:00")}
STAFFS = {
    "all": STAFF,
    "no operations manager": Staff(PURCHASERS, unit_managers=(CHIEF,), technicians=(TECHNICIAN,)),
    "purchasers alone": Staff(PURCHASERS),
}


class Held(RuleBasedStateMachine):
    """The service on a ledger of its own, the truth beside it, and what must hold between the two."""

    def __init__(self, children: Sandbox, ledger: Path) -> None:
        super().__init__()
        self.children, self.ledger = children, open_ledger(ledger)

    @initialize(start=st.sampled_from(sorted(STARTS)), staff=st.sampled_from(sorted(STAFFS)))
    def begin(self, start: str, staff: str) -> None:
        self.start = self.now = STARTS[start]
        self.truth = truth.Truth(STAFFS[staff])
        self.office = replace(OFFICE, staff=STAFFS[staff])
        self.line = month.line(self.ledger, self.children, STAFFS[staff], lambda: self.now)

    def teardown(self) -> None:
        with reading(self.ledger) as session:
            assert audit.verify(session).broken_at is None
        self.ledger.dispose()

    # -- what must hold ----------------------------------------------------------------------------

    def check_swept(self, fresh: list[LetterRow], drill: bool) -> None:
        """Hold the letters of one sweep to who was to hear of what, no more and no less."""
        by_kind = {
            kind: sorted(letter.recipient for letter in fresh if letter.kind == kind) for kind in month.SWEPT
        }
        staff = self.truth.staff
        people, outages = self.truth.recovery(self.now, drill)
        assert by_kind["recovery"] == sorted(people)
        told = (*staff.purchasers, *staff.operations_managers) if outages else ()
        assert by_kind["recovered"] == sorted(told)
        if outages:
            self.truth.digested(self.now, drill)
        says = self.truth.digest_says_something(drill)
        if due := self.truth.digest_is_due(self.now, drill):
            self.truth.digested(self.now, drill)
        assert by_kind["digest"] == (sorted(staff.purchasers) if due and says else [])
        reminders = self.truth.reminders(self.now, drill)
        assert by_kind["reminder"] == sorted(reminders)
        for letter in fresh:
            assert letter.subject.startswith("ÖVNING: ") is drill
            mine = self.truth.letters[letter.id or 0]
            if letter.kind == "reminder":
                assert month.numbers_in(letter) == reminders[letter.recipient]
                mine.rows = [self.truth.rows[number] for number in reminders[letter.recipient]]
            elif letter.kind != "digest":
                mine.outages = outages

    @invariant()
    def the_sums_hold(self) -> None:
        with reading(self.ledger) as session:
            mails = Counter(mail.decision or mail.state for mail in journal.listing(session))
            assert mails == Counter(mail.decision for mail in self.truth.mails if mail.decision)
            for drill in (False, True):
                rows = [(row.number, row.state) for row in orders.listing(session, drill=drill)]
                assert dict(rows) == {
                    n: row.state for n, row in self.truth.rows.items() if row.drill is drill
                }
            for outage in self.truth.outages:
                found = closing.sums(session, declared.find(session, outage.number))
                assert month.shown(found) == self.truth.sums(outage)

    @invariant()
    def nobody_is_pestered(self) -> None:
        reminders = [letter for letter in self.truth.letters.values() if letter.kind == "reminder"]
        first = Counter((letter.recipient, facts.swedish_day(letter.written)) for letter in reminders)
        assert all(count == 1 for count in first.values())
        told = Counter((letter.recipient, row.number) for letter in reminders for row in letter.rows)
        assert all(count <= len(truth.STEPS) for count in told.values())

    # -- how it is done ----------------------------------------------------------------------------

    def attempt(self, act: Callable[[Session], T], may: bool) -> T | None:
        """Do it in a transaction of its own; it must be refused where it may not be."""
        try:
            with writing(self.ledger) as session:
                done = act(session)
        except LedgerError:
            assert not may
            return None
        assert may
        return done

    def booked(self, row: facts.Row, mail: facts.Mail | None = None) -> None:
        row.urgent = row.urgent or (mail is not None and mail.sort == "urgent")
        self.truth.rows[row.number] = row
        self.truth.changed(self.now, drill=row.drill)
        if row.urgent:
            self.truth.news[row.drill].urgent.add(row.number)

    def fresh(self) -> list[LetterRow]:
        """Return the letters written since this was asked last, now known to the truth."""
        known = self.truth.letters
        with reading(self.ledger) as session:
            query = select(LetterRow).where(col(LetterRow.id) > max(known, default=0))
            letters = list(session.exec(query.order_by(col(LetterRow.id))))
        mails = {mail.number: mail for mail in self.truth.mails if mail.number}
        for letter in letters:
            mail = mails.get(letter.message_id or 0)
            known[letter.id or 0] = facts.Sent(letter.kind, letter.recipient, self.now, self.now, mail)
        return letters

    def going(self) -> facts.Outage:
        going = self.truth.going
        assert going
        return going

    @staticmethod
    def picked(each: list[T], pick: int) -> T:
        return each[pick % len(each)]
