"""Author pages: what each author who may be named shared and wrote, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from crawler.group_by_key import group_by
from crawler.site_urls import author_path
from crawler.sitegen.page_kinds import Page
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle, Note, Row, read_named_authors

TEMPLATE = "site/author.html"

_MAX_LISTED = 100
_SHARES = """
SELECT s.author_id, s.article_id, s.shared, s.post_url, s.network, a.handle, a.name, a.url
FROM shares s JOIN publishable_authors a ON a.id = s.author_id
ORDER BY s.author_id, s.shared DESC, s.post_id DESC, s.article_id
"""


def pages(model: SiteModel) -> Iterator[Page]:
    """Yield `author/<id>.html` for each author in `model` who may be named."""
    shares = _shares_by_author(model)
    notes = _notes_by_author(model)
    for author in read_named_authors(model.db):
        shared = _visible_articles(model, shares.get(author["id"], ()))
        context = {
            "author": author,
            "shared": shared[:_MAX_LISTED],
            "total": len(shared),
            "notes": notes.get(author["id"], [])[:_MAX_LISTED],
        }
        yield Page(author_path(author["id"]), context)


def _visible_articles(model: SiteModel, shares: Iterable[Row]) -> list[tuple[ListedArticle, Row]]:
    """Return each visible article once, with the newest of its `shares`."""
    newest: dict[int, Row] = {}
    for row in shares:
        newest.setdefault(row["article_id"], row)
    articles = ((model.articles.get(article_id), row) for article_id, row in newest.items())
    return [(article, row) for article, row in articles if article]


def _shares_by_author(model: SiteModel) -> dict[int, list[Row]]:
    rows = model.db.execute(_SHARES)
    return {author: list(group) for author, group in groupby(rows, lambda row: row["author_id"])}


def _notes_by_author(model: SiteModel) -> dict[int | None, list[Note]]:
    return group_by(model.notes, lambda note: note.author_id)
