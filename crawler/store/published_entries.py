"""The feed authority of the site, and the time when each entry of its feeds changed."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlite_utils import Database

from crawler.derivation_versions import digest_of
from crawler.store.database import transaction
from crawler.store.schema_views import FIRST_SHARED, SHOWN_SUMMARY, SHOWN_TITLE
from crawler.store.snapshot_changes import SnapshotChanges
from crawler.store.sql_values import to_json
from crawler.text_cleaning import slugify
from crawler.utc_times import iso

# Topics are left out: a changed tagging rule must not mark old entries as unread.
_RECORD = f"""
INSERT INTO published_entries (article_id, digest, changed)
SELECT id, entry_digest(json_array(url, title, summary, authors)), first_shared FROM (
    SELECT a.id, a.url, {SHOWN_TITLE} AS title, {SHOWN_SUMMARY} AS summary, a.authors,
           {FIRST_SHARED} AS first_shared
    FROM articles a JOIN publishable_articles may ON may.id = a.id WHERE a.id IN ({{articles}})
) WHERE first_shared IS NOT NULL
ON CONFLICT (article_id) DO UPDATE SET digest = excluded.digest, changed = :now
WHERE digest <> excluded.digest
"""  # noqa: S608
_EVERY = "SELECT id FROM articles"
_CHANGED = """SELECT value FROM json_each(:articles)
    UNION SELECT article_id FROM links WHERE post_id IN (SELECT value FROM json_each(:posts))
    UNION SELECT article_id FROM cards WHERE post_id IN (SELECT value FROM json_each(:posts))"""


def record_changed_entries(db: Database, now: datetime, changes: SnapshotChanges) -> None:
    """Record `now` as the change of each entry of which readers see another content than before.

    Only entries that `changes` can affect are compared. A new entry changed when it was first
    shared.
    """
    articles = _EVERY if changes.needs_full_write else _CHANGED
    values = {
        "articles": to_json(changes.of("article")),
        "posts": to_json(changes.of("post")),
        "now": iso(now),
    }
    with transaction(db):
        db.conn.create_function("entry_digest", 1, _entry_digest, deterministic=True)
        db.execute(_RECORD.format(articles=articles), values)


def stored_feed_authority(db: Database, title: str) -> str:
    """Return the authority of entry ids for a site without one in its settings.

    It is made from the `title` of the site once and then stored, so that a later title does not
    change the ids.
    """
    authority = f"hashtrail,2026:{slugify(title) or 'site'}"
    with transaction(db):
        db.execute(
            "INSERT INTO site_identity (name, value) VALUES ('feed-authority', ?) "
            "ON CONFLICT DO NOTHING",
            [authority],
        )
        query = "SELECT value FROM site_identity WHERE name = 'feed-authority'"
        return str(db.execute(query).fetchone()[0])


def _entry_digest(content: str) -> str:
    return digest_of(msgspec.json.decode(content))
