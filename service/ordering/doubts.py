"""The doubts that ordering can have about a mail, each with the Swedish sentence that a person reads."""

from service.values import Reason

_SENTENCES = {
    "no_lines": "Ingen orderrad med artikel och antal hittades. Läs mailet och fyll i raderna för hand.",
    "no_quantity": "Det är oklart hur många som önskas ({where}). Fråga avsändaren om antalet.",
    "no_destination": "Det framgår inte säkert vart varorna ska. Fråga avsändaren om förråd eller boende.",
    "kind_not_allowed": "Mailet ser ut att gälla {name}, och det får inte beställas med mail.",
    "individual": "Mailet ser ut att gälla {name} till en person. Sådant tas emot på telefon.",
    "kind_unclear": "Det är oklart vad mailet gäller. Läs det och bestäm vad som ska göras.",
    "two_readings": "Det kan läsas på två sätt ({where}). Kontrollera med avsändaren.",
    "follow_up": "Mailet hänvisar till en tidigare beställning. Kontrollera så att inget bokas två gånger.",
    "leftover_number": "Ett tal på raden hör inte till artikel, antal eller benämning ({where}). Kontrollera raden.",
    "too_large": "Texten är längre än vad som tolkas. En person behöver läsa mailet.",
}
CODES = tuple(_SENTENCES)
"""Every code that a doubt of ordering can have."""


class Doubts:
    """Gathers doubts, each once."""

    def __init__(self) -> None:
        self._found: dict[Reason, None] = {}

    def add(self, code: str, where: str, rule: str, name: str = "") -> None:
        """Add a doubt; `where` and `name` go into its sentence, the mail's own text never does."""
        text = _SENTENCES[code].format(where=where, name=name)
        self._found[Reason(code, None, where, rule, text)] = None

    def all(self) -> tuple[Reason, ...]:
        """Return the doubts in the order they came."""
        return tuple(self._found)
