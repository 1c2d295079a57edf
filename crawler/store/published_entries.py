"""The feed authority of the site, and the time when each entry of its feeds changed."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlite_utils import Database

from crawler.derivation_versions import digest_of
from crawler.store.database import transaction
from crawler.text_cleaning import slugify
from crawler.utc_times import iso

# Topics are left out: a changed tagging rule must not mark old entries as unread.
_RECORD = """
INSERT INTO published_entries (article_id, digest, changed)
SELECT l.id, entry_digest(json_array(l.url, l.title, l.summary, a.authors)), l.first_shared
FROM article_list l JOIN articles a ON a.id = l.id WHERE l.first_shared IS NOT NULL
ON CONFLICT (article_id) DO UPDATE SET digest = excluded.digest, changed = :now
WHERE digest <> excluded.digest
"""


def record_changed_entries(db: Database, now: datetime) -> None:
    """Record `now` as the change of each entry of which readers see another content than before.

    A new entry changed when it was first shared.
    """
    with transaction(db):
        db.conn.create_function("entry_digest", 1, _entry_digest, deterministic=True)
        db.execute(_RECORD, {"now": iso(now)})


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
