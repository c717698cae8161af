"""Invents persons, places, products and words; half of the names come from the lists, half from syllables."""

import random
from collections.abc import Callable

from service.rules.screening import ScreeningRules
from service.screening import swedish
from service.screening.training.templates import Templates

_LETTERS = "aeiouyäörsntlkmdvgh"


class Inventor:
    """Draws by one random generator, so that the same seed gives the same names."""

    def __init__(self, rules: ScreeningRules, templates: Templates, random_: random.Random) -> None:
        self._first = sorted(rules.first_names)
        self._last = sorted(rules.last_names)
        self._words = sorted(rules.ordinary)
        self._rarer = swedish.words()
        self._syllables = list(templates.syllables.values())
        self._parts = templates.parts
        self._towns = templates.lists["town"]
        self._random = random_

    def person(self) -> str:
        """Return a name in one of the forms that people write names in."""
        forms: tuple[Callable[[], str], ...] = (
            self.full_name,
            self._given,
            lambda: f"{self._family()}, {self._given()}",
            lambda: f"{self._family()} {self._given()}",
            lambda: f"{self._given()[0]}. {self._family()}",
            lambda: f"{self._given()} {self._family()[0]}",
            lambda: f"{self._given()} {self._given()} {self._family()}",
            lambda: f"{self._given()}-{self._given()} {self._family()}",
            lambda: f"{self._given()} {self._family()}-{self._family()}",
            lambda: f"{self._given()} {self._draw('al', 'el', 'von', 'de', 'bin')} {self._family()}",
        )
        return self._random.choices(forms, (50, 14, 6, 3, 5, 2, 7, 6, 4, 3))[0]()

    def full_name(self) -> str:
        """Return a first name and a surname."""
        return f"{self._given()} {self._family()}"

    def genitive(self) -> str:
        """Return a name as an owner's."""
        return owner(self.person())

    def place(self) -> str:
        """Return a facility, ward or street that no list needs to have."""
        parts = self._parts
        stem = self._draw(*parts.place_begin).capitalize() + self._draw(*parts.place_end)
        thing = self._draw(*parts.place_thing).capitalize() + self._draw("an", "en", "et")
        forms = (
            (9, stem),
            (3, thing),
            (2, f"{self._draw('Villa', 'Norra', 'Södra', 'Västra', 'Östra', 'Nya', 'Lilla')} {stem}"),
            (2, f"{self._draw('Villa', 'Sankt', 'Stiftelsen', 'Kvarteret', 'Avdelning')} {self._given()}"),
            (2, f"{self._draw(stem, thing)} {self._draw(*parts.place_kind)}"),
            (2, f"{stem.removesuffix('s')}s {self._draw(*parts.place_kind)}"),
            (2, f"{self._given().removesuffix('s')}s {self._draw(*parts.place_kind)}"),
            (1, f"{self._given()}{self._draw(*parts.place_end)}"),
            (
                1,
                f"{self._given()} {self._family().removesuffix('s')}s {self._draw('gata', 'väg', 'gränd')} 7",
            ),
            (1, f"{stem.removesuffix('s')}vägen {self._random.randint(1, 90)}"),
            (2, f"avd {self._random.randint(1, 30)} {stem}"),
        )
        return self._random.choices([form for _, form in forms], [weight for weight, _ in forms])[0]

    def article(self) -> str:
        """Return a product's name; many are called as people are."""
        parts = self._parts
        made = (self._draw(*parts.product_begin) + self._draw(*parts.product_end)).capitalize()
        name = self._random.choices((made, self._given(), made.upper(), made.lower()), (6, 3, 1, 1))[0]
        more = self._draw(*parts.product_more)
        brand = f"{self._draw(*parts.product_begin)}{self._draw(*parts.product_end)}".capitalize()
        return self._random.choices((name, f"{name} {more}", f"{brand} {name}"), (5, 4, 2))[0]

    def town(self) -> str:
        """Return one of the towns that the templates know."""
        return self._random.choice(self._towns)

    def quantity(self) -> str:
        """Return how many pieces are asked for, in digits."""
        return str(self._random.randint(2, 20))

    def article_number(self) -> str:
        """Return five digits."""
        return str(self._random.randint(10_000, 69_999))

    def word(self) -> str:
        """Return an ordinary word, a rarer one, or one put together as compounds are, in lower case."""
        kind = self._random.random()
        if kind < 0.7:
            return self._random.choice(self._words if kind < 0.5 else self._rarer)
        stems = self._draw(*self._parts.word_begin), self._draw(*self._parts.word_begin)
        begin = "".join(stems) if self._random.random() < 0.4 else stems[0]
        return begin + self._draw(*self._parts.word_end)

    def _given(self) -> str:
        if self._random.random() < 0.5:
            return _titled(self._slip(self._random.choice(self._first)))
        origin = self._random.choice(self._syllables)
        return _titled(self._draw(*origin.begin) + self._draw(*origin.first))

    def _family(self) -> str:
        if self._random.random() < 0.5:
            return _titled(self._slip(self._random.choice(self._last)))
        origin = self._random.choice(self._syllables)
        middle = self._draw(*origin.first) if self._random.random() < 0.3 else ""
        return _titled(self._draw(*origin.begin) + middle + self._draw(*origin.last))

    def _slip(self, name: str) -> str:
        """Return the name, one time in eight with a letter wrong."""
        if self._random.random() > 0.125 or len(name) < 4:
            return name
        at = self._random.randrange(1, len(name))
        return name[:at] + self._draw("", self._draw(*_LETTERS), name[at] * 2) + name[at + 1 :]

    def _draw(self, *of: str) -> str:
        return self._random.choice(of)


def _titled(name: str) -> str:
    """Return the name with a capital at each word and hyphened part."""
    return " ".join(
        "-".join(part[:1].upper() + part[1:] for part in word.split("-")) for word in name.split(" ")
    )


def owner(name: str) -> str:
    """Return the name in the genitive."""
    return name if name[-1] in "sxz" else f"{name}s"
