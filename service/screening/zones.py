"""The parts of a mail where names are those of the people who write it: signatures and quoted headers."""

import re
from bisect import bisect_right
from collections.abc import Iterable

from service.rules.screening import Roles
from service.screening.document_text import BREAK
from service.screening.patterns import alternation

_SIGNATURE_LINES = 8
_LINE_WORDS = 9
# In characters: how much of a letter is read for whose relative wrote it.
_LETTER = 700
# In characters, far more than nine words have: a text without line breaks is not read anew at each sign-off.
_LONGEST_LINE = 1_000
_SLASH = re.compile(r"(?m)(?:^[ \t>]*|(?<=[.!?\s]))/{1,2}[ ]?(?=[^\W\d_])[^\n]{1,80}")
_POSTSCRIPT = re.compile(r"(?i)[ >]*(?:ps\b|p\.s\.|obs\b|\w+[ ]*:$|[-*•]|\d)")
_HEADER = re.compile(
    r"""(?imx) ^[ \t>*]{0,12} (?: från | from | fra | till | to | til | kopia | cc | skickat[ ]av | avsändare
        | svar[ ]till ) [ ]?\*?: [^\n]{0,300}"""
)
_WRITER = re.compile(r"(?i)[ \t>*]{0,12}(?:från|from|fra|skickat[ ]av|avsändare)[ ]?\*?:")
_ADDRESSEE = re.compile(r"(?i)[ \t>*]{0,12}(?:till|to|til|kopia|cc)[ ]?\*?:")
_HEADER_PEER = re.compile(
    r"(?im)^[ \t>*]{0,12}(?:skickat|sent|sendt|datum|date|dato|ämne|subject|emne)[ ]?\*?:"
)
_WROTE = re.compile(r"(?im)^[^\n]{0,160}\b(?:skrev|wrote|skrev följande)\b[^\n]{0,160}")
_WORD_FOR_IT = re.compile("skrev|wrote")
_ADDRESS = re.compile(r"[\w.+-]@[\w-]|\d{1,2}[:.]\d\d")
# An article number or a quantity, which no signature has; a phone number is longer or has a sign inside.
_ORDERED = re.compile(
    r"(?i)(?<![\d+-])(?<!\d[ ])\b\d{5}\b(?![ -]?\d)|\b\d{1,3}[ ]?(?:st|stycken|styck|par|förp)\b"
)
_PEER_REACH = 400
_QUOTE_START = re.compile(
    r"""(?imx) ^[ >]* (?:-{3,}|_{5,}) [ ]? (?:ursprungligt|original|vidarebefordrat|forwarded|opprinnelig)
        | \ue000
        | ^[ >]* (?:från|from) [ ]?: [^\n]* \n[ >]* (?:skickat|sent|datum|date|till|to) [ ]?:"""
)
_QUOTED = re.compile(r"(?im)^[^\n]{0,160}\bskrev\b[^\n]{0,120}:[ ]*$")


class Zones:
    """The signatures and headers of one text."""

    def __init__(self, text: str, sign_off: re.Pattern[str]) -> None:
        self._text = text
        self._is_told = _WORD_FOR_IT.search(text.lower()) is not None
        ranges = [self._signature(match) for match in sign_off.finditer(text)]
        ranges += [match.span() for match in _SLASH.finditer(text)]
        ranges += self._headers()
        ranges.sort()
        self._starts = [start for start, _ in ranges]
        self._ends = _running_maximum([end for _, end in ranges])
        starts = {match.start() for match in _QUOTE_START.finditer(text)}
        self._quotes = sorted(starts.union(match.start() for match in self._told(_QUOTED)))

    def holds(self, start: int) -> bool:
        """Return whether the offset lies in a signature or a quoted header."""
        index = bisect_right(self._starts, start) - 1
        return index >= 0 and start < self._ends[index]

    def heads_quote(self, start: int) -> bool:
        """Return whether the offset lies in the "Från:" of a quoted mail."""
        return self._part(start) > 0 and self._is_labelled(_WRITER, start)

    def is_addressee(self, start: int) -> bool:
        """Return whether the offset lies in the "Till:" of a quoted mail."""
        return self._is_labelled(_ADDRESSEE, start)

    def letter(self, start: int, end: int) -> str:
        """Return what whom text[start:end] names wrote: below the "Från:" of a quote, else above the name."""
        part = self._part(start)
        if self.heads_quote(start):
            stop = self._quotes[part] if part < len(self._quotes) else len(self._text)
            return self._text[end : min(stop, end + _LETTER)]
        begin = self._quotes[part - 1] if part else 0
        return self._text[max(begin, start - _LETTER) : start]

    def _is_labelled(self, label: re.Pattern[str], start: int) -> bool:
        """Return whether the line that holds the offset begins with the label."""
        line = self._text.rfind("\n", max(0, start - _LONGEST_LINE), start) + 1
        return label.match(self._text, line, start) is not None

    def _part(self, start: int) -> int:
        """Return how many quotes begin before the offset; 0 is the mail itself."""
        return bisect_right(self._quotes, start)

    def ends_a_part(self, end: int) -> bool:
        """Return whether only a few short lines follow before the mail or the quoted mail ends."""
        index = bisect_right(self._quotes, end)
        stop = self._quotes[index] if index < len(self._quotes) else len(self._text)
        if stop - end > 800:
            return False
        lines = [line for line in self._text[end:stop].split("\n")[1:] if line.strip(" >\t-_=*")]
        if len(lines) > _SIGNATURE_LINES or any(map(_ORDERED.search, lines)):
            return False
        return all(len(line.split()) <= _LINE_WORDS for line in lines)

    def _signature(self, match: re.Match[str]) -> tuple[int, int]:
        """Return the range from the sign-off on, as long as the lines are short."""
        text, end, lines = self._text, match.end(), 0
        while lines <= _SIGNATURE_LINES:
            stop = text.find("\n", end)
            stop = len(text) if stop < 0 else stop
            line = text[end : min(stop, end + _LONGEST_LINE)]
            if len(line.split()) > _LINE_WORDS or (end > match.end() and _POSTSCRIPT.match(line)):
                break
            lines += bool(line.strip(" >\t"))
            end = stop + 1
            if stop == len(text) or text.startswith(BREAK[1:], end):
                break
        return match.end(), max(match.end(), min(end, len(text)))

    def _told(self, pattern: re.Pattern[str]) -> Iterable[re.Match[str]]:
        """Return where a line tells who wrote what stands below; few texts have a word for it at all."""
        return pattern.finditer(self._text) if self._is_told else ()

    def _headers(self) -> list[tuple[int, int]]:
        text, found = self._text, []
        for match in _HEADER.finditer(text):
            near = text[max(0, match.start() - _PEER_REACH) : match.end() + _PEER_REACH]
            if _HEADER_PEER.search(near):
                found.append(match.span())
        found += [match.span() for match in self._told(_WROTE) if _ADDRESS.search(match.group())]
        return found


def sign_off_pattern(roles: Roles) -> re.Pattern[str]:
    """Return what a signature begins with, at the start of a line or of a sentence."""
    words = alternation(roles.sign_offs)
    return re.compile(rf"(?im)(?:^[ \t>]*|(?<=[.!?] ))(?:{words}[ \t]*[,.!:]*(?=[ \t\n]|$)|--[ ]*$)")


def _running_maximum(ends: list[int]) -> list[int]:
    highest, out = 0, []
    for end in ends:
        highest = max(highest, end)
        out.append(highest)
    return out
