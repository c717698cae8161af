"""Swedish clocks: how they show a moment, and which moment a typed time means.

In the night to winter time the hour from 02 to 03 comes twice. What is shown then says which of the two it
was, and what is typed must say it; in the night to summer time that hour does not come at all.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from service.errors import LedgerError

SWEDEN = ZoneInfo("Europe/Stockholm")


def shown(moment: datetime, mark: str = ".") -> str:
    """Return a moment as people read it, with `mark` in its clock: 2026-03-05 09.12."""
    local = moment.astimezone(SWEDEN)
    return local.strftime(f"%Y-%m-%d %H{mark}%M") + _which(local)


def typed(text: str, now: datetime) -> datetime:
    """Read 2026-03-05 09:12, or 09:12 for today, as Swedish time unless it names a zone; return it in UTC.

    LedgerError for what is no time, for one that came twice, and for one that did not come.
    """
    today = now.astimezone(SWEDEN).strftime("%Y-%m-%d")
    try:
        read = datetime.fromisoformat(f"{today} {text}" if len(text) == len("09:12") else text)
        if read.tzinfo is None:
            read = _local(read)
        return read.astimezone(UTC)
    except (ValueError, OverflowError):
        raise LedgerError(f"{text}: ingen tid; skriv 2026-03-05 09:12, eller 09:12 för i dag") from None


def _which(local: datetime) -> str:
    """Name the hour where it comes twice; empty otherwise."""
    if not _is_odd(local):
        return ""
    return " vintertid" if local.fold else " sommartid"


def _local(read: datetime) -> datetime:
    local, shown_as = read.replace(tzinfo=SWEDEN), f"{read:%Y-%m-%d %H:%M}"
    if not _is_odd(local):
        return local
    if local.astimezone(UTC).astimezone(SWEDEN).replace(tzinfo=None) != read:
        raise LedgerError(f"{shown_as} kom aldrig: klockan ställdes fram från 02:00 till 03:00 den natten")
    raise LedgerError(
        f"{shown_as} kom två gånger den natten; skriv '{shown_as}+02:00' för den första, i sommartid, "
        f"eller '{shown_as}+01:00' för den andra, i vintertid"
    )


def _is_odd(local: datetime) -> bool:
    """Whether a local time stands for two moments, or for none."""
    return local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
