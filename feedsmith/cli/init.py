"""`feedsmith init`: look at a folder, then write a commented config.toml that keeps the guesses."""

from __future__ import annotations

import os
from collections import Counter
from itertools import islice
from pathlib import Path

from feedsmith import pipeline, resources
from feedsmith.cli import options, show
from feedsmith.cli.parse import walked
from feedsmith.config import Config, InputConfig, parse_config
from feedsmith.errors import EXIT_OK, ConfigError
from feedsmith.project import CONFIG_NAME, locate
from feedsmith.urls import host

LOOK_AT_FILES = 200  # files; enough to see what a folder holds, over in a second or two
_SITES_SHOWN = 5


def main(arguments: list[str]) -> int:
    """Run the command; see `feedsmith init --help`."""
    parser = options.command(
        "init",
        "Look at a folder of saved articles and write a commented config.toml for it.",
        "feedsmith init ~/Articles",
    )
    parser.add_argument("folder", nargs="?", default=".", metavar="FOLDER", help="default: here")
    parser.add_argument("-c", "--config", metavar="FILE", default=CONFIG_NAME, help="file to write")
    given = parser.parse_intermixed_args(arguments)
    target = Path(given.config)
    if target.exists():
        raise ConfigError(f"{target}: is there already; move it away, or name another with -c")
    if not os.path.isdir(given.folder):
        raise ConfigError(f"{given.folder}: no such folder")
    folder = os.path.relpath(given.folder, target.parent)
    text = _write(folder, _look(given.folder, target))
    parse_config(text, str(target))
    target.write_text(text, encoding="utf-8")
    show.result(f"wrote {target}; read it, then run 'feedsmith build'")
    return EXIT_OK


class _Seen:
    """What the first files of the folder are."""

    def __init__(self) -> None:
        self.files = 0
        self.articles = 0
        self.undated = 0
        self.languages: Counter[str] = Counter()
        self.sites: Counter[str] = Counter()
        self.topics: Counter[str] = Counter()
        self.other: Counter[str] = Counter()


def _look(folder: str, target: Path) -> _Seen:
    config = Config(input=InputConfig(paths=(folder,)))
    project = locate([folder], out=str(target.parent / config.output.dir))
    sources = list(islice(walked(project), LOOK_AT_FILES))
    seen = _Seen()
    for outcome in show.bar(pipeline.outcomes(sources, config), len(sources)):
        seen.files += 1
        if not outcome.articles:
            messages = [f.message for f in outcome.failures] + [n.message for n in outcome.notices]
            seen.other.update(message.split(":")[0] for message in messages)
        for article in outcome.articles:
            seen.articles += 1
            seen.undated += article.published is None
            seen.languages[article.language or "unknown"] += 1
            seen.topics.update(article.topics)
            if article.url:
                seen.sites[host(article.url)] += 1
    return seen


def _write(folder: str, seen: _Seen) -> str:
    more = f" (the first {LOOK_AT_FILES} files)" if seen.files == LOOK_AT_FILES else ""
    lines = [
        f"# feedsmith looked at {folder}{more}: {seen.files} files, {seen.articles} articles,",
        f"# {seen.undated} of them without a date (they are filed under the time they were saved).",
        f"# Languages: {_counts(seen.languages)}.",
        f"# Topics found with the built-in vocabulary: {_counts(seen.topics)}.",
    ]
    if seen.other:
        lines.append(f"# No article: {_counts(seen.other)}.")
    lines += [
        "",
        resources.text("cli", "template.toml").replace(
            "@FOLDER@", folder.replace("\\", "\\\\").replace('"', '\\"')
        ),
    ]
    for site, _ in seen.sites.most_common(_SITES_SHOWN):
        lines += [
            f'# [site."{site}"]',
            '# timezone = "Europe/Berlin"  # of datelines without one',
            "",
        ]
    return "\n".join(lines).rstrip() + "\n"


def _counts(counter: Counter[str]) -> str:
    ranked = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name} {number}" for name, number in ranked[:12]) or "none"
