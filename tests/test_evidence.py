"""Dates against one another: zones, orders, what is shown against what is declared."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feedsmith import parser
from feedsmith.config import Config
from feedsmith.model import Document, Parsed
from feedsmith.parser import evidence
from feedsmith.parser.page import Metadata

PROSE = (
    "<p>The ferry was late again on Monday, and the harbour office said that it was sorry.</p>" * 2
)
TITLE = "<h1>The ferry that is always late</h1>"
FAR = "</article><ul>" + "<li><a href=/menu>Menu</a></li>" * 20 + "</ul>"
WRITTEN = datetime(2024, 9, 2, 20, tzinfo=UTC)


def document(body: str, head: str = "", *, lang: str = "en", **more: object) -> Document:
    page = f"<html lang={lang}><head>{head}</head><body><article>{body}</article></body></html>"
    return Document(kind="html", content=page, **more)


def parsed(body: str, head: str = "", **more: object) -> Parsed:
    return parser.parse(document(body, head, **more), Config())


def published(body: str, head: str = "", **more: object) -> str | None:
    when = parsed(body, head, **more).article.published
    return when.isoformat() if when else None


def metas(**values: str) -> str:
    return "".join(
        f'<meta name="{name.replace("__", ":")}" content="{value}">'
        for name, value in values.items()
    )


def rule(body: str, head: str = "") -> str:
    """Return which rule found the date of publication."""
    trace = parser.explain(document(body, head), Config()).trace
    return next(finding.rule for finding in trace if finding.field == "published")


# Zones ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "line", "expected"),
    [
        ("2023-12-23T01:48:19Z", "December 22, 2023 at 8:48 p.m.", "2023-12-22T20:48:19-05:00"),
        ("2023-12-23T01:48:19Z", "Dec. 22, 2023, 8:48 p.m. ET", "2023-12-22T20:48:19-05:00"),
        ("2023-12-23T01:48:19Z", "23 December 2023 07:18", "2023-12-23T07:18:19+05:30"),
        ("2023-12-23T01:48:19Z", "December 22, 2023 at 8:47 p.m.", "2023-12-23T01:48:19+00:00"),
        ("2023-12-23T01:48:19Z", "December 22, 2023", "2023-12-23T01:48:19+00:00"),
        ("2023-12-23T01:48:19+01:00", "23 December 2023 07:48", "2023-12-23T01:48:19+01:00"),
    ],
)
def test_a_time_in_utc_takes_the_offset_of_the_printed_clock(
    declared: str, line: str, expected: str
) -> None:
    head = metas(article__published_time=declared)
    assert published(f"{TITLE}<p>{line}</p>{PROSE}", head) == expected


# Orders ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "lines", "expected"),
    [
        ({"date": "03/04/2024"}, "", None),
        ({"date": "03/04/2024", "lastmod": "2024-03-04T10:00:00Z"}, "", "2024-03-04"),
        ({"date": "03/04/2024", "lastmod": "2024-04-03"}, "", "2024-04-03"),
        ({"date": "03/04/2024"}, "<p>Updated March 4, 2024</p>", "2024-03-04"),
        ({"date": "03/04/2024", "expires": "12/31/2029"}, "", "2024-03-04"),
        ({"date": "03/04/2024", "expires": "31/12/2029"}, "", "2024-04-03"),
        ({"date": "03/04/2024", "expires": "31/12/2029", "from": "12/31/2020"}, "", None),
        ({"date": "03/04/2024", "og:locale": "en_US"}, "", None),
    ],
)
def test_another_date_of_the_page_settles_day_and_month(
    head: dict[str, str], lines: str, expected: str | None
) -> None:
    found = parsed(f"{TITLE}{lines}{PROSE}", metas(**head))
    kinds = [notice.kind for notice in found.notices]
    assert found.article.published is not None
    if expected is None:
        assert kinds == ["AmbiguousDate"]
    else:
        assert kinds == []
        assert found.article.published.date().isoformat() == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://tide.example/2024/03/ferry", "2024-03-04"),
        ("https://tide.example/2024/4/ferry", "2024-04-03"),
        ("https://tide.example/2023/03/ferry", None),
    ],
)
def test_the_month_in_the_address_settles_day_and_month(url: str, expected: str | None) -> None:
    found = parsed(f"{TITLE}<p>03/04/2024</p>{PROSE}", url=url)
    assert found.article.published is not None
    day = found.article.published.date().isoformat()
    assert (None if found.notices else day) == expected


def test_a_reading_that_lies_ahead_of_the_saving_is_none() -> None:
    saved = datetime(2024, 3, 10, tzinfo=UTC)
    found = parsed(f"{TITLE}<p>03/04/2024</p>{PROSE}", saved=saved)
    assert found.article.published == datetime(2024, 3, 4, 12, tzinfo=UTC)
    assert found.notices == ()


def test_the_region_of_the_locale_gives_the_order() -> None:
    head = metas(**{"og:locale": "en_US"})
    assert published(f"{TITLE}<p>03/04/2024</p>{PROSE}", head) == "2024-03-04T12:00:00+00:00"
    assert published(f"{TITLE}<p>03/04/2024</p>{PROSE}") == "2024-04-03T12:00:00+00:00"


def test_a_locale_of_another_language_says_nothing() -> None:
    meta = Metadata(metas={"og:locale": ("en_US",)}, language="de")
    assert evidence.spoken(meta) == "de"
    assert evidence.spoken(Metadata(metas={"language": ("fr",)})) == "fr"


# Shown and declared ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("August 13, 2025", "2025-08-13"),
        ("Published August 13, 2025", "2025-08-13"),
        ("Updated August 13, 2025", "2025-11-29"),
        ("30 November 2025", "2025-11-29"),
    ],
)
def test_a_date_under_the_title_outweighs_a_declared_one_of_another_day(
    line: str, expected: str
) -> None:
    head = metas(article__published_time="2025-11-29T12:28:31-05:00")
    assert (published(f"{TITLE}<p>{line}</p>{PROSE}", head) or "")[:10] == expected


def test_a_date_under_the_title_may_stand_behind_the_standfirst_and_buttons() -> None:
    head = metas(article__published_time="2025-11-29T12:28:31-05:00")
    standfirst, *_ = PROSE.partition("</p>")
    top = f"{TITLE}{standfirst}</p><p>Copy link</p><p>Share</p><p>Print</p>"
    more = "".join(PROSE.replace("Monday", day) for day in ("Tuesday", "Friday"))
    assert (
        published(f"{top}<div class=meta>August 13, 2025</div>{more}", head)
        == "2025-08-13T12:00:00+00:00"
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Published August 13, 2025", "2025-08-13"),
        ("August 13, 2025", "2025-11-29"),
        ("Published December 13, 2025", "2025-11-29"),
    ],
)
def test_what_the_end_of_the_text_says_of_an_earlier_publication_counts(
    line: str, expected: str
) -> None:
    head = metas(article__published_time="2025-11-29T12:28:31-05:00")
    assert (published(f"{TITLE}{PROSE * 8}<p>{line}</p>", head) or "")[:10] == expected


def test_a_numeric_date_under_the_title_is_read_as_the_declared_one() -> None:
    head = metas(article__published_time="2024-03-04T10:00:00Z")
    body = f"{TITLE}<p>03/04/2024</p>{PROSE}"
    assert rule(body, head) == "meta"
    assert parsed(body, head).notices == ()


# Which line -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        # The calendar in a page's head, and the dateline below the title.
        (
            "<p>Sunday, December 24th 2023</p>" + "<p>Menu entry</p>" * 12 + TITLE
            + "<p>22 December 2023</p>" + PROSE, "2023-12-22",
        ),
        ("<p>Sunday, December 24th 2023</p>" + "<p>Menu</p>" * 12 + TITLE + PROSE, None),
        # A dateline behind the text, alone; several are those of comments.
        (TITLE + PROSE * 8 + "<p>Odo 10. September 2017</p>", "2017-09-10"),
        (
            TITLE + PROSE * 8 + "<p>Odo, 10 September 2017</p><p>So do I.</p>"
            "<p>Ada, 12 September 2017</p>", None,
        ),
        # Two days side by side: the later one is that of a change.
        (TITLE + "<p>May 21, 2025 April 24, 2025 by Odo Farrow</p>" + PROSE, "2025-04-24"),
        # An embedded message, a picture's name.
        (TITLE + PROSE + "<p>— Port Ellery (@ellery) December 22, 2023</p>" + PROSE, None),
        (TITLE + "<p>screen-shot-2023-11-16.png</p>" + PROSE, None),
        # Prose that holds a date stands back.
        (
            TITLE + "<h3>10 April 2025, 18:00: Talk on the Philosophy of Tides.</h3>"
            "<p>Odo Farrow Mar 06, 2025</p>" + PROSE, "2025-03-06",
        ),
        # Readers' comments: told by their marks, or by who says something.
        (TITLE + PROSE * 8 + "<p class=comment-meta>10 September 2017</p>", None),
        (TITLE + PROSE * 8 + "<p>Odo says:</p><p>10 September 2017</p>", None),
        (TITLE + PROSE * 8 + "<p>10 September 2017</p><p>So do I.</p><p>Reply</p>", None),
        (TITLE + PROSE * 8 + "<p class=comments-link>10 September 2017</p>", "2017-09-10"),
        # A label on a line of its own.
        (
            TITLE + "<p>Updated:</p><p>3 May 2024</p><p>Last change</p>" + "<p>Date published</p>"
            "<p>2 May 2024</p>" + PROSE, "2024-05-02",
        ),
        # Far behind the text, where nothing else is dated: alone, or as the day of publication.
        (TITLE + PROSE * 8 + FAR + "<p>2 May 2024</p>", "2024-05-02"),
        (TITLE + PROSE * 8 + FAR + "<p>Page updated 2 May 2024</p>", None),
        (
            TITLE + PROSE * 8 + FAR + "<p>Publication date</p><p>2 May 2024</p>"
            "<p>3 May 2024</p>", "2024-05-02",
        ),
        # The one that says it is the day of publication comes first.
        (TITLE + "<p>3 May 2024</p><p>Published 2 May 2024</p>" + PROSE, "2024-05-02"),
    ],
)  # fmt: skip
def test_the_dateline_is_told_from_other_dates(page: str, expected: str | None) -> None:
    assert (published(page) or "None")[:10] == str(expected)


def test_a_stamp_far_off_yields_to_the_line_under_the_title() -> None:
    card = '<div><time datetime="2019-07-03T10:18:46Z">10h18</time></div>'
    page = f"{TITLE}<p>Publié le 29 juin 2019</p>{PROSE}{card}"
    assert published(page, lang="fr") == "2019-06-29T12:00:00+00:00"


def test_a_stamp_yields_to_the_publication_that_its_own_line_tells() -> None:
    line = '<p><time datetime="2019-07-03T10:18:46Z">Publié le 29 juin 2019</time></p>'
    assert published(f"{TITLE}{line}{PROSE}", lang="fr") == "2019-06-29T12:00:00+00:00"


def test_a_day_that_only_an_attribute_tells_in_full_is_read() -> None:
    mark = '<span class="updated" title="{}T18:52:11+00:00"></span>'
    page = f"{TITLE}{PROSE}{mark.format('2013-04-04')}"
    assert published(page) == "2013-04-04T18:52:11+00:00"
    assert published(page + mark.format("2013-05-04")) is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2 May 2024", None),
        ("Published 2 May 2024", "2024-05-02"),
        ("Published:\n\n2 May 2024", "2024-05-02"),
    ],
)
def test_behind_the_body_of_a_dump_a_line_must_say_what_it_dates(
    line: str, expected: str | None
) -> None:
    prose = "The ferry was late again on Monday, and the harbour office said that it was sorry.\n\n"
    more = "Menu\n\nSport\n\n" + line + "\n\nWeather\n\nRegatta, 3 June 2021\n"
    content = f"The ferry that is always late\n\n{prose * 8}{more}"
    found = parser.parse(Document(kind="text", content=content), Config()).article.published
    assert (found and found.date().isoformat()) == expected


def test_a_day_inside_the_end_of_a_dumps_body_is_one_that_the_text_speaks_of() -> None:
    prose = [
        f"The ferry of {hour} o'clock was late, and everybody was sorry." for hour in range(24)
    ]
    lines = [*prose[:21], "Port Ellery, 3 May 2024", *prose[21:], "Menu", "Regatta, 3 June 2021"]
    content = "\n\n".join(["The ferry that is always late", *lines])
    found = parser.parse(Document(kind="text", content=content), Config())
    assert "3 May 2024" in found.article.text
    assert found.article.published is None


def test_of_several_metas_of_publication_the_earliest_counts() -> None:
    names = {"x__published-time": "2026-03-09", "x__published-date": "2021-02-16"}
    assert published(f"{TITLE}{PROSE}", metas(**names)) == "2021-02-16T12:00:00+00:00"


def test_stamps_far_behind_the_text_and_those_of_a_change_are_passed_over() -> None:
    menu = "<p>Menu entry</p>" * 40
    far = f'{TITLE}{PROSE}{menu}<p><time datetime="2019-07-03T10:18:46Z">then</time></p>'
    assert published(far) is None
    changed = '<p class="modified"><time datetime="2019-07-03T10:18:46Z">then</time></p>'
    assert published(f"{TITLE}{changed}{PROSE}") is None


@pytest.mark.parametrize(
    ("name", "is_read"),
    [
        ("published-date", True), ("published_on", True), ("x:publicationDate", True),
        ("bepress_citation_date", True), ("site.post_date", True), ("expiration_date", False),
        ("republished_on", False), ("updated_on", False),
    ],
)  # fmt: skip
def test_metas_are_known_by_what_their_name_means(name: str, *, is_read: bool) -> None:
    head = f'<meta name="{name}" content="2024-05-02">'
    assert (published(f"{TITLE}{PROSE}", head) is not None) == is_read


def test_a_web_page_lends_its_dates_when_nothing_nearer_has_one() -> None:
    data = '{"@type": "WebPage", "datePublished": "2024-05-02", "dateModified": "2024-05-04"}'
    head = f'<script type="application/ld+json">{{"@graph": [{data}]}}</script>'
    body = f"{TITLE}{PROSE}"
    assert rule(body, head) == "linked_page"
    assert parsed(body, head).article.updated is not None
    assert published(f"{TITLE}{PROSE}", head + metas(date="2024-05-03"))[:10] == "2024-05-03"


def test_data_of_scripts_that_disagree_say_nothing() -> None:
    script = '<script>x={{"publishedAt":"2024-05-02"}};y={{"publishedAt":"{}"}}</script>'
    assert published(f"{TITLE}{PROSE}{script.format('2024-05-03')}") is not None
    assert published(f"{TITLE}{PROSE}{script.format('2024-06-03')}") is None


# The file's time ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2 hours ago", "2024-09-02T18:00:00+00:00"),
        ("Published 2 days ago", "2024-08-31T12:00:00+00:00"),
        ("Dec 23", "2023-12-23T12:00:00+00:00"),
        ("Dec 23 — © 2024 The Tide", "None"),
    ],
)
def test_a_time_ago_is_counted_from_the_files_time(line: str, expected: str) -> None:
    found = parsed(f"{TITLE}<p>{line}</p>{PROSE}", written=WRITTEN)
    when = found.article.published
    assert (when.isoformat() if when else "None") == expected
    assert found.article.by_file_time == (when is not None)
    assert [notice.kind for notice in found.notices] == ["FileTime"] * (when is not None)


def test_a_dump_may_be_younger_than_the_page_so_a_bare_day_is_no_date() -> None:
    prose = "The ferry was late again on Monday, and the harbour office said that it was sorry.\n\n"
    days = []
    for line in ("Sep 1", "yesterday at 9:40"):
        content = f"The ferry that is always late\n\n{line}\n\n{prose * 3}"
        document = Document(kind="text", content=content, written=WRITTEN)
        days.append(parser.parse(document, Config()).article.published)
    assert days == [None, datetime(2024, 9, 1, 9, 40, tzinfo=UTC)]


def test_a_wire_dateline_takes_its_year_from_the_files_time() -> None:
    page = f"{TITLE}<p>PORT ELLERY, Aug 29 (AP) - The ferry was late again, they said.</p>{PROSE}"
    assert published(page, written=WRITTEN) == "2024-08-29T12:00:00+00:00"
    assert published(page) is None


@pytest.mark.parametrize(
    ("more", "written", "expected"),
    [
        ("", WRITTEN, True),
        ("<p>© 2024 The Tide</p>", WRITTEN, True),
        ("<p>© 2021 The Tide</p>", WRITTEN, False),
        ("", WRITTEN.replace(year=1970), False),
        ("", None, False),
    ],
)
def test_a_files_time_that_the_page_contradicts_counts_for_nothing(
    more: str, written: datetime | None, *, expected: bool
) -> None:
    page = f"{TITLE}<p>2 hours ago</p>{PROSE}{more}"
    assert (published(page, written=written) is not None) == expected


def test_the_time_of_saving_is_asked_before_the_files_time() -> None:
    page = f"{TITLE}<p>2 hours ago</p>{PROSE}"
    found = parsed(page, written=WRITTEN, saved=datetime(2024, 9, 1, 12, tzinfo=UTC))
    assert found.article.published == datetime(2024, 9, 1, 10, tzinfo=UTC)
    assert not found.article.by_file_time


ROWS = (
    "<table><tr><th>Keel laid</th><td>{}</td></tr><tr><th>Builder</th><td>Hallow</td></tr></table>"
)
BOXED = "<table><tr><th>Keel laid</th><td><div>May 27, 2009</div></td></tr></table>"


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (ROWS.format("May 27, 2009"), None),
        (BOXED, None),
        (ROWS.format("May 27, 2009").replace("Keel laid", "Published"), "2009-05-27"),
        ("<table><tr><td>Ada Quill</td><td>May 27, 2009</td></tr></table>", "2009-05-27"),
    ],
)
def test_a_row_of_a_table_dates_the_page_only_if_it_says_so(
    table: str, expected: str | None
) -> None:
    found = published(f"{TITLE}{table}{PROSE}")
    assert (found and found[:10]) == expected
