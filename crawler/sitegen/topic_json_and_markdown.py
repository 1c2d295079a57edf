"""JSON and Markdown versions of topic pages, for programs and notebooks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from crawler import site_urls
from crawler.markdown_text import escape_markdown, link_target
from crawler.sitegen import display_formats
from crawler.sitegen.article_store import ArticleList
from crawler.sitegen.json_and_markdown import (
    article_line,
    encoded_summary,
    join_parts,
    json_file,
    text_file,
)
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle, TopicFacts
from crawler.sitegen.topic_reading_list import RecommendedWork, recommended_works
from crawler.topics.topic_texts import Paragraph, TextSegment, parse_topic_text, plain_topic_text

_MAX_ARTICLES = 100


def render_topic_json(topic: TopicFacts, articles: ArticleList, model: SiteModel) -> OutputFile:
    """Return the JSON version of the page of `topic`, with its newest `articles`.

    `model` has the base URL of the site and the reading list. Each article has its topics, as some
    belong to a topic below.
    """
    path = site_urls.topic_path(topic.slug)
    content = {
        "slug": topic.slug,
        "label": topic.label,
        "definition": topic.definition,
        "text": plain_topic_text(topic.text),
        "broader": topic.broader or None,
        "narrower": [child.slug for child in model.subtopics.get(topic.slug, ())],
        "related": topic.related,
        "confused_with": topic.confused_with,
        "reading_list": [_work(work) for work in recommended_works(model, topic).works],
        "measured": topic.measured,
        "total": len(articles),
        "articles": [_summary_with_topics(article) for article in articles[:_MAX_ARTICLES]],
        "page": model.absolute_url(path) or path,
    }
    return json_file(site_urls.alternate_path(path, "json"), content)


def render_topic_markdown(topic: TopicFacts, articles: ArticleList, model: SiteModel) -> OutputFile:
    """Return `topic` as Markdown: text, confused topics, reading list, and its newest `articles`.

    `model` has the other topics and the reading list. An article of a topic below names its topics.
    """
    lines = [
        f"# {escape_markdown(topic.label)}",
        *_paragraphs(topic, model),
        *_confused_with(topic, model),
        *_reading_list(topic, model),
        *_articles(topic, articles, model),
    ]
    path = site_urls.alternate_path(site_urls.topic_path(topic.slug), "md")
    return text_file(path, lines)


def _summary_with_topics(article: ListedArticle) -> msgspec.Raw:
    topics = msgspec.json.encode(article.topics).decode()
    return msgspec.Raw(f'{encoded_summary(article)[:-1]},"topics":{topics}}}')


def _paragraphs(topic: TopicFacts, model: SiteModel) -> Iterator[str]:
    paragraphs = parse_topic_text(topic.text) or ((TextSegment(topic.definition),),)
    for paragraph in paragraphs:
        yield ""
        yield _paragraph(paragraph, model)


def _paragraph(paragraph: Paragraph, model: SiteModel) -> str:
    return "".join(_segment(segment, model) for segment in paragraph)


def _segment(segment: TextSegment, model: SiteModel) -> str:
    """Return a part of a text as Markdown. White space at its ends stays."""
    words = segment.words
    start, end = len(words) - len(words.lstrip()), len(words.rstrip())
    escaped = words[:start] + escape_markdown(words) + words[end:] if words.strip() else words
    target = segment.url
    if segment.topic in model.topics:
        target = model.absolute_url(site_urls.topic_path(segment.topic))
    return f"[{escaped}]({link_target(target)})" if target else escaped


def _confused_with(topic: TopicFacts, model: SiteModel) -> Iterator[str]:
    labels = [model.label(slug) for slug in topic.confused_with if slug in model.topics]
    if labels:
        yield ""
        yield f"Often confused with: {escape_markdown(', '.join(labels))}"


def _reading_list(topic: TopicFacts, model: SiteModel) -> Iterator[str]:
    recommended = recommended_works(model, topic)
    if recommended.works:
        yield from ("", "## Start here" if recommended.scored else "## Reading list", "")
        yield from map(_work_line, recommended.works)


def _articles(topic: TopicFacts, articles: ArticleList, model: SiteModel) -> Iterator[str]:
    if articles:
        yield from ("", "## Latest", "")
    for article in articles[:_MAX_ARTICLES]:
        yield article_line(article, _other_labels(article, topic, model))


def _other_labels(article: ListedArticle, topic: TopicFacts, model: SiteModel) -> str:
    """Return the labels of the topics of an article that belongs to a topic below `topic`."""
    return "" if topic.slug in article.topics else ", ".join(map(model.label, article.topics))


def _work(work: RecommendedWork) -> dict[str, Any]:
    return {
        "url": work.url,
        "title": work.title,
        "authors": work.authors,
        "year": int(work.year) if work.year.isdecimal() else None,
        "kind": work.kind,
        "why": work.why,
        "article": work.article.id if work.article else None,
        "state": work.article.state if work.article else None,
    }


def _work_line(work: RecommendedWork) -> str:
    kind = display_formats.kind_label(work.kind)
    facts = join_parts((", ".join(work.authors), work.year, kind), ", ")
    line = f"- [{escape_markdown(work.title)}]({link_target(work.url)}) ({escape_markdown(facts)})"
    return f"{line}: {escape_markdown(work.why)}" if work.why else line
