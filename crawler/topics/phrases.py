"""The phrases of a taxonomy, and the signs that they leave in a text, before anybody weighs them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import NamedTuple

from msgspec import Struct

from crawler.model import Topic
from crawler.topics.matcher import Hits, Matcher

STRONG, WEAK, NOT_THIS, HASHTAG, LEARNED = "strong", "weak", "not_this", "hashtag", "learned"
POST = "post"  # the field of what a post says of the article that it shares

Spans = list[tuple[int, int]]
_MOST_COUNTED = 8  # topics of a long text whose words are quoted: more than it can be about


class Sign(Struct, frozen=True, gc=False):
    """A phrase that speaks for a topic: quoted as written, from `start` in `field`; `rule` says what kind of phrase it is.

    `times` is how often a strong phrase occurs in a long text, `weight` what a learned phrase was found to weigh.
    """

    topic: str
    field: str
    rule: str
    phrase: str
    quote: str
    start: int
    times: int = 1
    weight: float = 0.0


class Counted(NamedTuple):
    """The signs in a long text by topic, and how often the strong phrases of each topic occur in it, quoted or not."""

    signs: Mapping[str, list[Sign]]
    times: Mapping[str, int]


class Phrases:
    """The aliases and not-this phrases of some topics; with `weak=False` only those that stand alone."""

    def __init__(self, topics: Iterable[Topic], weak: bool = True) -> None:
        meanings: dict[str, dict[str, str]] = {}
        for topic in topics:
            for rule, phrases in ((WEAK, topic.weak if weak else ()), (STRONG, topic.strong), (NOT_THIS, topic.not_this)):
                for phrase in phrases:
                    meanings.setdefault(phrase, {})[topic.slug] = rule
        self._written = tuple(meanings)
        self._meanings = [tuple(meaning.items()) for meaning in meanings.values()]
        self._strong = [tuple(topic for topic, rule in meaning.items() if rule == STRONG) for meaning in meanings.values()]
        self._barring = frozenset(index for index, meaning in enumerate(self._meanings) if any(rule == NOT_THIS for _, rule in meaning))
        self._matcher = Matcher(self._written)

    def signs(self, text: str, field: str) -> list[Sign]:
        """The signs in a short field, once each: none inside a not-this phrase of its topic, or inside a longer phrase that says it better."""
        hits = self._matcher.find(text)
        barred = self._barred(hits)
        told = [(start, end, topic, rule) for index, start, end in hits for topic, rule in self._meanings[index] if rule != NOT_THIS]
        found = (
            Sign(topic, field, rule, self._written[index], text[start:end], start)
            for index, start, end in hits
            for topic, rule in self._meanings[index]
            if rule != NOT_THIS and not _inside(start, end, barred.get(topic, ())) and not _said_better(start, end, topic, rule, told)
        )
        return list({(sign.topic, sign.phrase): sign for sign in found}.values())

    def counted(self, text: str, field: str, wanted: Iterable[str] = ()) -> Counted:
        """How often strong phrases occur in a long text; with signs, each phrase at its first place, only of the topics named most and of those wanted."""
        hits = self._unbarred(self._matcher.find(text))
        times, by_topic = Counter(hits.phrases), Counter(chain.from_iterable(map(self._strong.__getitem__, hits.phrases)))
        told = set(sorted(by_topic, key=by_topic.__getitem__, reverse=True)[:_MOST_COUNTED]).union(wanted)
        first = hits.first()
        signs: dict[str, list[Sign]] = {topic: [] for topic in told if topic in by_topic}
        for index in [index for index in times if not told.isdisjoint(self._strong[index])]:
            start, end = hits.span(first[index])
            for topic in self._strong[index]:
                if topic in told:
                    signs[topic].append(Sign(topic, field, STRONG, self._written[index], text[start:end], start, times[index]))
        return Counted(signs, by_topic)

    def _unbarred(self, hits: Hits) -> Hits:
        barred = self._barred(hits)
        if not barred:
            return hits
        free = frozenset(barred).isdisjoint
        suspects = [(n, topics) for n, index in enumerate(hits.phrases) if not free(topics := self._strong[index])]
        return hits.without({n for n, topics in suspects if any(_inside(*hits.span(n), barred.get(topic, ())) for topic in topics)})

    def _barred(self, hits: Hits) -> dict[str, Spans]:
        barred: dict[str, Spans] = {}
        for n, index in enumerate(hits.phrases):
            if index in self._barring:
                for topic, rule in self._meanings[index]:
                    if rule == NOT_THIS:
                        barred.setdefault(topic, []).append(hits.span(n))
        return barred


def _inside(start: int, end: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(first <= start and end <= last for first, last in spans)


def _said_better(start: int, end: int, topic: str, rule: str, told: Iterable[tuple[int, int, str, str]]) -> bool:
    """Whether a longer phrase holds this one: a strong one of any topic when this one is weak, else one of its topic and rule."""
    return any(
        first <= start and end <= last and last - first > end - start and ((topic == other and rule == kind) or (rule, kind) == (WEAK, STRONG))
        for first, last, other, kind in told
    )
