"""Dumps: how lines become blocks and numbers, and how numbers become a body and a title."""

from __future__ import annotations

import pytest

from feedsmith import parser
from feedsmith.config import Config
from feedsmith.model import Article, Document
from feedsmith.parser import bodylines, lines, secondlook, textbody, textpage, titlelines
from feedsmith.parser.weights import text, text_again, title_text

PROSE = "The ferry from Hallow was late again on Monday, and the harbour office was sorry."
OTHER = "The harbour office at Hallow promised that the next ferry would leave in time."
CAPTION = "FILE - The ferry lies at the quay of Hallow in the fog of May 4, 2023. (Photo: Bo Lind)"


def texts(content: str, wrapper: str = "text dump") -> list[str]:
    blocks = textpage.blocks_of(Document(kind="text", content=content, wrapper=wrapper))
    return [block.text for block in blocks]


def looked_at(content: str) -> lines.Lines:
    blocks = textpage.blocks_of(Document(kind="text", content=content))
    found = textbody.near_lines(blocks, content.split("\n"))
    assert found is not None
    return found


def test_units_do_not_glue_two_lines() -> None:
    menu = "NewsSportBusinessOpinionWeatherTravelHealthScience"
    line = "Some 120K cars are called back, the office of the harbour says."
    assert texts(f"{menu}\n{PROSE}\n{line}")[-1] == line


def test_names_that_are_written_in_one_word_are_no_glued_text() -> None:
    names = "EdgeCo, MarinoVox, JWood, AtHome, QuickTap and PixelBay"
    line = f"Ships of {names} lay in the harbour."
    assert texts(f"{PROSE}\n\n{line}\n") == [PROSE, line]


def test_markdown_loses_its_emphasis_and_its_escapes() -> None:
    content = (
        f"# The _Edda_ sails\n\n_Peer_ said \\- and meant it \\- that snake_case stays.\n\n{PROSE}"
    )
    assert texts(content)[:2] == [
        "The Edda sails",
        "Peer said - and meant it - that snake_case stays.",
    ]


def test_a_credit_and_a_byline_are_not_joined_to_the_title_above() -> None:
    title = "Looking forward to a year of late ferries and early fog in the sound"
    content = f"{title}\n(Photo: Hallow)\nby Ada Quill\n{PROSE}\n{OTHER}"
    assert texts(content)[0] == title


def test_a_wrapped_title_is_joined_where_it_goes_on_in_lower_case() -> None:
    title = "   Hallow harbour takes the ferry back after a long winter in the dock and\n"
    content = f"{title}           opens a new quay\n\n   {PROSE[:70]}\n   {PROSE[70:]}\n"
    assert texts(content, "lynx dump")[0].endswith("in the dock and opens a new quay")


def test_a_line_drawn_below_a_wrapped_title_is_no_part_of_it() -> None:
    title = "   Hallow harbour takes the ferry back after a long winter in dock\n"
    menu = "   Ferries of the whole sound and of the islands beyond it, by name\n"
    prose = PROSE.replace(" office", "\n   office")
    content = f"{title}   {'_' * 66}\n\n   {prose}\n\n{menu * 12}"
    assert texts(content)[:2] == [title.strip(), PROSE]


def test_a_name_in_italics_is_joined_to_what_it_owns() -> None:
    content = f"The Edda\n’s late return\n{PROSE}\nHallow\n, \nQuillan"
    assert texts(content) == ["The Edda’s late return", PROSE, "Hallow,", "Quillan"]


def test_data_for_a_script_is_no_line_unless_text_is_glued_to_it() -> None:
    data = '{"id":"11","pageType":"news","adSlots":["topBanner","sideBar"]}'
    assert texts(f"{PROSE}\n{data}\n{OTHER}") == [PROSE, OTHER]
    assert OTHER in texts(f"{PROSE}\n{data}{OTHER}")[-1]


def test_a_paragraph_that_comes_again_is_kept_once() -> None:
    more = [f"{OTHER} It said so for the {n}th time, and nobody was glad of it." for n in range(9)]
    content = "\n\n".join(["Late again, the ferry", PROSE, *more[:5], PROSE, *more[5:]])
    blocks = textpage.blocks_of(Document(kind="text", content=content))
    body, _ = textbody.choose(blocks, content.split("\n"))
    assert [blocks[at].text for at in body].count(PROSE) == 1


def test_a_heading_between_paragraphs_stays_and_a_lonely_sentence_goes() -> None:
    odds = [-4.0, 0.4, -4.0, -4.0, 5.0, -0.3, 5.0, 5.0, -4.0]
    words = [1.0, 1.0, 3.0, 3.0, 60.0, 4.0, 60.0, 60.0, 2.0]
    assert textbody.runs(odds, words) == (4, 5, 6, 7)


def test_nothing_is_kept_when_nothing_speaks_for_it() -> None:
    assert textbody.runs([-1.0, -2.0], [3.0, 4.0]) == ()


def test_a_block_that_barely_speaks_for_itself_is_left_at_the_end() -> None:
    assert textbody.runs([5.0, 5.0, 0.1, 0.1, 0.1], [60.0] * 5) == (0, 1)
    assert textbody.runs([5.0, 0.1, 5.0], [60.0] * 3) == (0, 1, 2)


def test_where_little_is_sure_the_likeliest_is_taken() -> None:
    words, chars = [60.0] * 6, [360] * 6
    unsure = [-4.0, -0.5, -0.5, -0.5, -4.0, -4.0]
    assert textbody.runs(unsure, words) == ()
    assert textbody.likeliest(unsure, words, chars) == (1, 2, 3)
    assert textbody.likeliest([5.0, 5.0, 5.0, 5.0, -0.5, -4.0], words, chars) == (0, 1, 2, 3)
    assert textbody.likeliest([-4.0] * 6, words, chars) == ()


def test_less_doubt_takes_what_stands_near_the_sure_body_only() -> None:
    odds = [1.0, 1.0, -0.5, *[-4.0] * 8, -0.5, -0.5]
    words, chars = [60.0] * len(odds), [360] * len(odds)
    assert textbody.runs(odds, words) == (0, 1)
    assert textbody.likeliest(odds, words, chars) == (0, 1, 2)


def test_lines_behind_the_heading_of_a_tail_are_no_body() -> None:
    own = {"tail": [0.0, 1.0, 0.0, 0.0, 1.0, 0.0], "words": [9.0] * 6, "ends": [0.0] * 6}
    prose = [80, 0, 90, 0, 0, 0]
    assert textbody.without_tail(range(6), prose, own) == (0, 1, 2, 3)
    assert textbody.without_tail(range(4), prose, own) == (0, 1, 2, 3)
    assert textbody.without_tail([], prose, own) == ()


def test_a_few_words_alone_behind_the_last_paragraph_are_no_body() -> None:
    own = {"tail": [0.0] * 3, "words": [20.0, 1.0, 1.0], "ends": [1.0, 0.0, 0.0]}
    assert textbody.without_tail([0, 1], [80, 0, 0], own) == (0,)
    assert textbody.without_tail([0, 1, 2], [80, 0, 0], own) == (0, 1, 2)
    ended = own | {"ends": [1.0, 1.0, 0.0]}
    assert textbody.without_tail([0, 1], [80, 0, 0], ended) == (0, 1)


def test_blocks_far_from_any_prose_are_not_asked_about() -> None:
    assert textbody.near_prose([0, 0, 5, 0, 0, 0], 1) == [1, 2, 3]


@pytest.mark.parametrize(
    "content", [PROSE, f"Title of it\n{PROSE}\n\n{OTHER}", "渡し船が来た。" * 9]
)
def test_the_columns_are_those_that_the_forests_ask_for(content: str) -> None:
    page = looked_at(content)
    own = lines.own_columns(page)
    body = bodylines.body_columns(page, own, -1)
    title = titlelines.title_columns(page, own, [0])
    again = secondlook.columns(page, own, [0.5] * len(page.blocks), ())
    assert set(text.FEATURES) == set(body)
    assert set(text_again.FEATURES) == set(again)
    assert set(title_text.FEATURES) == set(title)
    assert {len(column) for column in (*body.values(), *again.values())} == {len(page.blocks)}
    assert {len(column) for column in title.values()} == {1}


def test_empty_lines_and_indents_are_counted() -> None:
    page = looked_at(f"   Title\n\n\n{PROSE}\n{OTHER}")
    own = lines.own_columns(page)
    assert own["indent"] == [3.0, 0.0, 0.0]
    assert own["gap"] == [0.0, 2.0, 0.0]


def test_what_follows_the_last_sentence_of_a_caption_is_measured() -> None:
    page = looked_at(f"The mole at dusk. Peer Hallow\n{PROSE}\nPeer Hallow")
    assert lines.own_columns(page)["rest"] == [11.0, -1.0, 200.0]


def test_a_note_about_the_author_opens_with_the_name_of_the_byline() -> None:
    note = "Ada Quill is a reporter who covers the harbour of Hallow for the Gazette."
    page = looked_at(f"The ferry is late again\n\nBy Ada Quill\n\n{PROSE}\n\n{note}")
    own = lines.own_columns(page)
    columns = bodylines.body_columns(page, own, 0)
    assert columns["named"] == [0.0, 0.0, 0.0, 2.0]
    assert columns["names"] == [2.0] * 4
    assert own["bio"] == [0.0, 0.0, 0.0, 2.0]


def test_paragraphs_count_together_unless_something_stands_between() -> None:
    page = looked_at(f"The ferry is late again\n\n{PROSE}\n\n{OTHER}\nMore news\n{OTHER}")
    columns = bodylines.body_columns(page, lines.own_columns(page), 0)
    whole, one = float(sum(page.prose[1:3])), float(page.prose[4])
    assert columns["streak"] == [0.0, whole, whole, 0.0, one]
    assert columns["gap_run"] == [0.0, 1.0, 1.0, 0.0, 0.0]


def looked_at_again(content: str, odds: list[float]) -> dict[str, lines.Column]:
    page = looked_at(content)
    own = lines.own_columns(page)
    return secondlook.columns(page, own, odds, textbody.runs(odds, own["words"]))


def test_a_second_look_tells_what_stands_among_body() -> None:
    content = f"Late ferry\n\n{PROSE}\n\nThe office\n\n{OTHER}\n\nMore news\n\n{CAPTION}"
    columns = looked_at_again(content, [-4.0, 5.0, 0.1, 5.0, -4.0, 0.1])
    assert columns["run"] == [-1.0, 3.0, 3.0, 3.0, -2.0, -2.0]
    assert columns["from_first"] == [-1.0, 0.0, 1.0, 2.0, 3.0, 4.0]
    assert columns["to_last"] == [3.0, 2.0, 1.0, 0.0, -1.0, -2.0]
    assert columns["sure_up"] == [41.0, 41.0, 1.0, 2.0, 1.0, 2.0]
    assert columns["sure_on"] == [1.0, 2.0, 1.0, 41.0, 41.0, 41.0]
    assert columns["body_in_1"][2] > 0.9 > columns["body_in_1"][5]
    assert columns["before"][0] == 0.0
    assert columns["before"][4] > columns["before"][2] > 0.3


def test_a_second_look_compares_with_what_is_surely_body() -> None:
    strange = "Buy lamps, chairs and carpets at half the price of yesterday, madam."
    content = f"{PROSE}\n\n{OTHER}\n\n{strange}\n{PROSE}"
    columns = looked_at_again(content, [5.0, 5.0, 0.0, -1.0])
    assert columns["of_body"][2] == 0.0
    assert columns["of_body"][3] > columns["of_body"][1] > 0.4
    assert columns["gap_next_sure"] == [1.0, 1.0, 0.0, 0.0]
    assert columns["to_sure"][0] == pytest.approx(1.0, abs=0.1)


def test_where_nothing_is_sure_the_likeliest_stands_for_the_body() -> None:
    columns = looked_at_again(f"Late ferry\n{PROSE}\n{OTHER}", [-3.0, -2.0, -1.0])
    assert columns["sure"] == [1.0] * 3
    assert columns["to_last"] == [2.0, 1.0, 0.0]


def test_a_page_that_is_settled_is_not_looked_at_again() -> None:
    words, chars = [2.0, 60.0, 60.0], [10, 360, 360]
    assert textbody.is_settled([-6.0, 5.0, 5.0], words, chars)
    assert not textbody.is_settled([-6.0, 5.0, 0.5], words, chars)


REPORT = """\
The ferry from Hallow was late again on Monday, and the harbour office said that it was sorry for
the passengers who had to wait in the rain.

“We know that people count on the boat,” said Ada Quill, who runs the office. “The engine was mended
in May, and it should not have stopped.”

Some forty passengers slept in the hall of the school at Quillan, where the baker brought bread and
the teacher made tea for all of them.

The council will talk about a second ferry on Thursday, but its treasurer has said that there is no
money for one before the next year."""
TEASERS = (
    "Seals counted",
    "Latest",
    "Her garden has the oldest pear tree of the island, and now it bears fruit again.",
    "Flour prices rise",
    "A lamp in the lighthouse went out for the first time in ninety years.",
    "Mill answers bakers",
    "Pear tree bears again",
    "What the new law on nets means for those who fish in the sound.",
)


def test_teasers_that_only_a_second_look_tells_from_the_text_are_no_body() -> None:
    head = ("Home", "News", "Weather", "The ferry from Hallow is late again", "By Ada Quill")
    report = [paragraph.replace("\n", " ") for paragraph in REPORT.split("\n\n")]
    content = "\n\n".join([*head, "2 September 2024", *report, *TEASERS])
    blocks = textpage.blocks_of(Document(kind="text", content=content))
    body, _ = textbody.choose(blocks, content.split("\n"))
    kept = [blocks[at].text for at in body]
    assert [line for line in kept if line in report] == report
    assert not set(kept).intersection(TEASERS)


def test_a_title_far_above_the_body_may_still_be_one() -> None:
    menu = "\n".join(f"Ferry office {n}" for n in range(10))
    far = "\n".join(f"{OTHER}\n{menu}" for _ in range(12))
    body = "\n".join(f"{PROSE} It was the {n}th time, and {OTHER}" for n in range(20))
    page = looked_at(f"Late ferry from Hallow\n{far}\n{body}")
    assert page.run[0] > 100
    assert titlelines.candidates(page)[0] == 0


def test_a_title_shares_words_with_the_paragraphs_below_it() -> None:
    page = looked_at(f"Fog in Quillan\nLate ferry from Hallow\n{PROSE}\n{OTHER}")
    columns = titlelines.title_columns(page, lines.own_columns(page), [0, 1])
    assert columns["next"][0] == 0.0
    assert columns["next"][1] == pytest.approx(0.8)
    assert columns["prose_on"] == [2.0, 1.0]
    assert columns["below"] == [float(columns["known"][1]), -1.0]


def test_a_title_behind_its_breadcrumbs_is_taken_without_them() -> None:
    crumbs, title = "Home News Ferry to Hallow runs again", "Ferry to Hallow runs again"
    assert titlelines.behind_crumbs([crumbs, title, PROSE], [0, 1], 0) == 1
    assert titlelines.behind_crumbs([title, "Ferry to Hallow", PROSE], [0, 1], 0) == 0


def test_japanese_lines_have_words_too() -> None:
    page = looked_at("渡し船が戻る\n" + "渡し船が霧の中から戻り、人々は岸で待っていた。" * 3)
    assert 0 in titlelines.candidates(page)


def test_a_page_of_very_many_blocks_is_judged_by_its_prose_alone() -> None:
    content = f"{PROSE} {OTHER}\n\n" * 25_000
    blocks = textpage.blocks_of(Document(kind="text", content=content))
    assert textbody.choose(blocks, content.split("\n")) == (tuple(range(25_000)), -1)


def test_no_prose_that_the_forest_knows_is_still_an_article() -> None:
    line = "We and our partners use cookies to show you adverts that you like."
    content = "\n\n".join([line] * 3)
    blocks = textpage.blocks_of(Document(kind="text", content=content))
    body, _ = textbody.choose(blocks, content.split("\n"))
    assert body


def article(content: str) -> Article:
    return parser.parse(Document(kind="text", content=content), Config()).article


def labels(content: str) -> list[str]:
    blocks = textpage.blocks_of(Document(kind="text", content=content))
    return [block.text for block in blocks if block.label]


@pytest.mark.parametrize(
    ("gallery", "captions"),
    [
        (f"{CAPTION}\n1 of 2 |\n{CAPTION}\n{PROSE}", [CAPTION, "1 of 2 |", CAPTION]),
        (f"1 of 2\n|\n{CAPTION}\n{PROSE}\n{CAPTION}", ["1 of 2", CAPTION, CAPTION]),
        (f"1 of 2 | {CAPTION}\n{PROSE}", [f"1 of 2 | {CAPTION}"]),
        (f"{CAPTION}\n1 / 2\n{CAPTION}\n{PROSE}", [CAPTION, "1 / 2", CAPTION]),
        (f"{OTHER}\n1 of 2\n{PROSE}", []),
        (f"{CAPTION}\n3 of 2 |\n{PROSE}", []),
        ("1 of 2 |", []),
    ],
)
def test_the_counter_of_a_gallery_tells_its_captions(gallery: str, captions: list[str]) -> None:
    assert [line for line in labels(gallery) if line != "|"] == captions


def test_a_gallery_above_the_text_hides_neither_byline_nor_place() -> None:
    lede = "HALLOW, Norl. (AP) — The ferry was late again on Monday, and the office was sorry."
    gallery = "\n\n".join(f"{n} of 3 |\n\n{CAPTION}{n}" for n in (1, 2, 3))
    top = f"The ferry that was never on time\n\n{gallery}\n\nBy ADA QUILL\n\nShare\n\n"
    found = article(f"{top}{lede}\n\n{PROSE}\n\n{OTHER}\n\n{PROSE} Twice.")
    assert found.text.startswith(lede)
    assert (found.place, found.authors) == ("HALLOW, Norl.", ("ADA QUILL",))


def test_a_cut_of_the_text_above_its_place_goes() -> None:
    top = f"The ferry that was never on time\n\n2 March 2019\n\n{PROSE} {OTHER} And so...\n\n"
    found = article(f"{top}HALLOW: {PROSE}\n\n{OTHER}\n\n{PROSE} Twice.")
    assert (found.text.split("\n")[0], found.place) == (f"HALLOW: {PROSE}", "HALLOW")


def test_a_standfirst_of_sentences_opens_the_text_unless_a_place_does() -> None:
    top = "The ferry that was never on time\n\nNobody in Hallow knows the reason.\n\n"
    body = f"{PROSE}\n\n{OTHER}\n\n{PROSE} Twice."
    found = article(f"{top}By Ada Quill\n\n2 March 2019\n\n{body}")
    assert found.subtitle == "Nobody in Hallow knows the reason."
    assert found.text.startswith(f"{found.subtitle}\n\n{PROSE}")
    wired = article(f"{top}By Ada Quill\n\n2 March 2019\n\nHALLOW (AP) — {body}")
    assert wired.text.startswith("HALLOW (AP)")
