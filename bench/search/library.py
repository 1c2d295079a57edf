"""A generated library for the search: articles with titles, excerpts and texts like real ones.

The words follow a power law (Zipf's law) whose exponent and offset give as many different words per
text, and as many rare ones, as 1,500 real articles have. Each topic has separate words.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from sqlite_utils import Database

from crawler.store.database import open_memory, transaction

TOPICS = 110
HOSTS = 900
_VOCABULARY = 200_000
_TOPIC_WORDS = 60
_TEXT_WORDS = 420
_ZIPF, _FREQUENT = 1.8, 200
_CONSONANTS = ("st", "tr", "pl", *"bcdfgklmnprstv")
_SYLLABLES = [consonant + vowel for consonant in _CONSONANTS for vowel in "aeiou"]


@dataclass(frozen=True, slots=True)
class GeneratedArticle:
    """One article of the library."""

    number: int
    title: str
    summary: str
    text: str
    topics: tuple[int, ...]
    host: str
    author: str
    day: str
    rank: float


class WordSource:
    """Draws words by frequency, and words of a topic; `words` has the most frequent first."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self.words = list(dict.fromkeys(self._word(dice) for _ in range(_VOCABULARY)))
        self._weights = list(
            accumulate(1 / (rank + _FREQUENT) ** _ZIPF for rank in range(len(self.words)))
        )
        rare = self.words[1_000:20_000]
        self.by_topic = [dice.sample(rare, _TOPIC_WORDS) for _ in range(TOPICS)]
        self._topic_weights = list(accumulate(1 / (rank + 1) for rank in range(_TOPIC_WORDS)))

    def draw(self, count: int) -> list[str]:
        """Return `count` words of the whole vocabulary."""
        return self._dice.choices(self.words, cum_weights=self._weights, k=count)

    def draw_of_topic(self, topic: int, count: int) -> list[str]:
        """Return `count` words of a `topic`."""
        words = self.by_topic[topic]
        return self._dice.choices(words, cum_weights=self._topic_weights, k=count)

    @staticmethod
    def _word(dice: random.Random) -> str:
        return "".join(
            dice.choices(_SYLLABLES, k=dice.choice((1, 2, 2, 3, 3, 3, 4, 4)))
        ) + dice.choice(("", "", "n", "r", "ing", "s"))


def generate_articles(count: int, seed: int = 1) -> Iterator[GeneratedArticle]:
    """Yield `count` articles; the same `seed` gives the same articles."""
    dice = random.Random(seed)
    source = WordSource(dice)
    weights = list(accumulate(1 / (rank + 4) for rank in range(TOPICS)))
    for number in range(1, count + 1):
        topics = tuple(
            dict.fromkeys(dice.choices(range(TOPICS), cum_weights=weights, k=dice.randint(1, 4)))
        )
        yield _article(number, topics, source, dice)


def fill_snapshot(articles: Iterator[GeneratedArticle]) -> Database:
    """Return a database in memory with the `articles`, their topics and one post for each."""
    db = open_memory()
    with transaction(db):
        for topic in range(TOPICS):
            db.conn.execute(
                "INSERT INTO topics (slug, label, definition) VALUES (?, ?, '')",
                (f"topic-{topic}", f"Topic {topic}"),
            )
        for article in articles:
            _insert(db, article)
        db.conn.execute("INSERT INTO article_words SELECT id, text FROM articles WHERE text <> ''")
    return db


def _article(
    number: int, topics: tuple[int, ...], source: WordSource, dice: random.Random
) -> GeneratedArticle:
    topic = topics[0]
    title = source.draw_of_topic(topic, 3) + source.draw(5)
    summary = source.draw_of_topic(topic, 8) + source.draw(42)
    text = source.draw_of_topic(topic, _TEXT_WORDS // 10) + source.draw(_TEXT_WORDS)
    for words in (title, summary):
        dice.shuffle(words)
    return GeneratedArticle(
        number,
        " ".join(title).capitalize(),
        " ".join(summary).capitalize() + ".",
        " ".join(text),
        topics,
        f"www{int(dice.paretovariate(0.7)) % HOSTS}.example",
        " ".join(source.draw(2)).title(),
        f"{2019 + number % 8}-{1 + number % 12:02}-{1 + number % 28:02}",
        dice.random(),
    )


def _insert(db: Database, article: GeneratedArticle) -> None:
    url, seen = f"https://{article.host}/blog/{article.number}", f"{article.day}T08:00:00Z"
    db.conn.execute(
        "INSERT INTO articles (id, url, key, host, title, summary, text, authors, kind, state, "
        "language, first_seen, last_checked, published, word_count, rank) VALUES "
        "(?, ?, ?, ?, ?, ?, ?, json_array(?), 'article', 'ok', 'en', ?, ?, ?, 900, ?)",
        (
            article.number,
            url,
            url,
            article.host,
            article.title,
            article.summary,
            " ".join(sorted(set(article.text.split()))),
            article.author,
            seen,
            seen,
            seen,
            article.rank,
        ),
    )
    for place, topic in enumerate(article.topics):
        db.conn.execute(
            "INSERT INTO taggings (subject_kind, subject_id, topic, score, confidence, tagger, "
            "taxonomy_version) VALUES ('article', ?, ?, ?, 'likely', 'phrases', '1')",
            (article.number, f"topic-{topic}", 1 / (place + 1)),
        )
    post = db.conn.execute(
        "INSERT INTO posts (source, network, uri, seen_at, published, text, consent) "
        "VALUES ('bench', 'mastodon', ?, ?, ?, '', 'link-only')",
        (f"bench:{article.number}", seen, seen),
    ).lastrowid
    db.conn.execute(
        "INSERT INTO links (post_id, url, origin, position, article_id) "
        "VALUES (?, ?, 'body', 0, ?)",
        (post, url, article.number),
    )
