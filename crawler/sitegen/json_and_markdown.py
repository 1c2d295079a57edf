"""JSON and Markdown versions of the pages of articles and topics, for programs and notebooks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from crawler import site_urls
from crawler.sitegen import display_formats
from crawler.sitegen.article_details import ArticleDetails, ArticleUrl, Quote, TopicExplanation
from crawler.sitegen.article_posts import SharedPost
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle, TopicFacts

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+!|~$&:-])")
_UNSAFE_IN_TARGET = re.compile(r"[<>\s\\]")
_MAX_ARTICLES = 100
_SENTENCE_WORDS = 40


def render_article_json(details: ArticleDetails, model: SiteModel) -> OutputFile:
    """Return the JSON version of an article's page, with the evidence of every topic.

    `details` are the article's, `model` has the base URL of the site.
    """
    article = details.article
    content = {
        **_summary(article),
        "authors": details.authors,
        "language": article.language,
        "first_seen": article.first_seen,
        "last_checked": article.last_checked or None,
        "summary": display_formats.shorten(article.summary),
        "topics": [_topic(explanation) for explanation in details.explanations],
        "shares": [_share(share) for share in details.shares],
        "aliases": [_alias(alias) for alias in details.urls],
        "related": [related.id for related, _ in details.related],
        "curator_notes": [note.text for note in details.notes],
        "page": model.absolute_url(article.path) or article.path,
    }
    return _json_file(site_urls.alternate_path(article.path, "json"), content)


def _alias(alias: ArticleUrl) -> dict[str, object]:
    return {"url": alias.url, "reasons": [reason for reason, _ in alias.reasons]}


def render_article_markdown(details: ArticleDetails, model: SiteModel) -> OutputFile:
    """Return an article as a citation in Markdown: title, URL, dates, excerpt, topics.

    `details` are the article's, `model` has the labels of topics.
    """
    article = details.article
    lines = [
        f"# {escape_markdown(article.title)}",
        "",
        _markdown_url(article.url),
        "",
        escape_markdown(_joined(_citation_facts(details), " · ")),
    ]
    if article.summary:
        lines += ["", f"> {escape_markdown(display_formats.shorten(article.summary))}"]
    if details.explanations:
        lines.append("")
        lines += [_topic_line(explanation, model) for explanation in details.explanations]
    return _text_file(site_urls.alternate_path(article.path, "md"), lines)


def _citation_facts(details: ArticleDetails) -> list[str]:
    article = details.article
    published = f"published {display_formats.format_day(article.published)}"
    return [article.host, ", ".join(details.authors), published if article.published else ""]


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
        "articles": [_summary(article) for article in articles[:_MAX_ARTICLES]],
        "page": model.absolute_url(path) or path,
    }
    return _json_file(site_urls.alternate_path(path, "json"), content)


def render_topic_markdown(topic: TopicFacts, articles: list[ListedArticle]) -> OutputFile:
    """Return `topic` as a Markdown section with a line for each of its newest `articles`."""
    lines = [f"# {escape_markdown(topic.label)}", "", escape_markdown(topic.definition), ""]
    lines += [_article_line(article) for article in articles[:_MAX_ARTICLES]]
    path = site_urls.alternate_path(site_urls.topic_path(topic.slug), "md")
    return _text_file(path, lines)


def escape_markdown(text: str) -> str:
    """Return text from outside as literal Markdown on one line.

    Every character that could start markup is escaped (CommonMark 0.31, section 2.4).
    """
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def _joined(parts: Iterable[str], separator: str) -> str:
    return separator.join(part for part in parts if part)


def _article_line(article: ListedArticle) -> str:
    day = display_formats.format_day(article.first_shared)
    facts = _joined([escape_markdown(article.host), day], ", ")
    return f"- [{escape_markdown(article.title)}]({_link_target(article.url)}) ({facts})"


def _topic(explanation: TopicExplanation) -> dict[str, Any]:
    return {
        "topic": explanation.topic,
        "confidence": explanation.confidence,
        "evidence": [_evidence(quote) for quote in explanation.quotes],
    }


def _evidence(quote: Quote) -> dict[str, Any]:
    return {
        "field": quote.field,
        "quote": quote.text,
        "rule": quote.rule,
        "times": quote.times,
        "sentence": quote.sentence,
    }


def _share(share: SharedPost) -> dict[str, Any]:
    return {
        "network": share.network,
        "author": share.author,
        "shared": share.shared,
        "url": share.url,
    }


def _topic_line(explanation: TopicExplanation, model: SiteModel) -> str:
    quotes = [f"“{escape_markdown(quote.text)}”" for quote in explanation.quotes if quote.text]
    sentence = display_formats.shorten(explanation.sentence, _SENTENCE_WORDS)
    facts = [
        ", ".join(explanation.locations),
        ", ".join(quotes),
        f"first: {escape_markdown(sentence)}" if sentence else "",
    ]
    label = escape_markdown(model.label(explanation.topic))
    return f"- {label} ({explanation.confidence}): {_joined(facts, '; ')}"


def _link_target(url: str) -> str:
    """Return a Markdown link destination that cannot end early; `#` for an invalid URL."""
    return f"<{_UNSAFE_IN_TARGET.sub('', url)}>" if site_urls.is_web_url(url) else "#"


def _markdown_url(url: str) -> str:
    return _link_target(url) if site_urls.is_web_url(url) else escape_markdown(url)


def _summary(article: ListedArticle) -> dict[str, Any]:
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


def _json_file(path: str, content: dict[str, Any]) -> OutputFile:
    return OutputFile(path, msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n")


def _text_file(path: str, lines: list[str]) -> OutputFile:
    return OutputFile(path, ("\n".join(lines) + "\n").encode())
