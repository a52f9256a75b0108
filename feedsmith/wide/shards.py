"""Articles in Parquet, by month; the small rows of each batch in a file of its own, written last.

    FOLDER/articles/month=2024-09/KEY.parquet   the articles of a batch that were published then
    FOLDER/rows/KEY.parquet                     its rows; there only when all of it is written

A file is written under another name and renamed, so one that is there is whole. KEY stands for what
was read and with what, so to write it twice is to write the same.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from typing import Any, NamedTuple

from feedsmith.errors import ConfigError

UNDATED = "undated"
_META = b"feedsmith"
_BODY = ("path", "part", "fields", "html", "text", "relative")
Remark = tuple[str, bool, str, str, int]  # path, failed, kind, message, seconds of the file's time


class Body(NamedTuple):
    """An article as its shard keeps it; the columns are those of cache.ArticleRow."""

    path: str
    part: str
    fields: str
    html: str
    text: str
    relative: str


class Kept(NamedTuple):
    """What is known of an article outside its shard.

    `body` is where that has it: MONTH/KEY/NUMBER; `name` is a number that its id would have if it
    were new, `mtime` the file's time in seconds; `media` are the names of its pictures,
    `text_print` is what doubles are told by.
    """

    path: str
    part: str
    trait: str
    topics: str
    relative: str
    digest: str
    size: int
    language: str
    mtime: int
    name: int
    body: str
    media: tuple[str, ...]
    text_print: tuple[int, ...]


class Batch(NamedTuple):
    """The rows of a batch, what is to be said of its files, and the topics that it met."""

    rows: Sequence[Kept]
    remarks: Sequence[Remark]
    topics: Sequence[tuple[str, str, str, str | None, bool]]


def check_installed() -> None:
    """Check that shards can be written.

    Raises:
        ConfigError: the package is not installed.
    """
    try:
        import_module("pyarrow")
    except ModuleNotFoundError as error:
        raise ConfigError("shards need Parquet; run: pip install 'feedsmith[archive]'") from error


def is_written(folder: str, key: str) -> bool:
    """Say whether a batch is written whole."""
    return os.path.exists(_rows_path(folder, key))


def write_bodies(folder: str, key: str, month: str, bodies: Sequence[Body]) -> None:
    """Write the articles of a batch and a month."""
    columns = dict(zip(_BODY, zip(*bodies, strict=True), strict=True))
    _write(os.path.join(folder, "articles", f"month={month}", f"{key}.parquet"), columns)


def write_rows(folder: str, key: str, batch: Batch) -> None:
    """Write the rows of a batch, after all its bodies: now it counts as done."""
    columns = dict(
        zip(Kept._fields, zip(*batch.rows, strict=True), strict=True)
        if batch.rows
        else ((name, ()) for name in Kept._fields)
    )
    said = json.dumps({"remarks": batch.remarks, "topics": batch.topics}, ensure_ascii=False)
    _write(_rows_path(folder, key), columns, {_META: said.encode("utf-8", "surrogatepass")})


def read_batch(folder: str, key: str) -> Batch:
    """Return all that is known of a batch outside its shards."""
    table = _parquet().read_table(_rows_path(folder, key), partitioning=None)
    said = json.loads(table.schema.metadata[_META])
    columns = [table.column(name).to_pylist() for name in Kept._fields]
    columns[-2:] = [[tuple(held) for held in column] for column in columns[-2:]]
    rows = [Kept._make(values) for values in zip(*columns, strict=True)]
    return Batch(
        rows,
        [tuple(remark) for remark in said["remarks"]],
        [tuple(topic) for topic in said["topics"]],
    )


def read_said(folder: str, key: str) -> tuple[int, Batch]:
    """Return the number of a batch's rows, and the batch without them."""
    schema = _parquet().read_metadata(_rows_path(folder, key))
    said = json.loads(schema.metadata[_META])
    return schema.num_rows, Batch(
        (),
        [tuple(remark) for remark in said["remarks"]],
        [tuple(topic) for topic in said["topics"]],
    )


def read_bodies(folder: str, places: Iterable[str]) -> Iterator[tuple[str, Body]]:
    """Yield articles by their places, shard by shard, each opened once."""
    wanted: dict[tuple[str, str], list[int]] = {}
    for place in places:
        month, key, number = place.split("/")
        wanted.setdefault((month, key), []).append(int(number))
    for (month, key), numbers in sorted(wanted.items()):
        path = os.path.join(folder, "articles", f"month={month}", f"{key}.parquet")
        table = _parquet().read_table(path, partitioning=None)
        columns = [table.column(name).take(numbers).to_pylist() for name in _BODY]
        for number, *values in zip(numbers, *columns, strict=True):
            yield f"{month}/{key}/{number}", Body(*values)


def _rows_path(folder: str, key: str) -> str:
    return os.path.join(folder, "rows", f"{key}.parquet")


def _write(path: str, columns: dict[str, Any], meta: dict[bytes, bytes] | None = None) -> None:
    pyarrow: Any = import_module("pyarrow")
    kinds = {"size": pyarrow.int64(), "mtime": pyarrow.int64(), "name": pyarrow.int64()}
    kinds["media"] = pyarrow.list_(pyarrow.string())
    kinds["text_print"] = pyarrow.list_(pyarrow.uint32())
    arrays = {
        name: pyarrow.array(list(values), kinds.get(name, pyarrow.string()))
        for name, values in columns.items()
    }
    table = pyarrow.table(arrays).replace_schema_metadata(meta)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    unfinished = f"{path}.{os.uname().nodename}-{os.getpid()}.tmp"
    _parquet().write_table(table, unfinished, compression="zstd")
    os.replace(unfinished, path)


def _parquet() -> Any:  # noqa: ANN401 (pyarrow has no types)
    return import_module("pyarrow.parquet")
