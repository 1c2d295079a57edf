"""A page per article, with its twins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from crawler.model import Failure
from crawler.sitegen import twins
from crawler.sitegen.details import Detail, details
from crawler.sitegen.library import Library
from crawler.sitegen.press import File, Press
from crawler.sitegen.withhold import item_files


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
        twins.article_json(detail, press),
        twins.article_markdown(detail, library),
    ]
