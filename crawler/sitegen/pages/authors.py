"""Author pages: what each author who may be named shared and wrote, newest first."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from crawler.site_urls import author_path
from crawler.sitegen.page_kinds import Page, PageGroup
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle, Row, read_named_authors
from crawler.store.shown_titles import first_sentence
from crawler.text_cleaning import fold

SUBJECT = "author"
TEMPLATE = "site/author.html"

_MAX_LISTED = 100
_MAX_TOPICS = 8
_SHARES = """
SELECT s.article_id, s.shared, s.text, p.language
FROM shares s JOIN posts p ON p.id = s.post_id JOIN article_list l ON l.id = s.article_id
WHERE s.author_id = ? ORDER BY s.shared DESC, s.post_id DESC, s.article_id
"""
_TOPICS = """
SELECT topic, count(*) FROM taggings WHERE subject_kind = 'article' AND confidence <> 'weak'
AND subject_id IN (
    SELECT s.article_id FROM shares s JOIN article_list l ON l.id = s.article_id
    WHERE s.author_id = ?
) GROUP BY topic ORDER BY 2 DESC, 1 LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class AuthorShare:
    """An article that an author shared, with the first sentence of the newest post about it.

    `words` are empty if the post may not be shown or has only the title of the article.
    """

    article: ListedArticle
    shared: str
    words: str
    language: str


def page_groups(model: SiteModel, keys: Collection[str] | None = None) -> Iterator[PageGroup]:
    """Yield `author/<id>.html` for each author in `model` who may be named.

    `keys` are the ids of those to make.
    """
    ids = None if keys is None else map(int, keys)
    for author in read_named_authors(model.db, ids):
        yield PageGroup(str(author["id"]), partial(_pages, model, author))


def _pages(model: SiteModel, author: Row) -> Iterator[Page]:
    shares = _newest_shares(model, author["id"])
    context = {
        "author": author,
        "shared": _shared_articles(model, list(shares.values())[:_MAX_LISTED]),
        "total": len(shares),
        "topic_counts": _topic_counts(model, author["id"]),
        "notes": model.notes_by_author.get(author["id"], [])[:_MAX_LISTED],
    }
    yield Page(author_path(author["id"]), context)


def _newest_shares(model: SiteModel, author_id: int) -> dict[int, Row]:
    """Return the newest share of each visible article that the author shared, newest first."""
    newest: dict[int, Row] = {}
    for row in model.db.execute(_SHARES, (author_id,)):
        newest.setdefault(row["article_id"], row)
    return newest


def _shared_articles(model: SiteModel, rows: Sequence[Row]) -> list[AuthorShare]:
    model.articles.load(row["article_id"] for row in rows)
    shared = ((model.articles[row["article_id"]], row) for row in rows)
    return [
        AuthorShare(
            article,
            row["shared"],
            _words_besides_title(row["text"], article.title),
            row["language"],
        )
        for article, row in shared
    ]


def _topic_counts(model: SiteModel, author_id: int) -> list[tuple[str, int]]:
    return model.articles.query(_TOPICS, (author_id, _MAX_TOPICS)).fetchall()


def _words_besides_title(text: str, title: str) -> str:
    """Return the first sentence of a post, unless it is contained in the title or contains it."""
    words = first_sentence(text)
    own, named = fold(words), fold(title.removesuffix(" …"))
    return "" if own in named or named in own else words
