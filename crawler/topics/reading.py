"""Reading an item for signs: which field is read for which phrases."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from crawler.model import Item, Topic
from crawler.text import fold, prose
from crawler.topics.learned import Learned, LearnedPhrase
from crawler.topics.matcher import Matcher, phrase_key
from crawler.topics.phrases import HASHTAG, LEARNED, POST, Counted, Phrases, Sign
from crawler.topics.taxonomy import Taxonomy

LONG_TEXT = 1500
"""Characters from which a text is an article, in which a mention alone means nothing, and no longer a post or a description."""

_QUERY = re.compile(r"[?#].*", re.DOTALL)


def is_long(item: Item) -> bool:
    """Whether the text is an article's."""
    return len(item.text) >= LONG_TEXT


class Reader:
    """Finds the signs of every topic in an item."""

    def __init__(self, taxonomy: Taxonomy, learned: Learned) -> None:
        topics = taxonomy.topics.values()
        self._phrases, self._strong = Phrases(topics), Phrases(topics, weak=False)
        self._hashtags = hashtag_table(topics)
        self._learned = {field: LearnedPhrases(p for p in learned.phrases if p.field == field) for field in ("title", "url")}

    def long(self, item: Item) -> tuple[list[Sign], Counted]:
        """What speaks for topics in an article: the signs in title, headings and hashtags, and those counted in its text."""
        signs = self._marked(item)
        return signs, self._strong.counted(item.text, "text", {sign.topic for sign in signs})

    def short(self, item: Item) -> list[Sign]:
        """Every sign in title, hashtags, text and address of a post or a description, and the learned ones.

        An item without any text is read through the post that shares it: its opening, but no hashtag, for those are easily stuffed.
        """
        signs = self._marked(item)
        known = {(sign.topic, sign.phrase) for sign in signs}
        signs += self._phrases.signs(item.text, "text") if item.text else self._phrases.signs(prose(item.post[:LONG_TEXT]), POST)
        signs += self._learned["title"].signs(item.title, "title", 0)
        return signs + self._of_address(item.url, known) if item.url else signs

    def _marked(self, item: Item) -> list[Sign]:
        headings = self._strong.signs("\n".join(item.headings), "headings") if item.headings else ()
        return [*self._phrases.signs(item.title, "title"), *hashtag_signs(item.hashtags, self._hashtags), *headings]

    def _of_address(self, url: str, known: set[tuple[str, str]]) -> list[Sign]:
        at, address = address_words(url)
        found = (replace(sign, start=sign.start + at) for sign in self._phrases.signs(address, "url"))
        return [sign for sign in found if (sign.topic, sign.phrase) not in known] + self._learned["url"].signs(address, "url", at)


class LearnedPhrases:
    """The learned phrases of one field."""

    def __init__(self, phrases: Iterable[LearnedPhrase]) -> None:
        self._meanings: dict[str, list[tuple[str, float]]] = {}
        for topic, _, phrase, weight in phrases:
            self._meanings.setdefault(phrase, []).append((topic, weight))
        self._written = tuple(self._meanings)
        self._matcher = Matcher(self._written, plurals=False)

    def signs(self, text: str, field: str, at: int) -> list[Sign]:
        """The signs in a text that begins `at` characters into its field, once each."""
        places = {self._written[index]: (start, end) for index, start, end in reversed([*self._matcher.find(text)])}
        return [
            Sign(topic, field, LEARNED, phrase, text[start:end], at + start, 1, weight)
            for phrase, (start, end) in places.items()
            for topic, weight in self._meanings[phrase]
        ]


def address_words(url: str) -> tuple[int, str]:
    """The part of an address that says something, host and path, and where it begins."""
    begin = url.find("://") + 3 if "://" in url else 0
    return begin, _QUERY.sub("", url[begin:])


def hashtag_table(topics: Iterable[Topic]) -> dict[str, tuple[str, ...]]:
    """Folded hashtag -> topics: those a topic lists, and its strong phrases written as one word (`#RateLimiting`)."""
    table: dict[str, list[str]] = {}
    for topic in topics:
        spelled = {phrase_key(phrase).replace(" ", "") for phrase in topic.strong}
        for tag in sorted({fold(tag) for tag in topic.hashtags} | spelled):
            table.setdefault(tag, []).append(topic.slug)
    return {tag: tuple(slugs) for tag, slugs in table.items()}


def hashtag_signs(hashtags: Sequence[str], table: Mapping[str, Sequence[str]]) -> Iterator[Sign]:
    """A sign for every hashtag that the table knows; `start` is its place in all of them joined as `#One #Two`."""
    start = 1
    for tag in hashtags:
        for topic in table.get(fold(tag), ()):
            yield Sign(topic, "hashtags", HASHTAG, tag, tag, start)
        start += len(tag) + 2
