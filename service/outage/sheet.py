"""The list beside a digest: an xlsx workbook with what is typed into Sesam 2, one row an order line.

Text is written as text, so that no description can be a formula, and no article number loses its zero.
"""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

import xlsxwriter

from service.ledger.tables import OrderLineRow, OrderRow
from service.letters.templates import plain
from service.outage.office import shown_time
from service.outage.owed import Lines
from service.values import Kind
from service.wording import KINDS, OWNERS, SYSTEMS

COLUMNS = (
    ("Nummer", 16), ("Sort", 15), ("Från", 24), ("Till", 24), ("Boende", 24), ("Artikel", 12),
    ("Benämning", 32), ("Antal", 7), ("Enhet", 7), ("Önskat datum", 13), ("Beställare", 32),
    ("Kundnummer", 12), ("Brådskar", 9), ("Kom", 17), ("Levererat", 12), ("Registreras av", 19),
    ("System", 15), ("Blankett", 12), ("Not", 32),
)  # fmt: skip
"""Headings and widths in characters, in the order one types an order into Sesam 2; then what explains it."""

QUANTITY = 7
"""The one column that holds numbers."""

PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}

Cell = str | float


def workbook(rows: Sequence[OrderRow], lines: Lines, now: datetime) -> bytes:
    """Return the rows as a workbook that prints on A4, a row of headings on each page."""
    kept = BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True} | PLAIN) as book:
        book.set_properties({"title": "Att registrera i Sesam", "created": now.replace(tzinfo=None)})
        sheet = book.add_worksheet("Att registrera")
        bold, wrapped = book.add_format({"bold": True, "bottom": 1}), book.add_format({"text_wrap": True})
        for column, (heading, width) in enumerate(COLUMNS):
            sheet.set_column(column, column, width, wrapped)
            sheet.write_string(0, column, heading, bold)
        number = 0
        for number, cells in enumerate(_cells(rows, lines), start=1):
            for column, cell in enumerate(cells):
                if column == QUANTITY and isinstance(cell, float):
                    sheet.write_number(number, column, cell)
                elif cell:
                    sheet.write_string(number, column, str(cell))
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(number, 1), len(COLUMNS) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
    return kept.getvalue()


def _cells(rows: Sequence[OrderRow], lines: Lines) -> list[list[Cell]]:
    """Return a row of cells for each order line; an order without lines has one too."""
    nothing = (OrderLineRow(order_id=0, position=0, description="", quantity=0, unit="", confidence=1),)
    return [
        [
            row.number,
            KINDS[Kind(row.kind)],
            *(plain(place or "") for place in (row.from_stock, row.to_stock, row.facility)),
            plain(line.article_number or ""),
            plain(line.description),
            float(line.quantity) if line.quantity else "",
            plain(line.unit),
            row.requested_date.isoformat() if row.requested_date else "",
            row.sender_address or plain(row.taken_by or ""),
            plain(row.customer_number or ""),
            "ja" if row.urgent else "",
            shown_time(row.happened_at or row.booked_at),
            row.delivered_on.isoformat() if row.delivered_on else "",
            OWNERS[row.owner],
            SYSTEMS[row.system],
            row.slip_number or "",
            plain(row.note or ""),
        ]
        for row in rows
        for line in (lines.get(row.id or 0) or nothing)
    ]
