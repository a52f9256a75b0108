"""Printed dates: the table of datelines, the context's say, places, addresses, properties."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsmith.dates import (
    DateContext,
    find_dateline,
    find_datelines,
    find_place,
    parse_date,
    url_date,
    wire_day,
)

SAVED = datetime(2024, 9, 5, 12, tzinfo=UTC)
PAGE = DateContext(UTC, "dmy", None, SAVED)
UNSAVED = DateContext(UTC, "dmy")
TABLE = Path(__file__).parent / "data" / "datelines.txt"
ROWS = [
    tuple(part.strip() for part in row.rsplit(" | ", 1))
    for row in TABLE.read_text(encoding="utf-8").splitlines()
    if row and not row.startswith("#")
]


@pytest.mark.parametrize(("line", "expected"), ROWS)
def test_dateline_is_read_as_the_table_says(line: str, expected: str) -> None:
    found = find_dateline(line, PAGE)
    if expected == "none":
        assert found is None
        return
    assert found is not None
    if found.precision == "day":
        assert found.when.date().isoformat() == expected
        assert (found.when.hour, found.when.utcoffset()) == (12, timedelta(0))
    else:
        assert found.when == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("order", "language", "expected"),
    [
        ("dmy", "en", "2024-04-03"),
        ("mdy", "en", "2024-03-04"),
        ("dmy", "en-US", "2024-03-04"),
        ("dmy", "en_PH", "2024-03-04"),
        ("dmy", "de", "2024-04-03"),
    ],
)
def test_order_of_configuration_or_language_decides(
    order: str, language: str, expected: str
) -> None:
    found = find_dateline("03/04/2024", DateContext(UTC, order, language))  # type: ignore[arg-type]
    assert found is not None
    assert found.ambiguous
    assert found.when.date().isoformat() == expected


def test_over_twelve_decides_against_any_order() -> None:
    found = find_dateline("11.15.2019 10:09 AM", DateContext(UTC, "dmy"))
    assert found is not None
    assert not found.ambiguous
    assert found.when == datetime(2019, 11, 15, 10, 9, tzinfo=UTC)


def test_two_digit_year_first_where_the_language_says_so() -> None:
    found = find_dateline("24/09/02", DateContext(UTC, "ymd", "ko"))
    assert found is not None
    assert found.when.date().isoformat() == "2024-09-02"


def test_printed_offset_is_kept_and_zone_of_context_is_marked() -> None:
    printed = find_dateline("2 Sep 2024 19:25 CEST", UNSAVED)
    assumed = find_dateline("2 Sep 2024 19:25", DateContext(ZoneInfo("Europe/Paris"), "dmy"))
    assert printed is not None
    assert assumed is not None
    assert printed.when.utcoffset() == assumed.when.utcoffset() == timedelta(hours=2)
    assert (printed.zone_assumed, assumed.zone_assumed) == (False, True)
    assert pickle.loads(pickle.dumps(assumed)) == assumed


@pytest.mark.parametrize(
    ("line", "language", "hours"),
    [
        ("2 Sep 2024 10:00 ET", "en", -4),
        ("2 Dec 2024 10:00 ET", "en", -5),
        ("2 Sep 2024 10:00 CET", "en", 2),
        ("2 Sep 2024 10:00 IST", "en", 5.5),
        ("2 Sep 2024 10:00 IST", "he", 3),
        ("2 Sep 2024 10:00 CST", "zh-CN", 8),
        ("2 Sep 2024 10:00 UTC-04:30", "es", -4.5),
    ],
)
def test_zone_names_follow_season_and_language(line: str, language: str, hours: float) -> None:
    found = find_dateline(line, DateContext(UTC, "dmy", language))
    assert found is not None
    assert found.when.utcoffset() == timedelta(hours=hours)


def test_listopad_is_october_in_croatian_and_november_elsewhere() -> None:
    months = []
    for language in ("hr", "pl", None):
        found = find_dateline("2. listopada 2023.", DateContext(UTC, "dmy", language))
        assert found is not None
        months.append(found.when.month)
    assert months == [10, 11, 11]


def test_labels_tell_publication_from_change() -> None:
    line = "Updated 3 Sep 2024 08:00 | Published 2 Sep 2024"
    assert [found.label for found in find_datelines(line, PAGE)] == ["updated", "published"]
    found = find_dateline(line, PAGE)
    assert found is not None
    assert found.when.day == 2
    only = find_dateline("Aktualisiert am 3. September 2024", PAGE)
    assert only is not None
    assert only.label == "updated"


@pytest.mark.parametrize("line", ["2 hours ago", "yesterday at 9:40", "4 September", "Dec 23"])
def test_nothing_is_filled_in_without_an_anchor(line: str) -> None:
    assert find_dateline(line, UNSAVED) is None
    assert find_dateline(line, PAGE) is not None


def test_relative_dates_count_from_the_anchor_with_its_offset() -> None:
    zone = timezone(timedelta(hours=3))
    saved = datetime(2024, 9, 5, 1, tzinfo=zone)
    found = find_dateline("Friday 11:15AM", DateContext(UTC, "mdy", "en", saved))
    assert found is not None
    assert found.when == datetime(2024, 8, 30, 11, 15, tzinfo=zone)


def test_year_wraps_before_the_anchor() -> None:
    saved = datetime(2024, 1, 2, 9, tzinfo=UTC)
    found = find_dateline("December 30", DateContext(UTC, "mdy", "en", saved))
    assert found is not None
    assert found.when.date().isoformat() == "2023-12-30"


@pytest.mark.parametrize(
    "line",
    ["2099-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "8 September 2024"],
)
def test_implausible_dates_are_none(line: str) -> None:
    assert find_dateline(line, PAGE) is None
    assert parse_date(line, PAGE) is None


def test_bad_time_leaves_the_day() -> None:
    for line in ("2 Sep, 2024 25:61", "2024-09-02T25:61:00Z", "2 Sep 2024 24:00"):
        found = find_dateline(line, PAGE)
        assert found is not None
        assert (found.precision, found.when.day) == ("day", 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1725305100", "2024-09-02T19:25:00+00:00"),
        ("1725305100000", "2024-09-02T19:25:00+00:00"),
        ("2024-09-02T19:25:08.123456-05:00", "2024-09-02T19:25:08-05:00"),
        ("20240902T192508Z", "2024-09-02T19:25:08+00:00"),
        ("2024-09-02", "2024-09-02T12:00:00+00:00"),
        ("Mon, 02 Sep 2024 19:25:08 GMT", "2024-09-02T19:25:08+00:00"),
        ("Mon Sep 02 2024 19:25:08 GMT-0500 (Central Daylight Time)", "2024-09-02T19:25:08-05:00"),
        ("2024-09-02 19:25", "2024-09-02T19:25:00+00:00"),
        ("2024 09 02", "2024-09-02T12:00:00+00:00"),
        ("2024 09 02 19:25", "2024-09-02T19:25:00+00:00"),
        ("2024 09 02 19:25 MSK", "2024-09-02T19:25:00+03:00"),
        ("2024 09 02 19:25 +0200", "2024-09-02T19:25:00+02:00"),
        ("2024 09 02 19:25 XYZ", "2024-09-02T19:25:00+00:00"),
    ],
)
def test_whole_strings_are_read(text: str, expected: str) -> None:
    found = parse_date(text, PAGE)
    assert found is not None
    assert found.when.isoformat() == expected


@pytest.mark.parametrize(
    "text", ["", "May", "10", "0:00", "2024", "May 2024", "PT15M", "n/a", "0", "20240230T100000Z"]
)
def test_incomplete_strings_are_none(text: str) -> None:
    assert parse_date(text, PAGE) is None


def test_odd_whole_strings_never_borrow_a_part() -> None:
    assert parse_date("week 10 of 2024", PAGE) is None
    assert parse_date("2024 09", PAGE) is None
    assert parse_date("2024 10:15", PAGE) is None


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://example.org/2024/09/02/bridge", "2024-09-02"),
        ("https://example.org/news/2024-09-02-bridge", "2024-09-02"),
        ("https://example.org/world/2024/sep/02/bridge", "2024-09-02"),
        ("https://example.org/a/20240902/bridge", "2024-09-02"),
        ("https://example.org/2024/9/2/", "2024-09-02"),
        ("https://example.org/2024/13/02/bridge", None),
        ("https://example.org/1950/01/02/bridge", None),
        ("https://example.org/2024/09/bridge", None),
        ("https://example.org/x?day=/2024/09/02/", None),
    ],
)
def test_day_in_an_address(address: str, expected: str | None) -> None:
    found = url_date(address, PAGE)
    assert (found.when.date().isoformat() if found else None) == expected


@pytest.mark.parametrize(
    ("paragraph", "place", "day"),
    [
        ("PORT ELLERY, Norland (AP) — Ferries stopped on Monday.", "PORT ELLERY, Norland", None),
        ("PORT ELLERY, Sept. 2 (Reuters) - Ferries stopped.", "PORT ELLERY", "2024-09-02"),
        ("CLEAR BAY, Norland, Dec 23 (Reuters) - Ferries.", "CLEAR BAY, Norland", "2023-12-23"),
        ("Ellery, 4 mars 2023 (AFP) – Les bacs.", "Ellery", "2023-03-04"),
        ("Ellery (dpa) - Die Fähren fahren nicht.", "Ellery", None),
        ("PORT ELLERY -- Ferries stopped.", "PORT ELLERY", None),
        ("ELLERY: The ferries stopped.", "ELLERY", None),
        ("ЭЛЛЕРИ, 2 сен - РИА Новости. Паромы стоят.", "ЭЛЛЕРИ", "2024-09-02"),
        ("ELLERY, September 2. /TASS/. The ferries stopped.", "ELLERY", "2024-09-02"),
        ("New Ellery, 2 September (PTI): The ferries", "New Ellery", "2024-09-02"),
        ("(ANSA) - ELLERY, 02 SET - I traghetti.", "ELLERY", "2024-09-02"),
        ("新华社海港9月2日电（记者李四）渡轮停航。", "海港", "2024-09-02"),
        ("(항구=연합뉴스) 홍길동 기자 = 여객선이", "항구", None),
        ("(CNN) — Ferries stopped.", None, None),
        ("BREAKING: Ferries stopped.", None, None),
        ("The ferries - both of them - stopped.", None, None),
        ("Jane Doe: I saw the ferry.", None, None),
        ("TV - a love story", None, None),
        ("", None, None),
    ],
)
def test_place_and_day_of_a_wire_dateline(
    paragraph: str, place: str | None, day: str | None
) -> None:
    assert find_place(paragraph) == place
    found = wire_day(paragraph, PAGE)
    assert (found.when.date().isoformat() if found else None) == day


@given(st.text(max_size=120))
def test_any_text_gives_a_plausible_aware_date_or_none(text: str) -> None:
    for found in (parse_date(text, PAGE), find_dateline(text, PAGE), url_date(text, PAGE)):
        if found is not None:
            assert found.when.utcoffset() is not None
            assert found.when.microsecond == 0
            assert found.when.year >= 1990
    find_place(text)


@given(st.datetimes(min_value=datetime(1990, 1, 2), max_value=datetime(2024, 9, 4)))  # noqa: DTZ001
def test_printed_forms_of_one_moment_agree(when: datetime) -> None:
    when = when.replace(microsecond=0, tzinfo=UTC)
    month = "JanFebMarAprMayJunJulAugSepOctNovDec"[3 * when.month - 3 :][:3]
    clock = f"{when.hour:02d}:{when.minute:02d}:{when.second:02d}"
    for line in (
        when.isoformat(),
        f"{when.day} {month} {when.year} {clock}",
        f"{month} {when.day}, {when.year} at {clock} UTC",
        f"{clock}, {when.day}.{when.month}.{when.year}",
        f"{when.year}年{when.month}月{when.day}日 {clock}",
    ):
        found = find_dateline(line, PAGE)
        assert found is not None, line
        assert found.when == when, line
