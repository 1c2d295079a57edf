"""Rows of near-duplicate posts: what is compared, and the groups (`posts.similar_to`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlite_utils import Database

from crawler.store.sql_values import to_json

_ComparedRow = tuple[int, str, str, tuple[str, ...]]

_THESE = "(SELECT value FROM json_each(:ids))"
_POSTS = f"""
SELECT id, text,
    COALESCE(network || '/' || author_id, json_extract(provenance, '$.file'), '')
FROM posts WHERE text <> '' AND id IN {_THESE} ORDER BY id"""  # noqa: S608
_HASHTAGS = f"SELECT post_id, shown FROM post_hashtags WHERE post_id IN {_THESE}"  # noqa: S608
_LEADS = f"SELECT id, COALESCE(similar_to, id) FROM posts WHERE id IN {_THESE}"  # noqa: S608
_MEMBERS = f"SELECT id, similar_to FROM posts WHERE similar_to IN {_THESE}"  # noqa: S608
_ORDER = f"""
SELECT id, COALESCE(published, seen_at) FROM posts WHERE id IN {_THESE}"""  # noqa: S608
_SET_LEAD = "UPDATE posts SET similar_to = NULLIF(:lead, id) WHERE id = :post"
_MOVE = "UPDATE posts SET similar_to = :lead WHERE id = :post OR similar_to = :post"


def load_compared(db: Database, post_ids: Iterable[int]) -> list[_ComparedRow]:
    """Return id, text, author and hashtags of the posts among `post_ids` that have a text."""
    ids = {"ids": to_json(list(post_ids))}
    hashtags: dict[int, list[str]] = defaultdict(list)
    for post, shown in db.execute(_HASHTAGS, ids):
        hashtags[post].append(shown)
    return [
        (post, text, context, tuple(sorted(hashtags[post])))
        for post, text, context in db.execute(_POSTS, ids).fetchall()
    ]


def load_groups(db: Database, post_ids: Iterable[int]) -> dict[int, int]:
    """Return the posts `post_ids` and all posts of their groups, with the lead of each."""
    ids = list(post_ids)
    leads: dict[int, int] = dict(db.execute(_LEADS, {"ids": to_json(ids)}).fetchall())
    groups = to_json(sorted({*ids, *leads.values()}))
    members = db.execute(_MEMBERS, {"ids": groups}).fetchall()
    first = db.execute(_LEADS, {"ids": groups}).fetchall()
    return {**leads, **dict(first), **dict(members)}


def load_order(db: Database, post_ids: Iterable[int]) -> dict[int, tuple[str, int]]:
    """Return date and id of each of the posts `post_ids`: the first one leads a group."""
    rows = db.execute(_ORDER, {"ids": to_json(list(post_ids))})
    return {post: (date, post) for post, date in rows}


def save_lead(db: Database, post: int, lead: int) -> None:
    """Store the `lead` of the group of a post, which may be the post itself."""
    db.conn.execute(_SET_LEAD, {"post": post, "lead": lead})


def move_group(db: Database, former: int, lead: int) -> None:
    """Store another `lead` of the group that the post `former` leads."""
    db.conn.execute(_MOVE, {"post": former, "lead": lead})
