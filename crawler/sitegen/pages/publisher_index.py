"""The index of publishers: the sites of the collected articles, most articles first."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from crawler.sitegen.page_kinds import Page, PageGroup
from crawler.sitegen.site_model import SiteModel

SUBJECT = "site"
TEMPLATE = "site/sources.html"

_MAX_LISTED = 1000
_LISTED = "SELECT host, count(*) FROM article_list WHERE listed GROUP BY host"
_NEWEST = "SELECT max(first_shared) FROM article_list WHERE host = ?"
_WITHOUT_TOPIC = """
SELECT count(*) FROM article_list l WHERE host = ? AND NOT listed AND NOT EXISTS (
    SELECT 1 FROM taggings t
    WHERE t.subject_kind = 'article' AND t.subject_id = l.id AND t.confidence <> 'weak'
)
"""


@dataclass(frozen=True, slots=True)
class PublisherRow:
    """One site of the index: numbers of its articles, and when its newest one was first shared."""

    host: str
    articles: int
    without_topic: int
    newest: str


def page_groups(model: SiteModel, keys: Collection[str] | None = None) -> Iterator[PageGroup]:
    """Yield `sources.html` for the site in `model`.

    `keys` has no effect, since the pages are about the whole site.
    """
    yield PageGroup("sources.html", partial(_pages, model))


def _pages(model: SiteModel) -> Iterator[Page]:
    counts = model.by_host.counts
    hosts = sorted(counts, key=lambda host: (-counts[host], host))
    listed = dict(model.articles.query(_LISTED).fetchall())
    rows = [_row(model, host, listed.get(host, 0)) for host in hosts[:_MAX_LISTED]]
    context = {"total": len(hosts), "hosts": rows, "max_listed": _MAX_LISTED}
    yield Page("sources.html", context)


def _row(model: SiteModel, host: str, listed: int) -> PublisherRow:
    """Return the row of `host`; `listed` is the number of its articles with a topic and a share."""
    articles = model.by_host.counts[host]
    without_topic = _value(model, _WITHOUT_TOPIC, host) if listed < articles else 0
    return PublisherRow(host, articles, without_topic, _value(model, _NEWEST, host) or "")


def _value(model: SiteModel, query: str, host: str) -> Any:
    return model.articles.query(query, (host,)).fetchone()[0]
