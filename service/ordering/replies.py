"""Parts a mail's text into the newest text, its signature, and what was quoted or forwarded.

The parting only weights the text for ordering; screening reads all of it.
"""

import re
from dataclasses import dataclass
from itertools import takewhile

from service.rules.ordering import WordRules

_FIELD = (
    r"[>\s]*\*?(?:Från|From|Skickat|Skickades|Sent|Datum|Date|Till|To|Kopia|Cc|Ämne|Subject|Svar till)\s*:"
)
_RULE = re.compile(
    r"^[>\s]*-{2,}\s*(?:Ursprungligt\s+meddelande|Vidarebefordrat\s+(?:meddelande|brev)|Original\s+Message|"
    r"Forwarded\s+message|Begin forwarded message|Vidarebefordrat mejl)\s*-*\s*:?\s*$",
    re.IGNORECASE,
)
_HEADER = re.compile(_FIELD, re.IGNORECASE)
_STAMP = re.compile(
    r"[\w.+-]+@[\w.-]+|\b\d{1,2}[:.]\d\d\b|\b20\d\d-\d\d-\d\d\b|\b\d{1,2}\.? [a-z]{3,9}\.? 20\d\d",
    re.IGNORECASE,
)
_SENT = re.compile(r"^[>\s]*\*?(?:Skickat|Skickades|Sent|Datum|Date)\s*:", re.IGNORECASE)
_SUBJECT = re.compile(r"^[>\s]*\*?(?:Ämne|Subject)\s*:", re.IGNORECASE)
_WROTE = re.compile(
    r"(?:\bskrev\b|\bwrote\b).{0,120}:\s*$|^\s*(?:Den|On|Le)\b.{4,160}(?:\bskrev\b|\bwrote\b)", re.IGNORECASE
)
_SIGNED = re.compile(r"\s(?://\s?[^\W\d_]+(?:\s[^\W\d_]+)?|/[A-ZÅÄÖ][a-zåäö]+(?:\s[A-ZÅÄÖ][a-zåäö]+)?)\s*$")
_POSTSCRIPT = re.compile(r"\s*[*_]?P\.? ?S\b[.:,]?\s*", re.IGNORECASE)
_FORWARD = re.compile(r"^\s*(?:vb|fw|fwd|wg|vidarebefordra\w*|vs)\s*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parted:
    """A text in three: what was just written, what is under its sign-off, and older mails, nearest first."""

    newest: str
    signature: str
    older: tuple[str, ...]


def is_forward(subject: str) -> bool:
    """Whether the subject says that the mail passes another one on."""
    return _FORWARD.match(subject) is not None


def part(text: str, words: WordRules) -> Parted:
    """Part the text; where it begins with a quote, what stands below that quote is the newest."""
    lines = text.split("\n")
    cut = next((at for at in range(len(lines)) if _starts_quote(lines, at)), len(lines))
    newest = [line for line in lines[:cut] if not _is_marked(line)]
    marked = [line for line in lines[:cut] if _is_marked(line)]
    if not any(line.strip() for line in newest):
        marked = []
        newest = [line for line in lines[cut + 1 :] if not _is_marked(line)]
        if any(_HEADER.match(line) for line in newest[:6]):
            newest = []
    older = (_quoted(quote, words) for quote in (marked, lines[cut:]))
    sign = _signature(newest, words)
    said = [*newest[:sign], *_postscript(newest[sign:])]
    return Parted(
        "\n".join(map(_unsigned, said)),
        "\n".join(newest[sign:]),
        tuple(text for text in older if text.strip()),
    )


def _quoted(lines: list[str], words: WordRules) -> str:
    """Return what an older mail says, without its marks, its header and what stands under its sign-off."""
    bare = [line.lstrip("> \t") if _is_marked(line) else line for line in lines]
    kept = [line for line in bare if not _HEADER.match(line) or not _looks_like_header(bare, line)]
    return "\n".join(kept[: _signature(kept, words)])


def _is_marked(line: str) -> bool:
    """Whether a mail program marked the line as a part of an older mail."""
    return line.lstrip().startswith(">")


def _postscript(signature: list[str]) -> list[str]:
    """Return what is added under the sign-off ("PS. Lägg med en bricka, 46533") on the lines it stands on."""
    begins = next((at for at, line in enumerate(signature) if _POSTSCRIPT.match(line)), None)
    if begins is None:
        return []
    added = takewhile(str.strip, signature[begins:])
    return [*[""] * begins, *(_POSTSCRIPT.sub("", line, count=1) for line in added)]


def _unsigned(line: str) -> str:
    """Return the line without the name that signs it ("tack // lena", "hälsar vi /Karin")."""
    return _SIGNED.sub("", line)


def _looks_like_header(lines: list[str], line: str) -> bool:
    """Whether the line is of a quoted mail's header, with its time or subject, and not of an order form."""
    return bool(_STAMP.search(line)) or any(_SENT.match(other) or _SUBJECT.match(other) for other in lines)


def _starts_quote(lines: list[str], at: int) -> bool:
    line = lines[at]
    if _RULE.match(line[:200]):
        return True
    if len(line) < 400 and (_WROTE.search(line[:400]) and _STAMP.search(line[:400])):
        return True
    pair = line + " " + (lines[at + 1] if at + 1 < len(lines) else "")
    if len(pair) < 400 and re.match(r"\s*(?:Den|On)\b", line) and _WROTE.search(pair) and _STAMP.search(pair):
        return True
    if not _HEADER.match(line) or not re.match(r"[>\s]*\*?(?:Från|From)\s*:", line, re.IGNORECASE):
        return False
    block = lines[at : at + 8]
    fields = [other for other in block if _HEADER.match(other)]
    # A bare "Från: / Till: / Ämne:" is how orders are written; only a sent mail has an address or a time.
    return (
        len(fields) >= 3
        and any(_STAMP.search(f) for f in fields)
        and any(_SENT.match(f) or "@" in f for f in fields)
    )


def _signature(lines: list[str], words: WordRules) -> int:
    """Return the index of the sign-off: the first closing line that has text before it."""
    closing = re.compile(
        r"\s*[*_]?(?:" + "|".join(re.escape(word) for word in words.closings) + r")(?![a-zåäö])",
        re.IGNORECASE,
    )
    seen = False
    for at, line in enumerate(lines):
        if seen and (
            re.match(r"\s*(?:--|__)\s*$|\s*_{8,}\s*$|\s*/{1,2}\s?[A-ZÅÄÖa-zåäö]", line)
            or (closing.match(line) and len(line) < 60)
        ):
            return at
        seen = seen or len(line.strip()) > 12
    return len(lines)
