"""Which feeds the site has: one of all articles and one of each topic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawler import site_urls
from crawler.sitegen.feed_entries import FeedEntry, article_entry
from crawler.sitegen.site_model import SiteModel

_MAX_ENTRIES_OF_TOPIC = 20
_MAX_ENTRIES_OF_ALL = 50


@dataclass(frozen=True, slots=True)
class FeedContent:
    """The content of both formats of one feed.

    `name` is its path below `feeds/` without a suffix; `page` is the path of the HTML page.
    """

    name: str
    title: str
    page: str
    entries: Sequence[FeedEntry]


def feed_contents(model: SiteModel) -> Iterator[FeedContent]:
    """Yield every feed of the site in `model`."""
    site_title = model.settings.title
    entries = {article.id: article_entry(model, article) for article in model.listed}
    newest = [entries[article.id] for article in model.listed[:_MAX_ENTRIES_OF_ALL]]
    yield FeedContent("all", site_title, "index.html", newest)
    for topic in model.topics.values():
        articles = model.by_topic.get(topic.slug, [])[:_MAX_ENTRIES_OF_TOPIC]
        title = f"{topic.label}: {site_title}"
        page = site_urls.topic_path(topic.slug)
        yield FeedContent(topic.slug, title, page, [entries[article.id] for article in articles])
