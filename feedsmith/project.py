"""One configuration with its input, output and state; the build that the command line and cron run.

Imports only what "nothing changed" needs; the rooms are imported when something did.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from feedsmith import __version__, lessons
from feedsmith.cache import Cache, open_cache
from feedsmith.config import Config, parse_config, with_base_url
from feedsmith.errors import (
    LEDGER_ADVICE,
    ConfigError,
    LedgerError,
    OutputError,
    PublishRefusedError,
)
from feedsmith.feedmodel import NO_TEMPLATES, Templates
from feedsmith.manifest import Manifest, are_intact, open_manifest
from feedsmith.scan import Delta, Request, digest_of, real_root, roots_of, scan, store
from feedsmith.state import StatePaths, check_owner, locked, state_paths
from feedsmith.store import is_sound, set_aside
from feedsmith.texts import read_templates, read_text

if TYPE_CHECKING:
    from feedsmith.assembly import Summary
    from feedsmith.tally import Tally

CONFIG_NAME = "config.toml"
CORRECTIONS_NAME = "corrections.toml"  # beside the configuration
Warn = Callable[[str], None]


class Project(NamedTuple):
    """What one run works on. Paths are as the user may open them; `base` is an absolute folder.

    `text` is the configuration's text, "" without one; `name` its file name for messages;
    `corrections` the text of corrections.toml beside it, or ""; `templates` the user's own.
    """

    config: Config
    text: str
    name: str
    corrections: str
    base: str
    roots: tuple[str, ...]
    out: str
    state: StatePaths
    templates: Templates = NO_TEMPLATES


class Built(NamedTuple):
    """What a build came to; `remarks` are (path, failed, kind, message) of failures and notices.

    `kinds` is empty when nothing changed; `hook` says what went wrong after publishing, or "".
    """

    articles: int
    topics: int
    changed: bool
    remarks: tuple[tuple[str, bool, str, str], ...]
    edited: tuple[str, ...] = ()
    kinds: tuple[Tally, ...] = ()
    hook: str = ""

    @property
    def failed(self) -> int:
        """Return the number of files that failed."""
        return sum(failed for _, failed, _, _ in self.remarks)

    @property
    def skipped(self) -> int:
        """Return the number of files that are no article or of no known kind."""
        return sum(1 for _, bad, kind, _ in self.remarks if not bad and kind.endswith("Error"))


def locate(
    paths: Sequence[str] = (),
    *,
    config: str | None = None,
    out: str | None = None,
    base_url: str = "",
) -> Project:
    """Return the project that these arguments mean.

    Args:
        paths: files and folders; empty means those of the configuration.
        config: path of the configuration; None means ./config.toml where there is one.
        out: out folder; None means that of the configuration.
        base_url: overrides the configuration's when not empty.

    Raises:
        ConfigError: the configuration cannot be read or asks for what cannot be.
    """
    name = config or (CONFIG_NAME if os.path.isfile(CONFIG_NAME) else "")
    text = read_text(name) if name else ""
    settings = parse_config(text, name or CONFIG_NAME)
    if base_url:
        settings = with_base_url(settings, base_url)
    folder = os.path.dirname(name)
    target = out if out is not None else os.path.join(folder, settings.output.dir)
    beside = os.path.dirname(os.path.realpath(target))
    if settings.state.dir:
        state = os.path.join(folder, settings.state.dir)
    elif name:
        state = os.path.join(folder, ".feedsmith")
    else:
        state = os.path.join(beside, f".feedsmith-{os.path.basename(os.path.realpath(target))}")
    roots = roots_of(paths, "") or roots_of(settings.input.paths, folder)
    base = os.path.realpath(folder or ".") if name else beside
    fixes = os.path.join(base, CORRECTIONS_NAME)
    said = read_text(fixes) if os.path.isfile(fixes) else ""
    own = read_templates(settings.output.templates, folder, name)
    return Project(settings, text, name, said, base, roots, target, state_paths(state), own)


def build(
    project: Project,
    *,
    allow_shrink: bool = False,
    warn: Warn = lambda _: None,
    progress: Callable[..., Iterable[Any]] | None = None,
) -> Built:
    """Bring the feeds up to date; when nothing changed, nothing is written.

    Args:
        project: what to build.
        allow_shrink: publish even when most of the articles are gone.
        warn: takes lines for the user (a damaged cache that was set aside).
        progress: wraps the stream of parsed files, see assembly.build.

    Raises:
        FeedsmithError: nothing was published; the class says why (see errors.py).
    """
    if not project.roots:
        raise ConfigError("no input: name a folder, or set [input] paths in config.toml")
    with locked(project.state):
        check_owner(project.state, project.out)
        work = partial(_attempt, project, allow_shrink=allow_shrink, warn=warn, progress=progress)
        try:
            return work()
        except sqlite3.DatabaseError as error:
            _set_damaged_aside(project.state, error, warn)
            return work()


def _attempt(
    project: Project,
    *,
    allow_shrink: bool,
    warn: Warn,
    progress: Callable[..., Iterable[Any]] | None,
) -> Built:
    cache, warning = open_cache(project.state.cache)
    manifest, other = open_manifest(project.state.manifest)
    for line in filter(None, (warning, other)):
        warn(line)
    try:
        return _build(project, cache, manifest, allow_shrink=allow_shrink, progress=progress)
    except PublishRefusedError:
        for path, _, kind, message in cache.remarks():  # the files' own lines say why
            warn(f"{path}: {kind}: {message}")
        raise
    finally:
        cache.close()
        manifest.close()


def _set_damaged_aside(paths: StatePaths, error: sqlite3.DatabaseError, warn: Warn) -> None:
    """Set aside what a run stumbled over in the middle, if it can be made anew.

    Raises:
        LedgerError: it is the ledger.
        OutputError: the disk said no, or nothing is found damaged.
    """
    if not is_sound(paths.ledger):
        raise LedgerError(f"{paths.ledger}: damaged ({error}); {LEDGER_ADVICE}") from error
    damaged = [path for path in (paths.cache, paths.manifest) if not is_sound(path)]
    if isinstance(error, sqlite3.OperationalError) or not damaged:
        raise OutputError(
            f"{paths.folder}: the state cannot be kept ({error}); the feeds already published "
            "stay, make room or mend the permissions"
        ) from error
    for path in damaged:
        warn(f"{path}: damaged ({error}); set aside as {set_aside(path)}, made anew")


def scan_request(project: Project) -> Request:
    """Return what to walk for this project."""
    settings = project.config.input
    own_folders = [project.out, project.state.folder]
    if templates := project.config.output.templates:
        own_folders.append(os.path.join(project.base, templates))
    skip = tuple(map(os.path.realpath, own_folders))
    own = (os.path.basename(project.name),) if project.name else ()
    exclude = (*settings.exclude, *own, CORRECTIONS_NAME)
    return Request(project.base, project.roots, skip, settings.include, exclude, settings.remote)


def _build(
    project: Project,
    cache: Cache,
    manifest: Manifest,
    *,
    allow_shrink: bool,
    progress: Callable[..., Iterable[Any]] | None,
) -> Built:
    started = time.time_ns()
    fingerprint = _fingerprint(project)
    request = scan_request(project)
    cache.begin()
    if cache.meta("fingerprint") != fingerprint:
        _forget_stale(project, cache)
    delta = _scan(request, cache)
    if _is_quiet(delta, cache) and _is_current(project, cache, manifest, fingerprint):
        if delta.touched or delta.is_fresh:
            store(delta, cache, scanned_ns=started)
            cache.commit()
        articles, topics = json.loads(cache.meta("summary"))
        return Built(articles, topics, changed=False, remarks=_remarks(delta, cache))
    from feedsmith import assembly  # noqa: PLC0415 (a run that changes nothing needs none of it)

    config = lessons.taught(project.config, project.base)
    work = assembly.Request(
        config, request, project.out, project.state.ledger, fingerprint,
        datetime.fromtimestamp(started // 10**9, tz=UTC), allow_shrink, project.corrections,
        project.templates,
    )  # fmt: skip
    more = {"progress": progress} if progress else {}
    summary: Summary = assembly.build(work, delta, cache, manifest, **more)
    return Built(
        summary.articles, summary.topics, summary.changed, _remarks(delta, cache), summary.edited,
        summary.kinds, _after_build(project, summary.feeds) if summary.changed else "",
    )  # fmt: skip


def _after_build(project: Project, feeds: Iterable[str]) -> str:
    if not project.config.hooks.after_build:
        return ""
    from feedsmith import hooks  # noqa: PLC0415 (most runs have none)

    return hooks.after_build(project.config, feeds, out=project.out, folder=project.base)


def _scan(request: Request, cache: Cache) -> Delta:
    try:
        return scan(request, cache)
    except OSError as error:
        raise PublishRefusedError(
            f"{error.filename}: cannot be read: {error.strerror}; is the disk mounted? "
            "The feeds already published stay"
        ) from error


def _remarks(delta: Delta, cache: Cache) -> tuple[tuple[str, bool, str, str], ...]:
    """Return what is to be said of each file, and of folders that could not be listed."""
    advice = "cannot be listed: {}; what it held stays in the feeds, check its permissions"
    unlisted = [(p, True, "UnreadableSourceError", advice.format(why)) for p, why in delta.unlisted]
    return (*unlisted, *cache.remarks())


def _is_quiet(delta: Delta, cache: Cache) -> bool:
    """Say that no file changed; one that was only touched counts where its time does."""
    if delta.changed or delta.removed:
        return False
    return not cache.go_by_time(row.path for row in delta.touched)


def _is_current(project: Project, cache: Cache, manifest: Manifest, fingerprint: str) -> bool:
    return (
        cache.meta("fingerprint") == fingerprint
        and manifest.stage_inode() is None
        and are_intact(project.out, cache.db.execute("SELECT * FROM places"))
    )


def _forget_stale(project: Project, cache: Cache) -> None:
    from feedsmith import assembly  # noqa: PLC0415 (a run that changes nothing needs none of it)

    assembly.forget_parsed(cache, assembly.parse_key(project.config, __version__))


def _fingerprint(project: Project) -> str:
    """Return a digest of all but the files that decides the bytes of the result."""
    return digest_of([
        __version__, project.text, project.corrections, project.config.feed.base_url,
        os.path.realpath(project.out),
        *map(real_root, project.roots),
        *lessons.state_of(project.config, project.base),
        *(part for pair in project.templates.files for part in pair),
    ])  # fmt: skip
