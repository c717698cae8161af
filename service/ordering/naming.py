"""Picks the tokens that name the product, and joins them in the sender's own words."""

from collections.abc import Iterable

from service.ordering.phrases import SEPARATORS, Phrase, SmallWords
from service.ordering.tokens import Role, Token

_SENTENCE_ENDS = (":", ".", "!", "?")


def named_in_row(tokens: Iterable[Token], words: SmallWords) -> list[Token]:
    """Return the name out of a list row's tokens: all but signs, asides and the small words around it."""
    return _trimmed([t for t in tokens if t.role is not Role.ASIDE and not _separates(t)], words)


def named_in_prose(
    tokens: Iterable[Token], count: Token | None, counted: Phrase | None, words: SmallWords
) -> list[Token]:
    """Return the name out of a sentence's tokens.

    It follows the `count` in the phrase `counted`, else stands before it, else follows in a later phrase.
    """
    tokens = list(tokens)
    after = [t for t in tokens if count is not None and t.start > count.start]
    before = tokens[: len(tokens) - len(after)]
    following = _trimmed(_until_stop(after, words), words)
    # What the count's own phrase says is what it counts, be it a product or not.
    if counted is not None and any(_says(t, words) for t in after if t in counted.tokens):
        return following
    return _named(before, words) or following


def _says(token: Token, words: SmallWords) -> bool:
    return token.role is Role.WORD and not words.small(token)


def _named(tokens: list[Token], words: SmallWords) -> list[Token]:
    """Return the last name before a count: after the last word that asks for it, or a sentence's end."""
    starts = [0, *(at + 1 for at, token in enumerate(tokens) if _ends_before_name(token, words))]
    for start, end in zip(reversed(starts), [len(tokens), *reversed(starts)], strict=False):
        if any(map(words.names, tokens[start:end])):
            return _trimmed(_until_stop(tokens[start:], words), words)
    return []


def _ends_before_name(token: Token, words: SmallWords) -> bool:
    ends = token.role is Role.ASIDE or token.text in _SENTENCE_ENDS or words.asks(token)
    return ends or token.text.lower() in words.stop


def _until_stop(tokens: list[Token], words: SmallWords) -> list[Token]:
    """Return the tokens up to the word that ends a name, once something has been named."""
    named: list[Token] = []
    for token in tokens:
        said = any(not words.small(t) for t in named)
        if said and token.text in _SENTENCE_ENDS:
            break
        if _separates(token):
            continue
        if said and (token.role is Role.ASIDE or token.text.lower() in words.stop):
            break
        if token.role is not Role.ASIDE:
            named.append(token)
    return named


def _separates(token: Token) -> bool:
    """Whether the token only stands between parts of a name, as a sign does, and the class of a device."""
    sign = token.role is Role.SIGN and (token.text in SEPARATORS or len(token.text) > 1)
    return sign or token.role is Role.CLASS


def _trimmed(tokens: list[Token], words: SmallWords) -> list[Token]:
    while tokens and tokens[0].role is Role.WORD and words.small(tokens[0]):
        tokens = tokens[1:]
    while tokens and tokens[-1].role is Role.WORD and words.small(tokens[-1]):
        tokens = tokens[:-1]
    return tokens


def joined(tokens: list[Token], text: str) -> str:
    """Join the tokens as they stand in `text`, with one space where others stood between."""
    said = ""
    for before, token in zip([None, *tokens], tokens, strict=False):
        said += _glue(before, token, text) + token.text
    return " ".join(said.split()).strip(" ,;:.-–()!?\"'")


def _glue(before: Token | None, token: Token, text: str) -> str:
    if before is None:
        return ""
    between = text[before.end : token.start] if token.start - before.end < 2 else " "
    return " " if between.strip() else between
