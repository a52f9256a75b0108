"""Tops of parts may be merged in any order, in any tree and twice; they are those of all rows."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from feedsmith.cache import EntryRow
from feedsmith.wide.merge import WHOLE, Limits, Row, Tops, merged, merged_all, tops_of

LIMITS = Limits(3, 4, "2024-03", frozenset({"sea"}))
TOPICS = ("", "sea", "land", "sea land", "air")


def row(number: int, day: int, seen: int, topics: str) -> Row:
    entry = EntryRow(
        f"urn:{number:02}", "a.html", "", f"2024-01-{day:02}", "2024-01-31", "p", f"d{day}", 10,
        "en", topics, seen=f"2024-0{seen}",
    )  # fmt: skip
    return Row(entry, f"2024-01/key/{number}")


ROWS = st.lists(
    st.builds(
        row, st.integers(0, 30), st.integers(1, 9), st.integers(1, 5), st.sampled_from(TOPICS)
    ),
    max_size=40,
)


def once(rows: list[Row]) -> list[Row]:
    """Return the rows with each id once, as one part of a ledger has them."""
    return list({one.entry.id: one for one in rows}.values())


PARTS = st.lists(st.builds(once, ROWS), max_size=6)
TOPS = st.builds(lambda rows, part: tops_of(once(rows), LIMITS, part), ROWS, st.integers(0, 3))


@settings(deadline=None)
@given(TOPS, TOPS, TOPS)
def test_merging_is_associative(one: Tops, two: Tops, three: Tops) -> None:
    left = merged(merged(one, two, LIMITS), three, LIMITS)
    right = merged(one, merged(two, three, LIMITS), LIMITS)
    assert left == right


@settings(deadline=None)
@given(ROWS, ROWS)
def test_merging_is_commutative(one: list[Row], two: list[Row]) -> None:
    first, second = tops_of(once(one), LIMITS, 0), tops_of(once(two), LIMITS, 1)
    assert merged(first, second, LIMITS) == merged(second, first, LIMITS)


@settings(deadline=None)
@given(TOPS)
def test_merging_is_idempotent_and_nothing_changes_nothing(one: Tops) -> None:
    assert merged(one, one, LIMITS) == one
    assert merged(one, Tops(), LIMITS) == merged(Tops(), one, LIMITS) == one


@settings(deadline=None)
@given(PARTS, st.randoms(use_true_random=False))
def test_any_tree_over_any_order_gives_the_same(parts: list[list[Row]], chance: object) -> None:
    tops = [tops_of(rows, LIMITS, number) for number, rows in enumerate(parts)]
    wanted = merged_all(tops, LIMITS)
    again = [*tops, *tops]
    chance.shuffle(again)  # type: ignore[attr-defined]
    while len(again) > 1:
        pair = again.pop(), again.pop(chance.randrange(len(again)))  # type: ignore[attr-defined]
        again.append(merged(*pair, LIMITS))
    assert (again or [Tops()])[0] == wanted


@settings(deadline=None)
@given(ROWS)
def test_the_tops_of_parts_are_those_of_all_rows(rows: list[Row]) -> None:
    rows = once(rows)
    parts = [
        tops_of([one for one in rows if int(one.entry.id[4:]) % 3 == part], LIMITS, part)
        for part in range(3)
    ]
    found = merged_all(parts, LIMITS)
    for topic in (WHOLE, "sea", "land", "air"):
        own = [one for one in rows if topic in LIMITS.topics_of(one.entry)]
        own.sort(key=lambda one: one.entry.id)
        own.sort(key=lambda one: one.entry.published, reverse=True)
        unread = [one for one in own if one.entry.seen >= LIMITS.unread]
        assert found.newest.get(topic, ()) == tuple(own[:3])
        assert found.unread.get(topic, ()) == tuple(unread[:4])
        assert found.total(topic) == len(own)
    seen = sorted(one.entry.seen for one in rows)
    assert {one.entry.seen for one in found.ends} == set(seen[:1] + seen[-1:])
    assert found.first == min((one.entry.id for one in rows), default="")
    names = [one.entry.id for one in found.rows()]
    assert all(one < other for one, other in pairwise(names))


def test_what_is_excluded_is_only_in_its_topics() -> None:
    found = tops_of([row(1, 1, 1, "sea land"), row(2, 1, 1, "land")], LIMITS)
    assert [one.entry.id for one in found.newest[WHOLE]] == ["urn:02"]
    assert (found.total(WHOLE), found.total("land"), found.total("sea")) == (1, 2, 1)


def test_many_rows_keep_little() -> None:
    found = tops_of((row(n, 1 + n % 9, 1, "land") for n in range(100)), LIMITS)
    assert [one.entry.published for one in found.newest["land"]] == ["2024-01-09"] * 3
    assert len(found.rows()) <= 5
