"""The phrases of a taxonomy, and the matches that they have in a text, before they are weighed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import TypeVar

from msgspec import Struct

from crawler.models.topics import Topic
from crawler.topics.phrase_matcher import PADDING, Hit, Occurrences, PhraseMatcher, phrase_key

STRONG, CONTEXTUAL, WEAK, NOT_THIS = "strong", "contextual", "weak", "not_this"
HASHTAG, LEARNED, COMBINATION = "hashtag", "learned", "combination"
SURE = frozenset({STRONG, CONTEXTUAL})
"""The rules of phrases that name their topic."""

HASHTAGS = "hashtags"
POST = "post"  # the field of the text of a post that shares the article

_T = TypeVar("_T")
Spans = list[tuple[int, int]]
_MOST_COUNTED = 8  # topics of a long text that are quoted: more than it can be about
_FEW_CHARACTERS = 3_000  # up to this length every topic is quoted
_RANK = {WEAK: 0, CONTEXTUAL: 1, STRONG: 2}


class PhraseMatch(Struct, frozen=True, gc=False):
    """A phrase that matches a topic, quoted as written, from `start` in `field`.

    `rule` is the kind of phrase. `times` is how often it occurs in a text, occurrences inside
    a longer phrase of the same topic left out. `weight` is the weight of a learned phrase.
    `context` names what gives a contextual phrase its technical sense.
    """

    topic: str
    field: str
    rule: str
    phrase: str
    quote: str
    start: int
    times: int = 1
    weight: float = 0.0
    context: str = ""


class PhraseIndex:
    """The phrases of some topics."""

    def __init__(self, topics: Iterable[Topic]) -> None:
        rules = _rules_by_phrase(topics)
        self._written = tuple(rules)
        self._meanings = _shared(tuple(rules[phrase].items()) for phrase in rules)
        self._places = _shared(
            tuple((topic, rule) for topic, rule in meaning if rule != NOT_THIS)
            for meaning in self._meanings
        )
        self._sure = _shared(
            tuple(topic for topic, rule in places if rule != WEAK) for places in self._places
        )
        self._topics_of = _shared(
            frozenset(topic for topic, _ in places) for places in self._places
        )
        self._barring = {
            n: frozenset(topic for topic, rule in meaning if rule == NOT_THIS)
            for n, meaning in enumerate(self._meanings)
            if NOT_THIS in dict(meaning).values()
        }
        self._matcher = PhraseMatcher(self._written)
        self._shorter = _shorter_phrases(self._written, self._meanings)
        self._concerned = _shared(
            topics.union(topic for _, topic in shorter)
            for topics, shorter in zip(self._topics_of, self._shorter, strict=True)
        )

    @property
    def meanings(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Each phrase with its topics and the rule by which it belongs to each."""
        return dict(zip(self._written, self._meanings, strict=True))

    def matches(self, text: str, field: str) -> list[PhraseMatch]:
        """Return the matches in the `text` of a short `field`, one for each phrase and topic.

        A phrase inside a not-this phrase of its topic gives no match, and neither does one inside
        a longer phrase that has the same meaning or a more certain one.
        """
        hits = self._matcher.find(text)
        placed, barred = self._placed(hits), self._barred(hits)
        ranked = [(start, end, topic, _RANK[rule]) for _, start, end, topic, rule in placed]
        counting = (
            PhraseMatch(topic, field, rule, self._written[phrase], text[start:end], start)
            for phrase, start, end, topic, rule in placed
            if not _inside(start, end, barred.get(topic, ()))
            and not _nested(start, end, topic, _RANK[rule], ranked)
        )
        return list({(match.topic, match.phrase): match for match in counting}.values())

    def barred_matches(self, text: str, field: str) -> list[PhraseMatch]:
        """Return the matches in the `text` of a `field` inside a not-this phrase of their topic.

        That phrase is their `context`.
        """
        hits = self._matcher.find(text)
        barred = self._barred(hits)
        return [
            PhraseMatch(
                topic,
                field,
                NOT_THIS,
                self._written[phrase],
                text[start:end],
                start,
                context=text[first:last],
            )
            for phrase, start, end, topic, _ in self._placed(hits)
            for first, last in barred.get(topic, ())
            if first <= start and end <= last
        ]

    def counted(
        self, text: str, field: str, wanted: Iterable[str] = ()
    ) -> dict[str, list[PhraseMatch]]:
        """Return the matches of a `text` by topic, with the number of occurrences of each phrase.

        In a long text only the topics named most and the `wanted` ones have matches. Each phrase is
        quoted at its first place in the `field`.
        """
        occurrences = self._matcher.occurrences(text)
        self._drop_barred(occurrences)
        phrases, matches = occurrences
        topics = self._subjects(phrases, len(text)).union(wanted)
        elsewhere, concerned = topics.isdisjoint, self._concerned
        numbers = [n for n, phrase in enumerate(phrases) if not elsewhere(concerned[phrase])]
        relevant = [phrases[n] for n in numbers]
        first = dict(zip(reversed(relevant), reversed(numbers), strict=True))
        times = Counter(relevant)
        inner = [*chain.from_iterable(map(self._shorter.__getitem__, relevant))]
        covered: Mapping[tuple[int, str], int] = Counter(inner) if inner else {}

        by_topic: dict[str, list[PhraseMatch]] = {}
        for phrase, count in times.items():
            for topic, rule in self._places[phrase]:
                if topic in topics and (own := count - covered.get((phrase, topic), 0)) > 0:
                    _, start, end = matches[first[phrase]]
                    quote, written = text[start : end - PADDING], self._written[phrase]
                    match = PhraseMatch(topic, field, rule, written, quote, start, own)
                    by_topic.setdefault(topic, []).append(match)
        return by_topic

    def _placed(self, hits: Iterable[Hit]) -> list[tuple[int, int, int, str, str]]:
        """Each hit with each of its topics and the rule by which it belongs to the topic."""
        return [(*hit, topic, rule) for hit in hits for topic, rule in self._places[hit[0]]]

    def _subjects(self, phrases: Sequence[int], length: int) -> set[str]:
        """The topics that are quoted: all of a short text, those named most of a long one."""
        if length <= _FEW_CHARACTERS:
            return set().union(*map(self._topics_of.__getitem__, phrases))
        by_topic = Counter(chain.from_iterable(map(self._sure.__getitem__, phrases)))
        return set(sorted(by_topic, key=by_topic.__getitem__, reverse=True)[:_MOST_COUNTED])

    def _drop_barred(self, occurrences: Occurrences) -> None:
        """Delete the occurrences inside a not-this phrase of one of their topics."""
        phrases, barring = occurrences.phrases, self._barring
        if barring.keys().isdisjoint(phrases):
            return
        occurrences.drop(
            {
                number
                for n, phrase in enumerate(phrases)
                if phrase in barring
                for number in occurrences.inside(n)
                if not barring[phrase].isdisjoint(self._topics_of[phrases[number]])
            }
        )

    def _barred(self, hits: Iterable[Hit]) -> dict[str, Spans]:
        """The spans of the not-this phrases of each topic."""
        barred: dict[str, Spans] = {}
        for phrase, start, end in [hit for hit in hits if hit[0] in self._barring]:
            for topic in self._barring[phrase]:
                barred.setdefault(topic, []).append((start, end))
        return barred


def _shared(values: Iterable[_T]) -> list[_T]:
    """The values as a list in which equal values are one object.

    A text has a hundred phrases spread over thousands. Fewer objects stay in the processor's cache.
    """
    shared: dict[_T, _T] = {}
    return [shared.setdefault(value, value) for value in values]


def _rules_by_phrase(topics: Iterable[Topic]) -> dict[str, dict[str, str]]:
    """Phrase -> topic -> rule. The order depends on the phrases alone, not on other topics."""
    rules: dict[str, dict[str, str]] = {}
    for topic in topics:
        for rule, phrases in _phrases_of(topic):
            for phrase in phrases:
                rules.setdefault(phrase, {})[topic.slug] = rule
    return dict(sorted(rules.items()))


def _phrases_of(topic: Topic) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The phrases of a topic by rule; for a phrase in two lists the later one counts."""
    return (
        (WEAK, topic.weak),
        (CONTEXTUAL, topic.contextual),
        (STRONG, topic.strong),
        (NOT_THIS, topic.not_this),
    )


def _shorter_phrases(
    written: Sequence[str], meanings: Sequence[Sequence[tuple[str, str]]]
) -> list[tuple[tuple[int, str], ...]]:
    """The (shorter phrase, topic) pairs that each phrase counts instead of.

    A longer phrase counts instead of a phrase in it when it belongs to the same topic, or when it
    is more certain. Only the next longer ones are listed: their occurrences include all longer
    ones.
    """
    keys = [phrase_key(phrase) for phrase in written]
    by_key: dict[str, list[int]] = {}
    for index, key in enumerate(keys):
        by_key.setdefault(key, []).append(index)
    parts = [_parts(key) & by_key.keys() for key in keys]
    longer: dict[tuple[int, str], set[int]] = {}
    for index, own_parts in enumerate(parts):
        inner = {part_index for part in own_parts for part_index in by_key[part]}
        for part_index in inner:
            for topic, rule in meanings[part_index]:
                if rule != NOT_THIS and _covers(meanings[index], topic, rule):
                    longer.setdefault((part_index, topic), set()).add(index)
    shorter: dict[int, list[tuple[int, str]]] = {}
    for place, outer in longer.items():
        between = {keys[index] for index in outer} - {keys[place[0]]}
        for index in outer:
            if between.isdisjoint(parts[index]):
                shorter.setdefault(index, []).append(place)
    return [tuple(shorter.get(index, ())) for index in range(len(written))]


def _covers(meaning: Sequence[tuple[str, str]], topic: str, rule: str) -> bool:
    return any(
        owner_rule != NOT_THIS and (owner == topic or _RANK[owner_rule] > _RANK[rule])
        for owner, owner_rule in meaning
    )


def _parts(key: str) -> set[str]:
    """The runs of words of a phrase that are shorter than the phrase."""
    words = key.split()
    length = len(words)
    if length == 1:
        return set()
    return {
        " ".join(words[begin:end])
        for begin in range(length)
        for end in range(begin + 1, length + 1)
        if end - begin < length
    }


def _inside(start: int, end: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(first <= start and end <= last for first, last in spans)


def _nested(
    start: int, end: int, topic: str, rank: int, ranked: Iterable[tuple[int, int, str, int]]
) -> bool:
    """Whether a longer phrase of the same topic, or a more certain one, contains this one."""
    return any(
        first <= start
        and end <= last
        and last - first > end - start
        and (topic == owner or owner_rank > rank)
        for first, last, owner, owner_rank in ranked
    )
