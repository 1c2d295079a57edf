"""The tables and triggers that record which articles and posts changed (`changed_items`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from crawler.store.schema_due_indexes import DUE_INDEXES

Change = Literal["article", "card", "extraction", "identity", "post", "relation", "text"]
"""`article`: values from which ranks, stories and relations are derived, or that cards complete.
`card`: values by which a card without link is matched to an article. `extraction`: the program that
extracts the text of an archived page. `identity`: URLs and keys, by which links in texts find their
article. `post`: values by which posts are compared. `relation`: a related article was deleted.
`text`: values by which the texts of articles are compared."""

EVERYTHING = 0
"""The id that stands for every article or post; no row has it."""

_MARK = "INSERT INTO changed_items (change, id) SELECT '{change}', {ids} ON CONFLICT DO NOTHING;"
_OF_POST = """article_id FROM (
    SELECT article_id, post_id FROM links UNION ALL SELECT article_id, post_id FROM cards
) WHERE post_id {posts} AND article_id IS NOT NULL"""


def mark(change: Change, row: str) -> str:
    """Return the statement that records the change of the row with the id `row`."""
    return _MARK.format(change=change, ids=f"{row} WHERE {row} IS NOT NULL")


def _mark_shared_by(posts: str) -> str:
    """Return the statement that records changes of all articles that these posts share."""
    return _MARK.format(change="article", ids=_OF_POST.format(posts=posts))


_UNQUOTABLE = """({row}.content_hash <> '' AND ({row}.state = 'blocked'
        OR COALESCE({row}.last_outcome, '') IN ('blocked_robots', 'legal')))"""
_ARTICLE = ("title", "summary", "kind", "hidden", "directives", "published", "first_seen", "rank")
_POST = ("published", "visibility", "consent", "sensitive", "hidden", "deleted_at", "author_id")
_COMPARED = ("text", "author_id", "network", "published", "seen_at", "provenance")


def _differ(columns: Iterable[str]) -> str:
    return " OR ".join(f"old.{column} IS NOT new.{column}" for column in columns)


TABLES = """
CREATE TABLE changed_items (
    change TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (change, id)
) WITHOUT ROWID;
CREATE TABLE text_keys (
    key INTEGER NOT NULL, article_id INTEGER NOT NULL, PRIMARY KEY (key, article_id)
) WITHOUT ROWID;
CREATE TABLE post_keys (
    key INTEGER NOT NULL, post_id INTEGER NOT NULL, PRIMARY KEY (key, post_id)
) WITHOUT ROWID;
CREATE INDEX posts_similar ON posts(similar_to) WHERE similar_to IS NOT NULL;
CREATE INDEX articles_pending ON articles(id) WHERE annotated IN ('', 'topics');
CREATE INDEX posts_pending ON posts(id) WHERE annotated IN ('', 'topics');
INSERT INTO changed_items (change, id) VALUES ('article', 0), ('post', 0), ('text', 0);
"""
"""The tables of changes and of keys, with every article and post as changed."""

FEATURES = """
CREATE TABLE article_features (
    feature INTEGER NOT NULL, article_id INTEGER NOT NULL, norm INTEGER NOT NULL,
    PRIMARY KEY (feature, article_id)
) WITHOUT ROWID;
CREATE TABLE article_profiles (
    article_id INTEGER PRIMARY KEY, norm REAL NOT NULL, features BLOB NOT NULL
);
CREATE TABLE feature_counts (feature INTEGER PRIMARY KEY, articles INTEGER NOT NULL);
CREATE TABLE title_words (
    word INTEGER NOT NULL, period INTEGER NOT NULL, article_id INTEGER NOT NULL,
    PRIMARY KEY (word, period, article_id)
) WITHOUT ROWID;
CREATE INDEX related_articles_other ON related_articles(other_id);
CREATE INDEX stories_lead ON stories(lead_article_id);
CREATE TRIGGER stories_left AFTER UPDATE OF story_id ON articles
WHEN old.story_id IS NOT NULL AND new.story_id IS NULL
BEGIN INSERT INTO changed_items (change, id) VALUES ('article', new.id) ON CONFLICT DO NOTHING; END;
CREATE TRIGGER relations_reduced BEFORE DELETE ON articles
BEGIN INSERT INTO changed_items (change, id) SELECT 'relation', article_id FROM related_articles
    WHERE other_id = old.id ON CONFLICT DO NOTHING; END;
CREATE TRIGGER stories_reduced AFTER DELETE ON articles WHEN old.story_id IS NOT NULL
BEGIN INSERT INTO changed_items (change, id) SELECT 'article', lead_article_id FROM stories
    WHERE id = old.story_id ON CONFLICT DO NOTHING; END;
DROP VIEW publishable_articles;
"""
"""The tables by which relations and stories of changed articles are derived."""

_TRIGGERS = {
    "articles_inserted AFTER INSERT ON articles": mark("article", "new.id")
    + mark("text", "new.id"),
    f"articles_changed AFTER UPDATE OF {', '.join(_ARTICLE)}, content_hash, state, last_outcome "
    f"ON articles WHEN {_differ(_ARTICLE)} OR {_UNQUOTABLE.format(row='old')} IS NOT "
    f"{_UNQUOTABLE.format(row='new')}": mark("article", "new.id"),
    "articles_text_changed AFTER UPDATE OF text, title, url ON articles "
    f"WHEN {_differ(('text', 'title', 'url'))}": mark("text", "new.id"),
    "articles_deleted AFTER DELETE ON articles": mark("article", "old.id"),
    "links_inserted AFTER INSERT ON links": mark("article", "new.article_id"),
    "links_changed AFTER UPDATE OF article_id, post_id ON links "
    f"WHEN {_differ(('article_id', 'post_id'))}": mark("article", "old.article_id")
    + mark("article", "new.article_id"),
    "links_deleted AFTER DELETE ON links": mark("article", "old.article_id"),
    "cards_inserted AFTER INSERT ON cards": mark("article", "new.article_id"),
    "cards_changed AFTER UPDATE OF article_id, post_id, link_id, title ON cards "
    f"WHEN {_differ(('article_id', 'post_id', 'link_id', 'title'))}": mark(
        "article", "old.article_id"
    )
    + mark("article", "new.article_id"),
    "cards_deleted AFTER DELETE ON cards": mark("article", "old.article_id"),
    f"posts_shown_changed AFTER UPDATE OF {', '.join(_POST)}, network, similar_to ON posts "
    f"WHEN {_differ((*_POST, 'network', 'similar_to'))}": _mark_shared_by("= new.id"),
    "posts_inserted AFTER INSERT ON posts": mark("post", "new.id"),
    f"posts_changed AFTER UPDATE OF {', '.join(_COMPARED)} ON posts "
    f"WHEN {_differ(_COMPARED)}": mark("post", "new.id"),
    "posts_separated AFTER UPDATE OF similar_to ON posts "
    "WHEN old.similar_to IS NOT NULL AND new.similar_to IS NULL": mark("post", "new.id"),
    "posts_deleted AFTER DELETE ON posts": mark("post", "old.id"),
    "hashtags_inserted AFTER INSERT ON post_hashtags": mark("post", "new.post_id")
    + _mark_shared_by("= new.post_id"),
    "hashtags_deleted AFTER DELETE ON post_hashtags": mark("post", "old.post_id")
    + _mark_shared_by("= old.post_id"),
    "authors_changed AFTER UPDATE OF consent ON authors WHEN old.consent IS NOT new.consent": (
        _mark_shared_by("IN (SELECT id FROM posts WHERE author_id = new.id)")
    ),
    "unconfirmed_inserted AFTER INSERT ON unconfirmed_posts": _mark_shared_by("= new.post_id"),
    "unconfirmed_deleted AFTER DELETE ON unconfirmed_posts": _mark_shared_by("= old.post_id"),
    "taggings_inserted AFTER INSERT ON taggings WHEN new.subject_kind = 'article'": mark(
        "article", "new.subject_id"
    ),
    "taggings_changed AFTER UPDATE OF topic, confidence ON taggings "
    "WHEN new.subject_kind = 'article' AND "
    f"({_differ(('topic', 'confidence'))})": mark("article", "new.subject_id"),
    "taggings_deleted AFTER DELETE ON taggings WHEN old.subject_kind = 'article'": mark(
        "article", "old.subject_id"
    ),
    "mentions_inserted AFTER INSERT ON article_entities": mark("article", "new.article_id"),
    "mentions_deleted AFTER DELETE ON article_entities": mark("article", "old.article_id"),
    f"entities_changed AFTER UPDATE OF name, kind, slug ON entities "
    f"WHEN {_differ(('name', 'kind', 'slug'))}": mark("article", str(EVERYTHING)),
    "topics_changed AFTER UPDATE OF label ON topics WHEN old.label IS NOT new.label": mark(
        "article", str(EVERYTHING)
    ),
}
"""The statements that each trigger runs, by its name and event."""

TRIGGERS = "\n".join(
    f"CREATE TRIGGER {event}\nBEGIN {statements} END;" for event, statements in _TRIGGERS.items()
)

_CARD = ("article_id", "post_id", "link_id", "title", "description", "site_name", "published")
_MARK_CARD = f"""{mark("article", "new.article_id")}
INSERT INTO changed_items (change, id) SELECT 'article', article_id FROM links
    WHERE id = new.link_id AND article_id IS NOT NULL ON CONFLICT DO NOTHING;
INSERT INTO changed_items (change, id) SELECT 'card', new.id
    WHERE new.link_id IS NULL AND new.article_id IS NULL ON CONFLICT DO NOTHING;"""  # noqa: S608

CARD_TRIGGERS = f"""
DROP TRIGGER cards_inserted;
DROP TRIGGER cards_changed;
CREATE TRIGGER cards_inserted AFTER INSERT ON cards
BEGIN {_MARK_CARD} END;
CREATE TRIGGER cards_changed AFTER UPDATE OF {", ".join(_CARD)} ON cards WHEN {_differ(_CARD)}
BEGIN {mark("article", "old.article_id")} {_MARK_CARD} END;
{mark("card", str(EVERYTHING))}
"""
"""The statements that also record the article of a card's link, and cards without a link."""

_MARK_SAME_KEY = """INSERT INTO changed_items (change, id)
    SELECT 'identity', article_id FROM aliases WHERE key = old.key ON CONFLICT DO NOTHING;"""

LINK_KEYS = f"""
CREATE TABLE link_keys (
    key INTEGER NOT NULL, article_id INTEGER NOT NULL, PRIMARY KEY (key, article_id)
) WITHOUT ROWID;
CREATE TRIGGER aliases_inserted AFTER INSERT ON aliases
BEGIN {mark("identity", "new.article_id")} END;
CREATE TRIGGER aliases_changed AFTER UPDATE OF url, key, article_id, reason ON aliases
WHEN {_differ(("url", "key", "article_id", "reason"))}
BEGIN {mark("identity", "old.article_id")} {mark("identity", "new.article_id")} {_MARK_SAME_KEY}
END;
CREATE TRIGGER aliases_deleted AFTER DELETE ON aliases
BEGIN {mark("identity", "old.article_id")} {_MARK_SAME_KEY} END;
CREATE TRIGGER articles_key_changed AFTER UPDATE OF key ON articles WHEN old.key IS NOT new.key
BEGIN {mark("identity", "new.id")} END;
{mark("identity", str(EVERYTHING))}
"""
"""The statements by which links to an article are found when its URLs or keys change."""

_DROPPED_INDEXES = (
    *DUE_INDEXES,
    "articles_pending",
    "posts_pending",
    "posts_similar",
    "related_articles_other",
    "stories_lead",
)
_DROPPED_TABLES = (
    "article_features",
    "article_profiles",
    "changed_items",
    "changed_sources",
    "feature_counts",
    "link_keys",
    "post_keys",
    "superseded_fetches",
    "text_keys",
    "title_words",
)
DERIVATION_TABLES_DROPPED = "".join(
    [
        *(f"DROP INDEX {name};" for name in _DROPPED_INDEXES),
        *(f"DROP TABLE {name};" for name in _DROPPED_TABLES),
    ]
)
"""The statements that remove from a snapshot what only derivations use."""
