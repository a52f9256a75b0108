"""Errands are done by workers, but only many of them, and no worker's end loses one."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from functools import partial

import pytest

from feedsmith import errands, executors
from feedsmith.crews import Crew
from feedsmith.errands import Errands
from feedsmith.errors import FeedError
from feedsmith.settings import RunConfig

FEW = 10  # errands that may wait where there are no workers
MANY = 400  # errands, more than are kept before workers are asked, and than are in hand at once


def squared(number: int, fatal: int = -1, leader: int = 0) -> tuple[int, int]:
    """Return a square and who worked it out; the fatal number kills all but who leads."""
    if number == fatal and os.getpid() != leader:
        os.kill(os.getpid(), signal.SIGKILL)
    return number**2, os.getpid()


def refuse(number: int) -> None:
    raise FeedError(f"topics/piers/{number}: cannot be read")


@pytest.fixture
def crew() -> Iterator[Crew]:
    found = executors.crew_for(RunConfig(executor="processes=2"), MANY)
    assert found
    with found:
        yield found


def test_many_are_done_by_workers_and_taken_in_order(crew: Crew) -> None:
    taken: list[tuple[int, int]] = []
    work = Errands(crew)
    for number in range(MANY):
        work.give(partial(squared, number), taken.append)
    assert 0 < len(taken) < MANY  # neither at once nor all at the end
    work.finish()
    assert [square for square, _ in taken] == [number**2 for number in range(MANY)]
    assert os.getpid() not in {worker for _, worker in taken}


@pytest.mark.parametrize("number", [3, 96, MANY - 1])
def test_what_kills_every_worker_is_done_here(crew: Crew, number: int) -> None:
    taken: list[tuple[int, int]] = []
    work = Errands(crew)
    for one in range(MANY):
        work.give(partial(squared, one, number, os.getpid()), taken.append)
    work.finish()
    assert [square for square, _ in taken] == [one**2 for one in range(MANY)]
    here = [square for square, worker in taken if worker == os.getpid()]
    assert here == [number**2]


def test_few_are_done_here(crew: Crew) -> None:
    taken: list[tuple[int, int]] = []
    work = Errands(crew)
    for number in range(errands._FEW_TASKS - 1):
        work.give(partial(squared, number), taken.append)
    work.finish()
    assert {worker for _, worker in taken} == {os.getpid()}
    assert len(taken) == errands._FEW_TASKS - 1


def test_without_workers_few_are_done_before_one_is_taken() -> None:
    taken: list[tuple[int, int]] = []
    work = Errands(None)
    for number in range(MANY):
        work.give(partial(squared, number), taken.append)
        assert number - len(taken) < FEW
    work.finish()
    assert taken == [(number**2, os.getpid()) for number in range(MANY)]


def test_what_a_worker_refuses_is_refused_here(crew: Crew) -> None:
    work = Errands(crew)
    for number in range(MANY // 2):
        work.give(partial(squared, number), lambda _: None)
    work.give(partial(refuse, 9), lambda _: None)
    with pytest.raises(FeedError, match="topics/piers/9"):
        work.finish()


def test_large_tasks_make_batches_of_few(crew: Crew) -> None:
    taken: list[tuple[int, int]] = []
    work = Errands(crew)
    for number in range(MANY):
        work.give(partial(squared, number), taken.append, errands.BATCH_ENTRIES)
    work.finish()
    assert [square for square, _ in taken] == [number**2 for number in range(MANY)]
