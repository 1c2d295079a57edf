"""The same pages for machines and notebooks: JSON and Markdown beside each article and topic."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from crawler import site_urls
from crawler.sitegen import display_text
from crawler.sitegen.article_details import Detail, Quote, TopicReason
from crawler.sitegen.site_model import Library
from crawler.sitegen.snapshot_reader import Listed, TopicFacts
from crawler.sitegen.template_renderer import File, Press

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+!|~$&:-])")
_BREAKS = re.compile(r"[<>\s\\]")
_TOPIC_LIMIT = 100


def article_json(detail: Detail, press: Press) -> File:
    """One article as one JSON object: the facts of its page, with the evidence of every topic."""
    article = detail.article
    return _json_file(
        site_urls.twin(article.path, "json"),
        {
            **_short(article),
            "authors": detail.authors,
            "language": article.language,
            "first_seen": article.first_seen,
            "last_checked": article.last_checked or None,
            "summary": display_text.excerpt(article.summary),
            "topics": [
                {
                    "topic": reason.topic,
                    "confidence": reason.confidence,
                    "evidence": [_evidence(quote) for quote in reason.quotes],
                }
                for reason in detail.reasons
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
            "page": press.absolute(article.path) or article.path,
        },
    )


def article_markdown(detail: Detail, library: Library) -> File:
    """One article as a citation: title, address, dates, excerpt, topics."""
    article = detail.article
    facts = [
        article.host,
        ", ".join(detail.authors),
        f"published {display_text.day(article.published)}" if article.published else "",
    ]
    lines = [
        f"# {escaped(article.title)}",
        "",
        _address(article.url),
        "",
        escaped(" · ".join(filter(None, facts))),
    ]
    if article.summary:
        lines += ["", f"> {escaped(display_text.excerpt(article.summary))}"]
    lines += (
        ["", *(_topic_line(reason, library) for reason in detail.reasons)] if detail.reasons else []
    )
    return _text_file(site_urls.twin(article.path, "md"), lines)


def topic_json(topic: TopicFacts, stream: list[Listed], press: Press) -> File:
    """One topic as one JSON object, with its newest articles."""
    path = site_urls.topic(topic.slug)
    return _json_file(
        site_urls.twin(path, "json"),
        {
            "slug": topic.slug,
            "label": topic.label,
            "definition": topic.definition,
            "broader": topic.broader or None,
            "related": topic.related,
            "measured": topic.measured,
            "total": len(stream),
            "articles": [_short(article) for article in stream[:_TOPIC_LIMIT]],
            "page": press.absolute(path) or path,
        },
    )


def topic_markdown(topic: TopicFacts, stream: list[Listed]) -> File:
    """One topic as an awesome-list section: a line per article, ready to quote."""
    lines = [f"# {escaped(topic.label)}", "", escaped(topic.definition), ""]
    lines += [_article_line(article) for article in stream[:_TOPIC_LIMIT]]
    return _text_file(site_urls.twin(site_urls.topic(topic.slug), "md"), lines)


def escaped(text: str) -> str:
    """Text from outside as literal Markdown on one line: every sign that could start something is
    escaped (CommonMark 2.4).
    """
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def _article_line(article: Listed) -> str:
    facts = ", ".join(filter(None, (escaped(article.host), display_text.day(article.first_shared))))
    return f"- [{escaped(article.title)}]({_target(article.url)}) ({facts})"


def _evidence(quote: Quote) -> dict[str, Any]:
    return {
        "field": quote.field,
        "quote": quote.text,
        "rule": quote.rule,
        "times": quote.times,
        "sentence": quote.sentence,
    }


def _topic_line(reason: TopicReason, library: Library) -> str:
    quotes = ", ".join(f"“{escaped(quote.text)}”" for quote in reason.quotes if quote.text)
    facts = [
        ", ".join(reason.places),
        quotes,
        f"first: {escaped(display_text.excerpt(reason.sentence, 40))}" if reason.sentence else "",
    ]
    label = escaped(library.label(reason.topic))
    return f"- {label} ({reason.confidence}): {'; '.join(filter(None, facts))}"


def _target(url: str) -> str:
    """A link destination that cannot end early; an address that is not of the web leads nowhere."""
    return f"<{_BREAKS.sub('', url)}>" if site_urls.is_web(url) else "#"


def _address(url: str) -> str:
    return _target(url) if site_urls.is_web(url) else escaped(url)


def _short(article: Listed) -> dict[str, Any]:
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


def _json_file(path: str, value: dict[str, Any]) -> File:
    return File(path, msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")


def _text_file(path: str, lines: list[str]) -> File:
    return File(path, ("\n".join(lines) + "\n").encode())
