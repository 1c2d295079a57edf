"""The phrases of a taxonomy, and the matches that they have in a text, before they are weighed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from crawler.models.topics import Topic
from crawler.topics.phrase_matcher import PADDING, Occurrences, PhraseMatcher, phrase_key

STRONG, CONTEXTUAL, WEAK, NOT_THIS = "strong", "contextual", "weak", "not_this"
HASHTAG, LEARNED, COMBINATION = "hashtag", "learned", "combination"
SURE = frozenset({STRONG, CONTEXTUAL})
"""The rules of phrases that name their topic."""

NAMING = SURE | {HASHTAG}
"""The rules of phrases and hashtags that name their topic."""

HASHTAGS = "hashtags"
POST = "post"  # the field of the text of a post that shares the article

_From = TypeVar("_From")
_To = TypeVar("_To")
_Place = tuple[int, str]  # the number of an occurrence, and a topic of its phrase
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


class ItemMatches(NamedTuple):
    """The matches of an item: those of its short fields, and those counted in its text.

    `length` is the length of the text in characters. `sentences` are the ends of the sentences of
    a short post that has matches of several topics, otherwise they are empty. `linked` are the
    topics that the slugs of its URLs name.
    """

    marked: list[PhraseMatch]
    counted: Mapping[str, Sequence[PhraseMatch]]
    length: int
    sentences: tuple[int, ...] = ()
    linked: frozenset[str] = frozenset()

    def without_learned_alone(self) -> ItemMatches:
        """Return the matches of the topics that have another match than learned phrases."""
        topics = {
            match.topic for match in self.marked if match.rule != LEARNED
        } | self.counted.keys()
        return self._replace(marked=[match for match in self.marked if match.topic in topics])


class PhraseIndex:
    """The phrases of some topics."""

    def __init__(self, topics: Iterable[Topic]) -> None:
        rules = _rules_by_phrase(topics)
        self._written = tuple(rules)
        self._meanings = [tuple(rules[phrase].items()) for phrase in rules]
        self._places = _derived(
            self._meanings,
            lambda meaning: tuple((topic, rule) for topic, rule in meaning if rule != NOT_THIS),
        )
        self._sure = _derived(
            self._places, lambda places: tuple(topic for topic, rule in places if rule != WEAK)
        )
        self._topics_of = _derived(
            self._places, lambda places: frozenset(topic for topic, _ in places)
        )
        self._barring = {
            n: frozenset(topic for topic, rule in meaning if rule == NOT_THIS)
            for n, meaning in enumerate(self._meanings)
            if len(meaning) > len(self._places[n])
        }
        self._long = frozenset(
            n
            for n, phrase in enumerate(self._written)
            if self._places[n] and " " in phrase_key(phrase)
        )
        numbers = {phrase: n for n, phrase in enumerate(self._written)}
        self._lowercase = {
            n: numbers[phrase.lower()]
            for phrase, n in numbers.items()
            if phrase.lower() != phrase and phrase.lower() in numbers
        }
        # The matches and the excluded ones of a text come from the same occurrences.
        self._occurrences = lru_cache(4)(PhraseMatcher(self._written).occurrences)
        self._replaced = lru_cache(1 << 15)(self._topics_replaced)

    @property
    def meanings(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Each phrase with its topics and the rule by which it belongs to each."""
        return dict(zip(self._written, self._meanings, strict=True))

    def matches(self, text: str, field: str) -> list[PhraseMatch]:
        """Return the matches in the `text` of a short `field`, one for each phrase and topic.

        Each phrase is quoted at its first place that counts.
        """
        occurrences = self._occurrences(text)
        uncounted = self._uncounted(occurrences, self._barred(occurrences))
        first: dict[tuple[int, str], PhraseMatch] = {}
        for n, phrase in enumerate(occurrences.phrases):
            for topic, rule in self._places[phrase]:
                if (phrase, topic) not in first and (n, topic) not in uncounted:
                    start, end = occurrences.span(n)
                    written, quote = self._written[phrase], text[start:end]
                    match = PhraseMatch(topic, field, rule, written, quote, start)
                    first[phrase, topic] = match
        return list(first.values())

    def excluded_matches(self, text: str, field: str) -> list[PhraseMatch]:
        """Return the matches in the `text` of a `field` inside a not-this phrase of their topic.

        That phrase is their `context`.
        """
        occurrences = self._occurrences(text)
        excluded = []
        for (n, topic), outer in sorted(self._barred(occurrences).items()):
            phrase = occurrences.phrases[n]
            if topic in self._topics_of[phrase]:
                (start, end), (first, last) = occurrences.span(n), occurrences.span(outer)
                written, context = self._written[phrase], text[first:last]
                match = PhraseMatch(topic, field, NOT_THIS, written, text[start:end], start)
                excluded.append(replace(match, context=context))
        return excluded

    def counted(
        self, text: str, field: str, wanted: Iterable[str] = ()
    ) -> dict[str, list[PhraseMatch]]:
        """Return the matches of a `text` by topic, with the number of occurrences of each phrase.

        In a long text only the topics named most and the `wanted` ones have matches. Each phrase is
        quoted at the first place in the `field` where it counts.
        """
        occurrences = self._occurrences(text)
        phrases, matches = occurrences
        excluded = self._barred(occurrences)
        topics = self._subjects(phrases, excluded, len(text)).union(wanted)
        uncounted = self._uncounted(occurrences, excluded)
        lost = Counter([(phrases[n], topic) for n, topic in uncounted])
        times = Counter(phrases)
        first = dict(zip(reversed(phrases), range(len(phrases) - 1, -1, -1), strict=True))

        by_topic: dict[str, list[PhraseMatch]] = {}
        for phrase, count in times.items():
            for topic, rule in self._places[phrase]:
                if topic in topics and (own := count - lost.get((phrase, topic), 0)) > 0:
                    n = first[phrase]
                    while (n, topic) in uncounted:
                        n = phrases.index(phrase, n + 1)
                    _, start, end = matches[n]
                    quote, written = text[start : end - PADDING], self._written[phrase]
                    match = PhraseMatch(topic, field, rule, written, quote, start, own)
                    by_topic.setdefault(topic, []).append(match)
        return by_topic

    def _subjects(
        self, phrases: Sequence[int], excluded: Iterable[_Place], length: int
    ) -> set[str]:
        """The topics that are quoted: all of a short text, those named most of a long one."""
        if length <= _FEW_CHARACTERS:
            return set().union(*map(self._topics_of.__getitem__, phrases))
        by_topic = Counter(chain.from_iterable(map(self._sure.__getitem__, phrases)))
        by_topic.subtract(topic for n, topic in excluded if topic in self._sure[phrases[n]])
        by_name = sorted(by_topic)
        return set(sorted(by_name, key=by_topic.__getitem__, reverse=True)[:_MOST_COUNTED])

    def _barred(self, occurrences: Occurrences) -> dict[_Place, int]:
        """The (occurrence, topic) pairs inside a not-this phrase of the topic, with its number."""
        barring = self._barring
        if barring.keys().isdisjoint(occurrences.phrases):
            return {}
        return {
            (inner, topic): n
            for n, phrase in enumerate(occurrences.phrases)
            if phrase in barring
            for inner in occurrences.inside(n)
            for topic in barring[phrase]
        }

    def _uncounted(self, occurrences: Occurrences, excluded: Collection[_Place]) -> set[_Place]:
        """The (occurrence, topic) pairs that do not count.

        They are the `excluded` ones, and those inside a longer phrase that counts instead.
        """
        uncounted = {*excluded, *self._repeated_in_lower_case(occurrences)}
        missing: dict[int, list[str]] = {}
        for n, topic in excluded:
            missing.setdefault(n, []).append(topic)
        phrases, long, replaced = occurrences.phrases, self._long, self._replaced
        for n in [n for n in occurrences.overlapping() if phrases[n] in long]:
            missing_here = frozenset(missing.get(n, ()))
            for inner in occurrences.shorter_inside(n):
                for topic in replaced(phrases[n], phrases[inner], missing_here):
                    uncounted.add((inner, topic))
        return uncounted

    def _repeated_in_lower_case(self, occurrences: Occurrences) -> Iterator[_Place]:
        """The (occurrence, topic) pairs of `slo` at the places of `SLO`, which counts instead."""
        phrases = occurrences.phrases
        for capital in self._lowercase.keys() & set(phrases):
            lower = self._lowercase[capital]
            places = {occurrences.span(n) for n, phrase in enumerate(phrases) if phrase == capital}
            topics = self._topics_of[lower] & self._topics_of[capital]
            for n, phrase in enumerate(phrases):
                if phrase == lower and occurrences.span(n) in places:
                    yield from ((n, topic) for topic in topics)

    def _topics_replaced(
        self, phrase: int, shorter: int, missing: frozenset[str]
    ) -> tuple[str, ...]:
        """The topics of a `shorter` phrase for which a longer `phrase` around it counts instead.

        They are its own topics, and those for which it is more certain. It does not count for the
        `missing` topics.
        """
        ranks = {topic: _RANK[rule] for topic, rule in self._places[phrase] if topic not in missing}
        highest = max(ranks.values(), default=0)
        places = self._places[shorter]
        return tuple(topic for topic, rule in places if topic in ranks or _RANK[rule] < highest)


def _derived(values: Sequence[_From], derive: Callable[[_From], _To]) -> list[_To]:
    """The derived value of each of the values, of which many are equal, as one object if equal.

    A text has a hundred phrases spread over thousands. Fewer objects stay in the processor's cache.
    """
    shared: dict[_To, _To] = {}
    by_value = {value: shared.setdefault(new := derive(value), new) for value in {*values}}
    return [by_value[value] for value in values]


def _rules_by_phrase(topics: Iterable[Topic]) -> dict[str, dict[str, str]]:
    """Phrase -> topic -> rule. The order depends on the phrases alone, not on other topics."""
    rules: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for topic in topics:
        for rule, phrases in _phrases_of(topic):
            for phrase in phrases:
                rules[phrase][topic.slug] = rule
    return {phrase: rules[phrase] for phrase in sorted(rules)}


def _phrases_of(topic: Topic) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The phrases of a topic by rule; for a phrase in two lists the later one counts."""
    return (
        (WEAK, topic.weak),
        (CONTEXTUAL, topic.contextual),
        (STRONG, topic.strong),
        (NOT_THIS, topic.not_this),
    )
