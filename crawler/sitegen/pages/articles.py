"""Article pages: one per article, with its JSON and Markdown versions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial

from crawler.sitegen import contact_links
from crawler.sitegen.article_details import ArticleDetails, stream_article_details
from crawler.sitegen.article_versions import render_article_json, render_article_markdown
from crawler.sitegen.page_kinds import Page, PageGroup
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel

SUBJECT = "article"
TEMPLATE = "site/article.html"

_OPEN_COMMENTS = 10  # posts with words that are shown at once

_WRONG_TOPIC = "These topics are wrong or missing, because:"
_REMOVAL = "Please remove this page or a post on it. I am the author of:"


def page_groups(model: SiteModel, keys: Collection[str] | None = None) -> Iterator[PageGroup]:
    """Yield the pages of every visible article in `model`, in the order of ids.

    `keys` are the ids of those to make.
    """
    for article, read_details in stream_article_details(model, keys):
        make = partial(_article_pages, read_details, model)
        yield PageGroup(str(article.id), make, (article.path,))


def _article_pages(
    read_details: Callable[[], ArticleDetails], model: SiteModel
) -> list[Page | OutputFile]:
    details = read_details()
    context = {
        "article": details.article,
        "detail": details,
        "open_comments": _OPEN_COMMENTS,
        "wrong_topic": _message_url(details, model, "Wrong topic", _WRONG_TOPIC),
        "removal": _message_url(details, model, "Please remove", _REMOVAL),
    }
    return [
        Page(details.article.path, context),
        render_article_json(details, model),
        render_article_markdown(details, model),
    ]


def _message_url(details: ArticleDetails, model: SiteModel, subject: str, request: str) -> str:
    """Return the URL that opens a message about an article, with what the curator needs."""
    article = details.article
    topics = [f"{tag.topic} ({tag.confidence})" for tag in article.tags]
    lines = [
        request,
        "",
        "",
        f"Article {article.id}: {article.url}",
        f"Page: {model.absolute_url(article.path) or article.path}",
        f"Topics: {', '.join(topics) or 'none'}",
    ]
    title = f"{subject}: article {article.id}"
    return contact_links.message_url(model.settings.contact, title, "\n".join(lines))
