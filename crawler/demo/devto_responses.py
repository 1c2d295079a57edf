"""Responses of DEV for fictional articles: the feed of a tag and the API of an article.

Sources: developers.forem.com/api, the feed at dev.to/feed/tag/TAG.
"""

from __future__ import annotations

from email.utils import format_datetime
from html import escape
from typing import Any

from crawler.demo.fictional_network import DemoPost, FictionalNetwork

HOST = "dev.to"
_FIRST_ID = 990_000_000


def tag_feed(network: FictionalNetwork, number: int, tag: str) -> str:
    """Return the RSS feed of a `tag` of `network` in run `number`."""
    items = "".join(
        f"<item><title>{escape(post.title)}</title>"
        f"<dc:creator>{escape(network.people[post.author].name)}</dc:creator>"
        f"<pubDate>{format_datetime(post.published)}</pubDate>"
        f"<link>https://{HOST}/{article_path(post)}</link>"
        f"<guid>https://{HOST}/{article_path(post)}</guid>"
        f"<description>{escape(post.text)}</description></item>"
        for post in network.posts(number, "devto")
        if tag in {name.lower() for name in post.hashtags}
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>DEV Community: {escape(tag)}</title><link>https://{HOST}/t/{escape(tag)}</link>"
        f"<description>Articles tagged {escape(tag)}.</description>{items}</channel></rss>"
    )


def article_by_path(network: FictionalNetwork, number: int, path: str) -> Any:
    """Return the article at the `path` of the API in run `number`; None if it does not exist.

    The path `latest` lists the newest article of `network`.
    """
    articles = [_article(network, post) for post in network.posts(number, "devto")]
    if path == "latest":
        return articles[:1]
    by_path = {str(article["id"]): article for article in articles}
    by_path |= {article["url"].removeprefix(f"https://{HOST}/"): article for article in articles}
    return by_path.get(path)


def article_path(post: DemoPost) -> str:
    """Return the path of the article that a `post` describes."""
    return f"hashtrail_demo_{post.author}/{post.key}"


def _article(network: FictionalNetwork, post: DemoPost) -> dict[str, Any]:
    url = f"https://{HOST}/{article_path(post)}"
    published = f"{post.published:%Y-%m-%dT%H:%M:%SZ}"
    handle = f"hashtrail_demo_{post.author}"
    return {
        "type_of": "article",
        "id": _FIRST_ID + post.number,
        "title": post.title,
        "description": post.text,
        "url": url,
        "canonical_url": post.links[0] if post.links else url,
        "published_at": published,
        "published_timestamp": published,
        "created_at": published,
        "edited_at": None,
        "language": post.language,
        "tag_list": ", ".join(name.lower() for name in post.hashtags),
        "tags": [name.lower() for name in post.hashtags],
        "comments_count": post.number % 4,
        "public_reactions_count": post.number % 17,
        "user": {"name": network.people[post.author].name, "username": handle},
    }
