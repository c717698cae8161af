"""What a recognizer gives back."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found in a text; `sort` is what the rules tell apart (a rule's `sort`, or its id)."""

    sort: str
    start: int
    end: int
