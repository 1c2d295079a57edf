"""The index of publishers: the sites of the collected articles, most articles first."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial

from crawler.sitegen.page_kinds import Page, PageGroup
from crawler.sitegen.site_model import SiteModel

SUBJECT = "site"
TEMPLATE = "site/sources.html"

_MAX_LISTED = 1000
_FACTS = """
SELECT sum(NOT EXISTS (
    SELECT 1 FROM taggings t
    WHERE t.subject_kind = 'article' AND t.subject_id = l.id AND t.confidence <> 'weak'
)), max(first_shared) FROM article_list l WHERE host = ?
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
    context = {"total": len(hosts), "hosts": [_row(model, host) for host in hosts[:_MAX_LISTED]]}
    yield Page("sources.html", {**context, "max_listed": _MAX_LISTED})


def _row(model: SiteModel, host: str) -> PublisherRow:
    without_topic, newest = model.articles.query(_FACTS, (host,)).fetchone()
    return PublisherRow(host, model.by_host.counts[host], without_topic or 0, newest or "")
