"""No way of writing the same thing makes a rejected mail accepted; the invented numbers of the bench hold."""

import random
import re
from functools import cache

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from service.intake.judge import Judge
from service.intake.trust import TrustPolicy
from service.limits import Limits
from service.rules.book import load_rules
from service.rules.screening import load_screening
from service.screening import phrase
from service.screening.bounds import MOST_CHARACTERS, bounded
from service.screening.number_words import dictated
from service.screening.openings import Prefilter, openings_of
from service.screening.patterns import alternation, fill, is_of_one_line
from service.settings import TrustSettings, shipped_rules
from service.values import Decision, Document, Envelope, Piece, Zone
from tests import made
from tests.bench.numbers import CONTEXTS, LABELLED, LABELS, OTHERS, PLACES, PLAIN, SPELLINGS, SURE, number
from tests.screened import personnummer, verdict

INVISIBLE = "\u200b\u200c\u200d\u2060\u00ad\ufeff\u200e\u2066"
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d"
SPACES = " \u00a0\u2009\u202f\u3000"


@cache
def the_judge() -> Judge:
    trust = TrustSettings()
    policy = TrustPolicy(frozenset(trust.domains), trust.authserv_id)
    return Judge(load_rules(shipped_rules()), policy, Limits())


def decided(body: str) -> Decision:
    mail = made.letter_from("malin@arvika.se", "p", "x")
    mail.set_content(body, charset="utf-8", cte="base64")
    return the_judge().judge(mail.as_bytes()).decision


REJECTED = [
    "Det gäller 420312-2389 på Hagen.",
    "Personnr: 19420312 - 2383",
    "pnr 420312-xxxx",
    "reservnr 19790215-SU7K",
    "Brukaren Solveig Brännström behöver den första.",
    "Hon är född 1942-03-12.",
    "Levereras hem till Storgatan 14 B i Kil.",
    "Dottern nås på 070-174 06 71.",
    "Brukaren nås på 054-12 34 56.",
]


@st.composite
def rewritten(draw: st.DrawFn) -> str:
    """One of the sentences with invisible signs, and other dashes, spaces and letter case."""
    signs = []
    for sign in draw(st.sampled_from(REJECTED)):
        if draw(st.integers(0, 5)) == 0:
            signs.append(draw(st.sampled_from(INVISIBLE)))
        others = DASHES if sign == "-" else SPACES if sign == " " else sign
        signs.append(draw(st.sampled_from(others)))
    return "".join(signs)


@settings(max_examples=120, deadline=None)
@given(rewritten())
def test_invisible_signs_dashes_and_spaces_change_no_decision(said: str) -> None:
    assert decided(f"{made.ORDER}\n{said}\n") is Decision.REJECTED


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(REJECTED), st.integers(0, 80), st.sampled_from(["\n", "\r\n", " \n", "\n> "]))
def test_a_line_break_at_any_space_or_dash_never_makes_it_accepted(said: str, at: int, end: str) -> None:
    breaks = [found.end() for found in re.finditer(r"[ -]", said)]
    place = breaks[at % len(breaks)]
    broken = said[:place].rstrip(" ") + end + said[place:]
    assert decided(f"{made.ORDER}\n{broken}\n") is not Decision.ACCEPTED


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(REJECTED), st.sampled_from([str.upper, str.lower, str.title, str.swapcase]))
def test_the_case_of_letters_never_makes_it_accepted(said: str, case: object) -> None:
    assert callable(case)
    assert decided(f"{made.ORDER}\n{case(said)}\n") is not Decision.ACCEPTED


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(["pnr", "personnr", "persnr", "personnummer", "födelsenr", "p-nr"]),
    st.sampled_from([str.upper, str.lower, str.title]),
    st.sampled_from([" ", ": ", ":\n", "\n", " är ", "\t", " | ", ":\n\n"]),
    st.sampled_from(["420312-2383", "4203122383", "19420312 2383", "420312-****"]),
)
def test_a_label_in_any_case_and_place_makes_a_wrong_number_certain(
    label: str, case: object, between: str, written: str
) -> None:
    assert callable(case)
    assert decided(f"{made.ORDER}\n{case(label)}{between}{written}\n") is Decision.REJECTED


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_invented_number_is_stopped_in_every_spelling_and_place(spelling: str) -> None:
    chance = random.Random(spelling)
    for place, put in PLACES.items():
        if place in ("subject", "file name") and "\n" in PLAIN.get(spelling, ""):
            continue
        text = chance.choice(CONTEXTS).format(n=SPELLINGS[spelling](number(chance)))
        found = verdict(*put(text))
        assert found == "certain" if spelling in SURE else found != "clean", (place, text)


@pytest.mark.parametrize("spelling", LABELLED)
def test_an_invented_number_with_a_label_is_rejected(spelling: str) -> None:
    chance = random.Random(spelling)
    for label in LABELS:
        text = label.format(n=LABELLED[spelling](number(chance)))
        assert verdict(*PLACES["body"](text)) == "certain", text


@pytest.mark.parametrize("sort", OTHERS)
def test_what_is_no_identity_number_is_never_rejected(sort: str) -> None:
    chance = random.Random(sort)
    for _ in range(100):
        text = OTHERS[sort](chance)
        assert verdict(*PLACES["body"](f"{made.ORDER}\n{text}")) != "certain", text


WORDS = "noll ett två tre fyra fem sex sju åtta nio".split()  # noqa: SIM905 -- read as Swedish


@given(st.dates(), st.integers(10, 999))
def test_a_number_dictated_digit_by_digit_is_read_back(day: object, serial: int) -> None:
    ten = personnummer(f"{day:%y%m%d}", f"{serial:03}")
    said = " ".join(WORDS[int(digit)] for digit in ten)
    assert any(one.digits == ten and one.whole for one in dictated(said, frozenset({10})))


def test_a_pattern_is_tried_only_where_it_can_begin_and_is_found_all_the_same() -> None:
    """The prefilter against the plain search, on every example of the rules."""
    rules = load_screening(shipped_rules())
    phrases = [rule for rule in rules.rules if rule.recognizer == "phrase"]
    lists = {**rules.words, "product": rules.gazetteer.product_endings}
    patterns = [re.compile("(?i)" + fill(one, lists)) for rule in phrases for one in rule.patterns]
    filtered = Prefilter(phrase.families(phrases, lists))
    for text in {text for rule in rules.rules for text in (*rule.match, *rule.clear)}:
        plain = {(one, found.span()) for one in patterns for found in one.finditer(text)}
        assert {(found.re, found.span()) for _, found in filtered.matches(text, len(text))} == plain, text
    assert sum(bool(openings_of(pattern)) for pattern in patterns) > 0.9 * len(patterns)


def test_patterns_that_begin_with_the_same_list_are_each_found() -> None:
    rule = next(rule for rule in load_screening(shipped_rules()).rules if rule.recognizer == "phrase")
    alike = (
        r"\b{one}[ ]har",
        r"\b{one}[ ](är|var)[ ]\1",
        r"\b{one}[ ]kan|\bsmör",
        r"\b{one}{2}",
        r"{one}s?\b",
    )
    rule = rule.model_copy(update={"patterns": alike, "unless": ()})
    filtered = Prefilter(phrase.families([rule], {"one": ("hon", "ho")}))
    text = "Hon har, hon är är, hohon kan smör"
    found = sorted(match.group() for _, match in filtered.matches(text, len(text)))
    assert found == ["Hon", "Hon har", "hohon", "hon", "hon", "hon är är", "smör"]


WORDS_OF_LISTS = [
    "a",
    "ab",
    "abc",
    "ba",
    "A",
    "Ab",
    "ab?",
    "b+a",
    "a.c",
    "a\\.",
    "a\\ b",
    "a|c",
    "(?:a|b)c",
    "[ab]c",
    "b{2}",
    "(?:a|b)?c",
    "(?i:b)a",
    "(?<!a)b",
    "[^a]c",
    "\\d",
    "",
]


@given(
    st.lists(st.sampled_from(WORDS_OF_LISTS)),
    st.text("abcAB. 1\u0663", max_size=12),
    st.sampled_from(["", "(?i)"]),
)
def test_a_list_of_words_matches_as_if_its_words_were_tried_in_their_order(
    words: list[str], text: str, flags: str
) -> None:
    plain = re.compile(f"{flags}(?:{'|'.join(words)})[ ]?")
    fast = re.compile(f"{flags}{alternation(words)}[ ]?")
    assert [one.span() for one in fast.finditer(text)] == [one.span() for one in plain.finditer(text)]


@pytest.mark.parametrize(
    ("pattern", "openings"),
    [
        (r"\bfödd\b", {"född"}),
        (r"\b(?:f\.|född)", {"f ", "född"}),
        (r"\b(?-i:[AB])\.|\b(?-i:Å)re\b", {"A ", "B ", "Åre"}),
        (r"(?<!\w)(?:kropps)?vikt", {"krop", "vikt"}),
        (r"(?<![\d–-])\b\d{2}", {f"{two:02}" for two in range(100)}),
        (r"\b\d{1,2}å", set("0123456789")),
        (r"\b(?:hon[^.]{0,9}?|den )på", {"hon", "den "}),
        (r"\b\w+årig", {""}),
        (r"född", set()),
        (r"\b[.,]", set()),
    ],
)
def test_what_a_pattern_can_begin_with(pattern: str, openings: set[str]) -> None:
    assert openings_of(re.compile(f"(?i){pattern}")) == openings


PARTS = [
    "a",
    "[ ]",
    r"\n",
    r"\s",
    r"[^a]",
    r"[^\n]",
    r"[\w-]",
    r"\D",
    ".",
    r"(?:a|\n)?",
    r"(?<=\n)a",
    r"[^\S\n]",
    r"[\t-\r]{0,2}",
]


@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=4), st.text("ab \n", max_size=8))
def test_what_is_of_one_line_never_matches_a_line_break(parts: list[str], text: str) -> None:
    pattern = re.compile("".join(parts))
    assert not is_of_one_line(pattern) or all("\n" not in one.group() for one in pattern.finditer(text))


@pytest.mark.parametrize(
    ("pattern", "one_line"), [("a[ ]b", True), (r"(?<=\n)a[\w ]+$", True), (r"a\s", False), ("[^a]b?", False)]
)
def test_a_pattern_of_one_line_is_known_as_such(pattern: str, one_line: bool) -> None:
    assert is_of_one_line(re.compile(pattern)) is one_line


def _pieces(*lengths: int) -> Document:
    made_ = tuple(Piece("a" * length, f"del {index}", Zone.BODY) for index, length in enumerate(lengths))
    return Document(Envelope(), made_)


@given(st.lists(st.integers(0, 400), max_size=6), st.integers(0, 1_000))
def test_no_more_text_than_the_bound_is_screened_and_short_pieces_stay_whole(
    lengths: list[int], most: int
) -> None:
    assume(sum(lengths) > most)
    cut = bounded(_pieces(*lengths), most)
    kept = [len(piece.text) for piece in cut.pieces]
    assert sum(kept) == most
    assert [unread.code for unread in cut.unread] == ["too_much_text"]
    fair = most // len(lengths)
    assert all(one == whole for one, whole in zip(kept, lengths, strict=True) if whole <= fair)


def test_a_mail_within_the_bound_stays_as_it_is() -> None:
    document = _pieces(10, 20)
    assert bounded(document, 30) is document


def test_a_mail_with_too_much_text_is_flagged_however_clean_and_rejected_for_what_is_seen() -> None:
    filler = "Vi behöver fler. " * (MOST_CHARACTERS // 16)
    assert decided(f"{made.ORDER}\n{filler}") is Decision.FLAGGED
    assert decided(f"{made.ORDER}\npnr 420312-2389\n{filler}") is Decision.REJECTED


def test_a_sentence_is_looked_for_near_its_hit_alone() -> None:
    far = "x " * 500
    start, end = phrase.sentence_around(f"{far}född 1942{far}", 1000, 1009)
    assert end - start <= 9 + 2 * 160
