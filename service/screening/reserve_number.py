"""Reserve numbers of the regions, and the interim personnummer with a letter.

The regions' forms stand in rules/ (source: HL7 Sweden and Inera, "Personidentiteter"); what is checked
here is that the date in front is one that a person can have been born on.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date

from service.rules.screening import NumberWords
from service.screening.digits import date_holds, matches_at, real_date, runs
from service.screening.document_text import sender_of
from service.screening.hit import Hit
from service.screening.labels import Labels, LabelWords

SORTS = frozenset({"regional", "labelled", "unknown_region"})

_EDGE = r"(?<![0-9A-Za-z-])"
_END = r"(?![0-9A-Za-z])"
# Any letter-and-digit ending of four that no region in the rules has.
_ANY = re.compile(rf"(?i){_EDGE}((?:(?:18|19|20)\d{{2}}|\d{{2}})\d{{4}})[ ]?[-+/]?[ ]?([0-9A-Z]{{4}}){_END}")


def compile_regions(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """Return the regions' forms ready to search; `date`, where named, must be a real day."""
    return tuple(re.compile(rf"(?i){_EDGE}(?:{pattern}){_END}") for pattern in patterns)


def finder(regions: tuple[re.Pattern[str], ...], words: NumberWords) -> Callable[[str], Iterator[Hit]]:
    """Return the recognizer for these regions."""
    compiled = LabelWords(words)

    def find(text: str) -> Iterator[Hit]:
        sent = sender_of(text).sent
        latest = sent or date(words.latest_year, 12, 31)
        labels, starts = Labels(text, compiled), runs(text, 6)
        for region in regions:
            for match in matches_at(region, text, starts) if _is_dated(region) else region.finditer(text):
                if _is_a_day(match, latest):
                    foreign = labels.foreign(match.start())
                    own = labels.personal(*match.span())
                    yield Hit("unknown_region" if foreign and not own else "regional", *match.span())
        yield from _unlisted(text, starts, labels, latest)

    return find


def _is_dated(region: re.Pattern[str]) -> bool:
    """Return whether the form begins with a date, which is of six or eight digits in a row."""
    return region.pattern.startswith(f"(?i){_EDGE}(?:(?P<date>")


def _is_a_day(match: re.Match[str], latest: date) -> bool:
    written = match.groupdict().get("date")
    if written is None:
        return True
    if len(written) == 6:
        return date_holds(written)
    day = real_date(written)
    return day is not None and day <= latest


def _unlisted(text: str, starts: list[int], labels: Labels, latest: date) -> Iterator[Hit]:
    for match in matches_at(_ANY, text, starts):
        day, tail = match.groups()
        letters = sum(sign.isalpha() for sign in tail)
        if not 1 <= letters <= 3 or not date_holds(day[-6:]):
            continue
        if labels.personal(*match.span()):
            yield Hit("labelled", *match.span())
        elif (
            len(day) == 8
            and (born := real_date(day))
            and born <= latest
            and not labels.foreign(match.start())
        ):
            yield Hit("unknown_region", *match.span())
