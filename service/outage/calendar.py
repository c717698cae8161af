"""Working hours: how long an office has had for something, and when it has had so long.

All moments go in and out as UTC; the office's clock is Swedish, so a day can have 23 or 25 hours, though no
office is open in the night when the clock is moved.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import holidays

from service.clock import SWEDEN
from service.rules.calendar import WEEKDAYS, CalendarRules

# The last two make Midsummer Eve, Christmas Eve and New Year's Eve holidays, as they are in practice.
CATEGORIES = ("public", "de_facto")

LONGEST_DAYS = 3_660
"""How far a working hour is looked for: beyond it the calendar has none."""

Span = tuple[datetime, datetime]


class Calendar:
    """The office hours of rules/calendar.yaml, less Swedish holidays and the closed days."""

    def __init__(self, rules: CalendarRules) -> None:
        self._hours = {WEEKDAYS.index(day): hours for day, hours in rules.office_hours.items()}
        self._closed = frozenset(day.date for day in rules.closed_days)
        self._holidays = holidays.country_holidays("SE", categories=CATEGORIES)
        self._open_on_holidays = rules.open_on_holidays

    def is_open(self, moment: datetime) -> bool:
        """Whether the office is open at the moment."""
        span = self.hours_of(day_of(moment))
        return span is not None and span[0] <= moment < span[1]

    def hours_of(self, day: date) -> Span | None:
        """Return when the office opens and closes on the day, or None where it is closed."""
        hours = self._hours.get(day.weekday())
        holiday = day in self._holidays and not self._open_on_holidays
        if hours is None or day in self._closed or holiday:
            return None
        return at(day, hours.opens), at(day, hours.closes)

    def working_time(self, start: datetime, end: datetime) -> timedelta:
        """Return how long the office was open between the two moments; nothing where the end is earlier."""
        total = timedelta()
        for opens, closes in self._open_from(start):
            if opens >= end:
                break
            total += max(timedelta(), min(closes, end) - max(opens, start))
        return total

    def add_working_hours(self, start: datetime, hours: float) -> datetime:
        """Return the moment at which the office has been open for so many hours since `start`."""
        left = timedelta(hours=hours)
        for opens, closes in self._open_from(start):
            begins = max(opens, start)
            if begins + left <= closes:
                return begins + left
            left -= max(timedelta(), closes - begins)
        raise ValueError("rules/calendar.yaml leaves no day open")

    def _open_from(self, start: datetime) -> Iterator[Span]:
        """Yield each day's hours that end after `start`."""
        first = day_of(start)
        for offset in range(LONGEST_DAYS):
            span = self.hours_of(first + timedelta(days=offset))
            if span and span[1] > start:
                yield span


def day_of(moment: datetime) -> date:
    """Return the Swedish day of the moment."""
    return moment.astimezone(SWEDEN).date()


def at(day: date, clock: time) -> datetime:
    """Return the moment, in UTC, at which Swedish clocks show `clock` on the day."""
    return datetime.combine(day, clock, SWEDEN).astimezone(UTC)
