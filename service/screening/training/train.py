"""Trains the model from the templates: the same rules give the same model."""

import tempfile
from pathlib import Path

import pycrfsuite  # type: ignore[import-untyped]  # ships no types

from service.rules.screening import ScreeningRules
from service.screening.lexicon import Lexicon
from service.screening.name_features import Features
from service.screening.training.sentences import Maker
from service.screening.training.templates import load_templates

TEXTS = 20_000
_SEED = 1
# c1 drops what says little and keeps the model small; a feature seen less than five times is chance.
_SETTINGS = {
    "c1": 0.15,
    "c2": 0.02,
    "max_iterations": 70,
    "feature.minfreq": 5,
    "feature.possible_transitions": True,
}


def train(rules: ScreeningRules, folder: Path, texts: int = TEXTS) -> bytes:
    """Return the model trained on `texts` texts made of the folder's templates."""
    features = Features(Lexicon(rules))
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", params=_SETTINGS, verbose=False)
    for sentence in Maker(rules, load_templates(folder), _SEED).sentences(texts):
        trainer.append(features.of([word for word, _ in sentence]), [label.value for _, label in sentence])
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "model"
        trainer.train(str(path))
        return path.read_bytes()
