"""Office hours and the steps of reminding, from rules/calendar.yaml."""

import re
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator

from service.rules.loading import Strict, read_rules

WEEKDAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
"""In the order of `date.weekday`."""

_HOURS = re.compile(r"(\d\d)[.:](\d\d)\s*[-–]\s*(\d\d)[.:](\d\d)")


class Hours(Strict):
    """From when to when an office is open, as Swedish clocks show it; written "07.30-16.30"."""

    opens: time
    closes: time


def _hours(written: object) -> object:
    """Read "07.30-16.30"; ValueError says how it is written."""
    found = _HOURS.fullmatch(written.strip()) if isinstance(written, str) else None
    if found is None:
        raise ValueError('ska skrivas som "07.30-16.30", med citattecken')
    hour, minute, to_hour, to_minute = map(int, found.groups())
    hours = Hours(opens=time(hour, minute), closes=time(to_hour, to_minute))
    if hours.opens >= hours.closes:
        raise ValueError("ska sluta senare än den börjar")
    return hours


class ClosedDay(Strict):
    """A day on which the office is closed though it is no holiday."""

    date: date
    why: str


class Step(Strict):
    """One step of reminding: who is told, and after how many office hours of waiting."""

    after_hours: float = Field(gt=0, le=1_000)
    to: Literal["owner", "operations_manager", "unit_manager"]


class CalendarRules(Strict):
    """When the office is open, and when whom is reminded."""

    office_hours: Mapping[
        Literal["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"],
        Annotated[Hours, BeforeValidator(_hours)],
    ] = Field(min_length=1)
    closed_days: tuple[ClosedDay, ...] = ()
    open_on_holidays: bool = False
    reminders: tuple[Step, ...] = Field(min_length=1)

    @field_validator("reminders")
    @classmethod
    def _rising(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        after = [step.after_hours for step in steps]
        if after != sorted(set(after)):
            raise ValueError("varje steg ska komma senare än det förra (after_hours)")
        return steps


def load_calendar(folder: Path) -> CalendarRules:
    """Read rules/calendar.yaml."""
    return read_rules(folder / "calendar.yaml", CalendarRules)
