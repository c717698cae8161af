"""Reads what staff answer to a letter: "RP-2026-000042 registrerad 123456", a line for each order.

Only what was newly written is read, never what is quoted. A line is understood whole or not at all: a word
that is not known could be "inte". A reason, which follows a word of cancelling, is the one part that is free.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.ordering.newest import letter
from service.rules.ordering import WordRules
from service.rules.replies import ReplyRules
from service.values import Act, Command, Document, Reply, Unclear

LONGEST_LINE = 300
LONGEST_REASON = 200
MOST_LINES = 1_000
"""What is beyond these is told as not understood, or left."""

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | {"\u00a0": " "})
_NUMBER = re.compile(r"\bRP[- ]?(ÖVN[- ]?)?(20\d\d)(?:[- ](\d{1,6})|(\d{6}))(?![\d-]*\d)", re.IGNORECASE)
_SESAM = re.compile(r"\d{3,10}")
_MARKS = re.compile(r"[\s,.:;=()\[\]*•>→/\-]+")
"""What may stand between the words of a line; a question mark is not among it."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line in its parts; `act` is None where no word tells one, `known` False where a word is not known."""

    numbers: tuple[str, ...]
    act: Act | None
    sesam_numbers: tuple[str, ...]
    why: str
    known: bool


def reply(document: Document, rules: ReplyRules, words: WordRules) -> Reply | None:
    """Return what the mail says about orders; None where it names none in what was newly written.

    A number in the subject stands for the one line that tells what became of it and names no order itself.
    """
    mail = letter(document, words)
    lines = [_read(text, rules) for text in newest_lines(document, words)]
    subject = order_numbers(mail.subject)
    named = [line for line in lines if line.numbers]
    if named:
        return _reply(lines, "")
    if len(subject) == 1 and any(line.act and line.known for line in lines):
        return _reply(lines, subject[0])
    return None


def newest_lines(document: Document, words: WordRules) -> list[str]:
    """Return the lines that were newly written: what follows a quote, in any block of the mail, is older."""
    kept: list[str] = []
    for section in letter(document, words).sections:
        kept += section.text.newest.split("\n")
        if section.text.older:
            break
    return kept[:MOST_LINES]


def _reply(lines: Sequence[_Line], subject: str) -> Reply:
    """Join the lines; a number that stands alone belongs to the line after it."""
    commands: list[Command] = []
    unclear: list[Unclear] = []
    alone: tuple[int, str] | None = None
    for at, line in enumerate(lines, start=1):
        number = line.numbers[0] if line.numbers else (alone[1] if alone else subject)
        if _is_blank(line):
            continue
        if len(line.numbers) == 1 and line.act is None and line.known and not line.sesam_numbers:
            unclear += [Unclear(*alone)] if alone else []
            alone = (at, number)
            continue
        found = tuple(_commands(at, line, number))
        commands += found
        if not found and (line.numbers or line.act):
            unclear.append(Unclear(at, number if line.numbers else ""))
        if found or line.numbers:
            unclear += [Unclear(*alone)] if alone and line.numbers else []
            alone = None
    unclear += [Unclear(*alone)] if alone else []
    return Reply(tuple(commands), tuple(sorted(unclear, key=lambda each: each.line)))


def _commands(at: int, line: _Line, number: str) -> Iterator[Command]:
    """Yield what the line says, for each order that it names; nothing unless it is understood whole."""
    numbers = line.numbers or ((number,) if number else ())
    if line.act is None or not line.known or not numbers:
        return
    if len(line.sesam_numbers) > 1 or (line.sesam_numbers and len(numbers) > 1):
        return
    for each in numbers:
        yield Command(at, each, line.act, next(iter(line.sesam_numbers), None), line.why)


def _read(text: str, rules: ReplyRules) -> _Line:
    if len(text) > LONGEST_LINE:
        return _Line(order_numbers(text)[:1], None, (), "", known=False)
    text = text.translate(_DASHES).strip()
    cancelling = _cancelling(text, rules)
    told, why = (text[:cancelling], text[cancelling:]) if cancelling else (text, "")
    numbers = order_numbers(told)
    left = [word for word in _MARKS.split(_NUMBER.sub(" ", told).lower()) if word]
    acts = {rules.acts[word] for word in left if word in rules.acts}
    rest = [word for word in left if word not in rules.acts and word not in rules.fillers]
    sesam = tuple(word for word in rest if _SESAM.fullmatch(word))
    refused = text.endswith("?") or any(word in rules.negations for word in _MARKS.split(why.lower())[:2])
    known = len(sesam) == len(rest) and len(acts) <= 1 and not refused
    return _Line(numbers, next(iter(acts), None), sesam, _reason(why), known)


def _cancelling(text: str, rules: ReplyRules) -> int:
    """Return where the reason begins: after the word of cancelling, and the number that may follow it."""
    words = "|".join(map(re.escape, sorted(rules.cancelled, key=len, reverse=True)))
    found = re.search(rf"(?<!\w)(?:{words})(?!\w)", text, re.IGNORECASE)
    if found is None:
        return 0
    if _NUMBER.search(text, 0, found.start()):
        return found.end()
    number = _NUMBER.search(text, found.end())
    return number.end() if number else found.end()


def _reason(text: str) -> str:
    return _MARKS.sub("", text, count=1)[:LONGEST_REASON].strip() if _MARKS.match(text) else text.strip()


def order_numbers(text: str) -> tuple[str, ...]:
    """Return the order numbers as the ledger writes them, each once."""
    found = _NUMBER.finditer(text.translate(_DASHES))
    each = (f"RP-{'ÖVN-' if match[1] else ''}{match[2]}-{int(match[3] or match[4]):06d}" for match in found)
    return tuple(dict.fromkeys(each))


def _is_blank(line: _Line) -> bool:
    return not (line.numbers or line.act)


def failing_examples(rules: ReplyRules) -> tuple[str, ...]:
    """Return one line for each example that does not hold."""
    missed = (
        f"replies.yaml: «{text}» ska förstås som {', '.join(meaning)} men gör det inte"
        for text, meaning in rules.match
        if _meanings(text, rules) != [meaning]
    )
    wrong = (
        f"replies.yaml: «{text}» förstås men ska inte göra det"
        for text in rules.clear
        if _meanings(text, rules)
    )
    return (*missed, *wrong)


def _meanings(text: str, rules: ReplyRules) -> list[tuple[str, Act, str]]:
    commands = _reply([_read(text, rules)], "").commands
    return [(each.number, each.act, each.sesam_number or each.why or "") for each in commands]
