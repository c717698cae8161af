"""Finds what rules/ writes as phrases: birth dates, addresses, phones, rooms, ages, measures, illness."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from service.errors import RulesError
from service.rules.screening import Rule
from service.screening.hit import Hit
from service.screening.normalise import Folded, rewritten
from service.screening.openings import Family, Prefilter
from service.screening.patterns import fill, is_choice

UNREAD = "individual-need"
"""The rule that holds a mail which speaks of somebody far too often to be looked through to its end."""

# What many patterns begin with: the words of a list.
_HEAD = re.compile(r"(?:\\b)?\{[a-z_]+\}(?![?*+{])")
# How far around a hit its sentence is looked for.
_REACH = 160
_SENTENCE_END = re.compile(r"[.!?](?=\s)(?<!\bst\.)(?<!\bnr\.)(?<!\btel\.)|\n[ \t>]*\n|\ue000")


# A line break that a mail program or a hurried hand made within a sentence: a small letter follows, or a word
# or half a number stands before that cannot end a line.
_LITTLE_WORDS = (
    r"\bpå",
    r"\btill",
    r"\bhos",
    r"\båt",
    r"\bär",
    r"\bden",
    r"\bfödd",
    r"\bf\.",
    r"\btel",
    r"\bnr",
)
_STREETS = (r"\brum", r"\blgh", r"\bväger", r"\bhar", r"\bi", "gatan", "vägen", "väg", "gata")
_HALF_NUMBERS = (r"\d-", r"[ ]0\d\d", r"-\d\d\d", r"-\d\d", r"\d[ ]\d\d")
_NO_END = "|".join(f"(?<={before})" for before in (*_LITTLE_WORDS, *_STREETS, *_HALF_NUMBERS))
_SOFT_BREAK = re.compile(
    rf"(?:(?<=[^\n.:;!?|\t])[ ]?\n[ >]{{0,8}}(?=[a-zåäöé])|(?:{_NO_END})[ ]?\n[ >]{{0,8}}(?=[\dA-ZÅÄÖ]))"
)


@dataclass(frozen=True, slots=True)
class _Phrase:
    sort: str
    unless: tuple[re.Pattern[str], ...]


def finder(rules: tuple[Rule, ...], words: Mapping[str, tuple[str, ...]]) -> Callable[[str], Iterator[Hit]]:
    """Return the recognizer for the rules' patterns; RulesError names the pattern that cannot be used."""
    prefilter = Prefilter(families(rules, words))

    def find(text: str) -> Iterator[Hit]:
        joined = unwrapped(text)
        stop = prefilter.reach(joined.text)
        if stop < len(joined.text):
            yield Hit(UNREAD, joined.original(stop), len(text))
        for phrase, match in prefilter.matches(joined.text, stop):
            if match.end() > match.start() and not _vetoed(joined.text, match, phrase.unless):
                yield Hit(phrase.sort, joined.original(match.start()), joined.original(match.end()))

    return find


def families(rules: Iterable[Rule], words: Mapping[str, tuple[str, ...]]) -> Iterator[Family[_Phrase]]:
    """Yield the rules' patterns, those with the same list at their head together.

    A pattern that counts its own groups, or is several patterns, stands by itself.
    """
    begun: dict[str, list[tuple[str, tuple[_Phrase, re.Pattern[str]]]]] = {}
    for rule in rules:
        phrase = _Phrase(rule.finds, tuple(_compile(rule, pattern, words) for pattern in rule.unless))
        for pattern in rule.patterns:
            compiled = _compile(rule, pattern, words)
            head = _HEAD.match(pattern) if not compiled.groups and not is_choice(pattern) else None
            begin = head.group() if head else pattern
            begun.setdefault(begin, []).append((pattern.removeprefix(begin), (phrase, compiled)))
    for begin, members in begun.items():
        rests = "|".join(rest for rest, _ in members)
        test = re.compile("(?i)" + fill(f"{begin}(?:{rests})", words))
        yield Family(test, tuple(member for _, member in members))


def unwrapped(text: str) -> Folded:
    """Return the text with one blank for each line break within a sentence."""
    return rewritten(text, _soft_breaks(text), lambda _: " ")


def _soft_breaks(text: str) -> Iterator[re.Match[str]]:
    """Yield the line breaks within sentences, each with the blank before it."""
    end = text.find("\n")
    while end >= 0:
        found = _SOFT_BREAK.match(text, max(0, end - 1)) or _SOFT_BREAK.match(text, end)
        if found:
            yield found
        end = text.find("\n", end + 1)


def _vetoed(text: str, match: re.Match[str], unless: tuple[re.Pattern[str], ...]) -> bool:
    """Return whether what one of the patterns matches in the sentence shares a letter with the match.

    What stands elsewhere in the sentence tells nothing: "Hon väger 132 kg, pallen väger 4 kg".
    """
    if not unless:
        return False
    begin, stop = sentence_around(text, *match.span())
    start, end = match.start() - begin, match.end() - begin
    said = (found for pattern in unless for found in pattern.finditer(text[begin:stop]))
    return any(found.start() < end and start < found.end() for found in said)


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the range of the sentence around text[start:end], at most 160 characters to each side."""
    begin, stop = max(0, start - _REACH), min(len(text), end + _REACH)
    for found in _SENTENCE_END.finditer(text, begin, start):
        begin = found.end()
    behind = _SENTENCE_END.search(text, end, stop)
    return begin, behind.start() if behind else stop


def _compile(rule: Rule, pattern: str, words: Mapping[str, tuple[str, ...]]) -> re.Pattern[str]:
    try:
        return re.compile("(?i)" + fill(pattern, words))
    except KeyError as error:
        said = f"regel {rule.id}: ordlistan {error.args[0]} finns inte; rätta mönstret"
        raise RulesError(said) from error
    except re.error as error:
        raise RulesError(f"regel {rule.id}: mönstret går inte att använda ({error}); rätta det") from error
