"""`feedsmith watch`: builds whenever the saved files change."""

from __future__ import annotations

import signal
from argparse import Namespace
from threading import Event

from feedsmith import watching
from feedsmith.cli import builds, options, show
from feedsmith.errors import EXIT_OK, EXIT_USAGE, ConfigError
from feedsmith.project import Project


def main(arguments: list[str]) -> int:
    """Run the command; see `feedsmith watch --help`."""
    parser = options.command(
        "watch",
        "Build now, and again whenever the saved files or the configuration change and have been "
        "still for a second.",
        "feedsmith watch ~/Articles",
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders to read")
    options.add_project(parser)
    options.add_base_url(parser)
    options.add_poll(parser)
    options.add_log_format(parser)
    given = parser.parse_intermixed_args(arguments)
    show.use(given.log_format)
    project = options.project(given, given.paths)
    if not project.roots:
        raise ConfigError("no input: name a folder, or set [input] paths in config.toml")
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    builds.advise_polling(project, given.poll)
    build = builds.Builds(builds.arguments_of(given, given.paths), stop)
    show.line(f"watching {', '.join(project.roots)}  (Ctrl-C stops)")
    while not build() and not stop.wait(1):
        pass
    if build.status == EXIT_USAGE:
        return EXIT_USAGE
    watching.watch(Places(given, project), build, stop, poll_seconds=given.poll, tell=show.line)
    show.line("stopped")
    return EXIT_OK


class Places:
    """What to watch, by the configuration as it is now; a broken one leaves the last good one."""

    def __init__(self, given: Namespace, project: Project) -> None:
        self._given = given
        self._place = builds.place_of(project)

    def __call__(self) -> watching.Place:
        """Return what to watch."""
        try:
            found = builds.place_of(options.project(self._given, self._given.paths))
        except ConfigError:  # the build has said why
            return self._place
        if found.roots:
            self._place = found
        return self._place
