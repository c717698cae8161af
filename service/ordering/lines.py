"""Order lines out of one statement: a list row, a sentence, or several items in one sentence."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from service.ordering.tokens import Lexer, Role, Token
from service.rules.ordering import OrderingRules

BULLET = re.compile(
    r"\s*(?:[-*•–·▪+>]|o(?= {2})|\(?\d{1,2}[.)](?=\s)|[a-zA-Z][)](?=\s)|(?i:rad|pos)\.? ?\d{1,2}[:.]?(?=\s))\s*"
)
_SEPARATORS = frozenset(",;:|+&–—-=.()/→")
_JOINERS = frozenset(("och", "samt", "o", "plus", "dessutom", "&", "+", ";", "men", "."))


@dataclass(frozen=True, slots=True)
class Item:
    """What one order line says, by tokens; together with `leftover` they are all its tokens.

    `steady` tells that the quantity was said as one, with a unit or a sign; `asked` that the words around
    it ask for something.
    """

    article: str | None = None
    description: str = ""
    quantity: float | None = None
    unit: str = "st"
    steady: bool = False
    wanted: bool = True
    unsure: bool = False
    leftover: tuple[Token, ...] = ()
    used: tuple[Token, ...] = ()
    start: int = 0
    end: int = 0
    listed: bool = False


@dataclass(slots=True)
class _Phrase:
    """Tokens between two separators, and the separator that stands before them."""

    before: str
    tokens: list[Token] = field(default_factory=list)

    def has(self, *roles: Role) -> bool:
        return any(token.role in roles for token in self.tokens)


@dataclass(slots=True)
class _Draft:
    """An item being gathered."""

    phrases: list[_Phrase] = field(default_factory=list)

    def has(self, *roles: Role) -> bool:
        return any(phrase.has(*roles) for phrase in self.phrases)

    @property
    def tokens(self) -> list[Token]:
        return [token for phrase in self.phrases for token in phrase.tokens]


class LineReader:
    """Reads items out of statements by the rules' words."""

    def __init__(self, rules: OrderingRules) -> None:
        self.lexer = Lexer(rules)
        words = rules.words
        self._ask, self._stop = frozenset(words.ask), frozenset(words.stop)
        self._filler, self._not_products = frozenset(words.filler), frozenset(words.not_products)
        self._orders = re.compile(
            r"\b(?:" + "|".join(re.escape(x) for x in words.orders) + ")", re.IGNORECASE
        )
        self._not_wanted = re.compile("|".join(re.escape(x) for x in words.not_wanted), re.IGNORECASE)

    def items(self, text: str, in_list: bool, places: tuple[tuple[int, int], ...] = ()) -> tuple[Item, ...]:
        """Return the items of the statement in order; an item without quantity has None there.

        `places` are the spans of place names, which are never part of a product's name.
        """
        tokens = tuple(_aside_in(token, places) for token in self.lexer.tokens(text))
        drafts = self._gather(self._phrases(tokens, text), in_list)
        items = [self._finish(draft, text, in_list) for draft in drafts]
        return tuple(self._spread(_prefixed(_coded(items)), tokens))

    def asks(self, text: str) -> bool:
        """Whether the text has a word that orders something."""
        return self._orders.search(text) is not None

    def _phrases(self, tokens: tuple[Token, ...], text: str) -> list[_Phrase]:
        phrases = [_Phrase("")]
        for token in tokens:
            word = token.text.lower()
            divides = (token.role is Role.SIGN and word in _SEPARATORS) or (
                token.role is Role.WORD and word in _JOINERS
            )
            if divides and word in "()" and not phrases[-1].has(Role.ARTICLE, Role.QUANTITY):
                phrases[-1].tokens.append(token)
                if word == "(":
                    phrases.append(_Phrase("("))
            elif divides:
                phrases.append(_Phrase(word, [token]))
            elif token.start and re.search(r"\t| {3}|\u00a0{3}", text[max(0, token.start - 3) : token.start]):
                phrases.append(_Phrase("\t", [token]))
            else:
                phrases[-1].tokens.append(token)
        return phrases

    def _counts(self, phrase: _Phrase, in_list: bool) -> bool:
        """Whether the phrase says how many: a quantity, or a number first or alone in it."""
        if phrase.has(Role.QUANTITY, Role.EACH, Role.RANGE):
            return True
        return self._leading_number(phrase.tokens, in_list) is not None

    def _leading_number(self, tokens: list[Token], in_list: bool) -> Token | None:
        """The number that counts what follows it: first in the phrase, or after small words in prose."""
        solid = [t for t in tokens if t.role is not Role.SIGN]
        for at, token in enumerate(solid):
            if token.role is Role.NUMBER and 0 < token.value <= 9999:
                following = [t.text.lower() for t in solid[at + 1 :] if t.role is Role.WORD]
                first = next((word for word in following if word not in self._filler), "")
                if first in self._not_products:
                    continue
                return token
            if token.role is Role.ARTICLE:
                continue
            if token.role is not Role.WORD or not self._small(token):
                if (
                    in_list
                    or token.role not in (Role.ASIDE, Role.WORD)
                    or not _counted_word_follows(solid[at + 1 :])
                ):
                    return None
        return None

    def _small(self, token: Token) -> bool:
        word = token.text.lower()
        return word in self._filler or word in self._ask or word in self._stop

    def _products(self, draft: _Draft | _Phrase) -> bool:
        return any(
            (t.role is Role.WORD and not self._small(t) and t.text.lower() not in self._not_products)
            for t in draft.tokens
        )

    def _named_before_article(self, phrase: _Phrase) -> bool:
        """Whether the phrase names a product and then its number, and so stands on its own."""
        before = []
        for token in phrase.tokens:
            if token.role is Role.ARTICLE:
                break
            before.append(token)
        return self._products(_Phrase("", before))

    def _gather(self, phrases: list[_Phrase], in_list: bool) -> list[_Draft]:
        drafts = [_Draft()]
        for phrase in phrases:
            if self._begins_new(drafts[-1], phrase, in_list):
                drafts.append(_Draft())
            drafts[-1].phrases.append(phrase)
        return drafts

    def _begins_new(self, draft: _Draft, phrase: _Phrase, in_list: bool) -> bool:
        """Whether the phrase starts the next item rather than adding to the one being gathered."""
        counted = any(self._counts(p, in_list) for p in draft.phrases)
        has_article = draft.has(Role.ARTICLE)
        counts, article, named = (
            self._counts(phrase, in_list),
            phrase.has(Role.ARTICLE),
            self._products(phrase),
        )
        if article and has_article:
            return True
        if counts and counted:
            return named or article or not self._same_count(draft, phrase)
        if counts and has_article and named and phrase.before in _JOINERS:
            return True
        if article and counted and self._named_before_article(phrase) and self._products(draft):
            return not in_list or phrase.before in _JOINERS
        if named and has_article and counted and not article and not counts:
            return phrase.before in _JOINERS - {"."} and not in_list
        if counts and named and not has_article and not counted and self._products(draft):
            return not in_list
        return False

    def _same_count(self, draft: _Draft, phrase: _Phrase) -> bool:
        """Whether the phrase only says the draft's quantity again ("två ... det gäller 2 st")."""
        said = {t.value for t in draft.tokens if t.role in (Role.QUANTITY, Role.NUMBER)}
        return all(t.value in said for t in phrase.tokens if t.role in (Role.QUANTITY, Role.NUMBER))

    def _finish(self, draft: _Draft, text: str, in_list: bool) -> Item:
        tokens = draft.tokens
        if not tokens:
            return Item()
        article = next((t for t in tokens if t.role is Role.ARTICLE), None)
        count, steady = self._count(draft, text, in_list, article)
        named = self._name(tokens, count, article, in_list)
        used = [t for t in (article, count) if t is not None] + named
        whole = text[tokens[0].start : tokens[-1].end]
        quantity = count.value if count is not None and count.role is not Role.EACH else None
        return Item(
            article=article.article if article else None,
            description=_joined(named, text),
            quantity=quantity,
            unit=(count.unit if count else "") or "st",
            steady=steady,
            wanted=self._not_wanted.search(whole) is None and quantity != 0,
            unsure=any(t.role is Role.RANGE for t in tokens),
            leftover=tuple(t for t in tokens if t not in used),
            used=tuple(used),
            start=tokens[0].start,
            end=count.start if count is not None else tokens[-1].end,
            listed=draft.phrases[0].before != "",
        )

    def _count(
        self, draft: _Draft, text: str, in_list: bool, article: Token | None
    ) -> tuple[Token | None, bool]:
        """Pick the token that says how many, and whether it was said as a quantity."""
        tokens = draft.tokens
        if any(t.role is Role.RANGE for t in tokens):
            return None, False
        counted = [t for t in tokens if t.role is Role.QUANTITY]
        if counted:
            return counted[-1] if len({t.value for t in counted}) == 1 else counted[0], True
        leading = [n for p in draft.phrases if (n := self._leading_number(p.tokens, in_list)) is not None]
        if leading:
            named = [n for n in leading if n.value == 0 or n.start >= 0]
            alone = [n for p in draft.phrases for n in named if n in p.tokens and _alone(p, n)]
            first = alone[-1] if alone else named[0]
            return first, bool(alone) or not text[: first.start].strip()
        solid = [t for t in tokens if t.role not in (Role.SIGN, Role.ASIDE)]
        last = solid[-1] if solid else None
        if in_list and last is not None and last.role is Role.NUMBER and last.value < 100:
            return last, False
        return None, False

    def _name(
        self, tokens: list[Token], count: Token | None, article: Token | None, in_list: bool
    ) -> list[Token]:
        """Pick the tokens that name the product, in the sender's own words."""
        rest = [t for t in tokens if t is not count and t is not article]
        if in_list:
            solid = [
                t
                for t in rest
                if t.role is not Role.ASIDE and not (t.role is Role.SIGN and t.text in _SEPARATORS)
            ]
            return _trimmed(solid, self._small)
        after = [t for t in rest if count is not None and t.start > count.start]
        named = self._until_stop(after)
        if any(t.role is Role.WORD and not self._small(t) for t in named):
            return _trimmed(named, self._small)
        before = [t for t in rest if t not in after]
        since = 0
        for at, token in enumerate(before):
            if (
                token.role is Role.ASIDE
                or token.text.lower() in self._ask
                or token.text.lower() in self._stop
            ):
                since = at + 1
            elif token.text in (":", ".", "!", "?"):
                since = at + 1 if before[at + 1 :] else since
        return _trimmed(self._until_stop(before[since:]), self._small)

    def _until_stop(self, tokens: list[Token]) -> list[Token]:
        named: list[Token] = []
        for token in tokens:
            word = token.text.lower()
            if token.role is Role.SIGN and word in _SEPARATORS:
                continue
            if token.role is Role.ASIDE:
                if named and any(not self._small(t) for t in named):
                    break
                continue
            if word in self._stop and named and any(not self._small(t) for t in named):
                break
            named.append(token)
        return named

    def _spread(self, items: list[Item], tokens: tuple[Token, ...]) -> list[Item]:
        """Give "två av varje" to every article of the statement that has no quantity of its own."""
        each = next((t for t in tokens if t.role is Role.EACH), None)
        if each is None:
            return items
        return [
            replace(i, quantity=each.value, steady=True) if i.article and i.quantity is None else i
            for i in items
        ]


def _counted_word_follows(tokens: list[Token]) -> bool:
    """Whether a later number stands straight before a common noun ("härmed 4 madrasser")."""
    pairs = zip(tokens, tokens[1:], strict=False)
    return any(
        a.role is Role.NUMBER and (not a.text.isdigit() or (b.role is Role.WORD and b.text[:1].islower()))
        for a, b in pairs
    ) or bool(tokens and tokens[-1].role is Role.NUMBER and not tokens[-1].text.isdigit())


def _alone(phrase: _Phrase, number: Token) -> bool:
    return all(t is number or t.role is Role.SIGN for t in phrase.tokens)


def _aside_in(token: Token, places: tuple[tuple[int, int], ...]) -> Token:
    """Make a word inside a place name an aside: it says where, not what."""
    inside = any(start <= token.start < end for start, end in places)
    if inside and token.role in (Role.WORD, Role.NUMBER, Role.MEASURE):
        return replace(token, role=Role.ASIDE)
    return token


def _trimmed(tokens: list[Token], small: Callable[[Token], bool]) -> list[Token]:
    while tokens and tokens[0].role is Role.WORD and small(tokens[0]):
        tokens = tokens[1:]
    while tokens and tokens[-1].role is Role.WORD and small(tokens[-1]):
        tokens = tokens[:-1]
    return tokens


def _joined(tokens: list[Token], text: str) -> str:
    """Join the tokens as the sender wrote them, with one space where others stood between."""
    said = ""
    for before, token in zip([None, *tokens], tokens, strict=False):
        glue = (
            ""
            if before is None
            else (text[before.end : token.start] if token.start - before.end < 2 else " ")
        )
        said += (" " if glue.strip() else glue) + token.text
    return " ".join(said.split()).strip(" ,;:.-–()")


def _prefixed(items: list[Item]) -> list[Item]:
    """Carry the product's name on to bare sizes: "Sele: 2 st S (52041), 3 st M (52042)"."""
    head = ""
    result = []
    for item in items:
        words = item.description.split()
        size = len(words) == 1 and len(words[0]) <= 3 and words[0].isupper()
        if head and size and item.quantity is not None:
            item = replace(item, description=f"{head} {item.description}")
        elif words:
            sized = len(words) > 1 and len(words[-1]) <= 3 and words[-1].isupper()
            head = " ".join(words[:-1] if sized else words)
        result.append(item)
    return result


def _coded(items: list[Item]) -> list[Item]:
    """Join a product and the bare number that follows it: "en duschstol ... nr 20610, en st"."""
    result: list[Item] = []
    for item in items:
        last = result[-1] if result else None
        joins = (
            last is not None
            and item.article is not None
            and not item.description
            and last.article is None
            and bool(last.description)
            and last.quantity in (item.quantity, None)
        )
        if last is None or not joins:
            result.append(item)
            continue
        result[-1] = replace(
            item,
            description=last.description,
            leftover=last.leftover + item.leftover,
            used=last.used + item.used,
            start=last.start,
        )
    return result
