"""A simulated month of outages: any events in any order, held to what is true after each of them.

The service is real and its ledger a file; only the clock is moved. Beside it `truth.py` keeps what must be.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    precondition,
    rule,
    run_state_machine_as_test,
)

from service.intake.census import Census
from service.ledger import journal, orders
from service.ledger.engine import reading, writing
from service.letters import outbox
from service.letters.outcome import Outcome, Refused, Sent, TryLater
from service.outage import closing, declared, slips, systems
from service.outage.exported import Registered
from service.outage.owed import entries
from service.outage.reconcile import Match, reconcile
from service.outage.sweep import sweep
from service.reading.sandbox import Sandbox
from tests.office import CHIEF, MANAGER, PURCHASERS, TECHNICIAN
from tests.outage import facts, month, truth
from tests.outage.held import Held

T = TypeVar("T")

SPANS = {"minutes": 7, "hours": 3 * 60, "a night": 15 * 60, "a day": 24 * 60, "a week": 7 * 24 * 60}
OUTCOMES: dict[str, Outcome] = {"sent": Sent(), "tried later": TryLater("connect"), "refused": Refused("550")}
PICK = st.integers(0, 30)
AGO = st.sampled_from((0, 0, 40, 26 * 60)).map(lambda minutes: timedelta(minutes=minutes))
NAMES = st.sets(st.sampled_from(systems.NAMES), min_size=1).map(sorted)
OFTEN, SELDOM = st.sampled_from((True, True, True, False)), st.sampled_from((False, False, False, True))
SORTS = st.lists(st.sampled_from(("order", "order", *sorted(truth.DECISIONS))), min_size=1, max_size=5)
TYPED = st.lists(st.sampled_from(sorted(month.TYPED)), min_size=1, max_size=4)
LAST_DAY = timedelta(days=31)
BY = "Eva Lind"


class Month(Held):
    """The events: each is done to the service, and told to the truth."""

    # -- outages and systems -----------------------------------------------------------------------

    @rule(names=NAMES, ago=AGO, planned=st.booleans(), drill=st.booleans())
    def declares(self, names: list[str], ago: timedelta, planned: bool, drill: bool) -> None:
        since, going = self.now - ago, self.truth.going
        free = going is None or (going.drill and not drill and going.start <= self.now)
        over = [each for each in self.truth.outages if each.drill is drill and each.end]
        may = free and not any(each.end and since < each.end for each in over)
        row = self.attempt(
            lambda session: declared.start(session, names, since, BY, self.now, planned=planned, drill=drill),
            may,
        )
        if row is None:
            return
        if going is not None:
            self.truth.end(going, self.now, self.now)
        outage = facts.Outage(declared.key(row), drill, since)
        self.truth.outages.append(outage)
        self.truth.downs += [facts.Down(outage, name, since) for name in names]
        self.truth.changed(self.now, drill=drill)
        for mail in self.truth.mails:
            if mail.decision and mail.outage is None and mail.arrived >= since and not drill:
                mail.outage = outage

    @precondition(lambda self: not self.truth.going and self.now - self.start < LAST_DAY)
    @rule(names=NAMES, sorts=SORTS, typed=TYPED, drill=SELDOM, ends=OFTEN)
    def an_outage_of_some_hours(
        self, names: list[str], sorts: list[str], typed: list[str], drill: bool, ends: bool
    ) -> None:
        self.declares(names, timedelta(), planned=False, drill=drill)
        self.mails_come(sorts, len(sorts), marked=drill, at_once=True)
        self.adds_by_hand(typed, len(self.truth.outages) - 1, urgent=False, on_slip=True)
        self.time_passes("hours", running=True)
        if ends and self.truth.going:
            self.ends(timedelta())

    @precondition(lambda self: self.truth.going)
    @rule(ago=AGO)
    def ends(self, ago: timedelta) -> None:
        going, at = self.going(), self.now - ago
        if self.attempt(lambda session: declared.end(session, at, BY, self.now), going.start <= at):
            self.truth.end(going, at, self.now)

    @precondition(lambda self: self.truth.going)
    @rule(name=st.sampled_from(systems.NAMES), ago=AGO)
    def goes_down(self, name: str, ago: timedelta) -> None:
        going, at = self.going(), self.now - ago
        may = self.truth.down_in(going, name) is None and going.start <= at
        if self.attempt(lambda s: systems.down(s, declared.running(s), name, at, BY, self.now), may):
            self.truth.downs.append(facts.Down(going, name, at))
            self.truth.changed(self.now, drill=going.drill)

    @precondition(lambda self: self.truth.going)
    @rule(name=st.sampled_from(systems.NAMES), ago=AGO)
    def comes_up(self, name: str, ago: timedelta) -> None:
        going, at = self.going(), self.now - ago
        down = self.truth.down_in(going, name)
        may = down is not None and down.down_at <= at
        if self.attempt(lambda s: systems.up(s, declared.running(s), name, at, BY, self.now), may) and down:
            down.up_at = at
            self.truth.changed(self.now, drill=going.drill)

    # -- mails -------------------------------------------------------------------------------------

    @rule(sorts=SORTS, sender=st.integers(0, 2), marked=SELDOM, at_once=OFTEN)
    def mails_come(self, sorts: list[str], sender: int, marked: bool, at_once: bool) -> None:
        for sort in sorts:
            self.now += timedelta(minutes=1)
            address = month.SENDERS[(sender + len(self.truth.mails)) % len(month.SENDERS)]
            number = len([mail for mail in self.truth.mails if mail.sender == address])
            raw = month.written(sort, address, number, marked=marked)
            self.truth.mails.append(facts.Mail(sort, address, self.now, marked, raw))
        if at_once:
            self.works_the_mailbox()

    @precondition(lambda self: self.truth.rows)
    @rule(person=st.sampled_from((*PURCHASERS, MANAGER, CHIEF, TECHNICIAN)), pick=PICK, cancels=st.booleans())
    def staff_answers(self, person: str, pick: int, cancels: bool) -> None:
        self.now += timedelta(minutes=1)
        row = self.picked(list(self.truth.rows.values()), pick)
        said = "makulerad: dubblett" if cancels else f"klar 3{row.number[-5:]}"
        raw = month.reply(person, f"{row.number} {said}", len(self.truth.mails))
        mail = facts.Mail("reply", person, self.now, False, raw, about=row, cancels=cancels)
        self.truth.mails.append(mail)
        self.works_the_mailbox()

    @rule()
    def works_the_mailbox(self) -> None:
        due = month.due(self.ledger, self.truth.mails)
        assert due == self.truth.due_mails()
        for mail in due:
            row = month.take(self.line, mail)
            mail.number, mail.decision = row.id or 0, row.decision or ""
            mail.outage = self.truth.home(mail)
            assert mail.decision == self.truth.decision(mail)
            assert (row.outage_id, row.drill) == (mail.outage and mail.outage.number, mail.drill)
            with reading(self.ledger) as session:
                for order in orders.of_message(session, mail.number):
                    assert mail.outage
                    self.booked(
                        facts.Row(order.number, "order", mail.outage, self.now, sender=mail.sender), mail
                    )
            self.truth.obey(mail, self.now)
            if mail.waits:
                self.truth.changed(self.now, drill=mail.drill)
            answers = (
                [("receipt" if mail.sort == "reply" else mail.decision, mail.sender)] if mail.is_told else []
            )
            assert [(letter.kind, letter.recipient) for letter in self.fresh()] == answers

    @precondition(lambda self: any(mail.waits for mail in self.truth.mails))
    @rule(pick=PICK, rejects=st.booleans())
    def settles_a_flagged_mail(self, pick: int, rejects: bool) -> None:
        mail = self.picked([mail for mail in self.truth.mails if mail.waits], pick)
        self.settle_flagged(mail, journal.Review.REJECTED if rejects else journal.Review.DONE)

    def settle_flagged(self, mail: facts.Mail, outcome: journal.Review) -> None:
        self.attempt(lambda s: journal.settle_review(s, mail.number, outcome, BY, self.now), True)
        self.attempt(lambda s: journal.settle_review(s, mail.number, outcome, BY, self.now), False)
        mail.settled = True
        self.truth.changed(self.now, drill=mail.drill)

    # -- rows and slips ----------------------------------------------------------------------------

    @precondition(lambda self: self.truth.outages)
    @rule(sorts=TYPED, pick=PICK, urgent=st.booleans(), on_slip=st.booleans())
    def adds_by_hand(self, sorts: list[str], pick: int, urgent: bool, on_slip: bool) -> None:
        outage = self.picked(self.truth.outages, pick)
        for sort in sorts:
            blank = [slip for slip in self.truth.slips.values() if slip.state == "blank" and on_slip]
            self.add(sort, outage, self.picked(blank, pick) if blank else None, urgent=urgent)

    def add(self, sort: str, outage: facts.Outage, slip: facts.Slip | None, *, urgent: bool) -> None:
        typed = month.typed(sort, outage.number, self.now, urgent=urgent, slip=slip.number if slip else None)
        added = month.adding(self.ledger, self.children).add(typed, BY, self.now)
        outage.closed = False
        self.booked(facts.Row(added.number, sort, outage, self.now, owner=added.owner_address, urgent=urgent))
        if slip:
            slip.state, slip.outage = "used", outage

    @rule(count=st.integers(1, 3))
    def hands_out_slips(self, count: int) -> None:
        going = self.truth.going
        numbers = self.attempt(
            lambda s: slips.hand_out(s, slips.SlipKind.ORDER, count, declared.current(s), BY, self.now), True
        )
        self.truth.slips |= {number: facts.Slip(number, going) for number in numbers or ()}

    @precondition(lambda self: self.truth.slips)
    @rule(pick=PICK)
    def declares_a_slip_unused(self, pick: int) -> None:
        self.declare_unused(self.picked(list(self.truth.slips.values()), pick))

    def declare_unused(self, slip: facts.Slip) -> None:
        if self.attempt(
            lambda s: slips.declare_unused(s, [slip.number], BY, self.now), slip.state == "blank"
        ):
            slip.state = "unused"

    @precondition(lambda self: self.truth.rows)
    @rule(pick=PICK, cancels=st.booleans())
    def ticks_off(self, pick: int, cancels: bool) -> None:
        self.tick_off(self.picked(list(self.truth.rows.values()), pick), cancels=cancels)

    def tick_off(self, row: facts.Row, *, cancels: bool) -> None:
        done = orders.cancel if cancels else orders.register
        if self.attempt(
            lambda s: done(s, row.number, BY, f"2{row.number[-5:]}", self.now), row.state == "pending"
        ):
            self.truth.settle(row, self.now, cancels=cancels)

    @precondition(lambda self: self.truth.pending(False))
    @rule(picks=st.sets(PICK, min_size=1, max_size=3))
    def reconciles(self, picks: set[int]) -> None:
        rows = self.truth.pending(False)
        chosen = {row.number: row for row in (self.picked(rows, pick) for pick in picks)}
        with writing(self.ledger) as session:
            goods = {entry.number: entry.goods for entry in entries(session)}
            export = [
                Registered(f"8{number[-5:]}", frozenset([number]), "", None, goods[number], False)
                for number in chosen
            ]
            found = reconcile(entries(session), export, 30)
            sure = {finding.number for finding in found if finding.match is Match.SURE}
            assert sure == set(chosen)
            for number in sure:
                orders.register(session, number, BY, f"8{number[-5:]}", self.now)
        for row in chosen.values():
            self.truth.settle(row, self.now, cancels=False)

    # -- time, letters and the end -----------------------------------------------------------------

    @precondition(lambda self: self.now - self.start < LAST_DAY)
    @rule(span=st.sampled_from(sorted(SPANS)), running=OFTEN)
    def time_passes(self, span: str, running: bool) -> None:
        until = self.now + timedelta(minutes=SPANS[span])
        for at in facts.stops(self.now, until) if running else ():
            self.now = at
            self.works_the_mailbox()
            self.sweeps()
        self.now = until

    @precondition(lambda self: self.now - self.start < LAST_DAY)
    @rule()
    def a_week_passes(self) -> None:
        self.time_passes("a week", running=True)

    @rule(back=SELDOM, minutes=st.sampled_from((30, 25 * 60)))
    def the_clock_is_put_right(self, back: bool, minutes: int) -> None:
        self.now += timedelta(minutes=-minutes if back else 1)

    @rule()
    def sweeps(self) -> None:
        with writing(self.ledger) as session:
            swept = sweep(session, self.office, self.now)
        fresh = self.fresh()
        assert swept.letters == len(fresh)
        assert (swept.unaddressed, swept.hinder) == (0, "")
        self.check_swept([letter for letter in fresh if not letter.drill], drill=False)
        rehearsed = [letter for letter in fresh if letter.drill]
        if self.truth.going and not self.truth.going.drill:
            # While it is in earnest nobody hears of a drill, nor later that its systems are back.
            self.truth.back(self.now, drill=True)
            assert rehearsed == []
        else:
            self.check_swept(rehearsed, drill=True)

    @rule(outcome=st.sampled_from(sorted(OUTCOMES)))
    def posts(self, outcome: str) -> None:
        with writing(self.ledger) as session:
            taken = [row.id or 0 for row in outbox.claim(session, self.now, 1_000, batch=1_000)]
            for number in taken:
                outbox.settle(session, number, OUTCOMES[outcome], self.now)
        untried = {number for number, letter in self.truth.letters.items() if letter.is_due(self.now)}
        assert untried <= set(taken)
        for number in taken:
            self.truth.letters[number].posted(outcome, self.now)

    @precondition(lambda self: any(letter.state == "dead" for letter in self.truth.letters.values()))
    @rule()
    def sends_the_dead_anew(self) -> None:
        for number, letter in self.truth.letters.items():
            if letter.state == "dead":
                self.attempt(partial(outbox.requeue, letter_id=number, now=self.now), True)
                letter.state, letter.queued, letter.failed = "queued", self.now, False
                if letter.kind == "reminder":
                    self.truth.reminded.add((facts.swedish_day(self.now), letter.recipient))

    @precondition(lambda self: any(not each.closed for each in self.truth.outages))
    @rule(pick=PICK, dead_told=st.booleans())
    def closes(self, pick: int, dead_told: bool) -> None:
        """Put one thing right after another, in any order that `pick` gives, and try to close after each."""
        outage = self.picked([each for each in self.truth.outages if not each.closed], pick)
        if self.truth.going is outage:
            self.hands_out_slips(1)
            self.ends(timedelta())
        steps: list[Callable[[], object]] = [
            self.works_the_mailbox,
            lambda: self.settle_all(outage),
            lambda: self.tick_all_off(outage),
            lambda: self.declare_all(outage),
            lambda: self.posts("sent"),
        ]
        for step in steps[pick % 5 :] + steps[: pick % 5]:
            self.close(outage, dead_told=dead_told)
            step()
        self.close(outage, dead_told=dead_told)

    def settle_all(self, outage: facts.Outage) -> None:
        for mail in self.truth.mails_of(outage):
            if mail.waits:
                self.settle_flagged(mail, journal.Review.DONE)

    def declare_all(self, outage: facts.Outage) -> None:
        for slip in self.truth.slips_of(outage):
            self.declare_unused(slip)

    def tick_all_off(self, outage: facts.Outage) -> None:
        for row in self.truth.rows_of(outage):
            if row.state == "pending":
                self.tick_off(row, cancels=False)

    def close(self, outage: facts.Outage, *, dead_told: bool) -> None:
        strange = self.truth.strangers(outage)
        census = Census(strange, {"INBOX": strange} if strange else {}, 0)
        may = not outage.closed and not self.truth.lacks(outage, dead_told=dead_told)
        if self.attempt(
            lambda s: closing.close(
                s, declared.find(s, outage.number), census, BY, self.now, dead_told=dead_told
            ),
            may,
        ):
            outage.closed = True


def test_a_month_of_outages_forgets_nobody_and_pesters_nobody(children: Sandbox, tmp_path: Path) -> None:
    asked, empty = month.Remembering(children), month.Empty(tmp_path)

    class Here(Month):
        def __init__(self) -> None:
            super().__init__(asked, empty.copy())

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=20,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
        ),
    )
