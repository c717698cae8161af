"""Reads what an IMAP server answers to a UID FETCH, as imaplib hands it over."""

import imaplib
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime


def answered(data: Sequence[bytes | tuple[bytes, bytes] | None]) -> Iterator[tuple[bytes, bytes]]:
    """Yield (all that stands outside the literal, the literal) for each mail answered."""
    answers = [item for item in data if item]
    for before, item, after in zip([b"", *answers], answers, [*answers[1:], b""], strict=False):
        if isinstance(item, tuple):
            # What follows the literal (")" or more fields) comes as an item of its own.
            head, literal = item[0] + (after if isinstance(after, bytes) else b""), item[1]
        elif isinstance(before, tuple):
            continue
        else:
            head, literal = item, b""
        # Without a UID it is news of another client's flags, not an answer.
        if b"UID " in head:
            yield head, literal


def by_weight(entries: Iterable[tuple[int, int]], most: int) -> Iterator[list[tuple[int, int]]]:
    """Part entries of (uid, bytes) into batches of at most `most` bytes, or of one that is heavier."""
    batch: list[tuple[int, int]] = []
    for entry in entries:
        if batch and sum(size for _, size in batch) + entry[1] > most:
            yield batch
            batch = []
        batch.append(entry)
    if batch:
        yield batch


def number(head: bytes, field: bytes) -> int:
    """Return the number after a field's name; the connection cannot be believed where it is missing."""
    found = re.search(rb"\b" + re.escape(field) + rb" (\d+)", head)
    if found is None:
        raise imaplib.IMAP4.abort("the server left a field out of its answer")
    return int(found[1])


def arrival(head: bytes) -> datetime:
    """Return the INTERNALDATE in UTC; the connection cannot be believed where it is missing."""
    found = re.search(rb'INTERNALDATE "([^"]+)"', head)
    if found is None:
        raise imaplib.IMAP4.abort("the server left a field out of its answer")
    return datetime.strptime(found[1].decode().strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(UTC)
