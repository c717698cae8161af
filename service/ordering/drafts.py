"""Gathers the phrases of a statement into drafts, one for each item that it asks for."""

from dataclasses import dataclass

from service.ordering.phrases import INDEFINITE, JOINERS, Phrase, SmallWords
from service.ordering.tokens import Role, Token


@dataclass(frozen=True, slots=True)
class Draft:
    """The phrases of one item."""

    phrases: tuple[Phrase, ...]

    @property
    def tokens(self) -> tuple[Token, ...]:
        """Every token of the item, in order."""
        return tuple(token for phrase in self.phrases for token in phrase.tokens)


def drafts(phrases: tuple[Phrase, ...], words: SmallWords, in_list: bool) -> tuple[Draft, ...]:
    """Return the drafts in order; every phrase lies in exactly one."""
    gathered: list[list[Phrase]] = [[]]
    so_far = _Told()
    all_told = [_told(phrase, words, in_list) for phrase in phrases]
    for phrase, told, following in zip(phrases, all_told, [*all_told[1:], _Told()], strict=True):
        if _begins_next(so_far, told, phrase, words, in_list) or (
            _names_alone(told) and _adds_product(so_far, phrase, following, words, in_list)
        ):
            gathered.append([])
            so_far = _Told()
        gathered[-1].append(phrase)
        so_far = so_far.and_also(told)
    return tuple(Draft(tuple(members)) for members in gathered)


@dataclass(frozen=True, slots=True)
class _Told:
    """What one phrase, or those of a draft so far, tell of an item; `numbers` are all that could count it.

    `indefinite` tells that none does so but the article of a noun ("en kudde").
    """

    count: bool = False
    article: bool = False
    name: bool = False
    numbers: frozenset[float] = frozenset()
    indefinite: bool = True

    def and_also(self, other: "_Told") -> "_Told":
        return _Told(
            self.count or other.count,
            self.article or other.article,
            self.name or other.name,
            self.numbers | other.numbers,
            self.indefinite and other.indefinite,
        )


def _told(phrase: Phrase, words: SmallWords, in_list: bool) -> _Told:
    numbers = [t for t in phrase.tokens if t.role in (Role.QUANTITY, Role.NUMBER)]
    return _Told(
        count=words.counts(phrase, in_list),
        article=phrase.has(Role.ARTICLE),
        name=any(map(words.names, phrase.tokens)) or _is_size(phrase),
        numbers=frozenset(t.value for t in numbers),
        indefinite=all(t.role is Role.NUMBER and t.text.lower() in INDEFINITE for t in numbers),
    )


def _is_size(phrase: Phrase) -> bool:
    """Whether the phrase is a size alone ("strl M"), which stands for the product before it."""
    solid = [t for t in phrase.tokens if t.role is not Role.SIGN]
    return [t.role for t in solid] == [Role.MEASURE] and not any(map(str.isdigit, solid[0].text))


def _begins_next(had: _Told, now: _Told, phrase: Phrase, words: SmallWords, in_list: bool) -> bool:
    """Whether the phrase starts the next item rather than adding to the one being gathered."""
    joined = phrase.before in JOINERS
    if now.article and had.article:
        return True
    if now.count and had.count:
        # "två ... det gäller 2 st" only says the quantity again, "en kudde (71355, 4 st)" says it first.
        again = now.numbers <= had.numbers or (had.indefinite and had.name)
        return now.name or now.article or not again
    if now.count and had.article and now.name and joined:
        return True
    if now.article and had.count and had.name and _names_then_numbers(phrase, words):
        return joined or not in_list
    if had.article or had.count or not (now.count and now.name and had.name):
        return False
    return not in_list or (phrase.before != ":" and _is_product(phrase, words))


def _names_alone(now: _Told) -> bool:
    return now.name and not (now.article or now.count)


def _adds_product(had: _Told, phrase: Phrase, following: _Told, words: SmallWords, in_list: bool) -> bool:
    """Whether a phrase that only names something names a new product, where one is told in full.

    In prose it is joined to the last; else its own number or count follows, or it is a product's word.
    """
    if not had.count:
        return False
    joined = phrase.before in JOINERS and phrase.before != "."
    if joined and had.article and (following.article or not in_list):
        return True
    if not had.name or phrase.before == "(":
        return False
    counted = following.count and not following.article
    numbered = following.article and had.article
    return ((counted or numbered) and not following.name) or _is_product(phrase, words)


def _is_product(phrase: Phrase, words: SmallWords) -> bool:
    """Whether the first name of the phrase is the word for a whole product."""
    first = next((t for t in phrase.tokens if t.role is Role.MEASURE or words.names(t)), None)
    return first is not None and words.is_product(first)


def _names_then_numbers(phrase: Phrase, words: SmallWords) -> bool:
    """Whether the phrase names a product and then its number, and so stands on its own."""
    at = next(n for n, token in enumerate(phrase.tokens) if token.role is Role.ARTICLE)
    return any(map(words.names, phrase.tokens[:at]))
