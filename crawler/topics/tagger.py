"""The tagger: an item in, its topics out, ranked, each with all the evidence for it and none
without.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from crawler.derivation_versions import version_of
from crawler.models.topics import Confidence, Item, TopicScore
from crawler.topics.evidence import is_shown, quoted_texts, shown_evidence
from crawler.topics.item_matches import Reader
from crawler.topics.learned_weights import FILE_NAME, Learned, read_learned
from crawler.topics.scoring import Scales, Weighed
from crawler.topics.taxonomy import Taxonomy, broader_topics, read_taxonomy
from crawler.topics.taxonomy_phrases import CONTEXTUAL, HASHTAG, HASHTAGS, LEARNED, POST, STRONG

VERSION = 6
"""Raise it when this package gives other topics, scores or evidence for the same phrases."""

GENERATED = "generated"
"""The name of the folder of computed files beside the folder of topics."""

MOST_TOPICS_OF_ARTICLE = 5
MOST_TOPICS_OF_POST = (
    9  # a post that lists its subjects names more of them than an article is about
)
MOST_TOPICS_OF_HASHTAGS = 2
FOLLOWED = ("DistributedSystems",)
"""Hashtags that every collected post has, so that they are evidence of nothing."""

CERTAIN, LIKELY, LEAST = 1.5, 1.0, 0.6
"""The weights from which a topic is certain, likely, or given at all."""

_MAIN = 0.8


class Dropped(StrEnum):
    """Why a topic with signs is not given."""

    LITTLE = "its matches weigh too little"
    LEARNED_ALONE = "only learned phrases match, which support other matches"
    WEAK_ALONE = "only weak phrases match, and they weigh less than a likely topic needs"
    MANY_HASHTAGS = "only a hashtag names it, and hashtags give at most two topics"
    AREA = "it is the area of a topic that is given"
    MANY_TOPICS = "other topics have more evidence"


class Scored(NamedTuple):
    """A topic with its score and its weighed signs."""

    topic: str
    score: float
    confidence: Confidence
    signs: Weighed


class Tagger:
    """Decides topics by weighed phrases.

    `version` changes with the taxonomy and with the learned table.
    """

    name = "phrases"

    def __init__(
        self, taxonomy: Taxonomy, learned: Learned, followed: Iterable[str] = FOLLOWED
    ) -> None:
        self.taxonomy = taxonomy
        self.followed = frozenset(followed)
        self._learned = learned
        self.learned_version = learned.version
        self.version = "+".join(filter(None, (taxonomy.version, learned.version)))
        self.reader = Reader(taxonomy, learned, self.followed)
        self._scales = Scales(learned)
        self._area_of = {
            topic: above[-1]
            for topic in taxonomy.topics
            if (above := broader_topics(topic, taxonomy.topics))
        }
        self._areas = frozenset(self._area_of.values())

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process makes its own from the same phrases: an automaton does not travel."""
        taxonomy = self.taxonomy
        rest = (taxonomy.version, taxonomy.field_words, dict(taxonomy.needs))
        topics = dict(taxonomy.topics)
        return _made_from, (
            (topics, *rest, taxonomy.technical_hosts, taxonomy.terms),
            self._learned,
            self.followed,
        )

    @classmethod
    def load(cls, folder: Path, generated: Path | None = None) -> Tagger:
        """Return the tagger of a `folder` of topic files, with the learned weights if there are any.

        The weights are in the folder `generated`; without it, in the one beside `folder`. Raises
        ConfigurationError if a file cannot be used.
        """
        weights = (generated or folder.parent / GENERATED) / FILE_NAME
        return cls(read_taxonomy(folder), read_learned(weights))

    def tag(self, item: Item) -> tuple[TopicScore, ...]:
        """The topics of an item, the most certain first; areas (topics at the top of
        the tree) after the topics that are more specific.
        """
        texts = quoted_texts(item)
        scored, _ = self.decided(item, self.weighed(item))
        return tuple(
            TopicScore(each.topic, each.score, each.confidence, shown_evidence(each.signs, texts))
            for each in scored
        )

    def weighed(self, item: Item) -> dict[str, Weighed]:
        """The signs of each topic in an item, with their weights."""
        return self._scales.weigh(self.reader.read(item), bool(item.title))

    def decided(
        self, item: Item, weighed: Mapping[str, Weighed]
    ) -> tuple[list[Scored], dict[str, Dropped]]:
        """The topics that these signs give, best first; and why others with signs are not given."""
        dropped: dict[str, Dropped] = {}
        scores = []
        for topic, signs in weighed.items():
            found = _score(topic, signs)
            if isinstance(found, Scored):
                scores.append(found)
            else:
                dropped[topic] = found
        main = _main_topic(scores)
        if main is not None and self.reader.is_technical(item):
            scores = [s._replace(confidence="likely") if s is main else s for s in scores]
        few = self._few_of_hashtags(scores)
        specific = self._without_areas_of(few)
        specific.sort(key=self._order)
        most = MOST_TOPICS_OF_ARTICLE if item.title or item.post else MOST_TOPICS_OF_POST
        for kept, left, reason in (
            (few, scores, Dropped.MANY_HASHTAGS),
            (specific, few, Dropped.AREA),
            (specific[:most], specific, Dropped.MANY_TOPICS),
        ):
            if len(kept) < len(left):
                names = {each.topic for each in kept}
                dropped |= {each.topic: reason for each in left if each.topic not in names}
        return specific[:most], dropped

    def _order(self, score: Scored) -> tuple[Any, ...]:
        """Topics found in the item come before those of hashtags, areas after their topics.

        The hashtags and the posts of others count half.
        """
        weak = score.confidence == "weak"
        content = [
            sign.start
            for sign, worth in score.signs
            if sign.field != HASHTAGS and is_shown(sign, worth)
        ]
        first = min(content, default=0)
        outside = sum([worth for sign, worth in score.signs if sign.field in (HASHTAGS, POST)])
        weight = score.score - outside / 2
        area = score.topic in self._areas
        return weak, not content, area, -round(weight, 2), first, score.topic

    def _few_of_hashtags(self, scores: list[Scored]) -> list[Scored]:
        """Hashtags alone give at most two topics: those named first, areas last."""
        alone = [score for score in scores if score.confidence != "weak" and not _content(score)]
        if len(alone) <= MOST_TOPICS_OF_HASHTAGS:
            return scores
        alone.sort(key=lambda score: (score.topic in self._areas, _first_hashtag(score)))
        dropped = {score.topic for score in alone[MOST_TOPICS_OF_HASHTAGS:]}
        return [score for score in scores if score.topic not in dropped]

    def _without_areas_of(self, scored: list[Scored]) -> list[Scored]:
        """An area is left out beside a topic of its own unless the author named it in a hashtag.

        An area is a topic at the top of the tree. A topic between the area and a more specific
        topic has phrases of its own in the text, so both are given.
        """
        named = (score.topic for score in scored if score.confidence != "weak")
        areas = {self._area_of.get(topic) for topic in named}
        return [s for s in scored if s.topic not in areas or _has_hashtag(s)]


def version(tagger: Tagger) -> str:
    """The version of the topics: of this code, the taxonomy and the learned table."""
    return version_of(VERSION, tagger.version)


def _made_from(taxonomy: tuple[Any, ...], learned: Learned, followed: frozenset[str]) -> Tagger:
    return Tagger(Taxonomy(*taxonomy), learned, followed)


def _content(score: Scored) -> bool:
    """Whether a topic has evidence that is not a hashtag."""
    return any(sign.field != HASHTAGS and is_shown(sign, worth) for sign, worth in score.signs)


def _first_hashtag(score: Scored) -> int:
    """The place of the weightiest hashtag, the earlier one first."""
    tags = [(-worth, sign.start) for sign, worth in score.signs if sign.field == HASHTAGS]
    return min(tags)[1]


def _has_hashtag(score: Scored) -> bool:
    return any(sign.field == HASHTAGS and is_shown(sign, worth) for sign, worth in score.signs)


def _main_topic(scores: list[Scored]) -> Scored | None:
    """The best topic of an article in which no topic is likely, if it comes close."""
    best = max(scores, key=lambda score: (score.score, score.topic), default=None)
    if best is None or best.score < _MAIN or any(s.confidence != "weak" for s in scores):
        return None
    return best


def _score(topic: str, signs: Weighed) -> Scored | Dropped:
    """The topic, if there is enough evidence for it.

    Learned phrases only support a phrase or a hashtag, and a weak phrase needs a second match.
    """
    score = _sum(signs)
    if score < LEAST:
        return Dropped.LITTLE
    rules = {sign.rule for sign, _ in signs}
    if rules == {LEARNED}:
        return Dropped.LEARNED_ALONE
    if score < LIKELY and rules.isdisjoint((STRONG, CONTEXTUAL, HASHTAG)):
        return Dropped.WEAK_ALONE
    if not any(is_shown(sign, weight) for sign, weight in signs):
        return Dropped.LITTLE
    own = _sum([pair for pair in signs if pair[0].field != POST])
    if rules == {HASHTAG}:
        own = min(own, LIKELY)
    return Scored(topic, score, _confidence(score, own), signs)


def _sum(signs: Weighed) -> float:
    return round(sum([weight for _, weight in signs]), 2)


def _confidence(score: float, own: float) -> Confidence:
    """Neither a post about an article nor hashtags alone make a topic certain."""
    return "certain" if own >= CERTAIN else "likely" if score >= LIKELY else "weak"
