"""The values between the rooms: frozen, and fit to be carried to another process."""

from __future__ import annotations

import dataclasses
import inspect
import pickle
from datetime import UTC, datetime
from functools import partial
from io import BytesIO

import pytest

from feedsmith import config, errors, feedmodel, files, identity, model

WHEN = datetime(2024, 9, 2, 19, 25, tzinfo=UTC)
ARTICLE = model.Article(title="Ferry returns", text="It is back.", html="<p>It is back.</p>")
ENTRY = feedmodel.Entry("urn:uuid:1", "articles/2024/a.html", WHEN, WHEN, ARTICLE)
SITE = feedmodel.Site("Shelf", "", "https://feeds.example.org/", "me", "en", ("atom",))
TOPIC = model.Topic("sea", "Sea")
VALUES = [
    model.Source("a.txt", "a.txt", WHEN, 3, partial(BytesIO, b"abc")),
    files.source("a.txt", "a.txt", mtime_ns=0, size=3, max_bytes=10),
    model.Hints(title="Ferry"),
    model.Document("text", "Ferry returns"),
    ARTICLE,
    model.Finding("title", "Ferry", "h1", "line 1", (("og", "Ferry!"),)),
    model.BlockFinding(3, "related", 0, "<li>", "Night bus", "related"),
    model.Failure("a.txt", "UnreadableSourceError", "cut short"),
    model.Notice("a.txt", "InlineImages", "1 left out"),
    model.Parsed(ARTICLE),
    TOPIC,
    model.Link("https://a.example/x"),
    model.Picture("0a.png", b"x"),
    model.Media("0a.png", 1),
    ENTRY,
    feedmodel.Elsewhere("Star", "https://star.example/n/7"),
    feedmodel.Sibling("Ferry is late", "Star", None, "articles/3f/b.html"),
    SITE,
    feedmodel.Tombstone("urn:uuid:3", WHEN),
    feedmodel.Templates("templates", (("style.css", ""),)),
    feedmodel.Feed("urn:uuid:2", "Shelf", "", "", "en", WHEN, (ENTRY,), SITE, (TOPIC,)),
    feedmodel.FeedSummary("", "Shelf", "", 1, WHEN),
    feedmodel.EntrySummary("Ferry", "a.html", WHEN, None, None, "", "en", ("sea",)),
    config.Config(topic=(config.TopicConfig("Sea", any=("sea",)),)),
    identity.trait(ARTICLE, path="a.txt", source="0", parser="1", mtime=WHEN),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda v: type(v).__name__)
def test_values_are_frozen_and_survive_pickling(value: object) -> None:
    again = pickle.loads(pickle.dumps(value))
    if not isinstance(value, model.Source):  # its opener is a new object there
        assert again == value
    if isinstance(value, tuple):
        return  # which nothing can be set in
    name = dataclasses.fields(value)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, name, "x")


def test_every_value_of_the_model_is_tried() -> None:
    tried = {type(value) for value in VALUES}
    defined = {
        kind
        for room in (model, feedmodel)
        for _, kind in inspect.getmembers(room, inspect.isclass)
        if kind.__module__ == room.__name__
    }
    assert defined <= tried


def test_every_error_has_an_exit_status_of_the_contract() -> None:
    kinds = [
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.FeedsmithError)
    ]
    assert len(kinds) > 10
    assert {kind.exit_status for kind in kinds} == {1, 2, 3, 75}
    assert all(kind.__doc__ for kind in kinds)
