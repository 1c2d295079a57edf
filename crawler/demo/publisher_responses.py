"""Responses of the fictional publishers: pages of articles and feeds.

Sources: RFC 4287 (Atom), rssboard.org/rss-specification, jsonfeed.org/version/1.1.
"""

from __future__ import annotations

import json
from email.utils import format_datetime
from html import escape

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from crawler.demo.fictional_network import (
    DemoArticle,
    FictionalNetwork,
    Publisher,
    host_and_path,
)
from crawler.workspace import bundled_path

FEED_PATH = "/feed.xml"
_TEMPLATES = Environment(
    loader=FileSystemLoader(bundled_path("data", "demo", "pages")),
    autoescape=True,
    undefined=StrictUndefined,
)


def article_page(network: FictionalNetwork, article: DemoArticle) -> str:
    """Return the HTML page of an `article` of `network`."""
    publisher = network.publishers[host_and_path(article.url)[0]]
    template = _TEMPLATES.get_template(f"{article.layout}.html.j2")
    return template.render(article=article, publisher=publisher)


def feed(network: FictionalNetwork, publisher: Publisher, number: int) -> tuple[str, str]:
    """Return the feed of a `publisher` of `network` in run `number`, and its media type."""
    listed = [
        article
        for article in network.articles(number).values()
        if article.in_feed and host_and_path(article.url)[0] == publisher.host
    ]
    articles = sorted(listed, key=lambda article: article.published, reverse=True)
    if publisher.feed == "json":
        return _json_feed(publisher, articles), "application/feed+json"
    if publisher.feed == "atom":
        return _atom_feed(publisher, articles), "application/atom+xml"
    document = _rss_feed(publisher, articles)
    if publisher.feed == "broken":  # a cut document with a bare ampersand, as hand-made feeds have
        document = document.replace(" and ", " & ").removesuffix("</channel></rss>")
    return document, "application/rss+xml"


def _rss_feed(publisher: Publisher, articles: list[DemoArticle]) -> str:
    items = "".join(
        f"<item><title>{escape(article.title)}</title><link>{article.url}</link>"
        f"<guid>{article.url}</guid><pubDate>{format_datetime(article.published)}</pubDate>"
        f"<description>{escape(article.description)}</description></item>"
        for article in articles
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
        f"<title>{escape(publisher.name)}</title><link>https://{publisher.host}/</link>"
        f"<description>A fictional publisher.</description>{items}</channel></rss>"
    )


def _atom_feed(publisher: Publisher, articles: list[DemoArticle]) -> str:
    entries = "".join(
        f'<entry><title>{escape(article.title)}</title><link href="{article.url}"/>'
        f"<id>{article.url}</id><updated>{article.published.isoformat()}</updated>"
        f"<author><name>{escape(article.author)}</name></author>"
        f"<summary>{escape(article.description)}</summary></entry>"
        for article in articles
    )
    updated = articles[0].published.isoformat() if articles else "2026-01-01T00:00:00Z"
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{escape(publisher.name)}</title><id>https://{publisher.host}/</id>"
        f"<updated>{updated}</updated>{entries}</feed>"
    )


def _json_feed(publisher: Publisher, articles: list[DemoArticle]) -> str:
    items = [
        {
            "id": article.url,
            "url": article.url,
            "title": article.title,
            "summary": article.description,
            "date_published": article.published.isoformat(),
            "authors": [{"name": article.author}],
        }
        for article in articles
    ]
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": publisher.name,
            "home_page_url": f"https://{publisher.host}/",
            "items": items,
        }
    )
