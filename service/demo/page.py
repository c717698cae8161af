"""How the demo looks: plain lines of at most 80 columns, coloured where a terminal shows them."""

import textwrap
from email import message_from_bytes, policy
from email.message import EmailMessage

from rich.console import Console
from rich.text import Text

from service.demo.follow import Decided
from service.demo.letters import Letter
from service.demo.play import DemoMail
from service.demo.site import COLUMNS
from service.ledger import journal
from service.ledger.tables import OrderRow
from service.values import Decision, Kind
from service.wording import DECISIONS, KINDS

STYLES = {
    Decision.ACCEPTED: "bold green",
    Decision.FLAGGED: "bold yellow",
    Decision.REJECTED: "bold red",
    Decision.IGNORED: "bold blue",
    Decision.REPLY: "bold magenta",
}
WIDEST = max(map(len, DECISIONS.values()))


class Page:
    """Where the demo prints: never a cursor moved, so that a pipe and a terminal get the same lines."""

    def __init__(self) -> None:
        console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
        self._console, self._width = console, min(console.width, COLUMNS)

    def heading(self, text: str) -> None:
        """Begin a new part."""
        self._console.print()
        self._console.print(Text(f"── {text} ".ljust(self._width, "─"), "bold cyan"))

    def say(self, text: str) -> None:
        """Print text, wrapped."""
        self._console.print("\n".join(textwrap.wrap(text, self._width)))

    def command(self, words: str, said: str) -> None:
        """Print a command as it is typed, and what it answered."""
        self._console.print(Text(f"$ reservpost {words}", "bold"))
        lines = (line.rstrip() for line in said.splitlines())
        self._console.print("\n".join(lines).strip("\n"))

    def decided(self, number: int, mail: DemoMail, decided: Decided) -> None:
        """Print a mail's caption, its decision, and why or what came of it."""
        decision = decided.decision
        indent = " " * (WIDEST + 4)
        shown = Text(f"{number:>2} ")
        shown.append(f"{DECISIONS[decision]:<{WIDEST}} ", STYLES[decision])
        shown.append(self._hung(mail.caption, indent), "bold")
        for told in _outcome(decided):
            shown.append(f"\n{indent}{self._hung(told, indent)}")
        self._console.print(shown)

    def letter(self, letter: Letter, kind: Decision, lines: int | None = None) -> None:
        """Print a letter as its receiver reads it, or so many lines of it."""
        message = message_from_bytes(letter.raw, EmailMessage, policy=policy.default)
        head = {"Från": message["From"], "Till": message["To"], "Ämne": message["Subject"]}
        body = message.get_body(("plain",))
        text = body.get_content() if body else ""
        shown = [f"{label}: {value}" for label, value in head.items()] + ["", *text.splitlines()[:lines]]
        self._console.print()
        for line in shown:
            self._console.print(Text("│", STYLES[kind]) + Text(f" {line}".rstrip()))

    def table(self, rows: dict[str, str]) -> None:
        """Print labels with what stands behind each, in two columns."""
        wide = max(map(len, rows))
        for label, said in rows.items():
            self._console.print(f"  {label:<{wide}}  {self._hung(said, ' ' * (wide + 4))}")

    def verdict(self, text: str) -> None:
        """Print the last word of a demo whose sum is right."""
        self._console.print(Text("\n".join(textwrap.wrap(text, self._width)), "bold green"))

    def _hung(self, text: str, indent: str) -> str:
        """Return the text wrapped, each line but the first behind `indent`."""
        return f"\n{indent}".join(textwrap.wrap(text, self._width - len(indent)))


def _outcome(decided: Decided) -> list[str]:
    """Return the orders that were booked, or else the reasons, each once."""
    if decided.orders:
        return [_booked(order, lines) for order, lines in decided.orders]
    return list(dict.fromkeys(reason["text"] for reason in journal.reasons_of(decided.mail)))


def _booked(order: OrderRow, lines: int) -> str:
    rows = f"{lines} rad" if lines == 1 else f"{lines} rader"
    return f"{order.number} {KINDS[Kind(order.kind)]}, {rows}: {order.to_stock or order.facility}"
