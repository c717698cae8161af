"""How much text one mail may make screening work through.

A cap on the text is the cheapest watchdog, and the only one that decides alike on a fast and a slow machine:
the work of every recognizer grows with the text and with nothing else. A recognizer that is given far more
to do than any order gives it (the first words of many rules over and over) stops and holds the mail. The most
hostile text known costs 6 microseconds a character on a small server, a tenth of the time that a mail may
take; an order costs 2. So much text is some twenty thousand order lines. What lies beyond is told as unread,
so the mail goes to a person.
"""

from dataclasses import replace

from service.values import Document, Unread

MOST_CHARACTERS = 1_000_000


def bounded(document: Document, most: int = MOST_CHARACTERS) -> Document:
    """Return the document with no more text than that, its shortest pieces whole, and what was cut as unread.

    Subject and file names are short, so they are always screened; every piece keeps its index.
    """
    pieces, room = list(document.pieces), most
    if sum(len(piece.text) for piece in pieces) <= most:
        return document
    for index in sorted(range(len(pieces)), key=lambda index: len(pieces[index].text)):
        pieces[index] = replace(pieces[index], text=pieces[index].text[:room])
        room -= len(pieces[index].text)
    characters = f"{most:,}".replace(",", " ")
    told = f"Mailet har mer text än de {characters} tecken som granskas. En person läser det."
    unread = Unread("too_much_text", "mailet", told)
    return replace(document, pieces=tuple(pieces), unread=(*document.unread, unread))
