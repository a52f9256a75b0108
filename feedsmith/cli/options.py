"""Arguments that commands share; options may stand before or after the paths."""

from __future__ import annotations

import argparse

from feedsmith import lessons
from feedsmith.project import Project, locate


def command(name: str, description: str, example: str) -> argparse.ArgumentParser:
    """Return a parser for one command, its help ending in an example."""
    return argparse.ArgumentParser(
        prog=f"feedsmith {name}",
        description=description,
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def add_project(parser: argparse.ArgumentParser) -> None:
    """Add what says where the configuration and the out folder are."""
    parser.add_argument(
        "-c", "--config", metavar="FILE", help="configuration (default: ./config.toml if there)"
    )
    parser.add_argument("-o", "--out", metavar="DIR", help="out folder (default: out)")


def project(arguments: argparse.Namespace, paths: list[str]) -> Project:
    """Return the project that the arguments mean.

    Raises:
        ConfigError: see project.locate.
    """
    return locate(
        paths,
        config=arguments.config,
        out=arguments.out,
        base_url=getattr(arguments, "base_url", None) or "",
    )


def taught(arguments: argparse.Namespace, paths: list[str]) -> Project:
    """Return the project that the arguments mean, with what the examples of topics teach.

    Raises:
        ConfigError: see project.locate and lessons.taught.
    """
    found = project(arguments, paths)
    return found._replace(config=lessons.taught(found.config, found.base))
