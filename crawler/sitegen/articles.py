"""A page per article, with its twins."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.sitegen import twins
from crawler.sitegen.details import details
from crawler.sitegen.library import Library
from crawler.sitegen.press import File, Press


def files(library: Library, press: Press) -> Iterator[File]:
    """`article/<id>-<slug>.html` with its JSON and Markdown twins."""
    for detail in details(library):
        facts = {"article": detail.article, "detail": detail}
        yield press.page("site/article.html", detail.article.path, **facts)
        yield twins.article_json(detail, press)
        yield twins.article_markdown(detail, library)
