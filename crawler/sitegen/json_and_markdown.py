"""JSON and Markdown versions of topic pages, and the forms that all such versions share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from crawler import site_urls
from crawler.sitegen import display_formats
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle, TopicFacts

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+!|~$&:-])")
_UNSAFE_IN_TARGET = re.compile(r"[<>\s\\]")
_MAX_ARTICLES = 100


def render_topic_json(
    topic: TopicFacts, articles: list[ListedArticle], model: SiteModel
) -> OutputFile:
    """Return the JSON version of the page of `topic`, with its newest `articles`.

    `model` has the base URL of the site.
    """
    path = site_urls.topic_path(topic.slug)
    content = {
        "slug": topic.slug,
        "label": topic.label,
        "definition": topic.definition,
        "broader": topic.broader or None,
        "related": topic.related,
        "measured": topic.measured,
        "total": len(articles),
        "articles": [article_summary(article) for article in articles[:_MAX_ARTICLES]],
        "page": model.absolute_url(path) or path,
    }
    return json_file(site_urls.alternate_path(path, "json"), content)


def render_topic_markdown(topic: TopicFacts, articles: list[ListedArticle]) -> OutputFile:
    """Return `topic` as a Markdown section with a line for each of its newest `articles`."""
    lines = [f"# {escape_markdown(topic.label)}", "", escape_markdown(topic.definition), ""]
    lines += [article_line(article) for article in articles[:_MAX_ARTICLES]]
    path = site_urls.alternate_path(site_urls.topic_path(topic.slug), "md")
    return text_file(path, lines)


def escape_markdown(text: str) -> str:
    """Return text from outside as literal Markdown on one line.

    Every character that could start markup is escaped (CommonMark 0.31, section 2.4).
    """
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def join_parts(parts: Iterable[str], separator: str) -> str:
    """Return the parts that are not empty, with `separator` between them."""
    return separator.join(part for part in parts if part)


def article_line(article: ListedArticle) -> str:
    """Return `article` as a Markdown list item with its link, host and day."""
    day = display_formats.format_day(article.first_shared)
    facts = join_parts([escape_markdown(article.host), day], ", ")
    return f"- [{escape_markdown(article.title)}]({link_target(article.url)}) ({facts})"


def link_target(url: str) -> str:
    """Return a Markdown link destination that cannot end early; `#` for an invalid URL."""
    return f"<{_UNSAFE_IN_TARGET.sub('', url)}>" if site_urls.is_web_url(url) else "#"


def markdown_url(url: str) -> str:
    """Return `url` as an autolink, or as literal text if it is not a web URL."""
    return link_target(url) if site_urls.is_web_url(url) else escape_markdown(url)


def article_summary(article: ListedArticle) -> dict[str, Any]:
    """Return the JSON value of `article` in lists."""
    return {
        "id": article.id,
        "url": article.url,
        "title": article.title,
        "site_name": article.site_name,
        "host": article.host,
        "kind": article.kind,
        "state": article.state,
        "published": article.published or None,
        "first_shared": article.first_shared or None,
        "shares": article.shares,
    }


def json_file(path: str, content: dict[str, Any]) -> OutputFile:
    """Return the JSON file `path` with the object `content`, indented."""
    return OutputFile(path, msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n")


def text_file(path: str, lines: list[str]) -> OutputFile:
    """Return the text file `path` with these `lines`."""
    return OutputFile(path, ("\n".join(lines) + "\n").encode())
