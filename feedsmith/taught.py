"""What stands in the configuration in the place of a path, once what lies there was looked at."""

from __future__ import annotations

from dataclasses import dataclass, field

MODEL_FILES = ("config.json", "model.safetensors", "tokenizer.json")  # what a model consists of


@dataclass(frozen=True, slots=True)
class Model:
    """A model of what words mean; stands in the place of its path once that was looked at.

    `path` is absolute, `digest` stands for all that lies there.
    """

    digest: str
    path: str = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Learned:
    """What the examples of a topic teach; stands in the place of their path once they were read.

    `documents` counts the examples of all topics, `terms` are this topic's words with weights,
    `frequencies` say in how many of all examples a word stands. `profile` weighs the built-in
    topics whose terms the examples use, `usual` is the score of nearness that one of them has to
    the others (None for a single one), `others` that of the nearest examples of other topics (None
    without any). `digest` stands for it all. `centre` is where the examples lie for the model, ()
    without one.
    """

    digest: str
    documents: int = field(repr=False, compare=False)
    terms: tuple[tuple[str, float], ...] = field(repr=False, compare=False)
    frequencies: tuple[tuple[str, int], ...] = field(repr=False, compare=False)
    profile: tuple[tuple[str, float], ...] = field(default=(), repr=False, compare=False)
    usual: float | None = field(default=None, repr=False, compare=False)
    others: float | None = field(default=None, repr=False, compare=False)
    centre: tuple[float, ...] = field(default=(), repr=False, compare=False)
