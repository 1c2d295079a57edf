"""The subjects whose pages may differ between the published snapshot and a new one.

Items are compared by their versions (`crawler.store.item_versions`). The subjects of a changed item
are taken from its rows in both snapshots: the topics that it has now, and those that it had.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from crawler.knowledge.kind_definitions import KIND_DEFINITIONS
from crawler.sitegen.display_formats import monday_of, week_of
from crawler.sitegen.page_kinds import SUBJECTS
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import open_snapshot
from crawler.sitegen.social_cards import MAX_ARTICLES
from crawler.sitegen.topic_tree import topics_above
from crawler.sitegen.weekly_digest import finished_weeks

Keys = Mapping[str, Collection[str] | None]
"""The keys of each subject; None: all of them."""

EVERY_KEY: Keys = dict.fromkeys(SUBJECTS)

KINDS_OF_GROUPS = ("entities", "kinds", "weekly_digests", "weeks")
"""The page kinds whose published keys are compared with the new ones."""

_SCHEMAS = ("main", "old")

_CHANGED = """
CREATE TEMP TABLE changed AS
SELECT kind, id FROM (
    SELECT n.kind, n.id FROM main.item_versions n
    LEFT JOIN old.item_versions o ON o.kind = n.kind AND o.id = n.id
    WHERE o.version IS NOT n.version
    UNION
    SELECT o.kind, o.id FROM old.item_versions o
    LEFT JOIN main.item_versions n ON n.kind = o.kind AND n.id = o.id WHERE n.version IS NULL
);
CREATE TEMP TABLE article (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE post (id INTEGER PRIMARY KEY);
INSERT INTO article SELECT id FROM changed WHERE kind = 'article';
INSERT INTO post SELECT id FROM changed WHERE kind = 'post';
"""

# A row of a list shows the other articles of its story, a note its thread and similar posts. Posts
# that share articles are also parts of threads: their versions are those of their articles.
_WITH_ROWS_OF = {
    "article": (
        """SELECT m.id FROM {0}.articles m JOIN {0}.articles c ON c.story_id = m.story_id
        WHERE c.id IN article""",
        """SELECT id FROM {0}.articles
        WHERE story_id IN (SELECT id FROM changed WHERE kind = 'story')""",
    ),
    "post": (
        """SELECT m.id FROM {0}.posts m JOIN {0}.posts c ON c.thread_key = m.thread_key
        WHERE c.id IN post""",
        """SELECT m.id FROM {0}.shares s JOIN {0}.posts c ON c.id = s.post_id
        JOIN {0}.posts m ON m.thread_key = c.thread_key
        JOIN {0}.item_versions v ON v.kind = 'post' AND v.id = m.id
        WHERE s.article_id IN article""",
        "SELECT id FROM {0}.posts WHERE similar_to IN post",
        "SELECT similar_to FROM {0}.posts WHERE id IN post AND similar_to IS NOT NULL",
    ),
}

_SUBJECT_QUERIES = {
    "article": (
        "SELECT id FROM article",
        "SELECT article_id FROM {0}.related_articles WHERE other_id IN article",
        "SELECT article_id FROM {0}.article_links WHERE target_id IN article",
        """SELECT target_id FROM {0}.article_links
        WHERE article_id IN article AND target_id IS NOT NULL""",
    ),
    "author": (
        "SELECT id FROM changed WHERE kind = 'author'",
        "SELECT author_id FROM {0}.shares WHERE article_id IN article AND author_id IS NOT NULL",
        "SELECT author_id FROM {0}.posts WHERE id IN post AND author_id IS NOT NULL",
    ),
    "entity": (
        """SELECT slug FROM {0}.entities
        WHERE id IN (SELECT id FROM changed WHERE kind = 'entity')""",
        """SELECT e.slug FROM {0}.article_entities x JOIN {0}.entities e ON e.id = x.entity_id
        WHERE x.article_id IN article""",
        "SELECT id FROM changed WHERE kind = 'topic'",  # its page has the definition of the topic
    ),
    "host": ("SELECT host FROM {0}.articles WHERE id IN article",),
    "kind": ("SELECT kind FROM {0}.articles WHERE id IN article",),
    "post": ("SELECT id FROM post",),
    "topic": (
        "SELECT id FROM changed WHERE kind = 'topic'",
        """SELECT slug FROM {0}.topics, json_each(confused_with) c
        WHERE c.value IN (SELECT id FROM changed WHERE kind = 'topic')""",
        """SELECT topic FROM {0}.taggings
        WHERE subject_kind = 'article' AND subject_id IN article""",
        "SELECT topic FROM {0}.taggings WHERE subject_kind = 'post' AND subject_id IN post",
        """SELECT topic FROM {0}.taggings WHERE subject_kind = 'post' AND subject_id IN
        (SELECT post_id FROM {0}.shares WHERE article_id IN article)""",
        "SELECT topic FROM {0}.reading_list WHERE article_id IN article",
        """SELECT object FROM {0}.curation_decisions
        WHERE action = 'pin' AND article_id IN article""",
        """SELECT slug FROM {0}.topics, json_each(start_here) s WHERE s.value IN (
            SELECT url FROM {0}.articles WHERE id IN article
            UNION SELECT url FROM {0}.aliases WHERE article_id IN article)""",
    ),
}

_TIMES = (
    "SELECT first_shared FROM {0}.article_list WHERE id IN article AND first_shared <> ''",
    "SELECT first_seen FROM {0}.articles WHERE id IN article",  # of works of reading lists
)
_OF_WEEK = "SELECT id FROM {0}.article_list WHERE first_shared >= ? AND first_shared < ?"
_NAMING = """
SELECT x.article_id FROM {0}.article_entities x JOIN {0}.entities e ON e.id = x.entity_id
WHERE e.slug = ?
"""
_NAMED_WITH = """
SELECT DISTINCT e.slug FROM {0}.article_entities x JOIN {0}.entities e ON e.id = x.entity_id
WHERE x.article_id IN (
    SELECT y.article_id FROM {0}.article_entities y JOIN {0}.entities f ON f.id = y.entity_id
    WHERE f.slug = ?)
"""
_WITH_CARD = "SELECT id FROM {0}.article_list ORDER BY first_shared DESC, id DESC LIMIT ?"

_SUBJECTS_OF_TABLE = {"reading_list": ("topic", "week"), "curation_decisions": ("topic", "post")}


def changed_keys(
    database: Path, published: Path, model: SiteModel, groups: Mapping[str, Collection[str]]
) -> Keys:
    """Return the keys of each subject whose pages may differ.

    `database` is the new snapshot, also that of `model`; `published` is the one of the published
    site. `groups` are the keys with pages in the published site, by page kind.
    """
    with closing(open_snapshot(database)) as db:
        db.execute("ATTACH ? AS old", (f"{published.resolve().as_uri()}?mode=ro&immutable=1",))
        db.executescript(_CHANGED)
        tables = {row[0] for row in db.execute("SELECT id FROM changed WHERE kind = 'table'")}
        has_other_kinds = set(groups["kinds"]) != _kinds_with_pages(model)
        if "topics" in tables or has_other_kinds or _has_other_year(groups["weeks"], model):
            return EVERY_KEY
        return _keys(db, model, groups, tables)


def _keys(
    db: sqlite3.Connection,
    model: SiteModel,
    groups: Mapping[str, Collection[str]],
    tables: Collection[str],
) -> Keys:
    _add_items_of_rows(db)
    keys = {subject: set(_in_both(db, *queries)) for subject, queries in _SUBJECT_QUERIES.items()}
    published_digests, finished = set(groups["weekly_digests"]), set(finished_weeks(model))
    linking = set(_weeks_with_new_links(groups["weeks"], model.by_week))
    keys["week"] = _weeks(db) | (published_digests ^ finished) | linking
    keys["topic"] = _with_topics_above(model, keys["topic"])
    _add_neighbours_of_entities(db, model, groups["entities"], keys)
    _add_articles_of_weeks(db, model, groups["weeks"], keys)
    _add_pages_with_cards(db, model, keys)
    every = {subject for table in tables for subject in _SUBJECTS_OF_TABLE.get(table, ())}
    every |= set(_subjects_of_weeks(model, groups))
    if not published_digests <= finished:  # the feed of digests names the others only
        every.add("week")
    return {**keys, **dict.fromkeys((*every, "site"))}


def _add_items_of_rows(db: sqlite3.Connection) -> None:
    for table, queries in _WITH_ROWS_OF.items():
        statements = [
            f"INSERT OR IGNORE INTO {table} {query.format(schema)}"
            for query in queries
            for schema in _SCHEMAS
        ]
        before = -1
        while db.total_changes > before:  # a similar post may be a part of another thread
            before = db.total_changes
            for statement in statements:
                db.execute(statement)


def _in_both(db: sqlite3.Connection, *queries: str, values: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the first column of `queries` in both snapshots, as text."""
    for query in queries:
        for schema in _SCHEMAS:
            for row in db.execute(query.format(schema), values):
                yield str(row[0])


def _has_other_year(published: Collection[str], model: SiteModel) -> bool:
    """Whether the newest week is in another year than the newest of the `published` weeks.

    Dates of the current year are shown without it.
    """
    return max(published, default="")[:4] != max(model.by_week, default="")[:4]


def _weeks(db: sqlite3.Connection) -> set[str]:
    """Return the weeks of changed articles, and the weeks after, whose digests compare."""
    weeks = {week_of(time) for time in _in_both(db, *_TIMES)}
    return weeks | {_week_after(week) for week in weeks}


def _weeks_with_new_links(before: Collection[str], now: Collection[str]) -> Iterator[str]:
    """Yield the weeks next to one that has a page only before or only now: they link to it."""
    for weeks in (sorted(before), sorted(now)):
        for place, week in enumerate(weeks):
            if (week in before) != (week in now):
                yield from weeks[max(place - 1, 0) : place + 2]


def _week_after(week: str) -> str:
    return week_of((monday_of(week) + timedelta(weeks=1)).isoformat())


def _kinds_with_pages(model: SiteModel) -> set[str]:
    return {row.kind for row in KIND_DEFINITIONS if row.kind in model.by_kind}


def _with_topics_above(model: SiteModel, slugs: Collection[str]) -> set[str]:
    """Return `slugs`, the topics above them, and those that show their numbers of articles."""
    shown = set(slugs)
    for slug in slugs:
        shown.update(topics_above(model.topics, slug))
    counting = {
        topic.slug for topic in model.topics.values() if not shown.isdisjoint(topic.related)
    }
    return shown | counting


def _add_neighbours_of_entities(
    db: sqlite3.Connection,
    model: SiteModel,
    published: Collection[str],
    keys: dict[str, set[str]],
) -> None:
    """Add the pages that link to an entity that has a page only before or only now."""
    for slug in set(published) ^ set(model.entities):
        keys["article"].update(_in_both(db, _NAMING, values=(slug,)))
        keys["entity"].update(_in_both(db, _NAMED_WITH, values=(slug,)))


def _add_articles_of_weeks(
    db: sqlite3.Connection,
    model: SiteModel,
    published: Collection[str],
    keys: dict[str, set[str]],
) -> None:
    """Add the articles, also those without a topic, whose week has a page only before or now."""
    for week in set(published) ^ set(model.by_week):
        monday = monday_of(week)
        days = (monday.isoformat(), (monday + timedelta(weeks=1)).isoformat())
        keys["article"].update(_in_both(db, _OF_WEEK, values=days))


def _add_pages_with_cards(
    db: sqlite3.Connection, model: SiteModel, keys: dict[str, set[str]]
) -> None:
    """Add the articles that have a social card only before or only now."""
    if model.settings.base_url:
        now, before = (
            {str(row[0]) for row in db.execute(_WITH_CARD.format(schema), (MAX_ARTICLES,))}
            for schema in _SCHEMAS
        )
        keys["article"].update(now ^ before)


def _subjects_of_weeks(model: SiteModel, groups: Mapping[str, Collection[str]]) -> Iterator[str]:
    """Yield the subjects of which every page shows something else since weeks began or ended.

    Charts end with the newest week, and their numbers link to the pages of weeks.
    """
    published = set(groups["weeks"])
    if published != set(model.by_week):
        yield "topic"
    if max(published, default="") != max(model.by_week, default=""):
        yield "host"
