"""The templates and words under rules/letters/, and how a letter is written from them.

A template sees only the `Shown` values that its letter is given (`shown.py`): never a mail or a row.
"""

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import css_inline
from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from service.errors import RulesError
from service.letters.shown import SAMPLES, Shown
from service.rules.loading import Strict, read_rules
from service.values import Zone

WIDTH = 76
"""Longest line of plain text: RFC 5322 advises 78 with room for a quote mark."""

ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]\\\x00-\x1f]+@[A-Za-z0-9.-]+")

_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Desk:
    """Who answers; `address` is the mailbox's own, `domain` the one of our Message-IDs."""

    name: str
    phone: str
    address: str
    domain: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file beside a letter: an xlsx workbook."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter ready for the outbox; `references` are message-ids with spaces between."""

    kind: str
    recipient: str
    subject: str
    text: str
    html: str
    in_reply_to: str = ""
    references: str = ""
    attachment: Attachment | None = None
    drill: bool = False


class LetterWords(Strict):
    """rules/letters/words.yaml: subjects by kind of letter, sorts and doubts by reason code, places by zone.

    A doubt's own sentence tells the desk what to do; `doubts` say the same to who wrote the mail.
    """

    subjects: Mapping[str, str]
    unnamed_sort: str
    sorts: Mapping[str, str]
    zones: Mapping[Zone, str]
    doubts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Templates:
    """The templates and their words, checked by writing one of each letter."""

    environment: ImmutableSandboxedEnvironment
    words: LetterWords

    def write(self, kind: str, recipient: str, shown: Shown, desk: Desk) -> Letter:
        """Return the letter of this kind as text and HTML, out of `shown` and the desk alone."""
        seen = shown | {"desk": desk}
        text = self.environment.get_template(f"{kind}.txt.j2").render(seen)
        html = self.environment.get_template(f"{kind}.html.j2").render(seen)
        subject = self.environment.from_string(self.words.subjects[kind]).render(seen)
        inlined = css_inline.inline(html, load_remote_stylesheets=False)
        return Letter(kind, recipient, plain(subject), _wrapped(text), inlined)


def load_templates(rules: Path) -> Templates:
    """Return the templates of `rules`/letters; RulesError tells at once what cannot be used."""
    folder = rules / "letters"
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates = Templates(environment, read_rules(folder / "words.yaml", LetterWords))
    try:
        for kind, shown in SAMPLES:
            templates.write(kind, "a@b.se", shown, Desk("Namn", "010", "a@b.se", "b.se"))
    except (TemplateError, OSError, KeyError, TypeError, ValueError) as error:
        raise RulesError(f"{folder}: {error}; rätta mallen eller återställ filen") from error
    return templates


def plain(text: str) -> str:
    """Return the text on one line, without signs that cannot be seen."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _wrapped(text: str) -> str:
    lines = [part for line in text.splitlines() for part in _wrapped_line(line.rstrip())]
    return _BLANK_LINES.sub("\n\n", "\n".join(lines).strip()) + "\n"


def _wrapped_line(line: str) -> list[str]:
    if len(line) <= WIDTH:
        return [line]
    indent = " " * (len(line) - len(line.lstrip(" -")))
    return textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_on_hyphens=False)
