"""What a named person is to the mail: patient, relative, staff, its sender, or nobody knows."""

import re
from enum import Enum

from service.rules.screening import Gazetteer, Roles
from service.screening.document_text import BREAK
from service.screening.name_span import Span, Strength
from service.screening.patterns import TO_VERB, fill, is_of_one_line

# How many characters of a sentence are looked at before and behind a name.
_REACH = 90
# How far behind a name what is said of "hon" is still taken to be of the same person.
_LATER_REACH = 300
_SENTENCE = re.compile(r"[.!?](?=\s)")
_ABBREVIATION = re.compile(
    r"(?i)(?:\b(?:pat|att|attn|st|nr|tel|ang|leg|adm|avd|kv|f|dr|ca|t\.ex|bl\.a|ref|art|s\.k)|\b[A-ZÅÄÖ])\.$"
)
_LABEL_LINE = re.compile(r"(?:^|\n)[ >]{0,8}([^\n]{2,60}[:|?]?)[ ]*\n[ >\t|]*$")

# Where a word begins and ends; a digit or a sign may stand beside it.
_BEGIN, _END = r"(?<![^\W\d_])", r"(?![^\W\d_])"

_CALLED = r"[ ] (?: (?:som[ ])? (?:heter|kallas|döptes[ ]till) [ ] )? \"?"

# A word that is not one of those that lead to somebody.
_PLAIN = r"(?! (?: till|för|åt|på|av|hos|från|med|att|som )\b ) [^\W\d_]+"

# Another's name: capitals, or what leads to "båda".
_ANOTHER = r"""(?: (?-i:[A-ZÅÄÖÉØ])[^\W\d_]+ (?: [ -](?-i:[A-ZÅÄÖÉØ])[^\W\d_]+ ){0,3}
    | [^\W\d_-]+ (?: [ -][^\W\d_]+ ){0,3} (?= ,[ ](?:båda|alla|samtliga)[ ] ) )"""
_NEW = r"(?: (?: vår | nya? | en | tf | bitr | leg )\.? | 1:e )"
_ADVERB = r"(?:inte|nu|också|ju|bara|fortfarande)"
_MODAL = r"vill|kan|ska|bör|fick|satt|låg|stod|gick|kom|bröt|drog|föll|blev|sov|åt|bar|slog|slet|fastnat"
_AID = rf"[^\W\d_]*{{product_endings}} (?: e?[nt] | [aoe]r (?:na)? )? {_END}"
# What makes a number's word the end of what is counted: "samtliga nio har Rune ..."
_DOES = r"""(?:är|var|blir|blev|har|hade|ska|kan|kunde|får|fick|vill|måste|bör|heter|hette|gäller|gällde|avser
    |och|men|så|om|när|då|där)"""
_SEVERAL = r"[2-9] | [1-9]\d+ | två|tre|fyra|fem|sex|sju|åtta|nio|tio|tolv | flera? | några | varsi[nt]t?"

# Each pattern in verbose form; {name} is a word list. "before" ends at the name, "behind" begins after it.
_BEFORE = {
    # "brukaren Rune", "pat. (Rune", "dottern heter Rune"
    "owner": r"{owner} (?: [ ]{link} ){0,3} [ ]?[:(,–-]? [ (\"'”]{0,3}",
    # "maken till Rune", "god man för Rune"
    "kin": r"{relative} [ ](?:till|åt|för)[ ]",
    # "åt Rune", "märk paketet: Rune"
    "receiver": r"{receiver} [ :\t–-]{1,4} (?: vår[ ] | min[ ] )? [\"'”(]?",
    "to": r"(?: till | för | hos | åt ) [ ]{1,2} (?: vår[ ] | min[ ] )?",
    # "arbetsterapeut Rune", "kontaktperson på plats: Rune", "kollegan för Torsby: Rune"
    "title": r"""(?: {staff} | \w*{staff_endings} | {contact} ) [ .:,()/–|\t-]{1,4}
        (?: är[ ] | på[ ]plats[ :]{0,2}(?:är[ ])? | för[ ]\w+[ ]?:[ ]? | hos[ ]oss[ ] | heter[ ]
        | vid[ ]leverans[ :]{1,2} )? (?: hej[ ] )?""",
    # "rullstol till Rune", "hygienstolen ska till vår Rune"
    "given": r"""[^\W\d_]*{product_endings}
        (?: (?: [ ][^\W\d_]+ ){0,2} [ ](?: till | för | åt )[ ] (?: vår[ ] | min[ ] )? | [ ]\( )""",
    # "permobilen till Rune", "gåbordet som vi beställde åt vår Rune"
    "about": rf"{_AID} (?: [ ]{_PLAIN} ){{0,5}} [ ](?: till | åt | för | hos | från )[ ] (?: vår[ ] )?",
    # "en rullator till Rune", "ny dyna åt Rune"
    "one": r"(?: en|ett|ny|nytt|annan|annat|sin ) (?: [ ][^\W\d_]+ ){1,2} [ ](?:till|åt)[ ]",
    # "den gällde Rune", "ska stå på Rune", "hos oss bor sedan i går Rune"
    "concerned": rf"""(?: (?:det|den|de|ärendet|beställningen) [ ] (?:gällde|gäller|avsåg|avser|rör|rörde)
        | (?:ska|skall|skulle)[ ]stå[ ]på
        | (?:hos[ ]oss|här)[ ]bor (?: [ ]{_PLAIN} ){{0,4}} ) [ ] (?: vår[ ] )?""",
    # "Han heter Rune", of whom the sentence before tells
    "named": r"(?:han|hon|hen)[ ](?:heter|hette|kallas)[ ]",
    # "tyvärr avled Rune", "i natt ramlade Rune"
    "falls": r"{falls} [ ] (?: vår[ ] )?",
    # "4 stolar till Rune": a ward's, or those of one who takes them in
    "several": rf"\b (?: {_SEVERAL} ) \b [^.!?\n]*",
    # "Har Rune", "när kan vår Rune"
    "asked": r"""(?: har|hade|kan|kunde|ska|skall|skulle|får|fick|vill|behöver|måste|bör
        | (?:går|åker|kommer|flyttar?|flyttade|åkte|gick|kom) (?:[ ]hem)? | ligger|låg|sitter|satt|bor|bodde
        | saknar|lånar|använder|provade|träffade | och[ ]jag | jag[ ]och ) [ ] (?: vår[ ] )?""",
    # "2 st Rune", "fyra nya Rune"; not "en rullator till Rune"
    "quantity": rf"""(?: (?<![\w])\d{{1,3}} | (?: en|ett|två|tre|fyra|fem|sex|sju|åtta|nio|tio ) )
        [ ]?{{measures}}?[ ] (?: (?! {_DOES}[ ] ) {_PLAIN} [ ] ){{0,2}}""",
    # "50123 Rune", "art.nr 50123, rollator Rune"
    "article": r"""(?: (?:^|[\n|\t;(*-][ ]?) \d{4,6} [ \t|;:,–-]{1,8} (?: [^\W\d_]+[ ] ){0,3}
        | \bart\w*[. ]{0,2}(?:nr)?[. :]{0,2} \d{3,8} [ ,:–-]{1,4} (?: [^\W\d_]+[ ] ){0,2} )""",
    # "helt utan Rune", "saknar Vento 3, Sirius och Rune"
    "goods": r"{goods_before} [ ] (?: [^\W\d_]+ (?: [ ]\w+ ){0,2}? (?: , | [ ]och | [ ]eller ) [ ] ){0,4}",
    # "Villa Rune"; "nya avdelningen på Rune"
    "place": rf"{{place_before}} {_CALLED}",
    "ward": r"(?:avdelning|enhet|mottagning|(?:korttids)?boende) (?:en|et|erna|arna)? [ ](?:på|i|vid)[ ]",
    # "lyften heter Rune"
    "product": rf"{{product_before}} {_CALLED}",
    # "tippbar sittdyna Rune"
    "noun": r"[^\W\d_]* {product_endings} [ ]",
}
# "Kund: Rune" as a field of its own.
_FIELD = r"(?: ^ | [\n|\t;.,] | [ ]{2} ) [ >*]{0,4} {label} [ ]? (?: [:=|\t] | [ ]{2} ) [ \t|]* $"
# "Hej Rune", "Hej du och Rune", "God morgon! Tack Rune"
_GREETING = r"""(?: ^[ >\t]* | [.!?][ ] ) {greetings} [ ,!:]{1,3}
    (?: och[ ] | till[ ] | kära[ ] | \w{2,12},?[ ](?:och|o)[ ] )? \Z"""
_BEHIND = {
    # "Rune, en brukare"
    "owner": rf"""s?[ ]?[,(–-]{{1,2}}[ ]? (?: en[ ] | vår[ ] | hennes[ ] | hans[ ] | som[ ]är[ ] )?
        {{owner}} {_END}""",
    # "Rune behöver", "Rune, också hos oss, behöver"
    "needs": rf"s? {TO_VERB} {{needs}} {_END}",
    # "Gläntan Norra behöver 6 st", "Rune ska ha fyra"
    "several": rf"s? {TO_VERB} {{needs}} [ ] (?: [^\W\d_]+[ ] )? (?: {_SEVERAL} ) {_END}",
    # "Rune som bor på"
    "resides": r",?[ ](?:som[ ])? (?: bor | bodde | vårdas | är[ ]inskriven ) [ ]",
    "lives": rf"s? {TO_VERB} {{lives}} (?: {_END} | (?<=\W) )",
    # "Runes rullstol", "Rune's rullstol"
    "belongs": r"[ ]{1,2} (?:\n[ >]*)? {belongings}",
    # "Rune sitter fast i sin stol", "Rune har tappat sin högra krycka"
    "own": rf"[^.!?;\n]{{0,60}} \b (?:sina?|sitt) (?: [ ][^\W\d_]+ ){{0,2}} [ ]{_AID}",
    # "(har) Rune fått sin stol", "(kan) Rune få prova en sele"
    "asked": rf"""(?: [ ](?! {{staff_does}} {_END} ) [^\W\d_]+ ){{0,7}}
        [ ] (?: {_AID} | hem | hemma | in[ ](?:hos|på|här|till) ) {_END}""",
    # "Rune orkar inte resa sig ur sängen", "Rune (dement) river sönder madrassen"
    "does": rf"""(?: [ ]\( [^()\n]{{1,30}} \) | , [^,.\n]{{1,40}}, )? (?: [ ] {_ADVERB} ){{0,2}}
        [ ] (?! (?: {{staff_does}} | {{goods_behind}} | för|efter|under|över|eller|per|där|när ) {_END} )
        (?: [^\W\d_]+ (?: r|de|te ) | {_MODAL} ) {_END} [^.!?;\n]{{0,80}}? [ ]{_AID}""",
    # "(till) Rune på", "(hos) Rune, rum"
    "to_place": rf"[ ,]{{1,2}} (?: på | i | som | hem | rum | lgh | avd | hon | han | f\. | född ) {_END}",
    # "Rune, leg. arbetsterapeut"
    "title": rf"""s? (?: (?: [ ]och | [ ]& )[ ] {_ANOTHER} ){{0,3}}
        (?: [ ]?[,(|/–:-]{{1,2}}[ ]{{0,2}} (?: (?! {{staff_does}} {_END} ) [^\W\d_]+[ ] )?? | [ ]{{1,2}} )
        (?: (?:båda|alla|samtliga)[ ] )? (?: (?:som[ ])?är[ ] | som[ ] )?
        (?: {_NEW}[ ] ){{0,2}} (?: (?<=är[ ]|ny[ ]|en[ ]|ya[ ]|år[ ]) [^\W\d_]+[ ] )?
        (?: {{staff}} | \w*{{staff_endings}} ) {_END}""",
    # "Rune" with "Leg. arbetsterapeut" on the line below; not "Doktor Bergs gård"
    "title_below": rf"""[ ]?[,/|-]?[ ]{{0,2}} (?:\n[ >\t]*){{1,2}} (?: {_NEW}[ ] ){{0,2}}
        (?: (?! {{greetings}} ) [^\W\d_]+[ ] )??
        (?: {{staff}} | \w*{{staff_endings}} ) {_END}
        (?! [ ](?-i:[A-ZÅÄÖ])[^\W\d_]+s?[ ] [^\W\d_]* (?: {{place_endings}} | {{place_after}} ) )""",
    # "Rune jobbar som vår nya tekniker"
    "works_as": rf"""[^.!?\n]{{0,60}} \b(?:som|vår)[ ] (?: vår[ ] | nya?[ ] | leg\.?[ ] )?
        (?: {{staff}} | \w*{{staff_endings}} | {{contact}} ) {_END}""",
    "address": r"[ ]?[\"']?[ ]? (?: <[^<>\s]{1,80}@ | \(?[\w.+-]{1,60}@ | \[?mailto: )",
    # "Rune, 2 st", "Rune (50123)"
    "counted": r"""[ ]?[,;(:–|\t-]{0,3}[ ]? (?: [^\W\d_]{1,12}[ ] )? (?: art\w*\.?[ ](?:nr\.?[ ])? )?
        \d{1,6}[ ]? (?: {measures}\b | [)|\t;] | $ )
        | [ ]?[(,;|\t–-]{1,3}[ ]? (?: art\w*[. ]*(?:nr)?[. :]* )? \d{4,6}\b
        | [ ]?[x×*][ ]?\d{1,3}\b""",
    # "Rune är slut hos oss", "Rune, de kom fram i går", "Rune från Etac är lika bra"
    "goods": rf"""[ ]{{1,2}} {{goods_behind}} {_END} | ,[ ](?:de|den|det)[ ]kom[ ]
        | [ ]från[ ] [^\W\d_]+ (?: [ ][^\W\d_]+ )? [ ]är[ ](?: lika[ ]bra | billigare | dyrare ) {_END}""",
    # "Rune rullstol", "Rune XL madrass"; not "Rune och rullstolen"
    "product": rf"[ ] (?: (?: x{{0,3}}[sml] | [a-z]{{0,3}}\d{{1,3}} )[ ] )? \w*{{product_endings}} {_END}",
    # "till Rune Nybergs hem": a house's name, or where somebody lives
    "home": rf"s?[ ] (?: hem | hus ) {_END} (?! [ ](?:till|från)[ ] )",
    # "Rune gata", "Rune Nybergsgården"
    "place": rf"""(?::?s)? [ ] (?: {{place_after}} | (?-i:[IVX]{{2,4}}) ) {_END}
        | s?[ ](?!lägenhet)[^\W\d_]*{{place_endings}} {_END}""",
}
# "Rune AT", "Rune, leg. ft": the case of the letters counts.
_SHORT = r"""s?[ ]?[,(|/–-]{0,2}[ ]? (?:leg\.?[ ])? {staff_short}
    (?= [ ]*(?:[\n).,;|/]|$) | [ ](?:på|i|hos|vid)[ ] | [ ]+[A-ZÅÄÖ0-9] )"""
# Told of "den" in the next sentence, which is no word for a person: "Rune som står i hallen? Den gnisslar."
_IT = r"[ ]som[ ]står[ ](?:på|i|hos|vid)[ ][^.!?\n]{1,50}[.!?][ ](?:den|det)[ ][^\W\d_]+r\b"
# Told a little later, that rooms or lifts were meant: "ja, så heter våra två samlingsrum".
_NAMED = r"""[\s\S]{0,120}? \b (?:heter|kallas) [ ] (?:våra?|de|det|den)[ ] (?:[^\W\d_]+[ ]){0,2}
    [^\W\d_]* (?: rum | sal | salar | {place_endings} | {product_endings} ) (?![^\W\d_])"""
# Said of the named person a little later: "hon behöver", "hennes nya rullstol", "åt honom".
_LATER = r"""\b (?: (?:hon|han|hen)[ ] (?: {needs} | {lives} ) (?![^\W\d_])
    | (?:hennes|hans)[ ] {belongings}
    | (?! (?:mejl|mail|skriv|beställ|vikari|ersätt|svar|jobb|hälsa|ring) )
        \w+[ ] (?:till|åt|för)[ ] (?:henne|honom)\b )"""

# What leads to whoever gets something; the words in front of it are dear to look for.
_TO = re.compile(r"(?i)(?:\b(?:till|för|hos|åt|från)[ ]{1,2}(?:(?:vår|min)[ ])?|\()$")
_CUSTOMER = re.compile(r"(?i)\bkund[ ]?:[ ]$")
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
            name: re.compile(rf"(?ix) {_BEGIN} (?:{fill(pattern, lists)}) $")
            for name, pattern in _BEFORE.items()
        }
        self._in_line = frozenset(name for name, pattern in self._before.items() if is_of_one_line(pattern))
        self._behind = {name: re.compile("(?ix)" + fill(pattern, lists)) for name, pattern in _BEHIND.items()}
        self._title = re.compile(
            "(?ix)" + fill(rf"{_BEGIN} (?: {{staff}} | \w*{{staff_endings}} ) {_END}", lists)
        )
        # "Anhörig som kontaktas vid leverans: Rune"
        self._relative_field = re.compile(
            "(?ix)" + fill(r"(?:^|\n) [ >*-]{0,4} {owner} [ ] [^\n:]{1,40} :[ ]* $", lists)
        )
        self._owner = re.compile("(?ix)" + fill(rf"{_BEGIN} {{owner}} {_END}", lists))
        self._short = re.compile("(?x)" + fill(_SHORT, lists))
        self._field = re.compile("(?ix)" + fill(_FIELD, lists))
        self._label = re.compile(fill(r"(?i){label}[ ]?[:|?]?", lists))
        self._named = re.compile("(?ix)" + fill(f"{_NAMED} | {_IT}", lists))
        self._later = re.compile("(?ix)" + fill(_LATER, lists))
        self._greeting = re.compile("(?imx)" + fill(_GREETING, lists))

    def is_patient(self, text: str, span: Span, before: str, behind: str) -> bool:
        """Return whether a word for a patient or relative owns the name."""
        if span.framed or self._ends("owner", before) or self._field.search(before):
            return True
        if self._ends("kin", before):
            return True
        if self._begins("owner", behind):
            return True
        line = _LABEL_LINE.search(text[max(0, span.start - 80) : span.start])
        return line is not None and self._label.fullmatch(line.group(1).strip()) is not None

    def is_staff(self, before: str, behind: str) -> bool:
        """Return whether a title, a contact word or a mail address belongs to the name."""
        if self._ends("title", before) or self._short.match(behind):
            return True
        return any(self._begins(name, behind) for name in ("title", "title_below", "address", "works_as"))

    def is_staff_named(self, text: str, span: Span, before: str) -> bool:
        """Return whether "han heter" leads to the name, and the sentence before tells of staff alone."""
        if not self._ends("named", before):
            return False
        told = text[max(0, span.start - len(before) - _REACH) : span.start - len(before)]
        return bool(self._title.search(told)) and not self._owner.search(told)

    def is_home(self, text: str, span: Span, behind: str) -> bool:
        """Return whether the name owns a house: a ward's name, or where somebody lives."""
        return _is_genitive(text, span) and self._begins("home", behind)

    def is_house(self, text: str, span: Span, before: str, behind: str) -> bool:
        """Return whether the customer is a ward: "Kund: Karl Johans servicehus"."""
        whole = "," not in text[span.start : span.end] and _is_genitive(text, span)
        return whole and _CUSTOMER.search(before) is not None and self.is_place(behind)

    def is_resident(self, before: str, behind: str) -> bool:
        """Return whether the name is somebody's who lives there, or a relative's in a field."""
        if self._begins("resides", behind):
            return True
        field = self._relative_field.search(before)
        return field is not None and self._title.search(field.group()) is None

    def are_many(self, before: str) -> bool:
        """Return whether several pieces go there, as to a ward."""
        return self._before["several"].search(before) is not None or before.endswith(("på ", "PÅ "))

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
        return _is_genitive(text, span) and self._begins("belongs", behind)

    def is_sent_to(self, before: str, behind: str) -> bool:
        """Return whether something goes to the name, as to patients, and to wards still oftener."""
        if self._ends("concerned", before) or self._ends("falls", before):
            return True
        if not _TO.search(before):
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
        if self._ends("place", before) or self.is_place(behind):
            return True
        # Nobody counts in pieces what is called by a first name and a surname.
        return span.strength is not Strength.SURE and self._is_article(text, span, before, behind)

    def is_place(self, behind: str) -> bool:
        """Return whether what follows makes the name a place's, whatever stands before."""
        return self._begins("place", behind)

    def is_ward(self, before: str) -> bool:
        """Return whether a word for a ward or a house stands right before: "vårdcentralen Rune"."""
        return self._ends("place", before)

    def is_aid(self, before: str) -> bool:
        """Return whether a word for an aid stands right before: "sittdyna Rune"."""
        return self._ends("noun", before)

    def _is_article(self, text: str, span: Span, before: str, behind: str) -> bool:
        if any(self._ends(name, before) for name in ("product", "quantity", "article", "goods", "ward")):
            return True
        if self._begins("goods", behind):
            return True
        product = self._begins("product", behind) and not _is_genitive(text, span)
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


def _is_genitive(text: str, span: Span) -> bool:
    """Return whether the name ends as an owner's does: "Runes rullstol", and "Max rullstol" too."""
    return text[span.end - 1 : span.end] in tuple("sSxXzZ")


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
