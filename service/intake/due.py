"""Tells which mails of the inbox are ours to work: those of an outage's time; in a drill only marked ones."""

from collections.abc import Sequence

from service.intake.mailbox import Mailbox
from service.ledger.windows import Window


def due_now(mailbox: Mailbox, windows: Sequence[Window]) -> dict[int, bool]:
    """Return the mails to work by their time of arrival, and whether each is marked for a drill."""
    if not windows:
        return {}
    return due_of(mailbox, mailbox.since(min(window.start for window in windows)), windows)


def due_of(mailbox: Mailbox, uids: Sequence[int], windows: Sequence[Window]) -> dict[int, bool]:
    """Return which of these mails are to work, and whether each is marked for a drill."""
    arrivals = mailbox.arrival_times(uids)
    within = [uid for uid, at in arrivals.items() if any(w.covers(at, marked=True) for w in windows)]
    marked = mailbox.marked(within)
    return {
        uid: uid in marked
        for uid in within
        if any(window.covers(arrivals[uid], marked=uid in marked) for window in windows)
    }
