"""Train the forests that find title and body in plain-text dumps, and check them on unseen sites.

    train_text.py DATA [DATA ...] --out feedsmith/parser/weights [--date YYYY-MM-DD] [--check]

DATA are .jsonl.xz files of dumps: id, dataset, kind, url, text, and gold with a body and perhaps a
title.  The rows come from feedsmith's own functions, so training and use cannot differ.  --check
prints a table from cross-validation: all dumps of a site are in one fold.  The forests that are
written have seen all dumps.  The title's place, on which the body's columns depend, comes from
cross-validation too, for a forest knows the titles that it was grown on too well; and so do the
verdicts of the first forest that the second look at the body is shown.  Pages whose gold says quite
another thing than a forest from all other sites are no lessons for the body.

Needs the extra `feedsmith[train]`.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import agreement
import dumps as records
import forest as trees
import numpy as np

from feedsmith import text
from feedsmith.model import Document
from feedsmith.parser import bodylines, secondlook, textbody, textpage, titlelines
from feedsmith.parser.lines import Column, Lines, own_columns
from feedsmith.parser.page import once
from feedsmith.readers import plaintext

FOLDS = 4
TITLE = {"trees": 150, "num_leaves": 16, "learning_rate": 0.08, "min_data_in_leaf": 20}
BODY = {"trees": 150, "num_leaves": 31, "learning_rate": 0.09, "min_data_in_leaf": 200}
AGAIN = {"trees": 60, "num_leaves": 16, "learning_rate": 0.12, "min_data_in_leaf": 200}
SAMPLE = {"bagging_fraction": 0.5, "feature_fraction": 0.4, "max_bin": 63, "lambda_l2": 8.0}
OTHERS = 12  # lines beside the title that a page shows the forest
DISPUTED = 0.5  # precision or recall; below it on a site not learnt from, the gold is doubted


@dataclass(slots=True)
class Dump:
    """A dump looked at, with what is right about it."""

    kind: str
    dataset: str
    page: str
    fold: int
    lines: Lines
    own: dict[str, Column]
    body: str
    title: str
    titles: list[int]
    likely: int = -1
    odds: list[float] = field(default_factory=list)
    kept: tuple[int, ...] = field(default=())


def normal(line: str) -> str:
    """Return a line for comparison, as `text.fold` does it, ellipses alike."""
    return text.fold(unicodedata.normalize("NFKC", line)).replace("...", "…")


def look(record: dict) -> Dump | None:
    """Return a record looked at as the parser does it."""
    content = text.clean_lines(record["text"])
    document = Document(kind="text", content=content, wrapper=plaintext.wrapper_of(content))
    blocks = textpage.blocks_of(document)
    lines = textbody.near_lines(blocks, content.split("\n"))
    if not lines:
        return None
    fold = int(hashlib.sha256(records.site(record).encode()).hexdigest(), 16) % FOLDS
    return Dump(
        record["kind"],
        record["dataset"],
        record["id"],
        fold,
        lines,
        own_columns(lines),
        record["gold"]["body"],
        normal(record["gold"].get("title") or ""),
        titlelines.candidates(lines),
    )


def table(columns: dict[str, Column], names: Sequence[str]) -> np.ndarray:
    """Return columns as rows for LightGBM."""
    return np.array([columns[name] for name in names], dtype=np.float32).T


# ---------------------------------------------------------------- the title


def title_set(dump: Dump, rng: np.random.Generator, names: list[str]) -> tuple[np.ndarray, ...]:
    """Return rows, labels and weights of a dump's candidates; of the wrong ones only some."""
    right = np.array([normal(dump.lines.texts[at]) == dump.title for at in dump.titles])
    wrong = np.flatnonzero(~right)
    chosen = right.copy()
    chosen[rng.choice(wrong, min(OTHERS, len(wrong)), replace=False)] = True
    rows = table(titlelines.title_columns(dump.lines, dump.own, dump.titles), names)[chosen]
    labels = right[chosen].astype(int)
    share = np.where(labels, 10 / labels.sum(), 30 / max(1, (1 - labels).sum()))
    return rows, labels, share


def grow_titles(dumps: list[Dump], names: list[str]) -> object:
    """Return the forest that tells titles from other lines."""
    rng = np.random.default_rng(1)
    usable = [
        dump
        for dump in dumps
        if dump.title and any(normal(dump.lines.texts[at]) == dump.title for at in dump.titles)
    ]
    sets = [title_set(dump, rng, names) for dump in usable]
    return trees.grow(*map(np.concatenate, zip(*sets, strict=True)), names, **(SAMPLE | TITLE))


def place_titles(dumps: list[Dump], forest: object, names: list[str]) -> None:
    """Note in each dump which line the forest takes for the title."""
    for dump in dumps:
        if dump.titles:
            columns = titlelines.title_columns(dump.lines, dump.own, dump.titles)
            odds = forest.predict(table(columns, names), raw_score=True)
            best = titlelines.best_of(dump.lines, dict(zip(dump.titles, odds, strict=True)))
            dump.likely = titlelines.behind_crumbs(dump.lines.texts, dump.titles, best)


# ---------------------------------------------------------------- the body


def body_set(dump: Dump, names: list[str]) -> tuple[np.ndarray, ...]:
    """Return rows, labels and weights of the blocks of one dump that the forest is asked about."""
    places = textbody.near_prose(dump.lines.prose)
    rows = table(bodylines.body_columns(dump.lines, dump.own, dump.likely), names)[places]
    labels = agreement.labels_of(dump.lines.texts, dump.body)[places].astype(int)
    sizes = np.minimum(np.array(dump.own["words"])[places], 120) + 2
    return rows, labels, sizes / sizes.sum() * (50 if dump.kind == "clean" else 100)


def second_set(
    dump: Dump, first: tuple[np.ndarray, ...], names: list[str]
) -> tuple[np.ndarray, ...]:
    """Return the set of one dump for the second look, from the odds that it has."""
    kept = textbody.runs(dump.odds, dump.own["words"])
    columns = secondlook.columns(dump.lines, dump.own, dump.odds, kept)
    return table(columns, names)[textbody.near_prose(dump.lines.prose)], *first[1:]


def grow_bodies(sets: list[tuple[np.ndarray, ...]], names: list[str], size: dict) -> object:
    """Return a forest that tells the body from the rest."""
    return trees.grow(*map(np.concatenate, zip(*sets, strict=True)), names, **(SAMPLE | size))


def judge(dump: Dump, forest: object, rows: np.ndarray) -> None:
    """Note in a dump what odds the first forest gives its blocks, and which are kept."""
    dump.odds = [textbody.FAR_OFF] * len(dump.lines.texts)
    places = textbody.near_prose(dump.lines.prose)
    if places:
        keep(dump, places, forest.predict(rows, raw_score=True))


def judge_again(dump: Dump, forest: object, rows: np.ndarray) -> None:
    """Note the same after the second look, if there is one."""
    near = textbody.near_prose(dump.lines.prose)
    asked = [n for n, at in enumerate(near) if not textbody.is_clear(dump.odds[at])]
    is_settled = textbody.is_settled(dump.odds, dump.own["words"], dump.lines.chars)
    if asked and not is_settled:
        keep(dump, [near[n] for n in asked], forest.predict(rows[asked], raw_score=True))


def keep(dump: Dump, places: Sequence[int], odds: np.ndarray) -> None:
    """Note the odds of some of a dump's blocks, and which blocks are kept."""
    for at, odd in zip(places, odds.tolist(), strict=True):
        dump.odds[at] = odd
    kept = textbody.likeliest(dump.odds, dump.own["words"], dump.lines.chars)
    first = tuple(once(dump.lines.blocks, kept))
    dump.kept = textbody.without_tail(first, dump.lines.prose, dump.own)


# ---------------------------------------------------------------- the table


def overlap(dump: Dump) -> tuple[float, float]:
    """Return precision and recall of what is kept, in runs of words."""
    kept = "\n".join(dump.lines.texts[at] for at in dump.kept)
    return agreement.precision_recall(kept, dump.body)


def report(dumps: list[Dump]) -> None:
    """Print body F1 and the share of right titles, for each data set and kind."""
    groups = defaultdict(list)
    for dump in dumps:
        said = normal(dump.lines.texts[dump.likely]) if dump.likely >= 0 else ""
        groups[dump.dataset, dump.kind].append((*overlap(dump), dump.title and said == dump.title))
    for (dataset, kind), found in sorted(groups.items()):
        precision, recall = (sum(case[n] for case in found) / len(found) for n in (0, 1))
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        titled = [case[2] for case in found if case[2] != ""]
        share = sum(titled) / len(titled) if titled else 0
        line = f"{dataset:12} {kind:11} {len(found):4}  body {f1:.3f}  title {share:.3f}\n"
        sys.stdout.write(line)


def main() -> None:
    """Train, check, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--date", help="written into the files' heads")
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    dumps = [dump for dump in map(look, records.load(args.data)) if dump]
    some = dumps[0]
    titles = list(titlelines.title_columns(some.lines, some.own, some.titles))
    for fold in range(FOLDS):
        forest = grow_titles([dump for dump in dumps if dump.fold != fold], titles)
        place_titles([dump for dump in dumps if dump.fold == fold], forest, titles)
    names = list(bodylines.body_columns(some.lines, some.own, some.likely))
    sets = [body_set(dump, names) for dump in dumps]
    validate(dumps, sets, names, BODY, [True] * len(dumps))
    sound = undisputed(dumps)
    validate(dumps, sets, names, BODY, sound)
    more = list(secondlook.columns(some.lines, some.own, some.odds, ()))
    again = [second_set(dump, one, more) for dump, one in zip(dumps, sets, strict=True)]
    if args.check:
        validate(dumps, again, more, AGAIN, sound)
        report(dumps)
    facts = provenance(dumps, args.date)
    doubted = len({dump.page for dump, good in zip(dumps, sound, strict=True) if not good})
    without = f"{doubted} pages whose gold is disputed are left out."
    lessons, further = (list(itertools.compress(one, sound)) for one in (sets, again))
    made = "Made by tools/train_text.py; do not edit."
    for name, forest, columns, said in (
        ("title_text", grow_titles(dumps, titles), titles, (_TITLE, facts)),
        ("text", grow_bodies(lessons, names, BODY), names, (_BODY, facts, without)),
        ("text_again", grow_bodies(further, more, AGAIN), more, (_AGAIN, facts, without)),
    ):
        head = [f"{said[0]} {made}", *said[1:]]
        path = args.out / f"{name}.py"
        path.write_text(trees.to_module(forest, columns, head), encoding="utf-8")


def validate(
    dumps: list[Dump],
    sets: list[tuple[np.ndarray, ...]],
    names: list[str],
    size: dict,
    sound: list[bool],
) -> None:
    """Cross-validate the body: note what a forest from the sound dumps of other sites keeps.

    The second look is told by its size, and the dumps hold what the first found.
    """
    asking = judge if size is BODY else judge_again
    for fold in range(FOLDS):
        is_test = [dump.fold == fold for dump in dumps]
        seen = [good and not test for good, test in zip(sound, is_test, strict=True)]
        forest = grow_bodies(list(itertools.compress(sets, seen)), names, size)
        for dump, one, test in zip(dumps, sets, is_test, strict=True):
            if test:
                asking(dump, forest, one[0])


def undisputed(dumps: list[Dump]) -> list[bool]:
    """Return which dumps are of pages whose gold most of their dumps bear out.

    Disputed gold holds only an introduction, or what is not on the page.
    """
    scores = defaultdict(list)
    for dump in dumps:
        if dump.kind != "clean":
            scores[dump.page].append(min(overlap(dump)))
    doubted = {page for page, found in scores.items() if np.median(found) < DISPUTED}
    return [dump.page not in doubted for dump in dumps]


_TITLE, _BODY = "Which line of a dump is its title.", "Which blocks of a dump are its body."
_AGAIN = "Which blocks of a dump are its body, seen what `text` says of those around."


def provenance(dumps: list[Dump], date: str | None) -> str:
    """Return the line that says what the forests were made from."""
    pages = Counter(dataset for dataset, _ in {(dump.dataset, dump.page) for dump in dumps})
    counts = ", ".join(f"{name} ({count} pages)" for name, count in sorted(pages.items()))
    made = f"; {date}" if date else ""
    return f"From {len(dumps)} dumps: {counts}{made}."


if __name__ == "__main__":
    main()
