"""What the outage's letters are written and timed with."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from service.clock import shown
from service.letters.templates import Desk, Templates
from service.outage.calendar import Calendar
from service.rules.calendar import Step
from service.rules.duties import Duties
from service.staff import Staff


@dataclass(frozen=True, slots=True)
class DigestPlan:
    """When purchasers are told what waits: at these Swedish times, and so long after an urgent digest."""

    times: tuple[time, ...] = ()
    only_when_changed: bool = True
    urgent_at_once: bool = True
    urgent_rest: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Office:
    """Who is told, when, and by whom."""

    desk: Desk
    templates: Templates
    staff: Staff
    calendar: Calendar
    duties: Duties
    steps: tuple[Step, ...]
    plan: DigestPlan = DigestPlan()


def shown_time(moment: datetime) -> str:
    """Return a moment as a letter tells it: 2026-03-05 09.12, Swedish time."""
    return shown(moment)
