"""What is to be said of the files of a wide build, once all that many of them say is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce

from feedsmith import settle
from feedsmith.additions import Addition
from feedsmith.intake import LINKS, LINKS_ADVICE
from feedsmith.project import CORRECTIONS_NAME
from feedsmith.wide.batches import Shelved
from feedsmith.wide.settling import Settled
from feedsmith.wide.shards import Remark
from feedsmith.wide.taking import Dated


def remarks_of(
    shelved: Iterable[Shelved], settled: Sequence[Settled], corrections: Mapping[str, Addition]
) -> tuple[Remark, ...]:
    """Return all remarks, in the order of the files; those of no file come last.

    Args:
        shelved: what became of the batches.
        settled: what became of the parts of the ledger.
        corrections: what the user corrected, of which a wide build learns nothing.
    """
    dated = {(one.path, one.read.date().isoformat()): one for part in settled for one in part.dated}
    found = [_settled(remark, dated) for one in shelved for remark in one.remarks]
    lonely = reduce(frozenset.intersection, (part.lonely for part in settled))
    counts = Counter(path for path, _ in lonely)
    links = [(path, False, LINKS, LINKS_ADVICE.format(counts[path]), 0) for path in sorted(counts)]
    return (*found, *links, *_untaught(corrections))


def _settled(remark: Remark, dated: Mapping[tuple[str, str], Dated]) -> Remark:
    """Return what is said of a date that other files settled."""
    path, failed, kind, message, when = remark
    one = dated.get((path, message[-len("2024-09-02") :])) if kind == settle.DOUBT else None
    if one is None:
        return remark
    return (path, failed, settle.SETTLED, settle.message_of(one.settled), when)


def _untaught(corrections: Mapping[str, Addition]) -> Iterator[Remark]:
    if any(said.topics or said.not_topics for said in corrections.values()):
        what = "corrected topics teach new articles nothing here; only 'feedsmith build' learns"
        yield (CORRECTIONS_NAME, False, "LessonsSkipped", what, 0)
