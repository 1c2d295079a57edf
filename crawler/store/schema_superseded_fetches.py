"""The table and triggers that list fetch records with a newer one (`superseded_fetches`).

Retention reads those that are old enough. The newest record of each URL and purpose stays whatever
its age, so that the old records grow with the library.
"""

from __future__ import annotations

_NEWER = """EXISTS (SELECT 1 FROM fetches newer
    WHERE newer.url = {row}.url AND newer.purpose = {row}.purpose AND newer.id > {row}.id)"""

IS_SUPERSEDED = f"archive_file IS NULL AND {_NEWER.format(row='fetches')}"
"""The condition that a record of `fetches` may be deleted: it has a newer one and no archive."""

# The one before was listed when this one was stored, and so on.
_LIST_PREVIOUS = """INSERT INTO superseded_fetches (at, fetch_id)
    SELECT at, id FROM (
        SELECT id, at, archive_file FROM fetches
        WHERE url = new.url AND purpose = new.purpose AND id < new.id ORDER BY id DESC LIMIT 1
    ) WHERE archive_file IS NULL ON CONFLICT DO NOTHING;"""
_LIST_SELF = f"""INSERT INTO superseded_fetches (at, fetch_id)
    SELECT new.at, new.id WHERE new.archive_file IS NULL AND {_NEWER.format(row="new")}
    ON CONFLICT DO NOTHING;"""

SUPERSEDED_FETCHES = f"""
CREATE TABLE superseded_fetches (
    at TEXT NOT NULL, fetch_id INTEGER NOT NULL, PRIMARY KEY (at, fetch_id)
) WITHOUT ROWID;
INSERT INTO superseded_fetches (at, fetch_id) SELECT at, id FROM fetches WHERE {IS_SUPERSEDED};
CREATE TRIGGER fetches_inserted AFTER INSERT ON fetches
BEGIN {_LIST_PREVIOUS} END;
CREATE TRIGGER fetches_changed AFTER UPDATE OF url, purpose, at, archive_file ON fetches
WHEN old.url IS NOT new.url OR old.purpose IS NOT new.purpose OR old.at IS NOT new.at
    OR (old.archive_file IS NOT NULL AND new.archive_file IS NULL)
BEGIN {_LIST_PREVIOUS} {_LIST_SELF} END;
DROP INDEX fetches_at;
"""  # noqa: S608
"""The statements that create table and triggers, and list the stored records."""
