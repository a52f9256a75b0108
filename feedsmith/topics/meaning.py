"""Which topics a text is near in meaning, by a static embedding model that the user names.

Strategy: a text is the mean of the vectors of its words. What all topics have in common is taken
away, so that what parts them decides; a topic lies where its vocabulary points, or the user's
examples. The model is a folder on the disk, nothing is fetched; without one nothing here is asked.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple

from feedsmith.errors import ConfigError
from feedsmith.model import Article
from feedsmith.taught import Model
from feedsmith.topics.terms import plain, words
from feedsmith.topics.vocabulary import DEFAULT_LANGUAGE, language_of, topic_words

if TYPE_CHECKING:
    import numpy as np
    from model2vec import StaticModel
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]  # one, or rows of them

# Score of a text that points exactly where a topic lies; texts come to half of that. Of 0.5 to 4
# measured, more gains on some sets and loses on others.
POINTS = 2.0
_CHARS = 3000  # characters of a text that are looked at; the model itself reads 512 pieces of words
_SHOWN, _NEAREST_CHARS = 4, 1000  # words named in an explanation; characters they are taken from
_DIGITS = 4  # of points and stored vectors, so that they are the same on every machine


class Meant(NamedTuple):
    """What a model says of an article: points by built-in topic, and by topic with examples.

    `nearest` gives the words that come nearest to a topic of either kind.
    """

    builtin: Mapping[str, float]
    examples: Mapping[str, float]
    nearest: Callable[[str], list[str]]


def check(model: Model) -> None:
    """Load a model, so that what is wrong with it is told before anything is read.

    Raises:
        ConfigError: the package is missing, or there is no model.
    """
    _loaded(model)


def centre(model: Model, articles: Iterable[Article]) -> tuple[float, ...]:
    """Return where examples lie, to be stored; () where the model knows no word of them."""
    vectors = [_vector(model, article) for article in articles]
    mean = _unit(sum(vectors[1:], vectors[0])) if vectors else None
    if mean is None or not mean.any():
        return ()
    return tuple(round(float(value), _DIGITS) for value in mean)


def meant(model: Model, article: Article, centres: Mapping[str, tuple[float, ...]]) -> Meant:
    """Return which topics an article is near.

    Args:
        model: of the configuration.
        article: one whose language has no vocabulary is compared with examples only.
        centres: of the examples, by topic (slug); those that are empty don't count.
    """
    language = language_of(article.language)
    builtin = _builtin(model, language) if language else {}
    own = _examples(model, tuple(sorted(centres.items())))
    here = _parted(model, _vector(model, article))
    nearest = partial(_nearest, model, article, {**builtin, **own})
    return Meant(_points(builtin, here), _points(own, here), nearest)


def likeness(
    model: Model, articles: Iterable[Article]
) -> Callable[[Collection[int]], Sequence[float]]:
    """Return what says how near each of the articles is to the mean of some of them, 0 to 1."""
    import numpy as np  # noqa: PLC0415 (comes with the extra)

    rows = _parted(model, np.stack([_vector(model, article) for article in articles]))

    def near(members: Collection[int]) -> list[float]:
        mean = _unit(rows[sorted(members)].mean(axis=0))
        return [max(0.0, round(float(value), _DIGITS)) for value in rows @ mean]

    return near


def _points(lines: "Mapping[str, Vectors]", here: "Vectors") -> dict[str, float]:
    near = {slug: round(POINTS * float(line @ here), _DIGITS) for slug, line in lines.items()}
    return {slug: points for slug, points in near.items() if points > 0}


def _nearest(
    model: Model, article: Article, lines: "Mapping[str, Vectors]", slug: str
) -> list[str]:
    """Return the few words of an article that are nearest to a topic."""
    found = sorted(set(words(plain(f"{article.title} {article.text[:_NEAREST_CHARS]}"))))
    vectors = _parted(model, _unit(_loaded(model).encode(found)))
    pairs = zip(found, vectors, strict=True)
    near = {word: round(float(lines[slug] @ vector), _DIGITS) for word, vector in pairs}
    return sorted(near, key=lambda word: (-near[word], word))[:_SHOWN]


@lru_cache(maxsize=1)
def _loaded(model: Model) -> "StaticModel":
    try:
        from model2vec import StaticModel  # noqa: PLC0415 (an extra, and slow)
    except ImportError as error:
        raise ConfigError("topics.model: to use it, run: pip install 'feedsmith[embed]'") from error
    try:
        return StaticModel.from_pretrained(model.path)
    except Exception as error:
        raise ConfigError(f"topics.model: {model.path}: no model of model2vec: {error}") from error


def _vector(model: Model, article: Article) -> "Vectors":
    text = f"{article.title}. {article.title}. {article.text[:_CHARS]}"
    return _unit(_loaded(model).encode(text))


@lru_cache(maxsize=32)  # languages of the vocabularies
def _builtin(model: Model, language: str) -> "Mapping[str, Vectors]":
    """Return where the built-in topics lie by their vocabularies of a language."""
    named = topic_words(language)
    return dict(zip(named, _parted(model, _of_words(model, named.values())), strict=True))


@lru_cache(maxsize=4)
def _examples(
    model: Model, centres: tuple[tuple[str, tuple[float, ...]], ...]
) -> "Mapping[str, Vectors]":
    import numpy as np  # noqa: PLC0415 (comes with the extra)

    size = _loaded(model).dim
    return {
        slug: _parted(model, np.asarray(centre, dtype=np.float32))
        for slug, centre in centres
        if len(centre) == size
    }


def _of_words(model: Model, named: Iterable[Sequence[str]]) -> "Vectors":
    return _unit(_loaded(model).encode([", ".join(group) for group in named]))


@lru_cache(maxsize=1)
def _common(model: Model) -> "Vectors":
    """Return where all topics lie, taken together."""
    mean: Vectors = _of_words(model, topic_words(DEFAULT_LANGUAGE).values()).mean(axis=0)
    return _unit(mean)


def _parted(model: Model, vectors: "Vectors") -> "Vectors":
    """Return one direction, or rows of them, without what all topics have in common."""
    import numpy as np  # noqa: PLC0415 (comes with the extra)

    common = _common(model)
    return _unit(vectors - np.multiply.outer(vectors @ common, common))


def _unit(vectors: "Vectors") -> "Vectors":
    """Return one direction, or rows of them, of length 1; that of nothing stays nothing."""
    import numpy as np  # noqa: PLC0415 (comes with the extra)

    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Vectors = np.asarray(vectors / np.where(lengths > 0, lengths, 1), dtype=np.float32)
    return unit
