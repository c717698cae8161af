"""rules/names/contexts.yaml: whole mails with slots, sorted by whom they are about; filled and labelled."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from service.rules.loading import Strict, read_rules
from service.rules.screening import ScreeningRules, Words
from service.screening.role_reader import Part
from service.screening.training.invent import Inventor, owner
from service.screening.training.templates import Templates

_SLOT = re.compile(r"\{([NGSFPTqa])\}")


class Contexts(Strict):
    """Mails about a patient or relative, about somebody else, and about things alone.

    Slots: {N} the person's name, {G} the same in the genitive, {S} a staff member's, {P} an article, {F} a
    facility, {T} a town, {q} a quantity, {a} an article number.
    """

    patient: Words
    other: Words
    thing: Words


@dataclass(frozen=True, slots=True)
class Example:
    """What text[start:end] is in its mail."""

    text: str
    start: int
    end: int
    part: Part


def load_contexts(rules: Path) -> Contexts:
    """Return the contexts of the rules folder; RulesError names what is wrong with them."""
    return read_rules(rules / "names" / "contexts.yaml", Contexts)


class ContextFiller:
    """Fills the slots; the same seed makes the same mails."""

    def __init__(self, rules: ScreeningRules, templates: Templates, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 -- nothing secret is drawn
        inventor = Inventor(rules, templates, self._random)
        self._filling: dict[str, Callable[[], str]] = {
            "N": inventor.full_name,
            "G": lambda: owner(inventor.full_name()),
            "S": inventor.full_name,
            "P": inventor.article,
            "F": inventor.place,
            "T": inventor.town,
            "q": inventor.quantity,
            "a": inventor.article_number,
        }

    def examples(self, contexts: Contexts, times: int) -> Iterator[Example]:
        """Yield each slot that names somebody or something; each mail is filled `times` times."""
        for named, mails in (
            (Part.PATIENT, contexts.patient),
            (Part.OTHER, contexts.other),
            (Part.THING, contexts.thing),
        ):
            parts = {"N": named, "G": named, "S": Part.OTHER, "P": Part.THING, "F": Part.THING}
            for mail in mails:
                for _ in range(times):
                    yield from self._filled(mail, parts)

    def _filled(self, mail: str, parts: dict[str, Part]) -> Iterator[Example]:
        case = self._random.choices((str, str.lower, str.upper), (6, 3, 1))[0]
        text, done = "", 0
        found: list[tuple[int, int, Part]] = []
        for slot in _SLOT.finditer(mail):
            text += case(mail[done : slot.start()])
            start, done, sort = len(text), slot.end(), slot.group(1)
            text += case(self._filling[sort]())
            if sort in parts:
                found.append((start, len(text), parts[sort]))
        text += case(mail[done:])
        for start, end, part in found:
            yield Example(text, start, end, part)
