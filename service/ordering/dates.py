"""The day an order is wanted: Swedish dates, read relative to the day the mail was sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

_S = r"[ \u00a0]"
_DAYS = ("mån", "tis", "ons", "tor", "fre", "lör", "sön")
_MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_DAY = r"(?P<weekday>mån|tis|ons|tors?|fre|lör|sön)(?:s|dag(?:en|ens)?|dags\w*)?\.?"
_ONES = ("första", "andra", "tredje", "fjärde", "femte", "sjätte", "sjunde", "åttonde", "nionde")
_TEENS = ("elfte", "tolfte", "trettonde", "fjortonde", "femtonde", "sextonde", "sjuttonde", "artonde")
_TWENTIES = tuple(f"tjugo{one}" for one in _ONES)
_ORDINALS = (*_ONES, "tionde", *_TEENS, "nittonde", "tjugonde", *_TWENTIES, "trettionde", "trettioförsta")
_MONTH = r"(?P<month>jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)[a-z]{0,6}\.?"
_SIX_DIGITS = re.compile(
    r"\b(?:lev(?:erans(?:datum|dag|en)?|ereras)?|senast|datum|framme|önskas|behövs|före|innan)\b[.:]*"
    rf"{_S}?(?:den{_S})?(?P<yy>2\d)(?P<mm>\d\d)(?P<dd>\d\d)(?![\d-])",
    re.IGNORECASE,
)
"""A day that only a word of delivery before it tells from an article number ("lev. 260312")."""
_PATTERNS = (
    re.compile(r"\b(?P<year>20\d\d)(?P<s>[-/.])(?P<mm>\d\d?)(?P=s)(?P<dd>\d\d?)\b"),
    re.compile(r"\b(?P<year>20\d\d)(?P<mm>\d\d)(?P<dd>\d\d)\b"),
    re.compile(r"\b(?P<dd>\d{1,2})(?P<s>[./])(?P<mm>\d{1,2})(?P=s)(?P<year>20\d\d)\b"),
    re.compile(r"(?<![\w-])(?P<yy>2\d)-(?P<mm>\d\d)-(?P<dd>\d\d)(?![\w-])"),
    _SIX_DIGITS,
    re.compile(
        rf"\b(?P<dd>\d{{1,2}})(?::?[ea])?\.?{_S}{_MONTH}(?:{_S}(?P<year>20\d\d))?(?![a-zåäö])", re.IGNORECASE
    ),
    re.compile(rf"\b(?P<ordinal>{'|'.join(_ORDINALS)}){_S}{_MONTH}(?![a-zåäö])", re.IGNORECASE),
    re.compile(r"(?<![\d/])(?P<dd>\d{1,2})/(?P<mm>\d{1,2})(?:[ -](?P<year>20\d\d))?(?![\d/])"),
    re.compile(r"\b(?P<dd>\d{1,2})\.(?P<mm>\d{1,2})(?![\d.])(?=\W|$)"),
    re.compile(rf"\b{_DAY}{_S}(?:i{_S})?(?P<week_after>nästa{_S}vecka)\b", re.IGNORECASE),
    re.compile(rf"\b(?P<week_after>nästa{_S}vecka)\b,?{_S}(?:på{_S})?{_DAY}(?![a-zåäö])", re.IGNORECASE),
    re.compile(rf"\b{_DAY}{_S}(?:i{_S})?v(?:ecka|\.)?{_S}?(?P<week>\d{{1,2}})\b", re.IGNORECASE),
    re.compile(
        rf"\bv(?:ecka|\.)?{_S}?(?P<week>\d{{1,2}})\b,?{_S}?(?:på{_S})?{_DAY}(?![a-zåäö])", re.IGNORECASE
    ),
    re.compile(r"\b(?:i[ \u00a0]?(?P<near>övermorgon|morgon|dag))\b(?! bitti\w*ing)", re.IGNORECASE),
    re.compile(r"\bom (?P<ahead>\d{1,2}) dag", re.IGNORECASE),
    re.compile(r"\bden (?P<dd>\d{1,2}):?[ea]\b", re.IGNORECASE),
    re.compile(rf"\b(?:(?P<next>nästa){_S})?{_DAY}(?![a-zåäö])", re.IGNORECASE),
)
_WANTED = re.compile(
    r"\b(?:senast|när(?=:)|lev|leverans\w*|leverera\w*|levereras?|önska[sdt]\w*|behöv\w*|gärna|helst|framme"
    r"|på plats|pass(?:ar|a)|klart?|före|innan|duger|tar det|kör|skicka\w*|tar emot|ta emot|klarar oss"
    r"|vill|ha (?:de[mt]|dom)|få|går det att|kom(?:ma)?|hämtas?|vara här|blir det|görs|sker"
    r"|hit|turen|bilen|imorgon|går bra|datum för leverans|dag|öppnar|tills?|till)\b",
    re.IGNORECASE,
)
_NOT_WANTED = re.compile(
    r"\b(?:inventera\w*|skickade\w*|skickat|skrev|mejlade|mailade|född|i går|igår|från -|tillverk\w*"
    r"|inflyttning|hemgång|flyttar in|började|besiktig\w*|ringde|sedan|slut i|tog slut|förra|beställde|öppet"
    r"|lade i|låg nere|stängda?|ledig\w*|i måndags|kom i|städad\w*|stängt)\b",
    re.IGNORECASE,
)
MAX_BESIDE = 2
"""Words beside a day in a sentence that says hardly more."""
_WRAP = re.compile(r"(?<=[^\n]{50}[^.:!?\n])\n(?=[a-zåäö0-9])")
_TODAY = re.compile(
    r"\b(?:senast|behövs?|behöver|leverans\w*|levereras|skickas?|redan|få(?: hit)?|akut"
    r"|görs|sker|gärna|helst)\b[^.,]{0,25}$",
    re.IGNORECASE,
)
_WEEK = re.compile(
    rf"\b(?:v\.|v|vecka|veckan)(?:{_S}|(?=\d))(\d{{1,2}})(?:{_S}?[-–]{_S}?(\d{{1,2}}))?\b", re.IGNORECASE
)
_PLAIN_DATE = re.compile(r"^\s*(?:beställnings|order|dagens |ut)?datum\s*[:.]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wish:
    """When the goods are wanted: in the sender's words, and from which day to which; None where untold.

    `sure` tells that words of delivery stand beside it.
    """

    text: str
    first: date | None
    last: date | None
    sure: bool

    @property
    def day(self) -> date | None:
        """The one day that is wished for, if it is one."""
        return self.first if self.first == self.last else None


def requested(text: str, sent: date | None) -> Wish | None:
    """Return when the sender wants the goods, a day before a week, or None where nothing is told.

    Where several days are named the one with the words of delivery nearest before it counts.
    """
    best: tuple[int, Wish] | None = None
    for line in _sentences(text):
        for order, (start, end, day) in enumerate(_dates(line, sent)):
            score = _score(line, start) + (0 if order == 0 else -1)
            if sent and day > sent and _stands_alone(line, start, end):
                score = max(score, 0)
            if score >= 0 and (best is None or score > best[0]):
                best = (score, Wish(line[start:end], day, day, sure=score > 2))
    return best[1] if best else _week(text, sent)


def _week(text: str, sent: date | None) -> Wish | None:
    """Return the week or weeks that a sentence names ("v. 12", "vecka 12-13"), Monday to Sunday."""
    for line in _sentences(text):
        named = _WEEK.search(line)
        if named and not _NOT_WANTED.search(line):
            days = _days_of(int(named[1]), int(named[2] or named[1]), sent)
            return Wish(named[0], *days, sure=_WANTED.search(line) is not None)
    return None


def _days_of(first: int, last: int, sent: date | None) -> tuple[date | None, date | None]:
    if sent is None:
        return None, None
    year = sent.isocalendar().year + (first < sent.isocalendar().week - 4)
    try:
        return date.fromisocalendar(year, first, 1), date.fromisocalendar(year, max(first, last), 7)
    except ValueError:
        return None, None


def _sentences(text: str) -> list[str]:
    text = _WRAP.sub(" ", text)
    return [
        part[:2_000]
        for part in re.split(r"\n|(?<=[a-zåäö)][.!?])\s+(?=[A-ZÅÄÖ])|(?<=\d\d[.!?])\s+(?=[A-ZÅÄÖ])", text)
    ]


def _stands_alone(line: str, start: int, end: int) -> bool:
    """Whether the sentence says a day and hardly more ("Båda onsdag 29 april.", "Datum: 20260528")."""
    return len(re.findall(r"[^\W\d]+", line[:start] + line[end:])) <= MAX_BESIDE


def _score(line: str, start: int) -> int:
    """How surely the day is a wish: words of delivery count for it, words of the past against it."""
    if _PLAIN_DATE.search(line):
        return -1
    before = line[max(0, start - 60) : start]
    score = 0
    if _WANTED.search(before):
        score += 3
    elif _WANTED.search(line):
        score += 2
    if re.search(r"\b(?:senast|önskat|leverans\w*)\b", before, re.IGNORECASE):
        score += 2
    if _NOT_WANTED.search(before[-35:]):
        score -= 4
    elif _NOT_WANTED.search(line):
        score -= 2
    if re.match(r"i ?dag\b", line[start:], re.IGNORECASE) and not _TODAY.search(before):
        return -1  # "webben ligger nere idag" tells when the mail was written
    return score if _WANTED.search(line) else min(score, -1)


def _dates(line: str, sent: date | None) -> list[tuple[int, int, date]]:
    """Return the days named in the line with their places; of overlapping readings the fullest counts."""
    found: list[tuple[int, int, date]] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(line):
            part = {name: text for name, text in match.groupdict().items() if text}
            begin, stop = match.start("yy" if "yy" in part else 0), match.end()
            if any(begin < end + 7 and start < stop + 7 for start, end, _ in found):
                continue
            day = _day(part, sent)
            if day is not None:
                found.append((begin, stop, day))
    return sorted(found)


def _day(part: Mapping[str, str], sent: date | None) -> date | None:
    try:
        if part.get("dd") or part.get("ordinal"):
            return _calendar_day(part, sent)
        if sent is None:
            return None
        return _relative_day(part, sent)
    except (ValueError, OverflowError):
        return None


def _calendar_day(part: Mapping[str, str], sent: date | None) -> date | None:
    word = part.get("ordinal", "").lower()
    day, month = _ORDINALS.index(word) + 1 if word else int(part["dd"]), _month(part)
    if part.get("year"):
        return date(int(part["year"]), month, day)
    if part.get("yy"):
        return date(2000 + int(part["yy"]), month, day)
    if sent is None:
        return None
    if not ("month" in part or "mm" in part):
        month = sent.month if day >= sent.day else sent.month % 12 + 1
        return date(sent.year + (month < sent.month), month, day)
    near = date(sent.year, month, day)
    # A day gone by more than a month is next year's; one just gone by is a slip that a person sees.
    return near if near >= sent - timedelta(31) else date(sent.year + 1, month, day)


def _month(part: Mapping[str, str]) -> int:
    """Return the month of the date, from 1, or 0 where only a day is named ("den 14:e")."""
    if part.get("month"):
        return _MONTHS.index(part["month"].lower()) + 1
    return int(part.get("mm", 0))


def _relative_day(part: Mapping[str, str], sent: date) -> date | None:
    if part.get("near"):
        return sent + timedelta({"dag": 0, "morgon": 1}.get(part["near"].lower(), 2))
    if part.get("ahead"):
        return sent + timedelta(int(part["ahead"]))
    weekday = _DAYS.index(part["weekday"].lower()[:3])
    if part.get("week"):
        week = int(part["week"])
        year = sent.isocalendar().year + (week < sent.isocalendar().week - 4)
        return date.fromisocalendar(year, week, weekday + 1)
    if part.get("week_after"):
        return sent + timedelta(7 - sent.weekday() + weekday)
    if part.get("next"):
        return None  # "nästa fredag" means two different days to two different people
    return sent + timedelta((weekday - sent.weekday() - 1) % 7 + 1)
