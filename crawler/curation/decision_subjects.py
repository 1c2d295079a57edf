"""Resolving the URL in a curator's decision to the article or posts that the decision is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from crawler.models.articles import AliasReason
from crawler.store.article_identity import IdentityLedger

_POSTS_AT = """SELECT id, uri FROM posts WHERE uri = ?
    UNION SELECT id, uri FROM posts WHERE url IN ({}) ORDER BY id"""
_SHARES = """SELECT 1 FROM links WHERE post_id = :post AND article_id = :article
    UNION ALL SELECT 1 FROM cards WHERE post_id = :post AND article_id = :article"""
_SAME_KEY = """SELECT a.id, a.url FROM articles a WHERE a.id <> :article AND a.id IN (
    SELECT article_id FROM aliases WHERE key = :key) ORDER BY a.id"""
_SPELLINGS = """SELECT x.url FROM aliases x JOIN articles a ON a.id = x.article_id
    WHERE x.article_id = :article AND x.key = :key
    ORDER BY x.reason <> 'curator', x.url <> a.url, length(x.url), x.url LIMIT 1"""
_IS_ALIAS = "SELECT 1 FROM aliases WHERE article_id = ? AND url = ?"
_HAS_REASON = "SELECT 1 FROM aliases WHERE url = ? AND reason = ?"
_MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Subject:
    """The article at a URL with the posts at that URL, or only the posts, oldest first.

    `url` is the spelling of the URL that the ledger stores, if there is one. `problem` explains
    that the URL is ambiguous or not stored; it is empty for exactly one subject.
    """

    url: str
    article_id: int | None = None
    post_ids: tuple[int, ...] = ()
    problem: str = ""

    @property
    def ids(self) -> tuple[int | None, int | None]:
        """The article id, or else the id of the oldest post: (article id, post id)."""
        if self.article_id is None and self.post_ids:
            return None, self.post_ids[0]
        return self.article_id, None


def resolve_subject(
    db: Database, ledger: IdentityLedger, url: str, *, post: bool = False
) -> Subject:
    """Return the article at `url`, in any spelling and by any alias, or the posts there.

    A URL that belongs to an article and to a post means the article, unless `post` is True.
    A URL without a scheme is read as https, and the angle brackets of a mail are removed.
    """
    lookup_url, key = _with_key(ledger, url)
    posts = _posts_at(db, url.strip(), key)
    article_id = None if post else ledger.find(lookup_url)

    if article_id is None:
        return Subject(lookup_url, None, tuple(posts), _problem_of_posts(posts, post))
    spelling = _stored_spelling(db, article_id, lookup_url, key)
    problem = _ambiguous_article(db, article_id, lookup_url, key)
    problem = problem or _article_and_post(db, article_id, posts)
    return Subject(spelling, article_id, tuple(posts), problem)


def _with_key(ledger: IdentityLedger, url: str) -> tuple[str, str]:
    """Return the URL to look up, and its key; the key is empty for an invalid URL."""
    plain = url.strip().removeprefix("<").removesuffix(">").strip()
    for spelling in (plain, f"https://{plain.removeprefix('//')}"):
        key = ledger.key(spelling).key
        if key:
            return spelling, key
    return plain, ""


def _posts_at(db: Database, url: str, key: str) -> dict[int, str]:
    """Return the URI by id of the posts with this URI or, in any usual spelling, this URL."""
    spellings = [url]
    if key:
        pages = [key, f"{key}/", f"www.{key}", f"www.{key}/"]
        spellings += [f"{scheme}://{page}" for scheme in ("https", "http") for page in pages]
    query = _POSTS_AT.format(", ".join("?" * len(spellings)))
    return dict(db.execute(query, [url, *spellings]).fetchall())


def _stored_spelling(db: Database, article_id: int, url: str, key: str) -> str:
    """Return the alias of the article that `url` is a spelling of, or `url` if it is an alias."""
    if _is_alias(db, article_id, url):
        return url
    row = db.execute(_SPELLINGS, {"article": article_id, "key": key}).fetchone()
    return str(row[0]) if row else url


def _problem_of_posts(posts: Mapping[int, str], only_posts: bool) -> str:
    if not posts:
        return f"no {'post' if only_posts else 'article or post'} with this URL is stored"
    if len(posts) > 1:
        names = _first_names(posts.values())
        return f"{len(posts)} posts have this URL; name one by its URI: {names}"
    return ""


def _ambiguous_article(db: Database, article_id: int, url: str, key: str) -> str:
    """Return the problem if several articles have the key of `url`; otherwise ""."""
    if db.execute(_HAS_REASON, [url, AliasReason.CURATOR]).fetchone():
        return ""
    same_key = db.execute(_SAME_KEY, {"article": article_id, "key": key}).fetchall()
    if not same_key or _is_alias(db, article_id, url):
        return ""
    names = _first_names(article_url for _, article_url in same_key)
    return f"several articles have this URL; write it as one of them does: {names}"


def _article_and_post(db: Database, article_id: int, posts: Mapping[int, str]) -> str:
    """Return the problem if a post at the URL does not share the article; otherwise ""."""
    for post_id, uri in posts.items():
        if not db.execute(_SHARES, {"post": post_id, "article": article_id}).fetchone():
            return (
                "an article and a post have this URL; the article is meant. "
                f'For the post write: post = "{uri}"'
            )
    return ""


def _is_alias(db: Database, article_id: int, url: str) -> bool:
    return db.execute(_IS_ALIAS, [article_id, url]).fetchone() is not None


def _first_names(names: Iterable[str]) -> str:
    """Return the first few names as a list in words."""
    listed = list(names)
    return ", ".join(listed[:_MOST_NAMES]) + (", …" if len(listed) > _MOST_NAMES else "")
