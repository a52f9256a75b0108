"""Trees: further out folders from one run, and that what they leave out is nowhere in them."""

from __future__ import annotations

import json
import os
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
import test_readers_real as real
from conftest import Program, dump
from faults import Done, Server
from test_pictures import data_uri, png

ATOM = "{http://www.w3.org/2005/Atom}"
BASE = "https://public.example/feeds/"
HOME = "http://private.example:8000/own/"
SAVED = 1_772_000_000  # seconds; 25 February 2026
HIDDEN = "the combination of the harbour safe"
NOTE = "Ask Frieda about the mooring fees"
PUBLIC = f'name = "public"\nbase_url = "{BASE}"\n'


def page(title: str, *, day: int = 2, picture: str = "", more: str = "") -> str:
    prose = "<p>The ferry was late again on Monday, and the harbour office said it was sorry.</p>"
    url = f"https://harbourpost.example/2024/09/{title.lower().replace(' ', '-')}"
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>{title}</title>'
        f'<link rel="canonical" href="{url}">'
        f'<meta property="article:published_time" content="2024-09-0{day}T10:00:00+00:00">'
        f'<meta property="article:tag" content="moorings">'
        f"</head><body><article><h1>{title}</h1>{prose * 3}{picture}{more}"
        f"<p>{title}, said the notice, until further notice.</p>{prose * 3}</article></body></html>"
    )


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


class Shelf(Program):
    """The program over three pages: two of the sea (one with note and picture), one of the safe."""

    def __init__(self, folder: Path, server: Server) -> None:
        super().__init__(folder)
        self.server = server
        picture = f'<img src="{data_uri(png(40))}" alt="The quay">'
        self.write("saved/sea/ferry.html", page("Ferry returns", picture=picture))
        self.write("saved/sea/ferry.note.md", NOTE)
        self.write("saved/sea/quay.html", page("Quay reopens", day=3))
        self.write("saved/safe/safe.html", page("Safe opened", day=4, more=f"<p>{HIDDEN}</p>"))

    def write(self, name: str, text: str) -> Path:
        """Write a file that has lain there for long."""
        path = super().write(name, text)
        os.utime(path, (SAVED, SAVED))
        return path

    def configure(self, *trees: str, feed: str = "", more: str = "") -> None:
        tables = "".join(f"[[tree]]\n{tree}\n" for tree in trees)
        head = f'[input]\npaths = ["saved"]\n[feed]\nbase_url = "{HOME}"\n{feed}\n'
        self.write("config.toml", f"{head}[topics]\nbuiltin = false\n{more}\n{tables}")

    def build(self, status: int = 0, **more: object) -> Done:
        done = self.server.run(self.folder, "build", "--json", **more)
        assert done.status == status, done.stdout + done.stderr
        return done

    def is_changed(self) -> bool:
        return bool(json.loads(self.build().stdout)["changed"])

    def feed_of(self, folder: str, name: str = "feed.json") -> dict[str, dict[str, object]]:
        data = json.loads((self.folder / folder / name).read_text(encoding="utf-8"))
        return {item["title"]: item for item in data["items"]}

    def stamps(self, folder: str) -> dict[str, tuple[int, int]]:
        files = (path for path in (self.folder / folder).rglob("*") if path.is_file())
        return {str(p): (p.stat().st_mtime_ns, p.stat().st_ino) for p in files}

    def holds(self, folder: str, words: str) -> list[str]:
        return [name for name, data in self.bytes_of(folder).items() if words.encode() in data]


@pytest.fixture
def shelf(tmp_path: Path, server: Server) -> Shelf:
    return Shelf(tmp_path, server)


def atom_ids(path: Path) -> tuple[str, set[str]]:
    root = ET.parse(path).getroot()  # noqa: S314 (our own output)
    entries = root.findall(f"{ATOM}entry")
    return root.findtext(f"{ATOM}id") or "", {e.findtext(f"{ATOM}id") or "" for e in entries}


def test_a_public_tree_has_title_excerpt_and_link_and_nothing_private(shelf: Shelf) -> None:
    shelf.configure(f'{PUBLIC}title = "What I read"\nexclude = ["safe"]')
    shelf.build()
    public = shelf.feed_of("public")
    assert set(public) == {"Ferry returns", "Quay reopens"}
    item = public["Ferry returns"]
    assert item["id"] == shelf.feed_of("out")["Ferry returns"]["id"]
    assert item["url"] == "https://harbourpost.example/2024/09/ferry-returns"
    assert item["content_html"] == (
        "<p>The ferry was late again on Monday, and the harbour office said it was sorry.</p>"
        '<p><a href="https://harbourpost.example/2024/09/ferry-returns">'
        "Read it at harbourpost.example</a></p>"
    )
    for words in (
        NOTE, HIDDEN, "Safe opened", "safe", HOME.rstrip("/"), "private.example", "further notice",
        "moorings", "media/", "articles/", "saved/", "file://", "problems", str(shelf.folder),
    ):  # fmt: skip
        assert not shelf.holds("public", words), words
    assert shelf.holds("out", NOTE)
    assert shelf.holds("out", HIDDEN)
    names = shelf.bytes_of("public")
    assert {"atom.xml", "rss.xml", "feed.json", "feeds.opml", "index.html"} <= set(names)
    assert "topics/sea/atom.xml" in names
    assert b"What I read" in names["atom.xml"]
    assert "0 problems" in shelf.ok("check")


def test_pages_of_a_tree_without_text_lead_to_the_originals(shelf: Shelf) -> None:
    shelf.configure(PUBLIC)
    shelf.write("saved/sea/own.txt", dump("Our own words", date="5 Sep, 2024 10:00"))
    shelf.build()
    for name in ("index.html", "topics/sea/index.html"):
        text = shelf.bytes_of("public")[name].decode()
        assert '<a href="https://harbourpost.example/2024/09/quay-reopens" dir="auto">' in text
        assert '<span dir="auto">Our own words</span>' in text
    assert "harbourpost.example/2024/09/quay-reopens" in (
        shelf.bytes_of("public")["search/1.js"].decode()
    )


@pytest.mark.parametrize(
    ("more", "titles", "topics"),
    [
        ('topics = ["safe"]', {"Safe opened"}, {"safe"}),
        (
            'topics = ["sea", "safe"]\nexclude = ["safe"]',
            {"Ferry returns", "Quay reopens"},
            {"sea"},
        ),
        ("", {"Ferry returns", "Quay reopens", "Safe opened"}, {"sea", "safe"}),
    ],
)
def test_topics_choose_and_exclude_wins(
    shelf: Shelf, more: str, titles: set[str], topics: set[str]
) -> None:
    shelf.configure(PUBLIC + more)
    shelf.build()
    assert set(shelf.feed_of("public")) == titles
    assert {path.name for path in (shelf.folder / "public/topics").iterdir()} == topics


def test_a_topic_that_a_tree_has_not_is_not_named_in_it(shelf: Shelf) -> None:
    rule = '[[topic]]\ntitle = "Confidential"\nany = ["title:quay"]'
    shelf.configure(f'{PUBLIC}topics = ["sea"]', more=rule)
    shelf.build()
    assert "Confidential" in shelf.feed_of("out")["Quay reopens"]["tags"]
    assert shelf.feed_of("public")["Quay reopens"]["tags"] == ["Sea"]
    assert not shelf.holds("public", "onfidential")


def test_notes_and_tags_are_shown_when_asked(shelf: Shelf) -> None:
    shelf.configure(f"{PUBLIC}notes = true")
    shelf.build()
    item = shelf.feed_of("public")["Ferry returns"]
    assert str(item["content_html"]).startswith(f"<blockquote><p>{NOTE}</p></blockquote><p>The")
    assert "moorings" in item["tags"]
    shelf.configure(PUBLIC)
    shelf.build()
    assert not shelf.holds("public", NOTE)
    assert not shelf.holds("public", "moorings")


def test_a_full_tree_has_text_pages_and_its_own_pictures_only(shelf: Shelf) -> None:
    shelf.write(
        "saved/safe/safe.html",
        page("Safe opened", day=4, picture=f'<img src="{data_uri(png(80))}" alt="">'),
    )
    shelf.configure(f'{PUBLIC}content = "full"\nexclude = ["safe"]')
    shelf.build()
    item = shelf.feed_of("public")["Ferry returns"]
    (name,) = (shelf.folder / "public/media").iterdir()
    assert f'<img src="{BASE}media/{name.name}"' in str(item["content_html"])
    assert name.read_bytes() == png(40)
    assert len(list((shelf.folder / "out/media").iterdir())) == 2
    assert len(list((shelf.folder / "public/articles").rglob("*.html"))) == 2
    assert not shelf.holds("public", NOTE)
    assert not shelf.holds("public", "private.example")
    name.unlink()
    assert shelf.is_changed()
    assert name.read_bytes() == png(40)


def test_formats_and_pages_can_be_less(shelf: Shelf) -> None:
    shelf.configure(f'{PUBLIC}formats = ["rss"]\npages = false\nhub = "https://hub.example/"')
    shelf.build()
    names = set(shelf.bytes_of("public"))
    assert "rss.xml" in names
    assert not [name for name in names if name.endswith((".json", "atom.xml", ".js"))]
    assert not [name for name in names if name.endswith("/index.html")]
    assert b"https://hub.example/" in shelf.bytes_of("public")["rss.xml"]
    assert not shelf.holds("out", "hub.example")


def test_a_feed_of_problems_is_there_when_asked(shelf: Shelf) -> None:
    shelf.write(
        "saved/sea/broken.json", '{"version": "https://jsonfeed.org/version/1.1", "items": ['
    )
    shelf.configure(f"{PUBLIC}problems = true")
    shelf.build(1)
    assert b"broken.json" in shelf.bytes_of("public")["problems/atom.xml"]
    ids = [atom_ids(shelf.folder / name / "problems/atom.xml")[0] for name in ("out", "public")]
    assert len(set(ids)) == 2


@pytest.mark.parametrize("ids", ["shared", "scoped"])
def test_feeds_have_ids_of_their_own_and_entries_as_ids_says(shelf: Shelf, ids: str) -> None:
    other = 'name = "phone"\nbase_url = "https://phone.example/"\n'
    shelf.configure(PUBLIC, other, feed=f'ids = "{ids}"')
    shelf.build()
    paths = [
        f"{tree}/{name}atom.xml"
        for tree in ("out", "public", "phone")
        for name in ("", "topics/sea/")
    ]
    found = [atom_ids(shelf.folder / path) for path in paths]
    assert len({feed for feed, _ in found}) == 6
    numbers = {"shared": 3, "scoped": 3 * 3 + 2 * 3}
    assert len(set.union(*[entries for _, entries in found])) == numbers[ids]


@pytest.mark.parametrize(("ids", "rows"), [("shared", 3), ("scoped", 6)])
def test_newsboat_shows_an_article_in_one_of_two_trees_unless_ids_are_scoped(
    shelf: Shelf, ids: str, rows: int
) -> None:
    real.need("newsboat")
    shelf.configure(PUBLIC, feed=f'ids = "{ids}"')
    shelf.build()
    both = "\n".join(f"file://{shelf.folder}/{name}/atom.xml" for name in ("out", "public"))
    newsboat = real.Newsboat(shelf.folder / "home", both)
    newsboat.reload()
    assert len(newsboat.stored()) == rows


def test_a_run_without_changes_writes_nothing_and_only_what_changed_is_made(shelf: Shelf) -> None:
    shelf.configure(f'{PUBLIC}exclude = ["safe"]')
    shelf.build()
    before, state = shelf.stamps("public"), shelf.bytes_of(".feedsmith")
    assert not shelf.is_changed()
    assert shelf.bytes_of(".feedsmith") == state
    shelf.write("saved/safe/other.html", page("Safe shut", day=5))
    shelf.build()
    assert "Safe shut" in shelf.feed_of("out")
    assert shelf.stamps("public") == before  # nothing of it is shown there
    shelf.write("saved/sea/new.html", page("Buoy adrift", day=6))
    shelf.build()
    assert "Buoy adrift" in shelf.feed_of("public")
    after = shelf.stamps("public")
    assert (
        after[str(shelf.folder / "public/feed.css")]
        == before[str(shelf.folder / "public/feed.css")]
    )


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: shutil.rmtree(folder / "public"),
        lambda folder: (folder / "public/topics/sea/rss.xml").unlink(),
        lambda folder: (folder / "public/atom.xml").write_text("<feed/>"),
        lambda folder: shutil.rmtree(folder / ".feedsmith/trees"),
        lambda folder: (folder / ".feedsmith/trees/public/made.sqlite3").write_bytes(b"x" * 4096),
        lambda folder: (folder / ".feedsmith/trees/public/manifest.sqlite3").write_bytes(b"x" * 99),
        lambda folder: (folder / ".feedsmith/cache.sqlite3").unlink(),
    ],
    ids=["tree", "feed", "edited", "state", "made", "manifest", "cache"],
)
def test_what_is_missing_or_edited_is_made_again(shelf: Shelf, harm: object) -> None:
    shelf.configure(PUBLIC)
    shelf.build()
    before = shelf.bytes_of("public")
    harm(shelf.folder)
    shelf.build()
    after = {k: v for k, v in shelf.bytes_of("public").items() if ".edited-" not in k}
    assert after == before
    assert not shelf.is_changed()


def test_a_file_that_went_with_the_cache_is_gone_from_the_tree(shelf: Shelf) -> None:
    shelf.configure(PUBLIC)
    shelf.build()
    (shelf.folder / ".feedsmith/cache.sqlite3").unlink()
    (shelf.folder / "saved/sea/quay.html").unlink()
    shelf.build()
    assert set(shelf.feed_of("public")) == {"Ferry returns", "Safe opened"}
    assert not shelf.holds("public", "Quay reopens")


def test_a_tree_that_was_away_while_the_cache_was_made_anew_has_what_is_there_now(
    shelf: Shelf,
) -> None:
    shelf.configure(PUBLIC)
    for day in (5, 6, 7):
        shelf.write(f"saved/sea/{day}.html", page(f"Buoy {day} adrift", day=day))
        shelf.build()
    shelf.configure()
    (shelf.folder / ".feedsmith/cache.sqlite3").unlink()
    (shelf.folder / "saved/sea/quay.html").unlink()
    shelf.build()
    shelf.configure(PUBLIC)
    shelf.build()
    assert set(shelf.feed_of("public")) == set(shelf.feed_of("out"))


def test_two_folders_built_alike_are_alike(shelf: Shelf) -> None:
    shelf.configure(PUBLIC, f'{PUBLIC.replace("public", "phone")}content = "full"')
    shelf.build()
    before = {name: shelf.bytes_of(name) for name in ("public", "phone")}
    for name in ("public", "phone", "out"):
        shutil.rmtree(shelf.folder / name)
    shutil.rmtree(shelf.folder / ".feedsmith/trees")
    (shelf.folder / ".feedsmith/cache.sqlite3").unlink()
    shelf.build()
    assert {name: shelf.bytes_of(name) for name in before} == before


def everything(folder: Path) -> dict[str, int]:
    """Return the time of modification of whatever lies below a folder."""
    return {str(path): path.lstat().st_mtime_ns for path in folder.rglob("*")}


def rehearsed(shelf: Shelf) -> dict[str, dict[str, list[str]]]:
    """Return what a dry run says of the trees, by name, and see that a build does the same."""
    before, old = everything(shelf.folder), {n: shelf.bytes_of(n) for n in ("public", "phone")}
    dry = shelf.server.run(shelf.folder, "build", "--json", "--dry-run")
    assert dry.status == 0, dry.stderr
    assert everything(shelf.folder) == before
    told, built = json.loads(dry.stdout), json.loads(shelf.build().stdout)
    differing = {"started", "seconds", "dry_run", "kinds"}
    assert {k: v for k, v in told.items() if k not in differing} == {
        k: v for k, v in built.items() if k not in differing
    }
    trees = {tree["name"]: tree for tree in told["dry_run"]["trees"]}
    for name, was in old.items():
        now = shelf.bytes_of(name)
        said = trees.get(name, {"writes": [], "removes": []})
        assert said["writes"] == sorted(path for path in now if now[path] != was.get(path)), name
        assert said["removes"] == sorted(was.keys() - now.keys()), name
    return trees


def test_a_dry_run_says_what_would_become_of_each_tree(shelf: Shelf) -> None:
    full = 'name = "phone"\nbase_url = "https://phone.example/"\ncontent = "full"\n'
    shelf.configure(f'{PUBLIC}exclude = ["safe"]', full, more='[hooks]\nafter_build = "touch ran"')
    told = rehearsed(shelf)
    (shelf.folder / "ran").unlink()  # by the build; the dry run's trace was compared before
    assert {name: bool(tree["writes"]) for name, tree in told.items()} == {
        "public": True, "phone": True,
    }  # fmt: skip
    assert any(path.startswith("media/") for path in told["phone"]["writes"])
    shelf.write("saved/safe/safe.html", page("Safe closed", day=4))
    os.utime(shelf.folder / "saved/safe/safe.html")
    (shelf.folder / "saved/sea/ferry.html").unlink()
    told = rehearsed(shelf)
    assert any("ferry" in path for path in told["phone"]["removes"])
    assert rehearsed(shelf) == {}
    shelf.write("saved/sea/pier.html", page("Pier painted", day=5))
    done = shelf.server.run(shelf.folder, "build", "--dry-run")
    assert "in the tree 'public':\n  write    atom.xml\n" in done.stdout
    assert "; tree 'phone': " in done.stdout


def test_a_dry_run_tells_of_a_tree_that_could_not_be_published(shelf: Shelf) -> None:
    shelf.write("blocked", "a file of the user's")
    shelf.configure(f'{PUBLIC}dir = "blocked"')
    done = shelf.server.run(shelf.folder, "build", "--dry-run")
    assert done.status == 1
    assert "tree 'public': " in done.stderr


def test_a_tree_taken_out_of_the_configuration_stays_as_it_is(shelf: Shelf) -> None:
    shelf.configure(PUBLIC)
    shelf.build()
    before = shelf.bytes_of("public")
    shelf.configure()
    shelf.build()
    assert shelf.bytes_of("public") == before
    shelf.configure(PUBLIC)
    shelf.build()
    assert shelf.bytes_of("public") == before


def test_a_tree_that_cannot_be_written_costs_one_line_and_is_tried_again(shelf: Shelf) -> None:
    shelf.write("blocked", "a file of the user's")
    shelf.configure(
        f'{PUBLIC}dir = "blocked"', 'name = "phone"\nbase_url = "https://phone.example/"'
    )
    done = shelf.build(1)
    assert "tree 'public': " in done.stderr
    assert "blocked: is a file" in done.stderr
    assert set(shelf.feed_of("phone")) == set(shelf.feed_of("out"))
    assert "tree 'public': " in shelf.build(1).stderr
    (shelf.folder / "blocked").unlink()
    shelf.build()
    assert set(shelf.feed_of("blocked")) == set(shelf.feed_of("out"))
    assert not shelf.is_changed()


def test_a_run_killed_at_any_step_leaves_whole_trees(shelf: Shelf) -> None:
    shelf.configure(f'{PUBLIC}formats = ["json"]\npages = false', feed="archives = false")
    shelf.build()
    old = shelf.bytes_of("public")
    shelf.write("saved/sea/new.html", page("Buoy adrift", day=6))
    kept = shelf.folder.with_name("kept-of-trees")
    shutil.copytree(shelf.folder, kept, copy_function=shutil.copy2)
    steps = len(shelf.build().steps)
    new = shelf.bytes_of("public")
    for step in range(steps - 60, steps + 1, 3):
        shutil.rmtree(shelf.folder)
        shutil.copytree(kept, shelf.folder, copy_function=shutil.copy2)
        shelf.server.run(shelf.folder, "build", "--json", fault="kill", step=step)
        assert shelf.bytes_of("public") in (old, new), step
        shelf.build()
        assert shelf.bytes_of("public") == new, step
        assert not (shelf.folder / ".public.staging").exists()


@pytest.mark.parametrize(
    ("trees", "words"),
    [
        (['name = "a"\nbase_url = "https://a.example/"\ndir = "out"'], "the out folder"),
        (['name = "a"\nbase_url = "https://a.example/"\ndir = "out/a"'], "the out folder"),
        (['name = "a"\nbase_url = "https://a.example/"\ndir = "saved/a"'], "the input"),
        (['name = "a"\nbase_url = "https://a.example/"\ndir = "."'], "lie in one another"),
        (['name = "a"\nbase_url = "https://a.example/"\ndir = ".feedsmith/a"'], "the state folder"),
        (
            [
                'name = "a"\nbase_url = "https://a.example/"\ndir = "x"',
                'name = "b"\nbase_url = "https://b.example/"\ndir = "x/../x"',
            ],
            "the tree 'a'",
        ),
        (
            [PUBLIC, PUBLIC.replace(BASE, "https://b.example/")],
            "tree.name: 'public' is that of another tree",
        ),
        ([PUBLIC, PUBLIC.replace('"public"', '"b"')], "tree.base_url: 'https://public"),
        ([f'name = "a"\nbase_url = "{HOME}"'], "is that of another tree or of [feed]"),
        (['name = "a"'], "needs the key 'base_url'"),
        (['base_url = "https://a.example/"'], "needs the key 'name'"),
        (['name = "a"\nbase_url = "a.example"'], "tree.base_url: expected an http(s) address"),
        (['name = "A b"\nbase_url = "https://a.example/"'], "tree.name: expected lower-case"),
        ([f'{PUBLIC}topics = ["Sea!"]'], "tree.topics: expected lower-case"),
        ([f'{PUBLIC}topic = ["sea"]'], "did you mean 'topics'?"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_touched(
    shelf: Shelf, trees: list[str], words: str
) -> None:
    shelf.configure(*trees)
    for command in ("build", "check"):
        done = shelf(command)
        assert (done.returncode, words in done.stderr) == (2, True), done.stderr
    assert not (shelf.folder / "out").exists()


def test_the_hook_is_told_of_feeds_in_trees_and_the_scheduler_of_their_folders(
    shelf: Shelf,
) -> None:
    shelf.configure(
        f'{PUBLIC}dir = "../elsewhere/public"', more='[hooks]\nafter_build = "cat > told"'
    )
    (shelf.folder.parent / "elsewhere").mkdir()
    shelf.build()
    told = (shelf.folder / "told").read_text().split()
    assert f"{HOME}atom.xml" in told
    assert f"{BASE}topics/sea/atom.xml" in told
    assert os.path.realpath(shelf.folder.parent / "elsewhere") in shelf.ok("schedule")


def test_removals_and_digests_show_no_more_than_the_tree_does(shelf: Shelf) -> None:
    daily = (
        '[[topic]]\ntitle = "Daily"\nany = ["title:quay", "title:safe"]\ndigest = "daily"\nmin = 1'
    )
    shelf.configure(f'{PUBLIC}exclude = ["safe"]', feed='all_excludes = ["daily"]', more=daily)
    shelf.write("saved/safe/quay.html", page("Quay safe", day=3))
    shelf.write("saved/sea/late.html", page("Late", day=6))
    shelf.build()
    titles = str(
        [item["content_html"] for item in shelf.feed_of("out", "topics/daily/feed.json").values()]
    )
    assert "Quay safe" in titles
    assert "Safe opened" in titles
    (item,) = shelf.feed_of("public", "topics/daily/feed.json").values()
    assert "Quay reopens" in str(item["content_html"])
    assert not shelf.holds("public", "Quay safe")
    assert not shelf.holds("public", "Safe opened")
    assert not shelf.holds("public", "articles/")
    shelf.ok("remove", "saved/safe/safe.html", "saved/sea/ferry.html")
    shelf.build()
    assert shelf.bytes_of("out")["atom.xml"].count(b"deleted-entry ref") == 1
    assert shelf.bytes_of("out")["topics/safe/atom.xml"].count(b"deleted-entry ref") == 1
    assert shelf.bytes_of("public")["atom.xml"].count(b"deleted-entry ref") == 1
