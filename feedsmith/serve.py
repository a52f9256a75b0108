"""The published files over HTTP, for a feed reader on this machine or network.

Strategy: waitress speaks HTTP (ADR 17); what is answered is decided in `replies`, from the manifest
alone. One thread reads and writes for all connections and a few answer, so a slow client holds
nothing but its own place; here stand the limits after which it loses that, too, because the other
side is not trusted to speak, to finish or to listen.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

from feedsmith.replies import Asked, Reply, Shelf, find_reply, plain
from feedsmith.text import printable

_PIECE_BYTES = 65_536
_THREADS = 4  # answers are made in milliseconds; the network is not waited for in them
_OWN_SOCKETS = 2  # the one that listens and the one that wakes, which waitress counts, too
# Addresses set apart for documentation (RFC 5737, RFC 3849): beyond the local network, never there.
_BEYOND = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
_TICK_SECONDS = 1  # how often the limits are looked at


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of the server one client may take, and all of them."""

    idle_seconds: float = 10.0  # silence on a connection, in either direction
    head_seconds: float = 20.0  # the whole request head; a drip-feeding client is dropped then
    reply_seconds: float = 300.0  # the whole answer: 2 MB at 7 KB a second
    head_bytes: int = 65_536  # the whole request head
    connections: int = 256  # open at once; further ones wait in the backlog


DEFAULT_LIMITS = Limits()


def _silent(line: str) -> None:
    """Drop a line of the log."""


def _no_token() -> str:
    return ""


def make_server(
    shelf: Shelf,
    address: tuple[str, int],
    *,
    token: Callable[[], str] = _no_token,
    log: Callable[[str], None] = _silent,
    limits: Limits = DEFAULT_LIMITS,
) -> FeedServer:
    """Return a server that is bound and listens; `serve` answers until `stop`, `end` closes all.

    Args:
        shelf: the out folder and what is published in it.
        address: host (a name, IPv4 or IPv6 address) and port; port 0 takes a free one, which
            `port` then tells.
        token: gives the first step of every path, "" for none; called once a request.
        log: takes one printable line an answer or a dropped connection.
        limits: time, size and number limits.

    Raises:
        OSError: the address is taken or not this machine's.
    """
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a queue is no news
    return FeedServer(_Application(shelf, token, log), _settings(address, limits), limits, log)


def _settings(address: tuple[str, int], limits: Limits) -> Adjustments:
    host, port = address
    try:
        return Adjustments(
            host=host,
            port=port,
            ipv4=":" not in host,
            ipv6=":" in host,
            ident=None,
            threads=_THREADS,
            backlog=limits.connections,
            connection_limit=limits.connections + _OWN_SOCKETS,
            recv_bytes=2 * limits.head_bytes,  # what is too long is read, so that we can say so
            max_request_header_size=limits.head_bytes,
            max_request_body_size=1,  # no request that we answer has a body
            outbuf_high_watermark=2**40,  # no thread ever waits for a client
            log_socket_errors=False,
            asyncore_use_poll=True,
        )
    except (ValueError, OverflowError) as error:
        raise OSError(None, "no such address") from error


class _Channel(HTTPChannel):  # type: ignore[misc] # waitress has no types
    """One connection that remembers since when its request and its answer have been under way."""

    def __init__(self, *arguments: Any, **more: Any) -> None:  # noqa: ANN401 (waitress's own)
        self.asking_since = self.answered_at = time.monotonic()
        super().__init__(*arguments, **more)

    def received(self, data: bytes) -> bool:
        """Take bytes of a request; a new one starts the clock."""
        before = self.request
        taken: bool = super().received(data)
        if self.request is not before:
            self.asking_since = time.monotonic()
        return taken

    def overdue(self, limits: Limits, now: float, wall: float) -> str:
        """Say which limit this connection has passed, "" for none."""
        if not self.total_outbufs_len:
            self.answered_at = now
        if now - self.answered_at > limits.reply_seconds:
            return "the answer was read too slowly"
        if self.request is not None and now - self.asking_since > limits.head_seconds:
            return "the request took too long"
        if not self.requests and wall - self.last_activity > limits.idle_seconds:
            return "silence" if self.total_outbufs_len or self.request is not None else "idle"
        return ""


class FeedServer(TcpWSGIServer):  # type: ignore[misc] # waitress has no types
    """waitress with limits on whole requests and answers, and an end."""

    channel_class = _Channel

    def __init__(
        self,
        application: _Application,
        settings: Adjustments,
        limits: Limits,
        log: Callable[[str], None],
    ) -> None:
        self._limits = limits
        self._log = log
        self._stopping = threading.Event()
        super().__init__(application, adj=settings)

    @property
    def host(self) -> str:
        """The numeric address that is listened on."""
        return str(self.effective_host)

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self.effective_port)

    def serve(self) -> None:
        """Answer until `stop` is called."""
        looked_at = time.monotonic()
        while not self._stopping.is_set():
            wasyncore.loop(timeout=_TICK_SECONDS, use_poll=True, map=self._map, count=1)
            now = time.monotonic()
            if now - looked_at >= _TICK_SECONDS:
                looked_at = now
                self._drop_overdue(now)

    def _drop_overdue(self, now: float) -> None:
        """Close connections that passed a limit, also those that take no answer any more.

        Only between two turns of the loop: within one, the number of a closed socket may already
        be that of a new client. waitress's own timeout waits until a client can be written to.
        """
        for channel in tuple(self.active_channels.values()):
            reason = channel.overdue(self._limits, now, time.time())  # noqa: TID251 (waitress's clock)
            if reason:
                if reason != "idle":
                    self._log(f"{channel.addr[0]} dropped: {reason}")
                channel.handle_close()

    def stop(self) -> None:
        """Let `serve` return; may be called from a signal handler or another thread."""
        self._stopping.set()
        self.pull_trigger()

    def end(self) -> None:
        """Close every connection and the socket."""
        self.task_dispatcher.shutdown()
        wasyncore.close_all(self._map)


@dataclass(frozen=True, slots=True)
class _Application:
    """The WSGI application: a request's environment in, headers and a file out."""

    shelf: Shelf
    token: Callable[[], str]
    log: Callable[[str], None]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        reply = self._reply(environ)
        start_response(f"{reply.status.value} {reply.status.phrase}", list(reply.headers))
        method, target = environ["REQUEST_METHOD"], environ["REQUEST_URI"]
        line = printable(f"{method} {target}")
        self.log(f"{environ['REMOTE_ADDR']} {line!r} {reply.status.value}")
        if method == "HEAD" or reply.status is HTTPStatus.NOT_MODIFIED:
            reply.body.close()
            return ()
        file: Iterable[bytes] = environ["wsgi.file_wrapper"](reply.body, _PIECE_BYTES)
        return file

    def _reply(self, environ: Mapping[str, Any]) -> Reply:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return plain(HTTPStatus.METHOD_NOT_ALLOWED)
        asked = Asked(
            target=environ["REQUEST_URI"],
            token=self.token(),
            codings=environ.get("HTTP_ACCEPT_ENCODING", ""),
            tags=environ.get("HTTP_IF_NONE_MATCH"),
            since=environ.get("HTTP_IF_MODIFIED_SINCE", ""),
            host=environ.get("HTTP_HOST", ""),
            accept=environ.get("HTTP_ACCEPT", ""),
        )
        return find_reply(self.shelf, asked)


def network_address(host: str) -> str:
    """Return the address under which other machines most likely reach this one, "" for none.

    The kernel is asked which address it would use for a packet to the world; none is sent.

    Args:
        host: what is listened on, "0.0.0.0" or "::"; it tells the kind of address.
    """
    family, beyond = _BEYOND[":" in host]
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((beyond, 9))
        return str(probe.getsockname()[0])
    return ""
