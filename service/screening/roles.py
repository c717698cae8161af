"""What a named person is to the mail: patient, relative, staff, its sender, or nobody knows."""

import re
from enum import Enum

from service.rules.screening import Gazetteer, Roles
from service.screening.document_text import BREAK
from service.screening.name_span import Span
from service.screening.patterns import fill, is_of_one_line
from service.screening.role_patterns import (
    BEFORE,
    BEGIN,
    BEHIND,
    END,
    FIELD,
    GREETING,
    IT,
    LATER,
    NAMED,
    SHORT,
    TITLED_LATER,
)

# How many characters of a sentence are looked at before and behind a name.
_REACH = 90
# How far behind a name what is said of "hon" is still taken to be of the same person.
_LATER_REACH = 300
# How far before a name its label begins.
_LABEL_REACH = 40
_SENTENCE = re.compile(r"[.!?](?=\s)")
_ABBREVIATION = re.compile(
    r"(?i)(?:\b(?:pat|att|attn|st|nr|tel|ang|leg|adm|avd|kv|f|dr|ca|t\.ex|bl\.a|ref|art|s\.k)|\b[A-ZÅÄÖ])\.$"
)
_LABEL_LINE = re.compile(r"(?:^|\n)[ >]{0,8}([^\n]{2,60}[:|?]?)[ ]*\n[ >\t|]*$")

# What leads to whoever gets something; the words in front of it are dear to look for.
_TO = re.compile(r"(?i)(?:\b(?:till|för|hos|åt|från)[ ]{1,2}(?:(?:vår|min)[ ])?|\()$")
# In characters: how long that is at most, and the letter before it.
_LONGEST_TO = 12
# "Kund:", the label in the cell before, or on the line above
_CUSTOMER = re.compile(r"(?i)(?:^|[\n|\t;.,])[ >*]*kund(?:namn)?[ ]?[:|=]?[ \t|]*\n?[ \t|>]*$")
_SOMEBODY = re.compile(r"(?i)\b(?:hon|han|hen|hennes|hans|henne|honom)\b")
# What stands before the name and what stands behind it, where it takes both.
_PAIRS = (("to", "to_place"), ("asked", "asked"))


class Role(Enum):
    """Who a person is, by the words around the name."""

    PATIENT = "patient"
    STAFF = "staff"
    # A word says it is a patient's matter, but not surely.
    HINT = "hint"
    # Asked about or acting, without a role.
    UNKNOWN = "unknown"
    GREETED = "greeted"
    THING = "thing"


class RoleWords:
    """The words of rules/roles.yaml, compiled for the text before and behind a name."""

    def __init__(self, roles: Roles, gazetteer: Gazetteer) -> None:
        lists = _lists(roles, gazetteer)
        self._before = {
            name: re.compile(rf"(?ix) {BEGIN} (?:{fill(pattern, lists)}) $")
            for name, pattern in BEFORE.items()
        }
        self._in_line = frozenset(name for name, pattern in self._before.items() if is_of_one_line(pattern))
        self._behind = {name: re.compile("(?ix)" + fill(pattern, lists)) for name, pattern in BEHIND.items()}
        self._title = re.compile(
            "(?ix)" + fill(rf"{BEGIN} (?: {{staff}} | \w*{{staff_endings}} ) {END}", lists)
        )
        # "Anhörig som kontaktas vid leverans: Rune"
        self._relative_field = re.compile(
            "(?ix)" + fill(r"(?:^|\n) [ >*-]{0,4} {owner} [ ] [^\n:]{1,40} :[ ]* $", lists)
        )
        self._owner = re.compile("(?ix)" + fill(rf"{BEGIN} {{owner}} {END}", lists))
        self._short = re.compile("(?x)" + fill(SHORT, lists))
        self._field = re.compile("(?ix)" + fill(FIELD, lists))
        self._label = re.compile(fill(r"(?i){label}[ ]?[:|?]?", lists))
        self._named = re.compile("(?ix)" + fill(f"{NAMED} | {IT}", lists))
        self._later = re.compile("(?ix)" + fill(LATER, lists))
        self._titled_later = re.compile("(?ix)" + fill(TITLED_LATER, lists))
        self._courtesy = re.compile("(?ix)" + fill(r"(?:^|[^\w]) {courtesy} [ ] $", lists))
        self._greeting = re.compile("(?imx)" + fill(GREETING, lists))

    def is_patient(self, text: str, span: Span, before: str, behind: str) -> bool:
        """Return whether a word for a patient or relative owns the name."""
        if span.framed or self._ends("owner", before) or self._field.search(before, _last_line(before)):
            return True
        if self._ends("kin", before):
            return True
        if self._begins("kin_below", behind):
            return True
        if self._begins("owner", behind) or (is_genitive(text, span) and self._begins("attended", behind)):
            return True
        above = text[max(0, span.start - 80) : span.start]
        if above.rpartition("\n")[2].strip(" >\t|"):
            return False
        line = _LABEL_LINE.search(above)
        return line is not None and self._label.fullmatch(line.group(1).strip()) is not None

    def is_staff(self, before: str, behind: str) -> bool:
        """Return whether a title, a contact word or a mail address belongs to the name."""
        if self._ends("title", before) or self._short.match(behind):
            return True
        return any(self._begins(name, behind) for name in ("title", "title_below", "address", "works_as"))

    def is_of_team(self, behind: str) -> bool:
        """Return whether those who work together, or where they do, stand behind the name."""
        return self._begins("team", behind) or self._begins("workplace", behind)

    def is_receiver(self, before: str) -> bool:
        """Return whether something is for the name, or is said to concern it."""
        return any(self._ends(name, before) for name in ("receiver", "to", "concerned"))

    def is_staff_named(self, text: str, span: Span, before: str) -> bool:
        """Return whether "han heter" leads to the name, and the sentence before tells of staff alone."""
        if not self._ends("named", before):
            return False
        told = text[max(0, span.start - len(before) - _REACH) : span.start - len(before)]
        return bool(self._title.search(told)) and not self._owner.search(told)

    def is_titled_later(self, text: str, span: Span) -> bool:
        """Return whether the sentence, or the next, says that this person is of the staff."""
        return self._titled_later.match(text, span.end, span.end + _LATER_REACH) is not None

    def is_home(self, text: str, span: Span, behind: str) -> bool:
        """Return whether the name owns a house: a ward's name, or where somebody lives."""
        return is_genitive(text, span) and self._begins("home", behind)

    def is_house(self, text: str, span: Span, behind: str) -> bool:
        """Return whether the customer is a ward ("Kund: Karl Johans servicehus"), or called after a lady."""
        whole = "," not in text[span.start : span.end] and is_genitive(text, span)
        if not whole or not self.is_place(behind):
            return False
        begin = max(0, span.start - _LABEL_REACH)
        if self._courtesy.search(text, begin, span.start):
            return not self._begins("home", behind)
        return _CUSTOMER.search(text, begin, span.start) is not None

    def is_resident(self, before: str, behind: str) -> bool:
        """Return whether the name is somebody's who lives there, or a relative's in a field."""
        if self._begins("resides", behind):
            return True
        field = self._relative_field.search(before)
        return field is not None and self._title.search(field.group()) is None

    def are_many(self, before: str) -> bool:
        """Return whether several pieces go there, as to a ward."""
        return self._before["several"].search(before) is not None or before.lower().endswith("på ")

    def is_cared_for(self, behind: str) -> bool:
        """Return whether the sentence says of the name what is said only of a person in care."""
        return self._begins("lives", behind)

    def is_cared_for_later(self, text: str, span: Span) -> bool:
        """Return whether the next sentences say such a thing of "hon" or "han"."""
        stop = span.end + _LATER_REACH
        return bool(_SOMEBODY.search(text, span.end, stop) and self._later.search(text, span.end, stop))

    def is_cued(self, text: str, span: Span, before: str, behind: str) -> bool:
        """Return whether the sentence gives the name something, as it gives patients and sometimes wards."""
        if self._ends("receiver", before) or any(
            self._begins(name, behind) for name in ("needs", "own", "does")
        ):
            return True
        return is_genitive(text, span) and self._begins("belongs", behind)

    def is_sent_to(self, before: str, behind: str) -> bool:
        """Return whether something goes to the name, as to patients, and to wards still oftener."""
        if self._ends("concerned", before) or self._ends("falls", before):
            return True
        if not _TO.search(before, max(0, len(before) - _LONGEST_TO)):
            return any(self._ends(a, before) and self._begins(b, behind) for a, b in _PAIRS[1:])
        if any(self._ends(name, before) for name in ("given", "one")):
            return True
        if self._ends("about", before) and self._before["several"].search(before) is None:
            return True
        return any(self._ends(a, before) and self._begins(b, behind) for a, b in _PAIRS)

    def is_many(self, behind: str) -> bool:
        """Return whether the name needs several of something, as a ward does and a person seldom."""
        return self._begins("several", behind)

    def is_thing(self, text: str, span: Span, before: str, behind: str) -> bool:
        """Return whether the words around make the name a product's or a place's."""
        if self.is_ward(before):
            return True
        # Nobody counts in pieces what is called by a first name and a surname.
        return not span.sure and self._is_article(text, span, before, behind)

    def is_place(self, behind: str) -> bool:
        """Return whether what follows makes the name a place's, whatever stands before."""
        return self._begins("place", behind)

    def is_firm(self, behind: str) -> bool:
        """Return whether what follows makes the name a company's: "Rune Nyberg AB"."""
        return self._begins("firm", behind)

    def is_ward(self, before: str) -> bool:
        """Return whether a word for a ward or a house stands right before: "vårdcentralen Rune"."""
        return self._ends("place", before)

    def is_aid(self, before: str) -> bool:
        """Return whether a word for an aid stands right before: "sittdyna Rune"."""
        return self._ends("noun", before)

    def _is_article(self, text: str, span: Span, before: str, behind: str) -> bool:
        if any(self._ends(name, before) for name in ("product", "quantity", "article", "goods", "ward")):
            return True
        if not span.full and self._ends("single", before):
            return True
        if self._begins("goods", behind):
            return True
        product = self._begins("product", behind) and not is_genitive(text, span)
        return product or self._begins("counted", behind) or self._named.match(text, span.end) is not None

    def is_greeted(self, before: str) -> bool:
        """Return whether a greeting leads to the name."""
        return self._greeting.search(before) is not None

    def _ends(self, name: str, before: str) -> bool:
        """Return whether the text before ends so; what holds no line break is looked for in the last line."""
        begin = before.rfind("\n", 0, len(before) - 1) + 1 if name in self._in_line else 0
        return self._before[name].search(before, begin) is not None

    def _begins(self, name: str, behind: str) -> bool:
        return self._behind[name].match(behind) is not None


def is_genitive(text: str, span: Span) -> bool:
    """Return whether the name ends as an owner's does: "Runes rullstol", and "Max rullstol" too."""
    return text[span.end - 1 : span.end] in tuple("sSxXzZ")


def _last_line(before: str) -> int:
    """Return where the last line begins, with the line end in front of it; 0 where there is one line."""
    return max(0, before.rfind("\n", 0, len(before) - 1))


def _lists(roles: Roles, gazetteer: Gazetteer) -> dict[str, tuple[str, ...]]:
    escaped = {name: tuple(map(re.escape, words)) for name, words in gazetteer.model_dump().items()}
    return {
        **roles.model_dump(),
        **escaped,
        "owner": (*roles.patient, *roles.relative, *roles.courtesy),
        "label": (*roles.patient_labels, *roles.patient, *roles.relative),
    }


def around(text: str, span: Span) -> tuple[str, str]:
    """Return the part of the span's sentence before it and the part behind it."""
    before = text[max(0, span.start - _REACH) : span.start].rsplit(BREAK, 1)[-1]
    behind = text[span.end : span.end + _REACH].split(BREAK, 1)[0]
    return _since_sentence(before), _until_sentence(behind)


def _since_sentence(before: str) -> str:
    for match in reversed(list(_SENTENCE.finditer(before))):
        if not _ABBREVIATION.search(before[: match.end()]):
            return before[match.end() - 1 :]
    return before.rsplit("\n\n", 1)[-1]


def _until_sentence(behind: str) -> str:
    for match in _SENTENCE.finditer(behind):
        if not _ABBREVIATION.search(behind[: match.end()]):
            return behind[: match.start()]
    return behind
