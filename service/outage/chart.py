"""Two rising steps over time, as points of an SVG: what came in, and what of it was settled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.clock import SWEDEN

WIDTH, HEIGHT = 360, 200
LEFT, RIGHT, TOP, BOTTOM = 34, 10, 10, 26
"""The room around the plot, for the numbers beside it and the times below."""

TICKS = 4


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: how far along it, and what is said there."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What the template draws, in the units of a view box of `width` times `height`."""

    came: str
    done: str
    times: tuple[Tick, ...]
    sums: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    floor: int = HEIGHT - BOTTOM


def chart(came: Sequence[datetime], done: Sequence[datetime], start: datetime, end: datetime) -> Chart:
    """Return the two steps between `start` and `end`; what lies outside is drawn at the edge."""
    span = max(end - start, timedelta(minutes=1))
    most = max(len(came), 1)
    return Chart(
        came=_steps(came, start, span, most),
        done=_steps(done, start, span, most),
        times=tuple(_time(start, span, part / TICKS) for part in range(TICKS + 1)),
        sums=tuple(Tick(_y(number, most), str(number)) for number in sorted({0, most // 2, most})),
    )


def _steps(moments: Sequence[datetime], start: datetime, span: timedelta, most: int) -> str:
    points, level = [(float(LEFT), _y(0, most))], 0
    for moment in sorted(moments):
        across = _x((moment - start) / span)
        points += [(across, _y(level, most)), (across, _y(level + 1, most))]
        level += 1
    points.append((_x(1), _y(level, most)))
    return " ".join(f"{across:.1f},{up:.1f}" for across, up in points)


def _time(start: datetime, span: timedelta, part: float) -> Tick:
    pattern = (
        "%H.%M" if span <= timedelta(hours=20) else "%-d/%-m %H" if span < timedelta(days=4) else "%-d/%-m"
    )
    return Tick(_x(part), (start + part * span).astimezone(SWEDEN).strftime(pattern))


def _x(part: float) -> float:
    return LEFT + min(max(part, 0), 1) * (WIDTH - LEFT - RIGHT)


def _y(number: int, most: int) -> float:
    return HEIGHT - BOTTOM - number / most * (HEIGHT - TOP - BOTTOM)
