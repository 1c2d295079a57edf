"""The triggers that record what changed since the public snapshot was written.

A row of `snapshot_changes` names a subject that the snapshot must copy again. Everything that no
such subject covers is recorded as the subject `everything`: the snapshot is then written in full.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlite_utils import Database

EVERYTHING = "everything"
"""The kind of the changes that only a full write of the snapshot copies."""

_TABLES = """
CREATE TABLE snapshot_changes (
    kind TEXT NOT NULL, id INTEGER NOT NULL, taken INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, id, taken)
) WITHOUT ROWID;
CREATE TABLE snapshot_state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX articles_hidden ON articles(hidden) WHERE hidden <> 0;
CREATE INDEX posts_not_public ON posts(visibility) WHERE visibility NOT IN ('public', 'unlisted');
"""


@dataclass(frozen=True, slots=True)
class _Recorded:
    """Changes of `table` that concern the subject of `kind` with the `subject` id.

    `{row}` stands for the inserted, updated or deleted row. An update counts if one of the columns
    `compared`, or one of the `derived` expressions over the columns `read`, differs. A row that
    does not fulfil the `condition` is left out.
    """

    table: str
    compared: tuple[str, ...]
    kind: str = EVERYTHING
    subject: str = "0"
    condition: str = ""
    events: tuple[str, ...] = ("INSERT", "UPDATE", "DELETE")
    derived: tuple[str, ...] = ()
    read: tuple[str, ...] = ()


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
_COPIED_TABLES = (
    "aliases",
    "article_changes",
    "article_entities",
    "article_links",
    "article_vectors",
    "articles",
    "authors",
    "cards",
    "curation_decisions",
    "curation_log",
    "derivation_versions",
    "entities",
    "evidence",
    "links",
    "not_merged",
    "post_hashtags",
    "posts",
    "published_entries",
    "reading_list",
    "related_articles",
    "stories",
    "taggings",
    "topics",
    "unconfirmed_posts",
)
_CHECKED = {"articles": CHECKED_ARTICLE_COLUMNS, "posts": CHECKED_POST_COLUMNS}
# An article that was read and refuses us now is shown by its title alone.
_READ = "{row}.content_hash = ''"
_REFUSES = "COALESCE({row}.last_outcome IN ('blocked_robots', 'legal'), 0)"


# The conflict clause of the statement that fires a trigger replaces that of the trigger
# (https://www.sqlite.org/lang_createtrigger.html), so that it must not have a conflict.
_IS_NEW = """NOT EXISTS (SELECT 1 FROM snapshot_changes
WHERE kind = '{kind}' AND id = {subject} AND taken = 0)"""
_INSERT = "INSERT INTO snapshot_changes (kind, id) SELECT '{kind}', {subject}{condition}; "


def change_tables(db: Database) -> str:
    """Return the script that creates the tables and triggers, for the columns that `db` has."""
    return _TABLES + "".join(f"{statement};\n" for statement in change_triggers(db))


def change_triggers(db: Database) -> Iterator[str]:
    """Yield the statements that create the triggers, for the columns that `db` has."""
    for recorded in _recorded(db):
        for event in recorded.events:
            yield _trigger(recorded, event)


def _recorded(db: Database) -> Iterator[_Recorded]:
    for table in _COPIED_TABLES:
        left_out = {*_PRIVATE.get(table, ()), *_CHECKED.get(table, ())}
        compared = tuple(name for name in _columns(db, table) if name not in left_out)
        if table == "articles":
            read = ("content_hash", "last_outcome")
            yield _Recorded(table, compared, derived=(_READ, _REFUSES), read=read)
        elif table == "derivation_versions":
            yield _Recorded(table, compared, condition="{row}.name NOT LIKE 'input:%'")
        else:
            yield _Recorded(table, compared)
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


def _columns(db: Database, table: str) -> tuple[str, ...]:
    return tuple(row[1] for row in db.execute(f"PRAGMA table_info({table})"))


def _trigger(recorded: _Recorded, event: str) -> str:
    """Return the statement for one event. A row with another id counts under both ids."""
    rows = {"INSERT": ("new",), "DELETE": ("old",), "UPDATE": ("old", "new")}[event]
    subjects = dict.fromkeys(recorded.subject.format(row=row) for row in rows)
    news = {part: _IS_NEW.format(kind=recorded.kind, subject=part) for part in subjects}
    # In an import, all rows but one fail this condition: it is the first.
    conditions = list(news.values()) if len(news) == 1 else []
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
            condition=f" WHERE {is_new}" if len(news) > 1 else "",
        )
        for subject, is_new in news.items()
    )
    name = f"snapshot_{recorded.kind.replace('-', '_')}_{recorded.table}_{event.lower()}"
    return f"CREATE TRIGGER {name} AFTER {event}{of} ON {recorded.table}{when} BEGIN {inserts}END"


def _differs(recorded: _Recorded) -> str:
    """Return the condition that the old and the new row differ."""
    expressions = (*(f"{{row}}.{name}" for name in recorded.compared), *recorded.derived)
    old, new = (", ".join(part.format(row=row) for part in expressions) for row in ("old", "new"))
    return f"({old}) IS NOT ({new})"
