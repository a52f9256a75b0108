"""What the other files of a site say of an article: whether its numeric dates begin with the day.

03/04/2024 alone settles nothing. A date is settled once, in the run that takes its article in, and
the ledger keeps how: a file that comes later moves no date. Who has no site asks its folder.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from feedsmith.cache import Cache
from feedsmith.model import Article
from feedsmith.text import fold
from feedsmith.urls import host

AGREEING = 2  # files from which their order counts; one may be a slip, and none may differ
DOUBT, SETTLED = "AmbiguousDate", "SettledDate"


def put_order(cache: Cache, path: str, article: Article) -> None:
    """Keep in which order an article writes its numeric dates, when it leaves no doubt."""
    if article.date_order and not article.swapped:
        row = (path, article.part, origin_of_article(path, article), article.date_order)
        cache.db.execute("REPLACE INTO orders VALUES (?, ?, ?, ?)", row)


def order_for(cache: Cache, origin: str) -> str:
    """Return the order in which all other files of an origin write dates, or ""."""
    query = "SELECT date_order, count(*) FROM orders WHERE origin = ? GROUP BY date_order"
    counts = cache.db.execute(query, (origin,)).fetchall()
    agree = len(counts) == 1 and counts[0][1] >= AGREEING
    return counts[0][0] if agree else ""


def as_read(article: Article, order: str) -> Article:
    """Return an article whose ambiguous date is read in an order; "" leaves it ambiguous."""
    if not article.swapped or not order:
        return article
    when = article.published if order == article.date_order else article.swapped
    return replace(article, published=when, swapped=None)


def tell(cache: Cache, path: str, doubtful: Article, article: Article) -> None:
    """Say of a file that its date is ambiguous no more."""
    if not doubtful.swapped or article.swapped or not doubtful.published or not article.published:
        return
    where = "path = ? AND kind = ? AND message LIKE ?"
    day = doubtful.published.date().isoformat()
    cache.db.execute(
        f"UPDATE remarks SET kind = ?, message = ? WHERE {where}",  # noqa: S608 (our own text)
        (SETTLED, message_of(article.published), path, DOUBT, f"%{day}"),
    )


def message_of(when: datetime) -> str:
    """Return what is said of a file whose date is ambiguous no more."""
    return f"{when.date().isoformat()}: day and month in the order of its site"


def origin_of_article(path: str, article: Article) -> str:
    """Return the origin of an article of a file."""
    return origin_of(path, host(article.url) if article.url else fold(article.site or ""))


def origin_of(path: str, site: str) -> str:
    """Return what writes dates, and prints the same lines, in one way: a site, else a folder."""
    return site or f"folder:{path.rpartition('/')[0]}"
