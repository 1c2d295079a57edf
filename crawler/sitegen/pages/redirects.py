"""Old URLs keep working: pages that forward to where an article or a topic is now."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from crawler import site_urls
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle
from crawler.sitegen.template_renderer import OutputFile, Renderer

_PAGE = re.compile(r"article/(\d+)(?:-[a-z0-9-]*)?\.html")
_LEADS_TO = re.compile(r'<link rel="canonical" href="[^"]*?(\d+)(?:-[a-z0-9-]*)?\.html"')


def files(
    vanished: Iterable[str], previous: Path | None, model: SiteModel, renderer: Renderer
) -> Iterator[OutputFile]:
    """A page for each former URL of an article (a changed title, a merge) and of a topic.

    A forgotten article leaves nothing.
    """
    yield from _of_topics(model, renderer)
    for path in vanished:
        match = _PAGE.fullmatch(path)
        article = _successor(int(match[1]), previous / path, model) if match and previous else None
        if article:
            yield renderer.page(
                "site/forward.html", path, to_path=article.path, anchor="", title=article.title
            )


def _of_topics(model: SiteModel, renderer: Renderer) -> Iterator[OutputFile]:
    for slug, topic in model.former_topics.items():
        place = {"to_path": site_urls.topic_path(topic.slug), "anchor": "", "title": topic.label}
        yield renderer.page("site/forward.html", site_urls.topic_path(slug), **place)


def _successor(article_id: int, page: Path, model: SiteModel) -> ListedArticle | None:
    """The article itself under its new name, or the one that took over its address, or that a
    forwarding page led to.
    """
    if article_id in model.articles:
        return model.articles[article_id]
    twin = page.with_suffix(".json")
    if twin.is_file():
        url = json.loads(twin.read_bytes())["url"]
        row = model.db.execute(
            "SELECT article_id FROM aliases WHERE url = ? ORDER BY id DESC LIMIT 1", (url,)
        ).fetchone()
        return model.articles.get(row[0]) if row else None
    led = _LEADS_TO.search(page.read_text(encoding="utf-8"))
    return model.articles.get(int(led[1])) if led else None
