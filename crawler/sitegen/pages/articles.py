"""A page per article, with its twins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from crawler.models.outcomes import Failure
from crawler.sitegen import json_and_markdown
from crawler.sitegen.article_details import ArticleDetails, stream_article_details
from crawler.sitegen.failed_pages import render_item
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.template_renderer import OutputFile, Renderer


def files(model: SiteModel, renderer: Renderer) -> Iterator[OutputFile | Failure]:
    """`article/<id>-<slug>.html` with its JSON and Markdown twins; a Failure for a withheld one."""
    for article, read in stream_article_details(model):
        made, failures = render_item(
            renderer, [article.path], partial(_files, read, model, renderer)
        )
        yield from made
        yield from failures


def _files(
    read: Callable[[], ArticleDetails], model: SiteModel, renderer: Renderer
) -> list[OutputFile]:
    detail = read()
    return [
        renderer.page(
            "site/article.html", detail.article.path, article=detail.article, detail=detail
        ),
        json_and_markdown.render_article_json(detail, renderer),
        json_and_markdown.render_article_markdown(detail, model),
    ]
