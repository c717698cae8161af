"""What staff answer: any text is read without a fault, and nothing that is quoted or doubted is obeyed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.ordering.commands import MOST_LINES, failing_examples, reply
from service.rules.ordering import load_ordering
from service.rules.replies import ReplyRules, load_replies
from service.settings import shipped_rules
from service.values import Act, Command, Document, Envelope, Paragraphs, Reply, Unclear

RULES = load_replies(shipped_rules())
WORDS = load_ordering(shipped_rules()).words
NUMBER = st.builds("RP-{}-{:06d}".format, st.integers(2020, 2099), st.integers(1, 999_999))
QUOTES = (
    "Från: Hjälpmedelsservice <desk@regionvarmland.se>\nSkickat: den 2 mars 2026 12:00\nTill: Eva\nÄmne: x\n",
    "2 mars 2026 kl. 12:00 skrev Hjälpmedelsservice <desk@regionvarmland.se>:\n",
    "-----Ursprungligt meddelande-----\n",
)


def said(text: str, subject: str = "") -> Reply | None:
    return reply(
        Document(Envelope(subject=subject), blocks=(Paragraphs(text, "mailets text"),)), RULES, WORDS
    )


def changed(**words: tuple[str, ...]) -> ReplyRules:
    return ReplyRules.model_validate(RULES.model_dump() | words)


def test_every_example_of_the_rules_holds() -> None:
    assert failing_examples(RULES) == ()
    assert len(RULES.match) >= 8


def test_an_example_that_fails_is_told() -> None:
    broken = changed(registered=("bokad",))
    assert "replies.yaml: «RP-2026-000042: klar» ska förstås" in "\n".join(failing_examples(broken))
    lax = changed(fillers=(*RULES.fillers, "ej"))
    assert failing_examples(lax) == ("replies.yaml: «RP-2026-000042 ej klar» förstås men ska inte göra det",)


def test_a_number_alone_belongs_to_the_line_after_it() -> None:
    assert said("RP-2026-000001\nklar 123456\n\nRP-2026-000002\n\nRP-2026-000003 klar") == Reply(
        (
            Command(2, "RP-2026-000001", Act.REGISTERED, "123456"),
            Command(6, "RP-2026-000003", Act.REGISTERED),
        ),
        (Unclear(4, "RP-2026-000002"),),
    )


def test_the_subject_counts_only_where_the_text_says_what_became_of_it() -> None:
    subject = "Sv: Mottagen beställning RP-2026-000042"
    assert said("klar", subject) == Reply((Command(1, "RP-2026-000042", Act.REGISTERED),))
    assert said("Tack, då vet jag.", subject) is None
    assert said("klart?", subject) is None
    assert said("klar", "Sv: RP-2026-000042 och RP-2026-000043") is None
    assert said("klar", "Lagerflytt") is None


@pytest.mark.parametrize("quote", QUOTES)
@given(NUMBER, NUMBER)
def test_what_is_quoted_is_never_obeyed(quote: str, own: str, quoted: str) -> None:
    answer = said(f"{own} klar\n\n{quote}{quoted} makulerad: fel\n> {quoted} klar\n")
    assert answer == Reply((Command(1, own, Act.REGISTERED),))
    assert said(f"Tack!\n\n{quote}{quoted} klar\n") is None


LINES = st.lists(
    st.one_of(
        st.text(max_size=60),
        st.builds(
            "{} {}".format, NUMBER, st.sampled_from([*RULES.registered, *RULES.cancelled, "inte", "?"])
        ),
        st.builds("{} {} {}".format, NUMBER, st.sampled_from(RULES.registered), st.integers(0, 10**12)),
    ),
    max_size=12,
)


@given(LINES, st.text(max_size=60))
def test_any_text_is_read_and_each_command_is_of_a_number_that_stands_there(
    lines: list[str], subject: str
) -> None:
    text = "\n".join(lines)
    answer = said(text, subject)
    for command in answer.commands if answer else ():
        assert command.number in (text + subject).upper()
        assert command.sesam_number is None or command.sesam_number in text
        assert command.why is not None
        assert command.why in text
    if answer:
        assert len({command.number for command in answer.commands}) <= len(answer.commands) <= 12


@given(NUMBER, st.sampled_from(["inte", "ej", "nästan", "snart", "kanske", "tror", "ska"]))
def test_a_word_that_is_not_known_makes_the_line_unclear(number: str, word: str) -> None:
    for text in (f"{number} {word} klar", f"{word} registrerad {number}", f"{number} klar {word}"):
        assert said(text) == Reply((), (Unclear(1, number),))


def test_a_very_long_mail_is_read_in_bounded_time() -> None:
    answer = said("RP-2026-000001 klar\n" * (2 * MOST_LINES))
    assert answer is not None
    assert len(answer.commands) == MOST_LINES
    assert said("RP-2026-000001 " + "klar " * 50_000) == Reply((), (Unclear(1, "RP-2026-000001"),))
