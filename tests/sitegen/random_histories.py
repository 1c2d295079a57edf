"""Random changes of a snapshot, of every kind that changes pages."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.sitegen.factory import Factory

TOPICS = {
    "data": ("", '["caching"]'),
    "caching": ("data", '["locking"]'),
    "locking": ("data", "[]"),
    "queues": ("", '["data"]'),
    "raft": ("data", "[]"),
}
KINDS = ("article", "paper", "talk", "case-study", "")
HOSTS = ("a.example", "b.example", "c.example")
ENTITIES = ("Kafka", "Raft", "Redis")
WORDS = ("cache", "lease", "queue", "lock", "replica", "shard", "quorum", "clock")
START = datetime(2026, 9, 7, 10, tzinfo=UTC)
_FIRST_ARTICLES = 24

Change = Callable[["RandomSnapshot"], None]


class RandomSnapshot:
    """A snapshot that changes at random, always the same for one `seed`."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.factory = Factory()
        self.day = 0
        for slug, (broader, related) in TOPICS.items():
            self.factory.topic(slug, broader=broader or None, related=related)
        for name in ("Ada", "Bo", "Cyn"):
            self.factory.author(name)
        for name in ENTITIES:
            self.factory.entity(name, [])
        for _ in range(_FIRST_ARTICLES):
            self.day += self.dice.randint(0, 4)
            add_article(self)
        for _ in range(4):
            add_note(self)
        add_run(self)

    def time(self) -> str:
        """Return the present, which never goes back."""
        return (START + timedelta(days=self.day)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def words(self, count: int = 4) -> str:
        """Return a few words."""
        return " ".join(self.dice.choices(WORDS, k=count)).capitalize()

    def article(self) -> int:
        """Return the id of any article."""
        return self.any("SELECT id FROM articles")

    def any(self, query: str) -> int:
        """Return the first column of a random row; 0 if there is none."""
        rows = [row[0] for row in self.factory.db.execute(query).fetchall()]
        return self.dice.choice(rows) if rows else 0

    def set(self, statement: str, *values: object) -> None:
        """Change rows."""
        self.factory.db.execute(statement, values)

    def author(self) -> int | None:
        """Return the id of a person, or None."""
        return self.any("SELECT id FROM authors UNION SELECT NULL") or None

    def thread(self) -> dict[str, str | int | None]:
        """Return the columns of a post that is perhaps a part of a thread."""
        key = self.dice.choice(("t", "u", None, None, None))
        return {"thread_key": key, "thread_position": self.dice.randint(1, 9) if key else None}

    def topics(self) -> dict[str, str]:
        """Return topics with their confidence."""
        chosen = self.dice.sample(sorted(TOPICS), self.dice.randint(0, 2))
        return {topic: self.dice.choice(("certain", "likely", "weak")) for topic in chosen}


def add_article(world: RandomSnapshot) -> None:
    """A new article, shared by a named author."""
    factory, dice = world.factory, world.dice
    host, number = dice.choice(HOSTS), dice.randrange(1 << 40)
    article = factory.article(
        world.words(),
        f"https://{host}/{number}",
        world.topics(),
        kind=dice.choice(KINDS),
        first_seen=world.time(),
        rank=dice.random(),
        summary=world.words(12),
    )
    share(world, article)
    if dice.random() < 0.5:
        mention(world, article)


def share(world: RandomSnapshot, article: int = 0) -> None:
    """A post about an article, perhaps a part of a thread."""
    world.factory.post(
        world.words(6),
        article or world.article(),
        topics=world.topics(),
        author_id=world.author(),
        published=world.time(),
        counts=json.dumps({"replies": world.dice.randrange(5)}),
        **world.thread(),
    )


def mention(world: RandomSnapshot, article: int = 0) -> None:
    """An article names an entity, or does not any more."""
    entity, article = world.dice.randint(1, len(ENTITIES)), article or world.article()
    values = (article, entity)
    world.set("DELETE FROM article_entities WHERE article_id = ? AND entity_id = ?", *values)
    if world.dice.random() < 0.8:
        row = {"article_id": article, "entity_id": entity, "sentence": world.words(), "start": 0}
        world.factory.row("article_entities", **row)


def add_note(world: RandomSnapshot) -> None:
    """A post without links, perhaps a part of a thread or like another one."""
    dice = world.dice
    other = world.any("SELECT id FROM posts WHERE id NOT IN (SELECT post_id FROM links)")
    world.factory.post(
        world.words(8),
        topics=world.topics(),
        author_id=world.author(),
        published=world.time(),
        similar_to=other if other and dice.random() < 0.3 else None,
        **world.thread(),
    )


def edit_post(world: RandomSnapshot) -> None:
    """A post has other words, or is now a part of a thread, or of none."""
    post = world.any("SELECT id FROM posts WHERE consent <> 'link-only'")
    if world.dice.random() < 0.7:
        world.set("UPDATE posts SET text = ? WHERE id = ?", world.words(7), post)
    else:
        columns = world.thread()
        key, position = columns["thread_key"], columns["thread_position"]
        statement = "UPDATE posts SET thread_key = ?, thread_position = ? WHERE id = ?"
        world.set(statement, key, position, post)


def link_post(world: RandomSnapshot) -> None:
    """A note shares an article from now on, or a post that shared one becomes a note."""
    post = world.any("SELECT id FROM posts WHERE consent <> 'link-only'")
    if world.dice.random() < 0.5:
        world.set("DELETE FROM links WHERE post_id = ?", post)
    elif post:
        article = world.article()
        url = f"https://x.example/{article}"
        row = {"post_id": post, "url": url, "article_id": article, "origin": "body"}
        world.factory.row("links", position=world.dice.randrange(1 << 40), **row)


def remove_post(world: RandomSnapshot) -> None:
    """A post is deleted at its network."""
    post = world.any("SELECT id FROM posts")
    world.set("UPDATE posts SET similar_to = NULL WHERE similar_to = ?", post)
    world.set("DELETE FROM taggings WHERE subject_kind = 'post' AND subject_id = ?", post)
    world.set("DELETE FROM posts WHERE id = ?", post)


def withdraw_post(world: RandomSnapshot) -> None:
    """A post is hidden or deleted, or shown again. Posts like it stay like it."""
    column = world.dice.choice(("hidden = 1 - hidden", "deleted_at = '2026-11-20T00:00:00Z'"))
    world.set(f"UPDATE posts SET {column} WHERE id = ?", world.any("SELECT id FROM posts"))


def forget_author(world: RandomSnapshot) -> None:
    """Everything by a person is erased."""
    author = world.author() or 0
    posts = "SELECT id FROM posts WHERE author_id = ?"
    world.set(f"UPDATE posts SET similar_to = NULL WHERE similar_to IN ({posts})", author)
    kind = "subject_kind = 'post'"
    world.set(f"DELETE FROM taggings WHERE {kind} AND subject_id IN ({posts})", author)
    world.set("DELETE FROM posts WHERE author_id = ?", author)
    world.set("DELETE FROM authors WHERE id = ?", author)


def forget_article(world: RandomSnapshot) -> None:
    """An article is erased. The posts that shared it are notes from now on."""
    article = world.article()
    world.set("DELETE FROM links WHERE article_id = ?", article)
    erase_article(world, article)


def edit_article(world: RandomSnapshot) -> None:
    """An article has another title, kind, summary, state or rank."""
    columns: dict[str, object] = {
        "title": world.words(),
        "kind": world.dice.choice(KINDS),
        "summary": world.words(9),
        "state": world.dice.choice(("ok", "gone", "changed")),
        "rank": world.dice.random(),
        "directives": '{"noindex": true}',
    }
    column = world.dice.choice(sorted(columns))
    world.set(f"UPDATE articles SET {column} = ? WHERE id = ?", columns[column], world.article())


def archive_article(world: RandomSnapshot) -> None:
    """An article has an archived copy, at another place than before, or none any more."""
    place = (f"{world.dice.randrange(3)}.warc.gz", world.dice.randrange(9), world.time())
    copy = world.dice.choice((place, (None, None, None)))
    columns = "archive_file = ?, archive_offset = ?, archive_at = ?"
    world.set(f"UPDATE articles SET {columns} WHERE id = ?", *copy, world.article())


def hide_article(world: RandomSnapshot) -> None:
    """The curator hides an article, or shows it again."""
    world.set("UPDATE articles SET hidden = 1 - hidden WHERE id = ?", world.article())


def merge_articles(world: RandomSnapshot) -> None:
    """Two articles are one: the posts and the URL of one belong to the other."""
    winner, loser = world.article(), world.article()
    if winner == loser:
        return
    url = world.factory.db.execute("SELECT url FROM articles WHERE id = ?", (loser,)).fetchone()[0]
    world.factory.alias(winner, url, "curator")
    world.set("UPDATE links SET article_id = ? WHERE article_id = ?", winner, loser)
    if world.dice.random() < 0.5:
        world.set("UPDATE aliases SET article_id = ? WHERE article_id = ?", winner, loser)
    erase_article(world, loser)


def erase_article(world: RandomSnapshot, article: int) -> None:
    """Remove an article and the rows that refer to it."""
    for table in ("related_articles", "article_links", "article_entities", "article_changes"):
        world.set(f"DELETE FROM {table} WHERE article_id = ?", article)
    world.set("DELETE FROM related_articles WHERE other_id = ?", article)
    world.set("UPDATE article_links SET target_id = NULL WHERE target_id = ?", article)
    world.set("UPDATE reading_list SET article_id = NULL WHERE article_id = ?", article)
    world.set("DELETE FROM curation_decisions WHERE article_id = ?", article)
    led = "SELECT id FROM stories WHERE lead_article_id = ?"
    world.set(f"UPDATE articles SET story_id = NULL WHERE story_id IN ({led})", article)
    world.set("DELETE FROM stories WHERE lead_article_id = ?", article)
    world.set("DELETE FROM taggings WHERE subject_kind = 'article' AND subject_id = ?", article)
    world.set("DELETE FROM aliases WHERE article_id = ?", article)
    world.set("DELETE FROM articles WHERE id = ?", article)


def retag(world: RandomSnapshot) -> None:
    """An article or a note has other topics."""
    subject = world.dice.choice(("article", "post"))
    item = world.article()
    if subject == "post":
        item = world.any("SELECT id FROM posts WHERE id > 0")
    world.set("DELETE FROM taggings WHERE subject_kind = ? AND subject_id = ?", subject, item)
    for topic, confidence in world.topics().items():
        world.factory.tagging(subject, item, topic, confidence, [("title", "Cache", 0, "strong")])
    version = world.dice.choice(("12", "13"))
    world.set("UPDATE taggings SET taxonomy_version = ? WHERE subject_id = ?", version, item)


def rename_topic(world: RandomSnapshot) -> None:
    """A topic has another label."""
    topic = world.dice.choice(sorted(TOPICS))
    world.set("UPDATE topics SET label = ? WHERE slug = ?", world.words(2), topic)


def edit_topic(world: RandomSnapshot) -> None:
    """A topic is described in another way, or was measured again."""
    topic, other = world.dice.sample(sorted(TOPICS), 2)
    columns = {
        "confused_with": json.dumps([other]),
        "definition": f"{world.words()}.",
        "hashtags": json.dumps([world.words(1)]),
        "measured": json.dumps({"precision": world.dice.random(), "rows": 30}),
        "start_here": json.dumps([f"https://work.example/{other}/1"]),
        "text": f"{world.words()}. See [another](topic:{other}).",
    }
    column = world.dice.choice(sorted(columns))
    world.set(f"UPDATE topics SET {column} = ? WHERE slug = ?", columns[column], topic)


def change_author(world: RandomSnapshot) -> None:
    """A person has another name, or may not be named any more."""
    if world.dice.random() < 0.5:
        author = world.dice.randint(1, 3)
        world.set("UPDATE authors SET name = ? WHERE id = ?", world.words(1), author)
    else:
        consent = world.dice.choice(("full", "none"))
        world.set("UPDATE authors SET consent = ? WHERE id = 3", consent)
        world.set("UPDATE posts SET consent = 'link-only' WHERE author_id = 3")


def change_story(world: RandomSnapshot) -> None:
    """Articles tell the same story, or another article leads it."""
    first, second = world.article(), world.article()
    story = world.any("SELECT id FROM stories") if world.dice.random() < 0.5 else 0
    if story:
        world.set("UPDATE stories SET lead_article_id = ? WHERE id = ?", first, story)
    else:
        story = world.factory.row("stories", lead_article_id=first, reason="the same release")
    world.set("UPDATE articles SET story_id = ? WHERE id IN (?, ?)", story, first, second)


def relate(world: RandomSnapshot) -> None:
    """Two articles are related, or one links to the other."""
    first, second = world.article(), world.article()
    world.set("DELETE FROM related_articles WHERE article_id = ?", first)
    if first != second:
        values = (first, second)
        world.set("INSERT INTO related_articles VALUES (?, ?, 0.5, 'shared topics')", *values)
        link = "INSERT OR REPLACE INTO article_links (article_id, url, target_id) VALUES (?, ?, ?)"
        world.set(link, second, f"https://x.example/{first}", first)


def decide(world: RandomSnapshot) -> None:
    """The curator pins an article, adds a note to it, or undoes that."""
    action, article = world.dice.choice(("note", "pin")), world.article()
    words = world.words()
    target = world.dice.choice(sorted(TOPICS)) if action == "pin" else words
    world.set("DELETE FROM curation_decisions WHERE article_id = ?", article)
    if world.dice.random() < 0.7:
        subject = f"https://x.example/{article}"
        row = {
            "action": action,
            "subject": subject,
            "object": target,
            "reason": words,
            "who": "curator",
        }
        world.factory.row("curation_decisions", since=world.time(), article_id=article, **row)
    log = {
        "at": world.time(),
        "who": "curator",
        "action": action,
        "subject": "x",
        "reason": "Good.",
    }
    world.factory.row("curation_log", **log)


def list_work(world: RandomSnapshot) -> None:
    """A reading list has a work more."""
    topic, position = world.dice.choice(sorted(TOPICS)), world.dice.randint(1, 3)
    row = {"title": world.words(), "why": world.words(), "article_id": world.article()}
    world.set("DELETE FROM reading_list WHERE topic = ? AND position = ?", topic, position)
    url = f"https://work.example/{topic}/{position}"
    world.factory.row("reading_list", topic=topic, position=position, url=url, **row)


def add_run(world: RandomSnapshot) -> None:
    """A night ends, with a change of an article."""
    world.day += world.dice.choice((0, 1, 1, 1, 9))
    world.factory.run(world.time())
    row = {
        "article_id": world.article(),
        "at": world.time(),
        "change": "state",
        "detail": "ok gone",
    }
    world.factory.row("article_changes", **row)


CHANGES: tuple[Change, ...] = (
    add_article,
    add_note,
    add_run,
    archive_article,
    change_author,
    change_story,
    decide,
    edit_article,
    edit_post,
    edit_topic,
    forget_article,
    forget_author,
    hide_article,
    link_post,
    list_work,
    mention,
    merge_articles,
    relate,
    remove_post,
    rename_topic,
    retag,
    share,
    withdraw_post,
)
