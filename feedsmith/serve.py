"""The published files over HTTP, for a feed reader on this machine or network.

Strategy: an address is answered only when it names a file that the manifest lists, so neither a
stray file in the out folder nor a clever address can be read. One thread a connection; every wait
has a limit, because the other side is not trusted to speak at all.
"""

from __future__ import annotations

import re
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

from feedsmith.replies import COMMON_HEADERS, Reply, find_reply, plain
from feedsmith.text import printable

BACKLOG = 256  # connections that wait to be accepted; as many as are answered at once
_PIECE_BYTES = 65_536  # bytes sent under one time limit: the slowest reader gets 6 KB a second
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 30\r\n"
    b"Connection: close\r\n\r\n"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of the server one client may take."""

    idle_seconds: float = 10.0  # silence on a connection, in either direction
    head_seconds: float = 20.0  # the whole request head; a drip-feeding client is dropped then
    head_bytes: int = 65_536  # the whole request head
    connections: int = 256  # answered at once; one more is told to come back


DEFAULT_LIMITS = Limits()


def _silent(line: str) -> None:
    """Drop a line of the log."""


def make_server(
    root: Path,
    owned: Callable[[], Mapping[str, str]],
    address: tuple[str, int],
    *,
    log: Callable[[str], None] = _silent,
    limits: Limits = DEFAULT_LIMITS,
) -> FeedServer:
    """Return a server that is bound and listens; `serve_forever` answers, `server_close` ends it.

    Args:
        root: the out folder; opened anew at each request, so it may be exchanged meanwhile.
        owned: gives {path below root, POSIX separators: sha256 in hexadecimal digits}; called once
            a request, from many threads.
        address: host (a name, IPv4 or IPv6 address) and port; port 0 takes a free one, which
            `server_address` then tells.
        log: takes one printable line an answer or a broken connection.
        limits: time, size and number limits.

    Raises:
        OSError: the address is taken or not this machine's.
    """
    return FeedServer(root, owned, address, log, limits)


class FeedServer(ThreadingHTTPServer):
    """Accepts connections and counts them; what is answered is in `_Handler`."""

    daemon_threads = True
    request_queue_size = BACKLOG

    def __init__(
        self,
        root: Path,
        owned: Callable[[], Mapping[str, str]],
        address: tuple[str, int],
        log: Callable[[str], None],
        limits: Limits,
    ) -> None:
        self.root = root
        self.owned = owned
        self.log = log
        self.limits = limits
        self._free = threading.BoundedSemaphore(limits.connections)
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind without asking the name service what this host is called (it can take seconds)."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def process_request(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        """Answer in a thread of its own, or say 503 when all places are taken."""
        if self._free.acquire(blocking=False):
            try:
                super().process_request(request, client_address)
            except BaseException:
                self._free.release()
                raise
            return
        self.log("503 all places are taken")
        if isinstance(request, socket.socket):
            with suppress(OSError):
                request.setblocking(False)
                request.send(_BUSY)
        self.shutdown_request(request)

    def process_request_thread(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        """Answer all requests of one connection, then give its place back."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        """Log a connection that broke in one line; a bug keeps its traceback."""
        error = sys.exception()
        if isinstance(error, OSError):
            self.log(f"connection lost: {printable(str(error))}")
        else:
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """One connection: reads heads within the limits, sends replies."""

    server: FeedServer
    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.0"  # of a request that names none: our answers have heads
    disable_nagle_algorithm = True
    _pending = b""  # bytes that came after the head, the next request's beginning

    def handle_one_request(self) -> None:
        """Read one request head and answer it; a client that is gone or too slow gets silence."""
        self.close_connection = True
        self.request_version, self.command, self.requestline = "HTTP/1.1", "", ""
        try:
            head = self._read_head()
            if head is None:
                return
            self.connection.settimeout(self.server.limits.idle_seconds)
            if len(head) > self.server.limits.head_bytes:
                self.send_error(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
                return
            self.rfile = BytesIO(head)
            self.raw_requestline = self.rfile.readline()
            if self.parse_request():
                self._answer()
        except (TimeoutError, ConnectionError) as error:
            self.close_connection = True
            self.server.log(f"connection lost: {printable(str(error) or type(error).__name__)}")

    def _read_head(self) -> bytes | None:
        """Return a request head with its empty line, a longer piece if it has no end, or None.

        None means that the client has nothing more to ask: it hung up, or stays silent.

        Raises:
            TimeoutError: silence within a head, or the head as a whole took too long.
        """
        limits = self.server.limits
        deadline = time.monotonic() + limits.head_seconds
        head, seen = bytearray(self._pending.lstrip(b"\r\n")), 0
        while (end := _HEAD_END.search(head, seen)) is None:
            seen = max(0, len(head) - 3)
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("the request head took too long")
            self.connection.settimeout(min(left, limits.idle_seconds))
            try:
                piece = self.connection.recv(_PIECE_BYTES)
            except TimeoutError:
                if head:
                    raise
                return None
            if not piece:
                return None
            head += piece
            if len(head) > limits.head_bytes and not _HEAD_END.search(head, seen):
                return bytes(head)
        self._pending = bytes(head[end.end() :])
        return bytes(head[: end.end()])

    def _answer(self) -> None:
        """Answer the request that was parsed; a request with a body ends the connection."""
        if "Content-Length" in self.headers or "Transfer-Encoding" in self.headers:
            self.close_connection = True
        if self.command not in {"GET", "HEAD"}:
            self.send_error(HTTPStatus.METHOD_NOT_ALLOWED)
            return
        reply = find_reply(
            self.server.root, self.server.owned(), self.requestline.split()[1], self.headers
        )
        self._send(reply)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Send a one-line plain text and end the connection; also called by the base class."""
        del message, explain  # they repeat what the client sent
        self.close_connection = True
        self._send(plain(HTTPStatus(code)))

    def _send(self, reply: Reply) -> None:
        """Send a reply; a HEAD request gets its headers only."""
        self.send_response_only(reply.status)
        self.send_header("Date", self.date_time_string())
        for name, value in (*reply.headers, *COMMON_HEADERS):
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.server.log(
            f"{self.client_address[0]} {printable(self.requestline)!r} {reply.status.value}"
        )
        with reply.body as body:
            self.end_headers()
            while self.command != "HEAD" and (piece := body.read(_PIECE_BYTES)):
                self.wfile.write(piece)

    def finish(self) -> None:
        """Throw away what a client still sends, lest its reset swallow our answer."""
        super().finish()
        with suppress(OSError):
            self.connection.setblocking(False)
            self.connection.recv(_PIECE_BYTES)
