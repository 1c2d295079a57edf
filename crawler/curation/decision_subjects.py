"""Resolving the URL in a curator's decision to the article or posts that the decision is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from crawler.models.articles import AliasReason
from crawler.store.identity_ledger import IdentityLedger

_AT = "SELECT id, uri FROM posts WHERE uri = ? UNION SELECT id, uri FROM posts WHERE url IN ({}) ORDER BY id"
_SHARES = """SELECT 1 FROM links WHERE post_id = :post AND article_id = :article
    UNION ALL SELECT 1 FROM cards WHERE post_id = :post AND article_id = :article"""
_SAME_KEY = """SELECT a.id, a.url FROM articles a WHERE a.id <> :article AND a.id IN (
    SELECT article_id FROM aliases WHERE key = :key) ORDER BY a.id"""
_SPELLINGS = """SELECT x.url FROM aliases x JOIN articles a ON a.id = x.article_id
    WHERE x.article_id = :article AND x.key = :key
    ORDER BY x.reason <> 'curator', x.url <> a.url, length(x.url), x.url LIMIT 1"""
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Subject:
    """What a URL names: an article with the posts at that URL, or only posts, oldest first.

    `url` is the spelling of the URL that the ledger knows, if there is one. `problem` says what
    is ambiguous or that nothing is stored; it is empty for exactly one subject.
    """

    url: str
    article_id: int | None = None
    post_ids: tuple[int, ...] = ()
    problem: str = ""


def resolve_subject(
    db: Database, ledger: IdentityLedger, url: str, *, post: bool = False
) -> Subject:
    """The article at `url`, in any spelling and by any alias, or the posts there.

    A URL that belongs to an article and to a post means the article, unless `post` is True.
    A URL without a scheme is read as https, and the angle brackets of a mail are removed.
    """
    written, key = _with_key(ledger, url)
    posts = _posts_at(db, url.strip(), key)
    article_id = None if post else ledger.find(written)

    if article_id is None:
        return Subject(written, None, tuple(posts), _problem_of_posts(posts, post))
    return Subject(
        _known_spelling(db, article_id, written, key),
        article_id,
        tuple(posts),
        _problem_of_article(db, article_id, written, key, posts),
    )


def _with_key(ledger: IdentityLedger, url: str) -> tuple[str, str]:
    """The URL as it can be looked up, and its key; the key is empty for an invalid URL."""
    plain = url.strip().removeprefix("<").removesuffix(">").strip()
    for spelled in (plain, f"https://{plain.removeprefix('//')}"):
        key = ledger.key(spelled).key
        if key:
            return spelled, key
    return plain, ""


def _posts_at(db: Database, url: str, key: str) -> dict[int, str]:
    """The posts with this URI or, in any usual spelling, this URL: id to URI."""
    spelled = [url]
    if key:
        pages = [key, f"{key}/", f"www.{key}", f"www.{key}/"]
        spelled += [f"{scheme}://{page}" for scheme in ("https", "http") for page in pages]
    query = _AT.format(", ".join("?" * len(spelled)))
    return dict(db.execute(query, [url, *spelled]).fetchall())


def _known_spelling(db: Database, article_id: int, url: str, key: str) -> str:
    """The alias of the article that `url` is a spelling of; `url` itself if it is an alias."""
    if _is_alias(db, article_id, url):
        return url
    row = db.execute(_SPELLINGS, {"article": article_id, "key": key}).fetchone()
    return str(row[0]) if row else url


def _problem_of_posts(posts: dict[int, str], only_posts: bool) -> str:
    if not posts:
        return f"no {'post' if only_posts else 'article or post'} with this URL is stored"
    if len(posts) > 1:
        return f"{len(posts)} posts have this URL; name one by its URI: {_choice(posts.values())}"
    return ""


def _problem_of_article(
    db: Database, article_id: int, url: str, key: str, posts: dict[int, str]
) -> str:
    by_word = "SELECT 1 FROM aliases WHERE url = ? AND reason = ?"
    if not db.execute(by_word, [url, AliasReason.CURATOR]).fetchone():
        others = db.execute(_SAME_KEY, {"article": article_id, "key": key}).fetchall()
        if others and not _is_alias(db, article_id, url):
            listed = _choice(other for _, other in others)
            return f"several articles have this URL; write it as one of them does: {listed}"

    values = [{"post": post, "article": article_id} for post in posts]
    strangers = [posts[each["post"]] for each in values if not db.execute(_SHARES, each).fetchone()]
    if strangers:
        return (
            "an article and a post have this URL; the article is meant. "
            f'For the post write: post = "{strangers[0]}"'
        )
    return ""


def _is_alias(db: Database, article_id: int, url: str) -> bool:
    query = "SELECT 1 FROM aliases WHERE article_id = ? AND url = ?"
    return db.execute(query, [article_id, url]).fetchone() is not None


def _choice(names: Iterable[str]) -> str:
    """The first few names, to choose from."""
    listed = list(names)
    return ", ".join(listed[:_SHOWN]) + (", …" if len(listed) > _SHOWN else "")
