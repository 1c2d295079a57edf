"""The tagger: an item in, its topics out, ranked, each with all the evidence for it and none
without.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from crawler.derivation_versions import version_of
from crawler.models.topics import Item, TopicScore
from crawler.topics import article_decision, post_decision
from crawler.topics.article_decision import decide_article
from crawler.topics.item_matches import MOST_DESCRIBED, ItemMatcher
from crawler.topics.learned_weights import FILE_NAME, LearnedWeights, read_weights
from crawler.topics.phrase_decision import DropReason, PhraseDecision, most_topics
from crawler.topics.post_decision import ambiguous_places, decide_post
from crawler.topics.scored_topic import ScoredTopic
from crawler.topics.scoring import MatchScorer, WeightedMatches
from crawler.topics.shown_evidence import quoted_texts, shown_evidence
from crawler.topics.taxonomy import Taxonomy, read_taxonomy
from crawler.topics.word_classifier import (
    CLASSIFIER_FILE,
    WordClassifier,
    WordFit,
    read_classifier,
)
from crawler.workspace import bundled_path

VERSION = 19
"""Raise it when this package gives other topics, scores or evidence for the same phrases."""

GENERATED = "generated"
"""The name of the folder of computed files next to the folder of topics."""

FOLLOWED = ("DistributedSystems",)
"""Hashtags that every collected post has, so that they are evidence of nothing."""

CLASSIFIED = 3_000
"""Characters of an article whose words are classified."""

_LEAST_CLASSIFIED = 400  # characters; a description under a title is decided by its phrases
REGRESSIONS = {**post_decision.REGRESSIONS, **article_decision.REGRESSIONS}
"""The features of each logistic regression by its name in the table of the classifier."""


class Tagger:
    """Decides topics by weighed phrases.

    `version` changes with the taxonomy and with the learned table.
    """

    name = "phrases"

    def __init__(
        self,
        taxonomy: Taxonomy,
        learned: LearnedWeights,
        followed: Iterable[str] = FOLLOWED,
        classifier: WordClassifier | None = None,
    ) -> None:
        self.taxonomy = taxonomy
        self._classifier = classifier
        self.followed = frozenset(followed)
        self._learned = learned
        tables = (learned.version, classifier.version if classifier else "")
        self.learned_version = "+".join(filter(None, tables))
        self.version = "+".join(filter(None, (taxonomy.version, *tables)))
        self.reader = ItemMatcher(taxonomy, learned, self.followed)
        self._scales = MatchScorer(learned)
        self._by_phrases = PhraseDecision(taxonomy.topics)

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process makes its own from the same phrases: an automaton cannot be pickled."""
        taxonomy = self.taxonomy
        tables = (taxonomy.version, taxonomy.field_words, dict(taxonomy.needs))
        topics = dict(taxonomy.topics)
        return _made_from, (
            (
                topics,
                *tables,
                taxonomy.technical_hosts,
                taxonomy.terms,
                dict(taxonomy.topic_hosts),
            ),
            self._learned,
            self.followed,
            self._classifier,
        )

    @classmethod
    def load(cls, folder: Path, generated: Path | None = None) -> Tagger:
        """Return the tagger of a `folder` of topic files, with the learned tables if there are any.

        They are in the folder `generated`; without it, in the one next to `folder`. A folder
        without a classifier of posts uses the bundled one. Raises ConfigurationError if a file
        cannot be used.
        """
        tables = generated or folder.parent / GENERATED
        own, bundled = tables / CLASSIFIER_FILE, bundled_path("data", GENERATED, CLASSIFIER_FILE)
        taxonomy = read_taxonomy(folder)
        classifier = read_classifier(
            own if own.is_file() else bundled, taxonomy.topics, REGRESSIONS
        )
        return cls(taxonomy, read_weights(tables / FILE_NAME), classifier=classifier)

    def tag(self, item: Item) -> tuple[TopicScore, ...]:
        """Return the topics of an `item`, the most certain first.

        Areas (topics at the top of the tree) come after the topics that are more specific.
        """
        texts = quoted_texts(item)
        matches = self.reader.read(item).without_learned_alone()
        scored, _ = self.decided(item, self._scales.weigh(matches, bool(item.title)))
        return tuple(
            TopicScore(
                score.topic, score.score, score.confidence, shown_evidence(score.matches, texts)
            )
            for score in scored
        )

    def weighed(self, item: Item) -> dict[str, WeightedMatches]:
        """Return the matches of each topic in an `item`, with their weights."""
        return self._scales.weigh(self.reader.read(item), bool(item.title))

    def decided(
        self, item: Item, weighed: Mapping[str, WeightedMatches]
    ) -> tuple[list[ScoredTopic], dict[str, DropReason]]:
        """Return the topics of an `item` with the `weighed` matches, best first.

        The second value has the reason for each topic with matches that is not given.
        """
        scores, dropped = self.decided_by_phrases(item, weighed)
        classifier = self._classifier
        fit = self.fit(item, weighed, classifier) if classifier else None
        if classifier is None or fit is None:
            return scores, dropped
        if item.title:
            decided = decide_article(scores, weighed, item, fit, classifier)
        else:
            matches = [match for pairs in weighed.values() for match, _ in pairs]
            has_sign = self.reader.has_sign_of_field(item.text, matches)
            decided = decide_post(scores, fit, classifier, has_sign)
        main = decided[:1] if item.title else []
        specific = self._by_phrases.without_areas_of(decided, main)
        given = specific[: most_topics(item)]
        reasons = dict.fromkeys([score.topic for score in scores], DropReason.WORDS)
        reasons |= dropped | dict.fromkeys([score.topic for score in decided], DropReason.AREA)
        reasons |= dict.fromkeys([score.topic for score in specific], DropReason.MANY_TOPICS)
        for score in given:
            reasons.pop(score.topic, None)
        return given, reasons

    @staticmethod
    def fit(
        item: Item, weighed: Mapping[str, WeightedMatches], classifier: WordClassifier
    ) -> WordFit | None:
        """Return how well the words of an `item` with the `weighed` matches fit each topic.

        The `classifier` decides it. Return None for a title, a long post, and a text in a language
        that was not learned.
        """
        if item.title:
            if len(item.text) < _LEAST_CLASSIFIED:
                return None
            return classifier.read(item.text[:CLASSIFIED], {}, (item.title, *item.headings))
        if len(item.text) > MOST_DESCRIBED:
            return None
        return classifier.read(item.text, ambiguous_places(weighed))

    def decided_by_phrases(
        self, item: Item, weighed: Mapping[str, WeightedMatches]
    ) -> tuple[list[ScoredTopic], dict[str, DropReason]]:
        """Return what `decided` would return for an `item` if only `weighed` phrases counted."""
        return self._by_phrases.decide(item, weighed, lambda: self.reader.is_technical(item))


def version(tagger: Tagger) -> str:
    """Return the version of the topics: of this code and of the `tagger` with its tables."""
    return version_of(VERSION, tagger.version)


def _made_from(
    taxonomy: tuple[Any, ...],
    learned: LearnedWeights,
    followed: frozenset[str],
    classifier: WordClassifier | None,
) -> Tagger:
    return Tagger(Taxonomy(*taxonomy), learned, followed, classifier)
