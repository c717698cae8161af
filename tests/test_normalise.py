"""Folding: many ways of writing become one, and every offset leads back to the text as it stood."""

import html

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.screening.document_text import join, sender_of
from service.screening.normalise import fold
from service.values import Document, Envelope, Piece, Zone


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("420312-2389", "420312-2389"),
        ("420312\u20112389", "420312-2389"),
        ("420312\u22122389", "420312-2389"),
        ("420312\u00a02389", "420312 2389"),
        ("42\u200b0312\u2060-23\u00ad89", "420312-2389"),
        ("４２０３", "4203"),
        ("٤٢٠٣", "4203"),
        ("𝟒𝟐", "42"),
        ("&#52;&#x32;&ndash;&nbsp;&amp;", "42- &"),
        ("A\u030angstro\u0308m", "Ångström"),
        ("Ö\u0336l", "Öl"),
        ("ﬁn", "fin"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\tb", "a\tb"),
        ("x\ue000y\ue001z", "xyz"),
        ("&unknown;&", "&unknown;&"),
        ("", ""),
        ("½ ´ ¨", "1/2 ´ ¨"),
    ],
)
def test_many_ways_become_one(written: str, folded: str) -> None:
    assert fold(written).text == folded


@given(st.text())
def test_folding_twice_changes_nothing_more_but_entities(text: str) -> None:
    once = fold(text).text
    if "&" not in once:
        assert fold(once).text == once


HARD = st.text(
    st.one_of(st.characters(), st.sampled_from("0123456789-–\u200b\u00ad\u00a0\r\n\t&;#åäö\u0308\u030a４٤ﬁ&"))
)


@given(HARD)
def test_offsets_rise_and_stay_inside(text: str) -> None:
    folded = fold(text)
    places = [folded.original(offset) for offset in range(len(folded.text) + 1)]
    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)


@given(HARD, st.text("0123456789", min_size=1, max_size=12), HARD)
def test_digits_found_in_the_folded_text_stand_at_the_place_it_leads_to(
    before: str, digits: str, behind: str
) -> None:
    text = f"{before} <{digits}> {behind}"
    folded = fold(text)
    start = folded.text.index(f" <{digits}> ") + 2
    original = text[folded.original(start) : folded.original(start + len(digits))]
    assert original == digits


@settings(max_examples=50)
@given(st.lists(HARD, max_size=6))
def test_the_joined_text_leads_back_to_its_pieces(texts: list[str]) -> None:
    document = Document(Envelope(), tuple(Piece(text, "mailet", Zone.BODY) for text in texts))
    joined = join(document)
    for index, start in enumerate(joined.starts):
        folded = fold(texts[index])
        assert joined.text[start : start + len(folded.text)] == folded.text
        assert joined.locate(start, start + len(folded.text)) == (
            index,
            folded.original(0),
            folded.original(len(folded.text)),
        )
    assert joined.locate(0, 1) is None


def test_the_first_line_tells_of_the_envelope_and_no_text_can_fake_it() -> None:
    told = join(Document(Envelope("Eva\ue001 Lind\n", "eva.lind@kil.se")))
    assert sender_of(told.text).name == "Eva Lind"
    assert sender_of(told.text).address == "eva.lind@kil.se"
    assert sender_of("Eva Lind\ue001eva.lind@kil.se\ue001\n\ue000\nx").sent is None
    assert sender_of("vad som helst").name == ""


@given(st.text("abcåäö0123456789 -<>'", max_size=30))
def test_an_entity_is_as_good_as_its_sign(text: str) -> None:
    escaped = "".join(f"&#{ord(sign)};" for sign in text)
    assert fold(escaped).text == fold(html.escape(text)).text == text
