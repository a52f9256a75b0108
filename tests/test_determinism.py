"""Same input, same bytes: whatever the machine, the order or the history of earlier runs."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Program, dump
from faults import Server
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

MANY = 220  # files; from 200 on a second process is put to work
SOME = 48  # files for each of the other comparisons
EPOCH = 1_726_000_000  # seconds; modification time of the first file
PLACES = ("Port Ellery", "Low Marsh", "Saint Orra", "Kelder Bay", "Übersee", "Ånes", "İskele")
THINGS = (
    "ferry", "lighthouse", "football club", "cheese", "parliament", "museum", "glacier", "vaccine",
    "software", "election",
)  # fmt: skip
FOLDERS = ("", "politics/", "Sport/", "sport/", "Küste/", "deep/down/")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def story(number: int) -> str:
    """Return a dump that differs from its neighbours in title, date, place and topic."""
    place, thing = PLACES[number % 7], THINGS[number % 10]
    paragraphs = "\n\n".join(
        f"The {thing} of {place} was counted {number + line} times before anybody in {place} asked "
        f"whether the {thing} would still be there in spring, said keeper number {number * line}."
        for line in range(1, 4)
    )
    title = f"{place} asks about its {thing} for the time of {number}"
    date = f"{1 + number % 28} Sep, 2024 {number % 24:02d}:{number % 60:02d}"
    return dump(title, date=date, body=paragraphs, subtitle=f"A {thing} is not lost in a day")


def page(number: int, *, query: str = "", tag: str = "harbour") -> str:
    """Return a saved page with an address of its own, tags and a section."""
    place, thing = PLACES[number % 7], THINGS[number % 10]
    title = f"{thing.title()} number {number} opens in {place}"
    paragraphs = "".join(
        f"<p>In {place} the {thing} opened its doors for visit {number * line}, and a <b>queue</b> "
        f"went around the market, the quay and house number {number + line} of Salt Street.</p>"
        for line in range(1, 5)
    )
    date = f"2024-09-{1 + number % 28:02d}T08:00:00Z"
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<link rel="canonical" href="https://harbourpost.example/a/{number}{query}">'
        f'<meta property="article:published_time" content="{date}">'
        f'<meta property="article:tag" content="{tag}"><meta property="article:section" '
        f'content="{thing}"></head><body><article><h1>{title}</h1>{paragraphs}</article></body>'
    )


def fill(program: Program, numbers: range, *, step: int = 1) -> None:
    """Write numbered articles; `step` -1 writes them in the other order, with the same times."""
    for number in list(numbers)[::step]:
        ending, text = ("html", page(number)) if number % 4 == 0 else ("txt", story(number))
        name = f"saved/{FOLDERS[number % 6]}{number}.{ending}"
        path = program.write(name, text)
        os.utime(path, (EPOCH + number, EPOCH + number))


def test_one_process_and_two_make_the_same_bytes(tmp_path: Path) -> None:
    results = []
    for jobs in (1, 2):
        program = Program(tmp_path / f"jobs-{jobs}")
        fill(program, range(MANY))
        program.write("config.toml", f"[run]\njobs = {jobs}\n")
        program.ok("build", "saved")
        results.append(program.bytes_of())
    assert len(results[0]) > MANY
    assert results[0] == results[1]


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return what a plain run makes of some articles."""
    program = Program(tmp_path_factory.mktemp("usual"))
    fill(program, range(SOME))
    program.ok("build", "saved", env={"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"})
    return program.bytes_of()


@pytest.mark.parametrize(
    "env",
    [
        {"PYTHONHASHSEED": "4242"},
        {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "C"},
        {"TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "PYTHONUTF8": "0"},
    ],
    ids=lambda env: next(iter(env)),
)
def test_the_machine_changes_no_byte(
    tmp_path: Path, usual: dict[str, bytes], env: dict[str, str]
) -> None:
    program = Program(tmp_path)
    fill(program, range(SOME))
    program.ok("build", "saved", env=env)
    assert program.bytes_of() == usual


def test_another_path_and_order_of_writing_change_no_byte(
    tmp_path: Path, usual: dict[str, bytes], server: Server
) -> None:
    program = Program(tmp_path / "a path with blanks" / "ünd more")
    fill(program, range(SOME), step=-1)
    assert server.run(program.folder, "build", "saved").status == 0
    assert program.bytes_of() == usual


def test_articles_that_arrive_one_by_one_make_the_same_bytes(
    tmp_path: Path, server: Server
) -> None:
    results = []
    for name, batch in (("one by one", 8), ("at once", SOME)):
        program = Program(tmp_path / name)
        program.write("config.toml", '[feed]\nid = "tag:example.org,2024:papers"\n')
        for start in range(0, SOME, batch):
            fill(program, range(start, start + batch))
            assert server.run(program.folder, "build", "saved").status == 0
        results.append(program.bytes_of())
    assert results[0] == results[1]


# A history of changes -------------------------------------------------------------------------

RULES = (
    "",
    '[[topic]]\ntitle = "Harbours"\nany = ["ferry", "lighthouse"]\n',
    '[[topic]]\ntitle = "Harbours"\nany = ["ferry"]\n[[topic]]\ntitle = "Dairy"\nany = ["milk"]\n',
    "[topics]\nbuiltin = false\nfolders = false\n",
    "[feed]\nlimit = 3\n",
    "[feed]\nlimit = 2\nkeep_days = 0\nmax_bytes = 9000\n",
    '[feed]\nlimit = 3\ndate = "saved"\nids = "scoped"\nall_excludes = ["sport"]\n',
    "[feed]\nmax_age_days = 9\nmin_entries = 1\nkeep_days = 0\n",
    '[feed]\ntitle = "Other papers"\ncontent = "excerpt"\n',
)


class History:
    """A folder of articles to which things happen, and a clock that only the tests move."""

    def __init__(self, folder: Path) -> None:
        self.program = Program(folder / "warm")
        self.cold = folder / "cold"
        self.clock = EPOCH + 10_000
        self.number = 0
        self.program.write("config.toml", "")
        for _ in range(4):
            self.add(0)

    def paths(self) -> list[Path]:
        saved = self.program.folder / "saved"
        return sorted(path for path in saved.rglob("*") if path.is_file())

    def put(self, name: str, text: str) -> None:
        self.clock += 60
        path = self.program.write(name, text)
        os.utime(path, (self.clock, self.clock))

    def any(self, choice: int) -> Path:
        paths = self.paths()
        return paths[choice % len(paths)]

    def edit(self, path: Path, change: Callable[[str], str]) -> None:
        name = path.relative_to(self.program.folder)
        self.put(str(name), change(path.read_text(encoding="utf-8")))

    def add(self, choice: int) -> None:
        self.number += 1
        number = self.number
        ending, text = ("html", page(number)) if number % 2 else ("txt", story(number))
        self.put(f"saved/{FOLDERS[choice % 6]}{number}.{ending}", text)

    def add_undated(self, choice: int) -> None:
        self.number += 1
        text = story(self.number).replace(" Sep, 2024 ", " ")
        self.put(f"saved/{FOLDERS[choice % 6]}note {self.number}.txt", text)

    def edit_text(self, choice: int) -> None:
        self.edit(
            self.any(choice), lambda text: text.replace("spring", "autumn").replace("quay", "mole")
        )

    def edit_title(self, choice: int) -> None:
        self.edit(self.any(choice), lambda text: text.replace(" asks ", " wonders ", 1))

    def correct_date(self, choice: int) -> None:
        self.edit(self.any(choice), lambda text: text.replace("Sep, 2024", "Aug, 2024"))

    def touch(self, choice: int) -> None:
        self.clock += 60
        os.utime(self.any(choice), (self.clock, self.clock))

    def rename(self, choice: int) -> None:
        path = self.any(choice)
        self.number += 1
        path.rename(path.with_name(f"renamed {self.number}{path.suffix}"))

    def move(self, choice: int) -> None:
        path = self.any(choice)
        self.number += 1
        target = (
            self.program.folder / "saved" / FOLDERS[choice % 5 + 1] / f"{self.number}{path.suffix}"
        )
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)

    def delete(self, choice: int) -> None:
        if len(self.paths()) > 2:
            self.any(choice).unlink()

    def copy(self, choice: int) -> None:
        path = self.any(choice)
        self.number += 1
        name = f"saved/{FOLDERS[choice % 6]}copy {self.number}{path.suffix}"
        self.put(name, path.read_text(encoding="utf-8"))

    def save_again(self, choice: int) -> None:
        self.number += 1
        again = page(1 + choice % self.number, query="?utm_source=mail", tag="again")
        self.put(f"saved/again {self.number}.html", again)

    def cut_copy(self, choice: int) -> None:
        path = self.any(choice)
        self.number += 1
        text = path.read_text(encoding="utf-8")
        self.put(f"saved/teaser {self.number}{path.suffix}", text[: len(text) * 2 // 3])

    def swap(self, choice: int) -> None:
        one, two = self.any(choice), self.any(choice + 1)
        if one.suffix == two.suffix:
            first, second = (path.read_text(encoding="utf-8") for path in (one, two))
            self.edit(one, lambda _: second)
            self.edit(two, lambda _: first)

    def overwrite(self, choice: int) -> None:
        path = self.any(choice)
        self.number += 1
        text = page(self.number) if path.suffix == ".html" else story(self.number)
        self.edit(path, lambda _: text)

    def change_rules(self, choice: int) -> None:
        self.program.write("config.toml", RULES[choice % len(RULES)])

    def build_cold(self, server: Server) -> dict[str, bytes]:
        """Return what a run makes of the same articles and ledger, without cache and out folder."""
        shutil.rmtree(self.cold, ignore_errors=True)
        warm = self.program.folder
        shutil.copytree(warm / "saved", self.cold / "saved")
        shutil.copy2(warm / "config.toml", self.cold)
        (self.cold / ".feedsmith").mkdir()
        shutil.copy2(warm / ".feedsmith/ledger.sqlite3", self.cold / ".feedsmith")
        done = server.run(self.cold, "build", "saved", "--allow-shrink")
        assert done.status == 0, done.stderr
        return Program(self.cold).bytes_of()


DEEDS = (
    History.add, History.add_undated, History.edit_text, History.edit_title, History.correct_date,
    History.touch, History.rename, History.move, History.delete, History.copy, History.save_again,
    History.cut_copy, History.swap, History.overwrite, History.change_rules,
)  # fmt: skip


def check_history(server: Server, deeds: list[tuple[Callable[[History, int], None], int]]) -> None:
    """Do the deeds one by one; after each, the incremental build must equal a cold one."""
    with tempfile.TemporaryDirectory() as folder:
        history = History(Path(folder))
        told = []
        for deed, choice in deeds:
            deed(history, choice)
            told.append(f"{deed.__name__}({choice})")
            done = server.run(history.program.folder, "build", "saved", "--allow-shrink")
            assert done.status == 0, (told, done.stderr)
            warm, cold = history.program.bytes_of(), history.build_cold(server)
            differing = sorted(n for n in warm.keys() | cold.keys() if warm.get(n) != cold.get(n))
            assert differing == [], told
            again = server.run(history.program.folder, "build", "saved", "--allow-shrink")
            assert "nothing changed" in again.stdout, told
            shutil.rmtree(history.cold)


def test_every_kind_of_change_leads_where_a_cold_build_leads(server: Server) -> None:
    check_history(server, [(deed, number) for number, deed in enumerate(DEEDS)])


@settings(
    max_examples=int(os.environ.get("FEEDSMITH_HISTORIES", "2")),
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
)
@given(
    deeds=st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 59)), min_size=15, max_size=15)
)
def test_any_history_leads_where_a_cold_build_leads(
    server: Server, deeds: list[tuple[Callable[[History, int], None], int]]
) -> None:
    check_history(server, deeds)


def test_an_unchanged_copy_stays_with_its_article_when_another_one_changes(server: Server) -> None:
    check_history(server, [(History.cut_copy, 29), (History.edit_title, 19)])
