"""Swedish clocks: what is shown can be read back, and what could mean two moments is asked about."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.clock import shown, typed
from service.errors import LedgerError

NOW = datetime(2025, 10, 27, 8, 0, tzinfo=UTC)
MINUTES = st.datetimes(datetime(2025, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)
OFFSETS = {"sommartid": "+02:00", "vintertid": "+01:00"}


@given(MINUTES)
def test_whatever_is_shown_can_be_typed_and_means_the_same_moment(moment: datetime) -> None:
    text = shown(moment, ":")
    for word, offset in OFFSETS.items():
        text = text.replace(f" {word}", offset)
    assert typed(text, NOW) == moment


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (datetime(2025, 10, 25, 23, 59, tzinfo=UTC), "2025-10-26 01.59"),
        (datetime(2025, 10, 26, 0, 30, tzinfo=UTC), "2025-10-26 02.30 sommartid"),
        (datetime(2025, 10, 26, 1, 30, tzinfo=UTC), "2025-10-26 02.30 vintertid"),
        (datetime(2025, 10, 26, 2, 0, tzinfo=UTC), "2025-10-26 03.00"),
        (datetime(2025, 3, 30, 1, 0, tzinfo=UTC), "2025-03-30 03.00"),
    ],
)
def test_the_hour_that_comes_twice_says_which_it_is(moment: datetime, told: str) -> None:
    assert shown(moment) == told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2025-10-26 02:30", "2025-10-26 02:30 kom två gånger den natten; skriv '2025-10-26 02:30+02:00'"),
        ("2025-03-30 02:30", "2025-03-30 02:30 kom aldrig: klockan ställdes fram"),
        ("kl nio", "kl nio: ingen tid; skriv 2026-03-05 09:12"),
    ],
)
def test_a_time_that_is_none_or_two_is_refused_with_what_to_write(text: str, said: str) -> None:
    with pytest.raises(LedgerError) as refused:
        typed(text, NOW)
    assert said in str(refused.value)


def test_a_clock_alone_is_of_the_swedish_day() -> None:
    late = datetime(2025, 10, 27, 23, 30, tzinfo=UTC)
    assert typed("09:12", late) == datetime(2025, 10, 28, 8, 12, tzinfo=UTC)
    assert typed("09:12", late - timedelta(hours=1)) == datetime(2025, 10, 27, 8, 12, tzinfo=UTC)
