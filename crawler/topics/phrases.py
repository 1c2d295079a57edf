"""The phrases of a taxonomy, and the signs that they leave in a text, before anybody weighs them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from operator import itemgetter
from typing import NamedTuple

from crawler.model import Topic
from crawler.topics.matcher import Hit, Matcher

STRONG, WEAK, NOT_THIS, HASHTAG, LEARNED = "strong", "weak", "not_this", "hashtag", "learned"
POST = "post"  # the field of what a post says of the article that it shares

Spans = list[tuple[int, int]]
_PHRASE = itemgetter(0)
_MOST_COUNTED = 8  # topics of a long text whose words are quoted: more than it can be about


class Sign(NamedTuple):
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
    """The signs in a long text, and how often all strong phrases of all topics occur in it."""

    signs: list[Sign]
    times: int


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
        times = Counter(map(_PHRASE, hits))
        by_topic: dict[str, int] = {}
        for index, count in times.items():
            for topic in self._strong[index]:
                by_topic[topic] = by_topic.get(topic, 0) + count
        told = set(sorted(by_topic, key=by_topic.__getitem__, reverse=True)[:_MOST_COUNTED]).union(wanted)
        first = {index: (start, end) for index, start, end in reversed(hits)}
        signs = [
            Sign(topic, field, STRONG, self._written[index], text[first[index][0] : first[index][1]], first[index][0], count)
            for index, count in times.items()
            for topic in self._strong[index]
            if topic in told
        ]
        return Counted(signs, sum(by_topic.values()))

    def _unbarred(self, hits: list[Hit]) -> list[Hit]:
        if self._barring.isdisjoint(map(_PHRASE, hits)):
            return hits
        barred = self._barred(hits)
        free = barred.keys().isdisjoint  # most hits speak for no topic that is barred anywhere
        return [
            hit for hit in hits
            if free(topics := self._strong[hit[0]]) or not any(_inside(hit[1], hit[2], barred.get(topic, ())) for topic in topics)
        ]

    def _barred(self, hits: Iterable[Hit]) -> dict[str, Spans]:
        barred: dict[str, Spans] = {}
        for index, start, end in hits:
            if index in self._barring:
                for topic, rule in self._meanings[index]:
                    if rule == NOT_THIS:
                        barred.setdefault(topic, []).append((start, end))
        return barred


def _inside(start: int, end: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(first <= start and end <= last for first, last in spans)


def _said_better(start: int, end: int, topic: str, rule: str, told: Iterable[tuple[int, int, str, str]]) -> bool:
    """Whether a longer phrase holds this one: a strong one of any topic when this one is weak, else one of its topic and rule."""
    return any(
        first <= start and end <= last and last - first > end - start and ((topic == other and rule == kind) or (rule, kind) == (WEAK, STRONG))
        for first, last, other, kind in told
    )
