"""Exports of reading lists, note programs and bookmarks, in the shapes that their writers give."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import pickle
import plistlib
import zipfile
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from feedsmith import parser, readers
from feedsmith.config import Config
from feedsmith.errors import DamagedSourceError, SourceError, UnknownFormatError
from feedsmith.model import Document, Failure, Link, Notice, Read, Source
from feedsmith.readers import enex as evernote
from feedsmith.readers import fields, table

WHEN = datetime(2024, 1, 29, 20, 39, 41, tzinfo=UTC)
SECONDS = 1706560781  # the same
PARAGRAPHS = (
    "<p>The tide turned at noon, an hour before the harbour office had said it would turn.</p>"
    "<p>By evening the ferry lay where it had lain all winter, and nobody asked for tickets.</p>"
)


def source(data: bytes, name: str = "saved", **beside: bytes) -> Source:
    mtime = datetime(2024, 1, 1, tzinfo=UTC)
    nearby = {key.replace("__", "/").replace("_dot_", "."): value for key, value in beside.items()}
    return Source(name, name, mtime, len(data), lambda: io.BytesIO(data), nearby.get)


def read(data: bytes | str | object, name: str = "saved", **beside: bytes) -> list[Read]:
    if not isinstance(data, bytes | str):
        data = json.dumps(data)
    if isinstance(data, str):
        data = data.encode()
    return list(readers.read(source(data, name, **beside)))


def one(data: bytes | str | object, name: str = "saved", **beside: bytes) -> Any:
    (found,) = read(data, name, **beside)
    return found


def kind_of(data: bytes | str | object, name: str = "saved") -> str:
    if not isinstance(data, bytes | str):
        data = json.dumps(data)
    if isinstance(data, str):
        data = data.encode()
    return readers.detect(source(data, name)).name


def zipped(**members: str | bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


# Cells


@pytest.mark.parametrize(
    ("cell", "when"),
    [
        (SECONDS, WHEN),
        (SECONDS * 1000 + 7, WHEN),
        (str(SECONDS * 1_000_000), WHEN),
        (float(SECONDS) + 0.5, WHEN),
        (f"{SECONDS}.25", WHEN),
        ("20240129T203941Z", WHEN),
        ("2024-01-29T20:39:41.123Z", WHEN),
        ("2024-01-29T22:39:41+0200", WHEN),
        ("2024-01-29 20:39:41+00:00", WHEN),
        ("2024-01-29 20:39:41", WHEN),
        (0, None),
        ("", None),
        ("0001-01-01T00:00:00Z", None),
        ("soon", None),
        (None, None),
        (True, None),
        (float("nan"), None),
        (float("inf"), None),
        ("9" * 30, None),
        ("４" * 10, None),
    ],
)
def test_a_time_is_read_in_any_unit(cell: object, when: datetime | None) -> None:
    assert fields.moment(cell) == when


@pytest.mark.parametrize(
    ("cell", "separator", "names"),
    [
        ("a|b c||a", "|", ("a", "b c")),
        ('["a","b, c"]', ",", ("a", "b, c")),
        ("['don\\'t', \"b\"]", ",", ("don't", "b")),
        ("[broken, list", ",", ("broken", "list")),
        ([{"name": "a"}, {"label": "b", "slug": "x"}, "c", 4, None], ",", ("a", "b", "c", "4")),
        (None, ",", ()),
        ({"a": 1}, ",", ()),
    ],
)
def test_tags_are_read_however_they_are_listed(
    cell: object, separator: str, names: tuple[str, ...]
) -> None:
    assert fields.tags(cell, separator) == names


# wallabag

WALLABAG = {
    "is_archived": 1,
    "is_starred": 0,
    "tags": ["harbour", "tides"],
    "id": 7,
    "title": "The tide turned early | The Lantern",
    "url": "https://lantern.example/tide?utm_source=x",
    "content": PARAGRAPHS,
    "created_at": "2024-01-29T22:39:41+0200",
    "updated_at": "2024-02-01T00:00:00+0000",
    "published_at": "2024-01-28T09:00:00+01:00",
    "published_by": ["Ann Ames", "Bo Berg"],
    "annotations": [{"quote": "an hour before", "text": "Check the table."}, {"quote": "tickets"}],
    "mimetype": "text/html",
    "language": "",
    "domain_name": "lantern.example",
    "preview_picture": "https://lantern.example/tide.jpg",
}


def test_wallabag_gives_what_was_filed_and_what_was_published() -> None:
    document = one([WALLABAG])
    assert (document.kind, document.is_fragment, document.is_edited) == ("html", True, True)
    assert document.part == document.url == WALLABAG["url"]
    assert document.saved == WHEN
    assert document.hints.title == WALLABAG["title"]
    assert document.hints.authors == ("Ann Ames", "Bo Berg")
    assert document.hints.published == "2024-01-28T09:00:00+01:00"
    assert document.hints.language is None
    assert document.hints.tags == ("harbour", "tides")
    assert document.hints.image == "https://lantern.example/tide.jpg"
    assert document.note == "“an hour before”\nCheck the table.\n\n“tickets”"


def test_a_time_of_saving_never_becomes_one_of_publication() -> None:
    old = {key: WALLABAG[key] for key in WALLABAG if not key.startswith("published")}
    document = one([old])
    assert document.hints.published is None
    article = parser.parse(document, Config()).article
    assert (article.published, article.saved) == (None, WHEN)
    assert article.title == WALLABAG["title"]


@pytest.mark.parametrize("tags", [("sea", "ferry"), ()], ids=["named", "numbered"])
def test_the_first_wallabag_gives_every_value_twice(tags: tuple[str, ...]) -> None:
    row = {"0": "3", "1": "Tides", "2": "https://a.example/t", "3": "0", "4": "1", "5": PARAGRAPHS}
    named = {"id": "3", "title": "Tides", "url": "https://a.example/t", "is_read": "0"}
    more = {**named, "is_fav": "1", "content": PARAGRAPHS, "user_id": "1", "tags": "sea,ferry"}
    document = one([{**row, **(more if tags else {})}])
    assert (document.url, document.hints.title) == ("https://a.example/t", "Tides")
    assert document.hints.tags == tags
    assert document.content == PARAGRAPHS


@pytest.mark.parametrize(
    "content",
    [
        "",
        " <p>\n</p>",
        "<p>Oh, what a shame, no content</p>",
        "wallabag can't retrieve contents for this article. Please troubleshoot this issue.",
        "<p>Pardon.</p><a href='https://doc.wallabag.org/fr/user/errors_during_fetching'>?</a>",
    ],
)
def test_what_wallabag_could_not_fetch_is_a_remark(content: str) -> None:
    failed = {**WALLABAG, "title": "No title found", "content": content}
    remark, document = read([failed, {**WALLABAG, "url": "https://lantern.example/other"}])
    assert isinstance(remark, Notice)
    assert remark.message.startswith("https://lantern.example/tide")
    assert isinstance(document, Document)


def test_wallabag_writes_tables_too() -> None:
    rows = (
        'Title;URL;Content;Tags;"MIME Type";Language;"Creation date"\n'
        f'"Tides &amp; times";https://a.example/1;"{PARAGRAPHS}";"sea, port";text/html;en;'
        '"29/01/2024 08:39:41"\n'
    )
    document = one(rows)
    assert (document.hints.title, document.hints.tags) == ("Tides & times", ("sea", "port"))
    assert (document.content, document.hints.language) == (PARAGRAPHS, "en")
    assert document.saved == datetime(2024, 1, 29, 12, tzinfo=UTC)


def test_wallabag_without_texts_gives_links() -> None:
    bare = {key: WALLABAG[key] for key in WALLABAG if key != "content"}
    link = one([bare])
    assert isinstance(link, Link)
    assert (link.url, link.saved) == (WALLABAG["url"], WHEN)


def test_an_article_on_failures_of_wallabag_is_one() -> None:
    content = PARAGRAPHS * 30 + "<p>wallabag can't retrieve contents for this article</p>"
    document = one([{**WALLABAG, "content": content, "title": "No title found"}])
    assert document.hints.title is None


def test_the_whole_rows_of_a_truncated_list_are_read() -> None:
    data = json.dumps([WALLABAG, {**WALLABAG, "url": "https://lantern.example/2"}])[:-40].encode()
    found = readers.read(source(data))
    assert isinstance(next(found), Document)
    with pytest.raises(DamagedSourceError, match="export the file again"):
        next(found)


@pytest.mark.parametrize("indent", [None, 4])
def test_json_is_told_with_a_mark_and_any_spacing(indent: int | None) -> None:
    data = b"\xef\xbb\xbf" + json.dumps([WALLABAG], indent=indent).encode()
    assert one(data).url == WALLABAG["url"]
    assert one(json.dumps([WALLABAG]).encode("utf-16")).url == WALLABAG["url"]


@pytest.mark.parametrize(
    "data",
    ["title,url,time_added\n", {"collections": [], "links": []}, {"bookmarks": 1, "createdAt": 1}],
)
def test_an_empty_export_is_told(data: object) -> None:
    remark = one(json.dumps({**data, "note": ""}) if isinstance(data, dict) else data)
    assert "without any article" in remark.message


def test_rows_of_one_address_have_names_of_their_own() -> None:
    first, second = read([WALLABAG, WALLABAG])
    assert (first.part, second.part) == (WALLABAG["url"], f"{WALLABAG['url']}~2")


# Omnivore

OMNIVORE = {
    "id": "5ace",
    "slug": "tide-192d",
    "title": "The tide turned early",
    "description": "An hour before the table.",
    "author": "Ann Ames",
    "url": "https://lantern.example/tide",
    "state": "Active",
    "readingProgress": 0,
    "thumbnail": "https://lantern.example/tide.jpg",
    "labels": ["harbour"],
    "savedAt": "2024-01-29T20:39:41.000Z",
    "updatedAt": "2024-02-29T20:36:19.400Z",
    "publishedAt": "2024-01-28T08:00:00.000Z",
}


def test_a_list_of_omnivore_gives_links() -> None:
    link = one([OMNIVORE])
    assert isinstance(link, Link)
    assert (link.title, link.summary) == (OMNIVORE["title"], OMNIVORE["description"])
    assert (link.saved, link.tags) == (WHEN, ("harbour",))
    assert link.hints.published == "2024-01-28T08:00:00.000Z"
    assert link.hints.byline == "Ann Ames"


def test_an_archive_of_omnivore_gives_articles_with_their_highlights() -> None:
    more = {**OMNIVORE, "slug": "other", "url": "https://lantern.example/other"}
    members = {
        "metadata_20_to_21.json": json.dumps([more]),
        "metadata_0_to_20.json": json.dumps([OMNIVORE]),
        "content/tide-192d.html": PARAGRAPHS,
        "highlights/tide-192d.md": "> an hour before\n\nCheck the table.",
    }
    article, link = read(zipped(**members))
    assert isinstance(article, Document)
    assert (article.content, article.saved, article.is_fragment) == (PARAGRAPHS, WHEN, True)
    assert article.note == "> an hour before\n\nCheck the table."
    assert article.hints.byline == "Ann Ames"
    assert isinstance(link, Link)
    assert link.url == "https://lantern.example/other"


def test_a_broken_list_in_an_archive_costs_no_other() -> None:
    members = {"metadata_0_to_20.json": "[{", "metadata_20_to_40.json": json.dumps([OMNIVORE])}
    failure, link = read(zipped(**members))
    assert isinstance(failure, Failure)
    assert "metadata_0_to_20.json" in failure.message
    assert isinstance(link, Link)


# Readeck

READECK = {
    "UID": "Xy",
    "Created": "2024-01-29T20:39:41.5Z",
    "Updated": "2024-02-01T00:00:00Z",
    "URL": "https://lantern.example/tide",
    "Title": "The tide turned early",
    "SiteName": "The Lantern",
    "Published": "2024-01-28T08:00:00Z",
    "Authors": ["Ann Ames"],
    "Lang": "en",
    "Description": "An hour before the table.",
    "Labels": ["harbour"],
    "Annotations": [{"text": "an hour before", "note": "Check."}],
}


def test_an_archive_of_readeck_gives_articles_with_their_pictures() -> None:
    page = f"<html><body>{PARAGRAPHS}<img src='./_resources/a.png'></body></html>"
    bare = {**READECK, "UID": "Z", "URL": "https://lantern.example/film", "Annotations": None}
    members = {
        "bookmarks/Xy/info.json": json.dumps(READECK),
        "bookmarks/Xy/container/index.html": page,
        "bookmarks/Xy/container/_resources/a.png": b"\x89PNG",
        "bookmarks/Z/info.json": json.dumps(bare),
        "bookmarks/Q/info.json": "{",
        "bookmarks/R/info.json": "[]",
        "data.json": "{}",
    }
    article, link, failure, shape = read(zipped(**members))
    assert "another shape" in shape.message
    assert isinstance(article, Document)
    assert (article.url, article.saved) == (READECK["URL"], WHEN)
    assert article.hints.site == "The Lantern"
    assert article.hints.published == "2024-01-28T08:00:00Z"
    assert article.note == "“an hour before”\nCheck."
    assert article.resources("./_resources/a.png") == b"\x89PNG"
    assert article.resources("../../Z/info.json") is None
    assert isinstance(link, Link)
    assert link.url == "https://lantern.example/film"
    assert isinstance(failure, Failure)
    assert "bookmarks/Q/info.json" in failure.message


# Karakeep


def test_karakeep_gives_links_pages_and_notes() -> None:
    filed = {"createdAt": SECONDS, "tags": ["harbour"], "note": None, "archived": False}
    export = {
        "bookmarks": [
            {
                **filed,
                "title": None,
                "lists": ["L1"],
                "content": {"type": "link", "url": "https://a.example/1", "title": "Tides"},
                "note": "for Bo",
            },
            {
                **filed,
                "title": "Page",
                "tags": [{"id": "t", "name": "sea", "attachedBy": "ai"}],
                "content": {
                    "type": "link",
                    "url": "https://a.example/2",
                    "htmlContent": PARAGRAPHS,
                    "author": "Ann Ames",
                    "datePublished": "2024-01-28T08:00:00.000Z",
                },
            },
            {**filed, "title": "A thought", "content": {"type": "text", "text": "# Tides\n\nAh."}},
            {**filed, "title": "A scan", "content": {"type": "asset", "assetId": "x"}},
            {**filed, "title": "Empty", "content": {"type": "text", "text": " "}},
        ],
        "lists": [{"id": "L1", "name": "Sea", "type": "manual", "parentId": None}],
    }
    link, page, note, remark = read(export)
    assert isinstance(link, Link)
    assert (link.title, link.tags, link.note) == ("Tides", ("harbour", "Sea"), "for Bo")
    assert link.saved == WHEN
    assert isinstance(page, Document)
    assert (page.content, page.hints.tags) == (PARAGRAPHS, ("sea",))
    assert (page.hints.byline, page.hints.published) == ("Ann Ames", "2024-01-28T08:00:00.000Z")
    assert isinstance(note, Document)
    assert (note.kind, note.hints.title, note.part) == ("text", "A thought", f"note of {SECONDS}")
    assert isinstance(remark, Notice)
    assert remark.message.startswith("2 of its rows")


# Lists of links in JSON


def test_pinboard_gives_links() -> None:
    row = {
        "href": "https://a.example/1",
        "description": "Tides",
        "extended": "An hour\nearly.",
        "hash": "e6",
        "time": "2024-01-29T20:39:41Z",
        "shared": "yes",
        "toread": "no",
        "tags": "harbour sea",
    }
    link, other = read([row, {**row, "href": "https://a.example/2", "description": False}])
    assert (link.title, link.summary, link.tags) == ("Tides", "An hour early.", ("harbour", "sea"))
    assert link.saved == WHEN
    assert other.title is None


def test_goodlinks_gives_links() -> None:
    row = {"url": "https://a.example/1", "title": "Tides", "addedAt": SECONDS + 0.5, "tags": ["x"]}
    link = one([row])
    assert (link.title, link.saved, link.tags) == ("Tides", WHEN, ("x",))


@pytest.mark.parametrize(
    "row",
    [
        {"title": "T", "tags": ["sea"], "url": "https://a.example/", "created": str(SECONDS)},
        {
            "created_at": "2024-01-29 20:39:41 UTC",
            "title": "T",
            "url": "https://a.example/",
            "description": None,
            "tags": ["sea"],
        },
        {
            "url": "https://a.example/",
            "title": "T",
            "tag_names": ["sea"],
            "date_added": "2024-01-29T20:39:41.9Z",
            "notes": "",
        },
    ],
)
def test_anybodys_list_gives_links(row: dict[str, object]) -> None:
    link = one([row])
    assert isinstance(link, Link)
    assert (link.title, link.tags, link.saved) == ("T", ("sea",), WHEN)


def test_linkwarden_gives_links_with_their_collections() -> None:
    row = {
        "id": 1,
        "name": "Tides",
        "type": "url",
        "url": "https://a.example/1",
        "description": "An hour early.",
        "tags": [{"id": 2, "name": "sea"}],
        "createdAt": "2024-01-29T20:39:41.000Z",
        "textContent": None,
    }
    text = {**row, "url": "https://a.example/2", "textContent": "The tide turned at noon. " * 20}
    export = {
        "username": "ada",
        "collections": [
            {"id": 1, "name": "Harbour", "parentId": None, "links": [row]},
            {"id": 2, "name": "Unorganized", "links": [text]},
        ],
    }
    link, page = read(export)
    assert (link.title, link.tags, link.saved) == ("Tides", ("sea", "Harbour"), WHEN)
    assert isinstance(page, Document)
    assert (page.kind, page.hints.tags) == ("text", ("sea",))


def test_references_give_links() -> None:
    row = {
        "id": "http://zotero.org/users/1/items/A",
        "type": "article-newspaper",
        "title": "The tide turned early",
        "container-title": "The Lantern",
        "URL": "https://lantern.example/tide",
        "author": [{"family": "Ames", "given": "Ann"}, {"literal": "Harbour Desk"}],
        "issued": {"date-parts": [["2024", 1, 28]]},
        "accessed": {"date-parts": [["2024", 1, 29]]},
        "abstract": "An hour early.",
        "keyword": "sea,harbour",
    }
    link, remark = read([row, {"id": "book", "type": "book", "title": "X", "issued": {}}])
    assert (link.url, link.tags) == ("https://lantern.example/tide", ("sea", "harbour"))
    assert link.saved == datetime(2024, 1, 29, 12, tzinfo=UTC)
    assert link.hints.published == "2024-01-28"
    assert link.hints.authors == ("Ann Ames", "Harbour Desk")
    assert link.hints.site == "The Lantern"
    assert isinstance(remark, Notice)


# Trees of bookmarks


def test_firefox_gives_links_with_folders_and_tags() -> None:
    place = {
        "guid": "g",
        "title": "Tides",
        "dateAdded": SECONDS * 1_000_000,
        "type": "text/x-moz-place",
        "uri": "https://a.example/1",
        "annos": [{"name": "bookmarkProperties/description", "value": "An hour early."}],
    }
    export = {
        "guid": "root________",
        "title": "",
        "type": "text/x-moz-place-container",
        "root": "placesRoot",
        "children": [
            {
                "guid": "menu",
                "title": "menu",
                "root": "bookmarksMenuFolder",
                "children": [
                    {"guid": "f", "title": "Harbour", "children": [place, {"type": "separator"}]},
                    {**place, "uri": "place:sort=8", "title": "Most visited"},
                    {**place, "uri": "javascript:void(0)"},
                ],
            },
            {
                "guid": "tags",
                "title": "tags",
                "root": "tagsFolder",
                "children": [{"title": "sea", "children": [{**place, "title": ""}]}],
            },
        ],
    }
    link, remark = read(export)
    assert (link.title, link.tags, link.saved) == ("Tides", ("sea", "Harbour"), WHEN)
    assert link.summary == "An hour early."
    assert remark.message.startswith("2 of its rows lead to no page")


def test_chrome_counts_from_1601() -> None:
    since = (WHEN - datetime(1601, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    url = {"type": "url", "name": "Tides", "url": "https://a.example/1", "date_added": str(since)}
    odd = {**url, "url": "https://a.example/2", "date_added": "9" * 40}
    bar = {"children": [{"children": [url, odd], "name": "Harbour", "type": "folder"}], "name": "B"}
    export = {
        "checksum": "x",
        "roots": {"bookmark_bar": bar, "other": {"children": [], "name": "Other"}},
        "version": 1,
    }
    link, other = read(export)
    assert (link.title, link.tags, link.saved) == ("Tides", ("Harbour",), WHEN)
    assert other.saved is None


# Starred articles

STARRED = {
    "crawlTimeMsec": str(SECONDS * 1000),
    "timestampUsec": str(SECONDS * 1_000_000),
    "id": "tag:google.com,2005:reader/item/00000001",
    "categories": ["user/7/state/com.google/starred", "user/7/label/Harbour", "Sea"],
    "title": "The tide turned early",
    "published": SECONDS - 86400,
    "updated": SECONDS,
    "canonical": [{"href": "https://lantern.example/tide"}],
    "alternate": [{"href": "https://lantern.example/amp", "type": "text/html"}],
    "summary": {"direction": "ltr", "content": PARAGRAPHS},
    "author": "Ann Ames",
    "origin": {"streamId": "feed/1", "title": "The Lantern", "htmlUrl": "https://lantern.example"},
}


def test_starred_articles_keep_their_text_and_their_own_date() -> None:
    bare = {**STARRED, "summary": {"content": ""}, "id": "x", "canonical": []}
    export = {"id": "user/7/state/com.google/starred", "title": "Starred", "items": [STARRED, bare]}
    article, link = read(export)
    assert isinstance(article, Document)
    assert (article.content, article.url) == (PARAGRAPHS, "https://lantern.example/tide")
    assert (article.part, article.saved) == (STARRED["id"], WHEN)
    assert article.hints.published == "2024-01-28T20:39:41+00:00"
    assert (article.hints.site, article.hints.byline) == ("The Lantern", "Ann Ames")
    assert article.hints.tags == ("Harbour", "Sea")
    assert isinstance(link, Link)
    assert link.url == "https://lantern.example/amp"


def test_feedly_counts_milliseconds_and_says_when_it_was_saved() -> None:
    row = {
        "id": "f",
        "originId": "https://lantern.example/tide",
        "title": "Tides",
        "published": (SECONDS - 86400) * 1000,
        "crawled": (SECONDS - 80000) * 1000,
        "actionTimestamp": SECONDS * 1000,
        "content": {"content": PARAGRAPHS},
        "tags": [{"id": "user/u/tag/global.saved"}, {"id": "user/u/tag/1", "label": "Sea"}],
        "visual": {"url": "https://lantern.example/tide.jpg"},
    }
    article = one({"items": [row]})
    assert (article.saved, article.url) == (WHEN, "https://lantern.example/tide")
    assert article.hints.published == "2024-01-28T20:39:41+00:00"
    assert article.hints.tags == ("Sea",)
    assert article.hints.image == "https://lantern.example/tide.jpg"


def test_feedbin_writes_a_plain_list() -> None:
    row = {
        "title": "Tides",
        "author": "Ann Ames",
        "content": PARAGRAPHS,
        "url": "https://a.example/1",
        "published": "2024-01-28T20:39:41.000000Z",
    }
    article = one([row])
    assert (article.url, article.hints.published) == ("https://a.example/1", row["published"])


def test_linked_data_gives_the_article_that_it_describes() -> None:
    row = {
        "@context": "https://schema.org",
        "@type": ["NewsArticle"],
        "headline": "The tide turned early",
        "alternativeHeadline": "Nobody had been told",
        "articleBody": "The tide turned at noon.\n\nBy evening the ferry lay still.",
        "author": [{"@type": "Person", "name": "Ann Ames"}],
        "publisher": {"@type": "Organization", "name": "The Lantern"},
        "datePublished": "2024-01-28T08:00:00+01:00",
        "mainEntityOfPage": {"@id": "https://lantern.example/tide"},
        "image": [{"url": "https://lantern.example/tide.jpg"}],
        "keywords": ["sea"],
    }
    article = one(row)
    assert (article.kind, article.url) == ("text", "https://lantern.example/tide")
    found = parser.parse(article, Config()).article
    assert (found.title, found.subtitle) == (row["headline"], row["alternativeHeadline"])
    assert (found.authors, found.site) == (("Ann Ames",), "The Lantern")
    assert found.published == datetime.fromisoformat("2024-01-28T08:00:00+01:00")
    bare = {key: row[key] for key in row if key != "articleBody"}
    (remark,) = read({**bare, "mainEntityOfPage": None})
    assert "without its text" in remark.message
    graph = {"@context": "x", "@graph": [{"@type": "WebSite", "headline": "no"}, bare]}
    assert isinstance(one(graph), Link)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"name": "Lantern", "type": "public_channel", "id": 1, "messages": []}, "Telegram"),
        ({"title": "x"}, "looks like JSON"),
        ([{"url": "https://a.example/", "title": "x"}], "looks like JSON"),
        ({"items": []}, "looks like JSON"),
    ],
)
def test_json_of_no_known_shape_is_named(data: object, words: str) -> None:
    with pytest.raises(UnknownFormatError, match=words):
        read(data)


@pytest.mark.parametrize(
    "data",
    [
        '[{"slug": "a", "url": "b", "savedAt": ' + "[" * 100_000,
        '{"bookmarks": [{"createdAt": 1, "content"',
        '{"items": {"canonical": 1}}',
        '[{"slug": 1, "url": {}, "savedAt": 1e999, "labels": 7}, 5, null, [], {}]',
        '{"roots": {"bookmark_bar": 7, "other": {"children": [1, {"children": null}]}}}',
        '[{"url": "\\ud800", "is_archived": 1, "content": "\\ud800\\u0000<p>x", "domain_name": 1}]',
    ],
)
def test_odd_json_is_a_source_error_or_nothing(data: str) -> None:
    with suppress(SourceError):
        for found in read(data):
            assert pickle.loads(pickle.dumps(found)) == found


# Tables


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("title,url,time_added,tags,status\n", "pocket"),
        ("\ufeffURL;Title;Time_Added;Tags;Status\r\n", "pocket"),
        ("id,title,note,excerpt,url,folder,tags,created,cover,highlights,favorite\n", "raindrop"),
        ('"Title","URL","ID","Document tags","Saved date","Reading progress"\n', "readwise"),
        ("URL,Title,Selection,Folder\n", "instapaper"),
        ("Folder,URL,Title,Tags,Selection,Timestamp\n", "instapaper"),
        ("Title,Author,Publisher,URL,Tags,Word Count,Last Interaction Date\n", "matter"),
        ("url,title,created,labels,is_archived,is_marked,type\n", "readeck-csv"),
        ("id,type,title,url,content,note,tags,created\n", "mymind"),
        ("title,url,tags,description,comments,annotations,created_at\n", "links-csv"),
        ("title,url,price\nTides,https://a.example/,7\n", "text"),
        ("Title of a page, with its url\n\nAnd text.", "text"),
        ("A title\n\nurl,title,time_added\n", "text"),
    ],
)
def test_a_table_is_told_by_its_columns(data: str, kind: str) -> None:
    assert kind_of(data) == kind


def test_pocket_writes_line_ends_into_titles() -> None:
    rows = (
        "title,url,time_added,tags,status\n"
        f'"Tides,\n\nearly",https://a.example/1,{SECONDS},sea|port town,unread\n'
        f"https://a.example/2,https://a.example/2,{SECONDS},,archive\n"
        "\n"
        "Script,javascript:alert(1),1,,unread\n"
        "Short,https://a.example/3\n"
    )
    first, second, third, remark = read(rows)
    assert (first.title, first.tags, first.saved) == ("Tides, early", ("sea", "port town"), WHEN)
    assert (second.title, second.part) == (None, "https://a.example/2")
    assert (third.title, third.saved) == ("Short", None)
    assert remark.message.startswith("1 of its rows")


def test_pocket_packs_its_parts() -> None:
    row = "title,url,time_added,tags,status\n{0},https://a.example/{0},1706560781,,unread\n"
    members = {"part_000001.csv": row.format("b"), "part_000000.csv": row.format("a")}
    found = read(zipped(**members, **{"collections/x.json": "{}"}))
    assert [link.title for link in found] == ["a", "b"]


def test_a_cell_that_never_ends_costs_only_what_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "_CELL_CHARS", 1000)
    row = "{},https://a.example/{},1706560781,,unread\n"
    data = (
        "title,url,time_added,tags,status\n" + row.format("a", 1) + row.format('"' + "b" * 2000, 2)
    )
    found = readers.read(source(data.encode()))
    assert next(found).title == "a"
    with pytest.raises(DamagedSourceError, match="line 3"):
        next(found)


def test_raindrop_has_folders_notes_and_highlights() -> None:
    rows = (
        "id,title,note,excerpt,url,folder,tags,created,cover,highlights,favorite\n"
        '1,Tides,for Bo,An hour early.,https://a.example/1,Sea/Port / Ferries,"a, b",'
        "2024-01-29T20:39:41.000Z,https://a.example/c.jpg,Highlight:noon,false\n"
        f"2,Ferry,,,https://a.example/2,Unsorted,,{SECONDS},,,false\n"
    )
    first, second = read(rows)
    assert first.tags == ("a", "b", "Sea/Port", "Ferries")
    assert (first.note, first.summary) == ("for Bo\n\nHighlight:noon", "An hour early.")
    assert first.hints.image == "https://a.example/c.jpg"
    assert (second.tags, second.saved) == ((), WHEN)


def test_readwise_writes_tags_as_python_does() -> None:
    rows = (
        "Title,URL,ID,Document tags,Saved date,Reading progress,Location,Seen\n"
        "Tides,https://a.example/1,01g,\"['don''t', 'sea']\",2024-01-29 20:39:41+00:00,0,new,True\n"
    )
    link = one(rows.replace("''", "\\'"))
    assert (link.tags, link.saved) == (("don't", "sea"), WHEN)


def test_instapaper_has_two_tables() -> None:
    old = "URL,Title,Selection,Folder\nhttps://a.example/1,Tides,An hour early.,Harbour\n"
    new = (
        "URL,Title,Selection,Folder,Timestamp,Tags\n"
        f'https://a.example/1,Tides,,Unread,{SECONDS},"[""sea"",""port, old""]"\n'
    )
    link = one(old)
    assert (link.tags, link.summary, link.saved) == (("Harbour",), "An hour early.", None)
    link = one(new)
    assert (link.tags, link.saved) == (("sea", "port, old"), WHEN)


def test_matter_says_who_wrote_it_and_not_when_it_was_filed() -> None:
    rows = (
        "Title,Author,Publisher,URL,Tags,Word Count,In Queue,Last Interaction Date\n"
        "Tides,Ann Ames,The Lantern,https://a.example/1,a;b,70,True,2024-01-29\n"
    )
    link = one(rows)
    assert (link.tags, link.saved) == (("a", "b"), None)
    assert (link.hints.byline, link.hints.site) == ("Ann Ames", "The Lantern")


def test_other_tables_of_links_are_read_by_their_columns() -> None:
    readeck = (
        "url,title,created,labels,is_archived,is_marked,type\r\n"
        'https://a.example/1,T,2024-01-29T20:39:41Z,"[""sea""]",false,false,article\r\n'
    )
    assert (one(readeck).tags, one(readeck).saved) == (("sea",), WHEN)
    anybody = f"url;title;labels;added\nhttps://a.example/1;T;sea;{SECONDS}\n"
    assert (one(anybody).tags, one(anybody).saved) == (("sea",), WHEN)


# Bookmarks in HTML

NETSCAPE = f"""<!DOCTYPE NETSCAPE-Bookmark-file-1>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<TITLE>Bookmarks</TITLE>
<H1>Bookmarks</H1>
<DL><p>
    <DT><H3 ADD_DATE="1" PERSONAL_TOOLBAR_FOLDER="true">Toolbar of Ada</H3>
    <DL><p>
        <DT><A HREF="https://a.example/1" ADD_DATE="{SECONDS}" TAGS="sea,port"
        >Tides &amp; <b>times</b></A>
        <DD>An hour early,<br>says <a href="https://b.example/">Bo</a>.
        <DT><H3>Harbour</H3>
        <DD>All about it
        <DL><p>
            <DT><A HREF="https://a.example/2" ADD_DATE="{SECONDS}007">Ferry</A>
            <DT><H3>Old</H3>
            <DL><p>
                <DT><A HREF="https://a.example/3" ADD_DATE="{SECONDS}000007">https://a.example/3</A>
            </DL><p>
        </DL><p>
        <DT><A HREF="javascript:void(0)" ADD_DATE="1">Bookmarklet</A>
    </DL><p>
    <DT><H3>Mobile bookmarks</H3>
    <DL><p>
        <DT><A HREF="https://a.example/4" ADD_DATE="0">Four</A>
        <DD>Said.[linkding-notes]For Bo:
two lines[/linkding-notes]
    </DL><p>
</DL><p>
"""


def test_bookmarks_have_folders_dates_in_any_unit_and_descriptions() -> None:
    first, ferry, old, four, remark = read(NETSCAPE)
    assert (first.title, first.tags) == ("Tides & times", ("sea", "port"))
    assert first.summary == "An hour early, says Bo."
    assert (ferry.title, ferry.tags, ferry.summary) == ("Ferry", ("Harbour",), None)
    assert (old.title, old.tags) == (None, ("Harbour", "Old"))
    assert {first.saved, ferry.saved, old.saved} == {WHEN}
    assert (four.tags, four.saved) == ((), None)
    assert (four.summary, four.note) == ("Said.", "For Bo:\ntwo lines")
    assert remark.message.startswith("1 of its rows")


def test_bookmarks_may_be_very_many() -> None:
    rows = "".join(f'<DT><A HREF="https://a.example/{n}">{n}</A>\n<DD>' for n in range(3000))
    assert len(read(f"<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><p>{rows}")) == 3000


def test_broken_tags_cost_only_what_follows() -> None:
    head = "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><p>"
    row = '<DT><A HREF="https://a.example/{}" ADD_DATE="1706560781">A</A>\n'
    found = readers.read(source((head + row.format(1) + "<![odd]>" + row.format(2)).encode()))
    assert next(found).url == "https://a.example/1"
    with suppress(DamagedSourceError):
        assert next(found).url == "https://a.example/2"


def test_closed_elements_make_no_difference() -> None:
    closed = NETSCAPE.replace("</A>\n", "</A></DT>\n").replace("<p>\n", "\n")
    assert [found.url for found in read(closed)[:4]] == [
        f"https://a.example/{number}" for number in (1, 2, 3, 4)
    ]
    assert read(closed)[2].tags == ("Harbour", "Old")


@pytest.mark.parametrize("service", ["Pocket Export", "Instapaper: Export"])
def test_reading_lists_stand_below_headings(service: str) -> None:
    page = (
        f"<!DOCTYPE html>\n<html><!--So long--><head><title>{service}</title></head><body>"
        f'<h1>Unread</h1><ul><li><a href="https://a.example/1" time_added="{SECONDS}"'
        ' tags="sea,port">Tides</a></li></ul>'
        '<h1>Harbour</h1><ol><li><a href="https://a.example/2">https://a.example/2</a></ol>'
    )
    first, second = read(page)
    assert (first.title, first.tags, first.saved) == ("Tides", ("sea", "port"), WHEN)
    assert (second.title, second.tags, second.saved) == (None, ("Harbour",), None)


# Single links


def test_a_shortcut_is_a_link_named_by_its_file() -> None:
    windows = b"[{000214A0-0000}]\r\nProp3=19,11\r\n[InternetShortcut]\r\nIDList=\r\nURL=https://a.example/1?a=1%20b\r\n"
    link = one(windows, "shelf/The tide turned.url")
    assert (link.url, link.title) == ("https://a.example/1?a=1%20b", "The tide turned")
    desktop = "#!/usr/bin/env xdg-open\n[Desktop Entry]\nVersion=1.0\nType=Link\nName=Tides\nURL=https://a.example/2\n"
    assert (one(desktop, "x.desktop").url, one(desktop).title) == ("https://a.example/2", "Tides")


@pytest.mark.parametrize("form", [plistlib.FMT_XML, plistlib.FMT_BINARY])
def test_a_webloc_is_a_link(form: plistlib.PlistFormat) -> None:
    data = plistlib.dumps({"URL": "https://a.example/1"}, fmt=form)
    link = one(data, "Tides.webloc")
    assert (link.url, link.title) == ("https://a.example/1", "Tides")


def test_other_shortcuts_are_no_links() -> None:
    with pytest.raises(UnknownFormatError):
        read("[Desktop Entry]\nType=Application\nName=Tides\nURL=x\n")
    with pytest.raises(UnknownFormatError):
        read(plistlib.dumps({"Label": "x"}, fmt=plistlib.FMT_BINARY))
    remark = one("[InternetShortcut]\nURL=file:///C:/x\n")
    assert isinstance(remark, Notice)
    assert "file:///C:/x" in remark.message
    with pytest.raises(DamagedSourceError, match="broken link file"):
        read("[InternetShortcut]\n=x\n[\n")
    with pytest.raises(DamagedSourceError, match="property list"):
        read(b"bplist00URLxx")


# Evernote

PNG = b"\x89PNG\r\n\x1a\n tide"
HASH = hashlib.md5(PNG, usedforsecurity=False).hexdigest()


def note(title: str, body: str, *, more: str = "", created: str = "20240129T203941Z") -> str:
    return (
        f"<note><title>{title}</title><created>{created}</created><updated>20240201T000000Z"
        f"</updated><tag>sea</tag><tag>port</tag>{more}<content><![CDATA[<?xml version='1.0'?>\n"
        '<!DOCTYPE en-note SYSTEM "http://xml.evernote.com/pub/enml2.dtd">\n'
        f"<en-note>{body}</en-note>]]></content><resource><data encoding='base64'>\n"
        f"{base64.encodebytes(PNG).decode()}</data><mime>image/png</mime></resource>"
        "<resource><data encoding='base64'>JVBERi0=</data><mime>application/pdf</mime></resource>"
        "</note>\n"
    )


def enex(*notes: str, end: str = "</en-export>") -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE en-export SYSTEM "x.dtd">\n'
    return (head + '<en-export export-date="20240202T000000Z">' + "".join(notes) + end).encode()


CLIP = (
    "<note-attributes><author>Ann Ames</author><source>web.clip</source>"
    "<source-url>{}</source-url></note-attributes>"
)


def test_evernote_gives_clips_with_their_pictures() -> None:
    body = (
        f"<h1>The tide&nbsp;turned</h1>{PARAGRAPHS}<en-media hash='{HASH}' type='image/png'"
        " width='9' title='Noon'/><en-media hash='00' type='application/pdf'/> End."
        "<div><en-todo checked='true'/>Read &hellip;</div><en-crypt>c2VjcmV0</en-crypt>"
    )
    more = CLIP.format("https://lantern.example/tide")
    document = one(enex(note("Untitled Note", body, more=more)))
    assert document.url == "https://lantern.example/tide"
    assert document.part == "20240129T203941Z https://lantern.example/tide"
    assert (document.saved, document.hints.published) == (WHEN, None)
    assert document.hints.title is None
    assert (document.hints.byline, document.hints.tags) == ("Ann Ames", ("sea", "port"))
    assert document.is_fragment
    assert f'<img src="cid:{HASH}" alt="Noon" width="9">' in document.content
    assert document.resources(f"cid:{HASH}") == PNG
    for words in ("en-media", "en-crypt", "c2VjcmV0", "en-note", "00"):
        assert words not in document.content
    assert "☑ " in document.content
    assert " End." in document.content
    assert "turned" in document.content
    again = pickle.loads(pickle.dumps(document))
    assert again.resources(f"cid:{HASH}") == PNG
    assert replace(again, resources=document.resources) == document
    assert parser.parse(document, Config()).article.title == "The tide turned"


def test_notes_without_an_address_are_told_apart_by_time_and_title() -> None:
    first, second = read(enex(note("Sans titre", "<div>A</div>"), note("Plan", "<div>B</div>")))
    assert (first.part, second.part) == ("20240129T203941Z Sans titre", "20240129T203941Z Plan")
    assert (first.hints.title, second.hints.title) == (None, "Plan")


def test_the_line_that_names_the_page_is_no_part_of_the_clip() -> None:
    url = "https://lantern.example/tide"
    line = f'<div><b>Clip source: </b><a href="{url}/">The tide</a></div><div><br/></div>'
    more = CLIP.format(url)
    assert "Clip source" not in one(enex(note("A", line + PARAGRAPHS, more=more))).content
    later = one(enex(note("A", PARAGRAPHS + line, more=more)))
    assert "Clip source" in later.content
    other = one(enex(note("A", line.replace("tide/", "x") + PARAGRAPHS, more=more)))
    assert "Clip source" in other.content


def test_what_stands_in_tasks_and_pictures_is_not_the_notes() -> None:
    odd = (
        "<task><title>Buy rope</title><created>20200101T000000Z</created></task><resource>"
        "<resource-attributes><source-url>https://b.example/a.png</source-url>"
        "</resource-attributes></resource></note>"
    )
    document = one(enex(note("Plan", PARAGRAPHS).replace("</note>", odd)))
    assert (document.url, document.hints.title, document.saved) == (None, "Plan", WHEN)


def test_an_encrypted_note_is_one_failure() -> None:
    locked = note("A", "x").replace("<content>", '<content encoding="base64:aes">')
    failure, other = read(enex(locked, note("B", PARAGRAPHS)))
    assert "encrypted" in failure.message
    assert isinstance(other, Document)


def test_a_broken_picture_is_left_out() -> None:
    broken = note("A", PARAGRAPHS).replace(base64.encodebytes(PNG).decode(), "iVBOR")
    document = one(enex(broken))
    assert document.resources(f"cid:{HASH}") is None


def test_a_clip_of_a_whole_page_is_no_fragment() -> None:
    menu = "".join(f"<div><a href='/{n}'>Section number {n}</a></div>" for n in range(30))
    more = CLIP.format("https://lantern.example/tide")
    whole = f"<div style='--en-clipped-content:fullPage;'>{menu}{PARAGRAPHS}</div>"
    part = f"<div style='--en-clipped-content:article;'>{menu}{PARAGRAPHS}</div>"
    kept = f"<div style='--en-clipped-content:fullPage;'>{PARAGRAPHS}</div>"
    old = f"<nav>{menu}</nav>{PARAGRAPHS * 9}"
    bodies = (whole, menu + PARAGRAPHS, old, part, PARAGRAPHS, kept)
    found = read(enex(*(note("Tides", body, more=more) for body in bodies)))
    assert [document.is_fragment for document in found] == [False, False, False, True, True, True]
    (own,) = read(enex(note("My links", menu)))
    assert own.is_fragment


def test_the_whole_notes_of_a_truncated_export_are_read() -> None:
    data = enex(note("A", PARAGRAPHS), note("B", PARAGRAPHS), end="")[:-300]
    found = readers.read(source(data))
    assert next(found).hints.title == "A"
    with pytest.raises(DamagedSourceError, match="last note"):
        list(found)


def test_a_note_without_text_is_one_failure() -> None:
    failure, document = read(
        enex("<note><title>A</title></note>", note("B", "<div>Here it is.</div>"))
    )
    assert isinstance(failure, Failure)
    assert "part A" in failure.message
    assert isinstance(document, Document)


def test_encoded_data_that_is_too_long_is_cut_before_it_is_read() -> None:
    data = b"<a>" + b"x" * (evernote._TEXT_BYTES + 100_000) + b"</a><b>" + b"y" * 1000 + b"</b>"
    lean, pieces = evernote._Lean(io.BytesIO(data)), []
    while piece := lean.read(32_768):
        pieces.append(piece)
    kept = b"".join(pieces)
    assert len(kept) <= evernote._TEXT_BYTES + 1100
    assert kept.endswith(b"</a><b>" + b"y" * 1000 + b"</b>")


# Zotero

RDF = """<rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:z="http://www.zotero.org/namespaces/export#"
 xmlns:link="http://purl.org/rss/1.0/modules/link/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:bib="http://purl.org/net/biblio#"
 xmlns:foaf="http://xmlns.com/foaf/0.1/"
 xmlns:dcterms="http://purl.org/dc/terms/">
    <bib:Article rdf:about="https://lantern.example/tide">
        <z:itemType>newspaperArticle</z:itemType>
        <dcterms:isPartOf>
            <bib:Newspaper><dc:title>The Lantern</dc:title></bib:Newspaper>
        </dcterms:isPartOf>
        <bib:authors><rdf:Seq>
            <rdf:li><foaf:Person>
                <foaf:surname>Ames</foaf:surname><foaf:givenName>Ann</foaf:givenName>
            </foaf:Person></rdf:li>
            <rdf:li><foaf:Person>
                <foaf:surname>Berg</foaf:surname><foaf:givenname>Bo</foaf:givenname>
            </foaf:Person></rdf:li>
        </rdf:Seq></bib:authors>
        <dcterms:isReferencedBy rdf:resource="#item_3"/>
        <link:link rdf:resource="#item_2"/>
        <dc:subject>sea</dc:subject>
        <dc:subject><z:AutomaticTag><rdf:value>port</rdf:value></z:AutomaticTag></dc:subject>
        <dc:title>The tide turned early</dc:title>
        <dcterms:abstract>An hour early.</dcterms:abstract>
        <dc:date>2024-01-28</dc:date>
        <dc:identifier><dcterms:URI>
            <rdf:value>https://lantern.example/tide</rdf:value>
        </dcterms:URI></dc:identifier>
        <dcterms:dateSubmitted>2024-01-29 20:39:41</dcterms:dateSubmitted>
    </bib:Article>
    <bib:Memo rdf:about="#item_3"><rdf:value>&lt;p&gt;For Bo.&lt;/p&gt;</rdf:value></bib:Memo>
    <z:Attachment rdf:about="#item_2">
        <z:itemType>attachment</z:itemType>
        <z:path rdf:resource="files/2/tide.html"/>
        <dc:title>Snapshot</dc:title>
        <link:type>text/html</link:type>
    </z:Attachment>
    <bib:Book rdf:about="#item_5"><dc:title>A book</dc:title></bib:Book>
    <z:Attachment rdf:about="#item_6">
        <rdf:resource rdf:resource="files/6/alone.pdf"/>
        <dc:identifier><dcterms:URI>
            <rdf:value>https://lantern.example/pdf</rdf:value>
        </dcterms:URI></dc:identifier>
        <link:type>application/pdf</link:type>
        <dc:title>Alone</dc:title>
    </z:Attachment>
    <z:Collection rdf:about="#collection_1"><dc:title>Harbour</dc:title>
        <dcterms:hasPart rdf:resource="https://lantern.example/tide"/></z:Collection>
</rdf:RDF>"""


def test_zotero_gives_the_snapshots_beside_it() -> None:
    page = f"<html><body><h1>The tide turned early</h1>{PARAGRAPHS}</body></html>".encode()
    beside = {"files__2__tide_dot_html": page, "files__2__a_dot_png": PNG, "x_dot_png": PNG}
    document, alone, remark = read(RDF, "My Library.rdf", **beside)
    assert isinstance(document, Document)
    assert (document.url, document.saved) == ("https://lantern.example/tide", WHEN)
    assert (document.part, document.is_fragment) == ("files/2/tide.html", False)
    assert document.hints.title == "The tide turned early"
    assert document.hints.authors == ("Ann Ames", "Bo Berg")
    assert (document.hints.published, document.hints.site) == ("2024-01-28", "The Lantern")
    assert document.hints.tags == ("sea", "port", "Harbour")
    assert document.note == "For Bo."
    assert document.resources("a.png") == PNG
    assert document.resources("../../x.png") is None
    assert (alone.url, alone.title) == ("https://lantern.example/pdf", "Alone")
    assert isinstance(remark, Notice)


def test_a_snapshot_that_is_not_there_leaves_a_link() -> None:
    link = read(RDF)[0]
    assert isinstance(link, Link)
    assert (link.url, link.tags) == ("https://lantern.example/tide", ("sea", "port", "Harbour"))
    assert (link.note, link.summary) == ("For Bo.", "An hour early.")
    assert link.hints.authors == ("Ann Ames", "Bo Berg")


def test_a_path_out_of_the_folder_is_not_followed() -> None:
    data = RDF.replace("files/2/tide.html", "../../secret.html")
    assert isinstance(read(data, **{"..__..__secret_dot_html": b"<p>x"})[0], Link)
