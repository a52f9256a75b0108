"""feedsmith as a library: two functions with the defaults of the command line.

>>> import feedsmith
>>> [article.title for article in feedsmith.parse("page.html")]  # doctest: +SKIP
['The snail that wears a window']
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from feedsmith import files, lessons, project, reading, topics
from feedsmith.built import Built
from feedsmith.errors import UnreadableSourceError
from feedsmith.model import Article, Parsed
from feedsmith.whereabouts import placed


def parse(path: str | os.PathLike[str], *, config: str | None = None) -> tuple[Article, ...]:
    """Return the articles of one saved file, with their topics.

    Args:
        path: the file.
        config: a configuration's path; None means ./config.toml where there is one.

    Raises:
        SourceError: unreadable, of no known kind, damaged, or without any article.
        ConfigError: the configuration asks for what cannot be.
    """
    name = os.fspath(path)
    located = project.locate([name], config=config)
    settings = lessons.taught(located.config, located.base)
    try:
        info = os.stat(name)
    except OSError as error:
        raise UnreadableSourceError(f"{name}: {error.strerror}") from error
    with placed(settings, located.base, located.state.cache) as place:
        relative = place(name, os.path.basename(name))
    source = files.source(
        name,
        relative,
        mtime_ns=info.st_mtime_ns,
        size=info.st_size,
        max_bytes=settings.input.max_file_bytes,
    )
    catalog = reading.catalog(settings)
    articles = []
    for found in reading.parse(source, settings):
        if not isinstance(found, Parsed):
            continue
        assignment = topics.assign(replace(found.article, path=relative), catalog)
        slugs = tuple(topic.slug for topic in assignment.topics)
        articles.append(replace(found.article, path=name, topics=slugs, why=assignment.why))
    return tuple(articles)


def build(paths: Sequence[str] = (), *, config: str | None = None, out: str | None = None) -> Built:
    """Bring the feeds up to date and return what came of it; see project.build.

    Raises:
        FeedsmithError: nothing was published; the class says why.
    """
    return project.build(project.locate(paths, config=config, out=out))
