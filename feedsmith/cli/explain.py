"""`feedsmith explain`: every field of a file, the rule that won, where it stood, the runners-up."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace

from feedsmith import files, parser, readers, reading, steering, stories
from feedsmith.additions import Addition, amended, findings
from feedsmith.cli import options, show
from feedsmith.cli.parse import identified, said_of, standard_input, walked, words_of
from feedsmith.config import Config
from feedsmith.errors import EXIT_OK, EXIT_SOME_FAILED, SourceError
from feedsmith.memory import read_ledger
from feedsmith.model import (
    Article,
    BlockFinding,
    Document,
    Failure,
    Finding,
    Notice,
    Parsed,
    Source,
)
from feedsmith.recurring import found_in
from feedsmith.text import printable, shorten

_VALUE_CHARS = 200  # characters of a value that are shown; a body is long
_RIVAL_CHARS = 100


def main(arguments: list[str]) -> int:
    """Run the command; see `feedsmith explain --help`."""
    command = options.command(
        "explain",
        "Say how each field of a saved file was found: value, rule, place, rivals.",
        "feedsmith explain saved/page.html",
    )
    command.add_argument("paths", nargs="+", metavar="PATH", help="files to explain, - for stdin")
    options.add_project(command)
    command.add_argument("--blocks", action="store_true", help="say what each block is taken for")
    command.add_argument("--json", action="store_true", help="print JSON, one file a line")
    given = command.parse_intermixed_args(arguments)
    named = [path for path in given.paths if path != "-"]
    project = options.taught(given, named)
    piped = [standard_input()] if len(named) < len(given.paths) else []
    sources = [*piped, *(walked(project) if named else ())]
    status = EXIT_OK
    words = words_of(project)
    with read_ledger(project.state.ledger) as memory:
        for source in sources:
            for found in _explained(source, project.config):
                if not isinstance(found, Parsed):
                    show.remark(source.path, *found)
                    status = EXIT_SOME_FAILED
                    continue
                identifier, article = identified(
                    source, _digest(source), found.article, project.base, memory
                )
                said = said_of(source, article, words, identifier, memory)
                topics_found = _topics(source, amended(article, said), said, project.config)
                story = stories.explained(memory, identifier) if project.config.feed.stories else ()
                settled = (*_settled(article, found), *_cut(article, said))
                trace = (*found.trace, *settled, *findings(said), *topics_found, *story)
                shown = found if given.blocks else replace(found, blocks=())
                print((_as_json if given.json else _as_text)(source, shown, trace))
    return status


def _settled(article: Article, found: Parsed) -> tuple[Finding, ...]:
    """Return how an ambiguous date was settled, if it was."""
    if article is found.article or not article.published:
        return ()
    when = article.published.isoformat()
    return (Finding("published", when, "settled", "day and month in the order of its site"),)


def _cut(article: Article, said: Iterable[Addition]) -> Iterator[Finding]:
    """Yield the lines that were cut out because they recur, or the user drops them."""
    for addition in said:
        for line in found_in(article, addition.junk).values():
            yield Finding("junk", line, "cut", "as other files of its site have it, or as you say")


def _digest(source: Source) -> str:
    with source.open() as stream:
        return files.fingerprint(stream)


def _explained(source: Source, config: Config) -> Iterator[Parsed | tuple[str, str]]:
    """Yield the articles of a file; for a part that gives none, an error's name and message."""
    try:
        for found in readers.read(source):
            if isinstance(found, Document):
                try:
                    yield parser.explain(found, config)
                except SourceError as error:
                    yield type(error).__name__, f"{found.part}: {error}".removeprefix(": ")
            elif isinstance(found, Notice):
                yield found.kind, found.message
            elif isinstance(found, Failure):
                yield found.error, found.message
            else:
                yield "Link", f"{found.url} holds no text"
    except SourceError as error:
        yield type(error).__name__, str(error)


def _topics(
    source: Source, article: Article, said: Iterable[Addition], config: Config
) -> Iterable[Finding]:
    placed = replace(article, path=source.relative)
    assignment = steering.assignment(placed, said, reading.catalog(config))
    is_corrected = any(addition.topics for addition in said)  # which is told as a correction
    for topic, why in zip(assignment.topics, assignment.why, strict=True):
        if topic.group or not is_corrected:
            yield Finding("topic", topic.slug, "topics", why)


def _as_json(source: Source, parsed: Parsed, trace: Iterable[Finding]) -> str:
    record = {"path": source.path, "fields": [asdict(finding) for finding in trace]}
    if parsed.blocks:
        record["blocks"] = [asdict(block) for block in parsed.blocks]
    return json.dumps(record, ensure_ascii=False)


def _as_text(source: Source, parsed: Parsed, trace: Iterable[Finding]) -> str:
    lines = [printable(source.path)]
    for finding in trace:
        value = shorten(finding.value.replace("\n", " "), max_chars=_VALUE_CHARS) or "none"
        place = f" ({finding.where})" if finding.where else ""
        lines.append(f"  {finding.field:10} {printable(value)}")
        lines.append(f"  {'':10}   by {finding.rule}{printable(place)}")
        for rule, rival in finding.rivals:
            text = shorten(rival.replace("\n", " "), max_chars=_RIVAL_CHARS)
            lines.append(f"  {'':10}   not {rule}: {printable(text)}")
    lines += [f"  note: {printable(notice.message)}" for notice in parsed.notices]
    lines += [_block_line(block) for block in parsed.blocks]
    return "\n".join(lines)


def _block_line(block: BlockFinding) -> str:
    """Return a block on one line: place, role, chance, where, beginning, the box's word."""
    chance = "none" if block.chance is None else f"{block.chance}%"
    box = f"  (in a box: {block.box})" if block.box else ""
    line = f"{block.place:4} {block.role:8} {chance:>4}  {block.where}  {block.text}{box}"
    return f"  {printable(line)}"
