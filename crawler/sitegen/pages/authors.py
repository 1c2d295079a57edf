"""Author pages: what each author who may be named shared and wrote, newest first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from crawler.group_by_key import group_by
from crawler.site_urls import author_path
from crawler.sitegen.page_kinds import Page, PageGroup, is_chosen
from crawler.sitegen.row_details import first_sentence
from crawler.sitegen.site_model import SiteModel, most_frequent_topics
from crawler.sitegen.snapshot_reader import ListedArticle, Note, Row, read_named_authors
from crawler.text_cleaning import fold

SUBJECT = "author"
TEMPLATE = "site/author.html"

_MAX_LISTED = 100
_MAX_TOPICS = 8
_SHARES = """
SELECT s.author_id, s.article_id, s.shared, s.text, p.language
FROM shares s JOIN publishable_authors a ON a.id = s.author_id
JOIN posts p ON p.id = s.post_id
ORDER BY s.author_id, s.shared DESC, s.post_id DESC, s.article_id
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
    shares = _shares_by_author(model)
    notes = _notes_by_author(model)
    for author in read_named_authors(model.db):
        number = author["id"]
        if is_chosen(str(number), keys):
            make = partial(_pages, model, author, shares.get(number, ()), notes.get(number, ()))
            yield PageGroup(str(number), make)


def _pages(
    model: SiteModel, author: Row, rows: Iterable[Row], notes: Sequence[Note]
) -> Iterator[Page]:
    shared = _visible_articles(model, rows)
    context = {
        "author": author,
        "shared": shared[:_MAX_LISTED],
        "total": len(shared),
        "topic_counts": most_frequent_topics((share.article for share in shared), _MAX_TOPICS),
        "notes": notes[:_MAX_LISTED],
    }
    yield Page(author_path(author["id"]), context)


def _visible_articles(model: SiteModel, shares: Iterable[Row]) -> list[AuthorShare]:
    """Return each visible article of the `shares` once, with its newest share."""
    newest: dict[int, AuthorShare] = {}
    for row in shares:
        article = model.articles.get(row["article_id"])
        if article and article.id not in newest:
            words = _words_besides_title(row["text"], article.title)
            newest[article.id] = AuthorShare(article, row["shared"], words, row["language"])
    return list(newest.values())


def _words_besides_title(text: str, title: str) -> str:
    """Return the first sentence of a post, unless it is contained in the title or contains it."""
    words = first_sentence(text)
    own, named = fold(words), fold(title.removesuffix(" …"))
    return "" if own in named or named in own else words


def _shares_by_author(model: SiteModel) -> dict[int, list[Row]]:
    rows = model.db.execute(_SHARES)
    return {author: list(group) for author, group in groupby(rows, lambda row: row["author_id"])}


def _notes_by_author(model: SiteModel) -> dict[int | None, list[Note]]:
    return group_by(model.notes, lambda note: note.author_id)
