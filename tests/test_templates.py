"""The user's own templates: they replace ours by name, safely, and a broken one is told by line."""

from __future__ import annotations

import re

import pytest
from conftest import Program
from test_builder import ARTICLE, SITE, entry_of

from feedsmith.builder import pages, render
from feedsmith.errors import ConfigError
from feedsmith.owntemplates import Templates

OWN = '<!DOCTYPE html>\n<html lang="en"><head>{{ metas }}<title>{{ title }}</title></head>\n'


def with_templates(program: Program, **files: str) -> Program:
    """Name the folder theirs/ in the configuration and put the files there."""
    program.write("config.toml", '[input]\npaths = ["saved"]\n[output]\ntemplates = "theirs"\n')
    for name, text in files.items():
        program.write(f"theirs/{name.replace('_dot_', '.')}", text)
    return program


def article_of(program: Program) -> str:
    found = next((program.folder / "out/articles").rglob("ferry-returns-*.html"))
    return found.read_text(encoding="utf-8")


def refused(program: Program) -> str:
    done = program("build")
    assert done.returncode == 2, done.stdout + done.stderr
    assert not (program.folder / "out").exists()
    return done.stderr


def test_a_template_of_the_user_replaces_ours_and_a_change_rebuilds(library: Program) -> None:
    text = OWN + "<body>Mine: {{ title }}</body></html>"
    with_templates(library, article_dot_html=text)
    library.ok("build")
    assert "Mine: Ferry returns" in article_of(library)
    assert "Ferry returns" in library.entries()
    before = library.bytes_of()
    library.write("theirs/article.html", text.replace("Mine", "My own"))
    assert "nothing changed" not in library.ok("build")
    assert "My own: Ferry returns" in article_of(library)
    changed = {path for path, data in library.bytes_of().items() if before[path] != data}
    assert {path.partition("/")[0] for path in changed} == {"articles"}


def test_what_a_template_places_is_escaped() -> None:
    templates = Templates("theirs", (("article.html", "{{ title }}"),))
    data = pages.render(templates, "article.html", title="<b>&")
    assert data == b"&lt;b&gt;&amp;"


def test_a_style_sheet_of_the_user_gets_its_own_hash(library: Program) -> None:
    with_templates(library, style_dot_css="p{color:#123456}")
    library.ok("build")
    page = article_of(library)
    assert "<style>p{color:#123456}</style>" in page
    assert render.policy("p{color:#123456}").replace("'", "&#39;") in page


def test_a_file_that_begins_with_an_underscore_may_be_included(library: Program) -> None:
    with_templates(
        library,
        article_dot_html=OWN + '<body>{% include "_mine.html" %}</body></html>',
        _mine_dot_html="<p>Kept by me</p>",
    )
    library.ok("build")
    assert "<p>Kept by me</p>" in article_of(library)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>\n{% if title %}\n", "theirs/article.html:2: Unexpected end of template"),
        ("<p>\n\n{{ titel }}", "theirs/article.html:3: 'titel' is undefined"),
        ("{{ title.__class__ }}", "theirs/article.html:1: access to attribute '__class__'"),
        ("\n{{ 1 // 0 }}", "theirs/article.html:2: integer division or modulo by zero"),
        ("\n{% include 'gone.html' %}", "theirs/article.html:2: there is no template 'gone.html'"),
    ],
)
def test_a_broken_template_is_told_by_file_and_line(
    library: Program, text: str, expected: str
) -> None:
    with_templates(library, article_dot_html=text)
    assert expected in refused(library)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("artikle.html", "x", "did you mean 'article.html'?"),
        ("style.css", "p{}\n</style>", "theirs/style.css:2: must not hold '</style'"),
        ("page.js", "let a = '<!-- ';", "theirs/page.js:1: must not hold '<!--'"),
    ],
)
def test_a_file_that_cannot_serve_is_refused(
    library: Program, name: str, text: str, expected: str
) -> None:
    with_templates(library)
    library.write(f"theirs/{name}", text)
    assert expected in refused(library)


def test_check_finds_a_template_that_cannot_be_compiled(library: Program) -> None:
    with_templates(library, topic_dot_html="{% for %}")
    done = library("check")
    assert done.returncode == 2
    assert "theirs/topic.html:1: " in done.stderr


def test_a_folder_that_is_not_there_is_told(library: Program) -> None:
    with_templates(library)
    assert "output.templates: theirs: No such file" in refused(library)


def test_templates_among_the_saved_files_are_no_articles(library: Program) -> None:
    with_templates(library, article_dot_html=OWN + "<body>Mine</body></html>")
    library.write("config.toml", '[input]\npaths = ["."]\n[output]\ntemplates = "theirs"\n')
    assert re.match(r"3 articles, \d topics · ", library.ok("build"))


def test_an_error_of_ours_is_not_blamed_on_the_users_templates() -> None:
    templates = Templates("theirs", (("style.css", "p{}"),))
    with pytest.raises(Exception, match="is undefined") as raised:
        pages.render(templates, "article.html")
    assert not isinstance(raised.value, ConfigError)
    assert (
        entry_of(ARTICLE).article.title in pages.article_page(entry_of(ARTICLE), SITE, ()).decode()
    )
