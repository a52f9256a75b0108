"""`feedsmith serve`: the published feeds over HTTP, for a reader on this machine."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from feedsmith.builder import FORMATS
from feedsmith.cli import options, show
from feedsmith.errors import EXIT_OK, ConfigError, OutputError
from feedsmith.manifest import open_manifest
from feedsmith.serve import make_server


def main(arguments: list[str]) -> int:
    """Run the command; see `feedsmith serve --help`."""
    parser = options.command(
        "serve",
        "Offer the published feeds over HTTP, to this machine alone unless --host says otherwise.",
        "feedsmith serve --port 8000",
    )
    options.add_project(parser)
    parser.add_argument("--host", metavar="ADDRESS", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, metavar="N", help="port to listen on (8000)")
    parser.add_argument("-v", "--verbose", action="store_true", help="tell every request")
    given = parser.parse_args(arguments)
    project = options.project(given, [])
    if not os.path.isdir(project.out):
        raise ConfigError(f"{project.out}: not built yet; run 'feedsmith build' first")
    port = project.config.serve.port if given.port is None else given.port
    address = (given.host or project.config.serve.host, port)
    try:
        server = make_server(
            Path(project.out),
            _Owned(project.state.manifest),
            address,
            log=show.line if given.verbose else lambda _: None,
        )
    except (OSError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise OutputError(f"{address[0]}:{address[1]}: cannot listen: {reason}") from error
    _tell(server.server_address, project.config.feed.base_url)
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            show.line("stopped")
    return EXIT_OK


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


def _tell(address: tuple[object, ...], base_url: str) -> None:
    here = f"http://{address[0]}:{address[1]}/"
    show.result(f"serving on {here}  (Ctrl-C stops)")
    for known in FORMATS:
        print(f"  {known.title:10} {here}{known.file_name}")
    if urlsplit(base_url).netloc != urlsplit(here).netloc:
        print(f"  the feeds themselves name {base_url} (feed.base_url), not this server")
