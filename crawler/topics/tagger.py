"""The tagger: an item in, its topics out, ranked, each with all the evidence for it and none without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crawler.model import Confidence, Evidence, Item, Topic, TopicScore
from crawler.topics.learned import FILE_NAME, Learned, read_learned
from crawler.topics.phrases import HASHTAG, LEARNED, POST, STRONG
from crawler.topics.reading import Reader, is_long
from crawler.topics.taxonomy import Taxonomy, read_taxonomy
from crawler.topics.weighing import Scales, Weighed, weigh_long
from crawler.versions import version_of

VERSION = 1
"""Raise it when this package gives other topics, scores or evidence for the same phrases."""

MOST_TOPICS_OF_ARTICLE = 5
MOST_TOPICS_OF_POST = 8  # a post that lists its subjects names more of them than an article is about
MOST_EVIDENCE = 6
_CERTAIN, _LIKELY, _WEAK = 1.5, 1.0, 0.6
_LEAST_SHOWN, _LEAST_LEARNED = 0.01, 0.2  # learned phrases that weigh less move the score, and explain nothing to a reader


class Tagger:
    """Decides topics by weighed phrases. `version` changes with the taxonomy and with the learned table."""

    name = "phrases"

    def __init__(self, taxonomy: Taxonomy, learned: Learned) -> None:
        self.taxonomy = taxonomy
        self._learned = learned
        self.version = "+".join(filter(None, (taxonomy.version, learned.version)))
        self._reader = Reader(taxonomy, learned)
        self._scales = Scales(learned)
        self._areas = frozenset(topic.broader for topic in taxonomy.topics.values())

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process makes its own from the same phrases: an automaton does not travel."""
        return _made_from, (dict(self.taxonomy.topics), self.taxonomy.version, self._learned)

    @classmethod
    def load(cls, folder: Path) -> Tagger:
        """The tagger of a folder of topic files, with its learned table if there is one. Raises ConfigurationError."""
        return cls(read_taxonomy(folder), read_learned(folder / FILE_NAME))

    def tag(self, item: Item) -> tuple[TopicScore, ...]:
        """The topics of an item, the surest first; an area (a topic with topics of its own) after the topics that say more."""
        long = is_long(item)
        weighed = weigh_long(*self._reader.long(item)) if long else self._scales.short(self._reader.short(item), bool(item.title))
        scored = self._without_areas_of([score for topic, each in weighed.items() if (score := _score(topic, each))])
        scored.sort(key=lambda score: (score.confidence == "weak", score.topic in self._areas, -score.score, score.topic))
        return tuple(scored[: MOST_TOPICS_OF_ARTICLE if long or item.post else MOST_TOPICS_OF_POST])

    def _without_areas_of(self, scored: list[TopicScore]) -> list[TopicScore]:
        """An area says nothing more beside a topic of its own, unless the author named it in a hashtag."""
        told = {self.taxonomy.topics[score.topic].broader for score in scored if score.confidence != "weak"}
        return [score for score in scored if score.topic not in told or any(each.field == "hashtags" for each in score.evidence)]


def version(tagger: Tagger) -> str:
    """The version of the topics: of this code, the taxonomy and the learned table."""
    return version_of(VERSION, tagger.version)


def _made_from(topics: dict[str, Topic], version: str, learned: Learned) -> Tagger:
    return Tagger(Taxonomy(topics, version), learned)


def _score(topic: str, signs: Weighed) -> TopicScore | None:
    """The topic with its evidence, if there is enough: learned phrases only add to an alias or a hashtag, and a weak alias needs a second sign."""
    score = _sum(signs)
    if score < _WEAK:
        return None
    rules = {sign.rule for sign, _ in signs}
    if rules == {LEARNED} or (score < _LIKELY and rules.isdisjoint((STRONG, HASHTAG))):
        return None
    evidence = _evidence(signs)
    own = _sum([pair for pair in signs if pair[0].field != POST])
    return TopicScore(topic, score, _confidence(score, own), evidence) if evidence else None


def _sum(signs: Weighed) -> float:
    return round(sum([weight for _, weight in signs]), 2)


def _evidence(signs: Weighed) -> tuple[Evidence, ...]:
    """The signs that a reader is shown, the weightiest first, one for each quoted place."""
    told = ((sign, weight) for sign, weight in signs if weight >= (_LEAST_LEARNED if sign.rule == LEARNED else _LEAST_SHOWN))
    first = sorted(told, key=lambda pair: (-pair[1], pair[0].field, pair[0].start, -len(pair[0].quote)))
    places: dict[tuple[str, int, str], Evidence] = {}
    for sign, weight in first:
        places.setdefault((sign.field, sign.start, sign.quote), Evidence(sign.field, sign.quote, sign.start, sign.rule, round(weight, 2)))
    return tuple(places.values())[:MOST_EVIDENCE]


def _confidence(score: float, own: float) -> Confidence:
    """What a post says of an article makes nothing certain: that takes words of its own."""
    return "certain" if own >= _CERTAIN else "likely" if score >= _LIKELY else "weak"
