"""Measures how many patients' names are stopped in contexts that nothing was trained or written for.

`python -m tests.bench.names` prints recall by origin, letter case, form and spelling, and false stops on
clean mails, beside Presidio's own recognizers; `--misses` prints the texts that came out wrong.
"""

import argparse
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpEngineProvider

from service.rules.screening import load_screening
from service.settings import shipped_rules
from tests.screened import verdict

DRAWN: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
PATIENTS, CLEAN = 5_000, 2_000
_SLOT = re.compile(r"\{([NGSFPMTqa])\}")
_SLOT_LISTS = {"F": "facilities", "P": "products", "M": "person_products", "T": "towns"}


def _contexts(patient: str, clean: str, more: str = "") -> dict[str, list[str]]:
    """Return one set of contexts, with what its slots are filled from; `more` is a file of its own."""
    drawn = DRAWN | (yaml.safe_load(_beside(more).read_text(encoding="utf-8")) if more else {})
    return {"patient": drawn[patient], "clean": drawn[clean]} | {
        slot: drawn[name] for slot, name in _SLOT_LISTS.items()
    }


def _beside(name: str) -> Path:
    return Path(__file__).with_name(name)


# In the order in which they were written; how large a part of the mails each has.
_SETS = {
    "first contexts": (5, _contexts("patient", "clean")),
    "later contexts": (3, _contexts("later", "later_clean")),
    "third contexts": (2, _contexts("third", "third_clean")),
    "fourth contexts": (5, _contexts("patient", "clean", "names_fourth.yaml")),
    "fifth contexts": (5, _contexts("patient", "clean", "names_fifth.yaml")),
    "sixth contexts": (5, _contexts("patient", "clean", "names_sixth.yaml")),
    "seventh contexts": (5, _contexts("patient", "clean", "names_seventh.yaml")),
    "eighth contexts": (5, _contexts("patient", "clean", "names_eighth.yaml")),
    "ninth contexts": (5, _contexts("patient", "clean", "names_ninth.yaml")),
    "tenth contexts": (5, _contexts("patient", "clean", "names_tenth.yaml")),
    "eleventh contexts": (5, _contexts("patient", "clean", "names_eleventh.yaml")),
    "twelfth contexts": (5, _contexts("patient", "clean", "names_twelfth.yaml")),
}
_CASES: dict[str, Callable[[str], str]] = {"written": str, "lower": str.lower, "upper": str.upper}


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail with the rows of the result that it counts in."""

    text: str
    context: str
    rows: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """How many mails of each row ended how."""

    ended: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, rows: tuple[str, ...], verdict_: str) -> None:
        for row in rows:
            self.ended[row][verdict_] += 1


def patients(random_: random.Random, count: int) -> Iterator[Sample]:
    """Yield mails about one patient each; a third of the names are misspelt, a fifth stand in forms."""
    listed = _listed_words()
    for _ in range(count):
        origin = random_.choice(list(DRAWN["names"]))
        words = [random_.choice(DRAWN["names"][origin][part]) for part in ("first", "last")]
        misspelt = random_.random() < 1 / 3
        if misspelt:
            words = [_misspelt(random_, word) for word in words]
        in_form = random_.random() < 0.2
        set_, contexts = _drawn_set(random_)
        where = "forms" if in_form else set_
        context = random_.choice(DRAWN["fields"] if in_form else contexts["patient"])
        form = random_.choice(["plain", "turned", "initial"]) if in_form else "plain"
        case = random_.choices(list(_CASES), (5, 3, 2))[0]
        known = sum(word.lower() in listed for word in " ".join(words).replace("-", " ").split())
        row = "both listed" if known > 1 else "one listed" if known else "none listed"
        spelt = "misspelt" if misspelt else "rightly spelt"
        rows = ("all", where, origin, f"{case} case", f"{form} form", row, spelt)
        yield Sample(_CASES[case](_filled(random_, contexts, context, _formed(form, words))), context, rows)


def clean(random_: random.Random, count: int) -> Iterator[Sample]:
    """Yield mails with no patient: unlisted products and facilities, and staff."""
    for _ in range(count):
        case = random_.choices(list(_CASES), (7, 2, 1))[0]
        where, contexts = _drawn_set(random_)
        context = random_.choice(contexts["clean"])
        text = _CASES[case](_filled(random_, contexts, context, ""))
        yield Sample(text, context, ("all clean", f"{where}, clean", f"{case} case, clean"))


def _drawn_set(random_: random.Random) -> tuple[str, dict[str, list[str]]]:
    name = random_.choices(list(_SETS), [share for share, _ in _SETS.values()])[0]
    return name, _SETS[name][1]


def _listed_words() -> frozenset[str]:
    rules = load_screening(shipped_rules())
    return rules.first_names | rules.last_names


def _misspelt(random_: random.Random, word: str) -> str:
    """Return the word with one letter, not its first, lost, doubled, swapped or changed."""
    at = random_.randrange(1, len(word))
    if not word[at].isalpha() or len(word) < 4:
        return word
    changed = random_.choice("aeiouklmnrst")
    ways = (word[at + 1 :], word[at] + word[at:], word[at + 1 : at + 2] + word[at] + word[at + 2 :])
    return word[:at] + random_.choice((*ways, changed + word[at + 1 :]))


def _formed(form: str, words: list[str]) -> str:
    first, last = words
    if form == "turned":
        return f"{last}, {first}"
    return f"{first[0]}. {last}" if form == "initial" else f"{first} {last}"


def _filled(random_: random.Random, contexts: dict[str, list[str]], context: str, name: str) -> str:
    def value(slot: re.Match[str]) -> str:
        kind = slot.group(1)
        if kind == "G":
            return name if name[-1:] in ("s", "x", "z") else f"{name}s"
        if kind == "S":
            names = random_.choice(list(DRAWN["names"].values()))
            return f"{random_.choice(names['first'])} {random_.choice(names['last'])}"
        numbers = {"q": random_.randint(2, 20), "a": random_.randint(10_000, 69_999)}
        return name if kind == "N" else str(numbers.get(kind) or random_.choice(contexts[kind]))

    return _SLOT.sub(value, context)


def presidio() -> Callable[[str], str]:
    """Return the verdict of Presidio's own recognizers on a text, but for its model's: it has none here."""
    engine = {"nlp_engine_name": "no_op", "models": [{"lang_code": "sv", "model_name": "no_op"}]}
    registry = RecognizerRegistry(supported_languages=["sv"])
    registry.load_predefined_recognizers(languages=["sv"])
    registry.remove_recognizer("SpacyRecognizer")
    made = NlpEngineProvider(nlp_configuration=engine).create_engine()
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=made, supported_languages=["sv"])

    def judge(text: str) -> str:
        return "certain" if analyzer.analyze(text=text, language="sv", score_threshold=0.3) else "clean"

    return judge


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="print what came out wrong")
    parser.add_argument("--seed", type=int, default=2026)
    given = parser.parse_args()
    ours, theirs, wrong = Tally(), Tally(), Counter[str]()
    random_, beside = random.Random(given.seed), presidio()
    for wanted, samples in (("certain", patients(random_, PATIENTS)), ("clean", clean(random_, CLEAN))):
        for sample in samples:
            ended = verdict(sample.text)
            ours.add(sample.rows, ended)
            theirs.add(sample.rows[:1], beside(sample.text))
            if ended != wanted:
                wrong[f"{ended:8} {sample.context!r}"] += 1
                if given.misses:
                    print(f"{ended:8} {sample.text!r}")
    _print(ours, theirs)
    if given.misses:
        print(*(f"{count:4} {context}" for context, count in wrong.most_common(40)), sep="\n")


def _print(ours: Tally, theirs: Tally) -> None:
    print(f"{'':28}{'mails':>7}{'stopped %':>11}{'rejected %':>12}")
    for whose, tally in (("", ours), ("Presidio: ", theirs)):
        for row, ended in tally.ended.items():
            total = ended.total()
            stopped, rejected = total - ended["clean"], ended["certain"]
            shares = f"{100 * stopped / total:11.2f}{100 * rejected / total:12.2f}"
            print(f"{whose + row:28}{total:7}{shares}")


if __name__ == "__main__":
    main()
