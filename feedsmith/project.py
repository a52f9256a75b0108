"""One configuration with its input, output and state; the build that the command line and cron run.

Imports only what "nothing changed" needs; the rooms are imported when something did.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from feedsmith import __version__, changes, history, journal, lessons, remarks
from feedsmith.built import Built
from feedsmith.cache import Cache, open_cache
from feedsmith.config import Config, parse_config, with_base_url
from feedsmith.errors import ConfigError, FeedsmithError, PublishRefusedError
from feedsmith.manifest import Manifest, are_intact, open_manifest
from feedsmith.owntemplates import NO_TEMPLATES, Templates
from feedsmith.scan import Delta, Request, digest_of, is_quiet, scan, store
from feedsmith.state import StatePaths, check_owner, check_whole, locked, state_paths
from feedsmith.store import set_damaged_aside
from feedsmith.texts import read_templates, read_text
from feedsmith.treestate import TREES_KEY, Tree, are_standing, check_places, trees_of
from feedsmith.walk import real_root, roots_of

if TYPE_CHECKING:
    from feedsmith import assembly
    from feedsmith.assembly import Summary
    from feedsmith.publish import Stage

CONFIG_NAME = "config.toml"
CORRECTIONS_NAME = "corrections.toml"  # beside the configuration
Warn = Callable[[str], None]
Progress = Callable[..., Iterable[Any]] | None  # see assembly.build


class Project(NamedTuple):
    """What one run works on. Paths are as the user may open them; `base` is an absolute folder.

    `text` is the configuration's text, "" without one; `name` its file name for messages;
    `corrections` the text of corrections.toml beside it, or ""; `templates` the user's own;
    `stage` makes what new files are put into, None publishes them.
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
    trees: tuple[Tree, ...] = ()
    stage: Callable[[str, Manifest], Stage] | None = None


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
    trees = trees_of(settings.tree, folder, state)
    return Project(settings, text, name, said, base, roots, target, state_paths(state), own, trees)


def build(
    project: Project,
    *,
    allow_shrink: bool = False,
    warn: Warn = lambda _: None,
    progress: Progress = None,
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
    check_trees(project)
    with locked(project.state):
        check_owner(project.state, project.out)
        check_whole(project.state)
        journal.resume_first(project.out, *(tree.out for tree in project.trees))
        work = partial(_attempt, project, allow_shrink=allow_shrink, warn=warn, progress=progress)
        try:
            return work()
        except sqlite3.DatabaseError as error:
            own = [path for tree in project.trees for path in (tree.made, tree.manifest)]
            remade = (project.state.cache, project.state.manifest, *own)
            set_damaged_aside(project.state.ledger, remade, error, warn)
            return work()


def _attempt(
    project: Project,
    *,
    allow_shrink: bool,
    warn: Warn,
    progress: Progress,
) -> Built:
    cache, warning = open_cache(project.state.cache)
    manifest, other = open_manifest(project.state.manifest)
    for line in filter(None, (warning, other)):
        warn(line)
    try:
        return bring_up_to_date(
            project, cache, manifest, allow_shrink=allow_shrink, warn=warn, progress=progress
        )
    except PublishRefusedError as error:
        for found in history.news(project.state.history, remarks.of_files(cache)):
            if found.failed or found.skipped:  # the files' own lines say why
                warn(f"{found.path}: {found.kind}: {found.message}")
        _tell_refusal(project, cache, manifest, str(error))
        raise
    finally:
        cache.close()
        manifest.close()


def _tell_refusal(project: Project, cache: Cache, manifest: Manifest, message: str) -> None:
    if not (project.config.feed.problems and project.config.feed.refusals):
        return
    from feedsmith.refusals import Refusal, tell  # noqa: PLC0415 (most runs are not refused)

    now = datetime.fromtimestamp(time.time_ns() // 10**9, tz=UTC)
    refusal = Refusal(project.config, project.out, project.state.ledger, message, now)
    with suppress(FeedsmithError):  # what cannot be told in the feed is told by the run
        tell(refusal, cache, manifest)


def check_trees(project: Project) -> None:
    """Refuse trees that lie where they must not.

    Raises:
        ConfigError: see treestate.check_places.
    """
    places = [("the out folder", project.out), ("the state folder", project.state.folder)]
    places += [("the input", root) for root in project.roots]
    check_places(project.trees, places, project.name)


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


def bring_up_to_date(
    project: Project,
    cache: Cache,
    manifest: Manifest,
    *,
    allow_shrink: bool,
    warn: Warn = lambda _: None,
    progress: Progress = None,
) -> Built:
    """Do what `build` does, under the lock and with open stores."""
    started = time.time_ns()
    fingerprint = _fingerprint(project)
    request = scan_request(project)
    cache.begin()
    if cache.meta("fingerprint") != fingerprint:
        _forget_stale(project, cache)
    delta = scanned(request, cache)
    if is_quiet(delta, cache) and _is_current(project, cache, manifest, fingerprint):
        if delta.touched or delta.is_fresh:
            store(delta, cache, scanned_ns=started)
            cache.commit()
        articles, topics = json.loads(cache.meta("summary"))
        return Built(articles, topics, changed=False, remarks=remarks.of_run(delta, cache))
    from feedsmith import assembly  # noqa: PLC0415 (a run that changes nothing needs none of it)

    work = _request(project, request, fingerprint, started)
    work = work._replace(allow_shrink=allow_shrink, warn=warn)
    changes.note(cache)
    more = {"progress": progress} if progress else {}
    summary: Summary = assembly.build(work, delta, cache, manifest, **more)
    return Built(
        summary.articles, summary.topics, summary.changed, remarks.of_run(delta, cache),
        summary.edited, summary.kinds,
        after_build(project, summary.feeds) if summary.changed else "", summary.problems,
        changes.count(cache), summary.feeds,
    )  # fmt: skip


def _request(
    project: Project, request: Request, fingerprint: str, started: int
) -> assembly.Request:
    from feedsmith import assembly  # noqa: PLC0415 (see above)

    work = assembly.Request(
        lessons.taught(project.config, project.base), request, project.out, project.state.ledger,
        fingerprint, datetime.fromtimestamp(started // 10**9, tz=UTC), allow_shrink=False,
        corrections=project.corrections, templates=project.templates, trees=project.trees,
    )  # fmt: skip
    return work._replace(stage=project.stage) if project.stage else work


def after_build(project: Project, feeds: Iterable[str]) -> str:
    """Tell the user's own command of changed feeds; return what went wrong, or ""."""
    if not project.config.hooks.after_build:
        return ""
    from feedsmith import hooks  # noqa: PLC0415 (most runs have none)

    return hooks.after_build(project.config, feeds, out=project.out, folder=project.base)


def scanned(request: Request, cache: Cache) -> Delta:
    """Return what changed.

    Raises:
        PublishRefusedError: the input cannot be read.
    """
    try:
        return scan(request, cache)
    except OSError as error:
        raise PublishRefusedError(
            f"{error.filename}: cannot be read: {error.strerror}; is the disk mounted? "
            "The feeds already published stay"
        ) from error


def _is_current(project: Project, cache: Cache, manifest: Manifest, fingerprint: str) -> bool:
    return (
        cache.meta("fingerprint") == fingerprint
        and manifest.stage_inode() is None
        and os.path.exists(project.state.ledger)
        and are_intact(project.out, cache.db.execute("SELECT * FROM places"))
        and not cache.meta(TREES_KEY)
        and are_standing(project.trees)
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
