"""What is read out of a statement: an item, which a later room makes an order line of."""

from dataclasses import dataclass

from service.ordering.tokens import Token


@dataclass(frozen=True, slots=True)
class Item:
    """What one order line says, by tokens: `used` and `leftover` together are all its tokens, each once.

    `quantity` is None where none is told. `steady` tells that it was said as one, with a unit or a sign;
    `same` that as many are wanted as of the item before ("lika många"); `wanted` that the line is not
    crossed out; `unsure` that it gives a span ("2–3"). `start` and `end` are places in the statement, `end`
    that of the quantity; of a table `start` is the row below the headings, 0 for a form. `listed` tells that
    a separator stands before it.
    """

    article: str | None = None
    description: str = ""
    quantity: float | None = None
    unit: str = "st"
    steady: bool = False
    same: bool = False
    wanted: bool = True
    unsure: bool = False
    leftover: tuple[Token, ...] = ()
    used: tuple[Token, ...] = ()
    start: int = 0
    end: int = 0
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """An item, where it stands, and its place in the reading order of the whole mail.

    `repeatable` tells that it was said in prose, so that a list may say the same again; `sentence` is where
    its sentence or row begins and ends in the text, nowhere for one of a table.
    """

    item: Item
    where: str
    position: int
    repeatable: bool = False
    sentence: tuple[int, int] = (0, 0)

    @property
    def source(self) -> str:
        """The text or table that the item stands in, without its row."""
        return self.where.rpartition(", rad")[0]
