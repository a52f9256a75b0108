"""What the options of `feedsmith topics` do: explain, test, set, unset, suggest."""

from __future__ import annotations

import argparse
import difflib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from feedsmith import pipeline, reading, steering, topics
from feedsmith.additions import Addition, amended, parse_corrections
from feedsmith.cli import options, show
from feedsmith.cli.corrections import find_article, write
from feedsmith.cli.parse import Words, article_id, said_of, walked, words_of
from feedsmith.cli.published import entries, last_build
from feedsmith.errors import EXIT_OK, EXIT_SOME_FAILED, ConfigError
from feedsmith.memory import read_ledger
from feedsmith.model import Article
from feedsmith.project import CORRECTIONS_NAME, Project
from feedsmith.reading import Outcome
from feedsmith.taught import Model
from feedsmith.text import printable, shorten
from feedsmith.topics.suggestions import Suggestion, suggest

_TITLE_CHARS = 60  # characters of a title in a list
_EXAMPLES = 3  # titles shown of a suggestion
_SETTLED = 0.8  # share of a suggestion's articles in one topic; such a topic is there already


def explain(project: Project, *, as_json: bool) -> int:
    """Print why the articles of the project's files have their topics, and what came near."""
    known, words = reading.catalog(project.config), words_of(project)
    status = EXIT_OK
    for outcome in pipeline.outcomes(walked(project), project.config):
        for failure in outcome.failures:
            show.remark(failure.path, failure.error, failure.message)
        for notice in outcome.notices:
            show.remark(notice.path, notice.kind, notice.message)
        status = EXIT_SOME_FAILED if outcome.failures else status
        for article, said in _placed(outcome, project, words):
            found = steering.assignment(article, said, known)
            slugs = [topic.slug for topic in found.topics]
            lines = {
                "why": found.why,
                "misses": [line for line in found.misses if line.split(": ")[0] not in slugs],
                "refused": [name for addition in said for name in addition.not_topics],
            }
            head = {"path": outcome.source.path, "title": article.title, "topics": slugs}
            print(
                json.dumps(head | lines, ensure_ascii=False)
                if as_json
                else _told(f"{outcome.source.path}: {article.title}", lines)
            )
    return status


def _told(head: str, said: Mapping[str, Sequence[str]]) -> str:
    marks = {"why": "", "misses": "not ", "refused": "refused: "}
    lines = [f"  {marks[key]}{line}" for key, found in said.items() for line in found]
    return "\n".join(map(printable, [head, *lines]))


def _placed(
    outcome: Outcome, project: Project, words: Words
) -> Iterator[tuple[Article, tuple[Addition, ...]]]:
    """Yield a file's articles as the user wants them, with what is said of them."""
    source = outcome.source
    with read_ledger(project.state.ledger) as memory:
        for article in outcome.articles:
            identifier = article_id(source, outcome.digest, article, project.base, memory)
            said = said_of(source, article, words, identifier, memory)
            yield amended(replace(article, path=source.relative), said), said


def test(project: Project, query: str, *, as_json: bool) -> int:
    """Print which articles of the last build a query matches, and by which terms."""
    matches = topics.search(query)
    total = 0
    rows = []
    with last_build(project) as cache:
        for entry in entries(cache):
            total += 1
            found = matches(entry.article)
            if found is not None:
                title = shorten(entry.article.title, max_chars=_TITLE_CHARS)
                rows.append((title, ", ".join(entry.article.topics) or "-", ", ".join(found)))
    if as_json:
        keys = ("title", "topics", "found")
        print(json.dumps([dict(zip(keys, row, strict=True)) for row in rows], ensure_ascii=False))
        return EXIT_OK
    if rows:
        show.table(("title", "topics now", "found"), rows)
    show.result(f"{len(rows)} of {total} articles match")
    return EXIT_OK


def correct(given: argparse.Namespace, names: Sequence[str], how: str) -> int:
    """Write that articles have just these topics (`how` is "set"), or not these ("unset")."""
    for remark in _unknown(options.project(given, []), names):
        show.line(remark)
    for path in given.paths:
        # Located anew each time, with what the last correction has written.
        project = options.project(given, [path] if os.path.exists(path) else [])
        identifier, remark = find_article(path, project)
        known = parse_corrections(project.corrections).get(identifier, Addition(""))
        values: dict[str, object] = dict((_set if how == "set" else _unset)(known, names))
        write(project, identifier, values, remark)
        show.result(f"{remark}: {_outcome(values)} in {CORRECTIONS_NAME}")
    show.line("run 'feedsmith build' now; new articles that are like it will follow it")
    return EXIT_OK


def _unknown(project: Project, names: Sequence[str]) -> Iterator[str]:
    """Yield a remark on each name that is no topic yet: a new one, or a slip."""
    known = reading.catalog(project.config)
    slugs = known.by_slug.keys() | _built(project)
    for topic in topics.named(names, known):
        if topic.slug not in slugs:
            near = difflib.get_close_matches(topic.slug, sorted(slugs), n=1, cutoff=0.75)
            advice = f"; did you mean {near[0]!r}?" if near else ""
            yield f"{topic.title!r} is no topic yet{advice}"


def _built(project: Project) -> set[str]:
    """Return the topics of the last build, those of folders too; none before the first."""
    try:
        with last_build(project) as cache:
            return {slug for (slug,) in cache.db.execute("SELECT slug FROM topics")}
    except ConfigError:
        return set()


def _set(known: Addition, names: Sequence[str]) -> dict[str, list[str]]:
    refused = [name for name in known.not_topics if name not in names]
    return {"topics": list(names), "not_topics": refused}


def _unset(known: Addition, names: Sequence[str]) -> dict[str, list[str]]:
    """Take names out of the topics that were set; what was not set is refused from now on."""
    kept = [name for name in known.topics if name not in names]
    refused = [name for name in names if name not in known.topics]
    return {"topics": kept, "not_topics": list(dict.fromkeys((*known.not_topics, *refused)))}


def _outcome(values: dict[str, object]) -> str:
    parts = [
        f"{key.replace('_', ' ')} {', '.join(names)}"
        for key, names in values.items()
        if isinstance(names, list) and names
    ]
    return "; ".join(parts) or "no correction of topics any more"


def propose(project: Project) -> int:
    """Print topics that the last build's articles seem to share, ready for config.toml."""
    with last_build(project) as cache:
        everything = [entry.article for entry in entries(cache)]
    unsorted, model = project.config.topics.unsorted, project.config.topics.model
    loose = [one for one in everything if topics.is_unsorted(one.topics, unsorted)]
    shown = 0
    for head, articles in (("without a topic", loose), ("in the folder", everything)):
        found = suggest(articles, everything, model if isinstance(model, Model) else None)
        for one in found if articles is loose else filter(_is_new, found):
            print(_stanza(one, head))
            shown += 1
    if not shown:
        show.line(f"nothing that several of {len(everything)} articles share stands out")
    return EXIT_OK


def _is_new(found: Suggestion) -> bool:
    """Say whether the articles are not, nearly all, in one topic or in none."""
    slugs = [slug for one in found.articles for slug in set(one.topics)]
    most = max((slugs.count(slug) for slug in set(slugs)), default=len(found.articles))
    return most < _SETTLED * len(found.articles)


def _stanza(found: Suggestion, head: str) -> str:
    titles = [
        f"#   {shorten(one.title, max_chars=_TITLE_CHARS)}" for one in found.articles[:_EXAMPLES]
    ]
    name = found.terms[0]
    terms = ", ".join(json.dumps(term, ensure_ascii=False) for term in found.terms)
    lines = [
        f"# {len(found.articles)} articles {head}, such as",
        *titles,
        "[[topic]]",
        f"title = {json.dumps(name[:1].upper() + name[1:], ensure_ascii=False)}",
        f"any = [{terms}]",
    ]
    return "\n".join([*map(printable, lines), ""])
