"""What a named person is to the mail: patient, relative, staff, its sender, or nobody knows."""

import re
from enum import Enum

from service.rules.screening import Gazetteer, Roles
from service.screening.document_text import BREAK
from service.screening.labels import alternation
from service.screening.name_span import Span

_BEFORE = 90
_BEHIND = 90
_SENTENCE = re.compile(r"[.!?](?=\s)")
_ABBREVIATION = re.compile(
    r"(?i)(?:\b(?:pat|att|attn|st|nr|tel|ang|leg|adm|avd|kv|f|dr|ca|t\.ex|bl\.a|ref|art|s\.k)|\b[A-ZÅÄÖ])\.$"
)
_ADDRESS = re.compile(r"[ ]?[\"']?[ ]?(?:<[^<>\s]{1,80}@|\(?[\w.+-]{1,60}@|\[?mailto:)")
_LABEL_LINE = re.compile(r"(?:^|\n)[ >]{0,8}([^\n]{2,60}[:|?]?)[ ]*\n[ >\t|]*$")


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
        staff = rf"(?:{alternation(roles.staff)}|\w*{alternation(roles.staff_endings)})"
        short = alternation(roles.staff_short)
        owner = alternation((*roles.patient, *roles.relative, *roles.courtesy))
        labels = alternation((*roles.patient_labels, *roles.patient, *roles.relative))
        edge = r"(?:^|(?<![^\W\d_]))"
        link = (
            r"(?:[ ]?[:(,–-]|[ ](?:som[ ])?heter|[ ]är|[ ]vid[ ]namn|[ ]med[ ]namnet|[ ]namn|[ ]min|[ ]vår)?"
        )
        self.owner = re.compile(rf"(?i){edge}{owner}{link}[ (\"']{{0,3}}$")
        self.owner_near = re.compile(rf"(?i){edge}{owner}(?:[ ][^\W\d_]+){{0,2}}[ ,:]{{1,2}}$")
        self.owner_behind = re.compile(
            rf"(?i)s?[ ]?[,(–-]{{1,2}}[ ]?(?:en[ ]|vår[ ]|hennes[ ]|hans[ ]|som[ ]är[ ])?{owner}(?![^\W\d_])"
        )
        self.label = re.compile(rf"(?i)(?:^|[\n|\t;.,]|  )[ >*]{{0,4}}{labels}[ ]?(?:[:=|\t]|  )[ \t|]*$")
        self.label_line = re.compile(rf"(?i){labels}[ ]?[:|?]?")
        self.receiver = re.compile(rf"(?i){edge}{alternation(roles.receiver)}[ :]{{1,2}}(?:vår[ ]|min[ ])?$")
        self.to = re.compile(r"(?i)(?:^|(?<![^\W\d_]))(?:till|för|hos|åt)[ ]{1,2}(?:vår[ ]|min[ ])?$")
        self.to_place = re.compile(r"(?i)[ ,]{1,2}(?:på|i|som|hem|rum|lgh|avd|hon|han|f\.|född)(?![^\W\d_])")
        needs = alternation(roles.needs)
        self.needs = re.compile(
            rf"(?i)s?[ ,]{{1,2}}(?:\n[ >]*)?(?:som[ ]|också[ ]|även[ ]|nu[ ]|hon[ ]|han[ ]|och[ ]|verkligen[ ]|\w+igen[ ])?(?:{needs})(?:(?![^\W\d_])|(?<=\W))"
        )
        self.belongs = re.compile(rf"(?i)[ ]{{1,2}}(?:\n[ >]*)?{alternation(roles.belongings)}")
        self.states = re.compile(rf"(?i)[ ,]{{1,2}}{alternation(roles.states)}(?![^\W\d_])")
        self.title_before = re.compile(
            rf"(?i){edge}(?:{staff}|{alternation(roles.contact)})[ .:,()–|\t-]{{1,4}}(?:är[ ]|på[ ]plats[ :]{{0,2}}(?:är[ ])?|för[ ]\w+[ :]{{1,2}}|hos[ ]oss[ ]|heter[ ]|vid[ ]leverans(?=:?[ ]?$)[ :]*)?(?:hej[ ])?$"
        )
        self.title_behind = re.compile(
            rf"(?i)s?[ ]?[,(|/–:-]{{0,2}}[ ]{{0,2}}(?:\n[ >\t]*){{0,2}}(?:vår[ ]|är[ ]|som[ ]är[ ]|som[ ]|bitr\.?[ ]|leg\.?[ ]|1:e[ ]|[^\W\d_]+[ ])?{staff}(?![^\W\d_])"
        )
        self.short_behind = re.compile(
            rf"s?[ ]?[,(|/–-]{{0,2}}[ ]?(?:leg\.?[ ])?{short}(?=[ ]*(?:[\n).,;|/]|$)|[ ](?:på|i|hos|vid)[ ]|[ ]+[A-ZÅÄÖ0-9])"
        )
        self.works_as = re.compile(
            rf"(?i)[^.!?\n]{{0,60}}\b(?:som|vår)[ ](?:vår[ ]|ny[ ]|leg\.?[ ])?{staff}(?![^\W\d_])"
        )
        self.greeting = re.compile(
            rf"(?im)(?:^[ >\t]*|[.!?] |\n[ >]*){alternation(roles.greetings)}[ ,!:]{{1,3}}(?:och[ ]|till[ ]|kära[ ]|\w{{2,12}},?[ ](?:och|o)[ ])?$"
        )
        self.states_before = re.compile(rf"(?i){edge}{alternation(roles.asks)}[ :]{{1,2}}$")
        self.quantity = re.compile(
            rf"(?i)(?:(?<![\w])\d{{1,3}}|(?<![^\W\d_])(?:en|ett|två|tre|fyra|fem|sex|sju|åtta|nio|tio))[ ]?(?:{alternation(gazetteer.measures)})?[ ](?:[^\W\d_]+[ ]){{0,2}}$"
        )
        self.counted = re.compile(
            rf"(?i)[ ]?[,;(:–|\t-]{{0,3}}[ ]?(?:[^\W\d_]{{1,12}}[ ])?(?:art\w*\.?[ ](?:nr\.?[ ])?)?\d{{1,6}}[ ]?(?:{alternation(gazetteer.measures)}\b|[)|\t;]|$)|[ ]?[(,;|\t–-]{{1,3}}[ ]?(?:art\w*[. ]*(?:nr)?[. :]*)?\d{{4,6}}\b"
        )
        self.article_before = re.compile(
            r"(?i)(?:^|[\n|\t;(*-][ ]?)\d{4,6}[ \t|;:,–-]{1,8}(?:[^\W\d_]+[ ]){0,3}$|\bart\w*[. ]{0,2}(?:nr)?[. :]{0,2}\d{3,8}[ ,:–-]{1,4}(?:[^\W\d_]+[ ]){0,2}$"
        )
        endings = alternation(gazetteer.product_endings)
        self.product_behind = re.compile(rf"(?i)[ ](?:[A-Z]{{0,3}}\d{{0,3}}[ ])?\w*{endings}(?![^\W\d_])")
        self.place_before = re.compile(
            rf"(?i){edge}{alternation(map(re.escape, gazetteer.place_before))}[ ](?:\")?$"
        )
        self.place_behind = re.compile(
            rf"(?i)(?::?s)?(?:[ ](?:{alternation(map(re.escape, gazetteer.place_after))})(?![^\W\d_])|s?[ ][^\W\d_]*{alternation(gazetteer.place_endings)}(?![^\W\d_]))"
        )

    def is_patient(self, text: str, span: Span, before: str, behind: str) -> bool:
        """Return whether a word for a patient or relative owns the name."""
        if span.framed or self.owner.search(before) or self.label.search(before):
            return True
        if self.owner_behind.match(behind):
            return True
        line = _LABEL_LINE.search(text[max(0, span.start - 80) : span.start])
        return line is not None and self.label_line.fullmatch(line.group(1).strip()) is not None

    def is_staff(self, before: str, behind: str) -> bool:
        """Return whether a title or a contact word belongs to the name."""
        return bool(
            self.title_before.search(before)
            or self.title_behind.match(behind)
            or self.short_behind.match(behind)
            or _ADDRESS.match(behind)
            or self.works_as.match(behind)
        )

    def is_cued(self, text: str, span: Span, before: str, behind: str) -> bool:
        """Return whether the sentence says something of the name that is said of patients only."""
        if self.receiver.search(before) or self.needs.match(behind):
            return True
        if text[span.end - 1 : span.end] in ("s", "S") and self.belongs.match(behind):
            return True
        if re.match(r"s[ ]", behind) and self.belongs.match(behind[1:]):
            return True
        return bool(self.to.search(before) and self.to_place.match(behind))

    def is_thing(self, before: str, behind: str) -> bool:
        """Return whether the words around make the name a product's or a place's."""
        return bool(
            self.place_before.search(before)
            or self.place_behind.match(behind)
            or self.quantity.search(before)
            or self.product_behind.match(behind)
            or self.counted.match(behind)
            or self.article_before.search(before)
        )


def around(text: str, span: Span) -> tuple[str, str]:
    """Return the part of the span's sentence before it and the part behind it."""
    before = text[max(0, span.start - _BEFORE) : span.start].rsplit(BREAK, 1)[-1]
    behind = text[span.end : span.end + _BEHIND].split(BREAK, 1)[0]
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
