"""New files come to the disk while others are made; what the disk says of it is not lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedsmith import flushing
from feedsmith.flushing import Flush


def test_what_is_written_is_there_however_often_it_is_flushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flushing, "PORTION_BYTES", 3000)
    flush = Flush(str(tmp_path))
    for number in range(20):
        flush.write(str(tmp_path / str(number)), bytes([number]) * 1000)
    flush.write(str(tmp_path / "0"), b"again")
    flush.finish()
    assert (tmp_path / "0").read_bytes() == b"again"
    assert [(tmp_path / str(n)).read_bytes() for n in range(1, 20)] == [
        bytes([n]) * 1000 for n in range(1, 20)
    ]


def test_what_the_disk_said_on_the_way_is_told_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flushing, "PORTION_BYTES", 1)
    flush = Flush(str(tmp_path / "gone"))
    flush.write(str(tmp_path / "1"), b"1")
    with pytest.raises(FileNotFoundError):
        flush.finish()


def test_few_bytes_need_no_thread(tmp_path: Path) -> None:
    flush = Flush(str(tmp_path / "gone"))
    flush.write(str(tmp_path / "1"), b"1")
    flush.finish()
