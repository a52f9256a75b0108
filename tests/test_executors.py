"""Who does the work changes no byte: processes, threads, Dask, others; nor does losing workers."""

from __future__ import annotations

import dataclasses
import gc
import os
import pickle
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from conftest import ROOT, Program, dump
from test_readers_warc import answer, packed, record

from feedsmith import drafts, executors, pipeline
from feedsmith.config import parse_config
from feedsmith.errors import ConfigError
from feedsmith.files import source
from feedsmith.likeness import print_of
from feedsmith.model import Source
from feedsmith.reading import Outcome
from feedsmith.serial import to_row
from feedsmith.settings import RunConfig
from feedsmith.splitting import SPLIT_BYTES, apart, split

pytest.importorskip("distributed")
FILES = 130  # some batches and a bit
# A reader of cards that kills its process: "once" if it has not done so before, "always", "never".
CODE = """
import os, signal
from functools import partial
from pathlib import Path
from feedsmith.model import Document
from feedsmith.readers.kind import Kind

def read(source):
    mode, _, html = source.read().decode().removeprefix("CARDS ").partition(" ")
    mark = Path(source.path).with_suffix(".part")
    if mode == "always" or (mode == "once" and not mark.exists()):
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    yield Document("html", html)

KIND = Kind("cards", "cards", "CARDS", lambda p: p.head.startswith(b"CARDS"), "cards", b"C")

def twos(argument):
    from concurrent.futures import ThreadPoolExecutor
    print("hired with", argument)
    return ThreadPoolExecutor(2)
"""


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """Return an environment in which the reader of cards and an executor are installed."""
    info = tmp_path / "site/cards-1.0.dist-info"
    info.mkdir(parents=True)
    (tmp_path / "site/cards.py").write_text(CODE)
    (info / "METADATA").write_text("Name: cards\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[feedsmith.readers]\ncards = cards:KIND\n"
        "[feedsmith.executors]\ntwos = cards:twos\nbroken = cards:MISSING\nnone = cards:KIND\n"
    )
    return {"PYTHONPATH": f"{ROOT}:{tmp_path / 'site'}"}


def html(number: int) -> str:
    body = "".join(
        f"<p>The ferry of pier {number} was late for time {number + line}, said the harbour "
        "office, and it was sorry for that, as it had been the day before.</p>"
        for line in range(4)
    )
    return (
        f"<!DOCTYPE html><html><head><title>Pier {number}</title>"
        f'<meta property="article:published_time" content="2024-09-{1 + number % 28:02d}"></head>'
        f"<body><article><h1>Pier {number} waits for its ferry</h1>{body}</article></body></html>"
    )


def texts(folder: Path) -> Program:
    """Return a folder of texts."""
    program = Program(folder)
    for number in range(FILES):
        path = program.write(f"saved/{number:03d}.txt", dump(f"Pier {number} waits for its ferry"))
        os.utime(path, (1_700_000_000, 1_700_000_000))
    return program


def shelf(folder: Path, mode: str = "never") -> Program:
    """Return a folder of texts, a card that may kill its reader, and two crawls."""
    program = texts(folder)
    os.utime(program.write("saved/077.card", f"CARDS {mode} {html(1000)}"), (1_700_000_000,) * 2)
    for name in ("b.warc.gz", "c.warc.gz"):
        path = folder / "saved" / name
        path.write_bytes(crawl(name[0]))
        os.utime(path, (1_700_000_000, 1_700_000_000))
    return program


def crawl(host: str, pages: int = 150) -> bytes:
    """Return a packed crawl that is big enough to be split, though it need not be long."""
    filler = os.urandom(SPLIT_BYTES)
    records = [record(answer(filler, content="video/mp4"), f"https://{host}.example/film")]
    for number in range(pages):
        records.append(
            record(answer(html(number + ord(host) * 200)), f"https://{host}.example/{number}")
        )
        if number % 9 == 0:
            records.append(record(answer("", "404 Not Found"), f"https://{host}.example/x{number}"))
    return packed(*records)


@pytest.fixture(scope="module")
def serial(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("serial")
    program = shelf(folder)
    site = {"PYTHONPATH": str(ROOT)}
    # Without the reader of cards the card is skipped: it must not be part of what is compared.
    (folder / "saved/077.card").write_text(html(1000))
    os.utime(folder / "saved/077.card", (1_700_000_000, 1_700_000_000))
    program.ok("build", "saved", "--executor", "serial", env=site)
    return program.bytes_of()


@pytest.mark.parametrize("executor", ["processes=2", "threads", "dask", "twos=7"])
def test_every_executor_makes_the_same_bytes_though_a_worker_is_killed(
    tmp_path: Path, env: dict[str, str], serial: dict[str, bytes], executor: str
) -> None:
    is_apart = executor.startswith(("processes", "dask"))
    program = shelf(tmp_path, "once" if is_apart else "never")
    printed = program.ok("build", "saved", "--executor", executor, env=env)
    assert (tmp_path / "saved/077.part").exists() == is_apart
    assert ("hired with 7" in printed) == (executor == "twos=7")
    made = program.bytes_of()
    assert len(made) > 400
    assert made == serial


@pytest.mark.parametrize("executor", ["processes=2", "dask"])
def test_a_file_that_kills_every_worker_costs_one_line(
    tmp_path: Path, env: dict[str, str], executor: str
) -> None:
    program = shelf(tmp_path, "always")
    done = program("build", "saved", "--executor", executor, env=env)
    assert done.returncode == 1
    lines = [line for line in done.stderr.splitlines() if line.startswith("feedsmith:")]
    assert len(lines) == 1
    assert "077.card: WorkerLostError: the worker that read it was lost" in lines[0]
    assert f"{FILES + 300} articles" in done.stdout


def test_the_configuration_names_an_executor_too(tmp_path: Path, env: dict[str, str]) -> None:
    program = shelf(tmp_path)
    program.write("config.toml", '[run]\nexecutor = "twos=8"\n')
    assert "hired with 8" in program.ok("build", "saved", env=env)
    assert "hired" not in program.ok("build", "saved", "--executor", "serial", env=env)


def test_workers_make_pages_again_though_no_file_changed(
    tmp_path: Path, env: dict[str, str]
) -> None:
    made = []
    for folder, titles in ((tmp_path / "a", ("Piers", "Quays")), (tmp_path / "b", ("Quays",))):
        program = texts(folder)
        for title in titles:
            program.write(
                "config.toml", f'[feed]\nid = "tag:a.example,2024:a"\ntitle = "{title}"\n'
            )
            assert "hired" in program.ok("build", "saved", "--executor", "twos", env=env)
        made.append(program.bytes_of())
        one = program.write("saved/new.txt", dump("Another pier waits for its ferry"))
        os.utime(one, (1_700_000_000, 1_700_000_000))
        assert "hired" not in program.ok("build", "saved", "--executor", "twos", env=env)
    assert made[0] == made[1]


def test_a_number_of_processes_may_be_given_in_place_of_an_executor(
    tmp_path: Path, env: dict[str, str]
) -> None:
    program = texts(tmp_path)
    program.write("config.toml", '[run]\nexecutor = "twos=8"\n')
    assert "hired" not in program.ok("build", "saved", "--jobs", "2", env=env)
    done = program("build", "saved", "--jobs", "-1", env=env)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--jobs: invalid number value: '-1'" in done.stderr


@pytest.mark.parametrize(
    ("executor", "words"),
    [
        ("ray", "there is no executor 'ray'; known are serial, processes, threads, dask, broken"),
        ("processes=many", "expected a number of processes, got 'many'"),
        ("threads=0", "expected a number of threads, got '0'"),
        ("serial=1", "serial takes nothing behind it"),
        ("broken", "broken cannot be started"),
        ("none", "none cannot be started"),
    ],
)
def test_a_wrong_executor_is_named(
    tmp_path: Path, env: dict[str, str], executor: str, words: str
) -> None:
    program = Program(tmp_path)
    for number in range(70):
        program.write(f"saved/{number}.txt", dump(f"Pier {number}"))
    done = program("build", "saved", "--executor", executor, env=env)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert not (tmp_path / "out").exists()


def test_without_the_package_the_extra_is_named(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.write("saved/1.txt", dump("Pier 1"))
    program.write("site/sitecustomize.py", "import sys\nsys.modules['distributed'] = None\n")
    env = {"PYTHONPATH": f"{ROOT}:{tmp_path / 'site'}"}
    done = program("build", "saved", "--executor", "dask", env=env)
    assert done.returncode == 2
    assert "pip install 'feedsmith[dask]'" in done.stderr


LED = """
import os, signal
from feedsmith import executors
from feedsmith.serial import to_row
from feedsmith.settings import RunConfig

with executors.crew_for(RunConfig(executor="processes=2"), 1000) as crew:
    waiting = [crew.submit(os.getpid) for _ in range(9)]
    print(len({crew.result(one) for one in waiting} - {os.getpid()}) > 0, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_workers_end_with_the_process_that_leads() -> None:
    """They have its lock and its output: as long as one of them is there, nobody sees the end."""
    done = subprocess.run(
        [sys.executable, "-c", LED],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, b"True\n")


@pytest.mark.skipif(not hasattr(os, "SCHED_BATCH"), reason="a way of Linux")
def test_while_there_are_workers_nobody_interrupts_another() -> None:
    assert os.sched_getscheduler(0) == os.SCHED_OTHER
    with executors._processes(2) as executor:
        policies = {os.sched_getscheduler(0), executor.submit(os.sched_getscheduler, 0).result()}
        assert gc.get_freeze_count()
    assert policies == {os.SCHED_BATCH}
    assert os.sched_getscheduler(0) == os.SCHED_OTHER
    assert not gc.get_freeze_count()


def test_few_files_hire_nobody(tmp_path: Path, env: dict[str, str]) -> None:
    program = Program(tmp_path)
    program.write("saved/1.txt", dump("Pier 1"))
    assert "hired" not in program.ok("build", "saved", "--executor", "twos", env=env)


def test_a_cluster_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "_WAIT_SECONDS", 2)
    crew = executors.crew_for(RunConfig(executor="dask=tcp://127.0.0.1:9"), 1000)
    assert crew
    with pytest.raises(ConfigError, match="no Dask worker at tcp://127"):
        crew.submit(executors.version)


# Archives in spans ----------------------------------------------------------------------------


def same(outcome: Outcome) -> Outcome:
    return outcome


def stored(folder: Path, data: bytes) -> Source:
    path = folder / "a.warc.gz"
    path.write_bytes(data)
    return source(str(path), path.name, mtime_ns=0, size=len(data), max_bytes=50_000_000)


def test_an_archive_is_handed_out_in_spans_that_pickle(tmp_path: Path) -> None:
    found = split(stored(tmp_path, crawl("b")))
    assert found
    assert [len(span.span.places) for span in found.spans if span.span] == [64, 64, 22]
    again = pickle.loads(pickle.dumps(found.spans[1]))
    assert (again.span, again.opener) == (found.spans[1].span, found.spans[1].opener)
    config = parse_config("")
    (outcome,) = pipeline.work([again], config, same)
    assert [article.part for article in outcome.articles] == [
        f"https://b.example/{number}" for number in range(64, 128)
    ]
    assert (outcome.is_last, found.ending.is_last) == (False, True)
    assert (outcome.digest, outcome.kind) == (found.ending.digest, "warc")
    assert len(list(apart(again))) == 64


def test_articles_come_ready_for_their_places_and_their_texts_travel_once(tmp_path: Path) -> None:
    whole = stored(tmp_path, crawl("b", pages=70))
    config = parse_config("")
    (made,) = pipeline.work([whole], config, partial(drafts.drafted, parser="1"))
    again = pickle.loads(pickle.dumps(made))
    ready = list(again.drafts)
    assert ready == made.drafts
    assert ready == list(
        drafts.drafted_one_by_one(*pipeline.work([whole], config, same), "1").drafts
    )
    assert len(ready) == 70
    first = ready[0]
    assert first.row.text is first.article.text
    assert first.row.html is first.article.html
    assert first.text_print == print_of(first.article.text)
    moved = drafts.lying_in(first, "saved/b.warc.gz")
    assert moved.row == to_row(first.article, moved.trait, "", whole.relative)
    assert (moved.trait.path, moved.row.path) == ("saved/b.warc.gz", "saved/b.warc.gz")


def test_spans_give_what_the_whole_gives(tmp_path: Path) -> None:
    whole = stored(tmp_path, crawl("b"))
    config = parse_config("")
    (at_once,) = pipeline.work([whole], config, same)
    in_spans = list(pipeline.outcomes([whole], config))
    assert tuple(article for one in in_spans for article in one.articles) == at_once.articles
    assert {one.digest for one in in_spans} == {at_once.digest}
    assert [one.is_last for one in in_spans] == [False, False, False, True]


def test_a_broken_archive_gives_what_is_whole_and_one_line(tmp_path: Path) -> None:
    whole = stored(tmp_path, crawl("b")[:-300])
    config = parse_config("")
    (at_once,) = pipeline.work([whole], config, same)
    in_spans = list(pipeline.outcomes([whole], config))
    assert [one for each in in_spans for one in each.articles] == list(at_once.articles)
    assert in_spans[-1].failures == at_once.failures
    assert len(at_once.failures) == 1


def test_small_files_and_other_kinds_are_not_split(tmp_path: Path) -> None:
    assert split(stored(tmp_path, crawl("b")[:1000])) is None
    page = stored(tmp_path, html(1).encode() + b" " * SPLIT_BYTES)
    assert split(page) is None
    damaged = stored(tmp_path, b"PK" + b" " * SPLIT_BYTES)
    assert split(damaged) is None
    assert split(dataclasses.replace(damaged, opener=Path("nowhere").open)) is None  # type: ignore[arg-type]
