"""A billing system that verifies what it is sent, and answers as a test tells it to."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook

HANG = 0
CUT = -1
"""Instead of a status: no answer, and an end of the connection."""
ECHO = "what the other side says, "
"""It stands in front of what came, which is sent back with every answer."""


@dataclass(frozen=True)
class Got:
    """One attempt that came through."""

    id: str
    path: str
    body: bytes
    signature: dict[str, str]
    answer: int

    @property
    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def visit(self) -> str:
        return str(self.said["data"]["visit"])

    @property
    def kind(self) -> str:
        return str(self.said["type"])


@dataclass
class Receiver:
    """What came, and how the next attempts are answered: `answers` one after the other, then `usual`."""

    secret: bytes
    got: list[Got] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    usual: int = 200
    released: threading.Event = field(default_factory=threading.Event)
    """Ends what hangs."""
    port: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, path: str, headers: Any, body: bytes) -> int:
        signature = {name.lower(): value for name, value in headers.items() if name.lower().startswith("webhook-")}
        Webhook(self.secret).verify(body, signature)
        assert "cookie" not in headers, "what we said is said back"
        with self._lock:
            answer = self.answers.pop(0) if self.answers else self.usual
            self.got.append(Got(signature["webhook-id"], path, body, signature, answer))
        return answer

    def told(self) -> list[tuple[str, str]]:
        """Visit and kind of all that was taken, each id once, in order."""
        taken = {got.id: got for got in self.got if 200 <= got.answer < 300}
        return [(got.visit, got.kind) for got in taken.values()]

    def ids(self, visit: str) -> set[str]:
        return {got.id for got in self.got if got.visit == visit}

    @contextmanager
    def listening(self, tls: ssl.SSLContext | None = None) -> Iterator["Receiver"]:
        """Take connections, on the same port each time."""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                answer = receiver.take(self.path, self.headers, body)
                if answer == HANG:
                    receiver.released.wait(60)
                if answer <= 0:
                    self.close_connection = True
                    return
                self.send_response(answer, ECHO)
                self.send_header("set-cookie", "we=said")
                self.send_header("x-said", json.loads(body)["data"].get("payer", ""))
                self.send_header("location", f"http://127.0.0.1:{receiver.port}/elsewhere")
                self.end_headers()
                self.wfile.write(ECHO.encode() + body)

            def log_message(self, *_words: object) -> None:
                return

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_words: object) -> None:
                return  # a client that goes away while it is answered

        with Server(("127.0.0.1", self.port), Handler) as server:
            self.port = server.server_address[1]
            if tls is not None:
                server.socket = tls.wrap_socket(server.socket, server_side=True)
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
            thread.start()
            try:
                yield self
            finally:
                self.released.set()
                server.shutdown()
                thread.join()
                self.released.clear()
