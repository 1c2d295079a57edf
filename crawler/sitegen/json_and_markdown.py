"""The forms that all JSON and Markdown versions of pages share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from crawler.markdown_text import escape_markdown, link_target
from crawler.sitegen import display_formats
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.snapshot_reader import ListedArticle

_LINE = "line.md"
_SUMMARY = "summary.json"


def join_parts(parts: Iterable[str], separator: str) -> str:
    """Return the parts that are not empty, with `separator` between them."""
    return separator.join(part for part in parts if part)


def article_line(article: ListedArticle, labels: str = "") -> str:
    """Return `article` as a Markdown list item with its link, host, day and `labels`."""
    if labels:
        return _article_line(article, labels)
    line = article.texts.get(_LINE)
    if line is None:
        line = article.texts[_LINE] = _article_line(article, "")
    return line


def _article_line(article: ListedArticle, labels: str) -> str:
    day = display_formats.format_day(article.first_shared)
    facts = join_parts([escape_markdown(article.host), day, escape_markdown(labels)], ", ")
    return f"- [{escape_markdown(article.title)}]({link_target(article.url)}) ({facts})"


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


def encoded_summary(article: ListedArticle) -> str:
    """Return the JSON text of `article` in lists."""
    text = article.texts.get(_SUMMARY)
    if text is None:
        text = article.texts[_SUMMARY] = msgspec.json.encode(article_summary(article)).decode()
    return text


def json_file(path: str, content: dict[str, Any]) -> OutputFile:
    """Return the JSON file `path` with the object `content`, indented."""
    return OutputFile(path, msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n")


def text_file(path: str, lines: list[str]) -> OutputFile:
    """Return the text file `path` with these `lines`."""
    return OutputFile(path, ("\n".join(lines) + "\n").encode())
