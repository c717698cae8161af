"""Makes labelled sentences of the templates and of the contexts."""

import random
import re
from collections.abc import Callable, Iterator

from service.rules.screening import ScreeningRules
from service.screening.name_tagger import Label
from service.screening.name_tokens import sentences as cut
from service.screening.training.contexts import Contexts
from service.screening.training.invent import Inventor
from service.screening.training.templates import Templates

_SLOT = re.compile(r"\{(\w+)\}")
# How large a part of the texts are whole mails.
_WHOLE = 0.35

Labelled = list[tuple[str, Label]]
_Marked = tuple[str, Label]


class Maker:
    """Fills templates and contexts; the same seed makes the same sentences."""

    def __init__(self, rules: ScreeningRules, templates: Templates, contexts: Contexts, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 -- nothing secret is drawn
        self._templates = templates
        self._mails = (*contexts.patient, *contexts.other)
        inventor = Inventor(rules, templates, self._random)
        self._named: dict[str, tuple[Label, Callable[[], str]]] = {
            "N": (Label.FIRST, inventor.person),
            "G": (Label.FIRST, inventor.genitive),
            "F": (Label.PLACE, inventor.place),
            "A": (Label.ARTICLE, inventor.article),
            "w": (Label.OTHER, inventor.word),
            "W": (Label.OTHER, lambda: inventor.word().capitalize()),
            "English": (Label.OTHER, lambda: self._random.choice(templates.lists["english"]).capitalize()),
            "n": (Label.OTHER, lambda: str(self._random.randint(1, 99))),
            # The slots that contexts alone have.
            "S": (Label.FIRST, inventor.full_name),
            "P": (Label.ARTICLE, inventor.article),
            "T": (Label.OTHER, inventor.town),
            "q": (Label.OTHER, inventor.quantity),
            "a": (Label.OTHER, inventor.article_number),
        }

    def sentences(self, count: int) -> Iterator[Labelled]:
        """Yield the sentences of `count` texts in every letter case."""
        for _ in range(count):
            parts = self._mail() if self._random.random() < _WHOLE else self._put_together()
            case = self._random.choices((str, str.lower, str.upper), (54, 34, 12))[0]
            for sentence in _labelled(parts):
                yield [(case(word), label) for word, label in sentence]

    def _mail(self) -> list[_Marked]:
        return [*self._filled(self._random.choice(self._mails))]

    def _put_together(self) -> list[_Marked]:
        """Return a text of one to three templates."""
        parts: list[_Marked] = []
        joint = self._random.choice((" ", "\n", "\n"))
        for _ in range(self._random.choice((1, 1, 2, 3))):
            which = self._templates.person if self._random.random() < 0.55 else self._templates.plain
            parts += [*self._filled(self._random.choice(which)), (joint, Label.OTHER)]
        return parts

    def _filled(self, template: str) -> Iterator[_Marked]:
        done = 0
        for slot in _SLOT.finditer(template):
            yield template[done : slot.start()], Label.OTHER
            done = slot.end()
            named = self._named.get(slot.group(1))
            if named is None:
                yield from self._filled(self._random.choice(self._templates.lists[slot.group(1)]))
            else:
                yield named[1](), named[0]
        yield template[done:], Label.OTHER


def _labelled(parts: list[_Marked]) -> Iterator[Labelled]:
    """Yield the words of the joined parts with their labels, cut into sentences as the reader cuts them."""
    text, labels, begins = "", [], set()
    for part, label in parts:
        begins.add(len(text))
        text += part
        labels += [label] * len(part)
    for tokens in cut(text):
        sentence: Labelled = []
        for token in tokens:
            label = labels[token.start()]
            if label is Label.FIRST and token.start() not in begins:
                label = Label.NEXT
            sentence.append((token.group(), label))
        if sentence:
            yield sentence
