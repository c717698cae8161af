"""Screens a document for personal data: our own recognizers, run by Presidio, ruled by rules/."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from presidio_analyzer import AnalyzerEngine, LocalRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from service.errors import RulesError
from service.rules.screening import Rule, ScreeningRules
from service.screening import identity_number, person_name, phrase, reserve_number
from service.screening.document_text import join
from service.screening.engine import LANGUAGE, Spans, no_model, persons
from service.screening.file_names import FileNames
from service.screening.hit import Hit
from service.screening.patterns import alternation
from service.screening.place import blot, hidden_names, place_of
from service.screening.registered import Names
from service.values import Certainty, Document, Finding, Reason

# One finding decides; a mail of nothing but findings must not cost more than one that has a few.
_MOST = 500
# Among so many hits of one recognizer a certain one is looked for; the possible ones hold the mail already.
_MOST_LOOKED_AT = 10_000

Find = Callable[[str], Iterable[Hit]]


class Screen:
    """The warm screen; build it once, since rules and names take a while to prepare.

    `engine` names a language model that finds names beside our own recognizers; none where it is empty.
    `registered` returns the names of articles, stocks and facilities in the site's own registers.
    """

    def __init__(self, rules: ScreeningRules, engine: str = "", registered: Names = frozenset) -> None:
        self._rules = {rule.id: rule for rule in rules.rules}
        self._names = FileNames(rules)
        recognizers = [
            _Adapted(name, find, named)
            for name, find, named in _recognizers(rules, persons(engine), registered)
        ]
        registry = RecognizerRegistry(recognizers=recognizers, supported_languages=[LANGUAGE])
        self._engine = AnalyzerEngine(
            registry=registry, nlp_engine=no_model(), supported_languages=[LANGUAGE]
        )

    def findings(self, document: Document) -> tuple[Finding, ...]:
        """Return the personal data found, in the order of the document."""
        joined = join(document, self._names.read)
        results = self._engine.analyze(text=joined.text, language=LANGUAGE)
        spans = sorted({(one.start, one.end, one.entity_type) for one in results})
        found = [
            (self._rules[rule], place)
            for start, end, rule in spans
            if (place := joined.locate(start, end)) is not None
        ]
        # Findings that overlap are told once, so of the most that are kept fewer may be left.
        many = len(spans) >= _MOST // 2
        indices = range(len(document.pieces)) if many else {place[0] for _, place in found}
        names = hidden_names(document, indices)
        return tuple(_finding(document, rule, place, names) for rule, place in found)


class _Adapted(LocalRecognizer):  # type: ignore[misc]  # Presidio is untyped here, so its class is Any
    """Lets Presidio run one of our recognizers; `named` leads from the recognizer's sorts to rules."""

    def __init__(self, name: str, find: Find, named: dict[str, Rule]) -> None:
        self._find = find
        self._named = named
        ids = sorted({rule.id for rule in named.values()})
        super().__init__(supported_entities=ids, name=name, supported_language=LANGUAGE)

    def load(self) -> None:
        """Do nothing: all is ready."""

    def analyze(
        self,
        text: str,
        entities: list[str],  # noqa: ARG002 -- Presidio's signature
        nlp_artifacts: NlpArtifacts | None = None,  # noqa: ARG002
    ) -> list[RecognizerResult]:
        """Return what the recognizer finds in the joined text, the first hits of each certainty."""
        found: dict[Certainty, list[RecognizerResult]] = {certainty: [] for certainty in Certainty}
        for hit in islice(self._find(text), _MOST_LOOKED_AT):
            rule = self._named[hit.sort]
            if len(found[rule.certainty]) < _MOST:
                score = 1.0 if rule.certainty is Certainty.CERTAIN else 0.5
                found[rule.certainty].append(RecognizerResult(rule.id, hit.start, hit.end, score))
            elif rule.certainty is Certainty.CERTAIN:
                break
        return found[Certainty.CERTAIN] + found[Certainty.POSSIBLE]


def _recognizers(
    rules: ScreeningRules, persons: Spans, registered: Names
) -> Iterator[tuple[str, Find, dict[str, Rule]]]:
    def named(recognizer: str) -> dict[str, Rule]:
        return {rule.finds: rule for rule in rules.rules if rule.recognizer == recognizer}

    regions = [
        pattern for rule in rules.rules if rule.recognizer == "reserve_number" for pattern in rule.patterns
    ]
    phrases = tuple(rule for rule in rules.rules if rule.recognizer == "phrase")
    finds: dict[str, tuple[Find, frozenset[str]]] = {
        "identity_number": (identity_number.finder(rules.numbers), identity_number.SORTS),
        "reserve_number": (
            reserve_number.finder(reserve_number.compile_regions(tuple(regions)), rules.numbers),
            reserve_number.SORTS,
        ),
        "person_name": (person_name.finder(rules, persons, registered), person_name.SORTS),
        "phrase": (
            phrase.finder(phrases, _lists(rules)),
            frozenset(rule.finds for rule in phrases) | {phrase.UNREAD},
        ),
    }
    for name, (find, sorts) in finds.items():
        _refuse_other_sorts(name, sorts, named(name))
        yield name, find, named(name)


def _lists(rules: ScreeningRules) -> dict[str, tuple[str, ...]]:
    """Return the word lists of the phrases, with "product" for a word that ends as goods do."""
    endings = alternation(map(re.escape, rules.gazetteer.product_endings))
    return {**rules.words, "product": (rf"[^\W\d_]*{endings}",)}


def _refuse_other_sorts(recognizer: str, sorts: frozenset[str], named: dict[str, Rule]) -> None:
    wrong = sorted(sorts ^ set(named))
    if wrong:
        told = f"{recognizer} ska ha just en regel för var och en av {', '.join(sorted(sorts))}"
        raise RulesError(f"personal_data.yaml: {told}; rätta {wrong[0]}")


def _finding(document: Document, rule: Rule, place: tuple[int, int, int], names: tuple[str, ...]) -> Finding:
    index, start, end = place
    piece = document.pieces[index]
    where = blot(place_of(piece, start), names)
    reason = Reason(rule.code, rule.certainty, where, rule.id, rule.text, piece.zone)
    return Finding(reason, index, start, end)
