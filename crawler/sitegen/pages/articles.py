"""A page per article, with its twins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from crawler.models.outcomes import Failure
from crawler.sitegen import json_and_markdown
from crawler.sitegen.article_details import Detail, details
from crawler.sitegen.failed_pages import item_files
from crawler.sitegen.site_model import Library
from crawler.sitegen.template_renderer import File, Press


def files(library: Library, press: Press) -> Iterator[File | Failure]:
    """`article/<id>-<slug>.html` with its JSON and Markdown twins; a Failure for a withheld one."""
    for article, read in details(library):
        made, failures = item_files(press, [article.path], partial(_files, read, library, press))
        yield from made
        yield from failures


def _files(read: Callable[[], Detail], library: Library, press: Press) -> list[File]:
    detail = read()
    return [
        press.page("site/article.html", detail.article.path, article=detail.article, detail=detail),
        json_and_markdown.article_json(detail, press),
        json_and_markdown.article_markdown(detail, library),
    ]
