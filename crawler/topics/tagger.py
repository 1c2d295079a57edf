"""The tagger: returns the ranked topics of an item with their evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property, lru_cache, partial
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any

from crawler.derivation_versions import version_of
from crawler.models.topics import Item, TopicScore
from crawler.paused_collector import paused_collector
from crawler.topics import article_decision, post_decision
from crawler.topics.article_decision import decide_article
from crawler.topics.item_matches import MOST_CLASSIFIED_OF_POST, ItemMatcher
from crawler.topics.learned_weights import FILE_NAME, LearnedWeights, read_weights
from crawler.topics.phrase_decision import DropReason, PhraseDecision, most_topics
from crawler.topics.post_decision import decide_post, places_of_other_senses
from crawler.topics.scored_topic import ScoredTopic
from crawler.topics.scoring import MatchScorer, WeightedMatches
from crawler.topics.shown_evidence import quoted_texts, shown_evidence
from crawler.topics.taxonomy import Taxonomy, read_taxonomy
from crawler.topics.word_classifier import WordClassifier, WordFit, read_classifier
from crawler.topics.word_rows import CLASSIFIER_FILE
from crawler.workspace import bundled_path

VERSION = 27
"""Raise it when this package gives other topics, scores or evidence for the same phrases."""

GENERATED = "generated"
"""The name of the folder of computed files next to the folder of topics."""

FOLLOWED = ("DistributedSystems",)
"""Hashtags that every collected post has, so that they are evidence of nothing."""

MOST_CLASSIFIED_OF_ARTICLE = 3_000
"""Characters of an article whose words are classified."""

MOST_HEADINGS = 25
"""Headings of an article whose words are classified, of 300 characters each."""

_READ = (".toml", ".tsv", ".txt")  # suffixes of the files in the folder of topics
_MOST_OF_HEADING = 300
_LEAST_CLASSIFIED = 400  # characters; a description under a title is decided by its phrases
REGRESSIONS = {**post_decision.REGRESSIONS, **article_decision.REGRESSIONS}
"""The features of each logistic regression by its name in the table of the classifier."""


class Tagger:
    """Decides the topics of items by phrases and, with a classifier, by words."""

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
        self.matcher = ItemMatcher(taxonomy, learned, self.followed)
        self._scorer = MatchScorer(learned)
        self._by_phrases = PhraseDecision(taxonomy.topics)

    @cached_property
    def learned_version(self) -> str:
        """The version of the learned tables."""
        tables = (self._learned.version, self._classifier.version if self._classifier else "")
        return "+".join(filter(None, tables))

    @cached_property
    def version(self) -> str:
        """The version of the taxonomy and of the learned tables."""
        return "+".join(filter(None, (self.taxonomy.version, self.learned_version)))

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process makes its own from the same phrases: an automaton cannot be pickled."""
        return Tagger, (self.taxonomy, self._learned, self.followed, self._classifier)

    @staticmethod
    def load(folder: Path, generated: Path | None = None) -> Tagger:
        """Return the tagger of a `folder` of topic files, with the learned tables if there are any.

        They are in the folder `generated`; without it, in the one next to `folder`. If there is no
        classifier of words, the bundled one is used. Raises ConfigurationError if a file cannot be
        used.
        """
        computed = generated or folder.parent / GENERATED
        words = computed / CLASSIFIER_FILE
        if not words.is_file():
            words = bundled_path("data", GENERATED, CLASSIFIER_FILE)
        phrases = computed / FILE_NAME
        tables = [path for path in folder.glob("*") if path.suffix in _READ and path.is_file()]
        return _loaded(folder, phrases, words, _digest((*tables, phrases, words)))

    def tag(self, item: Item) -> tuple[TopicScore, ...]:
        """Return the topics of an `item`, the main one first and weak ones last.

        An area (a topic at the top of the tree) is left out if one of its topics is given. It
        stays if a hashtag names it, or if it is the main topic of an article.
        """
        texts = quoted_texts(item)
        matches = self.matcher.find_matches(item).without_learned_alone()
        scored, _ = self.decide(item, self._scorer.weigh(matches, bool(item.title)))
        return tuple(
            TopicScore(
                score.topic, score.score, score.confidence, shown_evidence(score.matches, texts)
            )
            for score in scored
        )

    def weigh(self, item: Item) -> dict[str, WeightedMatches]:
        """Return the matches of each topic in an `item`, with their weights."""
        return self._scorer.weigh(self.matcher.find_matches(item), bool(item.title))

    def decide(
        self, item: Item, weighed: Mapping[str, WeightedMatches]
    ) -> tuple[list[ScoredTopic], dict[str, DropReason]]:
        """Return the topics of an `item` with the `weighed` matches, best first.

        The second value has the reason for each candidate that is not given.
        """
        scores, dropped = self.decide_by_phrases(item, weighed)
        classifier = self._classifier
        fit = self.word_fit(item, weighed, classifier) if classifier else None
        if classifier is None or fit is None:
            return scores, dropped
        if item.title:
            decided = decide_article(scores, weighed, item, fit, classifier)
        else:
            matches = [match for pairs in weighed.values() for match, _ in pairs]
            is_about_software = partial(self.matcher.is_about_software, item, matches)
            is_tagged_only = partial(self.matcher.is_tagged_only, item, matches)
            decided = decide_post(scores, fit, classifier, is_about_software, is_tagged_only)
        main = decided[:1] if item.title else []
        specific = self._by_phrases.without_areas_of(decided, main)
        given = specific[: most_topics(item)]
        reasons = dict.fromkeys([score.topic for score in scores], DropReason.WORDS)
        reasons |= dropped | dict.fromkeys([score.topic for score in decided], DropReason.AREA)
        reasons |= dict.fromkeys([score.topic for score in specific], DropReason.MANY_TOPICS)
        for score in given:
            reasons.pop(score.topic, None)
        return given, reasons

    def word_fit(
        self, item: Item, weighed: Mapping[str, WeightedMatches], classifier: WordClassifier
    ) -> WordFit | None:
        """Return how well the words of an `item` with the `weighed` matches fit each topic.

        The `classifier` decides it. Return None for an article with less than 400 characters of
        text, a post of more than 800, and a text with too few known words.
        """
        if not item.title:
            is_long = len(item.text) > MOST_CLASSIFIED_OF_POST
            return None if is_long else self._fit_of_post(item, weighed, classifier)
        if len(item.text) < _LEAST_CLASSIFIED:
            return None
        text, headings = classified_article(item)
        return classifier.classify(text, {}, headings)

    def _fit_of_post(
        self, item: Item, weighed: Mapping[str, WeightedMatches], classifier: WordClassifier
    ) -> WordFit | None:
        """How well a post fits each topic; words of phrases in another sense do not count."""
        matches = (match for pairs in weighed.values() for match, _ in pairs)
        other_senses = chain(matches, self.matcher.excluded_from(item.text))
        return classifier.classify(item.text, places_of_other_senses(other_senses))

    def decide_by_phrases(
        self, item: Item, weighed: Mapping[str, WeightedMatches]
    ) -> tuple[list[ScoredTopic], dict[str, DropReason]]:
        """Return what `decide` would return for an `item` if only `weighed` phrases counted."""
        return self._by_phrases.decide(item, weighed, lambda: self.matcher.is_technical(item))


def classified_article(item: Item) -> tuple[str, tuple[str, ...]]:
    """Return the text of an article `item` that is classified, and its title and headings."""
    headings = (heading[:_MOST_OF_HEADING] for heading in item.headings[:MOST_HEADINGS])
    return item.text[:MOST_CLASSIFIED_OF_ARTICLE], (item.title, *headings)


def version(tagger: Tagger) -> str:
    """Return the version of the topics: of this code and of the `tagger` with its tables."""
    return version_of(VERSION, tagger.version)


@lru_cache(maxsize=2)
def _loaded(folder: Path, phrases: Path, words: Path, digest: str) -> Tagger:
    """The tagger of files with this digest: a process loads it for several steps of a night."""
    with paused_collector():  # the tables have many objects, and none of them is garbage
        taxonomy = read_taxonomy(folder)
        classifier = read_classifier(words, taxonomy.topics, REGRESSIONS)
        return Tagger(taxonomy, read_weights(phrases), classifier=classifier)


def _digest(paths: Iterable[Path]) -> str:
    """The digest of the names and contents of the files at `paths`; of others, only the name."""
    digest = sha256()
    for path in sorted(paths):
        digest.update(f"{path.name}\0".encode())
        with suppress(OSError):
            digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()
