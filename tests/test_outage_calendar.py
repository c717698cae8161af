"""Working hours: holidays, daylight saving, and the laws that hold whatever the moment."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.clock import SWEDEN
from service.errors import RulesError
from service.outage.calendar import Calendar
from service.rules.calendar import CalendarRules, load_calendar
from service.settings import shipped_rules

RULES = load_calendar(shipped_rules())
CALENDAR = Calendar(RULES)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC))
HOURS = st.floats(0.25, 60).map(lambda hours: round(hours * 60) / 60)


def swedish(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SWEDEN).astimezone(UTC)


@pytest.mark.parametrize(
    "day",
    [
        "2026-01-01",  # New Year
        "2026-01-06",  # Epiphany
        "2026-04-03",  # Good Friday
        "2026-05-14",  # Ascension
        "2026-06-19",  # Midsummer Eve
        "2026-12-24",  # Christmas Eve
        "2026-12-31",  # New Year's Eve
        "2026-03-07",  # a Saturday
    ],
)
def test_the_office_is_closed_on_holidays_their_eves_and_weekends(day: str) -> None:
    assert CALENDAR.hours_of(date.fromisoformat(day)) is None


def test_hours_wait_over_midsummer() -> None:
    # Thursday 16.00 leaves half an hour; Friday is Midsummer Eve; then the weekend.
    began = swedish("2026-06-18 16:00")
    assert CALENDAR.add_working_hours(began, 0.5) == swedish("2026-06-18 16:30")
    assert CALENDAR.add_working_hours(began, 1) == swedish("2026-06-22 08:00")


@pytest.mark.parametrize(
    ("began", "ended"),
    [("2026-03-27 15:00", "2026-03-30 08:30"), ("2026-10-23 15:00", "2026-10-26 08:30")],
)
def test_the_clock_moves_but_the_office_opens_by_the_clock(began: str, ended: str) -> None:
    assert CALENDAR.add_working_hours(swedish(began), 2) == swedish(ended)
    assert CALENDAR.working_time(swedish(began), swedish(ended)) == timedelta(hours=2)


def test_an_office_may_say_that_it_is_open_on_holidays() -> None:
    always = Calendar(RULES.model_copy(update={"open_on_holidays": True}))
    opens = swedish("2026-06-19 07:30")  # Midsummer Eve, a Friday
    assert always.hours_of(date(2026, 6, 19)) == (opens, swedish("2026-06-19 16:00"))
    assert always.hours_of(date(2026, 6, 20)) is None


def test_a_closed_day_of_the_rules_is_closed() -> None:
    bridge = RULES.model_validate(
        {
            "office_hours": {"fredag": "08.00-12.00"},
            "closed_days": [{"date": "2026-05-15", "why": "klämdag"}],
            "reminders": [{"after_hours": 1, "to": "owner"}],
        }
    )
    assert Calendar(bridge).add_working_hours(swedish("2026-05-15 08:00"), 1) == swedish("2026-05-22 09:00")


@given(MOMENTS, HOURS)
def test_what_is_added_is_what_has_been_worked(began: datetime, hours: float) -> None:
    ended = CALENDAR.add_working_hours(began, hours)
    assert ended >= began
    assert abs(CALENDAR.working_time(began, ended) - timedelta(hours=hours)) < timedelta(milliseconds=1)


@given(MOMENTS, MOMENTS, MOMENTS)
def test_working_time_is_a_sum_of_its_parts(one: datetime, two: datetime, three: datetime) -> None:
    first, middle, last = sorted((one, two, three))
    total = CALENDAR.working_time(first, last)
    assert total == CALENDAR.working_time(first, middle) + CALENDAR.working_time(middle, last)
    assert timedelta() <= total <= last - first
    assert CALENDAR.working_time(last, first) <= timedelta()


@given(MOMENTS)
def test_time_passes_only_while_the_office_is_open(moment: datetime) -> None:
    passed = CALENDAR.working_time(moment, moment + timedelta(microseconds=1))
    assert bool(passed) == CALENDAR.is_open(moment)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"office_hours": {"måndag": "8-16"}}, "07.30-16.30"),
        ({"office_hours": {"måndag": "16.00-08.00"}}, "sluta senare"),
        ({"office_hours": {}}, "minst 1"),
        (
            {"reminders": [{"after_hours": 8, "to": "owner"}, {"after_hours": 8, "to": "unit_manager"}]},
            "senare",
        ),
        ({"reminders": [{"after_hours": 8, "to": "chefen"}]}, "tillåtna värden"),
    ],
)
def test_odd_rules_are_told_in_one_line(tmp_path: Path, change: dict[str, object], said: str) -> None:
    import yaml

    content = yaml.safe_load((shipped_rules() / "calendar.yaml").read_text(encoding="utf-8")) | change
    (tmp_path / "calendar.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(RulesError, match=said) as told:
        load_calendar(tmp_path)
    assert str(told.value).count("\n") == 0


def test_the_shipped_rules_escalate_to_the_unit_manager() -> None:
    assert isinstance(RULES, CalendarRules)
    assert [step.to for step in RULES.reminders] == ["owner", "operations_manager", "unit_manager"]
