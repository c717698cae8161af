"""Sets the templates under rules/report/ as PDF/A; the only importer of typst.

The same values give the same bytes: the typefaces are those inside typst and those that lie beside the
template, the document is dated by its values, and nothing outside of the template's folder is read.
"""

import re
from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from pydantic_core import to_json, to_jsonable_python

from service.errors import RulesError

_PLAIN = re.compile(r"[\n -~\xa0-\xac\xae-\xff–—’”…]*")
"""What typst's own typefaces surely have."""

_PROBE = b'#set document(title: "-")\n#sys.inputs.signs'

_PLACE = re.compile(r"┌─ (?:.*/)?(.+):(\d+):\d+$", re.MULTILINE)


def document(rules: Path, name: str, at: datetime, **shown: object) -> bytes:
    """Return the page `name`.typ, dated `at`, as PDF; RulesError where the template cannot be used."""
    import typst

    folder = rules / "report"
    template = folder / f"{name}.typ"
    bounds: dict[str, Any] = {
        "root": folder,
        "font_paths": typst.Fonts(include_system_fonts=False, font_paths=[folder]),
        "package_path": folder,
        "package_cache_path": folder,
        # For the archive, and for who has it read aloud; PDF/A-1 cannot be both where a page has a footer.
        "pdf_standards": ["a-2a", "ua-1"],
        "timestamp": int(at.timestamp()),
    }

    @cache
    def can_show(signs: str) -> bool:
        try:
            typst.compile(_PROBE, sys_inputs={"signs": signs}, **bounds)
        except typst.TypstError:
            return False
        return True

    legible = _in_texts(to_jsonable_python(shown), partial(_legible, can_show=can_show))
    try:
        made: bytes = typst.compile(template, sys_inputs={"shown": to_json(legible).decode()}, **bounds)
    except RuntimeError as error:
        raise RulesError(f"{_told(template, error)}; rätta mallen eller återställ filen") from error
    return made


def _in_texts(value: object, change: Callable[[str], str]) -> object:
    """Return the JSON value with each of its texts changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_in_texts(each, change) for each in value]
    if isinstance(value, dict):
        return {key: _in_texts(each, change) for key, each in value.items()}
    return value


def _legible(text: str, can_show: Callable[[str], bool]) -> str:
    """Return the text with each sign that no typeface has as its number: PDF/A takes no empty boxes."""
    if _PLAIN.fullmatch(text) or can_show(text):
        return text
    by_sign = "".join(sign if can_show(sign) else _number(sign) for sign in text)
    # A mark over a letter can fail though each of the two is in some typeface.
    return by_sign if can_show(by_sign) else "".join(s if s.isascii() else _number(s) for s in by_sign)


def _number(sign: str) -> str:
    return f"[U+{ord(sign):04X}]"


def _told(template: Path, error: RuntimeError) -> str:
    """Say where a template stopped and at what, the innermost place first."""
    place = _PLACE.search(getattr(error, "diagnostic", ""))
    where = f"{template.with_name(place[1])}, rad {place[2]}" if place else str(template)
    return f"{where}: {' '.join(str(error).split())}"
