"""Cuts the tokens of a statement into phrases, and tells whether one holds a count or a product."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from service.ordering.tokens import Role, Token
from service.rules.ordering import OrderingRules

SEPARATORS = frozenset(",;:|+&–—-=.()/→")
JOINERS = frozenset(("och", "og", "samt", "o", "å", "plus", "dessutom", "&", "+", ";", "men", "."))
RELATIVES = ("som", "vilka", "vilken", "vilket", "vars")
INDEFINITE = ("en", "ett")
"""Number words that may be no more than the article of a noun."""
_WIDE_GAP = re.compile(r"\t|[ \u00a0]{3}")
BY_THE_WAY = (Role.SIGN, Role.ASIDE, Role.CLASS)
_PLURALS = ("ar", "er", "or")
MAX_LAST_NUMBER = 99
"""The largest bare number that counts at the end of a row; a larger one is more likely part of a name."""
MAX_COUNT = 9_999
"""The largest bare number that counts things."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens between two separators; `before` is the separator that stands before them."""

    before: str
    tokens: tuple[Token, ...]

    def has(self, *roles: Role) -> bool:
        """Whether any of the tokens plays one of these parts."""
        return any(token.role in roles for token in self.tokens)

    def only(self, number: Token) -> bool:
        """Whether the number stands alone in the phrase."""
        return all(t is number or t.role is Role.SIGN for t in self.tokens)


def phrases(tokens: tuple[Token, ...], text: str, words: "SmallWords") -> tuple[Phrase, ...]:
    """Return the phrases of the statement `text`; every token lies in exactly one."""
    said = map(_without_clause, _between_signs(tokens, text))
    return tuple(part for phrase in said for part in parted(phrase, words))


def _without_clause(phrase: Phrase) -> Phrase:
    """Make the words of a relative clause asides: it says which, not what (", vilka ska stå i hallen")."""
    solid = (t.text.lower() for t in phrase.tokens if t.role is not Role.SIGN)
    if phrase.before != "," or next(solid, "") not in RELATIVES:
        return phrase
    aside = (replace(t, role=Role.ASIDE) if t.role is Role.WORD else t for t in phrase.tokens)
    return Phrase(phrase.before, tuple(aside))


def _between_signs(tokens: tuple[Token, ...], text: str) -> Iterator[Phrase]:
    """Yield the tokens that stand between signs and words that part or join."""
    found: list[tuple[str, list[Token]]] = [("", [])]
    for token, following in zip(tokens, [*tokens[1:], None], strict=False):
        word = token.text.lower()
        if word in ("(", ")") and not _told(found[-1][1]):
            # "Rollator (art. 61234)": the bracket holds what the phrase before it still lacks.
            found[-1][1].append(token)
            found.extend([("(", [])] if word == "(" else [])
        elif _divides(token) or _joins_slackly(token, following):
            found.append((word, [token]))
        elif token.text.split(" ")[0].istitle() and found[-1][1] and _ends_sentence(found[-1][1][-1]):
            found.append((".", [token]))
        elif _WIDE_GAP.search(text[max(0, token.start - 3) : token.start]):
            found.append(("\t", [token]))
        else:
            found[-1][1].append(token)
    yield from (Phrase(before, tuple(members)) for before, members in found)


def parted(phrase: Phrase, words: "SmallWords") -> tuple[Phrase, ...]:
    """Part a phrase that says several items without a sign between them, by what the first one begins with.

    It stays whole unless each part gets one article number and one count.
    """
    tokens = phrase.tokens
    articles = [at for at, t in enumerate(tokens) if t.role is Role.ARTICLE]
    counts = [at for at, t in enumerate(tokens) if t.role is Role.QUANTITY] or [
        at for at, t in enumerate(tokens) if t.role is Role.NUMBER and 0 < t.value <= MAX_LAST_NUMBER
    ]
    if len(articles) < 2 or len(articles) != len(counts):
        return (phrase,)
    first = next(at for at, t in enumerate(tokens) if t.role not in BY_THE_WAY and not words.small(t))
    pairs = list(zip(articles, counts, strict=True))
    behind = [max(pair) + 1 for pair in pairs[:-1]]
    by_first = {articles[0]: articles[1:], counts[0]: counts[1:]}.get(first, behind)
    for cuts in (by_first, behind):
        bounds = tuple(pairwise([0, *cuts, len(tokens)]))
        if all(a <= at < b for (a, b), pair in zip(bounds, pairs, strict=True) for at in pair):
            return tuple(Phrase(phrase.before if a == 0 else ",", tokens[a:b]) for a, b in bounds)
    return (phrase,)


def _joins_slackly(token: Token, following: Token | None) -> bool:
    """Whether the token is "å" for "och", with the next count after it."""
    counts = following is not None and following.role in (Role.NUMBER, Role.QUANTITY)
    return counts and token.text == "å"


def _ends_sentence(token: Token) -> bool:
    """Whether the stop after a measure ("2 st. Brukarvikt ...") ends what is said of the item."""
    return token.role is Role.QUANTITY and token.text.endswith(".")


def _told(tokens: list[Token]) -> bool:
    return any(t.role in (Role.ARTICLE, Role.QUANTITY) for t in tokens)


def _divides(token: Token) -> bool:
    word = token.text.lower()
    signs = token.role is Role.SIGN and (word in SEPARATORS or len(word) > 1)
    # "Netti 4U CE Plus" is a name: only a word in small letters, or in a text all of capitals, joins.
    return signs or (token.role is Role.WORD and word in JOINERS - {"å"} and not token.text.istitle())


class SmallWords:
    """Tells the words that name a product from the small words around them, by the rules."""

    def __init__(self, rules: OrderingRules) -> None:
        words = rules.words
        self.ask, self.stop = frozenset(words.ask), frozenset((*words.stop, *words.urgent))
        self._filler, self._not_products = frozenset(words.filler), frozenset(words.not_products)
        self._small = self.ask | self.stop | self._filler
        self._asks = tuple(stem for stem in words.orders if " " not in stem and len(stem) > 3)
        self._products = words.products

    def small(self, token: Token) -> bool:
        """Whether the token says nothing about a product."""
        return token.text.lower() in self._small or self.asks(token)

    def asks(self, token: Token) -> bool:
        """Whether the token is a word that asks for something, however it ends ("behövver")."""
        return token.text.lower() in self.ask or token.text.lower().startswith(self._asks)

    def is_product(self, token: Token) -> bool:
        """Whether the token is a word for a whole product ("duschpallar"), not for a part of one."""
        return self.names(token) and token.text.lower().endswith(self._products)

    def names(self, token: Token) -> bool:
        """Whether the token is a word that may name a product."""
        return (
            token.role is Role.WORD and not self.small(token) and token.text.lower() not in self._not_products
        )

    def counts(self, phrase: Phrase, in_list: bool) -> bool:
        """Whether the phrase says how many: a quantity, or a number first or alone in it."""
        if phrase.has(Role.QUANTITY, Role.EACH, Role.SAME, Role.RANGE):
            return True
        return self.counting_number(phrase, in_list) is not None

    def counting_number(self, phrase: Phrase, in_list: bool) -> Token | None:
        """Return the bare number that counts a product: before its name, or in a row after its plural."""
        leading = self._leading_number(phrase, in_list)
        return self._after_plural(phrase) if leading is None and in_list else leading

    def _after_plural(self, phrase: Phrase) -> Token | None:
        """Return the last number of "Rollatorer 4"; that of "Gemino 20" belongs to the name."""
        solid = [t for t in phrase.tokens if t.role is not Role.SIGN][-2:]
        if len(solid) < 2 or solid[1].role is not Role.NUMBER or not 0 < solid[1].value <= MAX_LAST_NUMBER:
            return None
        plural = self.names(solid[0]) and solid[0].text.lower().endswith(_PLURALS)
        return solid[1] if plural else None

    def _leading_number(self, phrase: Phrase, in_list: bool) -> Token | None:
        """Return the number that counts what follows: first in the phrase, or after small words in prose."""
        solid = [t for t in phrase.tokens if t.role is not Role.SIGN]
        for at, token in enumerate(solid):
            if token.role is Role.NUMBER and 0 < token.value <= MAX_COUNT:
                if self._counts_things(solid[at + 1 :]):
                    return token
            elif not self._passes_over(token, solid[at + 1 :], in_list):
                return None
        return None

    def _counts_things(self, following: list[Token]) -> bool:
        """Whether what follows a number is a thing that can be sent, and not a week or a person."""
        words = [t.text.lower() for t in following if t.role is Role.WORD]
        return next((w for w in words if w not in self._filler), "") not in self._not_products

    def _passes_over(self, token: Token, following: list[Token], in_list: bool) -> bool:
        """Whether a number may still count after this token."""
        small = token.role is Role.WORD and self.small(token)
        if small or token.role in (Role.ARTICLE, Role.ASIDE, Role.CLASS):
            return True
        prose = token.role is Role.WORD and not in_list
        return prose and _counted_word_follows(following)


def _counted_word_follows(tokens: list[Token]) -> bool:
    """Whether a later number stands straight before a common noun ("härmed 4 madrasser")."""
    return any(
        a.role is Role.NUMBER and (not a.text.isdigit() or (b.role is Role.WORD and b.text[:1].islower()))
        for a, b in pairwise(tokens)
    ) or bool(tokens and tokens[-1].role is Role.NUMBER and not tokens[-1].text.isdigit())
