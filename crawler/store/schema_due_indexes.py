"""The indexes by which a night finds the rows that are due, hidden or expired, or name a person.

Without them, each night reads every article, post and fetch record.
"""

from __future__ import annotations

from collections.abc import Mapping

_INDEXES = {
    "articles_last_checked": "articles(last_checked)",
    "articles_archive": "articles(archive_file, archive_offset) WHERE archive_file IS NOT NULL",
    "articles_noarchive": "articles(id) WHERE instr(directives, 'noarchive') > 0",
    "posts_hidden": "posts(hidden) WHERE hidden <> 0",
    "posts_seen": "posts(seen_at)",
    "posts_deleted": "posts(deleted_at) WHERE deleted_at IS NOT NULL",
    "fetches_at": "fetches(at) WHERE archive_file IS NULL",
}
_LATER_INDEXES = {
    "fetches_pages": "fetches(at) WHERE purpose = 'page'",
    "fetches_redirected": "fetches(final_url) WHERE final_url <> url",
    "fetches_run": "fetches(run_id)",
    "posts_attempted": "posts(MAX(COALESCE(last_checked, ''), COALESCE(last_attempt, ''))) "
    "WHERE next_check IS NOT NULL",
    "posts_next_check": "posts(source, next_check) WHERE deleted_at IS NULL",
    "taggings_of_curator": "taggings(subject_kind) WHERE tagger = 'curator'",
}

_MARKS = ("@", "＠", "%40", "/users/", "/profile/", ".bsky.social", "did:")
_MAY_NAME = "(" + " OR ".join(f"instr({{0}}, '{mark}') > 0" for mark in _MARKS) + ")"

TEXT_MAY_NAME = _MAY_NAME.format("text")
"""The condition of posts whose text may mention an account."""

URL_MAY_NAME = _MAY_NAME.format("url")
"""The condition of links that may lead to an account."""

_NAME_INDEXES = {
    "posts_naming": f"posts(network) WHERE {TEXT_MAY_NAME}",
    "links_naming": f"links(post_id) WHERE {URL_MAY_NAME}",
}

_DROPPED = {"fetches_at"}  # by `schema_superseded_fetches`

_NAMES = (*_INDEXES, *_LATER_INDEXES, *_NAME_INDEXES)
DUE_INDEXES = tuple(name for name in _NAMES if name not in _DROPPED)
"""The names of the indexes; the snapshot does not need them."""


def _create(indexes: Mapping[str, str]) -> str:
    return "".join(f"CREATE INDEX {name} ON {rows};\n" for name, rows in indexes.items())


CREATE_DUE_INDEXES = _create(_INDEXES)
"""The statements that create the first indexes."""

CREATE_LATER_INDEXES = _create(_LATER_INDEXES)
"""The statements that create the later ones."""

CREATE_NAME_INDEXES = _create(_NAME_INDEXES)
"""The statements that create the indexes of posts and links that may name a person."""
