"""Order lines out of one statement: a list row, a sentence, or several items in one sentence.

tokens → phrases between separators → drafts, one an item → items → what the items lend each other
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from service.ordering.drafts import Draft, drafts
from service.ordering.items import Item
from service.ordering.lending import lend
from service.ordering.naming import joined, named_in_prose, named_in_row
from service.ordering.patterns import either
from service.ordering.phrases import BY_THE_WAY, JOINERS, MAX_LAST_NUMBER, Phrase, SmallWords, phrases
from service.ordering.tokens import Lexer, Role, Token
from service.rules.ordering import OrderingRules

Span = tuple[int, int]
_COUNTING = (Role.ARTICLE, Role.QUANTITY, Role.EACH, Role.SAME)
"""What tells an article or a count, and so is no part of a name."""


class LineReader:
    """Reads items out of statements by the rules' words."""

    def __init__(self, rules: OrderingRules) -> None:
        self.lexer, self._words = Lexer(rules), SmallWords(rules)
        self._orders = re.compile(rf"\b(?:{either(rules.words.orders)})", re.IGNORECASE)
        # "det räcker med 4" wants four.
        self._not_wanted = re.compile(
            rf"(?:{either(rules.words.not_wanted)})(?!(?: det)? med\b)", re.IGNORECASE
        )
        # "Rollator 40112, 3 räcker" may want three, or none.
        counts = either((*rules.units.numbers, *rules.units.spellings))
        self._counted_enough = re.compile(
            rf"(?:\d|\b(?:{counts}))\s+(?:{either(rules.words.enough)})(?!\w)", re.IGNORECASE
        )

    def items(self, text: str, in_list: bool, places: tuple[Span, ...] = ()) -> tuple[Item, ...]:
        """Return the items of the statement in order; an item without quantity has None there.

        `places` are the spans of place names, which are never part of a product's name.
        """
        tokens = tuple(_aside_in(token, places) for token in self.lexer.tokens(text))
        gathered = drafts(phrases(tokens, text, self._words), self._words, in_list)
        return lend((self._item(draft, text, in_list) for draft in gathered if draft.tokens), tokens)

    def asks(self, text: str) -> bool:
        """Whether the text has a word that orders something."""
        return self._orders.search(text) is not None

    def is_product(self, item: Item, among: int = 1) -> bool:
        """Whether one `among` the first words of the item's name is the word for a whole product."""
        named = (t for t in item.used if t.role is Role.MEASURE or self._words.names(t))
        return any(map(self._words.is_product, islice(named, among)))

    def _item(self, draft: Draft, text: str, in_list: bool) -> Item:
        tokens = draft.tokens
        article = next((t for t in tokens if t.role is Role.ARTICLE), None)
        count, steady = self._count(draft, in_list)
        same = None if count else next((t for t in tokens if t.role is Role.SAME), None)
        told = count or same
        rest = [t for t in _nameable(draft, self._words, count if in_list else None) if t is not count]
        counted = next((p for p in draft.phrases if told in p.tokens), None)
        named = (
            named_in_row(rest, self._words) if in_list else named_in_prose(rest, told, counted, self._words)
        )
        if not any(self._words.names(t) or t.role is Role.MEASURE for t in named):
            named = []
        used = [t for t in (article, count) if t is not None] + named
        whole = text[tokens[0].start : tokens[-1].end]
        enough = self._counted_enough.search(whole) is not None
        return Item(
            article=article.article if article else None,
            description=joined(named, text),
            quantity=count.value if count else None,
            unit=(count.unit if count else "") or "st",
            steady=steady,
            same=same is not None,
            wanted=(enough or self._not_wanted.search(whole) is None) and (count is None or count.value != 0),
            unsure=enough or any(t.role is Role.RANGE for t in tokens),
            leftover=tuple(t for t in tokens if t not in used),
            used=tuple(used),
            start=min((t.start for t in used), default=tokens[0].start),
            end=count.start if count else tokens[-1].end,
            listed=draft.phrases[0].before != "",
        )

    def _count(self, draft: Draft, in_list: bool) -> tuple[Token | None, bool]:
        """Pick the token that says how many, and whether it was said as a quantity."""
        if any(t.role is Role.RANGE for t in draft.tokens):
            return None, False
        counted = [t for t in draft.tokens if t.role is Role.QUANTITY]
        if counted:
            return counted[-1] if len({t.value for t in counted}) == 1 else counted[0], True
        bare = [(p, n) for p in draft.phrases if (n := self._words.counting_number(p, in_list)) is not None]
        if bare:
            alone = [number for phrase, number in bare if phrase.only(number)]
            first = alone[-1] if alone else bare[0][1]
            return first, bool(alone) or in_list or _begins(draft.tokens, first)
        return (_last_number(draft.tokens) if in_list else None), False


def _nameable(draft: Draft, words: SmallWords, count: Token | None) -> Iterator[Token]:
    """Yield what may be a part of a name; another number or count is left over, for a person to see.

    A number is a part of the name that it follows ("Gemino 20"), and of nothing else ("de 2 gamla"). A new
    sentence adds nothing to a name ("Brukarvikt upp till 200 kg").
    """
    named_already = False
    for phrase in draft.phrases:
        if named_already and phrase.before == "." and not _shortens(phrase, count):
            continue
        named_already = named_already or any(map(words.names, phrase.tokens))
        before: Token | None = None
        for token in phrase.tokens:
            named = before is not None and _may_be_named_before(before, words)
            digits = token.role is not Role.NUMBER or (named and token.text.isdigit())
            if token.role not in _COUNTING and digits:
                yield token
            before = before if token.role is Role.SIGN else token


def _shortens(phrase: Phrase, count: Token | None) -> bool:
    """Whether the stop before the phrase shortens a word ("Benstöd vinkl. hö - 5"): a `count` follows it."""
    first = next((t for t in phrase.tokens if t.role is not Role.SIGN), None)
    return first is not None and first.text[:1].islower() and count is not None and count.start > first.start


def _may_be_named_before(token: Token, words: SmallWords) -> bool:
    """Whether a number after the token may be a part of the same name ("Opus 5", "Netti 4U CE Plus 45")."""
    return words.names(token) or token.role in (Role.MEASURE, Role.NUMBER) or token.text[:1].isupper()


def _begins(tokens: tuple[Token, ...], number: Token) -> bool:
    """Whether the number is the first that they say, but for a place, a sign or a word that joins."""
    before = tokens[: tokens.index(number)]
    return all(t.role in BY_THE_WAY or t.text.lower() in JOINERS for t in before)


def _last_number(tokens: tuple[Token, ...]) -> Token | None:
    solid = [t for t in tokens if t.role not in BY_THE_WAY]
    if solid and solid[-1].role is Role.NUMBER and solid[-1].value <= MAX_LAST_NUMBER:
        return solid[-1]
    return None


def _aside_in(token: Token, places: tuple[Span, ...]) -> Token:
    """Make a word inside a place name an aside: it says where, not what."""
    inside = any(start <= token.start < end for start, end in places)
    if inside and token.role in (Role.WORD, Role.NUMBER, Role.MEASURE):
        return replace(token, role=Role.ASIDE)
    return token
