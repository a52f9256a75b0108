"""The values of config.toml: one frozen dataclass a table, the defaults here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

DateOrder = Literal["dmy", "mdy", "ymd"]
AUTO_AGE_DAYS = 30  # days; "auto" without max_age_days: readers tidy up after a month
MODEL_FILES = ("config.json", "model.safetensors", "tokenizer.json")  # what a model consists of
LOCAL_URL = "http://127.0.0.1:8000/"


@dataclass(frozen=True, slots=True)
class FeedConfig:
    """`[feed]`: what every feed says of itself, and how much of it there is."""

    title: str = "Saved articles"
    subtitle: str = ""
    base_url: str = LOCAL_URL
    author: str = "feedsmith"
    language: str = ""
    id: str = ""
    limit: int = 50  # entries a feed; readers and hosted services choke on thousands
    max_bytes: int = 2_000_000  # bytes a feed file; hosted readers refuse more than a few MB
    max_age_days: int = 0  # 0: no entry is too old for its feed
    min_entries: int = 10  # entries a feed keeps whatever their age
    keep_days: int = 3  # a reader that is asked once over a weekend misses nothing
    archives: bool = True
    tombstone_days: int = 30  # readers that are asked once a month learn what was removed
    problems: bool = True  # a feed of what went wrong, in Atom
    refusals: bool = False  # whether a refused build, which else touches nothing, is told there
    date: Literal["auto", "published", "saved"] = "published"
    ids: Literal["shared", "scoped"] = "shared"
    all_excludes: tuple[str, ...] = ()
    hub: str = ""
    content: Literal["full", "excerpt", "link"] = "full"
    link: Literal["original", "copy"] = "original"
    stories: bool = False  # whether entries name those of other sites on the same event


@dataclass(frozen=True, slots=True)
class InputConfig:
    """`[input]`: which files are read, and how their dates are understood."""

    paths: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    timezone: str = "UTC"
    date_order: DateOrder = "dmy"
    links: Literal["skip", "entry"] = "skip"
    remote: bool = False  # whether paths may be addresses of other machines
    duplicates: Literal["join", "keep"] = "join"
    junk: Literal["cut", "keep"] = "cut"  # lines that recur in the files of one site
    max_file_bytes: int = 50_000_000  # bytes; a saved page with pictures is 1 to 20 MB


@dataclass(frozen=True, slots=True)
class OutputConfig:
    """`[output]`: where the feeds go and in which formats."""

    dir: str = "out"
    formats: tuple[Literal["atom", "rss", "json"], ...] = ("atom", "rss", "json")
    pages: bool = True
    reasons: bool = True  # on the pages, why an article has its topics; rules may be private
    templates: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """A model of what words mean; stands in the place of its path once that was looked at.

    `path` is absolute, `digest` stands for all that lies there.
    """

    digest: str
    path: str = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class TopicsConfig:
    """`[topics]`: how articles are assigned; `builtin` None means "when no topic is declared"."""

    builtin: bool | tuple[str, ...] | None = None
    max: int = 3  # topics from the vocabulary an article may have
    threshold: float = 1.2  # score; 9 of 10 labels were right at this point
    folders: bool = True
    by: tuple[Literal["site", "author", "language"], ...] = ()
    unsorted: str = "unsorted"
    model: Model | str = ""  # a folder with a static embedding model


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


@dataclass(frozen=True, slots=True)
class TopicConfig:
    """`[[topic]]`: one declared topic. `slug` "" means: made from the title."""

    title: str
    slug: str = ""
    was: tuple[str, ...] = ()  # slugs it had before
    description: str = ""
    parent: str = ""
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    query: str = ""
    min: float = (
        0.0  # points: a title hit counts 3, a body word log2(1 + times); 0: 1, or 2 by examples
    )
    like: str = ""
    examples: Learned | str = ""  # a file or folder
    digest: Literal["", "daily", "weekly"] = ""  # one entry a day or week in place of one each


@dataclass(frozen=True, slots=True)
class TreeConfig:
    """`[[tree]]`: one more out folder. What is "" here is as in the main one, `dir` is the name.

    `topics` () means: articles of all topics; `notes` stands for what is the user's own in an
    article, notes and tags.
    """

    name: str
    base_url: str
    dir: str = ""
    title: str = ""
    subtitle: str = ""
    content: Literal["full", "excerpt", "link"] = "excerpt"
    topics: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    formats: tuple[Literal["atom", "rss", "json"], ...] = ()
    pages: bool = True
    notes: bool = False
    problems: bool = False
    hub: str = ""


@dataclass(frozen=True, slots=True)
class SiteConfig:
    """`[site."example.com"]`: what is known of one site."""

    name: str = ""
    timezone: str = ""
    date_order: DateOrder | Literal[""] = ""


@dataclass(frozen=True, slots=True)
class StateConfig:
    """`[state]`: where ledger and cache lie; "" means beside the config or the out folder."""

    dir: str = ""


@dataclass(frozen=True, slots=True)
class RunConfig:
    """`[run]`: how the work is done. `jobs` 0 means one process a processor.

    `executor` names who does it, whatever `jobs` says, and perhaps with what: "dask=ADDRESS".
    """

    jobs: int = 1
    executor: str = ""


@dataclass(frozen=True, slots=True)
class ServeConfig:
    """`[serve]`: the address of `feedsmith serve`; `token` puts all under a secret path."""

    host: str = "127.0.0.1"
    port: int = 8000
    token: bool = False


@dataclass(frozen=True, slots=True)
class HooksConfig:
    """`[hooks]`: what is run after publishing; a text goes to the shell, a list is run as it is."""

    after_build: str | tuple[str, ...] = ()
    timeout: int = 60  # seconds; a copy to a server takes less, a hung one shall not stay


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration; an empty file gives the defaults."""

    feed: FeedConfig = field(default_factory=FeedConfig)
    input: InputConfig = field(default_factory=InputConfig)
    output: OutputConfig = field(default_factory=OutputConfig)
    topics: TopicsConfig = field(default_factory=TopicsConfig)
    topic: tuple[TopicConfig, ...] = ()
    tree: tuple[TreeConfig, ...] = ()
    site: tuple[tuple[str, SiteConfig], ...] = ()
    state: StateConfig = field(default_factory=StateConfig)
    run: RunConfig = field(default_factory=RunConfig)
    serve: ServeConfig = field(default_factory=ServeConfig)
    hooks: HooksConfig = field(default_factory=HooksConfig)
