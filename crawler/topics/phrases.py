"""The phrases of a taxonomy, and the signs that they leave in a text, before anybody weighs them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from crawler.model import Topic
from crawler.topics.matcher import Hit, Matcher

STRONG, WEAK, NOT_THIS, HASHTAG, LEARNED = "strong", "weak", "not_this", "hashtag", "learned"

Spans = list[tuple[int, int]]


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
        self._barring = frozenset(index for index, meaning in enumerate(self._meanings) if any(rule == NOT_THIS for _, rule in meaning))
        self._matcher = Matcher(self._written)

    def signs(self, text: str, field: str) -> list[Sign]:
        """The signs in a short field, once each: none inside a not-this phrase of its topic, or inside a longer strong phrase that says it better."""
        hits = self._matcher.find(text)
        barred = self._barred(hits)
        strong = [(start, end, topic) for index, start, end in hits for topic, rule in self._meanings[index] if rule == STRONG]
        found = (
            Sign(topic, field, rule, self._written[index], text[start:end], start)
            for index, start, end in hits
            for topic, rule in self._meanings[index]
            if rule != NOT_THIS and not _inside(start, end, barred.get(topic, ())) and not _said_better(start, end, topic, rule, strong)
        )
        return list({(sign.topic, sign.phrase): sign for sign in found}.values())

    def counted(self, text: str, field: str) -> list[Sign]:
        """The strong signs in a long text: each phrase at its first place, with how often it occurs."""
        hits = self._matcher.find(text)
        if any(index in self._barring for index, _, _ in hits):
            return self._counted_apart(text, field, hits)
        times: dict[int, int] = {}
        for index, _, _ in hits:
            times[index] = times.get(index, 0) + 1
        return [
            Sign(topic, field, STRONG, self._written[index], text[start:end], start, times[index])
            for index, (start, end) in {index: (start, end) for index, start, end in reversed(hits)}.items()
            for topic, rule in self._meanings[index]
            if rule == STRONG
        ]

    def _counted_apart(self, text: str, field: str, hits: Sequence[Hit]) -> list[Sign]:
        barred = self._barred(hits)
        kept: dict[tuple[str, int], Spans] = {}
        for index, start, end in hits:
            for topic, rule in self._meanings[index]:
                if rule == STRONG and not _inside(start, end, barred.get(topic, ())):
                    kept.setdefault((topic, index), []).append((start, end))
        return [
            Sign(topic, field, STRONG, self._written[index], text[spans[0][0] : spans[0][1]], spans[0][0], len(spans))
            for (topic, index), spans in kept.items()
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


def _said_better(start: int, end: int, topic: str, rule: str, strong: Iterable[tuple[int, int, str]]) -> bool:
    """Whether a longer strong phrase holds this one: of the same topic, or of any when this one is weak."""
    return any(first <= start and end <= last and last - first > end - start and (rule == WEAK or topic == other) for first, last, other in strong)
