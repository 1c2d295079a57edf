"""Redirects: pages at former URLs that forward to the current page of their subject."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from crawler import site_urls
from crawler.sitegen.entity_mentions import slugs_by_spelling
from crawler.sitegen.page_kinds import Page
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle

FORWARD = "site/forward.html"

_ARTICLE_PAGE = re.compile(r"article/(\d+)(?:-[a-z0-9-]*)?\.html")
_ENTITY_PAGE = re.compile(r"entity/([a-z0-9_.-]+?)(?:/\d+)?\.html")
_ENTITY_INDEX = "entities.html"
_FORWARD_TARGET = re.compile(r'<link rel="canonical" href="[^"]*?(article/\d+[a-z0-9-]*\.html)"')


def redirect_pages(
    vanished: Iterable[str], previous: Path | None, model: SiteModel
) -> Iterator[Page]:
    """Yield a page for each former URL: of a topic, of an article, of an entity with a new name.

    `vanished` are the paths of the published site in `previous` that `model` no longer has. An
    erased article gets no page.
    """
    for slug, topic in model.former_topics.items():
        target = site_urls.topic_path(topic.slug)
        yield forward_page(site_urls.topic_path(slug), target, topic.label)
    if previous:
        for path in vanished:
            article = _current_article(path, previous, model)
            if article:
                yield forward_page(path, article.path, article.title)
            else:
                yield from _entity_redirects(path, model)


def forward_page(path: str, target: str, title: str, anchor: str = "") -> Page:
    """Return the page at `path` that forwards to `target#anchor`, named `title`."""
    return Page(path, {"to_path": target, "anchor": anchor, "title": title}, FORWARD)


def _current_article(path: str, previous: Path, model: SiteModel) -> ListedArticle | None:
    """Return the article that now belongs to the page at `path` of the published site.

    For a page that forwards already, it is the one that belongs to its target.
    """
    if not _ARTICLE_PAGE.fullmatch(path):
        return None
    article = _successor(path, previous, model)
    page = previous / path
    if article or page.with_suffix(".json").is_file():
        return article
    target = _FORWARD_TARGET.search(page.read_text(encoding="utf-8"))
    return _successor(target[1], previous, model) if target else None


def _entity_redirects(path: str, model: SiteModel) -> Iterator[Page]:
    """Yield the page that forwards from a former page of an entity.

    It forwards to the page of the entity with this slug, now or formerly. Without one, it forwards
    to the index if the entity still occurs in an article.
    """
    match = _ENTITY_PAGE.fullmatch(path)
    if not match:
        return
    slug = slugs_by_spelling().get(match[1], match[1])
    entity = model.entities.get(slug)
    if entity:
        yield forward_page(path, entity.path, entity.name)
    elif model.db.execute("SELECT 1 FROM entities WHERE slug = ?", (slug,)).fetchone():
        yield forward_page(path, _ENTITY_INDEX, "Systems and organizations")


def _successor(path: str, previous: Path, model: SiteModel) -> ListedArticle | None:
    """Return the article of the page at `path`, else the one that has the URL of the page now."""
    match = _ARTICLE_PAGE.fullmatch(path)
    if match and int(match[1]) in model.articles:
        return model.articles[int(match[1])]
    json_page = (previous / path).with_suffix(".json")
    if not json_page.is_file():
        return None
    return _article_with_url(json.loads(json_page.read_bytes())["url"], model)


def _article_with_url(url: str, model: SiteModel) -> ListedArticle | None:
    query = "SELECT article_id FROM aliases WHERE url = ? ORDER BY id DESC LIMIT 1"
    row = model.db.execute(query, (url,)).fetchone()
    return model.articles.get(row[0]) if row else None
