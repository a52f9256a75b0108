"""`[topics] model`: a real, tiny model in the package's own format, made of a few words here."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, Program

from feedsmith import lessons
from feedsmith.config import parse_config
from feedsmith.errors import ConfigError
from feedsmith.model import Article
from feedsmith.topics import assign, compile_topics
from feedsmith.topics.suggestions import suggest

pytest.importorskip("model2vec", reason="the extra 'embed' is not installed")
import numpy as np
from model2vec import StaticModel
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import Whitespace

# Words that mean much the same; the first two of each are known to a vocabulary of feedsmith.
SENSES = (
    ("football", "tennis", "regatta", "oarsmen", "boathouse", "coxswain"),
    ("hospital", "surgery", "poultice", "leech", "apothecary", "tincture"),
    ("bank", "economy", "moneylender", "guilders", "ledgers", "pawnshop"),
)
REGATTA = (
    "The oarsmen left the boathouse at noon. The coxswain of the second boat had lost her voice, "
    "and so the regatta was quiet. Two oarsmen said that the boathouse leaked; it always had."
)
CURES = (
    "The poultice was laid on the knee and the leech on the neck. Nobody had asked for the leech.",
    "She boiled the poultice for an hour, as her mother had, and kept a leech in a jar of water.",
)


def put_model(folder: Path, senses: tuple[tuple[str, ...], ...] = SENSES) -> Path:
    """Write a model in which words of one group point one way, and a little their own."""
    words = [word for group in senses for word in group]
    vectors = np.zeros((len(words) + 1, len(senses) + 1), dtype=np.float32)
    for place, word in enumerate(words, 1):
        sense = next(number for number, group in enumerate(senses) if word in group)
        vectors[place, sense] = 1
        vectors[place, -1] = 0.1 + len(word) / 100
    vocabulary = {"[UNK]": 0, **{word: place for place, word in enumerate(words, 1)}}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))  # noqa: S106 (a word)
    tokenizer.normalizer, tokenizer.pre_tokenizer = Lowercase(), Whitespace()
    StaticModel(vectors, tokenizer, normalize=True).save_pretrained(folder)
    return folder


def article(text: str, title: str = "At noon") -> Article:
    return Article(title=title, text=text, html="", language="en")


def slugs(config: str, base: Path, text: str) -> list[str]:
    taught = lessons.taught(parse_config(config), str(base))
    return [topic.slug for topic in assign(article(text), compile_topics(taught)).topics]


@pytest.fixture
def desk(tmp_path: Path) -> Program:
    program = Program(tmp_path)
    put_model(tmp_path / "model")
    program.write("config.toml", '[input]\npaths = ["in"]\n[topics]\nmodel = "model"\n')
    program.write("in/boats.txt", f"At noon\n\n2 Sep 2024 19:25\n\n{REGATTA}\n")
    return program


def test_words_of_no_vocabulary_find_a_built_in_topic_by_what_they_mean(tmp_path: Path) -> None:
    put_model(tmp_path / "model")
    assert slugs("", tmp_path, REGATTA) == ["unsorted"]
    assert slugs('[topics]\nmodel = "model"', tmp_path, REGATTA) == ["sport"]
    assert slugs('[topics]\nmodel = "model"', tmp_path, "Nobody knew what to say.") == ["unsorted"]


def test_a_language_without_a_vocabulary_has_no_topic_by_meaning(tmp_path: Path) -> None:
    put_model(tmp_path / "model")
    config = lessons.taught(parse_config('[topics]\nmodel = "model"'), str(tmp_path))
    found = assign(Article(title="x", text=REGATTA, html="", language="fi"), compile_topics(config))
    assert [topic.slug for topic in found.topics] == ["unsorted"]


def test_examples_are_near_by_what_they_mean(tmp_path: Path) -> None:
    put_model(tmp_path / "model")
    for number, text in enumerate(CURES):
        path = tmp_path / f"like/{number}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"What helped in winter\n\n2 Sep 2024 19:25\n\n{text}\n")
    topic = '[[topic]]\ntitle = "Old cures"\nlike = "sport"\nexamples = "like"\n'
    text = "The apothecary had no tincture. The apothecary was out."
    assert slugs(topic, tmp_path, text) == ["unsorted"]
    assert slugs(f'[topics]\nmodel = "model"\n{topic}', tmp_path, text) == ["old-cures"]


def test_build_and_explanation_agree_and_say_by_which_words(desk: Program) -> None:
    desk.ok("build")
    assert (desk.folder / "out/topics/sport/atom.xml").exists()
    explained = desk.ok("topics", "--explain", "in/boats.txt")
    reason = re.search(r"sport: ([\d.]+ from meaning \(\+[\d.]+: .*\))", explained)
    assert reason
    assert "boathouse" in reason[1]
    (page,) = desk.folder.glob("out/articles/*/*.html")
    assert reason[1] in page.read_text("utf-8")
    assert reason[1] in desk.ok("parse", "-c", "config.toml", "in")


def test_another_model_sorts_anew_and_the_same_one_changes_nothing(desk: Program) -> None:
    desk.ok("build")
    first = desk.bytes_of()
    assert "nothing changed" in desk.ok("build")
    sport, health, money = SENSES
    put_model(desk.folder / "model", (sport[:2] + health[2:], health[:2] + sport[2:], money))
    desk.ok("build")
    assert not (desk.folder / "out/topics/sport").exists()
    assert (desk.folder / "out/topics/health/atom.xml").exists()
    put_model(desk.folder / "model")
    desk.ok("build")
    assert desk.bytes_of() == first
    (desk.folder / ".feedsmith/cache.sqlite3").unlink()
    desk.ok("build")
    assert desk.bytes_of() == first


def test_without_the_key_nothing_of_it_is_loaded() -> None:
    code = (
        "import sys; from feedsmith.topics import assign, compile_topics\n"
        "from feedsmith.config import Config; from feedsmith.model import Article\n"
        "assign(Article(title='x', text='y', html=''), compile_topics(Config()))\n"
        "assert not {'model2vec', 'numpy', 'tokenizers'} & set(sys.modules)"
    )
    subprocess.run(
        [sys.executable, "-c", code], check=True, timeout=60, env={"PYTHONPATH": str(ROOT)}
    )


def test_the_package_is_asked_for_by_the_name_of_the_extra(desk: Program) -> None:
    desk.write("site/sitecustomize.py", "import sys\nsys.modules['model2vec'] = None\n")
    done = desk("build", env={"PYTHONPATH": f"{ROOT}:{desk.folder / 'site'}"})
    assert done.returncode == 2
    assert "topics.model: to use it, run: pip install 'feedsmith[embed]'" in done.stderr
    assert not (desk.folder / "out").exists()


def test_what_is_no_model_is_said_before_anything_is_read(desk: Program) -> None:
    (desk.folder / "model/model.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0{}      ")
    done = desk("build")
    assert (done.returncode, "no model of model2vec" in done.stderr) == (2, True)
    (desk.folder / "model/model.safetensors").unlink()
    done = desk("build")
    assert done.returncode == 2
    assert "[topics] model: 'model' has no model.safetensors; nothing is fetched" in done.stderr
    with pytest.raises(ConfigError, match="nothing is fetched"):
        lessons.taught(parse_config('[topics]\nmodel = "minishlab/x"'), str(desk.folder))


def test_a_configuration_carries_its_model_to_other_processes(tmp_path: Path) -> None:
    put_model(tmp_path / "model")
    config = lessons.taught(parse_config('[topics]\nmodel = "model"'), str(tmp_path))
    carried = pickle.loads(pickle.dumps(config))
    assert carried == config
    found = assign(article(REGATTA), compile_topics(carried))
    assert [topic.slug for topic in found.topics] == ["sport"]
    assert str(tmp_path) not in repr(config.topics)


def test_a_suggestion_takes_in_what_means_the_same(tmp_path: Path) -> None:
    put_model(tmp_path / "model")
    config = lessons.taught(parse_config('[topics]\nmodel = "model"'), str(tmp_path))
    said = {
        "boats": ("sloop mast hull rigging tiller", "regatta football tennis"),
        "bread": ("oven dough rye crust yeast", "bank economy"),
    }
    articles = [
        article(f"{words} {meant} {subject}{n}", f"{words.split()[n]} {words.split()[n - 1]}")
        for subject, (words, meant) in said.items()
        for n in range(5)
    ]
    articles += [article(f"plain{n}", f"Other {n}") for n in range(9)]
    near = article("A hull, and oarsmen, and a coxswain.", "Near by both")
    found = suggest([*articles, near], (), config.topics.model)  # type: ignore[arg-type]
    assert [near in one.articles for one in found] == [True, False]
    assert not any(near in one.articles for one in suggest([*articles, near]))
