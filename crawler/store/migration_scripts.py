"""SQL scripts of migrations with more than a few statements."""

from __future__ import annotations

from sqlite_utils import Database

RENUMBERED_ENTITIES = """
CREATE TEMP TABLE entities_by_slug AS
    SELECT row_number() OVER (ORDER BY slug) AS number, * FROM entities;
CREATE TEMP TABLE entities_named AS SELECT m.*, e.number
    FROM article_entities m JOIN temp.entities_by_slug e ON e.id = m.entity_id;
DELETE FROM article_entities;
DELETE FROM entities;
INSERT INTO entities SELECT number, slug, name, kind, note FROM temp.entities_by_slug;
INSERT INTO article_entities SELECT article_id, number, sentence, start FROM temp.entities_named;
DROP TABLE temp.entities_by_slug;
DROP TABLE temp.entities_named;
"""
"""The migration `cards_within_excerpts`: entities are numbered by slug."""

CHANGES_OF_ARTICLES = """
CREATE TABLE article_changes (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    at TEXT,
    change TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT ''
);
CREATE INDEX article_changes_article ON article_changes(article_id);
CREATE INDEX article_changes_at ON article_changes(at);
CREATE TABLE recorded_topics (
    article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    topic TEXT NOT NULL,
    PRIMARY KEY (article_id, topic)
) WITHOUT ROWID;
CREATE TRIGGER articles_record_state AFTER UPDATE OF state ON articles
WHEN old.state <> new.state AND old.state <> 'new' AND new.state <> 'new'
BEGIN INSERT INTO article_changes (article_id, at, change, detail)
    VALUES (new.id, new.state_since, 'state', old.state || ' ' || new.state); END;
"""
"""The migration `changes_of_articles`: tables and a trigger that record changes."""

MEASURES_OF_RUNS = """
CREATE TABLE run_measures (
    run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    measure TEXT NOT NULL,
    subject TEXT NOT NULL,
    value REAL NOT NULL,
    after_build INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (run_id, measure, subject)
) WITHOUT ROWID
"""
"""The migration `measures_of_runs`: the numbers of the run report."""

INCIDENTS = """
CREATE TABLE incidents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    code TEXT NOT NULL,
    subject TEXT NOT NULL DEFAULT '',
    began TEXT NOT NULL,
    last_at TEXT NOT NULL,
    ended TEXT,
    message TEXT NOT NULL,
    hint TEXT NOT NULL
);
CREATE UNIQUE INDEX incidents_open ON incidents(code, subject) WHERE ended IS NULL;
CREATE TABLE incident_messages (
    incident_id INTEGER NOT NULL REFERENCES incidents(id) ON DELETE CASCADE,
    event TEXT NOT NULL,
    channel TEXT NOT NULL,
    created TEXT NOT NULL,
    sent TEXT,
    PRIMARY KEY (incident_id, event, channel)
) WITHOUT ROWID;
CREATE TABLE message_channels (
    channel TEXT PRIMARY KEY,
    last_attempt TEXT NOT NULL,
    last_success TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
"""
"""The migration `incidents_and_messages`: tables of incidents and of messages about them."""


def limit_update_trigger(db: Database, table: str, columns: tuple[str, ...]) -> None:
    """Limit the update trigger of a full-text index to searched columns that differ.

    `columns` of `table` are searched. Storing a check must not index a whole text again.
    """
    trigger = f"{table}_au"
    written = db.execute(
        "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?", [trigger]
    ).fetchone()[0]
    db.execute(f"DROP TRIGGER {trigger}")
    differs = " OR ".join(f"old.{column} IS NOT new.{column}" for column in columns)
    db.execute(
        written.replace("AFTER UPDATE ON", f"AFTER UPDATE OF {', '.join(columns)} ON", 1).replace(
            " BEGIN", f" WHEN {differs} BEGIN", 1
        )
    )
