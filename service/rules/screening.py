"""What rules/ says of personal data: rules with examples, and the words that the recognizers look for."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from service.errors import RulesError
from service.rules.loading import Strict, read_names, read_rules
from service.values import Certainty

Code = Literal[
    "personnummer",
    "samordningsnummer",
    "reservnummer",
    "birth_date",
    "patient_name",
    "relative_contact",
    "home_address",
    "private_phone",
    "private_email",
    "unknown_name",
    "initials",
    "room",
    "age",
    "sex",
    "body_measure",
    "diagnosis",
    "need",
    "possible_number",
]
Recognizer = Literal["identity_number", "reserve_number", "person_name", "phrase"]
Words = tuple[Annotated[str, Field(min_length=1)], ...]


class Rule(Strict):
    """One sort of personal data.

    `policy` is the number of the policy's item. `sort` is what the recognizer calls it (the id where
    empty). `patterns` are regular expressions in which {name} stands for a word list of the file;
    `unless` are the like, and a hit does not count that shares a letter with what one of them matches in
    the same sentence. `match` are texts in which the rule must find something, `clear` texts in which it
    must not.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    policy: int = Field(ge=1, le=8)
    code: Code
    certainty: Certainty
    description: str = Field(min_length=10)
    text: str = Field(min_length=10)
    recognizer: Recognizer
    sort: str = ""
    patterns: Words = ()
    unless: Words = ()
    match: tuple[str, ...] = Field(min_length=1)
    clear: tuple[str, ...] = Field(min_length=1)

    @property
    def finds(self) -> str:
        """The recognizer's name for what this rule is about."""
        return self.sort or self.id


class NumberWords(Strict):
    """The words beside a number that tell what it is.

    `loose` are those of `foreign` that anything can stand behind, a person too ("Ref", "faktureras").
    `latest_year` bounds a birth year where the mail itself has no date.
    """

    labels: Words
    foreign: Words
    loose: Words
    phone: Words
    latest_year: int = Field(ge=2026, le=2100)


class PersonalData(Strict):
    """rules/personal_data.yaml."""

    numbers: NumberWords
    words: dict[str, Words]
    rules: tuple[Rule, ...]

    @model_validator(mode="after")
    def _each_id_once(self) -> "PersonalData":
        ids = [rule.id for rule in self.rules]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise ValueError(f"id {twice[0]} står två gånger; ge varje regel ett eget id")
        return self


class Roles(Strict):
    """rules/roles.yaml: the words that tell whether a person is a patient, a relative or staff."""

    patient: Words
    patient_labels: Words
    relative: Words
    link: Words
    patient_columns: Words
    courtesy: Words
    receiver: Words
    needs: Words
    lives: Words
    falls: Words
    staff_does: Words
    belongings: Words
    workplaces: Words
    teams: Words
    staff: Words
    staff_endings: Words
    staff_short: Words
    contact: Words
    greetings: Words
    sign_offs: Words


class Gazetteer(Strict):
    """rules/gazetteer.yaml: names of things and places that are no persons."""

    products: Words
    product_endings: Words
    product_sizes: Words
    code_endings: Words
    goods_before: Words
    goods_behind: Words
    goods_columns: Words
    measures: Words
    places: Words
    place_before: Words
    product_before: Words
    place_after: Words
    firms: Words
    place_endings: Words
    surname_endings: Words


class ScreeningRules(Strict):
    """All that screening goes by; names are lower case. The models are the trained readers'."""

    numbers: NumberWords
    words: dict[str, Words]
    rules: tuple[Rule, ...]
    roles: Roles
    gazetteer: Gazetteer
    first_names: frozenset[str]
    last_names: frozenset[str]
    ambiguous: frozenset[str]
    ordinary: frozenset[str]
    word_classes: dict[str, frozenset[str]]
    name_model: bytes
    role_model: bytes


def load_screening(
    folder: Path, name_model: bytes | None = None, role_model: bytes | None = None
) -> ScreeningRules:
    """Return the rules of the folder; RulesError names the file and what is wrong with it.

    The models stand in for the folder's own, as while those are yet to be trained.
    """
    data = read_rules(folder / "personal_data.yaml", PersonalData)
    return ScreeningRules(
        numbers=data.numbers,
        words=data.words,
        rules=data.rules,
        roles=read_rules(folder / "roles.yaml", Roles),
        gazetteer=read_rules(folder / "gazetteer.yaml", Gazetteer),
        first_names=read_names(folder / "names" / "first.txt"),
        last_names=read_names(folder / "names" / "last.txt"),
        ambiguous=read_names(folder / "names" / "ambiguous.txt"),
        ordinary=read_names(folder / "names" / "ordinary.txt"),
        word_classes=_read_classes(folder / "names" / "classes"),
        name_model=_read_model(folder / "names" / "model.crfsuite") if name_model is None else name_model,
        role_model=_read_model(folder / "names" / "roles.crfsuite") if role_model is None else role_model,
    )


def _read_classes(folder: Path) -> dict[str, frozenset[str]]:
    classes = {path.stem: read_names(path) for path in sorted(folder.glob("*.txt"))}
    if not classes:
        raise RulesError(f"{folder}: har inga ordlistor; återställ mappen")
    return classes


def _read_model(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        told = f"går inte att läsa ({error.strerror}); återställ filen eller kör service.screening.training"
        raise RulesError(f"{path}: {told}") from error
