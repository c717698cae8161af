"""Order lines out of tables: with headings, as forms, in aligned text, or one cell a line."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service.ordering.lines import Item
from service.ordering.tokens import Lexer, Role, Token
from service.rules.ordering import ColumnRules, OrderingRules

_CODE = re.compile(r"\d{4,8}(?:-\d{1,4}){0,2}|[A-Z]{1,4}\d{3,8}")
_BLANK = frozenset(("", "-", "–", "—", "0", "0,0", "0.0", "x", "nej", "ingen", "inga", "0 st"))
_COLUMNS = ("article", "ordered", "quantity", "description", "unit", "balance", "aside", "note")
MAX_HEADER_ROW = 40


@dataclass(frozen=True, slots=True)
class Found:
    """The items of a table that covers the lines `first` to `last` (exclusive) of its text."""

    first: int
    last: int
    items: tuple[Item, ...]


class TableReader:
    """Reads tables by the headings of the rules."""

    def __init__(self, rules: OrderingRules, lexer: Lexer) -> None:
        self._names, self._lexer = _named(rules.columns), lexer
        self._not_wanted = tuple(rules.words.not_wanted)

    def rows(self, rows: Sequence[Sequence[str]]) -> tuple[Item, ...] | None:
        """Return the items of a table of cells, or None where no headings or form can be told."""
        for at, row in enumerate(rows[:MAX_HEADER_ROW]):
            header = self._header(row, rows[at + 1 :])
            if header:
                return self._below(header, rows[at + 1 :])
        pairs = [
            (r[0], next((c for c in r[1:] if c.strip()), "")) for r in rows if len(r) > 1 or (r and r[0])
        ]
        return self._form(pairs)

    def text(self, lines: Sequence[str]) -> tuple[Found, ...]:
        """Return the tables that stand in the lines of a text, in order and without overlap."""
        found: list[Found] = []
        at = 0
        while at < len(lines):
            table = self._drawn(lines, at) or self._one_a_line(lines, at) or self._vertical(lines, at)
            if table is None:
                at += 1
                continue
            found.append(table)
            at = max(table.last, at + 1)
        return tuple(found)

    def heading(self, cell: str) -> str | None:
        """Return which column a heading names."""
        return _heading(cell, self._names)

    def _header(self, row: Sequence[str], below: Sequence[Sequence[str]]) -> dict[str, int] | None:
        names: dict[str, int] = {}
        for column, cell in enumerate(row):
            name = self.heading(str(cell)) if len(str(cell)) < 40 else None
            if name == "article" and not self._codes(below, column):
                name = (
                    "description"
                    if _plain(str(cell)) not in ("nr", "nummer", "rad", "art nr", "artnr")
                    else "aside"
                )
            if name and name not in names:
                names[name] = column
        counted = "ordered" in names or "quantity" in names
        return names if counted and ("article" in names or "description" in names) else None

    def _codes(self, rows: Sequence[Sequence[str]], column: int) -> bool:
        """Whether most cells of the column look like article numbers."""
        cells = [str(r[column]).strip() for r in rows[:60] if column < len(r) and str(r[column]).strip()]
        return sum(_CODE.fullmatch(c.replace(" ", "")) is not None for c in cells) * 2 >= len(cells) > 0

    def _below(self, header: dict[str, int], rows: Sequence[Sequence[str]]) -> tuple[Item, ...]:
        items = []
        counted = header.get("ordered", header.get("quantity", -1))
        standing = "ordered" in header or "balance" in header
        for row in rows:
            cells = [" ".join(str(c).split()) for c in row]
            cell = {n: cells[c] if c < len(cells) else "" for n, c in header.items()}
            rest = [c for i, c in enumerate(cells) if c and i not in (counted, *_kept(header))]
            item = self._item(
                cell.get("article", ""),
                cell.get("description", ""),
                cells[counted] if counted < len(cells) else "",
                cell.get("unit", ""),
                rest,
                standing,
            )
            if item is not None:
                items.append(item)
        return tuple(items)

    def _item(
        self, article: str, description: str, count: str, unit: str, rest: list[str], standing: bool
    ) -> Item | None:
        """Build the item of one row, or None for a row that asks for nothing."""
        said = f"{description} {count} {' '.join(rest)}".lower()
        code = article.replace(" ", "").removesuffix(".0")
        number = code if _CODE.fullmatch(code) else None
        name = " ".join(x for x in ("" if number else article, description) if x)
        if self.heading(name) and not number:
            return None
        if not number and (not name or re.match(r"(?i)(?:summa|totalt?|antal|moms)\b", name)):
            return None
        left = tuple(Token(c, 0, len(c), Role.ASIDE) for c in rest)
        if any(words in said for words in self._not_wanted):
            return None
        if count.strip().lower() in _BLANK:
            if standing or count.strip():
                return None
            return Item(number, name, None, steady=True, leftover=left) if number else None
        value, measure, clear = self._amount(count)
        own = next((t.unit for t in self._lexer.tokens(f"1 {unit}") if t.role is Role.QUANTITY), "")
        if not unit and re.search(r"(?:\(|, ?)par\)?$", name.lower()):
            own = "par"
        if value is None and not number:
            return None
        return Item(number, name, value, own or measure or "st", True, unsure=not clear, leftover=left)

    def _amount(self, cell: str) -> tuple[float | None, str, bool]:
        tokens = [t for t in self._lexer.tokens(cell) if t.role is not Role.SIGN]
        counts = [t for t in tokens if t.role in (Role.QUANTITY, Role.NUMBER) and t.value]
        others = [t for t in tokens if t.role in (Role.ARTICLE, Role.RANGE)]
        if len(counts) == 1 and not others:
            return counts[0].value, counts[0].unit, True
        decimal = re.fullmatch(r"(\d{1,4})[.,]0+", cell.strip())
        return (float(decimal[1]), "st", True) if decimal else (None, "", False)

    def _drawn(self, lines: Sequence[str], at: int) -> Found | None:
        """Read a table drawn with tabs, bars, semicolons or columns of spaces, from its headings down."""
        for cut in (_tabs, _bars, _semicolons, _columns_of_spaces):
            head = cut(lines[at])
            if len(head) < 2 or not any(self.heading(c) for c, _, _ in head):
                continue
            rows, last = _rows_below(lines, at + 1, cut)
            placed = [_placed(row, head) for row in rows]
            header = self._header([c for c, _, _ in head], placed)
            if header and rows:
                return Found(at, last, self._below(header, placed))
        return None

    def _one_a_line(self, lines: Sequence[str], at: int) -> Found | None:
        """Read a table whose cells came out one a line, as Outlook does in plain text."""
        if not lines[at].strip() or self.heading(lines[at]) is None:
            return None
        full = [(n, line.strip()) for n, line in enumerate(lines[at : at + 4_000], at) if line.strip()]
        width = 0
        while width < len(full) and width < 10 and self.heading(full[width][1]) is not None:
            width += 1
        if width < 2:
            return None
        rows: list[list[str]] = []
        cells = [c for _, c in full[width:]]
        for start in range(0, len(cells) - width + 1, width):
            rows.append(cells[start : start + width])
        header = self._header([c for _, c in full[:width]], rows[:3])
        if header is None:
            return None
        counted = header.get("ordered", header.get("quantity", 0))
        good = 0
        while good < len(rows) and self._amount(rows[good][counted])[2] and len(rows[good][counted]) < 20:
            good += 1
        if not good:
            return None
        return Found(at, full[width + good * width - 1][0] + 1, self._below(header, rows[:good]))

    def _vertical(self, lines: Sequence[str], at: int) -> Found | None:
        """Read a form with one labelled value a line, as far down as it goes."""
        pair = _labelled(lines[at])
        if pair is None or self.heading(pair[0]) not in ("article", "description"):
            return None
        pairs, last, n = [], at, at
        while n < len(lines) and n - last < 3:
            pair = _labelled(lines[n])
            if pair is not None:
                if self.heading(pair[0]) is None:
                    break
                pairs.append(pair)
                last = n
            elif lines[n].strip():
                break
            n += 1
        items = self._form(pairs)
        return Found(at, last + 1, items) if items else None

    def _form(self, pairs: Sequence[tuple[str, str]]) -> tuple[Item, ...] | None:
        records: list[dict[str, str]] = [{}]
        for label, value in pairs:
            name = self.heading(label)
            if (
                re.fullmatch(r"(?i)(?:artikel|rad|produkt|vara)\s*\d{1,2}\W*", label.strip())
                and not value.strip()
            ):
                records.append({})
                continue
            if name not in ("article", "description", "quantity", "ordered", "unit"):
                continue
            if name == "article" and value.strip() and not _CODE.fullmatch(value.replace(" ", "").strip()):
                name = "description"
            name = "quantity" if name == "ordered" else name
            if name in records[-1]:
                records.append({})
            records[-1][name] = " ".join(value.split())
        good = [
            r for r in records if r.get("quantity") is not None and (r.get("article") or r.get("description"))
        ]
        if not good:
            return None
        whole = [r for r in records if r.get("article") or r.get("description")]
        items = [
            self._item(
                r.get("article", ""),
                r.get("description", ""),
                r.get("quantity", ""),
                r.get("unit", ""),
                [],
                False,
            )
            for r in whole
        ]
        return tuple(i for i in items if i is not None) or None


Cells = list[tuple[str, int, int]]


def _cut(line: str, separator: str) -> Cells:
    cells, at = [], 0
    for match in re.finditer(separator, line):
        cells.append((line[at : match.start()].strip(), at, match.start()))
        at = match.end()
    return [*cells, (line[at:].strip(), at, len(line))]


def _tabs(line: str) -> Cells:
    return _cut(line, "\t")


def _bars(line: str) -> Cells:
    return _cut(line.strip().strip("|"), r"\|") if "|" in line else []


def _semicolons(line: str) -> Cells:
    return _cut(line, ";") if ";" in line else []


def _columns_of_spaces(line: str) -> Cells:
    spans = [(m[0].strip(), m.start(), m.end()) for m in re.finditer(r"\S+(?:[ \u00a0]\S+)*", line)]
    return spans if len(spans) > 1 else []


def _rows_below(lines: Sequence[str], at: int, cut: Callable[[str], Cells]) -> tuple[list[Cells], int]:
    """Return the rows that follow the headings, passing over rulers, up to text that is no row."""
    rows: list[Cells] = []
    last, blank = at, 0
    for n in range(at, len(lines)):
        line = lines[n]
        if not line.strip():
            blank += 1
            if blank > 1 or rows:
                break
            continue
        if re.fullmatch(r"[\s+=|_-]+", line):
            last = n + 1
            continue
        cells = cut(line)
        if len(cells) < 2:
            break
        rows.append(cells)
        last = n + 1
    return rows, last


def _placed(row: Cells, head: Cells) -> list[str]:
    """Lay the cells under the headings: one by one where as many, else by where they stand on the line."""
    if len(row) == len(head) or not all(c[0] for c in row):
        return [c for c, _, _ in row]
    placed = [""] * len(head)
    for cell, start, end in row:
        near = min(range(len(head)), key=lambda h: _gap((start, end), (head[h][1], head[h][2])))
        placed[near] = f"{placed[near]} {cell}".strip()
    return placed


def _gap(one: tuple[int, int], two: tuple[int, int]) -> float:
    """How far apart two spans stand; negative by how much they overlap."""
    apart = max(one[0], two[0]) - min(one[1], two[1])
    return apart + abs((one[0] + one[1]) - (two[0] + two[1])) / 1_000


def _labelled(line: str) -> tuple[str, str] | None:
    match = re.match(
        r"\s*(?:\d{1,2}[.)]\s+)?[*•-]?\s*([^\W\d][^:\t\n]{1,28}?)\s?(?::|\.{3,})\s*(.*)$", line[:300]
    )
    return (match[1], match[2]) if match else None


def _kept(header: dict[str, int]) -> tuple[int, ...]:
    return tuple(c for n, c in header.items() if n in ("article", "description", "unit"))


def _plain(cell: str) -> str:
    return " ".join(re.sub(r"[^0-9a-zåäöéà]+", " ", cell.lower().replace("-", " ")).split())


def _named(columns: ColumnRules) -> dict[str, str]:
    names: dict[str, str] = {}
    for column in _COLUMNS:
        for spelling in getattr(columns, column):
            names.setdefault(_plain(spelling), column)
    return names


def _heading(cell: str, names: dict[str, str]) -> str | None:
    plain = _plain(cell[:60])
    if not plain or plain.isdigit():
        return None
    if plain in names:
        return names[plain]
    joined = plain.replace(" ", "")
    if joined in names:
        return names[joined]
    words = plain.split()
    for size in (3, 2, 1):
        if len(words) > size and len(words) <= size + 2:
            name = names.get(" ".join(words[:size]))
            if name in ("article", "quantity", "ordered", "balance") and not any(w.isdigit() for w in words):
                return name
    return None
