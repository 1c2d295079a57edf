"""Old URLs keep working: pages that forward to where an article or a topic is now."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from crawler import site_urls
from crawler.sitegen.site_model import Library
from crawler.sitegen.snapshot_reader import Listed
from crawler.sitegen.template_renderer import File, Press

_PAGE = re.compile(r"article/(\d+)(?:-[a-z0-9-]*)?\.html")
_LEADS_TO = re.compile(r'<link rel="canonical" href="[^"]*?(\d+)(?:-[a-z0-9-]*)?\.html"')


def files(
    vanished: Iterable[str], previous: Path | None, library: Library, press: Press
) -> Iterator[File]:
    """A page for each former URL of an article (a changed title, a merge) and of a topic.

    A forgotten article leaves nothing.
    """
    yield from _of_topics(library, press)
    for path in vanished:
        match = _PAGE.fullmatch(path)
        article = (
            _successor(int(match[1]), previous / path, library) if match and previous else None
        )
        if article:
            yield press.page(
                "site/forward.html", path, to_path=article.path, anchor="", title=article.title
            )


def _of_topics(library: Library, press: Press) -> Iterator[File]:
    for slug, topic in library.former_topics.items():
        place = {"to_path": site_urls.topic(topic.slug), "anchor": "", "title": topic.label}
        yield press.page("site/forward.html", site_urls.topic(slug), **place)


def _successor(article_id: int, page: Path, library: Library) -> Listed | None:
    """The article itself under its new name, or the one that took over its address, or that a
    forwarding page led to.
    """
    if article_id in library.articles:
        return library.articles[article_id]
    twin = page.with_suffix(".json")
    if twin.is_file():
        url = json.loads(twin.read_bytes())["url"]
        row = library.db.execute(
            "SELECT article_id FROM aliases WHERE url = ? ORDER BY id DESC LIMIT 1", (url,)
        ).fetchone()
        return library.articles.get(row[0]) if row else None
    led = _LEADS_TO.search(page.read_text(encoding="utf-8"))
    return library.articles.get(int(led[1])) if led else None
