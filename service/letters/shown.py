"""What the templates may show, one value a letter, and a sample of each that holds the templates to them.

Everything is text ready to be read: one line, without signs that cannot be seen; an empty string is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Shown = dict[str, object]


@dataclass(frozen=True, slots=True)
class ShownLine:
    """An order line as a letter shows it."""

    amount: str
    article_number: str
    description: str


@dataclass(frozen=True, slots=True)
class ShownOrder:
    """An order as the letter that confirms it shows it."""

    number: str
    kind: str
    from_stock: str
    destination: str
    requested_date: str
    urgent: bool
    from_own_stock: bool
    lines: tuple[ShownLine, ...]
    delivery: str = ""


@dataclass(frozen=True, slots=True)
class ShownItem:
    """Something owed a registration: what, by whom, in which system, and how long it has waited.

    `owner` is who must register it, `sender` who asked for it, `came` when, `delivered` when the goods went
    out, `slip` the paper's number, and `note` what who took it down noted.
    """

    number: str
    kind: str
    owner: str
    system: str
    came: str
    from_stock: str = ""
    destination: str = ""
    requested_date: str = ""
    delivery: str = ""
    delivered: str = ""
    sender: str = ""
    slip: str = ""
    note: str = ""
    state: str = ""
    urgent: bool = False
    new: bool = False
    lines: tuple[ShownLine, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """Items under a heading; `hidden` of them stand only in the attached list."""

    title: str
    items: tuple[ShownItem, ...]
    hidden: int = 0

    @property
    def total(self) -> int:
        """How many there are, shown and hidden."""
        return len(self.items) + self.hidden


@dataclass(frozen=True, slots=True)
class ShownDoubt:
    """A flagged mail that waits for a person: its number in the journal, when it came, and why it waits."""

    mail: int
    came: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownChain:
    """The head of the audit chain: how many links, and the hash of the last."""

    links: int
    head: str


@dataclass(frozen=True, slots=True)
class ShownAct:
    """One line of a reply and what came of it."""

    number: str
    told: str


@dataclass(frozen=True, slots=True)
class ShownReceipt:
    """What was done, what was not and why, and the lines that were not understood."""

    done: tuple[ShownAct, ...] = ()
    refused: tuple[ShownAct, ...] = ()
    unclear: tuple[ShownAct, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownDigest:
    """All that is owed, in the order to register it. `counts` are totals by their Swedish words."""

    counts: Mapping[str, int]
    new: int
    urgent: int
    groups: tuple[ShownGroup, ...]
    doubts: tuple[ShownDoubt, ...] = ()
    systems: tuple[str, ...] = ()
    file: str = ""
    chain: ShownChain = field(default=ShownChain(0, ""))


LINE = ShownLine("4 st", "50123", "Rollator")
ITEM = ShownItem("RP-2026-000001", "Lagerflytt", "Hjälpmedelsservice", "Sesam 2", "2026-03-05 09.12")
PROPOSAL: Shown = {"system": "Sesam 2", "code": "sesam2", "down": True, "done": False, "tries": 5} | {
    "since": "2026-03-05 09.12",
    "since_typed": "2026-03-05 09:12",
}
OVERDUE: Shown = {"stop": 1, "systems": "Sesam 2"} | {
    "began": "2026-03-05 09.12",
    "expected": "2026-03-05 12.00",
}
RECOVERY: Shown = {"systems": "Sesam 2", "mine": (ITEM,), "asked": (ITEM,)} | {
    "read_by_a_person": True,
    "refused": True,
    "down": "webSesam",
    "own_stock_waits": True,
}
DIGEST = ShownDigest({"väntar": 1}, 1, 1, (ShownGroup("Lager", (ITEM,), 1),), file="lista.xlsx")

SAMPLES: tuple[tuple[str, Shown], ...] = (
    (
        "accepted",
        {"orders": [ShownOrder("RP-2026-000001", "Lagerflytt", "A", "B", "", False, True, (LINE,))]},
    ),
    ("rejected", {"found": ["personuppgifter"], "by_staff": True}),
    ("flagged", {"reasons": [], "redirects": []}),
    ("digest", {"digest": DIGEST}),
    ("recovery", RECOVERY),
    ("recovered", {"systems": "Sesam 2", "digest": DIGEST}),
    ("reminder", {"groups": (ShownGroup("Du ska registrera", (ITEM,)),), "may_reply": True}),
    ("receipt", {"receipt": ShownReceipt((ShownAct("RP-2026-000001", "registrerad"),))}),
    ("proposal", PROPOSAL),
    ("overdue", OVERDUE),
)
"""Each kind of letter with the least that it is given."""
