"""Article pages: one per article, with its JSON and Markdown versions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from crawler.sitegen.article_details import ArticleDetails, stream_article_details
from crawler.sitegen.json_and_markdown import render_article_json, render_article_markdown
from crawler.sitegen.page_kinds import ItemPages, Page
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel

TEMPLATE = "site/article.html"


def pages(model: SiteModel) -> Iterator[ItemPages]:
    """Yield the pages of every visible article in `model`, in the order of ids."""
    for article, read_details in stream_article_details(model):
        yield ItemPages((article.path,), partial(_article_pages, read_details, model))


def _article_pages(
    read_details: Callable[[], ArticleDetails], model: SiteModel
) -> list[Page | OutputFile]:
    details = read_details()
    context = {"article": details.article, "detail": details}
    return [
        Page(details.article.path, context),
        render_article_json(details, model),
        render_article_markdown(details, model),
    ]
