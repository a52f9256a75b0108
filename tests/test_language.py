"""The language of a text: the page's word against the model's."""

from __future__ import annotations

import pytest

from feedsmith.parser.language import detect

ENGLISH = (
    "The council said that the harbour bridge would stay closed while engineers look at its"
    " bearings, and that two old ferries would carry people across until the autumn."
)
GERMAN = (
    "Der Rat teilte mit, dass die Hafenbrücke gesperrt bleibt, solange die Lager geprüft werden,"
    " und dass bis zum Herbst zwei alte Fähren die Leute über das Wasser bringen."
)
CHINESE = "市议会说，工程师检查支座期间，海港大桥继续关闭，秋天以前由两艘旧渡轮运送行人过海。" * 2


@pytest.mark.parametrize(
    ("text", "declared", "expected"),
    [
        (ENGLISH, None, "en"),
        (GERMAN, None, "de"),
        (CHINESE, None, "zh"),
        (ENGLISH, "en-US", "en"),
        (CHINESE, "zh-Hans", "zh"),
        (GERMAN, "en", "de"),
        (CHINESE, "en", "zh"),
        ("Hafenbrücke gesperrt", "en_GB", "en"),
        ("Hafen", None, None),
        ("", None, None),
        ("", "fr", "fr"),
        ("12345 67890", None, None),
        (ENGLISH, "und", "en"),
        (ENGLISH, "!", "en"),
        ("", "nb-NO", "no"),
        (f"{ENGLISH}\n\n{ENGLISH}", None, "en"),
    ],
)
def test_language_is_declared_or_plain(
    text: str, declared: str | None, expected: str | None
) -> None:
    assert detect(text, declared) == expected


def test_the_model_says_nothing_on_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    detect(ENGLISH, None)
    assert capfd.readouterr() == ("", "")


def test_only_the_head_counts() -> None:
    assert detect(ENGLISH * 5 + GERMAN * 50, None) == "en"


def test_kin_languages_do_not_contradict_the_page() -> None:
    text = (
        "Gradsko vijeće priopćilo je da lučki most ostaje zatvoren dok inženjeri pregledavaju"
        " ležajeve i da će do jeseni ljude prevoziti dvije stare brodice."
    )
    assert detect(text, "hr") == "hr"
    assert detect(text, "sr-Latn") == "sr"
