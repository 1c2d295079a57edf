"""Hiding the articles and posts that the curator hid or banned, and those that are held."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

import msgspec
from sqlite_utils import Database

from crawler.store.authors import find_authors
from crawler.store.url_aliases import host_of

_SHARED = """SELECT article_id, post_id FROM links WHERE article_id IS NOT NULL
    UNION SELECT article_id, post_id FROM cards WHERE article_id IS NOT NULL"""


def set_hidden_items(db: Database, articles: Collection[int], posts: Collection[int]) -> None:
    """Make exactly these articles and posts hidden, with everything that is banned or held.

    An article also goes if all its posts are banned or held, and a post goes if all articles
    that it shares are hidden.
    """
    withheld = _posts_of_banned_authors(db) | _held_posts(db)
    articles_by_post, posts_by_article = _shares(db)

    hidden_articles = {
        *articles,
        *_articles_of_banned_hosts(db),
        *_only_shared_by(posts_by_article, withheld),
    }
    hidden_posts = {*posts, *withheld, *_only_shared_by(articles_by_post, hidden_articles)}
    _set_hidden(db, "articles", hidden_articles)
    _set_hidden(db, "posts", hidden_posts)


def banned_subjects(db: Database, action: str) -> set[str]:
    """The hosts (`ban-host`) or authors (`ban-author`) that are banned."""
    rows = db.execute("SELECT subject FROM curation_decisions WHERE action = ?", [action])
    return {subject for (subject,) in rows}


def is_host_banned(host: str, hosts: Collection[str]) -> bool:
    """Whether `host` or a domain above it is among `hosts`."""
    labels = host.split(".")
    return any(".".join(labels[start:]) in hosts for start in range(len(labels)))


def _posts_of_banned_authors(db: Database) -> set[int]:
    authors = [
        author for named in banned_subjects(db, "ban-author") for author in find_authors(db, named)
    ]
    rows = db.execute(
        "SELECT id FROM posts WHERE author_id IN (SELECT value FROM json_each(?))",
        [_json(authors)],
    )
    return {post_id for (post_id,) in rows}


def _held_posts(db: Database) -> set[int]:
    """The held posts, after those of sources that the curator now trusts are released."""
    db.conn.execute(
        "DELETE FROM quarantined_posts WHERE post_id IN (SELECT id FROM posts WHERE source IN "
        "(SELECT subject FROM curation_decisions WHERE action = 'trust'))"
    )
    return {post_id for (post_id,) in db.execute("SELECT post_id FROM quarantined_posts")}


def _articles_of_banned_hosts(db: Database) -> set[int]:
    """The articles on banned hosts, and those to which every link goes through such a host.

    One link through a banned host does not hide an article elsewhere: else anyone could hide it.
    """
    hosts = banned_subjects(db, "ban-host")
    if not hosts:
        return set()
    rows = db.execute("SELECT id, host FROM articles").fetchall()
    found = {article_id for article_id, host in rows if is_host_banned(host, hosts)}

    through: dict[int, list[bool]] = defaultdict(list)
    for article_id, url in db.execute(
        "SELECT article_id, url FROM links WHERE article_id IS NOT NULL"
    ):
        through[article_id].append(is_host_banned(host_of(url, ""), hosts))
    return found | {article_id for article_id, links in through.items() if all(links)}


def _shares(db: Database) -> tuple[Mapping[int, set[int]], Mapping[int, set[int]]]:
    """The articles of each post, and the posts of each article."""
    articles, posts = defaultdict[int, set[int]](set), defaultdict[int, set[int]](set)
    for article_id, post_id in db.execute(_SHARED):
        articles[post_id].add(article_id)
        posts[article_id].add(post_id)
    return articles, posts


def _only_shared_by(shares: Mapping[int, set[int]], others: set[int]) -> set[int]:
    """The keys of `shares` all of whose values are among `others`."""
    return {key for key, values in shares.items() if values <= others}


def _set_hidden(db: Database, table: str, hidden: Iterable[int]) -> None:
    db.conn.execute(
        f"WITH away AS (SELECT value AS id FROM json_each(?)) UPDATE {table} "  # noqa: S608
        "SET hidden = id IN (SELECT id FROM away) WHERE hidden <> (id IN (SELECT id FROM away))",
        [_json(hidden)],
    )


def _json(values: Iterable[int]) -> str:
    return msgspec.json.encode(sorted(values)).decode()
