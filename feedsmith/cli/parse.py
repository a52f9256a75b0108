"""`feedsmith parse`: articles as JSON Lines; writes nothing to disk."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from feedsmith import (
    executors,
    files,
    identity,
    junk,
    pipeline,
    reading,
    serial,
    settle,
    steering,
    teaching,
)
from feedsmith.additions import NOTE_SUFFIX, Addition, of_note, parse_corrections
from feedsmith.cli import options, show
from feedsmith.errors import EXIT_OK, EXIT_SOME_FAILED, EXIT_USAGE, ConfigError
from feedsmith.identity import Memory
from feedsmith.junklists import Lists, lists_of
from feedsmith.memory import read_ledger
from feedsmith.model import Article, Source
from feedsmith.project import Project, scan_request
from feedsmith.readers.encoding import decode
from feedsmith.scan import every_file, key_of
from feedsmith.walk import is_remote
from feedsmith.whereabouts import placed


def main(arguments: list[str]) -> int:
    """Run the command; see `feedsmith parse --help`."""
    parser = options.command(
        "parse",
        "Print the articles of saved files as JSON, one a line. A folder is walked, - is standard "
        "input.",
        "feedsmith parse dumps/*.txt | jq -r '[.published, .title] | @tsv'",
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="files and folders to read")
    options.add_project(parser)
    options.add_fetch(parser)
    given = parser.parse_intermixed_args(arguments)
    named = [path for path in given.paths if path != "-"]
    project = options.taught(given, named)
    reading.catalog(project.config)
    piped = [standard_input()] if len(named) < len(given.paths) else []
    sources = [*piped, *(walked(project) if named else ())]
    if not sources:
        show.line(f"{', '.join(given.paths)}: no file there")
        return EXIT_USAGE
    return _print(project, sources)


def walked(project: Project) -> Iterator[Source]:
    """Yield the files of the project's input, in the order of the walk.

    Raises:
        ConfigError: there is nothing at one of the paths.
    """
    for path in project.roots:
        if not is_remote(path) and not os.path.exists(path):
            raise ConfigError(f"{path}: no such file or folder")
    with placed(project.config, project.base, project.state.cache) as place:
        for found in every_file(scan_request(project)):
            yield files.source(
                found.path, place(found.path, found.relative), mtime_ns=found.row.mtime_ns,
                size=found.row.size, max_bytes=project.config.input.max_file_bytes,
            )  # fmt: skip


def standard_input() -> Source:
    """Return what comes on standard input; its time is the epoch, for no date may rest on it."""
    return files.standard_input(sys.stdin.buffer.read(), datetime.fromtimestamp(0, tz=UTC))


def identified(
    source: Source, digest: str, article: Article, base: str, memory: Memory
) -> tuple[str, Article]:
    """Return an article's id, and the article with its date as other files had it settled.

    The id is the one that the ledger remembers, else the one that would be minted.
    """
    trait = identity.trait(
        article, path=key_of(source.path, base), source=digest, parser="", mtime=source.mtime
    )
    known = identity.find_either(trait, article.swapped, memory)
    if known is None:
        return identity.mint(trait, memory, first_seen=source.mtime).id, article
    return known.id, settle.as_read(article, memory.date_order(known.id))


def article_id(source: Source, digest: str, article: Article, base: str, memory: Memory) -> str:
    """Return the id that the ledger remembers, else the one that would be minted."""
    return identified(source, digest, article, base, memory)[0]


class Words(NamedTuple):
    """What the user says in corrections.toml: of articles by their ids, of lines."""

    of_articles: Mapping[str, Addition]
    of_lines: Lists


def words_of(project: Project) -> Words:
    """Return what the user says in the corrections of a project.

    Raises:
        ConfigError: they cannot be used.
    """
    lists = lists_of(project.corrections, is_on=project.config.input.junk == "cut")
    return Words(parse_corrections(project.corrections), lists)


def said_of(
    source: Source, article: Article, words: Words, identifier: str, memory: Memory
) -> tuple[Addition, ...]:
    """Return what is said of an article: corrections, notes beside its file, lessons, junk."""
    name = source.relative.rpartition("/")[2]
    correction = words.of_articles.get(identifier)
    found = [correction] if correction else []
    for stem in dict.fromkeys((name, name.rpartition(".")[0])):
        data = source.beside(f"{stem}{NOTE_SUFFIX}") if stem else None
        if data:
            found.append(of_note(decode(data), f"{stem}{NOTE_SUFFIX}"))
    cut = junk.said(memory, (identifier,), words.of_lines, article)
    return (*found, *teaching.taught(memory, identifier), *cut)


def _print(project: Project, sources: list[Source]) -> int:
    status, printed, links = EXIT_OK, 0, 0
    known, words = reading.catalog(project.config), words_of(project)
    workers = executors.crew_for(project.config.run, len(sources))
    with workers or nullcontext() as crew, read_ledger(project.state.ledger) as memory:
        for outcome in pipeline.outcomes(sources, project.config, crew):
            links += len(outcome.links)
            for article in outcome.articles:
                printed += 1
                identifier, article = identified(  # noqa: PLW2901
                    outcome.source, outcome.digest, article, project.base, memory
                )
                said = said_of(outcome.source, article, words, identifier, memory)
                why = article.why
                if said:
                    article, _ = steering.with_additions(article, said, known)  # noqa: PLW2901
                    why = steering.assignment(article, said, known).why
                shown = replace(article, path=outcome.source.path, why=why)
                sys.stdout.write(serial.to_line(shown, identifier) + "\n")
            for problem in outcome.failures:
                show.remark(problem.path, problem.error, problem.message)
                status = EXIT_SOME_FAILED
            for notice in outcome.notices:
                show.remark(notice.path, notice.kind, notice.message)
    if links and not printed:
        show.line(f"no article, but links ({links}); [input] links = 'entry' makes entries of them")
    return status
