"""The network between a browser and a service: a test can pull it for a moment or for longer, and read what was asked through it."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

from services.stack.ports import HOST


class Cable:
    """Passes bytes on between whoever connects here and a port of this machine."""

    def __init__(self, port: int) -> None:
        self._port, self._server = port, socket.create_server((HOST, 0))
        self._ends: set[socket.socket] = set()
        self.plugged_in = True
        self.asked: list[bytes] = []
        threading.Thread(target=self._accept, name="cable", daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._server.getsockname()[1]}"

    def cut(self) -> None:
        """Break every connection, once."""
        for end in list(self._ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def pulled(self) -> Iterator[None]:
        """Nothing comes through for a while."""
        self.plugged_in = False
        self.cut()
        try:
            yield
        finally:
            self.plugged_in = True

    def came_back_from(self) -> list[str]:
        """The Last-Event-ID of every request for the wall's events so far; an empty text where it had none."""
        asked = [head for head in self.asked if b"/wall/events" in head.split(b"\r\n")[0]]
        found = [re.search(rb"\r\nlast-event-id: *([^\r]*)", head, re.IGNORECASE) for head in asked]
        return [match[1].decode() if match else "" for match in found]

    def close(self) -> None:
        self._server.close()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._server.accept()
                if self.plugged_in:
                    threading.Thread(target=self._join, args=(near,), daemon=True).start()
                else:
                    near.close()

    def _join(self, near: socket.socket) -> None:
        with closing(near), suppress(OSError), socket.create_connection((HOST, self._port)) as far:
            self._ends |= {near, far}
            back = threading.Thread(target=self._pass, args=(far, near), daemon=True)
            back.start()
            self._pass(near, far, self.asked)
            back.join()
            self._ends -= {near, far}

    @staticmethod
    def _pass(source: socket.socket, target: socket.socket, noted: list[bytes] | None = None) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if noted is not None:
                    noted.append(data)
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
