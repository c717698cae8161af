"""From a document to orders. The whole path of the room, on one page.

newest.py        document → letter: its newest text, what is quoted, what stands under the sign-off
gathering.py     letter → what is asked for and the places named, in reading order
  texts.py         a text: its tables (tables.py) and between them its statements (statements.py)
  lines.py         a statement → tokens → phrases → drafts → items
  places.py        a line → the places on it, and whether goods leave them or come to them
  place_columns.py a table → the places that its rows go to
repeats.py       what is said twice counts once
kinds.py         what the mail speaks of
details.py       contact, cost centre, hurry, substitutes
orders.py        items, places, kind and day → orders, one for each destination
totals.py        whether a total in the mail is that of its lines
doubts.py        what a person must settle first
"""

from dataclasses import replace

from service.ordering.details import Details
from service.ordering.doubts import Case, doubts
from service.ordering.gathering import Gatherer
from service.ordering.kinds import mail_kind, said_kinds
from service.ordering.newest import letter
from service.ordering.orders import orders
from service.ordering.patterns import corrected_pattern
from service.ordering.repeats import without_repeats
from service.ordering.totals import Totals
from service.rules.ordering import OrderingRules
from service.values import Document, Understanding


class Orders:
    """The room's readers, built once for a set of rules."""

    def __init__(self, rules: OrderingRules) -> None:
        self._rules, self._gatherer = rules, Gatherer(rules)
        self._details, self._corrected = Details(rules), corrected_pattern(rules)
        self._totals = Totals(rules.words.totals)

    def understand(self, document: Document) -> Understanding:
        """Return the orders of the document and every doubt that a person must settle."""
        mail = letter(document, self._rules.words)
        sent_at = document.envelope.sent_at
        gathered, topic = self._gatherer.gather(mail), self._gatherer.topic(mail)
        items = without_repeats(gathered.asked)
        body = replace(gathered, asked=items.once)
        text = f"{topic.text}\n{body.text}"
        said = said_kinds(text, self._rules.kinds)
        found = orders(body, topic, said, self._details, sent_at.date() if sent_at else None)
        kind = mail_kind(said, found)
        # A count taken back at once ("6 par, nej 8 par") is settled: it leaves nothing to ask.
        settled, missed = self._corrected.sub(" ", text), self._totals.miss(text, items.once)
        case = Case(settled, mail.cut, items.once, items.unsettled, said, kind, found, missed)
        return Understanding(kind, found, doubts(case, self._rules.kinds))
