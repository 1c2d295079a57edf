"""The stored facts about one post: whether its network still has it, and why it is withheld."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

_SHOWN_AT_LEVEL = {
    "reference": "a link to the original, with network and date",
    "link-only": "no part of the post; its links count",
    "nothing": "nothing",
}
# The facts of a post, with the signals of its author where the post has no signals.
_POST_FACTS = """
SELECT p.uri, p.network, p.source, p.seen_at, p.last_checked, p.missing_since, p.deleted_at,
       p.consent, p.sensitive, p.visibility, COALESCE(s.level, 'nothing') AS level,
       COALESCE(w.reasons, a.reasons, '') AS reasons, COALESCE(w.at, a.at) AS withheld_at,
       COALESCE(w.source, a.source) AS withheld_by, u.post_id IS NOT NULL AS unconfirmed
FROM posts p LEFT JOIN publishable_posts s ON s.id = p.id
LEFT JOIN withheld_posts w ON w.post_id = p.id
LEFT JOIN withheld_authors a ON a.author_id = p.author_id
LEFT JOIN unconfirmed_posts u ON u.post_id = p.id
"""
_LINKING_POSTS = "(SELECT post_id FROM links WHERE article_id = :article)"


def find_post(db: Database, url: str) -> dict[str, Any] | None:
    """Return the facts of the post with this URL or URI, None when it is not stored."""
    query = f"{_POST_FACTS} WHERE p.uri = :url OR (p.url <> '' AND p.url = :url)"
    return next(iter(db.query(query, {"url": url})), None)


def post_with_link(db: Database, url: str) -> str:
    """Return the URI of a stored post with a link to `url`, or ""."""
    row = db.execute(
        "SELECT p.uri FROM posts p JOIN links l ON l.post_id = p.id WHERE l.url = ? LIMIT 1", [url]
    ).fetchone()
    return row[0] if row else ""


def withheld_posts(db: Database, article_id: int) -> list[dict[str, Any]]:
    """Return the posts that link to the article `article_id` and are not shown in full."""
    query = f"{_POST_FACTS} WHERE p.id IN {_LINKING_POSTS}"
    posts = db.query(query, {"article": article_id})
    return [post for post in posts if post["level"] != "full" and not post["deleted_at"]]


def post_status(post: dict[str, Any]) -> str:
    """Return the status of a `post` of `find_post` as sentences."""
    origin = (
        f"{post['uri']} is a post on {post['network']}, from {post['source']}, "
        f"first seen {post['seen_at']}."
    )
    if post["deleted_at"]:
        deleted = f"Its network reported it deleted {post['deleted_at']}."
        return f"{origin} {deleted} Its text is deleted here."
    return " ".join([origin, *_network_status(post), *withheld_reasons(post)])


def _network_status(post: dict[str, Any]) -> Iterator[str]:
    if post["missing_since"]:
        missing = f"Its network did not return it since {post['missing_since']}"
        yield f"{missing}; another night must confirm that."
    elif post["last_checked"]:
        yield f"Its network last returned it {post['last_checked']}."


def withheld_reasons(post: dict[str, Any]) -> Iterator[str]:
    """Yield a sentence for each reason that a `post` of `find_post` is not shown in full."""
    if post["level"] != "full":
        yield f"Shown: {_SHOWN_AT_LEVEL[post['level']]}."
    if post["reasons"]:
        reported = f"{post['reasons']} (reported by {post['withheld_by']})"
        yield f"Withheld since {post['withheld_at']}: {reported}."
    elif post["consent"] != "full":
        yield f"Consent: {post['consent']}."
    if post["sensitive"]:
        yield "It has a content warning."
    if post["visibility"] != "public":
        yield f"Visibility: {post['visibility']}."
    if post["unconfirmed"]:
        yield "A restore holds it back until its network confirms it: hashtrail restore --confirm."
