"""JSON and Markdown versions of an article's page, with the content of the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from crawler import site_urls
from crawler.counted_nouns import counted_noun
from crawler.markdown_text import escape_markdown, link_target, markdown_url
from crawler.models.network_names import network_label
from crawler.sitegen import display_formats
from crawler.sitegen.article_details import ArticleDetails, ArticleUrl, NamedEntity
from crawler.sitegen.article_posts import SharedPost
from crawler.sitegen.conversation import Conversation, Discussion
from crawler.sitegen.json_and_markdown import article_summary, join_parts, json_file, text_file
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle
from crawler.sitegen.topic_explanations import Quote, TopicExplanation
from crawler.sitegen.url_reasons import url_reason_label
from crawler.text_cleaning import shorten

_SENTENCE_WORDS = 40
_Json = dict[str, Any]


def render_article_json(details: ArticleDetails, model: SiteModel) -> OutputFile:
    """Return the JSON version of an article's page, with the evidence of every topic.

    `details` are the article's, `model` has the base URL of the site.
    """
    article = details.article
    content = {
        **article_summary(article),
        "authors": details.authors,
        "language": article.language,
        "first_seen": article.first_seen,
        "last_checked": article.last_checked or None,
        "state_since": details.state_since or None,
        "summary": shorten(article.summary),
        "topics": [_topic(explanation) for explanation in details.explanations],
        **_conversation(details.conversation),
        "aliases": [_alias(alias) for alias in details.urls],
        "story": [member.id for member in details.story],
        "related": [
            {"id": neighbour.id, "reason": reason} for neighbour, reason in details.related
        ],
        "links_to": [target.id for target in details.links_to],
        "linked_from": [origin.id for origin in details.linked_from],
        "entities": [_entity(entity) for entity in details.entities],
        "curator_notes": [note.text for note in details.notes],
        "page": model.absolute_url(article.path) or article.path,
    }
    return json_file(site_urls.alternate_path(article.path, "json"), content)


def render_article_markdown(details: ArticleDetails, model: SiteModel) -> OutputFile:
    """Return an article in Markdown: title, URL, dates, excerpt, topics, posts, other articles.

    `details` are the article's, `model` has the labels of topics.
    """
    article = details.article
    lines = [
        f"# {escape_markdown(article.title)}",
        "",
        markdown_url(article.url),
        "",
        escape_markdown(join_parts(_citation_facts(details), " · ")),
    ]
    if article.summary:
        lines += ["", f"> {escape_markdown(shorten(article.summary))}"]
    sections = {
        "Topics": [_topic_line(explanation, model) for explanation in details.explanations],
        "Posts": list(_post_lines(details.conversation)),
        "Same story": _article_lines((member, "") for member in details.story),
        "Related articles": _article_lines(details.related),
        "Links to": _article_lines((target, "") for target in details.links_to),
        "Linked from": _article_lines((origin, "") for origin in details.linked_from),
        "Mentioned": [_entity_line(entity) for entity in details.entities],
        "Other URLs": [_alias_line(alias) for alias in details.urls],
    }
    for heading, items in sections.items():
        lines += ["", f"## {heading}", "", *items] if items else []
    return text_file(site_urls.alternate_path(article.path, "md"), lines)


def _citation_facts(details: ArticleDetails) -> Iterator[str]:
    article = details.article
    dates = {
        "published": article.published,
        "first shared": article.first_shared,
        "last checked": article.last_checked,
    }
    yield article.host
    yield ", ".join(details.authors)
    for name, date in dates.items():
        yield f"{name} {display_formats.format_day(date)}" if date else ""
    if article.state != "ok":
        yield display_formats.state_label(article.state, details.state_since)


def _topic(explanation: TopicExplanation) -> _Json:
    quotes = (*explanation.quotes, *explanation.learned)
    return {
        "topic": explanation.topic,
        "confidence": explanation.confidence,
        "evidence": [_evidence(quote) for quote in quotes],
    }


def _evidence(quote: Quote) -> _Json:
    return {
        "field": quote.field,
        "quote": quote.text,
        "rule": quote.rule,
        "times": quote.times,
        "sentence": quote.sentence,
    }


def _conversation(conversation: Conversation) -> _Json:
    texts = conversation.words_by_post()
    return {
        "discussions": [_discussion(discussion) for discussion in conversation.discussions],
        "shares": [
            {**_share(post), "text": texts.get(post.post_id, "")} for post in conversation.posts
        ],
        "shares_not_shown": conversation.unnamed + conversation.omitted,
    }


def _discussion(discussion: Discussion) -> _Json:
    counts = {"points": discussion.points, "replies": discussion.replies}
    names = {"network": discussion.post.network, "title": discussion.title}
    return {**names, "url": discussion.post.url, **counts}


def _share(share: SharedPost) -> _Json:
    return {
        "network": share.network,
        "author": share.author,
        "shared": share.shared,
        "url": share.url,
    }


def _alias(alias: ArticleUrl) -> _Json:
    return {"url": alias.url, "reasons": [reason for reason, _ in alias.reasons]}


def _entity(entity: NamedEntity) -> _Json:
    return {"name": entity.name, "kind": entity.kind, "sentence": entity.sentence}


def _topic_line(explanation: TopicExplanation, model: SiteModel) -> str:
    quotes = [f"“{escape_markdown(quote.text)}”" for quote in explanation.quotes if quote.text]
    sentence = shorten(explanation.sentence, _SENTENCE_WORDS)
    facts = [
        ", ".join(explanation.locations),
        ", ".join(quotes),
        f"first: {escape_markdown(sentence)}" if sentence else "",
    ]
    label = escape_markdown(model.label(explanation.topic))
    return f"- {label} ({explanation.confidence}): {join_parts(facts, '; ')}"


def _post_lines(conversation: Conversation) -> Iterator[str]:
    counts = {
        discussion.post.post_id: _discussion_counts(discussion)
        for discussion in conversation.discussions
    }
    texts = conversation.words_by_post()
    for post in conversation.posts:
        network = network_label(post.network)
        facts = [post.author, network, display_formats.format_day(post.shared)]
        facts.append(counts.get(post.post_id, ""))
        link = markdown_url(post.url) if site_urls.is_web_url(post.url) else ""
        source = join_parts([escape_markdown(join_parts(facts, ", ")), link], " ")
        text = escape_markdown(texts.get(post.post_id, ""))
        yield f"- {join_parts([source, text], ': ')}"
    if conversation.unnamed:
        yield f"- {counted_noun(conversation.unnamed, 'post')} not shown"


def _discussion_counts(discussion: Discussion) -> str:
    counts = ((discussion.points, "point"), (discussion.replies, "comment"))
    reported = (counted_noun(count, noun) for count, noun in counts if count is not None)
    title = f"“{discussion.title}”" if discussion.title else ""
    return join_parts([title, *reported], ", ")


def _article_lines(articles: Iterable[tuple[ListedArticle, str]]) -> list[str]:
    return [
        f"- [{escape_markdown(article.title)}]({link_target(article.url)})"
        + (f" ({escape_markdown(reason)})" if reason else "")
        for article, reason in articles
    ]


def _entity_line(entity: NamedEntity) -> str:
    kind = display_formats.entity_kind_label(entity.kind)
    sentence = shorten(entity.sentence, _SENTENCE_WORDS)
    fact = escape_markdown(f"{entity.name} ({kind})")
    return f"- {fact}: “{escape_markdown(sentence)}”" if sentence else f"- {fact}"


def _alias_line(alias: ArticleUrl) -> str:
    reasons = "; ".join(dict.fromkeys(url_reason_label(reason) for reason, _ in alias.reasons))
    return f"- {markdown_url(alias.url)}: {escape_markdown(reasons)}"
