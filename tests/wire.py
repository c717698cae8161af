"""A TCP connection to a server that a test can cut and mend, as a network does."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

from service.demo.address import HOST
from tests.servers import free_port


class Wire:
    """Passes on to a `target` port whatever comes to its own `port`, while it is whole."""

    def __init__(self, target: int) -> None:
        self.port = free_port()
        self._target = target
        self._open: list[socket.socket] = []

    def mend(self) -> None:
        """Listen, and pass on what comes."""
        listener = socket.create_server((HOST, self.port))
        self._open = [listener]
        Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        """Break every connection and refuse new ones."""
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection((HOST, self._target))
                self._open += [near, far]
                for one, other in ((near, far), (far, near)):
                    Thread(target=_pass_on, args=(one, other), daemon=True).start()


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


@contextmanager
def wire_to(port: int) -> Iterator[Wire]:
    """A wire that is still cut."""
    wire = Wire(port)
    try:
        yield wire
    finally:
        wire.cut()
