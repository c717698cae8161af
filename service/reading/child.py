"""The inside of the sandbox: loads one function, then runs it on mail after mail until standard input ends.

Frames go both ways: one byte of kind, four of length, then the payload.
"""

import importlib
import json
import resource
import struct
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import BinaryIO

from service.errors import ReservpostError

HEADER = struct.Struct(">cI")
READY, REFUSAL, STAGE, ANSWER, FAILURE = b"r", b"n", b"s", b"a", b"f"

Run = Callable[[bytes, Callable[[str], None]], bytes]


@dataclass(frozen=True, slots=True)
class Order:
    """What a child is to do: the function's name ("module:name") and the limits for each mail."""

    work: str
    seconds: int
    memory_bytes: int

    def packed(self, brief: bytes) -> bytes:
        """Return the order and what the function is told, as one payload."""
        return json.dumps(asdict(self)).encode() + b"\n" + brief


def main() -> None:
    """Serve until standard input ends."""
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    head, _, brief = (_read(stdin) or b"").partition(b"\n")
    order = Order(**json.loads(head))
    module, _, name = order.work.partition(":")
    try:
        run: Run = getattr(importlib.import_module(module), name)(brief)
    except ReservpostError as fault:
        _write(stdout, REFUSAL, str(fault).encode())
        return
    _shut_in()
    _write(stdout, READY, b"")
    while (raw := _read(stdin)) is not None:
        _limit(order)
        _work(run, raw, stdout)


def _work(run: Run, raw: bytes, stdout: BinaryIO) -> None:
    def tell(stage: str) -> None:
        _write(stdout, STAGE, stage.encode("ascii"))

    try:
        answer = run(raw, tell)
    except Exception:
        # The one boundary: what was not foreseen becomes a flagged mail. Nothing of the fault is told, as
        # its text could quote the mail; the parent replaces this process.
        _write(stdout, FAILURE, b"")
    else:
        _write(stdout, ANSWER, answer)


def _shut_in() -> None:
    """Take away what the work never needs: files to write, and a core dump that would hold the mail."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit(order: Order) -> None:
    """Give the next mail its own share of processor time and memory, on top of what is used already."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + order.seconds, most))
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_address_space() + order.memory_bytes, most))


def _address_space() -> int:
    """Return the bytes of address space in use (proc(5), statm)."""
    with open("/proc/self/statm", "rb") as statm:  # noqa: PTH123 -- no need of pathlib in so small a process
        return int(statm.read().split()[0]) * resource.getpagesize()


def _read(stdin: BinaryIO) -> bytes | None:
    """Return the next payload, or None where the parent has closed its end."""
    head = stdin.read(HEADER.size)
    if len(head) < HEADER.size:
        return None
    _, length = HEADER.unpack(head)
    return stdin.read(length)


def _write(stdout: BinaryIO, kind: bytes, payload: bytes) -> None:
    stdout.write(HEADER.pack(kind, len(payload)) + payload)
    stdout.flush()


if __name__ == "__main__":
    main()
