"""A seeded library of any size: articles with their posts, in chunks of constant memory.

The same seed and size give the same library. Lengths, topics, hosts, authors and the number of
posts of an article are skewed, as in real collections. Three posts of an article come on average.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from math import log
from typing import Self

from bench.scale.words import Vocabulary
from crawler.models.topics import Topic

POSTS_PER_ARTICLE = 3
CHUNK = 1_000
NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
_DAYS = 3_650
_HOSTS = 40_000
_AUTHORS = 250_000
_MEDIAN_CHARACTERS = 5_000
_LONGEST = 60_000
_GOLDEN = 0.6180339887498949
_NETWORKS = ("mastodon", "bluesky", "hackernews", "devto", "feed", "lobsters", "x", "linkedin")
_NETWORK_SHARES = (30, 23, 17, 6, 6, 6, 6, 6)
_LANGUAGES = ("en", "", "de", "fr", "es", "zh", "ja")
_LANGUAGE_SHARES = (86, 4, 3, 2, 2, 2, 1)
_SPELLINGS = ("{}", "{}/", "{}?utm_source=feed&utm_medium=social", "{}#comments")
_SPELLING_SHARES = (80, 6, 10, 4)
_NOTES = 0.08  # of the posts have no link
_OLDER = 0.04  # of the posts link an older article
_COPIES = 100  # one of so many articles has the text of the one before it


@dataclass(frozen=True, slots=True)
class LibraryPost:
    """A post. `article` is the number of the article that it links as `link`, 0 for a note."""

    number: int
    network: str
    author: int
    published: datetime
    text: str
    hashtags: tuple[str, ...]
    article: int
    link: str
    card: str

    @property
    def url(self) -> str:
        """The URL of the post, which is also its URI."""
        return f"https://{self.network}.example/post/{self.number}"

    @property
    def handle(self) -> str:
        """The handle of the author."""
        return f"writer{self.author}@{self.network}.example"


@dataclass(frozen=True, slots=True)
class LibraryArticle:
    """An article; `topics` are slugs, and `phrases` are those of the topics in its text."""

    number: int
    url: str
    host: str
    seen: datetime
    topics: tuple[str, ...]
    phrases: tuple[str, ...]
    language: str
    title: str
    summary: str
    text: str
    author: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive articles, and the posts that arrived with them."""

    articles: tuple[LibraryArticle, ...]
    posts: tuple[LibraryPost, ...]


@dataclass(frozen=True, slots=True)
class Library:
    """A library of `size` articles. Later ones, as of another night, have greater numbers."""

    size: int
    seed: int
    topics: Sequence[Topic]
    weights: Sequence[float]
    phrases: Mapping[str, Sequence[str]]
    vocabulary: Vocabulary

    @classmethod
    def create(cls, size: int, topics: Sequence[Topic], seed: int = 18) -> Self:
        """Return the library of a `seed` with the shipped `topics`; nothing is generated yet."""
        shuffled = sorted(topics, key=lambda topic: topic.slug)
        random.Random(f"topics {seed}").shuffle(shuffled)
        weights = list(accumulate(1 / (rank + 4) for rank in range(len(shuffled))))
        phrases = {topic.slug: tuple(topic.strong) or (topic.label,) for topic in shuffled}
        return cls(size, seed, shuffled, weights, phrases, Vocabulary.create(shuffled, seed))

    def chunks(self, start: int = 0, stop: int | None = None) -> Iterator[Chunk]:
        """Yield the articles with the numbers `start` + 1 to `stop`, and their posts.

        By default these are all articles. Chunks begin at multiples of their size.
        """
        stop = self.size if stop is None else stop
        for first in range(start, stop, CHUNK):
            yield self._chunk(first, min(CHUNK, stop - first))

    def url(self, number: int) -> str:
        """Return the URL of the article with this `number`."""
        return f"https://{_host(number)}/{self._seen(number):%Y/%m}/{number}"

    def _chunk(self, first: int, count: int) -> Chunk:
        dice = random.Random(f"chunk {self.seed} {self.size} {first}")
        articles: list[LibraryArticle] = []
        for number in range(first + 1, first + count + 1):
            copied = articles[-1] if number % _COPIES == 0 and articles else None
            articles.append(self._article(dice, number, copied))
        posts = tuple(self._posts(dice, articles))
        return Chunk(tuple(articles), posts)

    def _seen(self, number: int) -> datetime:
        age = max(0.0, 1 - number / self.size) ** 1.6
        return NOW - timedelta(days=_DAYS * age, seconds=number * 7919 % 80_000)

    def _article(
        self, dice: random.Random, number: int, copied: LibraryArticle | None
    ) -> LibraryArticle:
        topics = copied.topics if copied else self._chosen_topics(dice)
        phrases = tuple(phrase for slug in topics for phrase in self._chosen_phrases(dice, slug))
        language = dice.choices(_LANGUAGES, _LANGUAGE_SHARES)[0]
        words = self.vocabulary
        title = words.title(dice, language, phrases[0] if phrases and dice.random() < 0.7 else "")
        characters = min(_LONGEST, int(dice.lognormvariate(log(_MEDIAN_CHARACTERS), 0.65)))
        return LibraryArticle(
            number,
            self.url(number),
            _host(number),
            self._seen(number),
            topics,
            phrases,
            language,
            copied.title if copied else title,
            words.sentence(dice, dice.randint(15, 45), (), phrases[-1] if phrases else ""),
            copied.text if copied else words.text(dice, characters, topics, phrases),
            f"{words.words[500 + number * 7919 % 900].title()} {_surname(words, number)}",
        )

    def _chosen_topics(self, dice: random.Random) -> tuple[str, ...]:
        """No topic for one article of seven, otherwise a main topic and up to three others."""
        if dice.random() < 0.15:
            return ()
        main = dice.choices(self.topics, cum_weights=self.weights)[0]
        others = dice.choices(self.topics, cum_weights=self.weights, k=dice.choice((0, 0, 1, 1, 2)))
        near = [slug for slug in main.related if slug in self.phrases][: dice.choice((0, 1, 1))]
        return tuple(dict.fromkeys([main.slug, *near, *(topic.slug for topic in others)]))

    def _chosen_phrases(self, dice: random.Random, slug: str) -> list[str]:
        return dice.choices(self.phrases[slug], k=2)

    def _posts(
        self, dice: random.Random, articles: Sequence[LibraryArticle]
    ) -> Iterator[LibraryPost]:
        """Yield three posts per article. Few articles have many posts, and some posts no link."""
        weights = list(accumulate(dice.paretovariate(1.3) for _ in articles))
        number = (articles[0].number - 1) * POSTS_PER_ARTICLE
        first = [article for article in articles if dice.random() < 0.8]
        count = POSTS_PER_ARTICLE * len(articles)
        others = dice.choices(articles, cum_weights=weights, k=count - len(first))
        for article in sorted([*first, *others], key=lambda article: article.number):
            number += 1
            yield self._post(dice, number, article)

    def _post(self, dice: random.Random, number: int, article: LibraryArticle) -> LibraryPost:
        author = 1 + int(min(_AUTHORS, self.size // 4 + 10) * dice.random() ** 3)
        chance = dice.random()
        linked = 0 if chance < _NOTES else article.number
        if chance > 1 - _OLDER:
            linked = 1 + int(article.number * dice.random() ** 2)
        spelling = dice.choices(_SPELLINGS, _SPELLING_SHARES)[0]
        link = spelling.format(self.url(linked)) if linked else ""
        phrase = dice.choice(article.phrases) if article.phrases else ""
        words = self.vocabulary.sentence(dice, dice.randint(20, 60), (), phrase)
        hashtags = ("DistributedSystems", *(_hashtag(slug) for slug in article.topics[:1]))
        tags = " ".join(f"#{tag}" for tag in hashtags)
        late = timedelta(days=dice.expovariate(0.1))
        return LibraryPost(
            number,
            _network(author),
            author,
            min(article.seen + late, NOW),
            " ".join(part for part in (words, link, tags) if part),
            hashtags,
            linked,
            link,
            article.title if linked == article.number and number % 12 == 0 else "",
        )


def _host(number: int) -> str:
    """Return the host of an article: the largest has 3 % of all, most have few."""
    return f"blog{int(_HOSTS * (number * _GOLDEN % 1) ** 3)}.example"


def _network(author: int) -> str:
    """Return the network of an author."""
    return random.Random(author).choices(_NETWORKS, _NETWORK_SHARES)[0]


def _surname(words: Vocabulary, number: int) -> str:
    return words.words[1_500 + number * 104_729 % 5_000].title()


def _hashtag(slug: str) -> str:
    return "".join(part.title() for part in slug.split("-"))
