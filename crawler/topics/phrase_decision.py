"""The topics that the phrases of an item give, ranked, and why the others are not given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from crawler.models.topics import Confidence, Item, Topic
from crawler.topics.scored_topic import (
    CERTAIN,
    LEAST,
    LIKELY,
    ScoredTopic,
    has_content,
    has_hashtag,
    sum_of_weights,
)
from crawler.topics.scoring import WeightedMatches, is_sure
from crawler.topics.shown_evidence import LEAST_SHOWN, is_shown
from crawler.topics.taxonomy import broader_topics
from crawler.topics.taxonomy_phrases import (
    HASHTAG,
    HASHTAGS,
    LEARNED,
    NAMING,
    POST,
    STRONG,
    SURE,
)

MOST_TOPICS_OF_ARTICLE = 5
MOST_TOPICS_OF_POST = 9
"""A post that lists its subjects names more of them than an article is about."""

MOST_TOPICS_OF_HASHTAGS = 2
PLACES = frozenset(
    {"billing", "containers", "databases", "fintech", "networking", "nosql", "online-games"}
    | {"payments", "recommender-systems", "sql-databases"}
)
"""Topics of the component or the business in which the subject of a text occurs."""

USED_TOPICS = PLACES | {"cloud-native", "kubernetes", "microservices", "postgresql"}
"""Topics that texts about other subjects name because they use them. They come after the others."""

_LEARNED_ONLY, _HASHTAG_ONLY = frozenset({LEARNED}), frozenset({HASHTAG})
_MAIN = 0.8
_LONGER_THAN_A_SENTENCE = 110  # characters
_SEVERAL = 2  # strong phrases of the main topic of an article
_ENOUGH_TO_LEAD = 1.2  # from this weight the topic that a text names first comes first


class DropReason(StrEnum):
    """Why a topic with matches is not given."""

    LITTLE = "its matches weigh too little"
    LEARNED_ALONE = "only learned phrases match, which support other matches"
    WEAK_ALONE = "only weak phrases match, and they weigh less than a likely topic needs"
    MANY_HASHTAGS = "only a hashtag names it, and hashtags give at most two topics"
    AREA = "it is the area of a topic that is given"
    MANY_TOPICS = "other topics have more evidence"
    WORDS = "the other words are about something else"


class PhraseDecision:
    """Decides the topics of items by their phrases. `topics` are those of the taxonomy."""

    def __init__(self, topics: Mapping[str, Topic]) -> None:
        above = {topic: broader_topics(topic, topics) for topic in topics}
        self._area_of = {
            topic: broader[-1]
            for topic, broader in above.items()
            if broader and topics[broader[-1]].broader is None
        }
        self._areas = frozenset(self._area_of.values())
        self._above = {topic: frozenset(broader) for topic, broader in above.items()}

    def decide(
        self,
        item: Item,
        weighed: Mapping[str, WeightedMatches],
        is_technical: Callable[[], bool],
    ) -> tuple[list[ScoredTopic], dict[str, DropReason]]:
        """Return the topics of an `item` with the `weighed` matches, best first.

        The second value has the reason for each topic with matches that is not given.
        `is_technical` tells whether the item has many words of software engineering.
        """
        dropped: dict[str, DropReason] = {}
        scores = []
        for topic, matches in weighed.items():
            score = _score(topic, matches)
            if isinstance(score, ScoredTopic):
                scores.append(score)
            else:
                dropped[topic] = score
        main = _main_topic(scores)
        if main is not None and (_is_named(main) or is_technical()):
            scores = [s._replace(confidence="likely") if s is main else s for s in scores]
        if not item.title and len(item.text) >= _LONGER_THAN_A_SENTENCE:
            scores = _with_weak_places(scores)
        few = self._few_of_hashtags(scores) if item.hashtags else scores
        specific = self.without_areas_of(few)
        specific.sort(key=lambda score: self._order(score, item))
        if item.title and item.text:
            specific = self._narrow_first(specific)
        most = most_topics(item)
        for remaining, before, reason in (
            (few, scores, DropReason.MANY_HASHTAGS),
            (specific, few, DropReason.AREA),
            (specific[:most], specific, DropReason.MANY_TOPICS),
        ):
            if len(remaining) < len(before):
                names = {score.topic for score in remaining}
                lost = [score.topic for score in before if score.topic not in names]
                dropped |= dict.fromkeys(lost, reason)
        return specific[:most], dropped

    def _order(self, score: ScoredTopic, item: Item) -> tuple[Any, ...]:
        """Topics found in the item come before those of hashtags, areas after their topics.

        The hashtags and the posts of others count half. In a text, a topic that is only used
        comes after the subjects, and topics of the title come before the others. Of topics with
        enough evidence the one named first leads.
        """
        has_text, in_title = bool(item.text), _in_title(score)
        weak = score.confidence == "weak"
        content = [
            match.start
            for match, worth in score.matches
            if worth >= LEAST_SHOWN and match.field != HASHTAGS and is_shown(match, worth)
        ]
        first = min(content) if content else _first_hashtag(score)
        weight = score.score
        if item.hashtags or item.post:
            counts = [worth for match, worth in score.matches if match.field in (HASHTAGS, POST)]
            weight = round(weight - sum(counts) / 2, 2)
        used = has_text and score.topic in USED_TOPICS
        if has_text:
            weight = min(weight, _ENOUGH_TO_LEAD)
        area = score.topic in self._areas
        narrow = -len(self._above[score.topic])
        untitled = has_text and not in_title
        return weak, not content, area, used, untitled, -weight, first, narrow, score.topic

    def _narrow_first(self, ordered: list[ScoredTopic]) -> list[ScoredTopic]:
        """Put each likely topic before the topics above it, unless the title names only those.

        An article about a narrow topic names the broader one as well.
        """
        narrowed: list[ScoredTopic] = []
        for score in ordered:
            above = self._above[score.topic]
            if above.isdisjoint([before.topic for before in narrowed]):
                narrowed.append(score)
                continue
            place = next(
                (
                    n
                    for n, before in enumerate(narrowed)
                    if before.topic in above
                    and score.confidence != "weak"
                    and (_in_title(score) or not _in_title(before))
                ),
                len(narrowed),
            )
            narrowed.insert(place, score)
        return narrowed

    def _few_of_hashtags(self, scores: list[ScoredTopic]) -> list[ScoredTopic]:
        """Hashtags alone give at most two topics: those named first, areas last."""
        alone = [score for score in scores if score.confidence != "weak" and not has_content(score)]
        if len(alone) <= MOST_TOPICS_OF_HASHTAGS:
            return scores
        alone.sort(key=lambda score: (score.topic in self._areas, _first_hashtag(score)))
        dropped = {score.topic for score in alone[MOST_TOPICS_OF_HASHTAGS:]}
        return [score for score in scores if score.topic not in dropped]

    def without_areas_of(
        self, scored: list[ScoredTopic], main: Sequence[ScoredTopic] = ()
    ) -> list[ScoredTopic]:
        """Return the `scored` topics without an area if one of its topics is given.

        It stays if a hashtag of the author names it, or if it is the `main` topic. An area is a
        topic at the top of the tree. A topic between the area and a more specific
        topic has its own phrases in the text, so both are given.
        """
        named = (score.topic for score in scored if score.confidence != "weak")
        areas = {self._area_of.get(topic) for topic in named}
        return [s for s in scored if s.topic not in areas or has_hashtag(s) or s in main]


def most_topics(item: Item) -> int:
    """Return how many topics an `item` has at most."""
    return MOST_TOPICS_OF_ARTICLE if item.title or item.post else MOST_TOPICS_OF_POST


def _in_title(score: ScoredTopic) -> bool:
    """Whether the title names a topic by a certain phrase."""
    return any(is_sure(match, "title") for match, _ in score.matches)


def _first_hashtag(score: ScoredTopic) -> int:
    """The place of the weightiest hashtag, the earlier one first; 0 without any."""
    tags = [(-worth, match.start) for match, worth in score.matches if match.field == HASHTAGS]
    return min(tags, default=(0.0, 0))[1]


def _main_topic(scores: list[ScoredTopic]) -> ScoredTopic | None:
    """The best topic of an article in which no topic is likely, if it comes close."""
    if any(score.confidence != "weak" for score in scores):
        return None
    best = max(scores, key=lambda score: (score.score, score.topic), default=None)
    return best if best and best.score >= _MAIN else None


def _with_weak_places(scores: list[ScoredTopic]) -> list[ScoredTopic]:
    """The topics of a post; a place that the post names once is weak if there is a subject."""
    if all(score.topic in PLACES or score.confidence == "weak" for score in scores):
        return scores
    return [
        score._replace(confidence="weak") if score.topic in PLACES and _is_once(score) else score
        for score in scores
    ]


def _is_once(score: ScoredTopic) -> bool:
    """Whether only one phrase names a topic, once, and no hashtag."""
    sure = [match for match, _ in score.matches if match.rule in NAMING]
    return len(sure) == sure[0].times == 1 and sure[0].rule in SURE if sure else False


def _is_named(score: ScoredTopic) -> bool:
    """Whether an article names a topic in its title, or by several strong phrases."""
    strong = {match.phrase for match, _ in score.matches if match.rule == STRONG}
    titled = any(
        match.field == "title" and is_shown(match, worth) for match, worth in score.matches
    )
    return titled or len(strong) >= _SEVERAL


def _score(topic: str, matches: WeightedMatches) -> ScoredTopic | DropReason:
    """The topic, if there is enough evidence for it.

    Learned phrases only support a phrase or a hashtag, and a weak phrase needs a second match.
    """
    score = sum_of_weights(matches)
    if score < LEAST:
        return DropReason.LITTLE
    rules = {match.rule for match, _ in matches}
    if rules == _LEARNED_ONLY:
        return DropReason.LEARNED_ALONE
    if score < LIKELY and rules.isdisjoint(NAMING):
        return DropReason.WEAK_ALONE
    if not any(is_shown(match, weight) for match, weight in matches):
        return DropReason.LITTLE
    own = score
    if any(match.field == POST for match, _ in matches):
        own = round(sum([weight for match, weight in matches if match.field != POST]), 2)
    if rules == _HASHTAG_ONLY:
        own = min(own, LIKELY)
    return ScoredTopic(topic, score, _confidence(score, own), matches)


def _confidence(score: float, own: float) -> Confidence:
    """Only phrases of the topic make it certain, not a post about an article."""
    return "certain" if own >= CERTAIN else "likely" if score >= LIKELY else "weak"
