"""The forms of Swedish words, names aside, some 960,000: the only importer of simplemma."""

from functools import cache

from simplemma.strategies import DictionaryLookupStrategy
from simplemma.strategies.dictionaries import DefaultDictionaryFactory

_LANGUAGE = "sv"


def lemma(word: str) -> str:
    """Return the dictionary form of a word in lower case; empty for a name and for no Swedish word."""
    found = _dictionary().get_lemma(word, _LANGUAGE)
    return found if found is not None and found[:1].islower() else ""


def is_word(word: str) -> bool:
    """Return whether the word, in lower case, is a form of an ordinary word."""
    return bool(lemma(word))


def words() -> list[str]:
    """Return the forms of ordinary words in the dictionary, in lower case and in order."""
    forms = DefaultDictionaryFactory().get_dictionary(_LANGUAGE)
    return sorted(form for form in map(str, forms) if form.isalpha() and form.islower() and is_word(form))


@cache
def _dictionary() -> DictionaryLookupStrategy:
    return DictionaryLookupStrategy()
