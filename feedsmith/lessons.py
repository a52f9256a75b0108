"""The files that `examples` and `model` name: read, and given to the topics to learn from.

Light to import, for a run that changes nothing only asks whether they are still the same.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

from feedsmith.config import Config
from feedsmith.errors import ConfigError, SourceError

if TYPE_CHECKING:
    from feedsmith.model import Article
    from feedsmith.taught import Model


def state_of(config: Config, base: str) -> tuple[str, ...]:
    """Return what changes when any example does: names and digests of the files.

    Raises:
        ConfigError: there is nothing at one of the paths, or a file cannot be read.
    """
    model = _model(config, base)
    return (*([model.digest] if model else []), *_state_of_examples(config, base))


def _state_of_examples(config: Config, base: str) -> Iterator[str]:
    yield from (
        f"{name} {sha256(_bytes(path)).hexdigest()}"
        for topic in config.topic
        if isinstance(topic.examples, str) and topic.examples
        for name, path in _files(topic.title, topic.examples, base)
    )


def taught(config: Config, base: str) -> Config:
    """Return the configuration with what the examples teach in the place of their paths.

    Args:
        config: the configuration as written.
        base: the folder that the paths are relative to.

    Raises:
        ConfigError: there is nothing at one of the paths, no article in it, or no model.
    """
    model = _model(config, base)
    if model:
        from feedsmith.topics import meaning  # noqa: PLC0415 (few configurations have one)

        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # else it warns of workers
        meaning.check(model)
        config = config._replace(topics=config.topics._replace(model=model))
    return _with_examples(config, base)


def _with_examples(config: Config, base: str) -> Config:
    named = {
        number: topic.examples
        for number, topic in enumerate(config.topic)
        if isinstance(topic.examples, str) and topic.examples
    }
    if not named:
        return config
    from feedsmith.topics.examples import learn  # noqa: PLC0415 (few configurations have any)

    found = {
        str(number): _articles(config, config.topic[number].title, where, base)
        for number, where in named.items()
    }
    learned = learn(found, config.topics.model)
    topics = tuple(
        topic._replace(examples=learned.get(str(number), topic.examples))
        for number, topic in enumerate(config.topic)
    )
    return config._replace(topic=topics)


def _model(config: Config, base: str) -> Model | None:
    """Return the model that the configuration names, None for none; it may be loaded already."""
    named = config.topics.model
    if not named:
        return None
    from feedsmith.taught import MODEL_FILES, Model  # noqa: PLC0415 (few configurations have one)

    if isinstance(named, Model):
        return named
    folder = os.path.join(os.path.abspath(base), named)
    missing = [name for name in MODEL_FILES if not os.path.isfile(os.path.join(folder, name))]
    if missing:
        raise ConfigError(f"[topics] model: {named!r} has no {missing[0]}; nothing is fetched")
    digest = sha256()
    for name in MODEL_FILES:
        digest.update(sha256(_bytes(os.path.join(folder, name))).digest())
    return Model(digest.hexdigest(), folder)


def _articles(config: Config, title: str, where: str, base: str) -> list[Article]:
    from feedsmith import files, reading  # noqa: PLC0415 (see taught)
    from feedsmith.model import Parsed  # noqa: PLC0415

    found: list[Article] = []
    for name, path in _files(title, where, base):
        status = os.stat(path)
        source = files.source(
            path, name, mtime_ns=0, size=status.st_size, max_bytes=config.input.max_file_bytes
        )
        try:
            parts = list(reading.parse(source, config))
        except SourceError:
            continue  # a picture, a note of the user's own: no example, and no harm
        found += [part.article for part in parts if isinstance(part, Parsed)]
    if not found:
        raise ConfigError(f"[[topic]] {title!r}: examples: no article in {where!r}")
    return found


def _files(title: str, where: str, base: str) -> Iterator[tuple[str, str]]:
    """Yield (name below the path, path) of the files, in order."""
    root = os.path.join(base, where)
    if os.path.isfile(root):
        yield os.path.basename(root), root
        return
    if not os.path.isdir(root):
        raise ConfigError(f"[[topic]] {title!r}: examples: no file or folder {where!r}")
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith(".")):
            path = os.path.join(folder, name)
            yield os.path.relpath(path, root), path


def _bytes(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
