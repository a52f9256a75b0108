"""Arguments that commands share; options may stand before or after the paths."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from feedsmith import lessons
from feedsmith.project import Project, locate
from feedsmith.settings import RunConfig

_BARE = "\0"  # before what follows `--`, and looks like an option; no argument holds it


class _Parser(argparse.ArgumentParser):
    """A parser that takes what follows `--` as it stands; the one it is made of drops it."""

    def parse_intermixed_args(  # type: ignore[override]
        self, args: Sequence[str], namespace: None = None
    ) -> argparse.Namespace:
        """Return the arguments; options may stand among the others, before `--`."""
        end = args.index("--") if "--" in args else len(args)
        bare = [_BARE + one if one.startswith("-") else one for one in args[end + 1 :]]
        found = super().parse_intermixed_args([*args[:end], *bare], namespace)
        return argparse.Namespace(**{name: _plain(value) for name, value in vars(found).items()})


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.removeprefix(_BARE) if isinstance(value, str) else value


def command(name: str, description: str, example: str) -> argparse.ArgumentParser:
    """Return a parser for one command, its help ending in an example."""
    return _Parser(
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


def add_base_url(parser: argparse.ArgumentParser) -> None:
    """Add what says where the out folder is served."""
    parser.add_argument("--base-url", metavar="URL", help="address where the out folder is served")


def add_fetch(parser: argparse.ArgumentParser) -> None:
    """Add what allows to read files of other machines."""
    parser.add_argument(
        "--allow-fetch", action="store_true", help="read s3://…, https://… too: goes to the network"
    )


def add_executor(parser: argparse.ArgumentParser) -> None:
    """Add who does the work."""
    parser.add_argument(
        "--executor",
        metavar="NAME[=ARG]",
        default="",
        help="who does the work: serial, processes[=N], threads[=N], dask[=tcp://HOST:PORT], or "
        "another package's",
    )
    parser.add_argument(
        "--jobs",
        type=number,
        metavar="N",
        help="processes at work where there is enough of it (0: one a processor)",
    )


def add_log_format(parser: argparse.ArgumentParser) -> None:
    """Add how messages are written."""
    parser.add_argument(
        "--log-format",
        choices=["plain", "json"],
        default="plain",
        metavar="FORMAT",
        help="how messages are written: plain, or json, one object a line on stderr",
    )


def add_poll(parser: argparse.ArgumentParser) -> None:
    """Add how often to look where the kernel does not tell."""
    parser.add_argument(
        "--poll",
        type=seconds,
        default=0.0,
        metavar="SECONDS",
        help="look so often instead of being told; for network file systems",
    )


def number(text: str) -> int:
    """Return a whole number.

    Raises:
        ValueError: none, or below 0.
    """
    found = int(text)
    if found < 0:
        raise ValueError
    return found


def seconds(text: str) -> float:
    """Return a number of seconds.

    Raises:
        ValueError: none, or not between a tenth of a second and a day.
    """
    number = float(text)
    if not 0.1 <= number <= 86_400:
        raise ValueError
    return number


def project(arguments: argparse.Namespace, paths: list[str]) -> Project:
    """Return the project that the arguments mean.

    Raises:
        ConfigError: see project.locate and executors.check.
    """
    found = locate(
        paths,
        config=arguments.config,
        out=arguments.out,
        base_url=getattr(arguments, "base_url", None) or "",
    )
    config = found.config
    if getattr(arguments, "allow_fetch", False):
        config = config._replace(input=config.input._replace(remote=True))
    config = config._replace(run=_run(arguments, config.run))
    if config.run.executor:
        from feedsmith import executors

        executors.check(config.run.executor)
    return found._replace(config=config)


def _run(arguments: argparse.Namespace, run: RunConfig) -> RunConfig:
    """Return how the work is done; who says a number of processes wants no other executor."""
    executor, jobs = getattr(arguments, "executor", ""), getattr(arguments, "jobs", None)
    if jobs is not None:
        return run._replace(jobs=jobs, executor=executor)
    return run._replace(executor=executor) if executor else run


def taught(arguments: argparse.Namespace, paths: list[str]) -> Project:
    """Return the project that the arguments mean, with what the examples of topics teach.

    Raises:
        ConfigError: see project.locate and lessons.taught.
    """
    found = project(arguments, paths)
    return found._replace(config=lessons.taught(found.config, found.base))
