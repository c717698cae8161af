"""A Swedish language model that the site has installed, as one more source of names; without one, none.

Any spaCy pipeline serves, by package name or folder, also one that holds a transformer. Presidio loads it,
but would fetch from the network what is not there: that it is there is seen to first.
"""

import importlib.util
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from presidio_analyzer.nlp_engine import NlpEngine, NlpEngineProvider

from service.errors import SettingsError
from service.screening.name_span import Span, Strength

LANGUAGE = "sv"
# What Swedish models call a person: SUC 3.0, KB-BERT and most others, OntoNotes.
_PERSON = {"PRS": "PERSON", "PER": "PERSON", "PERSON": "PERSON"}
_WORDS = re.compile(r"\S+")

Spans = Callable[[str], Iterable[Span]]


def persons(model: str) -> Spans:
    """Return what finds persons by the model; nothing is found where `model` is empty."""
    if not model:
        return lambda _text: ()
    engine = _loaded(model)

    def find(text: str) -> Iterable[Span]:
        for one in engine.process_text(text, LANGUAGE).entities:
            if one.label_ in _PERSON:
                full = len(_WORDS.findall(one.text)) > 1
                yield Span(one.start_char, one.end_char, full, Strength.LIKELY)

    return find


def no_model() -> NlpEngine:
    """Return the engine of Presidio that does nothing: our recognizers need no words parted."""
    return _created({"nlp_engine_name": "no_op", "models": [{"lang_code": LANGUAGE, "model_name": "no_op"}]})


def is_installed(model: str) -> bool:
    """Return whether the model is a package of this environment or a folder with a pipeline."""
    if (Path(model) / "config.cfg").is_file():
        return True
    return model.isidentifier() and importlib.util.find_spec(model) is not None


def _loaded(model: str) -> NlpEngine:
    """Return the engine with the model loaded; SettingsError where there is none or it cannot be used."""
    if not is_installed(model):
        raise SettingsError(
            f"screening.engine: {model} finns inte; installera modellen eller töm inställningen"
        )
    try:
        return _created(
            {
                "nlp_engine_name": "spacy",
                "models": [{"lang_code": LANGUAGE, "model_name": model}],
                "ner_model_configuration": {"model_to_presidio_entity_mapping": _PERSON},
            }
        )
    except (ValueError, OSError, ImportError) as error:
        told = (
            f"screening.engine: {model} går inte att ladda ({type(error).__name__}); installera om modellen"
        )
        raise SettingsError(told) from error


def _created(configuration: dict[str, object]) -> NlpEngine:
    return NlpEngineProvider(nlp_configuration=configuration).create_engine()
