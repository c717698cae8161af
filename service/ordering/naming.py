"""Picks the tokens that name the product, and joins them in the sender's own words."""

from collections.abc import Iterable

from service.ordering.phrases import SEPARATORS, SmallWords
from service.ordering.tokens import Role, Token


def named_in_row(tokens: Iterable[Token], words: SmallWords) -> list[Token]:
    """Return the name out of a list row's tokens: all but signs, asides and the small words around it."""
    return _trimmed([t for t in tokens if t.role is not Role.ASIDE and not _separates(t)], words)


def named_in_prose(tokens: Iterable[Token], count: Token | None, words: SmallWords) -> list[Token]:
    """Return the name out of a sentence's tokens: what follows the count, else what stands before it."""
    tokens = list(tokens)
    after = [t for t in tokens if count is not None and t.start > count.start]
    named = _until_stop(after, words)
    if any(t.role is Role.WORD and not words.small(t) for t in named):
        return _trimmed(named, words)
    before = [t for t in tokens if t not in after]
    return _trimmed(_until_stop(before[_name_begins(before, words) :], words), words)


def _name_begins(tokens: list[Token], words: SmallWords) -> int:
    """Return where the name begins: after the last word that asks for it, or the last sentence's end."""
    since = 0
    for at, token in enumerate(tokens):
        word = token.text.lower()
        ends = token.text in (":", ".", "!", "?") and at + 1 < len(tokens)
        if token.role is Role.ASIDE or word in words.ask or word in words.stop or ends:
            since = at + 1
    return since


def _until_stop(tokens: list[Token], words: SmallWords) -> list[Token]:
    """Return the tokens up to the word that ends a name, once something has been named."""
    named: list[Token] = []
    for token in tokens:
        said = any(not words.small(t) for t in named)
        if _separates(token):
            continue
        if said and (token.role is Role.ASIDE or token.text.lower() in words.stop):
            break
        if token.role is not Role.ASIDE:
            named.append(token)
    return named


def _separates(token: Token) -> bool:
    return token.role is Role.SIGN and (token.text in SEPARATORS or len(token.text) > 1)


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
