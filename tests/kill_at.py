"""Runs the daemon and kills it at one step: python -P tests/kill_at.py STEP NTH --settings FILE run.

No line of the daemon knows of this, and none of its functions is replaced: the interpreter tells a profiler
of every call and return, and at the NTH time that the step is reached the process kills itself with SIGKILL:
nothing is flushed, closed or rolled back. A kill from outside could not be aimed.
"""

import asyncio
import imaplib
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from service import daemon
from service.intake import line, mailbox
from service.ledger import journal
from service.letters import delivery
from service.outage import digest
from service.settings import load_settings
from service.telling import tell_in_json


@dataclass(frozen=True)
class Step:
    """The moment that a function begins ("call") or has done all its work ("return").

    `only` looks at the function's variables where not every call is meant.
    """

    event: str
    function: Callable[..., object]
    only: Callable[[dict[str, Any]], bool] = lambda _: True

    @property
    def code(self) -> CodeType:
        code: CodeType = self.function.__code__
        return code


STEPS = {
    "received": Step("return", line._receive),
    "judged": Step("return", line._judge),
    "recorded": Step("return", line.record),
    "all recorded": Step("call", line._file_away),
    # The server has the command, and whatever it has done of it by now is not known to us.
    "move sent": Step("return", imaplib.IMAP4.send, lambda found: b" MOVE " in found["data"]),
    "one folder moved": Step("return", mailbox.Mailbox.file_away),
    "moved": Step("call", journal.mark_filed),
    "claimed": Step("return", delivery._claim),
    # After the SMTP server's 250, before that is noted.
    "sent": Step("call", delivery._settle),
    "settled": Step("return", delivery._settle),
}
"""The steps of a mail and of its answer."""

SWEEP_STEPS = {
    # Inside the transaction: the letters written before this one are not to be seen yet.
    "due written": Step("return", digest.post),
    "swept": Step("return", daemon._Daemon._write_due),
}
"""The steps of what is due by itself: word of recovery, digests, reminders."""


def main() -> None:
    step, nth, settings = (
        (STEPS | SWEEP_STEPS)[sys.argv[1]],
        int(sys.argv[2]),
        load_settings(Path(sys.argv[4])),
    )
    lock, reached = threading.Lock(), iter(range(1, nth + 1))

    def watch(frame: FrameType, event: str, _argument: object) -> None:
        if event == step.event and frame.f_code is step.code and step.only(frame.f_locals):
            with lock:
                if next(reached) == nth:
                    os.kill(os.getpid(), signal.SIGKILL)

    threading.setprofile(watch)
    sys.setprofile(watch)
    tell_in_json()
    asyncio.run(daemon.serve(settings))


if __name__ == "__main__":
    main()
