"""Who does the work: this process, others, threads, a Dask cluster, another package's executor.

All of them are a `concurrent.futures.Executor` to the rest of the program, which knows none by
name.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from feedsmith import __version__
from feedsmith.crews import Crew, Hiring
from feedsmith.errors import ConfigError
from feedsmith.settings import RunConfig

if TYPE_CHECKING:  # only a pool pays for it
    from concurrent.futures import Executor

GROUP = "feedsmith.executors"  # entry points: a text → an executor, or a context manager of one
POOL_FROM_FILES = 200  # files; a pool of processes costs 0.05 to 0.2 s before its first result
PIPE_BYTES = 1 << 20  # bytes; a batch has some 0.5 MB, and a user may have no more without asking
_WAIT_SECONDS = 60  # for the first worker of a cluster; a batch queue takes longer: start it before
# Of our own cluster: a lost batch is told at once to us, who can split it; nobody reads profiles,
# which cost a tenth of the work.
_LOCAL = {
    "distributed.scheduler.allowed-failures": 0,
    "distributed.worker.profile.enabled": False,
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.admin.tick.interval": "1s",
}
_SERIAL = "serial"
_OWN = (_SERIAL, "processes", "threads", "dask")


def crew_for(run: RunConfig, number: int) -> Crew | None:
    """Return the workers for so many files; None where the work is best done here.

    Raises:
        ConfigError: there is no executor of that name, or its package is not installed.
    """
    if not run.executor:
        wanted = run.jobs or processors()
        is_worth_it = wanted > 1 and number >= POOL_FROM_FILES
        hiring = Hiring(partial(_processes, wanted), shares_memory=True)
        return Crew(hiring) if is_worth_it else None
    check(run.executor)
    name, _, argument = run.executor.partition("=")
    if name == _SERIAL:
        return None
    if name == "dask":
        return Crew(Hiring(partial(_dask, argument), _dask_losses))
    if name in _OWN:
        hire = _processes if name == "processes" else _threads
        number = _number(run.executor) or processors()
        return Crew(Hiring(partial(hire, number), shares_memory=True))
    return Crew(Hiring(partial(_foreign, name, argument)))


def check(executor: str) -> None:
    """Check `[run] executor` without starting or importing anything.

    Raises:
        ConfigError: there is no executor of that name, or its package is not installed.
    """
    name, _, argument = executor.partition("=")
    if name in {"processes", "threads"}:
        _number(executor)
    elif name == "dask":
        if find_spec("distributed") is None:
            raise ConfigError(
                "run.executor: dask is not installed; run: pip install 'feedsmith[dask]'"
            )
    elif name == _SERIAL and argument:
        raise ConfigError(f"run.executor: serial takes nothing behind it, got {executor!r}")
    elif name not in {"", _SERIAL} and name not in _foreign_names():
        known = ", ".join((*_OWN, *sorted(_foreign_names())))
        raise ConfigError(
            f"run.executor: there is no executor {name!r}; known are {known}, and those that "
            f"installed packages name as {GROUP}"
        )


def processors() -> int:
    """Return the number of processors this run may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def version() -> str:
    """Return the version of the program that a worker runs."""
    return __version__


def _number(executor: str) -> int:
    """Return how many workers are asked for, 0 for as many as there are processors.

    Raises:
        ConfigError: it is no number.
    """
    name, _, argument = executor.partition("=")
    if not argument:
        return 0
    if not (argument.isascii() and argument.isdigit() and int(argument)):
        raise ConfigError(f"run.executor: expected a number of {name}, got {argument!r}")
    return int(argument)


@contextmanager
def _processes(workers: int) -> Iterator[Executor]:
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 (only a pool pays for it)

    with (
        _uninterrupted(),
        ProcessPoolExecutor(max_workers=workers, initializer=end_with_leader) as executor,
    ):
        _widen(executor)
        gc.freeze()  # so that no collection copies what workers share, nor looks at it again
        try:
            yield executor
        finally:
            gc.unfreeze()  # a process that watches a folder builds many times


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let a processor not leave a worker in its batch for who leads, nor the reverse (Linux).

    It would find its caches full of the other's. What is started here inherits that.
    """
    if not hasattr(os, "SCHED_BATCH") or os.sched_getscheduler(0) != os.SCHED_OTHER:
        yield
        return
    normal = os.sched_param(0)
    with suppress(OSError):  # a container may forbid it
        os.sched_setscheduler(0, os.SCHED_BATCH, normal)
    try:
        yield
    finally:
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_OTHER, normal)


def _widen(executor: Executor) -> None:
    """Let a whole batch lie in a pipe, where the system can (Linux).

    Else a worker writes its results bit by bit, each when who leads has read the one before, and
    the other workers wait for that as well.
    """
    try:
        from fcntl import F_SETPIPE_SZ, fcntl  # noqa: PLC0415 (only a pool pays for it)
    except ImportError:
        return
    for name in ("_call_queue", "_result_queue"):
        pipe = getattr(getattr(executor, name, None), "_reader", None)
        if pipe:
            with suppress(OSError):  # there are limits for a user
                fcntl(pipe.fileno(), F_SETPIPE_SZ, PIPE_BYTES)


def end_with_leader() -> None:
    """Let this worker end when who leads is killed; it would wait, and hold the lock, for ever."""
    from multiprocessing import connection, parent_process  # noqa: PLC0415 (only a pool pays for it)
    from threading import Thread  # noqa: PLC0415 (see above)

    leader = parent_process()
    assert leader  # noqa: S101 (a worker has one)

    def watch() -> None:
        connection.wait([leader.sentinel])
        os._exit(1)

    Thread(target=watch, daemon=True).start()


@contextmanager
def _threads(workers: int) -> Iterator[Executor]:
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 (only a pool pays for it)

    with ThreadPoolExecutor(max_workers=workers) as executor:
        yield executor


@contextmanager
def _dask(address: str) -> Iterator[Executor]:
    """Give the executor of a cluster; without an address, of one process a processor here.

    Raises:
        ConfigError: nothing answers there, it has no worker, or one with another feedsmith.
    """
    distributed: Any = import_module("distributed")
    with ExitStack() as stack:
        if address:
            try:
                client = stack.enter_context(distributed.Client(address, timeout=_WAIT_SECONDS / 4))
                client.wait_for_workers(1, timeout=_WAIT_SECONDS)
            except (OSError, ValueError) as error:
                raise ConfigError(f"run.executor: no Dask worker at {address}: {error}") from error
        else:
            stack.enter_context(import_module("dask").config.set(_LOCAL))
            cluster = distributed.LocalCluster(
                n_workers=max(2, processors()), threads_per_worker=1, dashboard_address=None,
                silence_logs=60,
            )  # fmt: skip
            client = stack.enter_context(distributed.Client(stack.enter_context(cluster)))
        executor = client.get_executor(pure=False)
        executor._max_workers = sum(client.nthreads().values())  # noqa: SLF001 (as pools tell it)
        _check_version(executor.submit(version).result())
        yield executor


def _check_version(found: str) -> None:
    if found != __version__:
        raise ConfigError(
            f"run.executor: the workers run feedsmith {found}, this is {__version__}; install the "
            "same on all of them"
        )


def _dask_losses() -> tuple[type[BaseException], ...]:
    distributed: Any = import_module("distributed")
    return (distributed.KilledWorker,)


@contextmanager
def _foreign(name: str, argument: str) -> Iterator[Executor]:
    """Give the executor of another package.

    Raises:
        ConfigError: the package cannot be loaded, or gives no executor.
    """
    from concurrent.futures import Executor  # noqa: PLC0415 (only a pool pays for it)

    try:
        made = _points()[name].load()(argument)
    except Exception as error:
        raise ConfigError(f"run.executor: {name} cannot be started: {error}") from error
    if not hasattr(made, "__enter__"):
        raise ConfigError(f"run.executor: {name} gives no executor, but {made!r}")
    with made as executor:
        if not isinstance(executor, Executor):
            raise ConfigError(f"run.executor: {name} gives no executor, but {executor!r}")
        yield executor


def _foreign_names() -> frozenset[str]:
    return frozenset(_points()).difference(_OWN)


def _points() -> dict[str, Any]:
    from importlib.metadata import entry_points  # noqa: PLC0415 (0.03 s, and few have any)

    return {point.name: point for point in entry_points(group=GROUP)}
