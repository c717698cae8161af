"""What a simulated month is made of, and its clock: plain values that know nothing of the service."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SWEDEN = ZoneInfo("Europe/Stockholm")
CLOSED = {
    *(
        date(2026, month, day)
        for month, day in ((6, 6), (6, 19), (6, 20), (12, 24), (12, 25), (12, 26), (12, 31))
    ),
    date(2027, 1, 1),
    date(2027, 1, 6),
}


@dataclass
class Outage:
    """An outage or a drill."""

    number: int
    drill: bool
    start: datetime
    end: datetime | None = None
    closed: bool = False

    def covers(self, moment: datetime, *, marked: bool) -> bool:
        in_time = self.start <= moment and (self.end is None or moment <= self.end)
        return in_time and (marked or not self.drill)


@dataclass
class Down:
    """One time that a system was down; `told` once everybody has heard that it is back."""

    outage: Outage
    name: str
    down_at: datetime
    up_at: datetime | None = None
    told: bool = False


@dataclass
class Mail:
    """A mail in the mailbox; it has no decision until the service has taken it."""

    sort: str
    sender: str
    arrived: datetime
    marked: bool
    raw: bytes
    about: "Row | None" = None
    cancels: bool = False
    number: int = 0
    outage: Outage | None = None
    decision: str = ""
    settled: bool = False

    @property
    def answered(self) -> bool:
        """Whether its sender, one of the trusted, was told that it is no order of ours."""
        return self.decision in ("flagged", "rejected") and self.sort not in ("foreign", "reply")

    @property
    def is_told(self) -> bool:
        """Whether its sender gets a letter."""
        return self.decision == "accepted" or self.answered or self.decision == "reply"

    @property
    def waits(self) -> bool:
        return self.decision == "flagged" and not self.settled

    @property
    def drill(self) -> bool:
        return self.outage is not None and self.outage.drill


@dataclass
class Row:
    """Something owed a registration; `told` is when each step of reminding was sent."""

    number: str
    sort: str
    outage: Outage
    booked: datetime
    sender: str | None = None
    owner: str | None = None
    urgent: bool = False
    state: str = "pending"
    told: list[datetime] = field(default_factory=list)

    @property
    def drill(self) -> bool:
        return self.outage.drill


@dataclass
class Slip:
    """A numbered paper; one that lies ready belongs to no outage until it is used."""

    number: str
    outage: Outage | None
    state: str = "blank"


@dataclass
class Sent:
    """A letter: the mail it answers, the rows it asks for or the outages it tells of, and how it stands."""

    kind: str
    recipient: str
    written: datetime
    queued: datetime
    mail: Mail | None = None
    rows: list[Row] = field(default_factory=list)
    outages: list[Outage] = field(default_factory=list)
    state: str = "queued"
    failed: bool = False

    def is_due(self, now: datetime) -> bool:
        """Whether it must be tried now: one that has not failed waits for nothing."""
        return self.state == "queued" and not self.failed and self.queued <= now

    def posted(self, outcome: str, now: datetime) -> None:
        gives_up = now - self.queued >= timedelta(hours=48)
        self.state = {"sent": "sent", "refused": "dead"}.get(outcome, "dead" if gives_up else "queued")
        self.failed = True

    def is_about(self, outage: Outage) -> bool:
        about = [*self.outages, *(row.outage for row in self.rows), self.mail and self.mail.outage]
        return any(each is outage for each in about)


@dataclass(frozen=True)
class Sums:
    """What an outage amounts to, each by its state; `pending` and `blank` are numbers."""

    mails: dict[str, int]
    unsettled: int
    rows: dict[str, int]
    pending: set[str]
    slips: dict[str, int]
    blank: set[str]
    letters: dict[str, int]
    dead: int


@dataclass
class News:
    """What has changed since the last digest of real rows, or of a drill's."""

    last: datetime | None = None
    changes: list[datetime] = field(default_factory=list)
    urgent: set[str] = field(default_factory=set)


def swedish_day(at: datetime) -> date:
    return at.astimezone(SWEDEN).date()


def moment(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, SWEDEN).astimezone(UTC)


def hours_of(day: date) -> tuple[datetime, datetime] | None:
    """Return when the office opens and closes on the day, if it does."""
    if day.weekday() > 4 or day in CLOSED:
        return None
    closes = time(16) if day.weekday() == 4 else time(16, 30)
    return moment(day, time(7, 30)), moment(day, closes)


def worked(start: datetime, end: datetime) -> timedelta:
    """Return how long the office was open between the two."""
    total = timedelta()
    for day in _days(start, end):
        if span := hours_of(day):
            total += max(timedelta(), min(end, span[1]) - max(start, span[0]))
    return total


def _days(start: datetime, end: datetime) -> Iterator[date]:
    day = swedish_day(start)
    while day <= swedish_day(end):
        yield day
        day += timedelta(days=1)


def stops(start: datetime, end: datetime) -> list[datetime]:
    """Return when a program that runs is looked at between the two: thrice a day, and at the end."""
    each = (moment(day, clock) for day in _days(start, end) for clock in (time(8), time(12, 5), time(15, 5)))
    return [*(at for at in each if start < at < end), end]
