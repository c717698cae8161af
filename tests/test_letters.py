import html
import re
import shutil
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import RulesError
from service.letters.compose import WIDTH, Desk, Letter, answer, load_templates
from service.values import Certainty, Decision, Judgement, Kind, Order, OrderLine, Reason, Zone

RULES = Path(__file__).parent.parent / "rules"
TEMPLATES = load_templates(RULES)
DESK = Desk("Hjälpmedelsservice", "010-831 00 00", "desk@regionvarmland.se", "regionvarmland.se")
CANARY = "Kanariefågel"
TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200)

LINES = (OrderLine("50123", "Rollator Carl-Oskar", 4), OrderLine(None, "Duschstol", 1.5, "förp"))
TRANSFER = Order(
    Kind.STOCK_TRANSFER, "CL Karlstad", "Arvika kundlager", None, date(2026, 3, 4), True, "12345", LINES
)
TO_FACILITY = Order(Kind.FACILITY_ORDER, facility="Annagården", lines=LINES[:1])


def judged(decision: Decision, *reasons: Reason, orders: tuple[Order, ...] = ()) -> Judgement:
    return Judgement(
        decision, Kind.OTHER, reasons, orders, sender_address="eva@karlstad.se", trusted=True,
        answerable=True, message_id="<a@karlstad.se>", references=("<first@karlstad.se>",),
    )  # fmt: skip


def found(code: str, zone: Zone, text: str = CANARY) -> Reason:
    return Reason(code, Certainty.CERTAIN, f"bilaga {CANARY}.xlsx", CANARY, text, zone)


def written(judgement: Judgement, *numbers: str) -> Letter:
    letter = answer(judgement, numbers, DESK, TEMPLATES)
    assert letter is not None
    return letter


class Words(HTMLParser):
    """Collects the tags and the text that a reader sees."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        told = dict(attrs)
        assert not {"src", "background"} & set(told)
        # Nothing leads anywhere: the one thing to tap is the phone number.
        assert re.fullmatch(r"tel:\+?\d+", told.get("href") or "tel:0")

    def handle_data(self, data: str) -> None:
        self.text += data


ACCEPTED = written(
    judged(Decision.ACCEPTED, orders=(TRANSFER, TO_FACILITY)), "RP-2026-000042", "RP-2026-000043"
)
REJECTED = written(
    judged(Decision.REJECTED, found("personnummer", Zone.SUBJECT), found("patient_name", Zone.ATTACHMENT))
)
FLAGGED = written(
    judged(Decision.FLAGGED, Reason("unread", None, CANARY, CANARY, "Bilagan gick inte att läsa."))
)


@pytest.mark.parametrize("body", [ACCEPTED.text, Words(ACCEPTED.html).text], ids=["text", "html"])
def test_an_accepted_order_is_told_as_understood_with_what_happens_next(body: str) -> None:
    for said in (
        "RP-2026-000042", "RP-2026-000043", "CL Karlstad", "Arvika kundlager", "2026-03-04", "50123", "4 st",
        "Rollator Carl-Oskar", "Duschstol", "1,5 förp", "Annagården", "Sesam", "förskrivningen",
        "010-831 00 00",
    ):  # fmt: skip
        assert said in body, said
    assert "brådskar" in body.casefold()


def test_an_accepted_subject_carries_the_number_and_how_many_more() -> None:
    assert ACCEPTED.subject == "Mottagen beställning RP-2026-000042 och 1 till"
    alone = written(judged(Decision.ACCEPTED, orders=(TO_FACILITY,)), "RP-2026-000001")
    assert alone.subject == "Mottagen beställning RP-2026-000001"
    assert "förskrivningen" not in alone.text, "only what comes from one's own stock is prescribed afterwards"


@pytest.mark.parametrize("body", [REJECTED.text, Words(REJECTED.html).text], ids=["text", "html"])
def test_a_rejection_names_sorts_and_zones_and_what_to_do(body: str) -> None:
    flat = " ".join(body.split())
    assert "ett personnummer eller liknande, i ämnesraden" in flat
    assert "namn på en patient, brukare eller anhörig, i en bilaga" in flat
    for said in ("Ring in beställningen", "010-831 00 00", "Radera mailet", "Inget av beställningen"):
        assert said in flat, said


@pytest.mark.parametrize("letter", [REJECTED, FLAGGED], ids=["rejected", "flagged"])
def test_no_place_rule_or_name_of_the_mail_reaches_the_letter(letter: Letter) -> None:
    assert CANARY not in letter.subject + letter.text + letter.html


def test_a_flagged_letter_says_why_and_where_to_ring() -> None:
    for body in (FLAGGED.text, Words(FLAGGED.html).text):
        assert "Bilagan gick inte att läsa." in body
        assert "010-831 00 00" in body


def test_a_doubt_is_told_to_the_sender_in_other_words_than_to_the_desk() -> None:
    to_the_desk = "Läs mailet och fyll i raderna för hand."
    letter = written(
        judged(Decision.FLAGGED, Reason("no_lines", None, "mailet", "tolkning.rader", to_the_desk))
    )
    assert to_the_desk not in letter.text + letter.html
    assert "- Vi hittade ingen rad med både artikel och antal." in letter.text


@pytest.mark.parametrize("letter", [ACCEPTED, REJECTED, FLAGGED], ids=lambda letter: letter.kind)
def test_a_page_is_tables_with_inlined_style_and_nothing_from_outside(letter: Letter) -> None:
    page = Words(letter.html)
    assert not {"img", "link", "script", "style", "iframe"} & set(page.tags)
    assert 'style="' in letter.html
    assert max(map(len, letter.text.splitlines())) <= WIDTH


@pytest.mark.parametrize(
    ("phone", "called"),
    [
        ("010-831 00 00", "tel:0108310000"),
        ("+46 10-831 00 00", "tel:+46108310000"),
        ("010-831 00 00, knappval 2", None),
        ("växeln", None),
    ],
)
def test_a_single_phone_number_can_be_tapped_and_any_other_is_only_read(
    phone: str, called: str | None
) -> None:
    desk = replace(DESK, phone=phone)
    for judgement in (judged(Decision.REJECTED), judged(Decision.FLAGGED)):
        letter = answer(judgement, (), desk, TEMPLATES)
        assert letter
        assert phone in Words(letter.html).text
        assert set(re.findall(r'href="(.+?)"', letter.html)) == ({called} if called else set())


@pytest.mark.parametrize(
    "changes",
    [
        {"answerable": False},
        {"trusted": False},
        {"decision": Decision.IGNORED},
        {"sender_address": "Desk@RegionVarmland.se"},
        {"sender_address": ""},
        {"sender_address": "eva@karlstad.se\r\nBcc: x@y.se"},
        {"sender_address": "eva@karlstad.se, bo@kil.se"},
    ],
    ids=str,
)
def test_no_letter_goes_to_whom_none_may_go(changes: dict[str, object]) -> None:
    assert answer(replace(judged(Decision.FLAGGED), **changes), [], DESK, TEMPLATES) is None  # type: ignore[arg-type]


def test_an_answer_stands_in_the_senders_thread() -> None:
    assert (FLAGGED.in_reply_to, FLAGGED.references) == (
        "<a@karlstad.se>", "<first@karlstad.se> <a@karlstad.se>",
    )  # fmt: skip


def test_a_message_id_that_may_hold_what_was_found_is_not_repeated() -> None:
    letter = written(judged(Decision.REJECTED, found("personnummer", Zone.HEADER)))
    assert (letter.in_reply_to, letter.references) == ("", "")


def test_a_broken_message_id_is_left_out_and_a_long_thread_cut_from_its_start() -> None:
    odd = replace(judged(Decision.FLAGGED), message_id="<a b@c>\r\nBcc: x", references=("<å@x>",))
    assert (written(odd).in_reply_to, written(odd).references) == ("", "")
    many = tuple(f"<{number:050d}@x.se>" for number in range(100))
    kept = written(replace(judged(Decision.FLAGGED), references=many)).references
    assert len(kept) <= 900
    assert kept.endswith(f"{many[-1]} <a@karlstad.se>")


@given(TEXT, TEXT, TEXT)
@settings(max_examples=60, deadline=None)
def test_any_order_text_is_escaped_and_stays_on_its_line(name: str, place: str, number: str) -> None:
    order = Order(Kind.FACILITY_ORDER, facility=place, lines=(OrderLine(number, name, 1),))
    letter = written(judged(Decision.ACCEPTED, orders=(order,)), "RP-2026-000001")
    assert Words(letter.html).tags == PLAIN_TAGS
    assert "\n" not in letter.subject
    assert all(len(line) <= WIDTH for line in letter.text.split("\n"))


PLAIN_TAGS = Words(written(judged(Decision.ACCEPTED, orders=(TO_FACILITY,)), "RP-2026-000001").html).tags


@given(TEXT)
@settings(max_examples=60, deadline=None)
def test_any_reason_text_is_escaped(text: str) -> None:
    letter = written(
        judged(Decision.FLAGGED, Reason("code", None, "", "", f"<b onclick=x>{text}</b>{{{{ 7*7 }}}}"))
    )
    assert "b" not in Words(letter.html).tags
    assert html.escape("<b onclick=x>", quote=False) in letter.html
    assert "{{ 7*7 }}" in " ".join(letter.text.split())


def test_every_sort_that_screening_can_find_has_its_word() -> None:
    codes = {rule["code"] for rule in _entries(yaml.safe_load((RULES / "personal_data.yaml").read_text()))}
    assert codes
    assert codes <= set(TEMPLATES.words.sorts)


def _entries(node: object) -> list[dict[str, str]]:
    if isinstance(node, dict):
        own = [node] if "code" in node else []
        return own + [entry for value in node.values() for entry in _entries(value)]
    return [entry for value in node for entry in _entries(value)] if isinstance(node, list) else []


def test_every_zone_has_its_word() -> None:
    assert set(TEMPLATES.words.zones) == set(Zone)


@pytest.mark.parametrize("wrong", ["{{ okänt_namn }}", "{% if %}", "{{ ''.__class__.__mro__ }}"])
def test_a_template_that_cannot_be_used_is_told_at_the_start(tmp_path: Path, wrong: str) -> None:
    shutil.copytree(RULES / "letters", tmp_path / "letters")
    (tmp_path / "letters" / "flagged.txt.j2").write_text(wrong)
    with pytest.raises(RulesError, match="letters"):
        load_templates(tmp_path)
