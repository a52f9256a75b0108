"""Train the forest that tells the body of a saved page, and show what it is worth.

    python tools/train_page.py DATA [--check] [--trees 250]

DATA is a folder with scrapinghub, newspages, wcxb and segments (`NAME.jsonl.xz`, one page a line:
`id`, `url`, `html` or `html_b64`, `gold` with `body` or with the segments `with` and `without`).
The rows are made by feedsmith's own functions. --check cross-validates by site instead of writing.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import lzma
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import forest
import numpy as np
import written

from feedsmith import dom, readers
from feedsmith.model import Source
from feedsmith.parser import htmlpage, metadata, roles, rows
from feedsmith.parser.page import Block

SETS = ("scrapinghub", "newspages", "wcxb", "segments")
WEIGHTS = Path(__file__).parent.parent / "feedsmith/parser/weights/page.py"
FOLDS = 5
RUN = 4  # words; a block is body when half of its words lie in such runs of the gold body
DISPUTED = 0.5  # precision or recall; below it on a site not learnt from, the gold is doubted
MOST_WORDS = 120  # a longer block counts no more than this
LABELLED_PART = 0.4  # weight of a page of which only some segments are labelled
WORD = re.compile(r"\w+")


@dataclass(slots=True)
class Lesson:
    """A page with its rows, a label for each (-1: unknown) and the texts of its blocks."""

    dataset: str
    site: str
    rows: np.ndarray
    labels: np.ndarray
    texts: list[str]
    tags: list[str]
    asked: np.ndarray
    gold: dict

    @property
    def weights(self) -> np.ndarray:
        """Every page weighs the same, its blocks by their words."""
        words = np.array([min(text.count(" ") + 1, MOST_WORDS) + 2 for text in self.texts], float)
        words *= 100 / max(words.sum(), 1)
        return words * (self.labels >= 0) * (LABELLED_PART if "body" not in self.gold else 1)


def pages(folder: Path) -> Iterator[tuple[str, dict]]:
    for name in SETS:
        with lzma.open(folder / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                if record["gold"].get("body") or record["gold"].get("with"):
                    yield name, record


def site_of(record: dict) -> str:
    host = "x." + (urlsplit(record.get("url") or "").hostname or record["id"])
    labels = host.split(".")
    return ".".join(labels[-2:] if len(labels[-2]) > 3 else labels[-3:])


def lesson(job: tuple[str, dict]) -> Lesson:
    name, record = job
    raw = base64.b64decode(record["html_b64"]) if "html_b64" in record else record["html"].encode()
    source = Source("page.html", "page.html", None, len(raw), lambda: BytesIO(raw))
    (document,) = readers.read(source)
    root = dom.parse(document.content)
    sight, _ = htmlpage.look(root, metadata.read_metadata(root))
    texts = [block.text for block in sight.blocks]
    gold = record["gold"]
    found = covered(texts, gold["body"]) if gold.get("body") else labelled(texts, gold)
    table = np.array(rows.rows(sight), dtype=np.float32).reshape(-1, len(rows.COLUMNS))
    asked = np.array([roles.is_asked(sight, at) for at in range(len(texts))], dtype=bool)
    tags = [block.tag for block in sight.blocks]
    return Lesson(name, site_of(record), table, np.array(found), texts, tags, asked, gold)


def covered(texts: list[str], body: str) -> list[float]:
    """Return for each block which share of its words lies in runs of words of the body."""
    words = WORD.findall(body)
    runs = set(zip(*[words[at:] for at in range(RUN)], strict=False))
    page = [(word, at) for at, text in enumerate(texts) for word in WORD.findall(text)]
    hits, counts = [0.0] * len(texts), [len(WORD.findall(text)) for text in texts]
    inside, across = [False] * len(page), [False] * len(page)
    for at in range(len(page) - RUN + 1):
        piece = page[at : at + RUN]
        if tuple(word for word, _ in piece) in runs:
            across[at : at + RUN] = [True] * RUN
            if piece[0][1] == piece[-1][1]:
                inside[at : at + RUN] = [True] * RUN
    for (_, block), alone, joined in zip(page, inside, across, strict=True):
        hits[block] += alone if counts[block] >= RUN else joined
    return [hit / count if count else 0.0 for hit, count in zip(hits, counts, strict=True)]


def labelled(texts: list[str], gold: dict) -> list[float]:
    """Return 1 for blocks with a segment of the body, 0 for those with one of the rest, else -1."""
    found = [-1.0] * len(texts)
    for value, key in ((0.0, "without"), (1.0, "with")):
        for segment in (" ".join(said.split()) for said in gold.get(key, ())):
            for at, text in enumerate(texts):
                if segment in text or (len(text) > 12 and text in segment):
                    found[at] = value
    return found


def grow(lessons: list[Lesson], trees: int) -> str:
    table = np.vstack([one.rows[one.asked] for one in lessons])
    labels = np.concatenate([one.labels[one.asked] >= 0.5 for one in lessons]).astype(int)
    weights = np.concatenate([one.weights[one.asked] for one in lessons])
    used = weights > 0
    grown = forest.grow(table[used], labels[used], weights[used], rows.COLUMNS, trees=trees)
    counts = Counter(one.dataset for one in lessons)
    made_from = ", ".join(f"{name} ({count} pages)" for name, count in counts.items())
    return forest.to_module(
        grown,
        rows.COLUMNS,
        (
            "Which blocks of a page are its body. Made by tools/train_page.py; do not edit.",
            f"From the development halves of {made_from}.",
            f"{trees} trees; a block is body when half of its words are in the gold text.",
        ),
    )


# --- cross-validation ---------------------------------------------------------------------------


def check(lessons: list[Lesson], trees: int, sound: list[Lesson] | None = None) -> dict[int, str]:
    """Print what forests are worth on the sites that they were not grown from.

    Returns:
        the text that was chosen for each lesson.
    """
    kept: dict[int, str] = {}
    for fold in range(FOLDS):
        is_test = [fold_of(one) == fold for one in lessons]
        learnt = grow([one for one in sound or lessons if fold_of(one) != fold], trees)
        grown = written.loaded(learnt)
        for at, one in enumerate(lessons):
            if is_test[at]:
                kept[at] = "\n".join(one.texts[place] for place in chosen(one, grown))
    for name in SETS[:-1]:
        scores = [score(one, kept[at]) for at, one in enumerate(lessons) if one.dataset == name]
        precision = sum(p for p, _ in scores) / len(scores)
        recall = sum(r for _, r in scores) / len(scores)
        f1 = 2 * precision * recall / (precision + recall)
        print(f"{name:12} P {precision:.3f} R {recall:.3f} F1 {f1:.4f}")
    print(f"segments     F1 {segments(lessons, kept):.4f}")
    return kept


def undisputed(lessons: list[Lesson], kept: dict[int, str]) -> list[Lesson]:
    """Return the lessons without those whose gold says quite another thing than all other sites.

    Such gold holds only an introduction, or leaves out half of the article.
    """
    return [
        one
        for at, one in enumerate(lessons)
        if "body" not in one.gold or min(score(one, kept[at])) >= DISPUTED
    ]


def fold_of(one: Lesson) -> int:
    return int(hashlib.sha256(one.site.encode()).hexdigest(), 16) % FOLDS


def chosen(one: Lesson, grown) -> tuple[int, ...]:  # noqa: ANN001
    odds = [
        grown(*row) if asked else roles.NEVER
        for row, asked in zip(one.rows.tolist(), one.asked, strict=True)
    ]
    blocks = [Block(text, tag) for text, tag in zip(one.texts, one.tags, strict=True)]
    return roles.choose(blocks, odds)


def shingles(text: str) -> Counter:
    words = WORD.findall(text)
    return Counter(tuple(words[at : at + RUN]) for at in range(max(1, len(words) - RUN + 1)))


def score(one: Lesson, text: str) -> tuple[float, float]:
    gold, mine = shingles(one.gold["body"]), shingles(text)
    shared = sum((gold & mine).values())
    return shared / max(sum(mine.values()), 1), shared / max(sum(gold.values()), 1)


def segments(lessons: list[Lesson], kept: dict[int, str]) -> float:
    right = wrong = missed = 0
    for at, one in enumerate(lessons):
        if one.dataset == "segments":
            text = " ".join(kept[at].split())
            right += sum(" ".join(s.split()) in text for s in one.gold.get("with", ()))
            missed += sum(" ".join(s.split()) not in text for s in one.gold.get("with", ()))
            wrong += sum(" ".join(s.split()) in text for s in one.gold.get("without", ()))
    return 2 * right / (2 * right + wrong + missed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--check", action="store_true", help="cross-validate, write nothing")
    parser.add_argument("--trees", type=int, default=250)
    given = parser.parse_args()
    with ProcessPoolExecutor() as pool:
        lessons = list(pool.map(lesson, pages(given.data), chunksize=8))
    sound = undisputed(lessons, check(lessons, given.trees))
    print(f"{len(lessons) - len(sound)} pages are disputed and left out of the lessons")
    if given.check:
        check(lessons, given.trees, sound)
    else:
        WEIGHTS.write_text(grow(sound, given.trees), encoding="utf-8")


if __name__ == "__main__":
    main()
