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

from feedsmith import serial
from feedsmith.errors import ConfigError

UNDATED = "undated"
_META = b"feedsmith"
_BODY = ("path", "part", "fields", "html", "text", "relative")
TopicRow = tuple[str, str, str, str | None, bool]  # of the cache's `topics`
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

    `body` is where that has it: MONTH/KEY/NUMBER, see `dated_place`; `name` is a number that its id
    would have if it were new, `mtime` the file's time in seconds. `swapped` is the date with day
    and month the other way round where that is in doubt, else "", `origin` and `date_order` what
    `settle` goes by; `by_file_time` says that the file's time is the date. `media` are the names of
    its pictures, `text_print` is what doubles are told by.
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
    swapped: str
    origin: str
    date_order: str
    by_file_time: bool
    media: tuple[str, ...]
    text_print: tuple[int, ...]


class Batch(NamedTuple):
    """The rows of a batch, what is to be said of its files, and the topics that it met.

    `lent` is what its files say of articles in other files (see lending).
    """

    rows: Sequence[Kept]
    remarks: Sequence[Remark]
    topics: Sequence[TopicRow]
    lent: Sequence[tuple[str, str, str, str]] = ()


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
    said = json.dumps(batch[1:], ensure_ascii=False)
    _write(_rows_path(folder, key), columns, {_META: said.encode("utf-8", "surrogatepass")})


def read_batch(folder: str, key: str) -> Batch:
    """Return all that is known of a batch outside its shards."""
    table = _parquet().read_table(_rows_path(folder, key), partitioning=None)
    columns = [table.column(name).to_pylist() for name in Kept._fields]
    columns[-2:] = [[tuple(held) for held in column] for column in columns[-2:]]
    rows = [Kept._make(values) for values in zip(*columns, strict=True)]
    return _said(table.schema)._replace(rows=rows)


def read_said(folder: str, key: str) -> tuple[int, Batch]:
    """Return the number of a batch's rows, and the batch without them."""
    schema = _parquet().read_metadata(_rows_path(folder, key))
    return schema.num_rows, _said(schema)


def read_orders(folder: str, key: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield (path, part, origin, order) of a batch's articles that tell how their site dates."""
    names = ("path", "part", "origin", "date_order", "swapped")
    table = _parquet().read_table(_rows_path(folder, key), columns=list(names), partitioning=None)
    columns = [table.column(name).to_pylist() for name in names]
    for path, part, origin, order, swapped in zip(*columns, strict=True):
        if order and not swapped:
            yield path, part, origin, order


def _said(schema: Any) -> Batch:  # noqa: ANN401 (pyarrow has no types)
    remarks, topics, lent = json.loads(schema.metadata[_META])
    return Batch(
        (),
        [tuple(said) for said in remarks],
        [tuple(topic) for topic in topics],
        [tuple(row) for row in lent],
    )


def read_bodies(folder: str, places: Iterable[str]) -> Iterator[tuple[str, Body]]:
    """Yield articles by their places, shard by shard, each opened once."""
    wanted: dict[str, list[str]] = {}
    for place in places:
        wanted.setdefault("/".join(place.split("/", 2)[:2]), []).append(place)
    for shard, held in sorted(wanted.items()):
        path = os.path.join(folder, "articles", f"month={shard}.parquet")
        table = _parquet().read_table(path, partitioning=None)
        numbers = [int(place.split("/")[2]) for place in held]
        columns = [table.column(name).take(numbers).to_pylist() for name in _BODY]
        for place, *values in zip(held, *columns, strict=True):
            yield place, _dated(Body(*values), place)


def dated_place(place: str, published: str) -> str:
    """Return where an article lies, with the date that it has though its shard has another."""
    return f"{place}/{published}"


def _dated(body: Body, place: str) -> Body:
    published = "".join(place.split("/")[3:])
    return body._replace(fields=serial.fields_dated(body.fields, published)) if published else body


def _rows_path(folder: str, key: str) -> str:
    return os.path.join(folder, "rows", f"{key}.parquet")


def _write(path: str, columns: dict[str, Any], meta: dict[bytes, bytes] | None = None) -> None:
    pyarrow: Any = import_module("pyarrow")
    kinds = {"size": pyarrow.int64(), "mtime": pyarrow.int64(), "name": pyarrow.int64()}
    kinds["by_file_time"] = pyarrow.bool_()
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
