"""The lexer's pattern: what a run of a statement's text can be, the surest reading first.

The order of the alternatives matters: a number inside a date, a price or a phone number is taken there before
it can be read as a quantity. Every repeat is bounded or over one class, so that it runs in linear time.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from service.rules.ordering import OrderingRules

_S = r"[ \u00a0]"
_DAY = r"(?:mån|tis|ons|tors?|fre|lör|sön)(?:dag(?:en)?)?\.?"
_MONTH = r"""(?:jan(?:uari?)?|feb(?:ruari?)?|mars|apr(?:il)?|maj|jun[i]?|jul[i]?|aug(?:usti)?
    |sep(?:t(?:ember)?)?|okt(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"""


_DEVICE_CLASS = rf"""(?<![\d-])(?:\biso(?:-?(?:kod|klass|nr))?{_S}?:?{_S}?)?
    \b(?:0[4569]|1[258]|2[124678]|30)[ \u00a0.]\d\d[ \u00a0.]\d\d\b(?![-.\d])"""
"""A class of ISO 9999 ("12 06 03"), whose first group is one of the standard's own."""


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of the rules that the pattern needs, each kind as one alternative of a pattern."""

    units: str
    numbers: str
    dozens: str
    references: str
    rooms: str
    corrections: str
    clipped: str


def lexer_pattern(rules: OrderingRules) -> re.Pattern[str]:
    """Return the pattern whose named groups are the readings of a token.

    A quantity called `x` has its number in the group `x_n` and its measure, if it can have one, in `x_u`.
    """
    readings = _readings(rules)
    return re.compile(
        "|".join(f"(?P<{name}>{pattern})" for name, pattern in readings), re.IGNORECASE | re.VERBOSE
    )


def corrected_pattern(rules: OrderingRules) -> re.Pattern[str]:
    """Return the pattern of a count that is taken back, up to the one that is meant ("6 par, nej ")."""
    corrected = dict(_readings(rules))["corrected"]
    return re.compile(corrected, re.IGNORECASE | re.VERBOSE)


def _readings(rules: OrderingRules) -> "Readings":
    words = _Words(
        either(rules.units.spellings),
        either(rules.units.numbers),
        either(rules.units.dozens),
        either(rules.words.references),
        either(rules.words.rooms),
        either(rules.words.corrections),
        either(rules.words.clipped),
    )
    return (
        *_times(),
        *_retold(words),
        *_asides(words),
        *_codes(words),
        *_measures(words),
        *_spreads(words),
        *_quantities(words),
        *_plain(words),
    )


def either(words: Iterable[str]) -> str:
    """Return one alternative of a pattern, the longest word first so that no prefix hides it."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True))


Readings = tuple[tuple[str, str], ...]
"""Names of readings and the verbose pattern of each."""


def _times() -> Readings:
    """When, and the phone numbers that look like it."""
    return (
        (
            "phone",
            rf"(?:\+46|\b0)\(?\d{{1,3}}\)?{_S}?[-–/]{_S}?\d[\d \u00a0]{{3,12}}\d\b|\b0\d{{8,9}}\b",
        ),
        (
            "iso_date",
            rf"""\b20\d\d-\d\d?-\d\d?\b(?:[ \u00a0T]\d{{1,2}}[.:]\d\d\b)?
            |\b20\d{{6}}\b(?:{_S}\d{{4}}\b)?|\b\d{{1,2}}\.\d{{1,2}}\.20\d\d\b""",
        ),
        (
            "short_date",  # six digits are an article number, unless a word of delivery stands before them
            rf"""\b(?:lev(?:erans(?:datum|dag|en)?|ereras)?|senast|datum|framme)\b[.:]*{_S}?(?:den{_S})?
            2\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?![\d-])""",
        ),
        (
            "day",
            rf"""\b(?:{_DAY}{_S})?(?:den{_S})?\d{{1,2}}(?::?[ea]\b)?{_S}{_MONTH}(?:{_S}20\d\d\b)?
            |\b(?:{_DAY}{_S})?(?:den{_S})?\d{{1,2}}/(?:1[0-2]|0?[1-9])\b(?![/\d])(?:[ -]20\d\d\b|-\d\d\b)?
            |\bden{_S}\d{{1,2}}(?::?[ea]\b)?""",
        ),
        ("week", rf"\bv(?:ecka|\.)?{_S}?\d{{1,2}}\b"),
        (
            "clock",
            rf"""\bkl(?:ockan|\.)?{_S}?\d{{1,2}}(?:[.:]\d\d)?(?:{_S}?[-–]{_S}?\d{{1,2}}(?:[.:]\d\d)?)?\b
            |\b\d{{1,2}}[.:]\d\d{_S}?[-–]{_S}?\d{{1,2}}[.:]\d\d\b
            |\b(?:vardagar|öppe[tn]|öppettider:?|bemanna[dt]|dagtid|mellan|mån(?:dag)?[-–]fre(?:dag)?){_S}(?:kl\.?{_S})?\d{{1,2}}{_S}?(?:[-–]|o|och){_S}?\d{{1,2}}\b""",
        ),
    )


def _retold(words: _Words) -> Readings:
    """Numbers that the one after them says better: a count taken back, or said in other words."""
    return (
        (
            "corrected",  # "6 nej förlåt 8 st": only the last number is meant
            rf"""\b(?:\d{{1,3}}|{words.numbers})(?:{_S}?(?:{words.units})(?![\wåäö]))?[ \u00a0,.…–-]{{1,4}}
            (?:(?:{words.corrections})[ \u00a0,:.…–-]{{1,4}}){{1,3}}(?=(?:\d{{1,3}}|{words.numbers})\b)""",
        ),
        (
            "said_again",  # "lika många överdrag, det vill säga sju överdrag"
            rf"""\blika{_S}många{_S}[^\d,.;:\n]{{2,40}},{_S}(?:det{_S}vill{_S}säga|dvs\.?|d\.v\.s\.|alltså){_S}
            (?=(?:\d|(?:{words.numbers})\b))""",
        ),
    )


def _asides(words: _Words) -> Readings:
    """Numbers that tell of something else than how many are wanted: a stock's level, a price, a pack."""
    units = words.units
    return (
        (
            "room",
            rf"""\b[\wåäö]{{0,20}}(?:{words.rooms})(?:met|en)?{_S}(?:nr\.?{_S})?\d{{1,3}}\b(?!{_S}?(?:{units})(?![\wåäö]))
            (?:(?:,|{_S}och|{_S}o|{_S}samt|{_S}&){_S}\d{{1,3}}\b(?=[.,;:)]|$))?""",
        ),
        ("system", rf"\bsesam{_S}?2\b"),
        ("page", rf"\bsid(?:a|an|\.)?{_S}\d{{1,3}}(?:{_S}?(?:[(]\d{{1,3}}[)]|(?:av{_S}|/)\d{{1,3}}))?\b"),
        (
            "address",
            rf"""\b[\wåäö]{{0,30}}(?:vägen|gatan|stigen|gränden|torget|allén|väg|gata|stig|gränd|allé){_S}
            \d{{1,3}}(?:{_S}?[a-h])?\b""",
        ),
        ("per_row", rf"\b(?:en|ett|\d){_S}(?:artikel{_S}|produkt{_S}|vara{_S})?per{_S}rad\b"),
        ("one_of", rf"\b(?:en|ett){_S}av{_S}(?:de|dem|dom|dessa|våra|era|\w+(?:na|nas))\b"),
        (
            "level",
            rf"""\b\d{{1,3}}{_S}(?:st{_S})?kvar\b|\b(?:(?:minsta|lägsta|högsta){_S})?nivån?{_S}(?:är{_S})?\d{{1,3}}\b
            |\b(?:finns|har(?:{_S}vi)?){_S}(?:det{_S})?\d{{1,3}}{_S}(?:st{_S})?
            (?:kvar|hemma|av)\b(?:{_S}av{_S}\d{{1,3}}\b)?
            |\b(?:saldo|har(?:{_S}vi)?){_S}\d{{1,3}}(?:{_S}st)?(?=[ ,)]{{1,2}}(?:men{_S}|och{_S}|o{_S})?
            (?:behöver|vill|önskar|ska|skulle)\b|[)])""",
        ),
        (
            "price",
            rf"""(?:\bpris:?{_S}?)?\b\d{{1,3}}(?:{_S}?\d{{3}})?(?:,\d\d|:-)?{_S}?
            (?:kr|sek|:-)(?:\b|(?=\W|$))(?:/\w{{1,12}})?""",
        ),
        (
            "postcode",
            rf"""\b(?:s-)?[1-9]\d{{2}}{_S}\d\d{_S}{{1,2}}(?-i:[A-ZÅÄÖ][a-zåäöA-ZÅÄÖ]+)
            |(?<=,{_S})[1-9]\d{{4}}{_S}(?-i:[A-ZÅÄÖ][a-zåäö]+)""",
        ),
        (
            "pack",
            rf"""[(]?(?:à|á|a'|@){_S}?\d{{1,4}}\b(?:{_S}?(?:{units})\b)?[)]?
            |[(]\d+{_S}?(?:{units})?{_S}?(?:/|per{_S}|i{_S})(?:varje|{units}|\w{{3,12}})[)]
            |\bper{_S}(?:förp|förpackning|kartong|ask|paket)\b|/{_S}?(?:förp|krt|kartong|ask|paket)\b""",
        ),
    )


def _codes(words: _Words) -> Readings:
    """Numbers that are names: our article numbers where a label says so, and every other register's."""
    return (
        ("article_range", rf"\b\d{{5}}{_S}?[-–]{_S}?\d{{5}}\b"),
        ("device_class", rf"[(]{_S}?{_DEVICE_CLASS}{_S}?[)]|{_DEVICE_CLASS}"),
        (
            "labelled",
            rf"""(?:\b(?:{words.numbers}){_S})?\b(?:vårt{_S})?
            (?:art(?:ikk?el)?{_S}?[-.]?{_S}?(?:n(?:umme)?r(?:et)?|no)?|artnr|sesam(?:nummer|nr|{_S}nr)?
            |best(?:ällnings)?[.]?{_S}?(?:nr|nummer)|produktn(?:umme)?r|varun(?:umme)?r|n(?:umme)?r)\b
            {_S}?[.]?{_S}?[:#=.]?{_S}?
            (?!\d{{6}}-\d{{4}}\b)(?P<labelled_a>\d{{2}}{_S}\d{{3}}(?!\d)|\d{{4,8}}(?:-\d{{1,4}}){{0,2}}(?!\d))""",
        ),
        (
            "reference",
            rf"""\b(?:{words.references})(?:er|numret|nummer|nr|:s)?\b(?:{_S}hos{_S}(?:oss|er)|{_S}är)?{_S}?[.]?{_S}?[:#=.]?{_S}?
            (?:[a-zåäö]{{0,4}}[\d][\w/.-]{{0,24}}
            (?:{_S}\d[\d-]{{0,12}}+(?!{_S}?(?:{words.units}|[x*])(?![\wåäö-]))){{0,4}}
            (?:(?:,{_S}|{_S}(?:och|o|samt){_S})\d{{6,12}}(?!\d|{_S}?[x*]))*)""",
        ),
        ("bin", r"\b[a-z]{1,3}\d{1,4}-\d{1,4}(?:-[a-z0-9]{1,4}){1,3}\b"),
        ("long", r"\b\d{9,}(?:-\d+)?\b|\b\d{6,8}[-+/]\d{4}\b"),
        ("supplier", r"\b[a-z]{1,4}\d{2,}-[\d-]{2,14}\b|\b\d{2,8}-\d{2,6}(?:-\d{1,6}){1,2}\b"),
    )


def _measures(words: _Words) -> Readings:
    """Sizes, weights and other numbers that are a part of what the product is called."""
    number = r"\d{1,3}(?:[.,]\d+)?"
    return (
        # An accessory comes with each product ("inkl. två selar"): its count is none of the line's.
        (
            "included",
            rf"\b(?:inkl|exkl)(?:usive|\b\.?){_S}(?:\d{{1,2}}|{words.numbers})(?:{_S}(?:{words.units}))?(?={_S}[a-zåäö]{{3}})",
        ),
        (
            "load",
            rf"""\b(?:(?:max(?:imal)?|minst)\.?{_S})?
            (?:\w{{2,12}}vikt|viktgräns|belastning|bärkraft)(?:en)?[ :=]{{0,2}}
            (?:(?:max|minst|upp{_S}till|till|på|om|ca|är)\.?{_S}){{0,2}}\d{{2,3}}(?:{_S}?kg)?\b""",
        ),
        # "8 kg och 10 kg" are two products, and only the sender knows how many of each.
        (
            "span",
            rf"\b\d{{1,3}}{_S}?(?P<span_u>kg|cm|mm){_S}(?:och|o|samt|eller){_S}\d{{1,3}}{_S}?(?P=span_u)\b",
        ),
        (
            "measure",
            rf"""\b{number}{_S}?[x×*]{_S}?\d{{1,3}}(?![\d])(?:[.,]\d+)?
                (?:{_S}?[x×*]{_S}?\d{{1,3}}(?!\d))?(?:{_S}?(?:cm|mm|m)\b)?
            |\b\d+(?:[.,]\d+)?(?:{_S}?[-–]{_S}?\d+(?:[.,]\d+)?)?{_S}?
                (?:cm|mm|kg|mg|ml|cl|dl|liter|l|gr|g|°|%|tum|"|v|volt|w|watt|ah|mah|min|tim|år
                |zon|zoner|punkts?|hjul|fack|lbs|(?-i:m))(?![\wåäö])
            |\b(?:{words.numbers}){_S}(?:cm|centimeter|mm|millimeter|kg|tum|liter|volt)(?![\wåäö])
            |[(]\d+{_S}?[-–]{_S}?\d+{_S}?år[)]
            |\b(?:strl?|storlek|stl|sb|sd|sh|bredd|sittbredd|sitthöjd|sittdjup|swl|max|typ|diameter|längd|höjd)
                {_S}?[.:]?{_S}?\d+(?:[.,]\d+)?(?:{_S}?(?:cm|mm|kg))?\b(?!{_S}?(?:{words.units})(?![\wåäö]))
            |\b(?:strl?|storlek|stl)\b{_S}?[.:]?{_S}?(?:x{{0,3}}[sl]|m)\b
            |\b\d{{1,4}}-pack\b""",
        ),
    )


def _spreads(words: _Words) -> Readings:
    """How many of each, and how many in a span that only the sender can settle."""
    n, units = words.numbers, words.units
    asked = "behöver|önskar|ha|skicka|beställer"
    some = "|".join(rf"(?<=\b{word}{_S})några\b" for word in asked.split("|"))
    return (
        (
            "each",
            rf"""\b(?P<each_n>\d{{1,3}}|{n}){_S}(?:(?:{units}){_S})?
            (?:av{_S}(?:varje|vardera|var)\b(?:{_S}(?:sort|modell|storlek|artikel)\b)?
            |vardera\b(?:{_S}av\b)?|var{_S}av\b|av{_S}respektive\b)""",
        ),
        ("same", rf"\b(?:lika{_S}många|samma{_S}antal)\b(?:{_S}av\b)?(?!{_S}som\b)"),
        (
            "range",
            rf"""\b(?:\d{{1,3}}|{n})(?:[-–/]|{_S}(?:eller|till|à){_S})(?:\d{{1,3}}|{n})\b
            (?={_S}?(?:(?:{units})(?![\wåäö])|[a-zåäö]{{4,}}|[)]?{_S}*[.,;]?$))
            |\b\d{{1,3}}{_S}?[+]{_S}?\d{{1,3}}(?={_S}?(?:{units})(?![\wåäö]))
            |\bett{_S}par{_S}(?:tre|stycken|st)\b|{some}
            |\b(?:lika|dubbelt{_S}så|så|hur){_S}många\b|\bsamma{_S}antal\b""",
        ),
    )


def _quantities(words: _Words) -> Readings:
    """Every way to say how many."""
    n, units = words.numbers, words.units
    return (
        ("dozen", rf"(?:\b(?P<dozen_n>\d{{1,2}}|{n}){_S})?\b(?P<dozen_w>{words.dozens})\b"),
        (
            "labelled_quantity",
            rf"""\b(?:(?:i{_S})?ett{_S})?(?:antal|ant\.|kvantitet|mängd|qty)(?:{_S}(?:av|om|på))?{_S}?[:=]?{_S}?
            (?P<labelled_quantity_n>\d{{1,4}}(?![\d/])|(?:{n})\b)
            (?:{_S}?(?P<labelled_quantity_u>{units})(?![\wåäö-]))?""",
        ),
        (
            "bracketed",
            rf"[(]{_S}?(?P<bracketed_n>\d{{1,3}}|{n}){_S}?(?P<bracketed_u>{units})?{_S}?[)]",
        ),
        (
            "counted",
            rf"""(?:\bca\.?{_S}|\bcirka{_S})?\b(?P<counted_n>[1-9]\d{{0,1}}{_S}\d{{3}}|\d{{1,4}}(?:[.,]\d)?|{n})
            (?:{_S}?[(]\d{{1,4}}[)])?{_S}{{0,3}}(?P<counted_u>{units})(?![\wåäö-])""",
        ),
        (
            "times_after",
            rf"""(?<![\da-zåäö])[x×*]{_S}?(?P<times_after_n>\d{{1,3}})(?![\d.,]\d|\d|{_S}?(?:cm|mm))
            (?:{_S}?(?P<times_after_u>{units})(?![\wåäö-]))?""",
        ),
        # "5 XL" is a size, "5 x lift" five lifts.
        ("times", rf"\b(?P<times_n>\d{{1,3}}){_S}?[x×*](?!x*[ls]\b)(?={_S}?[\d(a-zåäö])"),
    )


def _plain(words: _Words) -> Readings:
    """Bare numbers, words and signs: what nothing above has taken."""
    return (
        ("number_word", rf"\b(?:{words.numbers})\b(?!-)"),
        ("suffixed", r"\b\d{5}-\d{1,2}\b"),
        ("leader", r"\.{3,}|…+|_{3,}"),
        ("digits", r"(?<![\w,])(?:(?<!\.)|(?<=\.\.))(?:\d{5,8}(?=,\d)|\d+(?![\wåäö]|[.,:-]\d))"),
        ("compound", rf"\b[a-zåäö]{{2,20}}-{_S}(?:och|o|eller){_S}[a-zåäö]{{3,30}}\b"),
        ("clipped", rf"(?-i:\b(?:{words.clipped})\.)(?={_S}[^\W\d])"),
        ("word", r"[\w][\w'’/åäöÅÄÖ-]*(?:\.(?=\w))?[\w'’/-]*"),
        ("sign", r"\S"),
    )
