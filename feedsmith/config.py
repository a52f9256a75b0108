"""config.toml's text → Config, whose tables and defaults stand in `settings`.

No I/O: `parse_config` takes the text. Every complaint names the key and its line, and an unknown
key is answered with the nearest known one. Types are checked against the fields of the
named tuples, so a new key is one new field.
"""

from __future__ import annotations

import re
import tomllib
import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

from feedsmith.errors import ConfigError
from feedsmith.settings import (
    LOCAL_URL,
    Config,
    DateOrder,
    FeedConfig,
    HooksConfig,
    InputConfig,
    OutputConfig,
    RunConfig,
    ServeConfig,
    SiteConfig,
    StateConfig,
    TopicConfig,
    TopicsConfig,
    TreeConfig,
)

__all__ = [
    "LOCAL_URL",
    "Config",
    "DateOrder",
    "FeedConfig",
    "HooksConfig",
    "InputConfig",
    "OutputConfig",
    "RunConfig",
    "ServeConfig",
    "SiteConfig",
    "StateConfig",
    "TopicConfig",
    "TopicsConfig",
    "TreeConfig",
    "parse_config",
    "with_base_url",
]

_LAST_PORT = 65535  # RFC 6335 section 6
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_ANY_SLUG = re.compile(r"[a-z0-9]+(--?[a-z0-9]+)*\Z")  # also that of a topic by an attribute


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


def with_base_url(config: Config, base_url: str) -> Config:
    """Return the configuration with another address of the out folder.

    Raises:
        ConfigError: it is no http(s) address.
    """
    if not base_url.startswith(("http://", "https://")):
        raise ConfigError(f"--base-url: expected an http(s) address, got {base_url!r}")
    return config._replace(feed=config.feed._replace(base_url=base_url))


class _Reader(NamedTuple):
    """Turns parsed TOML into named tuples; knows the lines only to complain well."""

    name: str
    lines: list[str]

    def table(self, kind: Any, data: Mapping[str, Any], where: tuple[str, ...]) -> Any:  # noqa: ANN401 (typed by kind)
        known = _hints(kind)
        for key in data:
            if key not in known:
                self.fail((*where, key), f"unknown key; {_advice(key, known)}")
        for name in known:
            if name not in data and name not in kind._field_defaults:
                self.fail(where, f"needs the key {name!r}")
        return kind(
            **{key: self.value(known[key], value, (*where, key)) for key, value in data.items()}
        )

    def value(self, hint: Any, value: Any, where: tuple[str, ...]) -> Any:  # noqa: ANN401 (typed by hint)
        if where == ("site",):
            if not isinstance(value, dict):
                self.fail(where, f'expected tables like [site."example.com"], got {value!r}')
            return tuple(
                sorted(
                    (k.lower(), self.value(SiteConfig, v, (*where, k))) for k, v in value.items()
                )
            )
        if hasattr(hint, "_fields"):
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
        if isinstance(value, str) and not value.isprintable():
            self.check_characters(where, value)
        return float(value) if hint is float else value

    def check_characters(self, where: tuple[str, ...], value: str) -> None:
        from feedsmith.text import has_forbidden  # noqa: PLC0415 (most texts are printable)

        if has_forbidden(value):
            self.fail(where, f"holds a character that no feed may hold: {value!r}")

    def check(self, config: Config) -> None:
        """Check what types can't say."""
        self.check_feed(config.feed)
        for where, number, least in (
            (("input", "max_file_bytes"), config.input.max_file_bytes, 1),
            (("topics", "max"), config.topics.max, 1),
            (("hooks", "timeout"), config.hooks.timeout, 1),
            (("run", "jobs"), config.run.jobs, 0),
        ):
            self.check_number(where, number, least)
        if not 0 < config.serve.port <= _LAST_PORT:
            self.fail(
                ("serve", "port"), f"expected a port between 1 and 65535, got {config.serve.port}"
            )
        for topic in config.topic:
            for key, slugs in (("slug", (topic.slug,)), ("was", topic.was)):
                for slug in filter(None, slugs):
                    self.check_slug(("topic", key), slug)
        self.check_trees(config)

    def check_slug(
        self, where: tuple[str, ...], slug: str, allowed: re.Pattern[str] = _SLUG
    ) -> None:
        if not allowed.match(slug):
            expected = "expected lower-case letters, digits and dashes"
            self.fail(where, f"{expected}, got {slug!r}", value=slug)

    def check_trees(self, config: Config) -> None:
        """Check each tree, and that no two share a name or an address."""
        addresses = {_bare(config.feed.base_url)}
        names: set[str] = set()
        for tree in config.tree:
            self.check_slug(("tree", "name"), tree.name)
            self.check_addresses(tree, "tree")
            for key in ("topics", "exclude"):
                for slug in getattr(tree, key):
                    self.check_slug(("tree", key), slug, _ANY_SLUG)
            for key, value, seen in (
                ("name", tree.name, names), ("base_url", _bare(tree.base_url), addresses),
            ):  # fmt: skip
                if value in seen:
                    problem = f"{getattr(tree, key)!r} is that of another tree or of [feed]"
                    self.fail(("tree", key), problem, value=getattr(tree, key))
                seen.add(value)

    def check_addresses(self, table: FeedConfig | TreeConfig, name: str) -> None:
        for key in ("base_url", "hub"):
            address = getattr(table, key)
            if not re.match(r"https?://[^/\s]+", address) and (address or key == "base_url"):
                problem = f"expected an http(s) address, got {address!r}"
                self.fail((name, key), problem, value=address)

    def check_feed(self, feed: FeedConfig) -> None:
        self.check_addresses(feed, "feed")
        for key in ("limit", "max_bytes"):
            self.check_number(("feed", key), getattr(feed, key), 1)
        for key in ("max_age_days", "min_entries", "keep_days", "tombstone_days"):
            self.check_number(("feed", key), getattr(feed, key), 0)
        for slug in feed.all_excludes:
            if not _ANY_SLUG.match(slug):
                expected = "expected slugs of topics, such as 'slow-food'"
                self.fail(("feed", "all_excludes"), f"{expected}, got {slug!r}")

    def check_number(self, where: tuple[str, ...], number: int, least: int) -> None:
        if number < least:
            expected = "0 or more" if least == 0 else "a number above 0"
            self.fail(where, f"expected {expected}, got {number}")

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


@cache
def _hints(kind: Any) -> Mapping[str, Any]:  # noqa: ANN401 (one of the classes)
    """Return the types of a table's keys, by name.

    What comes in the place of a path later is no value of the file.
    """
    return get_type_hints(kind, localns={"Learned": str, "Model": str})


def _advice(key: str, known: Mapping[str, Any]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 (most runs need none)

    near = get_close_matches(key, known, n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}"


def _bare(address: str) -> str:
    return address.rstrip("/").lower()


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
