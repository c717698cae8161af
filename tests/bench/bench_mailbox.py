"""Measures how many mails a second the daemon takes through, beside a bare fetch of the same mails.

Run by `make bench`. Both go against one Dovecot in one run, so that their ratio tells something anywhere.
"""

import os
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from tests.servers import MailServer, dovecot, smtp_sink
from tests.service import Service, until
from tests.test_run import five_hundred

RESULT = Path(__file__).parent / "results" / "mailbox.md"
CHUNK = 50


def main() -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        sink = stack.enter_context(smtp_sink(folder / "sink"))
        server = stack.enter_context(dovecot()).account(sink)
        mails = five_hundred()
        server.deliver(*mails)
        service = Service(folder, server, post={"letters_per_hour": 1_000})
        fetched = seconds(lambda: fetch(server))
        filed, answered = run(service, server)
        told = report(len(mails), sum(map(len, mails)), fetched, filed, answered)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(told, encoding="utf-8")
    print(told)


def seconds(work: Callable[[], object]) -> float:
    """Return how long the work took."""
    began = time.monotonic()
    work()
    return time.monotonic() - began


def fetch(server: MailServer) -> None:
    """Fetch every mail of the inbox, so many at a time."""
    with server.client() as client:
        client.select("INBOX", readonly=True)
        uids = client.uid("SEARCH", "ALL")[1][0].split()
        for start in range(0, len(uids), CHUNK):
            named = b",".join(uids[start : start + CHUNK]).decode()
            assert client.uid("FETCH", named, "(UID INTERNALDATE BODY.PEEK[])")[0] == "OK"


def run(service: Service, server: MailServer) -> tuple[float, float]:
    """Return the seconds from a started daemon to an empty inbox, and to an empty outbox."""
    with service.running():
        filed = seconds(lambda: until(lambda: server.folders()["INBOX"] == 0, 600))
        rest = seconds(lambda: until(lambda: not service.waiting_letters(), 600))
    return filed, filed + rest


def report(mails: int, size: int, fetched: float, filed: float, answered: float) -> str:
    """Return the figures as Markdown."""
    rows = (("bare UID FETCH", fetched), ("judged and filed", filed), ("and every letter out", answered))
    table = "\n".join(f"| {what} | {took:.2f} | {mails / took:.0f} |" for what, took in rows)
    return (
        f"# {mails} mails through Dovecot\n\n"
        f"The corpus of tests/mails, about twice ({size / 1e6:.1f} MB), on {os.cpu_count()} cores; two "
        "children judge.\nThe daemon's time begins when it says that it has started, and holds the "
        "start of its children.\n\n"
        "| | seconds | mails/s |\n| --- | --- | --- |\n"
        f"{table}\n\n"
        f"A bare fetch is {filed / fetched:.0f} times as fast as the whole way of a mail.\n"
    )


if __name__ == "__main__":
    main()
