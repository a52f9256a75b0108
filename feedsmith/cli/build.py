"""`feedsmith build`: the main job.

What is wrong with a file is told once, and again when the file has changed, for cron mails all
that is printed; `--verbose` tells it each time. With `--quiet` a run that is refused for a reason
told within the last day says nothing either; its exit status does.
"""

from __future__ import annotations

import argparse
import os
from argparse import Namespace
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter

from feedsmith import history
from feedsmith.built import Built
from feedsmith.cli import options, outcome, show
from feedsmith.config import LOCAL_URL
from feedsmith.errors import EXIT_SOME_FAILED, EXIT_USAGE, FeedsmithError, OutputError
from feedsmith.project import Project, build
from feedsmith.remarks import Remark
from feedsmith.state import strays
from feedsmith.tally import Tally
from feedsmith.walk import is_remote

_DOUBLE = "Double"
_MOST_OF_A_FILE = 10  # remarks; an export of years may have thousands of empty parts
_QUIET = ("InlineImages", "DepthCapped", _DOUBLE)  # notices told only with --verbose


def main(arguments: list[str]) -> int:
    """Run the command; see `feedsmith build --help`."""
    given = _parser().parse_intermixed_args(arguments)
    show.use(given.log_format)
    project = options.project(given, given.paths)
    warnings: list[str] = []

    def warn(text: str) -> None:
        warnings.append(text)
        if not given.quiet:
            show.line(text, level="warning")

    run = outcome.Outcome(project)
    try:
        if given.dry_run:
            return _rehearse(run, project, given)
        built = build(project, allow_shrink=given.allow_shrink, warn=warn, progress=show.bar)
    except FeedsmithError as error:
        run.of_error(error)
        _tell_refused(run, project, given, warnings)
        return _report(run, given, (), warnings)
    run.of_built(built, strict=given.strict)
    said = (*built.remarks, *(Remark("", failed=False, kind="", message=t) for t in built.trees))
    news = history.news(project.state.history, said)
    _tell_built(built, project, given, news, warnings)
    outcome.flush()
    history.remember(project.state.history, run.run(), said)
    return _report(run, given, news, warnings)


def _rehearse(run: outcome.Outcome, project: Project, given: Namespace) -> int:
    """Say what a build would do; nothing is written, and nothing counts as told."""
    from feedsmith.cli import dryrun
    from feedsmith.rehearsal import rehearse

    built, plan = rehearse(project, allow_shrink=given.allow_shrink, progress=show.bar)
    run.of_built(built, strict=given.strict)
    news = history.news(project.state.history, built.remarks)
    _tell_remarks(built.remarks if given.verbose else news, project, is_verbose=given.verbose)
    for text in built.trees:
        show.line(text, level="error")
    if not given.json:
        dryrun.tell(plan, is_verbose=given.verbose)
    run.plan = plan._asdict() | {"trees": [tree._asdict() for tree in plan.trees]}
    return _report(run, given, news, ())


def _parser() -> argparse.ArgumentParser:
    parser = options.command(
        "build",
        "Turn saved files into feeds: one of all articles, one a topic. When nothing changed, "
        "nothing is written.",
        "feedsmith build ~/Articles -o ~/public/feeds --base-url https://feeds.example.org/",
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders to read")
    options.add_project(parser)
    options.add_base_url(parser)
    parser.add_argument(
        "--allow-shrink", action="store_true", help="publish even if most articles are gone"
    )
    options.add_fetch(parser)
    options.add_executor(parser)
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would change, and write nothing"
    )
    parser.add_argument("--strict", action="store_true", help="exit 1 when a file was skipped")
    parser.add_argument("-q", "--quiet", action="store_true", help="say only what newly went wrong")
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="tell every notice, told before or not"
    )
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")
    parser.add_argument("--report", metavar="FILE", help="write the outcome as JSON to a file")
    options.add_log_format(parser)
    return parser


def _tell_refused(
    run: outcome.Outcome, project: Project, given: Namespace, warnings: Sequence[str]
) -> None:
    """Say why nothing was published; from cron once, and once a day while it lasts."""
    assert run.error is not None  # noqa: S101 (the caller has just put it there)
    row = run.run()
    if given.dry_run or not given.quiet or not history.is_told(project.state.history, row):
        for text in warnings if given.quiet else ():
            show.line(text, level="warning")
        show.error(run.error)
        outcome.flush()
    if not given.dry_run and run.status != EXIT_USAGE:  # which touch nothing at all
        history.remember_refusal(project.state.history, row)


def _tell_built(
    built: Built,
    project: Project,
    given: Namespace,
    news: Sequence[Remark],
    warnings: Sequence[str],
) -> None:
    for text in warnings if given.quiet else ():
        show.line(text, level="warning")
    told = {remark.message for remark in news}
    _tell_remarks(
        built.remarks if given.verbose else [remark for remark in news if remark.path], project,
        is_verbose=given.verbose,
    )  # fmt: skip
    for text in built.trees:  # like a refusal: told to a person each time
        if not given.quiet or text in told:
            show.line(text, level="error")
    for path in strays(project.state) if built.changed else ():
        advice = "as sync programs make when two machines built; run 'feedsmith ledger merge' with"
        text = f"{path}: another copy of the ledger, {advice} it, then delete it"
        show.line(text, level="warning")
    for path in built.edited:
        kept = os.path.join(project.out, path)
        show.line(f"{kept}: your edited version of a feedsmith file, kept", level="warning")
    if built.hook:
        show.line(built.hook, level="error")
    if not given.json and not given.quiet:
        _summarise(built, project)
        _tell_of_old(built, news, is_verbose=given.verbose)


def _tell_remarks(remarks: Iterable[Remark], project: Project, *, is_verbose: bool) -> None:
    folder = os.path.relpath(project.base)
    if folder.startswith(".."):
        folder = project.base
    for path, said in groupby(remarks, attrgetter("path")):
        shown = path if is_remote(path) else os.path.normpath(os.path.join(folder, path))
        told = [remark for remark in said if is_verbose or remark.kind not in _QUIET]
        most = len(told) if is_verbose else _MOST_OF_A_FILE
        for remark in told[:most]:
            show.remark(shown, remark.kind, remark.message, failed=remark.failed)
        if more := told[most:]:
            text = f"{len(more)} more of its parts are told by 'feedsmith build --verbose'"
            show.remark(shown, "", text, failed=any(remark.failed for remark in more))


def _report(
    run: outcome.Outcome, given: Namespace, news: Sequence[Remark], warnings: Sequence[str]
) -> int:
    """Write what was asked for; return the exit status."""
    if not given.json and not given.report:
        return run.status
    report = run.report(news, warnings)
    if given.json:
        outcome.write(report, "-")
    try:
        if given.report:
            outcome.write(report, given.report)
    except OutputError as error:
        show.error(error)
        return run.status or EXIT_SOME_FAILED
    return run.status


def _summarise(built: Built, project: Project) -> None:
    if len(built.kinds) > 1:
        head = ("kind", "files", "articles", "links", "skipped")
        show.table(head, [_kind_row(line) for line in built.kinds])
        show.aside("")
    counts = [_count(built.articles, "article"), _count(built.topics, "topic")]
    if built.failed or built.skipped:
        counts.append(_count(built.failed, "problem"))
        counts.append(f"{built.skipped} skipped")
    joined = sum(remark.kind == _DOUBLE for remark in built.remarks)
    if joined:
        counts.append(_count(joined, "double"))
    if not built.changed:
        counts.append("nothing changed")
    page = os.path.join(project.out, "index.html")
    show.result(f"{', '.join(counts)} · open {page}")
    for tree in project.trees:
        print(f"tree {tree.config.name!r}: {tree.out}")
    if project.config.feed.base_url == LOCAL_URL and built.changed:
        show.aside(
            f"base_url is not set: the feeds say {LOCAL_URL}, where 'feedsmith serve' answers"
        )


def _tell_of_old(built: Built, news: Sequence[Remark], *, is_verbose: bool) -> None:
    """Say how many files fail as they did when they were told."""
    old = built.failed - sum(remark.failed for remark in news)
    if old and not is_verbose:
        fails = "file still fails" if old == 1 else "files still fail"
        show.aside(f"{old} {fails}; 'feedsmith status' lists them")


def _kind_row(line: Tally) -> tuple[str, ...]:
    why = ", ".join(f"{count} {name.removesuffix('Error')}" for name, count in line.reasons)
    numbers = (str(number) if number else "" for number in line[1:4])
    return (line.kind, *numbers, why)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
