"""Names of persons in the role of a patient or relative, and names that nobody gave a role."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from service.rules.screening import ScreeningRules
from service.screening.columns import Columns, heads_pattern
from service.screening.hit import Hit
from service.screening.lexicon import Lexicon, Sort
from service.screening.name_span import Span, Strength
from service.screening.name_union import NameFinder
from service.screening.registered import Names, Registered
from service.screening.role_reader import Likely, RoleFeatures, RoleReader
from service.screening.roles import Role, RoleWords, around, is_genitive
from service.screening.word_classes import WordClasses
from service.screening.writers import Name, Writers, folded
from service.screening.zones import Zones, sign_off_pattern

SORTS = frozenset({"patient", "hint", "unknown"})

# From here on the reader of roles is believed, and from here on a person looks at it.
_PATIENT, _PERHAPS = 0.6, 0.35
# From here on a person is a patient: surer where the name is not quite surely one's.
_PERSON_PATIENT, _NAMED_PATIENT = 0.6, 0.8
# What stands behind a word for an aid is its name, but for a person it can hardly be; what is counted in
# pieces is a thing, unless rather a person.
_SURELY, _RATHER = 0.9, 0.75


@dataclass(frozen=True, slots=True)
class _Seen:
    """A span with its words folded, and the role its own sentence gives it."""

    span: Span
    name: Name
    role: Role


def finder(
    rules: ScreeningRules,
    more: Callable[[str], Iterable[Span]] = lambda _text: (),
    registered: Names = frozenset,
) -> Callable[[str], Iterator[Hit]]:
    """Return the recognizer for these names and role words.

    `more` finds names that it would not, `registered` returns the names of the site's own registers.
    """
    lexicon = Lexicon(rules)
    names = NameFinder(rules, lexicon)
    words = RoleWords(rules.roles, rules.gazetteer)
    patients, goods = map(heads_pattern, (rules.roles.patient_columns, rules.gazetteer.goods_columns))
    contexts = RoleReader(rules.role_model, RoleFeatures(lexicon, WordClasses(rules.word_classes)))
    sign_off = sign_off_pattern(rules.roles)

    def find(text: str) -> Iterator[Hit]:
        columns = (Columns(text, patients), Columns(text, goods))
        things = Registered(registered())
        reader = _Reader(text, lexicon, words, contexts, things, Zones(text, sign_off), columns)
        spans, unread = names.spans(text)
        yield from _hits([reader.seen(span) for span in chain(spans, more(text))])
        if unread is not None:
            yield Hit("unknown", unread, len(text))

    return find


class _Reader:
    """Gives each span of one text its role."""

    def __init__(
        self,
        text: str,
        lexicon: Lexicon,
        words: RoleWords,
        contexts: RoleReader,
        things: Registered,
        zones: Zones,
        columns: tuple[Columns, Columns],
    ) -> None:
        self._text = text
        self._patients, self._goods = columns
        self._lexicon = lexicon
        self._words = words
        self._contexts, self._things = contexts, things
        self._read: dict[Span, Likely] = {}
        self._writers = Writers(text, zones, words, lexicon.is_aid)

    def seen(self, span: Span) -> _Seen:
        name = folded(self._text[span.start : span.end])
        return _Seen(span, name, self._role(span, name))

    def _role(self, span: Span, name: Name) -> Role:
        """Return the role that the first of these words gives; nearer and plainer words come first."""
        text, words = self._text, self._words
        if self._writers.is_sender(span, name):
            return Role.STAFF
        before, behind = around(text, span)
        if span.full and self._writers.heads_as_kin(span):
            return Role.PATIENT
        if words.is_house(text, span, behind):
            return Role.THING
        if words.is_patient(text, span, before, behind) or self._patients.above(span.start):
            return Role.PATIENT if span.full or self._is_surname(span) else Role.HINT
        if span.full and words.is_resident(before, behind):
            return Role.PATIENT
        if words.is_staff(before, behind) or words.is_staff_named(text, span, before):
            return Role.STAFF
        if words.is_of_team(behind) and not self._gets_there(span, before):
            return Role.STAFF
        if span.full and words.is_home(text, span, behind):
            return Role.THING if words.are_many(before) else Role.HINT
        if self._is_known_thing(span):
            return Role.THING
        if not span.full and words.is_ward(before):
            return Role.THING
        if not span.sure and words.is_aid(before):
            return Role.HINT if span.full and self._likely(span).patient > _SURELY else Role.THING
        if words.is_place(behind):
            return Role.THING if words.is_firm(behind) else self._before_place(span)
        if not span.sure and self._is_placed(span, before, behind):
            return self._thing_or_patient(span, Role.THING)
        if words.is_cared_for(behind):
            return Role.PATIENT if span.full else Role.HINT
        called = self._lexicon.is_branded(text[span.start : span.end]) or self._goods.above(span.start)
        thing = called or words.is_thing(text, span, before, behind)
        cued = words.is_cued(text, span, before, behind)
        if cued or ((span.full or span.known) and words.is_sent_to(before, behind)):
            # "däcken från Nokian Rengas är slut": what is sent has a firm's or a product's name, too.
            if thing and not (cued or span.sure):
                return self._thing_or_patient(span, Role.HINT)
            return self._cued(span, thing, words.is_many(behind))
        if self._writers.is_greeted(span, before, behind):
            return Role.GREETED
        if self._writers.seems(span, before):
            return self._writer(span)
        return self._unplaced(span, thing)

    def _is_known_thing(self, span: Span) -> bool:
        """Return whether the rules or the site's registers know the whole name as a thing's or a place's."""
        listed = self._lexicon.is_thing(self._text[span.start : span.end])
        return listed or self._things.covers(self._text, span.start, span.end)

    def _is_surname(self, span: Span) -> bool:
        """Return whether the only word is a surname, which tells more than a first name does."""
        sort = self._lexicon.sort(self._text[span.start : span.end])
        return sort.is_last and not sort & Sort.FIRST

    def _cued(self, span: Span, thing: bool, many: bool) -> Role:
        """Return the role of a name that is given something: a ward's or a product's name may be, too."""
        if (thing or span.thing) and not span.full:
            return Role.THING
        if not span.full and not span.known and not self._text[span.start].isupper():
            return Role.GREETED
        if (span.thing and not span.sure) or (many and span.strength is Strength.DOUBTFUL):
            return self._thing_or_patient(span, Role.THING)
        if span.thing:
            return Role.PATIENT if self._likely(span).patient > _PATIENT else Role.HINT
        return Role.PATIENT if span.full and (span.sure or (span.known and not many)) else Role.HINT

    def _unplaced(self, span: Span, thing: bool) -> Role:
        """Return the role of a name that its own sentence gives none, or only that of a thing."""
        certain = span.full and span.strength is not Strength.DOUBTFUL
        if certain and self._words.is_cared_for_later(self._text, span):
            return Role.PATIENT
        if not span.full:
            return self._lone(span, thing)
        if thing:
            return Role.UNKNOWN if self._likely(span).patient > _RATHER else Role.THING
        if (span.thing and not span.sure) or not certain:
            return self._thing_or_patient(span, Role.GREETED)
        if not span.known:
            return Role.GREETED
        if self._words.is_titled_later(self._text, span):
            return Role.STAFF
        likely = self._likely(span)
        if not span.sure and likely.thing > _SURELY:
            return Role.UNKNOWN
        least = _PERSON_PATIENT if span.sure else _NAMED_PATIENT
        return Role.PATIENT if likely.patient_if_person > least else Role.UNKNOWN

    def _lone(self, span: Span, thing: bool) -> Role:
        """Return the role of a single name, as colleagues call one another, too."""
        if thing or span.thing or not span.known:
            return Role.THING if thing else Role.GREETED
        return Role.HINT if self._likely(span).patient > _SURELY else Role.GREETED

    def _is_placed(self, span: Span, before: str, behind: str) -> bool:
        """Return whether the last of several words sounds like a place, and nothing is given to it."""
        last = self._text[span.start : span.end].split()[-1]
        if not span.full or not self._lexicon.sort(last) & Sort.PLACE:
            return False
        return self._words.are_many(before) or not self._words.is_cued(self._text, span, before, behind)

    def _gets_there(self, span: Span, before: str) -> bool:
        """Return whether "till Rune Nyberg på rehab" is no colleague there, by all that is said."""
        return span.full and self._words.is_receiver(before) and self._likely(span).patient > _PERHAPS

    def _before_place(self, span: Span) -> Role:
        """Return the role of a name in front of a place: "Rune Nyberg, Solgården" is no ward's name."""
        if is_genitive(self._text, span) or not (span.full and span.known):
            return Role.THING
        likely = self._likely(span)
        return Role.THING if likely.thing > _SURELY else self._thing_or_patient(span, Role.UNKNOWN)

    def _thing_or_patient(self, span: Span, otherwise: Role) -> Role:
        """Return the role of what may be a thing's name, or ordinary words, by all that is said of it."""
        likely = self._likely(span).patient
        if likely > _PATIENT and span.strength is not Strength.DOUBTFUL:
            return Role.PATIENT
        return Role.HINT if likely > _PERHAPS else otherwise

    def _writer(self, span: Span) -> Role:
        """Return the role of who seems to sign or to say who writes, which a relative does, too."""
        if not span.full:
            return Role.STAFF
        if self._writers.signs_as_kin(span):
            return Role.PATIENT
        return Role.HINT if self._likely(span).patient > _PATIENT else Role.STAFF

    def _likely(self, span: Span) -> Likely:
        """Return what the reader of roles makes of the span, which some roles ask for twice."""
        if span not in self._read:
            self._read[span] = self._contexts.read(self._text, span.start, span.end)
        return self._read[span]


def _hits(seen: list[_Seen]) -> Iterator[Hit]:
    """Yield what is no staff's: a role given once holds for the same name all through the mail."""
    clean: set[Name] = set()
    for one in seen:
        if one.role in (Role.STAFF, Role.THING) and one.span.full:
            clean.add(one.name)
    firsts = {word for name in clean for word in name}
    things = {one.name for one in seen if one.role is Role.THING}
    for one in seen:
        span = one.span
        if one.role is Role.PATIENT and (span.framed or one.name not in clean):
            yield Hit("patient", span.start, span.end)
        elif (
            one.role is Role.HINT and one.name not in things and not (one.name <= firsts and not span.framed)
        ):
            yield Hit("hint", span.start, span.end)
        elif one.role is Role.UNKNOWN and one.name not in clean:
            yield Hit("unknown", span.start, span.end)
