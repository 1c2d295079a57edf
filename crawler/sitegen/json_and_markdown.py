"""The same pages for machines and notebooks: JSON and Markdown beside each article and topic."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from crawler import site_urls
from crawler.sitegen import display_text
from crawler.sitegen.article_details import ArticleDetails, Quote, TopicExplanation
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle, TopicFacts
from crawler.sitegen.template_renderer import OutputFile, Renderer

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+!|~$&:-])")
_BREAKS = re.compile(r"[<>\s\\]")
_TOPIC_LIMIT = 100


def render_article_json(detail: ArticleDetails, renderer: Renderer) -> OutputFile:
    """One article as one JSON object: the facts of its page, with the evidence of every topic."""
    article = detail.article
    return _json_file(
        site_urls.alternate_path(article.path, "json"),
        {
            **_short(article),
            "authors": detail.authors,
            "language": article.language,
            "first_seen": article.first_seen,
            "last_checked": article.last_checked or None,
            "summary": display_text.shorten(article.summary),
            "topics": [
                {
                    "topic": reason.topic,
                    "confidence": reason.confidence,
                    "evidence": [_evidence(quote) for quote in reason.quotes],
                }
                for reason in detail.explanations
            ],
            "shares": [
                {
                    "network": share.network,
                    "author": share.author,
                    "shared": share.shared,
                    "url": share.url,
                }
                for share in detail.shares
            ],
            "aliases": [
                {"url": alias.url, "reasons": [reason for reason, _ in alias.reasons]}
                for alias in detail.aliases
            ],
            "related": [other.id for other, _ in detail.related],
            "curator_notes": [note.text for note in detail.notes],
            "page": renderer.absolute(article.path) or article.path,
        },
    )


def render_article_markdown(detail: ArticleDetails, model: SiteModel) -> OutputFile:
    """One article as a citation: title, address, dates, excerpt, topics."""
    article = detail.article
    facts = [
        article.host,
        ", ".join(detail.authors),
        f"published {display_text.format_day(article.published)}" if article.published else "",
    ]
    lines = [
        f"# {escape_markdown(article.title)}",
        "",
        _address(article.url),
        "",
        escape_markdown(" · ".join(filter(None, facts))),
    ]
    if article.summary:
        lines += ["", f"> {escape_markdown(display_text.shorten(article.summary))}"]
    lines += (
        ["", *(_topic_line(reason, model) for reason in detail.explanations)]
        if detail.explanations
        else []
    )
    return _text_file(site_urls.alternate_path(article.path, "md"), lines)


def render_topic_json(
    topic: TopicFacts, stream: list[ListedArticle], renderer: Renderer
) -> OutputFile:
    """One topic as one JSON object, with its newest articles."""
    path = site_urls.topic_path(topic.slug)
    return _json_file(
        site_urls.alternate_path(path, "json"),
        {
            "slug": topic.slug,
            "label": topic.label,
            "definition": topic.definition,
            "broader": topic.broader or None,
            "related": topic.related,
            "measured": topic.measured,
            "total": len(stream),
            "articles": [_short(article) for article in stream[:_TOPIC_LIMIT]],
            "page": renderer.absolute(path) or path,
        },
    )


def render_topic_markdown(topic: TopicFacts, stream: list[ListedArticle]) -> OutputFile:
    """One topic as an awesome-list section: a line per article, ready to quote."""
    lines = [f"# {escape_markdown(topic.label)}", "", escape_markdown(topic.definition), ""]
    lines += [_article_line(article) for article in stream[:_TOPIC_LIMIT]]
    return _text_file(site_urls.alternate_path(site_urls.topic_path(topic.slug), "md"), lines)


def escape_markdown(text: str) -> str:
    """Text from outside as literal Markdown on one line: every sign that could start something is
    escaped (CommonMark 2.4).
    """
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def _article_line(article: ListedArticle) -> str:
    facts = ", ".join(
        filter(None, (escape_markdown(article.host), display_text.format_day(article.first_shared)))
    )
    return f"- [{escape_markdown(article.title)}]({_target(article.url)}) ({facts})"


def _evidence(quote: Quote) -> dict[str, Any]:
    return {
        "field": quote.field,
        "quote": quote.text,
        "rule": quote.rule,
        "times": quote.times,
        "sentence": quote.sentence,
    }


def _topic_line(reason: TopicExplanation, model: SiteModel) -> str:
    quotes = ", ".join(f"“{escape_markdown(quote.text)}”" for quote in reason.quotes if quote.text)
    facts = [
        ", ".join(reason.places),
        quotes,
        f"first: {escape_markdown(display_text.shorten(reason.sentence, 40))}"
        if reason.sentence
        else "",
    ]
    label = escape_markdown(model.label(reason.topic))
    return f"- {label} ({reason.confidence}): {'; '.join(filter(None, facts))}"


def _target(url: str) -> str:
    """A link destination that cannot end early; an address that is not of the web leads nowhere."""
    return f"<{_BREAKS.sub('', url)}>" if site_urls.is_web_url(url) else "#"


def _address(url: str) -> str:
    return _target(url) if site_urls.is_web_url(url) else escape_markdown(url)


def _short(article: ListedArticle) -> dict[str, Any]:
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


def _json_file(path: str, value: dict[str, Any]) -> OutputFile:
    return OutputFile(path, msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")


def _text_file(path: str, lines: list[str]) -> OutputFile:
    return OutputFile(path, ("\n".join(lines) + "\n").encode())
