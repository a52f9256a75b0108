"""Notes in Markdown and its like: how they are told apart, and what their heads and bodies give."""

from __future__ import annotations

import io
import pickle
import tarfile
from datetime import UTC, datetime
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedsmith import parser, readers
from feedsmith.config import Config
from feedsmith.errors import DamagedSourceError, NoArticleError, SourceError
from feedsmith.model import Article, Document, Failure, Notice, Read, Source
from feedsmith.readers import markdown, rst
from feedsmith.readers.notes import cleaning, heads, outline, restructured
from feedsmith.readers.notes.render import MAX_CHARS, to_html
from feedsmith.readers.notes.shortcodes import without_templates

PROSE = "The ferry from Hallow was late again on Monday, and the harbour office said it was sorry."
CLIP = "---\ntitle: Late ferry\nsource: https://a.example/late\n{}\n---\n" + PROSE
NOTE, BOOK, TAG, PICTURE, LINK = ("a" * 32, "b" * 32, "c" * 32, "d" * 32, "e" * 32)


def source(content: str | bytes, name: str = "note.md", **beside: bytes) -> Source:
    data = content.encode() if isinstance(content, str) else content
    files = {name.replace("__", "/").replace("_dot_", "."): value for name, value in beside.items()}
    mtime = datetime(2024, 1, 1, tzinfo=UTC)
    return Source(name, name, mtime, len(data), partial(io.BytesIO, data), files.get)


def kind(content: str | bytes, name: str = "note.md") -> str:
    return readers.detect(source(content, name)).name


def everything(content: str | bytes, name: str = "note.md") -> list[Read]:
    return list(readers.read(source(content, name)))


def read(content: str | bytes, name: str = "note.md", **beside: bytes) -> Document:
    found = [x for x in readers.read(source(content, name, **beside)) if isinstance(x, Document)]
    assert len(found) == 1
    return found[0]


def article(content: str | bytes, name: str = "note.md") -> Article:
    return parser.parse(read(content, name), Config()).article


def item(title: str, body: str = "", **fields: object) -> bytes:
    tail = "\n".join(f"{key}: {value}" for key, value in fields.items())
    return "\n\n".join(filter(None, (title, body, tail))).encode()


def archive(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as made:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            made.addfile(info, io.BytesIO(data))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        ("---\ntitle: A\n---\nText", "a.txt", "frontmatter"),
        ("\ufeff---\r\ntitle: A\r\n---\r\nText", "a.md", "frontmatter"),
        ('---\n{"title": "A"}\n---\nText', "a.md", "frontmatter"),
        ('+++\ntitle = "A"\n+++\nText', "a.md", "frontmatter"),
        ('{"title": "A"}\n\nText', "a.md", "frontmatter"),
        ("title:: A\n\n- Text", "a.md", "outline"),
        ("Title: A\n\nText", "a.md", "head"),
        ("Title: A\nAuthor: B\n\nText", "a.txt", "head"),
        ("Title: A\n\nURL Source: https://a.example/\n\nMarkdown Content:\nText", "a", "head"),
        ("A\n===\n\n:date: 2024-01-01\n\nText", "a.rst", "rst"),
        ("# A\n\nText", "a.md", "markdown"),
        (f"{PROSE} **so** [it](https://a.example/)", "a.md", "markdown"),
        # what is no note
        ("# A\n\nText", "a.txt", "text"),
        (PROSE, "a.md", "text"),
        ("---\n\nText\n\n---\n\nMore text", "a.md", "text"),
        ("Title: A\n\nText", "a.txt", "text"),
        ("  * [Home](/)\n  * [News](/n)\n  * [Sea](/s)\n\n# A\n\n" + PROSE, "a.md", "text"),
        ("<!DOCTYPE html><html><body># A\n[b](c) **d**", "a.md", "html"),
        ("std::string of pearls", "a.txt", "text"),
    ],
)
def test_a_note_is_told_by_its_content(content: str, name: str, expected: str) -> None:
    assert kind(content, name) == expected


def test_made_is_saved_and_never_published() -> None:
    document = read(CLIP.format("created: 2024-03-11T09:30:00 (UTC -05:00)\npublished:"))
    assert document.saved
    assert document.saved.isoformat() == "2024-03-11T09:30:00-05:00"
    assert document.hints.published is None


def test_a_date_beside_a_field_for_the_day_of_publication_is_when_it_was_saved() -> None:
    document = read(CLIP.format("date: 2024-03-11\npublished: updatedAt"))
    assert (document.saved, document.hints.published) == (
        datetime(2024, 3, 11, 12, tzinfo=UTC),
        None,
    )
    assert read(CLIP.format("date: 2024-03-11")).hints.published == "2024-03-11"


def test_values_stay_as_they_stand_in_the_head() -> None:
    hints = read("---\ntitle: 19:25\ndate: 2024-01-27 20:45:32 +0530\n---\n" + PROSE).hints
    assert (hints.title, hints.published) == ("19:25", "2024-01-27 20:45:32 +0530")


def test_a_head_that_is_no_yaml_is_read_line_by_line_and_said_so() -> None:
    content = f"---\ntitle: Late: the ferry\nauthor: [[@ada]]\ntags:\n- sea\n- tar\n---\n{PROSE}"
    notice, document = everything(content)
    assert isinstance(notice, Notice)
    assert "is no YAML in its line 2" in notice.message
    assert isinstance(document, Document)
    assert document.hints.title == "Late: the ferry"
    assert document.hints.authors == ("@ada",)
    assert document.hints.tags == ("sea", "tar")


def test_deep_and_endless_yaml_costs_nothing() -> None:
    deep = "---\ntitle: A\nx: " + "[" * 5000 + "\n---\n" + PROSE
    again = "---\ntitle: A\na: &a [x, x]\nb: &b [*a, *a]\ntags: [*b, *b]\n---\n" + PROSE
    itself = "---\ntitle: A\nd: &d [*d]\n---\n" + PROSE
    assert {read(content).hints.title for content in (deep, again, itself)} == {"A"}
    assert read(again).hints.tags == ("x, x",)


def test_toml_keeps_the_offset_of_a_date_and_its_inner_tables() -> None:
    head = (
        '+++\ntitle = "A"\ndate = 2024-05-01T10:00:00+02:00\n[params]\nauthor = "Ada Quill"\n+++\n'
    )
    hints = read(head + PROSE).hints
    assert (hints.published, hints.authors) == ("2024-05-01T10:00:00+02:00", ("Ada Quill",))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("[[people/Ada Quill|Ada]]", ("Ada",)),
        ('["[[Ada Quill]]", "[[PhD]]"]', ("Ada Quill",)),
        ("[Ada](https://a.example/ada)", ("Ada",)),
        ("https://a.example/ada", ()),
        ("a.example", ()),
        ("{name: Ada, email: x}", ("Ada",)),
        ("undefined", ()),
        ('"{{author}}"', ()),
        ("By Ada Quill", ("Ada Quill",)),
    ],
)
def test_authors_are_people(value: str, expected: tuple[str, ...]) -> None:
    assert read(CLIP.format(f"author: {value}")).hints.authors == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("[clippings, sea, '#tar']", ("sea", "tar")),
        ("sea, tar", ("sea", "tar")),
        ("'#sea #tar'", ("sea", "tar")),
        ("'[[sea]] [[tar]]'", ("sea", "tar")),
    ],
)
def test_tags_in_all_their_spellings(value: str, expected: tuple[str, ...]) -> None:
    assert read(CLIP.format(f"tags: {value}")).hints.tags == expected


@pytest.mark.parametrize(
    "line", ["draft: true", "published: false", "status: draft", "draft: 'yes'"]
)
def test_a_draft_is_skipped_with_a_word(line: str) -> None:
    with pytest.raises(NoArticleError, match="draft"):
        everything(f"---\ntitle: A\n{line}\n---\n{PROSE}")


def test_published_as_a_flag_is_no_day() -> None:
    hints = read(f"---\ntitle: A\npublished: true\ndate: 2024-05-01\n---\n{PROSE}").hints
    assert hints.published == "2024-05-01"


def test_a_clip_without_prose_is_no_article() -> None:
    with pytest.raises(NoArticleError, match="without text"):
        everything(CLIP.format("created: 2024-01-01").replace(PROSE, "Essays"))


def test_a_post_may_be_short() -> None:
    assert article("---\ntitle: A\n---\nToo late.").text == "Too late."


def test_a_file_name_gives_day_and_title_to_a_post() -> None:
    found = article(f"---\nlayout: post\n---\n{PROSE}", "posts/2024-05-01-late-ferry.md")
    assert found.title == "Late ferry"
    assert found.published == datetime(2024, 5, 1, 12, tzinfo=UTC)
    assert article(f"---\ntags: x\n---\n{PROSE}", "late-ferry/index.md").title == "Late ferry"


def test_a_description_is_the_subtitle_unless_it_is_the_texts_start_or_cut() -> None:
    said = "Nobody at the office knows why."
    assert read(CLIP.format(f"description: {said}")).hints.subtitle == said
    assert read(CLIP.format(f"description: {PROSE}")).hints.subtitle is None
    assert read(CLIP.format("description: Nobody at the office knows the…")).hints.subtitle is None
    assert read(CLIP.format(f"summary: {said}")).hints.subtitle is None


def test_an_excerpt_above_the_text_is_no_text() -> None:
    content = (
        "---\ncreated: 2024-03-11T09:30:00 (UTC -05:00)\ntags: []\nsource: https://a.example/l\n"
        "author: \n---\n\n# Late ferry, again and again\n\n> ## Excerpt\n> Nobody at the office\n"
        f"> knows why.\n\n---\n[\n\n![Edda](https://a.example/e.jpg)\n\n](https://a.example/z)\n\n{PROSE}"
    )
    found = article(content)
    assert found.title == "Late ferry, again and again"
    assert found.subtitle == "Nobody at the office knows why."
    assert found.text == PROSE
    assert '<img src="https://a.example/e.jpg"' in found.html


def test_remarks_above_a_clip_are_the_users_note() -> None:
    above = "> [!summary]\n> Late.\n\n> [!note]- Mine\n> See [[Edda|her]].\n\n"
    body = f"{above}{PROSE}\n\n> [!tip] Go\n> by bus"
    document = read(CLIP.format("x: y").replace(PROSE, body))
    assert document.note == "Late.\n\nMine\nSee her."
    assert "Late." not in document.content
    assert "<strong>Go</strong>" in document.content
    kept, said = cleaning.without_remarks(PROSE)
    assert (kept, said) == (PROSE, "")


def test_a_heading_that_is_the_title_with_the_sites_name_is_no_text() -> None:
    content = CLIP.format("x: y").replace(PROSE, f"# Late ferry | The Harbour\n\n{PROSE}")
    assert article(content).text == PROSE
    kept = CLIP.format("x: y").replace(PROSE, f"# Why\n\n{PROSE}")
    assert article(kept).text == f"Why\n\n{PROSE}"


def test_fields_below_a_title_are_fields() -> None:
    content = f"# Late ferry\n\nCreated: May 1, 2023 9:00 AM\nURL: https://a.example/l\n\n{PROSE}"
    document = read(content)
    assert document.hints.title == "Late ferry"
    assert document.url == "https://a.example/l"
    assert document.saved == datetime(2023, 5, 1, 9, tzinfo=UTC)
    assert read(f"# Late ferry\n\nMind: the gap\n\n{PROSE}").saved is None


def test_lines_of_a_plain_text_with_a_head_are_paragraphs() -> None:
    found = article(f"Title: Late ferry\nAuthor: Ada Quill\n\n{PROSE}\n{PROSE[:-1]}!", "a.txt")
    assert found.authors == ("Ada Quill",)
    assert found.text.split("\n\n") == [PROSE, f"{PROSE[:-1]}!"]


def test_labels_alone_on_a_line_are_tags() -> None:
    document = read(f"# Late ferry\n#sea #deep sea#\n\n{PROSE} It is #1.\n\n#tar")
    assert document.hints.tags == ("sea", "deep sea", "tar")
    assert "#1" in document.content
    assert "#tar" not in document.content


def test_highlights_alone_are_an_article_of_their_own() -> None:
    content = (
        "# Late...\n\n![rw-book-cover](https://a.example/c.png)\n\n## Metadata\n"
        "Author: [[Ada Quill]]\nFull Title: Late ferry\nDocument Tags: #sea #tar\n"
        "URL: https://a.example/late\n\n## Full Document\n[[Contents/Late.md|See more →]]\n\n"
        f"## Highlights\n- {PROSE} ([View Highlight](https://r.example/1))\n"
        f"## New highlights added March 1, 2023 at 9:00 AM\n- {PROSE[:-1]}!\n"
    )
    document = read(content)
    assert document.wrapper == "reading service's highlights"
    assert document.hints.title == "Late ferry"
    assert document.hints.tags == ("sea", "tar")
    assert "View Highlight" not in document.content
    assert document.content.count("<li>") == 2


def test_a_reading_services_note_without_a_list_of_fields() -> None:
    head = "---\nid: x\ntitle: Late ferry\ndate_saved: 2023-05-01 10:00:00\n---\n\n"
    head += "# Late ferry\n#Omnivore\n\n"
    links = "[Read on Omnivore](https://o.example/1)\n[Read Original](https://a.example/late)\n\n"
    document = read(f"{head}{links}## Webpage\n\n{PROSE}\n\n## Highlights\n\n> {PROSE[:30]} ^abc")
    assert document.url == "https://a.example/late"
    assert document.saved == datetime(2023, 5, 1, 10, tzinfo=UTC)
    assert document.hints.tags == ()
    assert parser.parse(document, Config()).article.text == PROSE


def test_highlights_in_an_outline_tell_no_date() -> None:
    head = 'title:: Late (highlights)\nfull-title:: "Late ferry"\nurl:: https://a.example/l\n\n'
    synced = "- Highlights first synced by [[Readwise]] [[Jan 1st, 2023]]\n"
    found = article(f"{head}{synced}\t- {PROSE} ([View Highlight](https://r.example/1))")
    assert (found.title, found.published, found.text) == ("Late ferry", None, PROSE)


def test_a_pages_title_that_names_its_author_ends_there() -> None:
    content = CLIP.format("author: Ada Quill").replace("title: Late ferry\n", "")
    titled = content.replace(PROSE, f"# Late ferry | by Ada Quill | The Sea | Mid\n\n{PROSE}")
    found = article(titled)
    assert (found.title, found.text) == ("Late ferry", PROSE)


def test_a_posts_date_is_never_when_it_was_saved() -> None:
    document = read(f"---\ntitle: A\ndate: 2024-05-01\npublishDate: 2024-05-02\n---\n{PROSE}")
    assert (document.saved, document.hints.published) == (None, "2024-05-02")


def test_several_notes_in_one_file_are_parts() -> None:
    part = "%%{0}_start%%\n# Late {0}\n\n{1}\n%%{0}_end%%\n"
    head = "---\n- id: one\n  title: Late one\n- id: two\n  title: Late two\n  draft: true\n---\n\n"
    first, second = everything(head + part.format("one", PROSE) + part.format("two", PROSE))
    assert isinstance(first, Document)
    assert (first.part, first.hints.title) == ("one", "Late one")
    assert isinstance(second, Notice)
    assert "two" in second.message


def test_an_outline_becomes_paragraphs() -> None:
    body = (
        f"- {PROSE}\n  collapsed:: true\n\t- TODO {PROSE}\n\t- ```sh\n\t  - x\n\t  ```\n"
        "- #+BEGIN_QUOTE\n  Late!\n  #+END_QUOTE\n- {{embed ((x))}}"
    )
    found = article(
        f"title:: Late ferry\nurl:: https://a.example/l\ndate:: [[Jan 1st, 2024]]\n\n{body}"
    )
    assert found.saved == datetime(2024, 1, 1, 12, tzinfo=UTC)
    assert found.published is None
    assert found.text.split("\n\n") == [PROSE, PROSE, "- x", "Late!"]
    assert not outline.is_outline(PROSE)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[[Edda]] and [[a/Edda#Sails|her]]", "<p>Edda and her</p>"),
        ("![[a b.png|300]]", '<p><img src="a%20b.png" alt=""></p>'),
        ("![[a.png|The *Edda*]]", '<p><img src="a.png" alt="The Edda"></p>'),
        ("a ![[Other note]] b", "<p>a  b</p>"),
        ("==so *it* is== a == b", "<p><mark>so <em>it</em> is</mark> a == b</p>"),
        ("`[[x]] ==y==`", "<p><code>[[x]] ==y==</code></p>"),
        ("<b>a</b> ~~b~~", "<p><b>a</b> <s>b</s></p>"),
        ("Term\n: meaning", "<dl>\n<dt>Term</dt>\n<dd>meaning</dd>\n</dl>"),
    ],
)
def test_what_note_takers_write_is_rendered(written: str, shown: str) -> None:
    assert to_html(written, breaks=False).strip().replace(" />", ">") == shown


def test_a_line_end_is_one_only_where_lines_are_not_wrapped() -> None:
    lines = CLIP.format("x: y").replace(PROSE, f"{PROSE}\nEnd.")
    assert "sorry.<br" in read(lines).content
    wrapped = "The ferry from Hallow was late again on Monday, and the harbour office\nsaid so."
    assert "<br" not in read(CLIP.format("x: y").replace(PROSE, wrapped)).content


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("a %%b%% c", "a  c"),
        ("%%\nb\n%%\nc", "c"),
        ("a `%%b%%` c", "a `%%b%%` c"),
        ("a ^ab12cd", "a "),
        ("2 ^2", "2 ^2"),
        ("- [ ] a\n- [x] b", "- ☐ a\n- ☑ b"),
        ("> [!tip]\n> a", ">\n> a"),
        ("```dataview\nlist\n```\na", "a"),
        ("[TOC]\na {#b .c}", "\na"),
        ("::: note\na\n:::", "\na\n"),
        ("## A [#](https://a.example/#a)", "## A "),
    ],
)
def test_marks_for_programs_go(written: str, left: str) -> None:
    assert cleaning.tidy(written) == left


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("a {{< ref x >}} b", "a  b"),
        ("{{% note %}}a{{% /note %}}", "a"),
        ("{% if x %}a{% endif %}", "a"),
        ("{% comment %}a{% endcomment %}b", "b"),
        ("{{ '/a.png' | relative_url }}", "/a.png"),
        ("`{{ a }}` {{ a }}", "`{{ a }}` "),
        ("import A from './a'\n\nb", "\n\nb"),
        ("[a]({static}/b.png)", "[a](b.png)"),
        ("{{< highlight go >}}\na := {{ b }}\n{{< /highlight >}}", "\n```go\na := {{ b }}\n```\n"),
    ],
)
def test_templates_are_reduced_to_their_text(written: str, left: str) -> None:
    assert without_templates(written) == left


def test_a_figure_of_a_template_keeps_its_caption() -> None:
    html = to_html(
        without_templates('{{< figure src="e.jpg" caption="The *Edda*" >}}'), breaks=False
    )
    assert '<img src="e.jpg"' in html
    assert "The <em>Edda</em>" in html


def test_a_clips_own_braces_stay() -> None:
    assert "{{ x }}" in read(CLIP.format("x: y").replace(PROSE, f"{PROSE} {{{{ x }}}}")).content


def test_pictures_lie_beside_the_note() -> None:
    files = {"attachments__edda 1_dot_png": b"1", "img__b_dot_png": b"2"}
    document = read(f"# Late\n\n{PROSE} ![[edda 1.png]] ![](img/b.png) ![](/c.png)", **files)
    assert 'src="beside:edda%201.png"' in document.content
    assert 'src="/c.png"' in document.content
    assert document.resources("beside:edda%201.png") == b"1"
    assert document.resources("beside:img/b.png") == b"2"
    assert document.resources("beside:no.png") is None
    assert document.resources("https://a.example/img/b.png") is None


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("`a <https://a.example/>`_ and `b`", "[a](https://a.example/) and `b`"),
        ("``a_`` :ref:`b <c>`", "`a_` b"),
        ("One\n===\n\nTwo\n---\n\nOne\n===", "## One\n\n### Two\n\n## One"),
        ("a::\n\n    b\n\nc", "a:\n\n```\nb\n```\n\nc"),
        (".. image:: {static}/a.png\n   :alt: b", "![b](a.png)"),
        (".. note::\n   a", "> a"),
        (".. a comment\n\nb", "b"),
        (".. code:: py\n\n   a", "```py\na\n```"),
        ("| a\n| b", "a  \nb"),
        ("#. a\n#. b", "1. a\n1. b"),
        ("a\n\n  b", "a\n\n> b"),
        ("x [1]_\n\n.. [1] y", "x [^1]\n\n[^1]: y"),
        ("+-+\n|a|\n+-+", "```\n+-+\n|a|\n+-+\n```"),
        (".. raw:: html\n\n   <b>a</b>", "<b>a</b>"),
        ("a\n\n-----\n\nb", "a\n\n---\n\nb"),
    ],
)
def test_restructured_text_becomes_markdown(written: str, left: str) -> None:
    assert restructured.to_markdown(written) == left


def test_a_restructured_draft_is_skipped() -> None:
    with pytest.raises(NoArticleError):
        list(rst.read(source("Late\n====\n\n:status: draft\n\nText", "a.rst")))


JOPLIN = {
    f"{NOTE}.md": item(
        "Late ferry",
        f"{PROSE}\n\n![](:/{PICTURE})",
        id=NOTE,
        parent_id=BOOK,
        created_time="2020-05-01T10:00:00.000Z",
        source_url="https://a.example/late",
        markup_language=1,
        type_=1,
    ),
    f"{BOOK}.md": item("Clips", id=BOOK, type_=2),
    f"{TAG}.md": item("sea", id=TAG, type_=5),
    f"{LINK}.md": item("", id=LINK, note_id=NOTE, tag_id=TAG, type_=6),
    f"{PICTURE}.md": item("edda", id=PICTURE, file_extension="png", type_=4),
    f"resources/{PICTURE}.png": b"PNG",
}


def test_an_archive_of_joplin_gives_its_notes() -> None:
    document = read(archive(JOPLIN), "notes.jex")
    assert document.part == NOTE
    assert document.hints.title == "Late ferry"
    assert document.hints.tags == ("sea", "Clips")
    assert document.url == "https://a.example/late"
    assert document.saved == datetime(2020, 5, 1, 10, tzinfo=UTC)
    assert document.hints.published is None
    assert f'src="beside::/{PICTURE}"' in document.content
    again = pickle.loads(pickle.dumps(document))
    assert again.resources(f"beside::/{PICTURE}") == b"PNG"
    assert again.resources(":/" + "f" * 32) is None


def test_a_note_of_joplin_finds_what_lies_beside_it() -> None:
    files = {name.replace("/", "__").replace(".", "_dot_"): data for name, data in JOPLIN.items()}
    document = read(JOPLIN[f"{NOTE}.md"], f"{NOTE}.md", **files)
    assert document.hints.tags == ("Clips",)
    assert document.resources(f"beside::/{PICTURE}") == b"PNG"
    assert document.resources(f"beside::/{BOOK}") is None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"type_": 2}, "a notebook"),
        ({"type_": 13}, "an item"),
        ({"encryption_applied": 1, "type_": 1}, "encrypted"),
        ({"is_conflict": 1, "type_": 1}, "conflict"),
        ({"deleted_time": 1700000000000, "type_": 1}, "trash"),
    ],
)
def test_other_items_of_joplin_are_no_articles(fields: dict[str, object], words: str) -> None:
    data = item("Late", PROSE, id=NOTE, **fields)
    with pytest.raises(NoArticleError, match=words):
        everything(data)
    said = [one for one in everything(archive({f"{NOTE}.md": data})) if isinstance(one, Notice)]
    assert [words in notice.message for notice in said] == ([True] if fields["type_"] == 1 else [])


def test_a_note_of_joplin_may_be_html() -> None:
    data = item("Late", f"<p>{PROSE} [[x]]</p>", id=NOTE, markup_language=2, type_=1)
    assert f"<p>{PROSE} [[x]]</p>" in read(data).content


def test_a_broken_archive_gives_what_is_whole() -> None:
    files = {
        **JOPLIN,
        "f" * 32 + ".md": b"Cut\n\nno fields",
        "0" * 32 + ".md": JOPLIN[f"{NOTE}.md"],
    }
    data = archive(files)
    found = everything(data)
    assert [type(one) for one in found] == [Document, Failure, Document]
    assert isinstance(found[2], Document)
    assert found[2].part == f"{NOTE}~2"
    broken = readers.read(source(data[: data.rindex(b"Late ferry") + 20]))
    assert isinstance(next(broken), Document)
    assert isinstance(next(broken), Failure)
    with pytest.raises(DamagedSourceError, match="broken archive"):
        next(broken)


def test_a_note_of_endless_length_is_refused() -> None:
    with pytest.raises(DamagedSourceError, match="split it"):
        to_html("a" * (MAX_CHARS + 1), breaks=False)


PIECES = st.sampled_from(
    ["---\n", "+++\n", "\n\n", "a: ", "[[", "]]", "](", "![[", "==", "%%", "```\n", "> [!x]\n",
     "#a ", "{{<", ">}}", "{%", "%}", "a:: b\n", ":date: 1\n", ".. image:: x\n", "===\n", "::\n",
     "- [ ] ", "## Metadata\n", "## Highlights\n", "type_: 1", "&a ", "*a ", "`a <b>`_ ", "<div>",
     "source: http://a.example/\n", "[^1]", "    ", PROSE]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=25))
def test_whatever_a_note_holds_nothing_else_is_raised(pieces: list[str]) -> None:
    note = source("".join(pieces))
    for reader in (markdown.read, rst.read, readers.read):
        try:
            for found in reader(note):
                if isinstance(found, Document):
                    parser.parse(found, Config())
        except SourceError:
            pass


def test_heads_of_other_forms() -> None:
    assert heads.split('{"title": "A", "n": 1}\n\nText').fields.values == {
        "title": ("A",),
        "n": ("1",),
    }
    assert heads.split('+++\ntitle = "A\nx = 1\n+++\nText').problem.startswith("is no TOML")
    assert heads.split("Title: A\n  and B\nSlug: a\n\nText").fields.first(("title",)) == "A and B"
    assert heads.split("Mind: the gap\n\nText").form == ""
    assert heads.split("a:: b").body == ""
