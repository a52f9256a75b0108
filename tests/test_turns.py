"""Without workers some files are read before what they gave is used, but never much of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

import pytest

from feedsmith import pipeline
from feedsmith.config import Config
from feedsmith.model import Source

TEXT = b"The ferry is late\n\n" + b"The harbour office said that it was sorry for that. " * 9
NEAR = 20  # files that may be read ahead


def sources(number: int, size: int, read: set[int]) -> list[Source]:
    """Return files that note in `read` when they are opened."""

    def opener(at: int) -> Callable[[], BytesIO]:
        def opened() -> BytesIO:
            read.add(at)
            return BytesIO(TEXT)

        return opened

    when = datetime(2024, 9, 2, tzinfo=UTC)
    return [Source(f"{at}.txt", f"{at}.txt", when, size, opener(at)) for at in range(number)]


@pytest.mark.parametrize(("size", "most"), [(len(TEXT), NEAR), (2_000_000, 1)])
def test_few_files_are_read_ahead_and_no_large_one(size: int, most: int) -> None:
    read: set[int] = set()
    found = []
    for outcome in pipeline.outcomes(sources(100, size, read), Config()):
        found.append(outcome.source.path)
        assert len(read) - len(found) < most
    assert found == [f"{at}.txt" for at in range(100)]
