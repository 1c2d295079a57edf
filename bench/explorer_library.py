"""A generated library for the explorer: articles, posts, topics, entities, evidence and checks.

    python -m bench.explorer_library FOLDER [--articles N]

FOLDER becomes a workspace with three times as many posts as articles. The rows are seeded and go
into the real schema in bulk. The code of every build writes the snapshot. Topics, reading lists and
entities are the shipped ones. Words follow Zipf's law. Topics, hosts, authors and the number of
posts per article are skewed.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from bench.explorer_words import TextSource
from crawler.cli.init import init
from crawler.crawl.crawl_context import open_ledger
from crawler.knowledge.entities import entity_table
from crawler.models.topics import Topic
from crawler.store.database import open_store, transaction
from crawler.store.public_snapshot import write_snapshot
from crawler.store.reading_lists import attach_picks, save_reading_lists
from crawler.store.taggings import save_topics
from crawler.text_cleaning import slugify
from crawler.topics.reading_lists import read_reading_lists
from crawler.topics.taxonomy import read_taxonomy
from crawler.topics.topic_texts import read_topic_texts
from crawler.workspace import Workspace, open_workspace

POSTS_PER_ARTICLE = 3
_MEDIAN_WORDS = 665
_NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
_DAYS = 6 * 365
_NETWORKS = ("mastodon", "bluesky", "hackernews", "devto", "feed", "lobsters", "x", "linkedin")
_NETWORK_SHARES = (30, 23, 17, 6, 6, 6, 6, 6)
_KINDS = {
    "article": 55,
    "documentation": 12,
    "tutorial": 6,
    "announcement": 6,
    "talk": 5,
    "guide": 4,
    "pattern": 4,
    "case-study": 3,
    "post-mortem": 1,
    "opinion": 1,
    "repository": 1,
    "deep-dive": 1,
    "paper": 1,
}
_STATES = {"ok": 84, "new": 12, "moved": 1, "gone": 2, "blocked": 1}
_LANGUAGES = {"en": 86, "": 4, "de": 3, "fr": 2, "es": 2, "zh": 2, "ja": 1}
_FIGURES = ("requests", "users", "nodes", "GB", "TB", "messages", "transactions", "ms")
_CHANGES = ("topic", "state", "merge", "split")
_Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class _Article:
    id: int
    seen: datetime
    topics: tuple[str, ...]
    phrases: tuple[str, ...]
    posts: int

    @property
    def url(self) -> str:
        return f"https://{self.host}/{self.seen:%Y/%m}/{self.id}"

    @property
    def host(self) -> str:
        return f"blog{int(3000 * (self.id * 0.6180339887 % 1) ** 3)}.example.net"


@dataclass(frozen=True, slots=True)
class Library:
    """The facts from which all rows are made. `phrases` has the phrases of each topic.

    `words` is the median length of the texts.
    """

    dice: random.Random
    texts: TextSource
    articles: Sequence[_Article]
    phrases: dict[str, tuple[str, ...]]
    post_count: int
    words: int = _MEDIAN_WORDS

    @property
    def author_count(self) -> int:
        """The number of authors: one for ten posts."""
        return self.post_count // 10


def main() -> None:
    """Write the library into a folder and print the time of each part."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=100_000)
    arguments = parser.parse_args()
    began = time.perf_counter()
    workspace = create_library(arguments.folder, arguments.articles)
    print(f"rows: {time.perf_counter() - began:.0f} s", flush=True)
    began = time.perf_counter()
    write_snapshot(open_store(workspace.database), workspace.public_database)
    size = workspace.public_database.stat().st_size / 1e6
    print(f"snapshot: {time.perf_counter() - began:.0f} s, {size:.0f} MB", flush=True)


def create_library(
    folder: Path, articles: int, *, words: int = _MEDIAN_WORDS, posts: int = POSTS_PER_ARTICLE
) -> Workspace:
    """Return a new workspace in `folder` with so many `articles`, without a snapshot.

    `words` is the median length of the texts, `posts` the mean number of posts for each article.
    """
    CliRunner().invoke(init, [str(folder)], catch_exceptions=False)
    workspace = open_workspace(folder, {})
    topics = read_taxonomy(workspace.topics).topics
    db = open_store(workspace.database)
    save_topics(db, topics.values(), texts=read_topic_texts(workspace.topics))
    library = _library(articles, list(topics.values()), words, posts)

    conn = db.conn
    conn.execute("PRAGMA synchronous = OFF")
    conn.execute("PRAGMA foreign_keys = OFF")
    triggers = conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    with transaction(db):
        for name, _ in triggers:
            conn.execute(f"DROP TRIGGER {name}")
        for statement, rows in _tables(library):
            conn.executemany(statement, rows)
        for _, sql in triggers:
            conn.execute(sql)
    ledger = open_ledger(db)
    save_reading_lists(db, read_reading_lists(workspace.reading_lists), ledger.key)
    attach_picks(ledger, _NOW, 400)
    return workspace


def _library(count: int, topics: list[Topic], words: int, mean_posts: int) -> Library:
    dice = random.Random(16)
    texts = TextSource.create(dice)
    phrases = {topic.slug: tuple(topic.strong) or (topic.label,) for topic in topics}
    weights = list(accumulate(1 / (rank + 4) for rank in range(len(topics))))
    dice.shuffle(topics)
    related = {topic.slug: [slug for slug in topic.related if slug in phrases] for topic in topics}
    ages = sorted((_DAYS * dice.random() ** 1.6 for _ in range(count)), reverse=True)
    left = count * mean_posts * 0.92 - count
    articles = []
    for number, age in enumerate(ages, start=1):
        chosen = _chosen_topics(dice, topics, weights, related)
        posts = int(min(400, dice.paretovariate(1.3))) if left > 0 else 1
        left -= posts - 1
        mentioned = tuple(dice.choice(phrases[slug]) for slug in chosen)
        seen = _NOW - timedelta(days=age)
        articles.append(_Article(number, seen, chosen, mentioned, posts))
    return Library(dice, texts, articles, phrases, count * mean_posts, words)


def _chosen_topics(
    dice: random.Random,
    topics: Sequence[Topic],
    weights: Sequence[float],
    related: dict[str, list[str]],
) -> tuple[str, ...]:
    """No topic for one article of seven, otherwise a main topic and up to three others."""
    if dice.random() < 0.15:
        return ()
    main = dice.choices(topics, cum_weights=weights)[0].slug
    others = dice.choices(topics, cum_weights=weights, k=dice.choice((0, 0, 1, 1, 2)))
    near = related[main][: dice.choice((0, 1, 1))]
    return tuple(dict.fromkeys([main, *near, *(topic.slug for topic in others)]))


def _tables(library: Library) -> Iterator[tuple[str, Iterable[_Row]]]:
    """Each statement with its rows, in the order of insertion."""
    for table, columns, rows in (
        ("runs", "id, command, started, finished, outcome", _runs()),
        ("sources", "name, kind, url, enabled, last_ok, last_outcome, failures", _sources()),
        ("run_sources", "run_id, source, outcome, posts_seen, posts_new", _polls()),
        ("authors", "id, network, handle, name, url, consent", _authors(library)),
        ("articles", _ARTICLE_COLUMNS, _articles(library)),
        ("aliases", "url, key, article_id, reason, added_at", _aliases(library)),
        ("fetches", _FETCH_COLUMNS, _fetches(library)),
        ("entities", "id, slug, name, kind", _entities(library.dice)),
        ("article_entities", "article_id, entity_id, sentence, start", _mentions(library)),
        ("related_articles", "article_id, other_id, score, reason", _related(library)),
        ("article_changes", "article_id, at, change, detail", _changes(library)),
        ("article_links", "article_id, url, key, target_id", _article_links(library)),
        ("stories", "id, lead_article_id, reason", _stories(library)),
        ("published_entries", "article_id, digest, changed", _entries(library)),
        ("curation_log", "at, who, action, subject, reason", _curation(library)),
    ):
        yield _insert(table, columns), rows
    yield from _posts(library)
    yield from _taggings(library)


def _insert(table: str, columns: str) -> str:
    places = ", ".join("?" * (columns.count(",") + 1))
    return f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({places})"


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _chosen(dice: random.Random, weights: dict[str, int]) -> str:
    return dice.choices(list(weights), list(weights.values()))[0]


def _runs() -> Iterator[_Row]:
    for number in range(1, 366):
        started = _NOW - timedelta(days=365 - number)
        yield number, "nightly", _iso(started), _iso(started + timedelta(minutes=20)), "ok"


def _sources() -> Iterator[_Row]:
    for number in range(300):
        failures = number % 40 if number % 11 == 0 else 0
        outcome = "timeout" if failures else "ok"
        url = f"https://blog{number}.example.net/feed.xml"
        yield f"Source {number}", "feed", url, 1, _iso(_NOW), outcome, failures


def _polls() -> Iterator[_Row]:
    for run in range(1, 366):
        for number in range(300):
            yield run, f"Source {number}", "ok", 20, (run * number) % 3


def _authors(library: Library) -> Iterator[_Row]:
    for number in range(1, library.author_count + 1):
        network = library.dice.choices(_NETWORKS, _NETWORK_SHARES)[0]
        consent = library.dice.choices(("full", "reference", "link-only", "none"), (87, 10, 2, 1))
        handle = f"{library.texts.words[50 + number % 20_000]}{number}"
        name = f"{handle.capitalize()} {library.dice.choice(library.texts.words).capitalize()}"
        url = f"https://{network}.example/@{handle}"
        yield number, network, handle, name, url, consent[0]


_ARTICLE_COLUMNS = (
    "id, url, key, host, title, site_name, published, language, kind, kind_reason, summary, "
    "summary_source, text, word_count, state, state_since, first_seen, last_checked, "
    "next_check, last_outcome, last_status, content_hash, story_id, rank, annotated, media_type"
)


def _articles(library: Library) -> Iterator[_Row]:
    dice, texts = library.dice, library.texts
    least = min(120, library.words // 2)
    for article in library.articles:
        seen, state = _iso(article.seen), _chosen(dice, _STATES)
        language = _chosen(dice, _LANGUAGES)
        length = dice.lognormvariate(math.log(library.words), 0.7)
        words = int(min(6000, max(least, length))) if state != "new" else 0
        title = texts.title(language, article.phrases)
        summary = texts.sentence(dice.randint(20, 60), article.phrases) if words else ""
        if words and language in ("zh", "ja"):
            summary = "".join(texts.title(language, ()) for _ in range(4))
        published = _iso(article.seen - timedelta(days=dice.expovariate(0.05)))
        site = f"Blog {article.host.partition('.')[0][4:]}"
        checked = _iso(_NOW - timedelta(days=dice.random() * 30))
        rank = 500 * dice.random() + article.posts
        story = article.id // 60 if article.id % 60 < 3 and article.id >= 60 else None
        outcome, status = ("not_found", 404) if state == "gone" else ("ok", 200)
        yield (
            article.id, article.url, article.url.partition("://")[2], article.host, title, site,
            published, language, _chosen(dice, _KINDS), "URL of an article", summary, "text",
            texts.text(words, article.phrases) if words else "", words, state, checked, seen,
            checked, checked, outcome, status, "digest" if words else "", story, rank, "yes",
            "text/html",
        )  # fmt: skip


def _aliases(library: Library) -> Iterator[_Row]:
    reasons = ("rule:www", "rule:scheme", "rule:html-suffix", "rule:tracking-utm", "redirect")
    for article in library.articles:
        key, seen = article.url.partition("://")[2], _iso(article.seen)
        yield article.url, key, article.id, "as-posted", seen
        if article.id % 2:
            url = f"https://www.{key}?utm_source=feed"
            yield url, f"www.{key}", article.id, library.dice.choice(reasons), seen


_FETCH_COLUMNS = "run_id, url, final_url, at, purpose, outcome, status, bytes, elapsed_ms"


def _fetches(library: Library) -> Iterator[_Row]:
    outcomes = ("ok", "not_modified", "timeout", "dns", "robots_unreachable")
    for article in library.articles:
        for _ in range(1 + (article.id % 4 == 0)):
            outcome = library.dice.choices(outcomes, (80, 10, 4, 3, 3))[0]
            run = library.dice.randint(1, 365)
            moment = _iso(_NOW - timedelta(days=365 - run, minutes=-library.dice.randint(1, 20)))
            size, elapsed = library.dice.randint(5_000, 200_000), library.dice.randint(30, 3_000)
            url = article.url
            yield run, url, url, moment, "page", outcome, 200, size, elapsed


def _entities(dice: random.Random) -> Iterator[_Row]:
    number = 0
    for entity in entity_table():
        number += 1
        yield number, slugify(entity.name), entity.name, entity.kind
    for _ in range(3000):
        number += 1
        name = (
            f"{dice.randint(2, 999)} {dice.choice(('', 'million ', 'k '))}{dice.choice(_FIGURES)}"
        )
        yield number, f"{slugify(name)}-{number}", name, "figure"


def _mentions(library: Library) -> Iterator[_Row]:
    named = len(entity_table())
    for article in library.articles:
        for _ in range(article.id % 6):
            entity = 1 + int(named * library.dice.random() ** 2.5)
            if library.dice.random() < 0.2:
                entity = named + library.dice.randint(1, 3000)
            yield article.id, entity, library.texts.sentence(14), 0


def _related(library: Library) -> Iterator[_Row]:
    count = len(library.articles)
    for article in library.articles:
        for _ in range(4):
            other = 1 + (article.id + int(library.dice.expovariate(0.01))) % count
            score = round(library.dice.random(), 4)
            yield article.id, other, score, f"both about {', '.join(article.topics) or 'data'}"


def _changes(library: Library) -> Iterator[_Row]:
    for article in library.articles:
        if article.id % 25 == 0:
            moment = _iso(_NOW - timedelta(days=library.dice.expovariate(0.02)))
            yield article.id, moment, library.dice.choice(_CHANGES), "ok moved"


def _article_links(library: Library) -> Iterator[_Row]:
    count = len(library.articles)
    for article in library.articles:
        for step in range(article.id % 4):
            target = 1 + int(count * library.dice.random() ** 2) if step == 0 else None
            url = f"https://docs.example.org/{article.id}/{step}"
            yield article.id, url, url.partition("://")[2], target


def _stories(library: Library) -> Iterator[_Row]:
    for number in range(1, len(library.articles) // 60 + 1):
        yield number, number * 60, "shared words in the titles"


def _entries(library: Library) -> Iterator[_Row]:
    return ((article.id, "", _iso(article.seen)) for article in library.articles)


def _curation(library: Library) -> Iterator[_Row]:
    for article in library.articles[::500]:
        yield _iso(_NOW), "curator", "tag", article.url, "read and corrected"


def _posts(library: Library) -> Iterator[tuple[str, Iterable[_Row]]]:
    """Posts with their links, hashtags and cards; the last ones have no link."""
    posts: list[_Row] = []
    links: list[_Row] = []
    hashtags: list[_Row] = []
    cards: list[_Row] = []
    for article in library.articles:
        for _ in range(article.posts):
            number = len(posts) + 1
            moment = article.seen + timedelta(days=library.dice.expovariate(0.05))
            posts.append(_post(library, number, min(moment, _NOW), article))
            links.append((number, article.url, article.url, "body", 0, article.id))
            hashtags += [(number, tag, tag) for tag in ("distributedsystems", *article.topics[:1])]
            if number % 12 == 0:
                cards.append((number, len(links), library.texts.title("en", ()), article.id))
    for number in range(len(posts) + 1, library.post_count + 1):
        age = timedelta(days=_DAYS * library.dice.random() ** 1.6)
        posts.append(_post(library, number, _NOW - age, None))
    yield _insert("posts", _POST_COLUMNS), posts
    yield _insert("links", "post_id, url, shown, origin, position, article_id"), links
    yield _insert("post_hashtags", "post_id, hashtag, shown"), hashtags
    yield _insert("cards", "post_id, link_id, title, article_id"), cards


_POST_COLUMNS = (
    "id, source, network, uri, url, author_id, published, seen_at, language, text, content_hash, "
    "annotated, counts"
)


def _post(library: Library, number: int, moment: datetime, article: _Article | None) -> _Row:
    dice = library.dice
    network = dice.choices(_NETWORKS, _NETWORK_SHARES)[0]
    author = 1 + int(library.author_count * dice.random() ** 3)
    url = f"https://{network}.example/post/{number}"
    words = library.texts.sentence(dice.randint(8, 45), article.phrases[:1] if article else ())
    text = f"{words} {article.url} #DistributedSystems" if article else words
    counts = json.dumps({"likes": dice.randint(0, 50)})
    source = f"Source {number % 300}"
    seen = _iso(moment)
    return (
        number, source, network, url, url, author, seen, seen, "en", text, "digest", "yes", counts,
    )  # fmt: skip


def _taggings(library: Library) -> Iterator[tuple[str, Iterable[_Row]]]:
    """Topics of articles with one to four pieces of evidence, and of every third post with one."""
    taggings: list[_Row] = []
    evidence: list[_Row] = []
    dice, post = library.dice, 0

    def add(kind: str, subject: int, topic: str, score: float, quotes: int) -> None:
        confidence = "certain" if score > 1.8 else "likely" if score > 1 else "weak"
        number = len(taggings) + 1
        taggings.append((number, kind, subject, topic, score, confidence, "phrases", "1"))
        for place in range(quotes):
            field = ("text", "title", "text", "url")[place]
            rule = dice.choices(("strong", "contextual", "weak"), (65, 27, 8))[0]
            phrase = dice.choice(library.phrases[topic])
            evidence.append((number, field, phrase, place, rule, score / quotes, 1 + place))

    for article in library.articles:
        for place, topic in enumerate(article.topics):
            score = round(dice.uniform(0.6, 3) / (1 + place / 3), 2)
            add("article", article.id, topic, score, dice.randint(1, 4))
        for _ in range(article.posts):
            post += 1
            if post % 3 == 0 and article.topics:
                add("post", post, article.topics[0], 1.2, 1)
    columns = "id, subject_kind, subject_id, topic, score, confidence, tagger, taxonomy_version"
    yield _insert("taggings", columns), taggings
    quoted = "tagging_id, field, quote, start, rule, weight, times"
    yield _insert("evidence", quoted), evidence


if __name__ == "__main__":
    main()
