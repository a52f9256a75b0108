"""`feedsmith serve`: the published feeds over HTTP, for a reader on this machine or network."""

from __future__ import annotations

import os
import signal
import sqlite3
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path
from threading import Event, Thread

from feedsmith.builder import FORMATS
from feedsmith.cli import options, show
from feedsmith.errors import EXIT_OK, ConfigError, FeedsmithError, OutputError
from feedsmith.manifest import open_manifest
from feedsmith.project import Project
from feedsmith.replies import Shelf
from feedsmith.secret import Token, keep_token
from feedsmith.serve import FeedServer, make_server, network_address

# "Everywhere", where only --lan and the user's own wish lead, and what this machine calls itself.
_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


def main(arguments: list[str]) -> int:
    """Run the command; see `feedsmith serve --help`."""
    given = _parser().parse_intermixed_args(arguments)
    show.use(given.log_format)
    project = options.project(given, given.paths)
    stop, servers = Event(), list[FeedServer]()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _stop(stop, servers))
    watcher = _watcher(given, project, stop)
    if stop.is_set():
        return EXIT_OK
    if not os.path.isdir(project.out):
        raise ConfigError(f"{project.out}: not built yet; run 'feedsmith build' first")
    has_token = given.token or given.new_token or project.config.serve.token
    if has_token:
        keep_token(project.state.token, renew=given.new_token)
    token = Token(project.state.token) if has_token else str
    server = _listen(given, project, token)
    servers.append(server)
    _tell(server, project, token())
    _run(server, watcher, stop)
    show.line("stopped")
    return EXIT_OK


def _run(server: FeedServer, watcher: Thread | None, stop: Event) -> None:
    try:
        if watcher:
            watcher.start()
        if not stop.is_set():
            server.serve()
    finally:
        stop.set()
        server.end()
        if watcher:
            watcher.join()


def _stop(stop: Event, servers: list[FeedServer]) -> None:
    stop.set()
    for server in servers:
        server.stop()


def _parser() -> ArgumentParser:
    parser = options.command(
        "serve",
        "Offer the published feeds over HTTP, to this machine alone unless --lan or --host says "
        "otherwise.",
        "feedsmith serve --lan --token --watch",
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", help="what --watch watches")
    options.add_project(parser)
    options.add_base_url(parser)
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--host", metavar="ADDRESS", help="address to listen on (127.0.0.1)")
    where.add_argument("--lan", action="store_true", help="listen on every network of this machine")
    parser.add_argument("--port", type=int, metavar="N", help="port to listen on (8000)")
    parser.add_argument("--token", action="store_true", help="put everything under a secret path")
    parser.add_argument("--new-token", action="store_true", help="the same, under a new one")
    parser.add_argument("--watch", action="store_true", help="build when the saved files change")
    options.add_poll(parser)
    parser.add_argument("-v", "--verbose", action="store_true", help="tell every request")
    options.add_log_format(parser)
    return parser


def _listen(given: Namespace, project: Project, token: Token | type[str]) -> FeedServer:
    port = project.config.serve.port if given.port is None else given.port
    host = next(iter(_LOOPBACK)) if given.lan else given.host or project.config.serve.host
    try:
        return make_server(
            Shelf(Path(project.out), _Owned(project.state.manifest), project.config.feed.base_url),
            (host, port),
            token=token,
            log=show.line if given.verbose else lambda _: None,
        )
    except OSError as error:
        raise OutputError(f"{host}:{port}: cannot listen: {error.strerror}") from error


def _watcher(given: Namespace, project: Project, stop: Event) -> Thread | None:
    """Return a thread that builds when something changes, after a first build; None without."""
    if not given.watch:
        if given.paths or given.poll:
            raise ConfigError("PATH and --poll are for --watch, which is not given")
        return None
    if not project.roots:
        raise ConfigError("no input to watch: name a folder, or set [input] paths in config.toml")
    from feedsmith import watching
    from feedsmith.cli import builds
    from feedsmith.cli.watch import Places

    builds.advise_polling(project, given.poll)
    build = builds.Builds(builds.arguments_of(given, given.paths), stop)
    build()
    places = Places(given, project)

    def run() -> None:
        try:
            watching.watch(places, build, stop, poll_seconds=given.poll, tell=show.line)
        except FeedsmithError as error:
            show.error(error)
            show.line("no longer watching; the feeds are served as they are", level="error")

    return Thread(target=run, name="watch")


class _Owned:
    """The manifest's files, read anew only when the manifest has changed."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._stamp = -1
        self._files: Mapping[str, str] = {}

    def __call__(self) -> Mapping[str, str]:
        stamp = _stamp(self._path)
        if stamp != self._stamp:
            try:
                manifest, _ = open_manifest(self._path)
            except sqlite3.Error:  # a build is at it: what was true a moment ago will do
                return self._files
            try:
                self._files, self._stamp = manifest.owned(), stamp
            finally:
                manifest.close()
        return self._files


def _stamp(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0


def _tell(server: FeedServer, project: Project, token: str) -> None:
    """Print the addresses to paste, for this machine and for others that can reach it."""
    is_open = server.host in _LOOPBACK
    hosts = [server.host]
    if is_open:
        hosts = list(filter(None, (_LOOPBACK[server.host], network_address(server.host))))
    below = f"/{token}/" if token else "/"
    sites = [f"http://{_in_url(host)}:{server.port}{below}" for host in hosts]
    show.result(f"serving on {sites[0]}  (Ctrl-C stops)")
    for site in sites:
        if is_open:
            show.aside(
                f"for {'this machine' if site is sites[0] else 'other machines on the network'}:"
            )
        for known in FORMATS:
            if known.name in project.config.output.formats:
                show.aside(f"  {known.title:10} {site}{known.file_name}")
    base = project.config.feed.base_url
    if base.rstrip("/") not in {site.rstrip("/") for site in sites}:
        address = sites[-1] if is_open else sites[0]
        show.aside(
            f"  the feeds themselves name {base} (feed.base_url), not this server; for readers"
        )
        show.aside(f"  that mind, and for feeds.opml: feedsmith build --base-url {address}")
    if is_open and not token:
        show.line("everybody on this network can read the feeds; --token puts them under a secret")
    print(end="", flush=True)


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
