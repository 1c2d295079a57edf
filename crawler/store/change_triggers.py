"""The triggers that record what changed since the public snapshot was written.

A row of `snapshot_changes` names a subject that the snapshot must copy again: an article, a post or
another item. Everything that no such subject covers is recorded as the subject `everything`: the
snapshot is then written in full.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlite_utils import Database

_PREFIX = "snapshot_"  # of the names of the triggers

EVERYTHING = "everything"
"""The kind of the changes that only a full write of the snapshot copies."""

OTHER_TABLE = "other-table"
"""The kind of the changes of `OTHER_TABLES`, many of which only write the same rows again."""

_TABLES = """
CREATE TABLE snapshot_changes (
    kind TEXT NOT NULL, id INTEGER NOT NULL, taken INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, id, taken)
) WITHOUT ROWID;
CREATE TABLE snapshot_state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX articles_hidden ON articles(hidden) WHERE hidden <> 0;
CREATE INDEX posts_not_public ON posts(visibility) WHERE visibility NOT IN ('public', 'unlisted');
"""


_ALL_CHANGED = f"INSERT OR IGNORE INTO snapshot_changes (kind, id) VALUES ('{EVERYTHING}', 0)"  # noqa: S608


@dataclass(frozen=True, slots=True)
class _Recorded:
    """Changes of `table` that concern the subject of `kind` with the `subject` id.

    `{row}` stands for the inserted, updated or deleted row. An update counts if one of the columns
    `compared`, or one of the `derived` expressions over the columns `read`, differs. A row that
    does not fulfil the `condition` is left out, and one without a subject if it `may_be_null`.
    """

    table: str
    compared: tuple[str, ...]
    kind: str = EVERYTHING
    subject: str = "0"
    condition: str = ""
    events: tuple[str, ...] = ("INSERT", "UPDATE", "DELETE")
    derived: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    may_be_null: bool = False


CHECKED_ARTICLE_COLUMNS = (
    "last_checked",
    "next_check",
    "failures",
    "last_outcome",
    "last_status",
    "field_sources",
    "extractor",
    "annotated",
    "archive_file",
    "archive_offset",
    "archive_at",
)
"""Columns of `articles` that a check changes and from which no other row is made."""

CHECKED_POST_COLUMNS = ("last_checked", "annotated")
"""Columns of `posts` that a recheck changes and from which no other row is made."""

# The snapshot has these columns empty, or shows only whether they are empty.
_PRIVATE = {
    "articles": (
        "headings",
        "fingerprint",
        "etag",
        "last_modified",
        "suspected_state",
        "agreeing_checks",
        "last_counted_at",
        "content_hash",
    ),
    "posts": ("refusals", "content_hash", "next_check", "missing_since", "last_attempt"),
    "published_entries": ("digest",),
    "aliases": ("title",),
    "article_links": ("shown",),
}
# Rows of an item: the columns with its id, by table.
_ROWS_OF_ITEMS = {
    "article": {
        "aliases": "article_id",
        "article_changes": "article_id",
        "article_entities": "article_id",
        "article_links": "article_id",
        "article_vectors": "article_id",
        "articles": "id",
        "published_entries": "article_id",
        "related_articles": "article_id",
    },
    "author": {"authors": "id"},
    "entity": {"entities": "id"},
    "post": {
        "cards": "post_id",
        "links": "post_id",
        "post_hashtags": "post_id",
        "posts": "id",
        "unconfirmed_posts": "post_id",
    },
    "story": {"stories": "id"},
    "tagging": {"evidence": "tagging_id"},
}
OTHER_TABLES = (
    "curation_decisions",
    "curation_log",
    "derivation_versions",
    "not_merged",
    "reading_list",
    "topics",
)
"""Small tables: if their rows differ afterwards, the snapshot is written in full."""

_CHECKED = {"articles": CHECKED_ARTICLE_COLUMNS, "posts": CHECKED_POST_COLUMNS}
# An article that was read and refuses us now is shown by its title alone.
_READ = "{row}.content_hash = ''"
_REFUSES = "COALESCE({row}.last_outcome IN ('blocked_robots', 'legal'), 0)"


# The conflict clause of the statement that fires a trigger replaces that of the trigger
# (https://www.sqlite.org/lang_createtrigger.html), so that it must not have a conflict.
_IS_NEW = """NOT EXISTS (SELECT 1 FROM snapshot_changes
WHERE kind = '{kind}' AND id = {subject} AND taken = 0)"""
_IS_NOT_COVERED = _IS_NEW.format(kind=EVERYTHING, subject=0)
_INSERT = "INSERT INTO snapshot_changes (kind, id) SELECT '{kind}', {subject}{condition}; "


def change_tables(db: Database) -> str:
    """Return the script that creates the tables and triggers, for the columns that `db` has."""
    return _TABLES + "".join(f"{statement};\n" for statement in change_triggers(db))


def renewed_triggers(db: Database) -> str:
    """Return the script that replaces the triggers by those for the columns that `db` has.

    A new database has everything as changed: an import then records no single item.
    """
    names = db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    dropped = "".join(f"DROP TRIGGER {name};\n" for (name,) in names if name.startswith(_PREFIX))
    created = "".join(f"{statement};\n" for statement in change_triggers(db))
    return f"{dropped}{_ALL_CHANGED};\n{created}"


def change_triggers(db: Database) -> Iterator[str]:
    """Yield the statements that create the triggers, for the columns that `db` has."""
    for recorded in _recorded(db):
        for event in recorded.events:
            yield _trigger(recorded, event)


def _recorded(db: Database) -> Iterator[_Recorded]:
    for kind, tables in _ROWS_OF_ITEMS.items():
        for table, column in tables.items():
            recorded = _Recorded(table, _compared(db, table), kind, f"{{row}}.{column}")
            if table == "articles":
                read = ("content_hash", "last_outcome")
                recorded = replace(recorded, derived=(_READ, _REFUSES), read=read)
            yield recorded
    for table in ("cards", "links"):
        article = "{row}.article_id"
        yield _Recorded(table, ("article_id",), "article", article, may_be_null=True)
    for kind in ("article", "post"):
        of_kind = f"{{row}}.subject_kind = '{kind}'"
        compared = _compared(db, "taggings")
        yield _Recorded("taggings", compared, kind, "{row}.subject_id", of_kind)
    for table in OTHER_TABLES:
        shown = "{row}.name NOT LIKE 'input:%'" if table == "derivation_versions" else ""
        yield _Recorded(table, _compared(db, table), OTHER_TABLE, condition=shown)
    for table, kind in (("articles", "article-check"), ("posts", "post-check")):
        yield _Recorded(table, _CHECKED[table], kind, "{row}.id", events=("UPDATE",))
    yield _Recorded("fetches", _columns(db, "fetches"), "fetch", "{row}.id")
    # The snapshot has no builds, and shows a run without the measures of its build.
    shown = "{row}.command NOT IN ('build', 'publish')"
    yield _Recorded("runs", _columns(db, "runs"), "run", "{row}.id", shown)
    yield _Recorded("run_sources", _columns(db, "run_sources"), "run", "{row}.run_id")
    measured = _Recorded("run_measures", _columns(db, "run_measures"), "run", "{row}.run_id")
    yield replace(measured, events=("UPDATE", "DELETE"))
    yield replace(measured, events=("INSERT",), condition="NOT {row}.after_build")
    yield _Recorded("sources", _columns(db, "sources"), "source")


def _compared(db: Database, table: str) -> tuple[str, ...]:
    left_out = {*_PRIVATE.get(table, ()), *_CHECKED.get(table, ())}
    return tuple(name for name in _columns(db, table) if name not in left_out)


def _columns(db: Database, table: str) -> tuple[str, ...]:
    return tuple(row[1] for row in db.execute(f"PRAGMA table_info({table})"))


def _trigger(recorded: _Recorded, event: str) -> str:
    """Return the statement for one event. A row with another id counts under both ids."""
    rows = {"INSERT": ("new",), "DELETE": ("old",), "UPDATE": ("old", "new")}[event]
    subjects = dict.fromkeys(recorded.subject.format(row=row) for row in rows)
    is_new = f"{{subject}} IS NOT NULL AND {_IS_NEW}" if recorded.may_be_null else _IS_NEW
    news = {part: is_new.format(kind=recorded.kind, subject=part) for part in subjects}
    # These conditions are the first: in an import, all rows but one fail them.
    conditions = []
    if recorded.may_be_null:
        either = " OR ".join(f"{subject} IS NOT NULL" for subject in subjects)
        conditions.append(f"({either})")
    if recorded.kind != EVERYTHING:
        conditions.append(_IS_NOT_COVERED)
    conditions += list(news.values()) if len(news) == 1 else []
    if recorded.condition:
        either = " OR ".join(recorded.condition.format(row=row) for row in rows)
        conditions.append(f"({either})")
    of = ""
    if event == "UPDATE":
        of = f" OF {', '.join((*recorded.compared, *recorded.read))}"
        conditions.append(_differs(recorded))
    when = f" WHEN {' AND '.join(conditions)}" if conditions else ""
    inserts = "".join(
        _INSERT.format(
            kind=recorded.kind,
            subject=subject,
            condition=f" WHERE {condition}" if len(news) > 1 else "",
        )
        for subject, condition in news.items()
    )
    name = f"{_PREFIX}{recorded.kind.replace('-', '_')}_{recorded.table}_{event.lower()}"
    return f"CREATE TRIGGER {name} AFTER {event}{of} ON {recorded.table}{when} BEGIN {inserts}END"


def _differs(recorded: _Recorded) -> str:
    """Return the condition that the old and the new row differ."""
    expressions = (*(f"{{row}}.{name}" for name in recorded.compared), *recorded.derived)
    old, new = (", ".join(part.format(row=row) for part in expressions) for row in ("old", "new"))
    return f"({old}) IS NOT ({new})"
