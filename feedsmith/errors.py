"""Every error that feedsmith raises on purpose, each with the exit status it leads to.

A message is one line: what, where, what to do. Anything else that is raised is a bug.
"""

from enum import StrEnum

EXIT_OK = 0
EXIT_SOME_FAILED = 1
EXIT_USAGE = 2
EXIT_REFUSED = 3
EXIT_LOCKED = 75


class FeedsmithError(Exception):
    """Base of all errors below; `exit_status` is what the command line ends with."""

    exit_status = EXIT_SOME_FAILED


class ConfigError(FeedsmithError):
    """The configuration or the command line asks for something that cannot be."""

    exit_status = EXIT_USAGE


class SourceError(FeedsmithError):
    """One saved file cannot become an article; the run goes on without it."""


class UnreadableSourceError(SourceError):
    """The disk said no, or the file is over the size limit."""


class UnknownFormatError(SourceError):
    """No reader accepts the first bytes: skipped with a notice, not failed."""


class DamagedSourceError(SourceError):
    """The file is of a known kind and broken: truncated, contradicting itself, or a bomb."""


class MissingExtraError(SourceError):
    """A reader's package is not installed: skipped with a notice that says how to get it."""


class WorkerLostError(SourceError):
    """The process that read the file was killed each time; the run goes on without the file."""


class PluginError(SourceError):
    """A reader of another package is broken; the message names it."""


class NoArticleError(SourceError):
    """Read well, but there is no title or no paragraph in it: skipped with a notice."""


class FeedError(FeedsmithError):
    """A feed would break its specification, so nothing is published."""

    exit_status = EXIT_REFUSED


class PublishRefusedError(FeedsmithError):
    """Publishing would lose something; the feeds already published stay."""

    exit_status = EXIT_REFUSED


class OutputError(FeedsmithError):
    """The out folder or the state cannot be written; the message says what is published."""

    exit_status = EXIT_REFUSED


LEDGER_ADVICE = (
    "restore it from a backup, or run 'feedsmith ledger rebuild' to set it aside and derive the "
    "ids anew"
)


class Standing(StrEnum):
    """What is published when the disk says no: before it is out, amid the journal, after."""

    OLD = "the feeds already published stay"
    MIXED = "some feeds are new and some are old until a run can finish"
    NEW = (
        "the new feeds are published, but the old ones not cleared away or this run not "
        "remembered; the next run makes up for it"
    )


class LedgerError(FeedsmithError):
    """The ledger is damaged; it is never set aside silently."""

    exit_status = EXIT_REFUSED


class LockedError(FeedsmithError):
    """Another run holds the lock."""

    exit_status = EXIT_LOCKED


def check_amount(count: int, most: int, what: str, limit: str = "more than") -> None:
    """Let an amount pass that may be found in a file.

    Args:
        count: how much there is.
        most: how much there may be.
        what: of what, as the message names it ("lines").
        limit: what the most is called ("an article at most").

    Raises:
        DamagedSourceError: there is more; to read it would take minutes, or gigabytes.
    """
    if count > most:
        raise DamagedSourceError(f"has {count} {what}, {limit} {most}; split it")
