"""Writing corrections.toml, for the commands that correct."""

from __future__ import annotations

import os
from collections.abc import Mapping

from feedsmith import pipeline, scan
from feedsmith.additions import parse_corrections
from feedsmith.cli.parse import article_id, walked
from feedsmith.disk import write_whole
from feedsmith.errors import ConfigError
from feedsmith.memory import read_ledger
from feedsmith.project import CORRECTIONS_NAME, Project

_HEAD = "# Corrections of articles, by their id; written by feedsmith, yours to edit."


def find_article(name: str, project: Project) -> tuple[str, str]:
    """Return the id that a path or an id means, and what to call it.

    Raises:
        ConfigError: there is no such article, or several are in that file.
    """
    with read_ledger(project.state.ledger) as memory:
        if not os.path.exists(name):
            known = memory.by_id(name)
            if known is None:
                raise ConfigError(f"{name}: neither a file nor an id of an article that was built")
            return known.id, known.title
        found = {
            article_id(outcome.source, outcome.digest, article, project.base, memory): article.title
            for outcome in pipeline.outcomes(walked(project), project.config)
            for article in outcome.articles
        }
    if not found:
        raise ConfigError(f"{name}: no article in it")
    if len(found) > 1:
        lines = "".join(f"\n  {identifier}  {title}" for identifier, title in found.items())
        raise ConfigError(f"{name}: holds {len(found)} articles; name one by its id:{lines}")
    (identifier,) = found
    return identifier, scan.key_of(name, project.base)


def write(project: Project, identifier: str, values: Mapping[str, object], remark: str) -> None:
    """Change the article's table in the file; all else in it stays as it is written.

    Raises:
        ConfigError: the file is broken, or a value is not what it should be.
    """
    import tomlkit

    parse_corrections(project.corrections)
    document = tomlkit.parse(project.corrections or f"{_HEAD}\n")
    if identifier not in document:
        table = tomlkit.table()
        table.comment(remark)
        document[identifier] = table
    for key, value in values.items():
        if value in ("", []):
            document[identifier].pop(key, None)
        else:
            document[identifier][key] = value
    if not document[identifier]:
        del document[identifier]
    text = tomlkit.dumps(document)
    parse_corrections(text)
    write_whole(os.path.join(project.base, CORRECTIONS_NAME), text.encode())
