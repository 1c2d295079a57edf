"""A page per author who lets us name them: what they shared, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from crawler import site_urls
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import read_named_authors
from crawler.sitegen.template_renderer import OutputFile, Renderer

_NEWEST = 100
_SHARES = (
    "SELECT s.author_id, s.article_id, s.shared, s.post_url, s.network, a.handle, a.name, a.url FROM shares s "
    "JOIN publishable_authors a ON a.id = s.author_id ORDER BY s.author_id, s.shared DESC, s.post_id DESC, s.article_id"
)


def files(model: SiteModel, renderer: Renderer) -> Iterator[OutputFile]:
    """`author/<id>.html`."""
    shares = {
        key: list(rows)
        for key, rows in groupby(model.db.execute(_SHARES), key=lambda row: row["author_id"])
    }
    notes = {
        key: list(found)
        for key, found in groupby(
            sorted(model.notes, key=lambda note: note.author_id or 0),
            key=lambda note: note.author_id,
        )
    }
    for author in read_named_authors(model.db):
        shared = [
            (model.articles[row["article_id"]], row)
            for row in shares.get(author["id"], ())
            if row["article_id"] in model.articles
        ]
        facts = {
            "author": author,
            "shared": shared[:_NEWEST],
            "total": len(shared),
            "notes": notes.get(author["id"], [])[:_NEWEST],
        }
        yield renderer.page("site/author.html", site_urls.author_path(author["id"]), **facts)
