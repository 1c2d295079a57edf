"""Reading an item for signs: which field is searched for which phrases."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from crawler.models.topics import Item, Topic
from crawler.text_cleaning import fold
from crawler.text_patterns import blank_urls_and_hashtags, blank_urls_except_slugs
from crawler.topics.domain_gate import Domain
from crawler.topics.learned_weights import Learned, LearnedPhrase
from crawler.topics.multilingual_phrases import with_terms
from crawler.topics.phrase_matcher import Matcher, hashtag_key, phrase_key
from crawler.topics.taxonomy import Taxonomy
from crawler.topics.taxonomy_phrases import HASHTAG, LEARNED, POST, Phrases, Sign

MOST_OF_POST = 3_000
"""Characters of the posts that are evidence for the article they share."""

_QUERY = re.compile(r"[?#].*", re.DOTALL)


class Signs(NamedTuple):
    """The signs of an item: those of its short fields, and those counted in its text.

    `length` is the length of the text in characters.
    """

    marked: list[Sign]
    counted: Mapping[str, Sequence[Sign]]
    length: int


class Reader:
    """Finds the signs of every topic in an item."""

    def __init__(self, taxonomy: Taxonomy, learned: Learned, followed: Iterable[str] = ()) -> None:
        topics = with_terms(taxonomy.topics.values(), taxonomy.terms)
        self._phrases = Phrases(topics)
        self._domain = Domain(taxonomy.field_words, _as_written(taxonomy), taxonomy.technical_hosts)
        self._hashtags = hashtag_table(topics)
        for tag in followed:
            self._hashtags.pop(fold(tag), None)
        self._learned = {
            field: LearnedPhrases(p for p in learned.phrases if p.field == field)
            for field in ("title", "url")
        }

    def read(self, item: Item) -> Signs:
        """Every sign of an item, those of the posts that share it included.

        Hashtags of such a post do not count, since those are easily stuffed. A repeated title of
        the article does not count either: it is no second opinion.
        """
        marked = self._marked(item)
        text = blank_urls_except_slugs(item.text)
        counted = self._phrases.counted(text, "text", {sign.topic for sign in marked})
        if item.post:
            marked += self._phrases.signs(_own_words(item), POST)
        return self._domain.judged(Signs(marked, counted, len(text)), item, text)

    @property
    def meanings(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Each phrase with its topics and the rule by which it belongs to each."""
        return self._phrases.meanings

    @property
    def hashtags(self) -> Mapping[str, Sequence[str]]:
        """Each folded hashtag that is evidence, with its topics."""
        return self._hashtags

    def barred(self, item: Item) -> list[Sign]:
        """The phrases that do not count because a not-this phrase, the `context`, contains them."""
        fields = {
            "title": item.title,
            "headings": "\n".join(item.headings),
            "text": blank_urls_except_slugs(item.text),
        }
        return [
            sign
            for field, text in fields.items()
            for sign in self._phrases.barred_signs(text, field)
        ]

    def required_context(self, sign: Sign) -> frozenset[str]:
        """The words of which an ambiguous phrase needs one; none if any field word is enough."""
        return self._domain.needed_by(sign) or frozenset()

    def is_technical(self, item: Item) -> bool:
        """Whether an item is an article with many words of software engineering."""
        return self._domain.is_technical(item.text)

    def titled(self, item: Item) -> list[Sign]:
        """The signs of a title and a URL alone, without learned ones; for learning."""
        marked = self._phrases.signs(item.title, "title") + self._of_url(item, set())
        signs = Signs(marked, {}, 0)
        return self._domain.judged(signs, item, "").marked

    def _marked(self, item: Item) -> list[Sign]:
        signs = self._phrases.signs(item.title, "title")
        signs += hashtag_signs(item.hashtags, self._hashtags)
        if item.headings:
            signs += self._phrases.signs("\n".join(item.headings), "headings")
        known = {(sign.topic, sign.phrase) for sign in signs}
        signs += self._learned["title"].signs(item.title, "title", 0)
        if item.url:
            signs += self._of_url(item, known)
            at, address = address_words(item.url)
            signs += self._learned["url"].signs(address, "url", at)
        return signs

    def _of_url(self, item: Item, known: set[tuple[str, str]]) -> list[Sign]:
        at, address = address_words(item.url)
        found = self._phrases.signs(address, "url")
        return [
            replace(sign, start=sign.start + at)
            for sign in found
            if (sign.topic, sign.phrase) not in known
        ]


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
        hits = reversed([*self._matcher.find(text)])
        places = {self._written[index]: (start, end) for index, start, end in hits}
        return [
            Sign(topic, field, LEARNED, phrase, text[start:end], at + start, 1, weight)
            for phrase, (start, end) in places.items()
            for topic, weight in self._meanings[phrase]
        ]


def searched_texts(item: Item) -> tuple[str, ...]:
    """Return the texts of an `item` in which phrases are searched for."""
    return (
        item.title,
        "\n".join(item.headings),
        blank_urls_except_slugs(item.text),
        _own_words(item) if item.post else "",
        address_words(item.url)[1],
    )


def _own_words(item: Item) -> str:
    """The prose of the posts that share an article, without the title of the article."""
    said = blank_urls_and_hashtags(item.post[:MOST_OF_POST])
    return said.replace(item.title, " " * len(item.title)) if item.title else said


def _as_written(taxonomy: Taxonomy) -> dict[tuple[str, str], frozenset[str]]:
    """The required context by topic and phrase, as the topic's file spells the phrase."""
    return {
        (topic.slug, phrase): words
        for topic in taxonomy.topics.values()
        for phrase in (*topic.strong, *topic.contextual)
        if (words := taxonomy.needs.get((topic.slug, phrase_key(phrase)))) is not None
    }


def address_words(url: str) -> tuple[int, str]:
    """Host and path of a URL, and the offset of the host in the URL."""
    begin = url.find("://") + 3 if "://" in url else 0
    return begin, _QUERY.sub("", url[begin:])


def hashtag_table(topics: Iterable[Topic]) -> dict[str, tuple[str, ...]]:
    """Folded hashtag -> topics: listed hashtags and strong phrases as one word (`#RateLimiting`)."""
    table: dict[str, list[str]] = {}
    for topic in topics:
        spelled = {hashtag_key(phrase) for phrase in topic.strong}
        for tag in sorted({fold(tag) for tag in topic.hashtags} | spelled):
            table.setdefault(tag, []).append(topic.slug)
    return {tag: tuple(slugs) for tag, slugs in table.items()}


def hashtag_signs(hashtags: Sequence[str], table: Mapping[str, Sequence[str]]) -> Iterator[Sign]:
    """A sign for every known hashtag; `start` is its place in all of them joined as `#One #Two`."""
    start = 1
    for tag in hashtags:
        for topic in table.get(fold(tag), ()):
            yield Sign(topic, "hashtags", HASHTAG, tag, tag, start)
        start += len(tag) + 2
