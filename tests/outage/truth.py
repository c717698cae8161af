"""What is true in a simulated month, kept in plain lists and worked out the slow way, apart from the service.

Nothing here asks the ledger or calls the rules of the service: what is owed, who is to hear of it and when
are told a second time, as the routine has them.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from service.staff import Staff
from tests.office import CHIEF, MANAGER, PURCHASERS, TECHNICIAN
from tests.outage.facts import (
    Down,
    Mail,
    News,
    Outage,
    Row,
    Sent,
    Slip,
    Sums,
    hours_of,
    moment,
    swedish_day,
    worked,
)

SLOTS = (time(7, 30), time(12), time(15))
STEPS = {1: 8, 2: 16, 3: 32}
"""The office hours after which the owner, the operations manager and the unit manager are told."""

PLACES = {
    "order": ("sesam2",),
    "return": ("sesam2",),
    "desk_work": ("sesam2",),
    "work_order": ("visma-websesam",),
    "prescription": ("visma-websesam", "websesam"),
}
"""Where each sort of row may be registered."""

DECISIONS = {
    "order": "accepted",
    "urgent": "accepted",
    "unreadable": "flagged",
    "foreign": "flagged",
    "personal": "rejected",
    "automatic": "ignored",
}
"""Each sort of mail, and what becomes of it."""

OWNERS = {
    "order": "desk",
    "return": "desk",
    "desk_work": "manager",
    "work_order": "prescriber",
    "prescription": "prescriber",
}
MAY_TICK_OFF = {
    "desk": {*PURCHASERS, MANAGER, CHIEF},
    "manager": {MANAGER, CHIEF, TECHNICIAN},
    "prescriber": {MANAGER, CHIEF},
}


@dataclass
class Truth:
    """All that has happened in the month."""

    staff: Staff
    outages: list[Outage] = field(default_factory=list)
    downs: list[Down] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    rows: dict[str, Row] = field(default_factory=dict)
    slips: dict[str, Slip] = field(default_factory=dict)
    letters: dict[int, Sent] = field(default_factory=dict)
    reminded: set[tuple[date, str]] = field(default_factory=set)
    news: dict[bool, News] = field(default_factory=lambda: {False: News(), True: News()})

    @property
    def going(self) -> Outage | None:
        return next((each for each in self.outages if each.end is None), None)

    def pending(self, drill: bool) -> list[Row]:
        return [row for row in self.rows.values() if row.state == "pending" and row.drill is drill]

    def changed(self, at: datetime, *, drill: bool) -> None:
        self.news[drill].changes.append(at)

    # -- what happens ------------------------------------------------------------------------------

    def end(self, outage: Outage, at: datetime, now: datetime) -> None:
        outage.end = at
        for each in self.downs:
            if each.outage is outage and each.up_at is None:
                each.up_at = max(at, each.down_at)
        self.changed(now, drill=outage.drill)

    def down_in(self, outage: Outage, name: str) -> Down | None:
        mine = (each for each in self.downs if each.outage is outage and each.name == name)
        return next((each for each in mine if each.up_at is None), None)

    def settle(self, row: Row, now: datetime, *, cancels: bool) -> None:
        row.state = "cancelled" if cancels else "registered"
        self.changed(now, drill=row.drill)

    def obey(self, mail: Mail, now: datetime) -> None:
        """Do what a reply of the staff says, where its sender may."""
        if mail.about and self.may_tick_off(mail.sender, mail.about):
            self.settle(mail.about, now, cancels=mail.cancels)

    # -- mails -------------------------------------------------------------------------------------

    def due_mails(self) -> list[Mail]:
        left = [outage.end for outage in self.outages if outage.end and not outage.closed]
        return [
            mail
            for mail in self.mails
            if not mail.decision
            and (
                any(outage.covers(mail.arrived, marked=mail.marked) for outage in self.outages)
                or (mail.sort == "reply" and left and mail.arrived >= min(left))
            )
        ]

    def home(self, mail: Mail) -> Outage | None:
        fits = [outage for outage in self.outages if outage.covers(mail.arrived, marked=mail.marked)]
        return next(iter(sorted(fits, key=lambda outage: (not outage.drill, outage.start))), None)

    def decision(self, mail: Mail) -> str:
        """Return what must be decided; an order that is marked for a drill, with none going, is flagged."""
        if mail.sort == "reply":
            return "reply"
        decided = DECISIONS[mail.sort]
        return "flagged" if decided == "accepted" and mail.marked and not mail.drill else decided

    # -- registering -------------------------------------------------------------------------------

    def since(self, row: Row) -> datetime | None:
        """Since when the row can be registered anywhere; None while nowhere."""
        opened = []
        for place in PLACES[row.sort]:
            ups = [each.up_at for each in self.downs if each.name == place and each.outage.drill is row.drill]
            if None not in ups:
                opened.append(max([row.booked, *(up for up in ups if up)]))
        return min(opened, default=None)

    def may_tick_off(self, person: str, row: Row) -> bool:
        named = {
            *self.staff.purchasers, *self.staff.operations_managers,
            *self.staff.unit_managers, *self.staff.technicians,
        }  # fmt: skip
        return row.state == "pending" and person in named & MAY_TICK_OFF[OWNERS[row.sort]]

    # -- reminders ---------------------------------------------------------------------------------

    def recipients(self, row: Row, step: int) -> tuple[str, ...]:
        staff = self.staff
        owner = {"desk": staff.purchasers, "manager": staff.operations_managers, "prescriber": ()}[
            OWNERS[row.sort]
        ]
        meant = {
            1: (row.owner,) if row.owner else owner,
            2: staff.operations_managers,
            3: staff.unit_managers,
        }
        return meant[step] or staff.operations_managers or staff.unit_managers or staff.purchasers

    def reminders(self, now: datetime, drill: bool) -> dict[str, set[str]]:
        """Return which rows each person is to be reminded of now, and hold it for done."""
        day, letters = swedish_day(now), dict[str, set[str]]()
        if hours_of(day) is None or not worked(now, now + timedelta(seconds=1)):
            return {}
        had = {person for when, person in self.reminded if when == day}
        for row in self.pending(drill):
            to = self._due_to(row, now)
            if to and not had & set(to):
                row.told.append(now)
                for person in to:
                    letters.setdefault(person, set()).add(row.number)
        self.reminded |= {(day, person) for person in letters}
        return letters

    def _due_to(self, row: Row, now: datetime) -> tuple[str, ...]:
        began, step = self.since(row), len(row.told) + 1
        if began is None or step not in STEPS or worked(began, now) < timedelta(hours=STEPS[step]):
            return ()
        if row.told and worked(row.told[-1], now) < timedelta(hours=STEPS[step] - STEPS[step - 1]):
            return ()
        return self.recipients(row, step)

    # -- word of recovery --------------------------------------------------------------------------

    def back(self, now: datetime, drill: bool) -> list[Down]:
        """Return what is up of which nobody has heard, and hold it for told."""
        mine = [each for each in self.downs if each.outage.drill is drill]
        down = {each.name for each in mine if each.up_at is None or each.up_at > now}
        found = [each for each in mine if not each.told and each.name not in down]
        for each in found:
            each.told = True
        return found

    def recovery(self, now: datetime, drill: bool) -> tuple[set[str], list[Outage]]:
        """Return who is to hear now that a system is back, and of which outages."""
        back = self.back(now, drill)
        outages = [each.outage for each in back]
        people: set[str | None] = set()
        for row in self.rows.values():
            if row.drill is drill and back:
                in_time = any(row.outage is each.outage or row.booked >= each.down_at for each in back)
                people |= {row.sender, row.owner} if row.state == "pending" or in_time else set()
        for mail in self.mails:
            if any(mail.outage is each for each in outages) and mail.answered:
                people.add(mail.sender)
        return {person for person in people if person}, outages

    # -- digests -----------------------------------------------------------------------------------

    def digest_is_due(self, now: datetime, drill: bool) -> bool:
        news, pending = self.news[drill], {row.number for row in self.pending(drill) if row.urgent}
        last = news.last if news.last and news.last <= now else None
        rested = news.last is None or abs(now - news.last) >= timedelta(minutes=10)
        if news.urgent & pending and rested:
            return True
        today = swedish_day(now)
        moments = [moment(day, clock) for day in (today - timedelta(days=1), today) for clock in SLOTS]
        slot = max(each for each in moments if each <= now)
        return (last is None or last < slot) and any(at <= slot for at in news.changes)

    def digest_says_something(self, drill: bool) -> bool:
        return bool(self.pending(drill)) or any(mail.waits and mail.drill is drill for mail in self.mails)

    def digested(self, now: datetime, drill: bool) -> None:
        self.news[drill] = News(last=now)

    # -- the sum -----------------------------------------------------------------------------------

    def mails_of(self, outage: Outage) -> list[Mail]:
        return [mail for mail in self.mails if mail.outage is outage]

    def rows_of(self, outage: Outage) -> list[Row]:
        return [row for row in self.rows.values() if row.outage is outage]

    def slips_of(self, outage: Outage) -> list[Slip]:
        """Return the outage's slips, and those that lay ready below one that it used."""
        mine = [slip for slip in self.slips.values() if slip.outage is outage]
        used = [slip.number for slip in mine if slip.state == "used"]
        ready = [slip for slip in self.slips.values() if slip.outage is None and slip.state == "blank"]
        return mine + [
            slip for slip in ready
            if any(slip.number[:-5] == other[:-5] and slip.number < other for other in used)
        ]  # fmt: skip

    def letters_of(self, outage: Outage) -> list[Sent]:
        return [letter for letter in self.letters.values() if letter.is_about(outage)]

    def strangers(self, outage: Outage) -> int:
        """Return how many mails of its time the service has not taken."""
        untaken = (mail for mail in self.mails if not mail.decision)
        return sum(outage.covers(mail.arrived, marked=mail.marked) for mail in untaken)

    def sums(self, outage: Outage) -> Sums:
        mails, rows, papers = self.mails_of(outage), self.rows_of(outage), self.slips_of(outage)
        letters = Counter(letter.state for letter in self.letters_of(outage))
        return Sums(
            dict(Counter(mail.decision for mail in mails)),
            sum(mail.waits for mail in mails),
            dict(Counter(row.state for row in rows)),
            {row.number for row in rows if row.state == "pending"},
            dict(Counter(paper.state for paper in papers)),
            {paper.number for paper in papers if paper.state == "blank"},
            dict(letters),
            letters["dead"],
        )

    def lacks(self, outage: Outage, *, dead_told: bool) -> bool:
        """Whether anything stands in the way of closing."""
        letters = Counter(letter.state for letter in self.letters_of(outage))
        return bool(
            outage.end is None
            or self.strangers(outage)
            or any(mail.waits for mail in self.mails_of(outage))
            or any(row.state == "pending" for row in self.rows_of(outage))
            or any(slip.state == "blank" for slip in self.slips_of(outage))
            or letters["queued"]
            or (letters["dead"] and not dead_told)
        )
