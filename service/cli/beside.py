"""Shows a mail's own lines beside what was understood of them, in two columns of the terminal."""

import shutil
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from textwrap import wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.values import Judgement

GAP = "  │ "
INDENT = "    "


def beside(judgement: "Judgement", rows: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines that show each order; `rows` are the mail's own lines by their places."""
    from service.wording import order_head, order_line

    doubted = {reason.where for reason in judgement.reasons}
    shown: set[str] = set()
    for order in judgement.orders:
        yield from (f"  {line}" for line in order_head(order))
        for line in order.lines:
            mark = " ← oklart" if line.where in doubted else ""
            understood = " ".join(" ".join(order_line(line)).split()) + mark
            yield from _columns("" if line.where in shown else rows.get(line.where, ""), understood)
            shown.add(line.where)
    for where, text in rows.items():
        if where in doubted - shown:
            yield from _columns(text, "← oklart")


def _columns(left: str, right: str) -> Iterator[str]:
    """Yield both texts side by side, each wrapped to half of the terminal."""
    width = (shutil.get_terminal_size().columns - len(GAP) - len(INDENT)) // 2
    for one, two in zip_longest(wrap(left, width), wrap(right, width), fillvalue=""):
        yield f"{INDENT}{one:<{width}}{GAP}{two}".rstrip()
