"""IMAP IDLE as a hint that something came, on a connection that may be slow, torn or dead.

imap-tools' own IDLE misses an EXISTS in the same segment as the server's "+", breaks on a line that comes in
two parts, and cannot tell a dead socket from silence; so this speaks IDLE (RFC 2177) on imaplib itself.
Whatever it returns, the caller searches: a hint may come too late or not at all.
"""

import imaplib
import os
import select
import ssl
from io import BufferedReader
from typing import cast

LINE_SECONDS = 10.0
"""The longest that a line once begun, or the answer to DONE, may take."""


class Waker:
    """Ends a wait from another thread or a signal handler."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(self._writer, False)

    def wake(self) -> None:
        """End the wait under way, or the next one at once."""
        try:
            os.write(self._writer, b"x")
        except BlockingIOError:
            return  # enough wake-ups wait in the pipe already

    def fileno(self) -> int:
        """Return the end that becomes readable, for poll."""
        return self._reader

    def clear(self) -> None:
        """Forget the wake-ups so far."""
        try:
            os.read(self._reader, 4096)
        except BlockingIOError:
            return

    def close(self) -> None:
        """Give the pipe back."""
        os.close(self._reader)
        os.close(self._writer)


def sleep(waker: Waker, seconds: float) -> None:
    """Wait for `seconds` or until woken."""
    select.select([waker], [], [], seconds)
    waker.clear()


def idle(client: imaplib.IMAP4, waker: Waker, seconds: float) -> None:
    """Wait until the server tells of a change, `seconds` have passed, or `waker` wakes.

    Raises imaplib.IMAP4.abort or OSError when the connection is dead: throw it away then.
    """
    before = client.sock.gettimeout()
    client.sock.settimeout(LINE_SECONDS)
    try:
        tag = client._command("IDLE")
        if not _started(client, tag):
            _until_told(client, waker, seconds)
        client.send(b"DONE\r\n")
        client._command_complete("IDLE", tag)
    finally:
        client.sock.settimeout(before)


def _started(client: imaplib.IMAP4, tag: bytes) -> bool:
    """Read up to the server's "+"; tell whether an untagged line came before it."""
    early = False
    while client._get_response() is not None:
        if client.tagged_commands.get(tag):
            raise imaplib.IMAP4.abort("IDLE refused")
        early = True
    return early


def _until_told(client: imaplib.IMAP4, waker: Waker, seconds: float) -> None:
    if not _buffered(client):
        ready, _, _ = select.select([client.sock.fileno(), waker.fileno()], [], [], seconds)
        if waker.fileno() in ready:
            waker.clear()
        if client.sock.fileno() not in ready:
            return
    line: bytes = client._get_line()
    if line.startswith(b"* BYE"):
        raise imaplib.IMAP4.abort("the server said goodbye")


def _buffered(client: imaplib.IMAP4) -> bool:
    """Whether bytes wait above the socket: in the file buffer or in the TLS layer, where select is blind."""
    client.sock.settimeout(0)
    try:
        return bool(cast("BufferedReader", client.file).peek(1))
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    finally:
        client.sock.settimeout(LINE_SECONDS)
