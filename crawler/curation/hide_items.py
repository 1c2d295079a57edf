"""Hiding articles and posts that the curator hid or banned, and posts in quarantine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

import msgspec
from sqlite_utils import Database

from crawler.curation.quarantine import release_trusted_posts
from crawler.models.curator_decisions import CuratorAction
from crawler.store.authors import find_authors
from crawler.store.url_aliases import host_of

_SHARED = """WITH ids AS (SELECT value AS id FROM json_each(?))
    SELECT {column}, {partner} FROM links WHERE {column} IN (SELECT id FROM ids)
        AND {partner} IS NOT NULL
    UNION SELECT {column}, {partner} FROM cards WHERE {column} IN (SELECT id FROM ids)
        AND {partner} IS NOT NULL"""
_LINKED = "SELECT article_id, url FROM links WHERE article_id IS NOT NULL"
_SUBJECTS = "SELECT subject FROM curation_decisions WHERE action = ?"
_OF_AUTHORS = "SELECT id FROM posts WHERE author_id IN (SELECT value FROM json_each(?))"
_SHOW = """UPDATE {} SET hidden = 0
    WHERE hidden <> 0 AND id NOT IN (SELECT value FROM json_each(?))"""
_HIDE = "UPDATE {} SET hidden = 1 WHERE hidden = 0 AND id IN (SELECT value FROM json_each(?))"


def set_hidden_items(db: Database, articles: Collection[int], posts: Collection[int]) -> None:
    """Hide exactly these articles and posts, and all that are banned or in quarantine.

    `articles` and `posts` are row ids. An article is also hidden if all its posts are banned or in
    quarantine. A post is also hidden if all articles that it shares are hidden.
    """
    withheld = _posts_of_banned_authors(db) | release_trusted_posts(db)
    hidden_articles = {
        *articles,
        *_articles_of_banned_hosts(db),
        *_connected_only_with(db, "article_id", "post_id", withheld),
    }
    within_hidden = _connected_only_with(db, "post_id", "article_id", hidden_articles)
    hidden_posts = {*posts, *withheld, *within_hidden}
    _set_hidden(db, "articles", hidden_articles)
    _set_hidden(db, "posts", hidden_posts)


def banned_subjects(db: Database, action: CuratorAction) -> set[str]:
    """Return the hosts (`action` is `ban-host`) or authors (`ban-author`) that are banned."""
    return {subject for (subject,) in db.execute(_SUBJECTS, [action])}


def is_host_banned(host: str, hosts: Collection[str]) -> bool:
    """Whether `host` or a domain above it is among `hosts`."""
    labels = host.split(".")
    return any(".".join(labels[start:]) in hosts for start in range(len(labels)))


def _posts_of_banned_authors(db: Database) -> set[int]:
    names = banned_subjects(db, "ban-author")
    authors = [author for name in names for author in find_authors(db, name)]
    return {post_id for (post_id,) in db.execute(_OF_AUTHORS, [_json(authors)])}


def _articles_of_banned_hosts(db: Database) -> set[int]:
    """Return the articles on banned hosts, and those whose links all go through such a host.

    One link through a banned host does not hide an article on another host: otherwise anyone could
    hide an article.
    """
    hosts = banned_subjects(db, "ban-host")
    if not hosts:
        return set()
    rows = db.execute("SELECT id, host FROM articles").fetchall()
    on_hosts = {article_id for article_id, host in rows if is_host_banned(host, hosts)}
    return on_hosts | _articles_linked_through(db, hosts)


def _articles_linked_through(db: Database, hosts: Collection[str]) -> set[int]:
    through: dict[int, list[bool]] = defaultdict(list)
    for article_id, url in db.execute(_LINKED):
        through[article_id].append(is_host_banned(host_of(url, ""), hosts))
    return {article_id for article_id, links in through.items() if all(links)}


def _connected_only_with(db: Database, column: str, partner: str, ids: Collection[int]) -> set[int]:
    """Return the values of `column` that links and cards connect only with `ids` of `partner`.

    Only the links and cards of these values are read.
    """
    matches = {connected for _, connected in _shares(db, partner, column, ids)}
    outside = {key for key, shared in _shares(db, column, partner, matches) if shared not in ids}
    return matches - outside


def _shares(
    db: Database, column: str, partner: str, ids: Iterable[int]
) -> Iterable[tuple[int, int]]:
    query = _SHARED.format(column=column, partner=partner)
    return db.execute(query, [_json(ids)]).fetchall()


def _set_hidden(db: Database, table: str, hidden: Iterable[int]) -> None:
    for statement in (_SHOW, _HIDE):
        db.conn.execute(statement.format(table), [_json(hidden)])


def _json(values: Iterable[int]) -> str:
    return msgspec.json.encode(sorted(values)).decode()
