"""config.toml's text → Config: one frozen dataclass a table, the defaults here and nowhere else.

No I/O: `parse_config` takes the text. Every complaint names the key and its line, and an unknown
key is answered with the nearest known one. Types are checked against the dataclass fields, so a
new key is one new field.
"""

from __future__ import annotations

import difflib
import re
import tomllib
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

from feedsmith.errors import ConfigError

DateOrder = Literal["dmy", "mdy", "ymd"]
_LAST_PORT = 65535  # RFC 6335 section 6
LOCAL_URL = "http://127.0.0.1:8000/"
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")


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
    content: Literal["full", "excerpt", "link"] = "full"
    link: Literal["original", "copy"] = "original"


@dataclass(frozen=True, slots=True)
class InputConfig:
    """`[input]`: which files are read, and how their dates are understood."""

    paths: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    timezone: str = "UTC"
    date_order: DateOrder = "dmy"
    links: Literal["skip", "entry"] = "skip"
    max_file_bytes: int = 50_000_000  # bytes; a saved page with pictures is 1 to 20 MB


@dataclass(frozen=True, slots=True)
class OutputConfig:
    """`[output]`: where the feeds go and in which formats."""

    dir: str = "out"
    formats: tuple[Literal["atom", "rss", "json"], ...] = ("atom", "rss", "json")
    pages: bool = True


@dataclass(frozen=True, slots=True)
class TopicsConfig:
    """`[topics]`: how articles are assigned; `builtin` None means "when no topic is declared"."""

    builtin: bool | tuple[str, ...] | None = None
    max: int = 3  # topics from the vocabulary an article may have
    threshold: float = 1.2  # score; 9 of 10 labels were right at this point
    folders: bool = True
    unsorted: str = "unsorted"


@dataclass(frozen=True, slots=True)
class TopicConfig:
    """`[[topic]]`: one declared topic. `slug` "" means: made from the title."""

    title: str
    slug: str = ""
    description: str = ""
    parent: str = ""
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    min: float = 1.0  # points: a title hit counts 3, a body word log2(1 + times)
    like: str = ""
    examples: str = ""


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
    """`[run]`: how the work is done. `jobs` 0 means one process a processor."""

    jobs: int = 1


@dataclass(frozen=True, slots=True)
class ServeConfig:
    """`[serve]`: the address of `feedsmith serve`."""

    host: str = "127.0.0.1"
    port: int = 8000


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration; an empty file gives the defaults."""

    feed: FeedConfig = field(default_factory=FeedConfig)
    input: InputConfig = field(default_factory=InputConfig)
    output: OutputConfig = field(default_factory=OutputConfig)
    topics: TopicsConfig = field(default_factory=TopicsConfig)
    topic: tuple[TopicConfig, ...] = ()
    site: tuple[tuple[str, SiteConfig], ...] = ()
    state: StateConfig = field(default_factory=StateConfig)
    run: RunConfig = field(default_factory=RunConfig)
    serve: ServeConfig = field(default_factory=ServeConfig)


def parse_config(text: str, name: str = "config.toml") -> Config:
    """Return the configuration that a TOML text asks for.

    Args:
        text: the file's content; may be empty.
        name: what the messages call the file.

    Raises:
        ConfigError: no TOML, an unknown key, a wrong type or value; the message has file and line.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name}: not valid TOML: {error}") from error
    reader = _Reader(name, text.splitlines())
    config: Config = reader.table(Config, data, ())
    reader.check(config)
    reader.check_zones(config)
    return config


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns parsed TOML into dataclasses; knows the lines only to complain well."""

    name: str
    lines: list[str]

    def table(self, kind: type, data: Mapping[str, Any], where: tuple[str, ...]) -> Any:  # noqa: ANN401 (typed by kind)
        known = {f.name: f for f in fields(kind)}
        hints = get_type_hints(kind)
        for key in data:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
                advice = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}"
                self.fail((*where, key), f"unknown key; {advice}")
        for name, known_field in known.items():
            if (
                name not in data
                and known_field.default is MISSING
                and known_field.default_factory is MISSING
            ):
                self.fail(where, f"needs the key {name!r}")
        return kind(
            **{key: self.value(hints[key], value, (*where, key)) for key, value in data.items()}
        )

    def value(self, hint: Any, value: Any, where: tuple[str, ...]) -> Any:  # noqa: ANN401 (typed by hint)
        if where == ("site",) and isinstance(value, dict):
            return tuple(
                sorted(
                    (k.lower(), self.table(SiteConfig, v, (*where, k))) for k, v in value.items()
                )
            )
        if isinstance(hint, type) and hint.__module__ == __name__:
            if not isinstance(value, dict):
                self.fail(where, f"expected a table, got {value!r}")
            return self.table(hint, value, where)
        return self.plain(hint, value, where)

    def plain(self, hint: Any, value: Any, where: tuple[str, ...]) -> Any:  # noqa: ANN401 (typed by hint)
        origin, args = get_origin(hint), get_args(hint)
        if origin is tuple:
            if not isinstance(value, list):
                self.fail(where, f"expected a list, got {value!r}")
            return tuple(self.value(args[0], item, where) for item in value)
        if origin is Literal:
            if value not in args:
                self.fail(where, f"expected one of {', '.join(map(repr, args))}, got {value!r}")
            return value
        if origin in {types.UnionType, typing.Union}:
            options = [a for a in args if a is not type(None)]
            chosen = next((a for a in options if _fits(a, value)), options[-1])
            return self.plain(chosen, value, where)
        if not _fits(hint, value):
            self.fail(where, f"expected {_NAMES[hint]}, got {value!r}")
        return float(value) if hint is float else value

    def check(self, config: Config) -> None:
        """Check what types can't say."""
        feed = config.feed
        if not re.match(r"https?://[^/\s]+", feed.base_url):
            self.fail(("feed", "base_url"), f"expected an http(s) address, got {feed.base_url!r}")
        for where, number in (
            (("feed", "limit"), feed.limit),
            (("feed", "max_bytes"), feed.max_bytes),
            (("input", "max_file_bytes"), config.input.max_file_bytes),
            (("topics", "max"), config.topics.max),
        ):
            if number < 1:
                self.fail(where, f"expected a number above 0, got {number}")
        if config.run.jobs < 0:
            self.fail(("run", "jobs"), f"expected 0 or more, got {config.run.jobs}")
        if not 0 < config.serve.port <= _LAST_PORT:
            self.fail(
                ("serve", "port"), f"expected a port between 1 and 65535, got {config.serve.port}"
            )
        for topic in config.topic:
            if topic.slug and not _SLUG.match(topic.slug):
                self.fail(
                    ("topic", "slug"),
                    f"expected lower-case letters, digits and dashes, got {topic.slug!r}",
                    value=topic.slug,
                )

    def check_zones(self, config: Config) -> None:
        """Check that the time zones exist."""
        self.check_zone(("input", "timezone"), config.input.timezone)
        for name, site in config.site:
            self.check_zone(("site", name, "timezone"), site.timezone or "UTC")

    def check_zone(self, where: tuple[str, ...], zone: str) -> None:
        if zone == "UTC":
            return
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415 (most runs need none)

        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            self.fail(where, f"expected a time zone such as 'Europe/Rome', got {zone!r}")

    def fail(self, where: tuple[str, ...], problem: str, *, value: str = "") -> typing.NoReturn:
        line = self.line_of(where, value)
        place = f"{self.name}:{line}" if line else self.name
        raise ConfigError(f"{place}: {'.'.join(where) or 'the file'}: {problem}")

    def line_of(self, where: tuple[str, ...], value: str) -> int:
        """Return the 1-based line that holds the key, 0 when it cannot be told."""
        table, key = where[:-1], where[-1] if where else ""
        inside = not table
        for number, line in enumerate(self.lines, 1):
            stripped = line.strip()
            if stripped.startswith("["):
                name = [
                    part.strip('" ')
                    for part in re.findall(r'"[^"]*"|[^.\[\]]+', stripped.split("#")[0])
                ]
                inside = tuple(name) == table
                if tuple(name) == where:
                    return number
            elif inside and re.match(rf'"?{re.escape(key)}"?\s*=', stripped) and value in stripped:
                return number
        return 0


_NAMES: dict[Any, str] = {
    str: "text in quotes",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}


def _fits(hint: Any, value: object) -> bool:  # noqa: ANN401 (any type annotation)
    if get_origin(hint) is tuple:
        return isinstance(value, list)
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value) is hint
