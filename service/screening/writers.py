"""Who writes a mail, or one quoted in it: the sender, who signs, who says so, and whose relative that is."""

import re
import unicodedata
from collections.abc import Callable

from service.screening.document_text import BREAK, Sender, sender_of
from service.screening.name_span import WORD, Span
from service.screening.roles import RoleWords
from service.screening.zones import Zones

# In characters: how much of a line is looked at to tell whether a name stands alone on it.
_LINE = 200
# "Rune Nyberg här, sjukgymnast på ...": who writes says so.
_HERE = re.compile(r"(?i)[ ]här[ ]?(?:[,.!]|[ ](?:på|från|hos|i)[ ])")
# "Hej, Rune Nyberg provade ...": who is greeted has a comma or an end behind the name.
_SAYS = re.compile(r"(?i)[ ](?!(?:för|och|på|från|med|till|vid|som)\b)[^\W\d_]{2,}")
# What follows the name of a signature whose title no list has: "Rune Nyberg, upphandlare".
_TITLED = re.compile(
    r"""(?ix) [ ]?[,/|–-][ ]? (?: leg\.?[ ] | tf[ ] | bitr\.?[ ] )? (?: [^\W\d_]+[ ] )?
    (?P<title> [^\W\d_]{2,} (?: are | aren | ör | ören | ist | isten | log | iker | eut | nom | gog
    | ant | dent | mottagningen | man | chef | ombud | vakt | värd | värdinna | ansvarig | ledare | ska ) )
    [ ]*[.,]?
    (?= [ ]* (?: \n | $ | [,|/] ) | [ ]+ (?: på | vid | i | hos )[ ] )"""
)
# In characters: what is shorter than a sentence, as "Pat." is.
_SHORT = 12
_MY_KIN = re.compile(
    r"(?i)\b(?:min|mitt)[ ](?:kära[ ]|gamla[ ])?(?:man|fru|make|maka|hustru|sambo|mamma|pappa|mor|far|son"
    r"|dotter|syster|bror|svärmor|svärfar|mormor|morfar|farmor|farfar|barn"
    # Who writes so is the patient.
    r"|(?:el)?rullstol|rollator|permobil|elmoped|protes|hörapparat)\b|\b(?:mammas|pappas|morsans|farsans)\b"
)
_LOCAL_PARTS = re.compile(r"[^\W\d_]+")

# The words of a name, folded.
Name = frozenset[str]


class Writers:
    """The writers of one text; `is_aid` tells the name of an aid from a title."""

    def __init__(self, text: str, zones: Zones, words: RoleWords, is_aid: Callable[[str], bool]) -> None:
        self._text, self._zones, self._words, self._is_aid = text, zones, words, is_aid
        self._sender, self._addressed = _names_of(sender_of(text))

    def is_sender(self, span: Span, name: Name) -> bool:
        """Return whether the name, whose folded words are given, is that of who sends the mail."""
        # "Rune N" is Rune Nyberg, who sends the mail; "R N" may be anybody.
        if name & self._sender and all(map(self._is_of_sender, name)):
            return True
        return span.full and len(self._addressed) > 1 and name <= self._addressed

    def _is_of_sender(self, word: str) -> bool:
        initials = (own[0] for own in self._sender)
        return word in self._sender or (len(word) == 1 and word in initials)

    def seems(self, span: Span, before: str) -> bool:
        """Return whether the person signs, stands in a head of a quoted mail, or says who writes."""
        if self._zones.holds(span.start) or self._signs(span):
            return True
        return self._introduces_itself(span, before)

    def _signs(self, span: Span) -> bool:
        """Return whether the span is a line of its own among the last lines, with no other sender known.

        A full name may stand behind the last sentence, too: "4 st 50123 till Gläntan. Rune Nyberg".
        """
        above, begun = _parted(self._text[max(0, span.start - _LINE) : span.start])
        rest = self._text[span.end : span.end + _LINE].split("\n", 1)[0]
        begun = begun.strip(" >\t*_")
        alone = not begun or (
            span.full and begun[-1] in ".!?" and not rest.strip(" .") and len(begun) > _SHORT
        )
        if not alone or not self._zones.ends_a_part(span.end):
            return False
        if rest.strip(" \t,.*_") and not (span.full and self._is_titled(span.end)):
            return False
        above = begun or above.rsplit(BREAK.rstrip(), 1)[-1].rstrip(" >\t\n*_")
        # What a mail begins with signs nothing.
        return above[-1:] not in ("", ":") and (span.full or not self._sender)

    def heads_as_kin(self, span: Span) -> bool:
        """Return whether the "Från:" of a quoted mail names the person, who writes there as a relative."""
        return self._zones.heads_quote(span.start) and self._is_kin(span)

    def signs_as_kin(self, span: Span) -> bool:
        """Return whether the person, whom no "Till:" names, wrote what stands above as a relative."""
        return self._is_kin(span) and not self._zones.is_addressee(span.start)

    def _is_kin(self, span: Span) -> bool:
        """Return whether what the person wrote speaks of "min man" or "mamma"."""
        return _MY_KIN.search(self._zones.letter(span.start, span.end)) is not None

    def is_greeted(self, span: Span, before: str, behind: str) -> bool:
        """Return whether the name is greeted or thanked; a relative's "Tack, Rune Nyberg" signs, though."""
        if not self._words.is_greeted(before):
            return False
        return not span.full or not (_SAYS.match(behind) or self._is_kin(span))

    def _introduces_itself(self, span: Span, before: str) -> bool:
        """Return whether a sentence begins with "Rune Nyberg här"; a greeting may lead to it."""
        begins = not before.strip(" >\t\n") or self._words.is_greeted(before) or before.endswith(", ")
        return span.full and begins and _HERE.match(self._text, span.end) is not None

    def _is_titled(self, end: int) -> bool:
        """Return whether what looks like a title follows, and is no aid ("strumppådragare")."""
        match = _TITLED.match(self._text, end)
        return match is not None and not self._is_aid(match["title"])


def _parted(before: str) -> tuple[str, str]:
    """Return the lines before and the begun line."""
    above, _, begun = before.rpartition("\n")
    return above, begun


def _names_of(sender: Sender) -> tuple[Name, Name]:
    """Return the folded words of the sender's name and of the address before the @."""
    local = sender.address.partition("@")[0]
    return folded(sender.name), frozenset(_plain(word) for word in _LOCAL_PARTS.findall(local))


def folded(written: str) -> Name:
    """Return the words in lower case, without accents and a genitive s, as a mail address has them."""
    return frozenset(_plain(word) for word in WORD.findall(written))


def _plain(word: str) -> str:
    """Return the word in lower case without accents or a genitive s, as in a mail address."""
    parts = unicodedata.normalize("NFD", word.lower().replace("ø", "o").replace("ł", "l").replace("đ", "d"))
    letters = "".join(sign for sign in parts if sign.isalpha())
    return letters.removesuffix("s") if len(letters) > 3 else letters
