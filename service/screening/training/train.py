"""Trains the models: the same rules give the same models."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pycrfsuite  # type: ignore[import-untyped]  # ships no types

from service.rules.screening import ScreeningRules
from service.screening.lexicon import Lexicon
from service.screening.name_features import Features
from service.screening.role_reader import RoleFeatures
from service.screening.training.contexts import ContextFiller, load_contexts
from service.screening.training.sentences import Maker
from service.screening.training.templates import load_templates
from service.screening.word_classes import WordClasses

TEXTS = 30_000
"""How many texts the reader of names learns from."""
TIMES = 8
"""How often each context is filled for the reader of roles."""
_SEED = 1
# c1 drops what says little and keeps the model small; a feature seen less than five times is chance.
_NAMES = {
    "c1": 0.15,
    "c2": 0.02,
    "max_iterations": 70,
    "feature.minfreq": 5,
    "feature.possible_transitions": True,
}
# Few contexts, each filled some times: what only one of them has is chance.
_ROLES = {"c1": 1.0, "c2": 5.0, "max_iterations": 100, "feature.minfreq": TIMES}

# The features of each item of a sequence, and its labels.
_Sequence = tuple[list[list[str]] | list[list[bytes]], list[str]]


def train_names(rules: ScreeningRules, folder: Path, texts: int = TEXTS) -> bytes:
    """Return the model of names, trained on `texts` texts made of the folder's templates and contexts."""
    features = Features(Lexicon(rules))
    sentences = Maker(rules, load_templates(folder), load_contexts(folder), _SEED).sentences(texts)
    return _trained(
        (
            (features.of([word for word, _ in sentence]), [label.value for _, label in sentence])
            for sentence in sentences
        ),
        _NAMES,
    )


def train_roles(rules: ScreeningRules, folder: Path, times: int = TIMES) -> bytes:
    """Return the model of roles, trained on the folder's contexts, each filled `times` times."""
    features = RoleFeatures(Lexicon(rules), WordClasses(rules.word_classes))
    examples = ContextFiller(rules, load_templates(folder), _SEED).examples(load_contexts(folder), times)
    return _trained(
        (([features.of(one.text, one.start, one.end)], [one.part.value]) for one in examples), _ROLES
    )


def _trained(sequences: Iterator[_Sequence], settings: dict[str, float]) -> bytes:
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", params=settings, verbose=False)
    for features, labels in sequences:
        trainer.append(features, labels)
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "model"
        trainer.train(str(path))
        return path.read_bytes()
