"""Finds the stocks and facilities that a text names, and whether goods leave them or come to them."""

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from service.rules.ordering import OrderingRules

_WORD = re.compile(r"[^\W_][\w&'’-]*(?:\.(?=\w))?[\w'’-]*|->|→|=>|[^\w\s]")
SURE, MARGIN = 90, 10
"""A spelling is taken for a known place at 90 of 100 with 10 to the next; below that nothing is guessed."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place as written, from `start` to `end`; `role` is "from", "to", "label" (a form's field) or ""."""

    name: str
    start: int
    end: int
    stock: bool
    role: str
    heading: bool = False

    @property
    def words(self) -> frozenset[str]:
        """The words that tell the place from others, without a genitive s."""
        return frozenset(w.rstrip("s") for w in re.findall(r"\w+", self.name.lower()))

    def same_as(self, other: "Place") -> bool:
        """Whether one name only says more than the other."""
        small, large = sorted((self.words, other.words), key=len)
        return len(small & large) >= max(1, round(0.6 * len(small))) and not _other_number(small, large)


def _other_number(one: frozenset[str], two: frozenset[str]) -> bool:
    numbers = [frozenset(w for w in words if w.isdigit()) for words in (one, two)]
    return bool(numbers[0] and numbers[1] and numbers[0] != numbers[1])


class PlaceFinder:
    """Finds places by the endings and words of the rules."""

    def __init__(self, rules: OrderingRules) -> None:
        p = rules.places
        self._rules = p
        self._stock, self._facility = frozenset(p.stock_endings), frozenset(p.facility_words)
        self._towns = frozenset(p.municipalities)
        self._from, self._to = frozenset(p.from_words), frozenset(p.to_words)
        self._no = frozenset(p.not_places)
        order = (
            set(rules.words.ask) | set(rules.words.filler) | set(rules.words.stop) | set(rules.units.numbers)
        )
        self._small = frozenset(order) | {
            "mot",
            "behov",
            "buffert-",
            "kommun",
            "kommuns",
            "hej",
            "nu",
            "sin",
            "sina",
            "hennes",
            "deras",
            "hans",
            "allas",
            "boendets",
            "vars",
            "avdelningens",
        }
        self._kinds = tuple(x.regex for x in rules.kinds.phrases if x.kind.allowed_by_mail)

    def places(self, text: str) -> tuple[Place, ...]:
        """Return the places of the text in order, without overlap."""
        found: list[Place] = []
        at = 0
        for line in text.split("\n"):
            found.extend(self._line(line[:2_000], at))
            at += len(line) + 1
        return tuple(found)

    def known(self, name: str) -> str:
        """Return the known place's name where the spelling is sure, otherwise the name as written."""
        bare = _bare(name, self._rules.generic)
        scores = sorted(
            ((fuzz.ratio(bare, _bare(k, self._rules.generic)), k) for k in self._rules.known), reverse=True
        )
        if not scores or scores[0][0] < SURE or (len(scores) > 1 and scores[0][0] - scores[1][0] < MARGIN):
            return name
        return scores[0][1]

    def _line(self, line: str, offset: int) -> list[Place]:
        label = self._label(line)
        if label is not None:
            start, role = label
            value = self._value(line, start, role, offset)
            if value is not None:
                return [value]
        words = [(m[0], m.start(), m.end()) for m in _WORD.finditer(line)]
        spans: list[tuple[int, int, bool]] = []
        for i, (word, _, _) in enumerate(words):
            if spans and i <= spans[-1][1]:
                continue
            head = self._head(word)
            if head is None:
                continue
            first, last = self._left(words, i, line), self._right(words, i, line)
            if first == last and word.lower() in self._no:
                continue
            if spans:
                first = max(first, spans[-1][1] + 1)
            spans.append((first, last, head or any(self._head(w[0]) for w in words[first : last + 1])))
        merged = self._merged(spans, words)
        return [self._place(span, words, line, offset) for span in merged]

    def _head(self, word: str) -> bool | None:
        """True for a stock's word, False for a facility's, None for neither."""
        low = word.lower()
        if len(low) < 2 or low.startswith(("hjälpmedelsservice", "godsmottag")):
            return None
        if low in self._facility or low in self._rules.facility_names:
            return False
        plain = low.removesuffix("s")
        if any(low.endswith(e) or plain.endswith(e) for e in self._rules.stock_endings) or _misspelt(
            low, self._rules.stock_endings
        ):
            return None if low.endswith(("ansvarig", "ansvarige")) else True
        if any(
            low.endswith(e) and len(low) > len(e) + 1 for e in self._rules.facility_endings
        ) and not low.startswith("hjälpmedel"):
            return False
        if plain != low and any(
            plain.endswith(e) and len(plain) > len(e) + 1 for e in self._rules.facility_endings
        ):
            return False
        return None

    def _joins(self, word: str, lone: bool) -> bool:
        """Whether a neighbouring word belongs to the name: a proper name, a town, a genitive or a number."""
        low = word.lower()
        if (
            low in self._small
            or low in self._from
            or low in self._to
            or any(k.match(low) for k in self._kinds)
        ):
            return False
        if low.rstrip("s") in self._towns or low in self._towns or low == "kommuns":
            return True
        if word.isdigit():
            return len(word) < 5
        if word[:1].isupper():
            return True
        return lone and low.endswith("s") and len(low) > 4 and low.isalpha()

    def _left(self, words: list[tuple[str, int, int]], i: int, line: str) -> int:
        first = i
        while first and i - first < 4:
            word, _, end = words[first - 1]
            if line[end : words[first][1]].strip(" \u00a0") or words[first][1] - end > 2:
                break
            if not word[0].isalnum() or not (self._joins(word, True) or (word.lower() == "kommuns")):
                break
            if word.isdigit() and (
                first < 2 or words[first - 2][0].lower() not in ("förråd", "lager") | self._to | self._from
            ):
                break
            first -= 1
        return first

    def _right(self, words: list[tuple[str, int, int]], i: int, line: str) -> int:
        last = i
        lower_name = words[i][0].lower() in self._facility
        while last + 1 < len(words) and last - i < 5:
            word, start, _ = words[last + 1]
            if start - words[last][2] > 2 or not word[0].isalnum():
                break
            after = words[last + 2][0] if last + 2 < len(words) else ""
            if word.lower() in ("i", "på", "vid") and (
                after[:1].isupper() or after.lower() in self._towns or self._head(after) is not None
            ):
                last += 2
                continue
            if word[:1].isupper() and not line.isupper() and word.lower() in self._small:
                break
            named = lower_name and last == i and word.isalpha() and len(word) > 3 and self._plain(word)
            if not (self._joins(word, False) or named or self._head(word) is not None):
                break
            last += 1
        return min(last, len(words) - 1)

    def _plain(self, word: str) -> bool:
        low = word.lower()
        return (
            low not in self._small
            and low not in self._from
            and low not in self._to
            and not low.endswith(("ar", "er"))
        )

    def _merged(
        self, spans: list[tuple[int, int, bool]], words: list[tuple[str, int, int]]
    ) -> list[tuple[int, int, bool]]:
        merged: list[tuple[int, int, bool]] = []
        for span in spans:
            if merged:
                between = [w[0].lower() for w in words[merged[-1][1] + 1 : span[0]]]
                if between in ([","], ["på"], ["i"], ["vid"], []) and not (span[2] and merged[-1][2]):
                    merged[-1] = (merged[-1][0], span[1], merged[-1][2] or span[2])
                    continue
            merged.append(span)
        return merged

    def _place(
        self, span: tuple[int, int, bool], words: list[tuple[str, int, int]], line: str, offset: int
    ) -> Place:
        first, last, stock = span
        start, end = words[first][1], words[last][2]
        before = [w[0].lower() for w in words[max(0, first - 4) : first]]
        while before and before[-1] in (
            "vårt",
            "vår",
            "våra",
            "det",
            "den",
            "sitt",
            "kommunens",
            ":",
            "ert",
            "er",
            "lager",
            "förråd",
            "rehab",
        ):
            before.pop()
        role = (
            "from"
            if before and before[-1] in self._from
            else "to"
            if before and before[-1] in self._to
            else ""
        )
        if not role and before and before[-1] in ("i", "på", "vid", "hos") and stock:
            role = "at"
        if not role and re.match(r"\s*(?:->|→|=>|>)", line[end:]):
            role = "from"
        heading = not line[:start].strip(" \t*-•–·()0123456789.:") or (
            role == "to"
            and not line[: max(0, start)].lower().replace("till", "").strip(" \t*-•–·()0123456789.:")
        )
        return Place(
            self.known(" ".join(line[start:end].split())), offset + start, offset + end, stock, role, heading
        )

    def _label(self, line: str) -> tuple[int, str] | None:
        match = re.match(
            r"\s*[*_]?([^\W\d][^:.\t\n]{1,30}?)\s*[*_]?\s?(?::|\t|\.{3,}|\s{3,})\s*[*_]?", line[:120]
        )
        if not match:
            return None
        label = " ".join(match[1].lower().split())
        if label in self._rules.from_labels:
            return match.end(), "from"
        return (match.end(), "label") if label in self._rules.to_labels else None

    def _value(self, line: str, start: int, role: str, offset: int) -> Place | None:
        """Read the value of a form's field; an address or a person's name is not a place."""
        label = line[:start].lower()
        rest = line[start:]
        if not rest.strip() or re.search(r"\d{5}|@", rest):
            return None
        inner = self._line(rest, offset + start) if self._label(rest) is None else []
        if inner:
            one = inner[0]
            stretch = rest[: one.end - offset - start].strip(" .:*_")
            stock = one.stock or "lager" in label or "förråd" in label
            name = stretch if len(stretch) < 60 else one.name
            return Place(self.known(name), one.start, one.end, stock, role, True)
        if "gäller" in label or label.strip(" :") in ("kund", "var", "plats", "mottagare"):
            return None
        name = re.split(r"[,(;]|\s{2,}|\t|[.!?](?:\s|$)", rest.strip(" *_"))[0].strip()
        words = name.split()
        if not words or len(words) > 6 or not any(c.isalpha() for c in name) or words[0].lower() in self._no:
            return None
        return Place(
            self.known(name),
            offset + start,
            offset + start + len(rest),
            "lager" in label or "förråd" in label or role == "from",
            role,
            True,
        )


@lru_cache(maxsize=10_000)
def _misspelt(word: str, endings: tuple[str, ...]) -> bool:
    """Whether the end of a long word is a stock's word but for one slip ("buffertföråd")."""
    if not 9 <= len(word) <= 30:
        return False
    return any(len(e) > 5 and fuzz.ratio(word[-len(e) + 1 :], e) >= SURE for e in endings)


def _bare(name: str, generic: tuple[str, ...]) -> str:
    return " ".join(w for w in re.findall(r"\w+", name.lower()) if w not in generic)
