"""Runs work on hostile bytes in warm child processes, each mail within limits of time and memory.

The parent hands a child raw bytes and takes back bytes; it never parses the mail itself. A child that takes
too long, too much memory, or dies is killed and replaced. It has no part in the parent's environment, where
passwords may stand, cannot write a file, and its stderr goes nowhere: a traceback could quote the mail.
"""

import os
import queue
import select
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Self

from service.errors import RulesError
from service.limits import Limits
from service.reading import child
from service.reading.child import ANSWER, FAILURE, HEADER, READY, REFUSAL, STAGE

START_SECONDS = 60.0
"""How long a child may take to load the rules: about two seconds on a quiet machine."""

ANSWER_BYTES = 100_000_000
MAILS_A_CHILD = 1_000
"""After so many mails a child is replaced, so that what libraries keep does not add up."""

GRACE_SECONDS = 2.0
"""The child's own limit of processor time falls first, the parent's clock this much later."""


class CouldNotRun(Exception):  # noqa: N818 -- failure as data: the caller makes it a flagged mail
    """A child broke on this mail; `stage` is the last that it began, "start" where it did not come so far."""

    def __init__(self, stage: str) -> None:
        super().__init__(stage)
        self.stage = stage


class Sandbox:
    """A pool of `workers` children that run one function; safe to use from several threads.

    `work` names a function "module:name" that takes `brief` and returns what runs on each mail:
    (raw bytes, told the name of each stage) → answer.
    """

    def __init__(self, work: str, brief: bytes, workers: int, limits: Limits) -> None:
        self.workers = workers
        self._order = child.Order(work, limits.seconds, limits.memory_bytes).packed(brief)
        self._seconds = limits.seconds + GRACE_SECONDS
        self._places: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        for _ in range(workers):
            self._places.put(None)
        self._lock = threading.Lock()
        self._living: set[_Child] = set()
        self._closed = False

    def __enter__(self) -> Self:
        """Return the pool; children start when they are first needed, or by `warm`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Put every child down."""
        self.close()

    def warm(self) -> None:
        """Start every child now, without waiting for any."""
        for place in [self._places.get() for _ in range(self.workers)]:
            self._places.put(place or self._start())

    def run(self, raw: bytes) -> bytes:
        """Return the answer; CouldNotRun where the child broke, RulesError where it could not begin."""
        place = self._places.get()
        try:
            worker = place or self._start()
        except CouldNotRun:
            self._places.put(None)
            raise
        whole = False
        try:
            answer = worker.run(raw, self._seconds)
            whole = worker.mails < MAILS_A_CHILD
        finally:
            self._places.put(worker if whole else self._replaced(worker))
        return answer

    def close(self) -> None:
        """Kill the children, also one at work: its mail ends as CouldNotRun."""
        with self._lock:
            self._closed = True
            living, self._living = self._living, set()
        for worker in living:
            worker.kill()

    def _start(self) -> "_Child":
        with self._lock:
            if self._closed:
                raise CouldNotRun("start")
            worker = _Child(self._order)
            self._living.add(worker)
        return worker

    def _replaced(self, worker: "_Child") -> "_Child | None":
        """Put a child down and start the next at once, so that the next mail need not wait for it."""
        worker.kill()
        with self._lock:
            self._living.discard(worker)
        try:
            return self._start()
        except CouldNotRun:
            return None


@dataclass(frozen=True, slots=True)
class _Frame:
    kind: bytes
    payload: bytes


class _Child:
    """One process and the pipes to it."""

    def __init__(self, order: bytes) -> None:
        self.mails = 0
        self._ready = False
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-B", "-m", "service.reading.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            cwd="/",
            # Ctrl-C in a terminal goes to the whole group; the parent alone decides when a child ends.
            start_new_session=True,
        )
        os.set_blocking(_end(self._process.stdin), False)
        self._order: bytes | None = order

    def run(self, raw: bytes, seconds: float) -> bytes:
        """Hand in one mail and return the answer."""
        self._await_ready()
        self.mails += 1
        deadline = time.monotonic() + seconds
        stage = "start"
        try:
            self._send(raw, deadline)
            while (frame := self._receive(deadline)).kind == STAGE:
                stage = frame.payload.decode("ascii")
        except (OSError, EOFError, UnicodeError):
            raise CouldNotRun(stage) from None
        if frame.kind != ANSWER:
            raise CouldNotRun(stage)
        return frame.payload

    def kill(self) -> None:
        """End the process and what it has started, whatever they do."""
        # The child leads a session of its own; until it is waited for, its number can be nobody else's.
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _await_ready(self) -> None:
        """Hand in the order and wait until the child has loaded what it needs."""
        if self._ready:
            return
        deadline = time.monotonic() + START_SECONDS
        try:
            if self._order is not None:
                self._send(self._order, deadline)
                self._order = None
            frame = self._receive(deadline)
        except (OSError, EOFError):
            raise CouldNotRun("start") from None
        if frame.kind == REFUSAL:
            raise RulesError(frame.payload.decode())
        if frame.kind != READY:
            raise CouldNotRun("start")
        self._ready = True

    def _send(self, payload: bytes, deadline: float) -> None:
        rest = memoryview(HEADER.pack(FAILURE, len(payload)) + payload)
        pipe = _end(self._process.stdin)
        while rest:
            _, writable, _ = select.select([], [pipe], [], _left(deadline))
            if not writable:
                raise TimeoutError
            rest = rest[os.write(pipe, rest[:65_536]) :]

    def _receive(self, deadline: float) -> _Frame:
        kind, length = HEADER.unpack(self._read(HEADER.size, deadline))
        if length > ANSWER_BYTES:
            raise EOFError
        return _Frame(kind, self._read(length, deadline))

    def _read(self, length: int, deadline: float) -> bytes:
        parts, pipe = bytearray(), _end(self._process.stdout)
        while len(parts) < length:
            readable, _, _ = select.select([pipe], [], [], _left(deadline))
            if not readable:
                raise TimeoutError
            part = os.read(pipe, length - len(parts))
            if not part:
                raise EOFError
            parts += part
        return bytes(parts)


def _left(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())


def _end(pipe: IO[bytes] | None) -> int:
    assert pipe is not None
    return pipe.fileno()
