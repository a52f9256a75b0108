"""Ambiguous dates that other files of a site settle: once, for ever, and never by a guess."""

from __future__ import annotations

import json

import pytest
from conftest import Program, dump

SURE = ("03/25/2024", "04/30/2024")  # the month comes first


def page(title: str, date: str, *, site: str = "tides.example") -> str:
    """Return a saved page that prints one date, in figures."""
    head = f'<link rel="canonical" href="https://{site}/news/{title.lower().replace(" ", "-")}">'
    body = "".join(
        f"<p>{title} was what {site} talked about all that week, and {who} said so twice.</p>"
        for who in ("the pilot", "the baker by the quay", "the keeper of the light")
    )
    return f"<html><head>{head}</head><body><article><h1>{title}</h1><p>{date}</p>{body}</article>"


def days(program: Program) -> dict[str, str]:
    """Return title → day of every entry."""
    return {title: str(item["date_published"])[:10] for title, item in program.entries().items()}


def save(program: Program, *dates: str, site: str = "tides.example") -> None:
    for date in dates:
        name = f"Report of {date.replace('/', ' ')}"
        program.write(f"saved/{site}/{name}.html", page(name, date, site=site))


def test_other_pages_of_the_site_settle_day_and_month(program: Program) -> None:
    save(program, "03/04/2024", *SURE)
    save(program, "03/04/2024", site="elsewhere.example")
    done = program("build", "saved", "-v")
    assert done.returncode == 0
    found = {item["url"]: item["date_published"][:10] for item in program.feed()["items"]}
    assert found["https://tides.example/news/report-of-03-04-2024"] == "2024-03-04"
    assert found["https://elsewhere.example/news/report-of-03-04-2024"] == "2024-04-03"
    assert "tides.example/Report of 03 04 2024.html: SettledDate: 2024-03-04" in done.stderr
    assert "elsewhere.example/Report of 03 04 2024.html: AmbiguousDate: " in done.stderr


@pytest.mark.parametrize(
    "others",
    [(), SURE[:1], (*SURE, "25/03/2024")],
    ids=["none", "one alone may be a slip", "they differ"],
)
def test_without_agreement_the_configured_order_holds(
    program: Program, others: tuple[str, ...]
) -> None:
    save(program, "03/04/2024", *others)
    assert "AmbiguousDate" in program("build", "saved", "-v").stderr
    assert days(program)["Report of 03 04 2024"] == "2024-04-03"


def test_dumps_without_an_address_ask_their_folder(program: Program) -> None:
    for number, date in enumerate(("03/04/2024", *SURE)):
        name = ("Ferry returns", "Bridge reopens", "Museum closes")[number]
        program.write(f"saved/town/{name}.txt", dump(name, date=f"{date} 10:00"))
    program.write("saved/Ferry stays.txt", dump("Ferry stays", date="03/04/2024 10:00"))
    program.ok("build", "saved")
    assert days(program)["Ferry returns"] == "2024-03-04"
    assert days(program)["Ferry stays"] == "2024-04-03"


def test_a_file_that_comes_later_moves_no_date(program: Program) -> None:
    save(program, "03/04/2024")
    program.ok("build", "saved")
    save(program, *SURE)
    program.ok("build", "saved")
    assert days(program)["Report of 03 04 2024"] == "2024-04-03"
    save(program, "05/06/2024")
    program.ok("build", "saved")
    assert days(program)["Report of 05 06 2024"] == "2024-05-06"


def test_what_was_settled_stays_so_without_the_cache_and_the_other_files(program: Program) -> None:
    save(program, "03/04/2024", *SURE)
    program.ok("build", "saved")
    before = program.bytes_of()
    cache = program.folder / ".feedsmith-out" / "cache.sqlite3"
    cache.unlink()
    program.ok("build", "saved")
    assert program.bytes_of() == before
    for name in SURE:
        (program.folder / f"saved/tides.example/Report of {name.replace('/', ' ')}.html").unlink()
    cache.unlink()
    program.ok("build", "saved")
    assert days(program) == {"Report of 03 04 2024": "2024-03-04"}


def test_a_settled_page_saved_again_is_the_same_entry(program: Program) -> None:
    save(program, "03/04/2024", *SURE)
    program.ok("build", "saved")
    before = program.entries()["Report of 03 04 2024"]
    path = program.folder / "saved/tides.example/Report of 03 04 2024.html"
    path.write_text(path.read_text().replace("said so twice", "said so often"))
    program.ok("build", "saved")
    after = program.entries()["Report of 03 04 2024"]
    assert (after["id"], after["date_published"]) == (before["id"], before["date_published"])
    assert len(program.entries()) == 3


def test_parse_and_explain_show_the_settled_date(program: Program) -> None:
    save(program, "03/04/2024", *SURE)
    path = "saved/tides.example/Report of 03 04 2024.html"
    assert json.loads(program.ok("parse", path))["published"].startswith("2024-04-03")
    program.ok("build", "saved")
    assert json.loads(program.ok("parse", path))["published"].startswith("2024-03-04")
    assert "day and month in the order of its site" in program.ok("explain", path)


def test_the_order_that_the_user_tells_of_a_site_leaves_no_doubt(program: Program) -> None:
    save(program, "03/04/2024")
    program.write("config.toml", '[site."tides.example"]\ndate_order = "mdy"\n')
    done = program("build", "saved", "-v")
    assert "AmbiguousDate" not in done.stderr
    assert days(program) == {"Report of 03 04 2024": "2024-03-04"}
    program.write("config.toml", '[site."tides.example"]\ndate_order = "dmy"\n')
    program.ok("build", "saved")
    assert days(program) == {"Report of 03 04 2024": "2024-04-03"}
