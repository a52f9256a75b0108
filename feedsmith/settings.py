"""The values of config.toml: one named tuple a table, the defaults here and nowhere else.

Every run makes these classes, also one that finds nothing changed: named tuples with annotations
that are no texts take a third of the time that dataclasses take.
"""

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from feedsmith.taught import Learned, Model

DateOrder = Literal["dmy", "mdy", "ymd"]
AUTO_AGE_DAYS = 30  # days; "auto" without max_age_days: readers tidy up after a month
LOCAL_URL = "http://127.0.0.1:8000/"


class FeedConfig(NamedTuple):
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


class InputConfig(NamedTuple):
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


class OutputConfig(NamedTuple):
    """`[output]`: where the feeds go and in which formats."""

    dir: str = "out"
    formats: tuple[Literal["atom", "rss", "json"], ...] = ("atom", "rss", "json")
    pages: bool = True
    reasons: bool = True  # on the pages, why an article has its topics; rules may be private
    templates: str = ""


class TopicsConfig(NamedTuple):
    """`[topics]`: how articles are assigned; `builtin` None means "when no topic is declared"."""

    builtin: bool | tuple[str, ...] | None = None
    max: int = 3  # topics from the vocabulary an article may have
    threshold: float = 1.2  # score; 9 of 10 labels were right at this point
    folders: bool = True
    by: tuple[Literal["site", "author", "language"], ...] = ()
    unsorted: str = "unsorted"
    model: "Model | str" = ""  # a folder with a static embedding model


class TopicConfig(NamedTuple):
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
    examples: "Learned | str" = ""  # a file or folder
    digest: Literal["", "daily", "weekly"] = ""  # one entry a day or week in place of one each


class TreeConfig(NamedTuple):
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


class SiteConfig(NamedTuple):
    """`[site."example.com"]`: what is known of one site."""

    name: str = ""
    timezone: str = ""
    date_order: DateOrder | Literal[""] = ""


class StateConfig(NamedTuple):
    """`[state]`: where ledger and cache lie; "" means beside the config or the out folder."""

    dir: str = ""


class RunConfig(NamedTuple):
    """`[run]`: how the work is done. `jobs` 0 means one process a processor.

    `executor` names who does it, whatever `jobs` says, and perhaps with what: "dask=ADDRESS".
    """

    jobs: int = 1
    executor: str = ""


class ServeConfig(NamedTuple):
    """`[serve]`: the address of `feedsmith serve`; `token` puts all under a secret path."""

    host: str = "127.0.0.1"
    port: int = 8000
    token: bool = False


class HooksConfig(NamedTuple):
    """`[hooks]`: what is run after publishing; a text goes to the shell, a list is run as it is."""

    after_build: str | tuple[str, ...] = ()
    timeout: int = 60  # seconds; a copy to a server takes less, a hung one shall not stay


class Config(NamedTuple):
    """The whole configuration; an empty file gives the defaults."""

    feed: FeedConfig = FeedConfig()
    input: InputConfig = InputConfig()
    output: OutputConfig = OutputConfig()
    topics: TopicsConfig = TopicsConfig()
    topic: tuple[TopicConfig, ...] = ()
    tree: tuple[TreeConfig, ...] = ()
    site: tuple[tuple[str, SiteConfig], ...] = ()
    state: StateConfig = StateConfig()
    run: RunConfig = RunConfig()
    serve: ServeConfig = ServeConfig()
    hooks: HooksConfig = HooksConfig()
