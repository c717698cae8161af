"""Personnummer and samordningsnummer in every spelling (Skatteverket, SKV 704 and SKV 707)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from service.rules.screening import NumberWords
from service.screening.digits import (
    CENTURIES,
    Candidate,
    candidates,
    date_holds,
    luhn_holds,
    matches_at,
    runs,
)
from service.screening.document_text import sender_of
from service.screening.hit import Hit
from service.screening.labels import Labels, LabelWords
from service.screening.number_words import dictated

SORTS = frozenset({"personnummer", "samordningsnummer", "masked", "misread", "spelled", "possible"})

_MASK = r"(?:[xX]{2,4}|[*#?•●_]{2,4}|[Åå.…]{3,4}|N{4})"
_DATE = r"(?:18|19|20)?\d{2}[-./ ]?\d{2}[-./ ]?\d{2}"
_MASKED = re.compile(rf"(?<![\d.])({_DATE})[ ]?(?:[-+/][ ]?)?{_MASK}(?![\w*])")
_HALF = re.compile(rf"(?<![\d.])({_DATE})(?![ ]?[-+]?[ ]?\d)(?:[ ]?[-+])?")
_LOOKALIKE = re.compile(
    r"(?<![\w-])[\dOolISBZ|]{6}(?:[\dOolISBZ|]{2})?[ ]?[-+–]?[ ]?[\dOolISBZ|]{4}(?![\w-])"
)
_READ = str.maketrans("OolI|SBZ", "00111582")
_LAST_FOUR = re.compile(
    r"""(?ix) (?=[sf4p]) (?: sista[ ](?:fyra|4) | (?:fyra|4)[ ]sista
        | \b p(?:ers\w{0,12}n\w{0,8}|nr) [ ] slut(?:ar|ade)? [ ] (?:på|med) )
        (?:[ ]siffrorna)? (?:[ ](?:är|blir))? [\s:=]{0,3} \d{4} (?!\d)"""
)
_SPELLED_LENGTHS = frozenset({6, 8, 10, 12})
_RECENT = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class _Place:
    """The text searched, its labels, and the last day anyone in it can have been born."""

    text: str
    labels: Labels
    latest: date
    sent: date | None


def finder(words: NumberWords) -> Callable[[str], Iterator[Hit]]:
    """Return the recognizer that finds in a folded text what is, or looks like, an identity number."""
    compiled = LabelWords(words)

    def find(text: str) -> Iterator[Hit]:
        sent = sender_of(text).sent
        place = _Place(text, Labels(text, compiled), sent or date(words.latest_year, 12, 31), sent)
        yield from _numbers(place)
        yield from _written_otherwise(place)

    return find


def _numbers(place: _Place) -> Iterator[Hit]:
    taken = 0
    for candidate in candidates(place.text):
        if candidate.start < taken:
            continue
        sort = _sort_of(candidate, place)
        if sort:
            yield Hit(sort, candidate.start, candidate.end)
            taken = candidate.end if sort != "possible" else taken


def _sort_of(found: Candidate, place: _Place) -> str:
    """Return what the candidate is, or nothing where it plainly is something else."""
    if found.century and found.dated and (found.born is None or found.born > place.latest):
        return ""
    if place.labels.personal(found.start, found.end):
        return _named(found) if found.dated or not _is_phone(found, place) else ""
    if not found.dated:
        return ""
    if not found.well_grouped or _is_glued(found, place.text):
        return "possible" if found.well_grouped and found.checksum_holds else ""
    if not found.checksum_holds and not _looks_meant(found):
        return ""
    if place.labels.foreign(found.start):
        return _under_another_label(found, place)
    if _is_phone(found, place):
        return ""
    if _is_moment(found, place):
        # One clock time in ten has the right check digit, and so has a person of a hundred years.
        return "possible" if found.checksum_holds and found.shape[-1] == 4 else ""
    if found.checksum_holds:
        return _named(found)
    return "possible"


def _under_another_label(found: Candidate, place: _Place) -> str:
    """Return what a number called an order's is; but no order's number begins with a year of the 1900s.

    One that is called an order's and has no sign inside is no person of whom not even the month is known.
    """
    if not found.checksum_holds or _is_phone(found, place):
        return ""
    if found.century in ("18", "19"):
        return _named(found)
    if _is_written_as_one(found) and place.labels.loose(found.start) and not _is_near(found, place):
        return _named(found)
    return "" if found.shape == (10,) and found.digits[2:4] == "00" else "possible"


def _is_written_as_one(found: Candidate) -> bool:
    """Return whether the number is a date, a dash and the last four, as hardly anything else is."""
    return found.shape in ((6, 4), (8, 4)) and found.gaps[-1].strip() in ("-", "+")


def _named(found: Candidate) -> str:
    return "samordningsnummer" if found.coordination else "personnummer"


def _is_glued(found: Candidate, text: str) -> bool:
    """Return whether a capital sticks to the number, as in codes; "nr420312" only lacks its space."""
    return text[found.start - 1 : found.start].isupper() or text[found.end : found.end + 1].isupper()


def _is_phone(found: Candidate, place: _Place) -> bool:
    """Return whether the number is dialled: a leading 0, and phone words or a phone's grouping."""
    if found.century or not found.digits.startswith("0"):
        return False
    if place.labels.phone(found.start):
        return True
    if len(found.shape) == 1:
        # 070-, 072-, 073-, 076- and 079- are mobiles; such years have day + 60 only in a samordningsnummer.
        return found.coordination and found.digits[1] == "7"
    return found.shape[0] == 2 and len(found.shape) > 2 and "-" in found.gaps[0] and found.gaps[-1] == " "


def _is_moment(found: Candidate, place: _Place) -> bool:
    """Return whether the number is a day near the sending and an hour ("20260114 0932")."""
    hour, minute = int(found.digits[6:8]), int(found.digits[8:])
    if hour > 23 or minute > 59 or len(found.shape) in (1, len(found.digits)) or found.coordination:
        return False
    return _is_near(found, place) and "+" not in found.gaps


def _is_near(found: Candidate, place: _Place) -> bool:
    """Return whether the number begins with a day near that of the sending."""
    born = found.born or _of_this_century(found.digits)
    return place.sent is not None and born is not None and abs(place.sent - born) < _RECENT


def _of_this_century(digits: str) -> date | None:
    try:
        return date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return None


def _looks_meant(found: Candidate) -> bool:
    """Return whether a number with a wrong checksum is still written as only a personnummer is."""
    if len(found.shape) == 1:
        return not found.digits.startswith("0") or bool(found.century)
    gap = found.gaps[-1]
    if any("\n" in one or "\t" in one or "|" in one for one in found.gaps):
        return gap.strip(" >|\t\n") in ("-", "+") and len(found.shape) == 2
    if found.shape in ((6, 4), (8, 4)):
        return True
    return found.shape[-1] == 4 and gap.strip() in ("-", "+")


def _written_otherwise(place: _Place) -> Iterator[Hit]:
    starts = runs(place.text, 2)
    for match in matches_at(_MASKED, place.text, starts):
        if date_holds(_digits(match.group(1))[-6:]):
            yield Hit("masked", *match.span())
    for match in matches_at(_HALF, place.text, starts):
        if date_holds(_digits(match.group(1))[-6:]) and place.labels.personal(*match.span()):
            yield Hit("masked", *match.span())
    for match in _LAST_FOUR.finditer(place.text):
        yield Hit("masked", *match.span())
    yield from _misread(place)
    yield from _spelled(place)


def _misread(place: _Place) -> Iterator[Hit]:
    """Yield numbers in which a letter stands for a digit, as a scan or a finger has it."""
    for match in _LOOKALIKE.finditer(place.text):
        found = match.group()
        letters = sum(sign.isalpha() or sign == "|" for sign in found)
        if not letters or sum(sign.isdigit() for sign in found) < 7:
            continue
        digits = _digits(found.translate(_READ))[-10:]
        if date_holds(digits[:6]):
            certain = luhn_holds(digits) or place.labels.personal(*match.span())
            yield Hit("misread" if certain else "possible", *match.span())


def _spelled(place: _Place) -> Iterator[Hit]:
    """Yield numbers dictated in words: with a label also only the date of one."""
    for said in dictated(place.text, _SPELLED_LENGTHS):
        long = len(said.digits) >= 10
        ten = said.digits[-10:] if long else said.digits[-6:]
        if not date_holds(ten[:6]) or (len(said.digits) in (8, 12) and said.digits[:2] not in CENTURIES):
            continue
        sure = long and (said.whole or luhn_holds(ten))
        if sure or place.labels.personal(said.start, said.end):
            yield Hit("spelled", said.start, said.end)


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())
