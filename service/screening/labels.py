"""What stands beside a number and tells what it is: a label in front, behind, or heading its column."""

import re

from service.rules.screening import NumberWords
from service.screening.columns import Columns, heads_pattern
from service.screening.document_text import BREAK
from service.screening.patterns import NO_LETTER, alternation

_REACH = 70
# What may stand between a label and its number: a few words of the same sentence, then blanks and cells.
_FILLER = r"[^\W\d_]{0,12}[^\d\n.!?]{0,24}[\s|>:;*.=#(\"'-]{0,24}$"
# A label's number does not follow these: "Ordern avser 420312-2389".
_TO = ("till", "åt", "för", "hos", "på", "avser", "gäller", "rör")
_NO_OTHER = "".join(rf"(?<!\b{word} )" for word in _TO)
_BEHIND = r"[\s,(|]{0,4}(?:är |= ?|\()?(?:[^\W\d_]{2,12} )?"


class LabelWords:
    """The label words of rules/personal_data.yaml, compiled."""

    def __init__(self, words: NumberWords) -> None:
        self.patterns = _compile(words)
        self.own_heads, self.foreign_heads = heads_pattern(words.labels), heads_pattern(words.foreign)


class Labels:
    """The labels of one text."""

    def __init__(self, text: str, words: LabelWords) -> None:
        self._text = text
        self._patterns = words.patterns
        self._own = Columns(text, words.own_heads)
        self._foreign = Columns(text, words.foreign_heads)

    def personal(self, start: int, end: int) -> bool:
        """Return whether a label such as "pnr" belongs to text[start:end]."""
        before = self._before(start)
        if self._patterns["own"].search(before):
            return True
        behind = self._text[end : end + 40].split("\n", 1)[0]
        if not (self._patterns["behind"].match(behind) or self._own.above(start)):
            return False
        return not (self._patterns["foreign"].search(before) or self._patterns["phone"].search(before))

    def foreign(self, start: int) -> bool:
        """Return whether a label such as "fakturanr" stands before the number."""
        return self._patterns["foreign"].search(self._before(start)) is not None or self._foreign.above(start)

    def loose(self, start: int) -> bool:
        """Return whether a label that anything can stand behind, such as "Ref", stands before it."""
        return self._patterns["loose"].search(self._before(start)) is not None

    def phone(self, start: int) -> bool:
        """Return whether the words before the number speak of a telephone."""
        return self._patterns["phone"].search(self._before(start)) is not None

    def _before(self, start: int) -> str:
        return self._text[max(0, start - _REACH) : start].rsplit(BREAK, 1)[-1]


def _compile(words: NumberWords) -> dict[str, re.Pattern[str]]:
    own, loose, phone = (
        alternation(listed, NO_LETTER) for listed in (words.labels, words.loose, words.phone)
    )
    foreign = alternation(words.foreign, r"(?<![^\W_])")
    near = rf"[^\W\d_]{{0,12}}(?:[^\d\n.!?]{{0,16}}|(?:(?! och )[^\d\n.!?,]){{0,60}}:\s{{0,4}}){_NO_OTHER}$"
    return {
        "own": re.compile(rf"(?i){own}{_FILLER}"),
        "foreign": re.compile(rf"(?i){foreign}[.]?{near}"),
        "loose": re.compile(rf"(?i){loose}[\s.:|]{{1,4}}$"),
        "phone": re.compile(rf"(?i){phone}[^\d\n!?]{{0,24}}$"),
        "behind": re.compile(rf"(?i){_BEHIND}{alternation(words.labels)}(?![^\W\d_]{{0,12}}\s*:)"),
    }
