"""Puts the word lists of rules/ into regular expressions."""

import re
from collections.abc import Iterable, Mapping

# In verbose form, what may part a name from its verb: ", också hos oss, ", " på Gläntan ", " som nu ".
TO_VERB = r"""(?: ,[ ][^,.;\n]{1,40},[ ] | [ ,]{1,2}(?:\n[ >]*)? )
    (?: (?: på | i | från | hos )[ ] [^,.;\n]{1,30}?[ ] )?
    (?: (?: som | också | även | nu | hon | han | och | inte | alltså,? | verkligen | nyss | precis | redan
        | ju | \w+igen )[ ] ){0,2}"""

_NAME = re.compile(r"\{([a-z_]+)\}")


def alternation(words: Iterable[str]) -> str:
    """Return the words as one pattern; a word may itself be a regular expression, in which a space counts."""
    return "(?-x:" + "|".join(words) + ")"


def fill(pattern: str, lists: Mapping[str, Iterable[str]]) -> str:
    """Return the pattern with each {name} replaced by its word list; KeyError names one that is not there."""
    return _NAME.sub(lambda match: alternation(lists[match.group(1)]), pattern)
