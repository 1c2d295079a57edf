"""The tagger: an item in, its topics out, ranked, each with all the evidence for it and none without."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from crawler.model import Confidence, Evidence, Item, TopicScore
from crawler.topics.evidence import quoted_texts, shown_evidence
from crawler.topics.learned import FILE_NAME, Learned, read_learned
from crawler.topics.phrases import CONTEXTUAL, HASHTAG, LEARNED, POST, STRONG
from crawler.topics.reading import Reader
from crawler.topics.taxonomy import Taxonomy, read_taxonomy
from crawler.topics.weighing import Scales, Weighed
from crawler.versions import version_of

VERSION = 4
"""Raise it when this package gives other topics, scores or evidence for the same phrases."""

MOST_TOPICS_OF_ARTICLE = 5
MOST_TOPICS_OF_POST = 9  # a post that lists its subjects names more of them than an article is about
MOST_TOPICS_OF_HASHTAGS = 2
FOLLOWED = ("DistributedSystems",)
"""Hashtags that every collected post has, so that they are evidence of nothing."""

_CERTAIN, _LIKELY, _MAIN, _WEAK = 1.5, 1.0, 0.8, 0.6


class Tagger:
    """Decides topics by weighed phrases. `version` changes with the taxonomy and with the learned table."""

    name = "phrases"

    def __init__(
        self, taxonomy: Taxonomy, learned: Learned, followed: Iterable[str] = FOLLOWED
    ) -> None:
        self.taxonomy = taxonomy
        self._followed = frozenset(followed)
        self._learned = learned
        self.version = "+".join(filter(None, (taxonomy.version, learned.version)))
        self._reader = Reader(taxonomy, learned, self._followed)
        self._scales = Scales(learned)
        self._areas = frozenset(topic.broader for topic in taxonomy.topics.values())

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process makes its own from the same phrases: an automaton does not travel."""
        taxonomy = self.taxonomy
        rest = (taxonomy.version, taxonomy.field_words, dict(taxonomy.needs))
        topics = dict(taxonomy.topics)
        return _made_from, (
            (topics, *rest, taxonomy.technical_hosts), self._learned, self._followed
        )

    @classmethod
    def load(cls, folder: Path) -> Tagger:
        """The tagger of a folder of topic files, with its learned table if there is one. Raises ConfigurationError."""
        return cls(read_taxonomy(folder), read_learned(folder / FILE_NAME))

    def tag(self, item: Item) -> tuple[TopicScore, ...]:
        """The topics of an item, the surest first; an area (a topic with topics of its own) after the topics that say more."""
        signs = self._reader.read(item)
        weighed = self._scales.weigh(signs, bool(item.title))
        texts = quoted_texts(item)
        scores = [
            score for topic, each in weighed.items() if (score := _score(topic, each, texts))
        ]
        main = _main_topic(scores)
        if main is not None and self._reader.is_technical(item):
            scores = [replace(s, confidence="likely") if s is main else s for s in scores]
        scored = self._few_of_hashtags(self._without_areas_of(scores))
        scored.sort(key=self._order)
        most = MOST_TOPICS_OF_ARTICLE if item.title or item.post else MOST_TOPICS_OF_POST
        return tuple(scored[:most])

    def _order(self, score: TopicScore) -> tuple[Any, ...]:
        """Topics found in the text come before those of hashtags, areas after their topics."""
        weak = score.confidence == "weak"
        content = _content(score)
        first = min((each.start for each in content), default=0)
        hashtags = sum(e.weight for e in score.evidence if e.field == "hashtags")
        weight = score.score - hashtags / 2
        area = score.topic in self._areas
        return weak, not content, area, -round(weight, 2), first, score.topic

    def _few_of_hashtags(self, scores: list[TopicScore]) -> list[TopicScore]:
        """Hashtags alone give at most two topics: those named first, areas last."""
        alone = [score for score in scores if score.confidence != "weak" and not _content(score)]
        alone.sort(key=lambda score: (score.topic in self._areas, score.evidence[0].start))
        dropped = {score.topic for score in alone[MOST_TOPICS_OF_HASHTAGS:]}
        return [score for score in scores if score.topic not in dropped]

    def _without_areas_of(self, scored: list[TopicScore]) -> list[TopicScore]:
        """An area is left out beside a topic of its own unless the author named it in a hashtag."""
        named = (score.topic for score in scored if score.confidence != "weak")
        areas = {self.taxonomy.topics[topic].broader for topic in named}
        return [s for s in scored if s.topic not in areas or _has_hashtag(s)]


def version(tagger: Tagger) -> str:
    """The version of the topics: of this code, the taxonomy and the learned table."""
    return version_of(VERSION, tagger.version)


def _made_from(
    taxonomy: tuple[Any, ...], learned: Learned, followed: frozenset[str]
) -> Tagger:
    return Tagger(Taxonomy(*taxonomy), learned, followed)


def _content(score: TopicScore) -> list[Evidence]:
    """The evidence of a topic that is not a hashtag."""
    return [each for each in score.evidence if each.field != "hashtags"]


def _has_hashtag(score: TopicScore) -> bool:
    return any(each.field == "hashtags" for each in score.evidence)


def _main_topic(scores: list[TopicScore]) -> TopicScore | None:
    """The best topic of an article in which no topic is likely, if it comes close."""
    best = max(scores, key=lambda score: (score.score, score.topic), default=None)
    if best is None or best.score < _MAIN or any(s.confidence != "weak" for s in scores):
        return None
    return best


def _score(topic: str, signs: Weighed, texts: Mapping[str, str]) -> TopicScore | None:
    """The topic with its evidence, if there is enough: learned phrases only add to an alias or a hashtag, and a weak alias needs a second sign."""
    score = _sum(signs)
    if score < _WEAK:
        return None
    rules = {sign.rule for sign, _ in signs}
    if rules == {LEARNED} or (score < _LIKELY and rules.isdisjoint((STRONG, CONTEXTUAL, HASHTAG))):
        return None
    evidence = shown_evidence(signs, texts)
    own = _sum([pair for pair in signs if pair[0].field != POST])
    if rules == {HASHTAG}:
        own = min(own, _LIKELY)
    return TopicScore(topic, score, _confidence(score, own), evidence) if evidence else None


def _sum(signs: Weighed) -> float:
    return round(sum([weight for _, weight in signs]), 2)


def _confidence(score: float, own: float) -> Confidence:
    """Neither a post about an article nor hashtags alone make a topic certain."""
    return "certain" if own >= _CERTAIN else "likely" if score >= _LIKELY else "weak"
