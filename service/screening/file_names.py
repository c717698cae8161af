"""Reads a file's name as the words that a person sees in it: "rullstol_KerstinAlmgren.pdf".

What stands for a blank becomes one, a capital behind a small letter begins a word, and a Swedish word that
lost its rings and dots gets them back. Signs inside a number stay, since they tell what number it is.
"""

import re
from collections.abc import Iterable
from urllib.parse import unquote

from service.rules.screening import ScreeningRules
from service.screening.normalise import Folded, fold, rewritten

# Of the escapes of a web address those of blanks, signs and letters: nobody escapes a digit.
_ESCAPED = re.compile(r"(?:%(?:2[0-9A-F]|3[A-F]|[4-9A-F][0-9A-F]))+", re.IGNORECASE)
_SMALL = "".join(filter(str.islower, map(chr, range(0x600))))
_CAPITAL = "".join(filter(str.isupper, map(chr, range(0x600))))
_LETTER = r"[^\W\d_]"
_PARTED = re.compile(
    rf"""(?x) (?<![ _]) [ _]+ | (?<={_LETTER}) [.+/\\-] [ _.]* | [.+/\\] (?={_LETTER})
    # Not the letters of a masked or a reserve number: "420312-xxxx", "19420312-TF12".
    | (?<=\d) - (?={_LETTER}{{3}}) (?! (?P<mask>{_LETTER}) (?P=mask){{2}} | {_LETTER}{{3}}\d )
    | (?<=[{_SMALL}]) (?=[{_CAPITAL}])
    | (?<=[{_CAPITAL}]{{2}}) (?=[{_CAPITAL}][{_SMALL}]{{2}})
    | (?<=[{_SMALL}]{{2}}) (?=\d)
    | (?<=\d) (?=[{_CAPITAL}][{_SMALL}]{{2}})
    | (?<=,) (?={_LETTER})"""
)
_WORD = re.compile(rf"{_LETTER}+")
_WITH_ENDINGS = re.compile(rf"(?P<stem>{_LETTER}+)(?:\(\?:(?P<endings>[^()]*)\))?")
_WITH_RINGS_AND_DOTS = re.compile("[åäöÅÄÖ]")
_WITHOUT = str.maketrans("åäö", "aao")


class FileNames:
    """The reader of names, warm; it spells by the words of rules/."""

    def __init__(self, rules: ScreeningRules) -> None:
        self._spelled = _spelled(rules)

    def read(self, name: str) -> Folded:
        """Return the name, or several on lines of their own, as words; in time linear in its length."""
        plain = rewritten(name, _ESCAPED.finditer(name), _unescaped)
        folded = fold(plain.text).after(plain)
        parted = rewritten(folded.text, _PARTED.finditer(folded.text), lambda _: " ").after(folded)
        return Folded("\n".join(map(self._spell, parted.text.split("\n"))), parted.at, parted.shift)

    def _spell(self, line: str) -> str:
        """Return the line with its words spelled out, unless whoever wrote it had rings and dots at hand."""
        if _WITH_RINGS_AND_DOTS.search(line):
            return line
        return _WORD.sub(lambda match: self._word(match.group()), line)

    def _word(self, word: str) -> str:
        spelled = self._spelled.get(word.lower(), word)
        return "".join(new.upper() if old.isupper() else new for old, new in zip(word, spelled, strict=True))


def _spelled(rules: ScreeningRules) -> dict[str, str]:
    """Return the words of the rules by what each is without rings and dots, where that is no word or name."""
    lists = [*rules.roles.model_dump().values(), *rules.gazetteer.model_dump().values()]
    words = {word for one in lists for entry in one for word in _words(entry)} | rules.ordinary
    known = words | rules.first_names | rules.last_names
    # Of two that differ in nothing else ("väg", "våg") the commoner letter wins.
    bare = {word.translate(_WITHOUT): word for word in sorted(words, key=_rarity)}
    return {plain: word for plain, word in bare.items() if plain not in known}


def _words(pattern: str) -> Iterable[str]:
    """Yield the words that a pattern of the rules is made of, each with its endings: "vårdtagar(?:e|en)"."""
    for match in _WITH_ENDINGS.finditer(pattern.lower()):
        yield match["stem"]
        yield from (match["stem"] + ending for ending in (match["endings"] or "").split("|"))


def _rarity(word: str) -> tuple[int, str]:
    return -word.count("ä"), word


def _unescaped(match: re.Match[str]) -> str:
    try:
        return unquote(match.group(), errors="strict")
    except UnicodeDecodeError:
        return unquote(match.group(), "cp1252", errors="replace")
