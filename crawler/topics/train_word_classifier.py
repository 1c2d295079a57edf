"""Training of the classifier of words from labelled posts and articles.

Needs scikit-learn (the extra `learn`); reading the table does not. One linear support vector
machine for each topic (one-vs-rest, L2, squared hinge loss, liblinear) learns from the tf-idf of
words. Small weights are dropped. Logistic regressions over (text, topic) pairs then learn the
weights of fit and phrases, on groups of texts that the classifier has not seen. The same texts make
the same table.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from crawler.errors import UsageError
from crawler.topics import article_decision, post_decision
from crawler.topics.article_decision import article_candidates
from crawler.topics.labelled_texts import LabelledArticle, LabelledPost, Labels
from crawler.topics.logistic_regression import BIAS
from crawler.topics.post_decision import post_candidates
from crawler.topics.scored_topic import Candidate
from crawler.topics.tagger import REGRESSIONS, Tagger, classified_article
from crawler.topics.text_stems import count_stems
from crawler.topics.word_classifier import (
    BIASES,
    NO_TOPIC,
    WordClassifier,
    pairs_text,
    sublinear,
    table_row,
)

_LEAST_TEXTS = 20  # of a topic: fewer cannot represent its vocabulary
_INVERSE_PENALTY = 0.5
_LEAST_WEIGHT = 0.15
_MOST_TEXTS = 0.1  # a word of more texts is a stop word
_WRITTEN, _REAL = 0.3, 1.0  # the weights of articles that were written as examples, and of others


_Text = TypeVar("_Text")


@dataclass(frozen=True, slots=True)
class LabelledTexts:
    """The labelled texts that the classifier learns from.

    The `posts`, the `written` articles and the `real` ones are in groups with different writers.
    `more` are artificial posts. They train the weights of words only, not the regressions.
    """

    posts: Sequence[Sequence[LabelledPost]]
    more: Sequence[LabelledPost]
    written: Sequence[Sequence[LabelledArticle]]
    real: Sequence[Sequence[LabelledArticle]]

    def count(self) -> int:
        """Return the number of texts."""
        groups: tuple[Sequence[Any], ...] = (
            *self.posts,
            self.more,
            *self.written,
            *self.real,
        )
        return sum(map(len, groups))


class _Sample(NamedTuple):
    """The features of a topic of a text, whether it has the topic, and the weight of the text."""

    features: tuple[float, ...]
    has_topic: bool
    weight: float = 1.0


_Samples = defaultdict[str, list[_Sample]]  # by the name of the regression


def train_word_classifier(texts: LabelledTexts, tagger: Tagger) -> list[str]:
    """Return the lines of the table that labelled texts give: rows of numbers, then words.

    `tagger` finds the phrases of texts, and has no classifier. Raises UsageError when scikit-learn
    is missing.
    """
    posts = [*_all_of(texts.posts), *texts.more]
    written, real = _all_of(texts.written), _all_of(texts.real)
    samples: _Samples = defaultdict(list)
    for held_out_posts, remaining_posts in _leave_one_group_out(texts.posts):
        classifier = fitted_classifier([*remaining_posts, *texts.more], [*written, *real])
        for post in held_out_posts:
            _add_post(post, classifier, tagger, samples)
    for held_out, remaining in _leave_one_group_out(texts.written):
        classifier = fitted_classifier(posts, [*remaining, *real])
        for article in held_out:
            _add_article(article, _WRITTEN, classifier, tagger, samples)
    for held_out, remaining in _leave_one_group_out(texts.real):
        classifier = fitted_classifier(posts, [*written, *remaining])
        for article in held_out:
            _add_article(article, _REAL, classifier, tagger, samples)
    whole = fitted_classifier(posts, [*written, *real])
    return [
        f"{BIASES}\t{pairs_text(whole.biases)}",
        *(
            f"{name}\t{pairs_text(_coefficients(samples[name], features))}"
            for name, features in REGRESSIONS.items()
        ),
        *whole.words.decode().splitlines(),
    ]


def fitted_classifier(
    posts: Iterable[LabelledPost], articles: Iterable[LabelledArticle]
) -> WordClassifier:
    """Return the classifier that `posts` and `articles` give, without coefficients for phrases.

    Topics with few texts are not learned: phrases alone decide them.
    Raises UsageError when scikit-learn is missing.
    """
    try:
        from sklearn.feature_extraction import DictVectorizer
        from sklearn.preprocessing import normalize
        from sklearn.svm import LinearSVC
    except ImportError:
        raise UsageError(
            "Learning needs scikit-learn.", "Install it with: pip install 'hashtrail[learn]'"
        ) from None
    texts = [*_texts_with_topics(posts, articles)]
    counts = [count_stems(text) for text, _ in texts]
    idf_by_word = _inverse_document_frequencies(counts)
    vectorizer = DictVectorizer()
    vectors = vectorizer.fit_transform(_values(count, idf_by_word) for count in counts)
    matrix = normalize(vectors)
    words: Sequence[str] = vectorizer.feature_names_
    weights: dict[str, dict[str, float]] = {word: {} for word in words}
    biases = {}
    labels = [frozenset(topics) or {NO_TOPIC} for _, topics in texts]
    numbers = Counter(topic for label in labels for topic in label)
    for topic in sorted(topic for topic, number in numbers.items() if number >= _LEAST_TEXTS):
        model = LinearSVC(C=_INVERSE_PENALTY, random_state=0)
        model.fit(matrix, [topic in label for label in labels])
        biases[topic] = round(float(model.intercept_[0]), 2)
        for word, weight in zip(words, model.coef_[0], strict=True):
            if abs(weight) >= _LEAST_WEIGHT:
                weights[word][topic] = float(weight)
    lines = [f"{word}\t{table_row(idf_by_word[word], weights[word])}" for word in sorted(words)]
    return WordClassifier("\n".join(lines).encode(), biases, {}, "")


def _texts_with_topics(
    posts: Iterable[LabelledPost], articles: Iterable[LabelledArticle]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for post in posts:
        yield post.text, post.labels.topics
    for item, labels in articles:
        text, headings = classified_article(item)
        yield "\n".join((*headings, text)), labels.topics


def _all_of(groups: Iterable[Sequence[_Text]]) -> list[_Text]:
    return [text for group in groups for text in group]


def _leave_one_group_out(
    groups: Sequence[Sequence[_Text]],
) -> Iterator[tuple[Sequence[_Text], list[_Text]]]:
    """Yield each group with the texts of the other groups."""
    for number, group in enumerate(groups):
        yield group, _all_of([*groups[:number], *groups[number + 1 :]])


def _inverse_document_frequencies(counts: Sequence[Mapping[str, int]]) -> dict[str, float]:
    """The smoothed inverse document frequency of each word, as scikit-learn computes it.

    That of a stop word is zero.
    """
    texts = Counter(word for count in counts for word in count)
    most = max(_MOST_TEXTS * len(counts), 1)
    return {
        word: math.log((1 + len(counts)) / (1 + n)) + 1 if n <= most else 0.0
        for word, n in texts.items()
    }


def _values(counts: Mapping[str, int], idf_by_word: Mapping[str, float]) -> dict[str, float]:
    return {word: sublinear(n) * idf_by_word[word] for word, n in counts.items()}


def _add_post(
    post: LabelledPost, classifier: WordClassifier, tagger: Tagger, samples: _Samples
) -> None:
    """Add the samples of a post, unless the classifier has never seen one of its topics."""
    labels = post.labels
    if not classifier.biases.keys() >= {*labels.topics}:
        return
    weighed = tagger.weigh(post.item)
    fit = tagger.word_fit(post.item, weighed, classifier)
    by_phrases, _ = tagger.decide_by_phrases(post.item, weighed)
    for candidate, features in post_candidates(by_phrases, fit) if fit else ():
        topic, scored, _ = candidate
        if topic not in classifier.biases:  # texts about it have no label for it
            continue
        is_listed = topic in labels.topics
        is_main = topic in labels.topics[:1]
        samples[post_decision.MAIN].append(_Sample(features, is_main))
        if not _is_open(candidate, labels):
            samples[post_decision.LISTED].append(_Sample(features, is_listed))
        if scored and scored.confidence != "weak" and topic not in labels.accepted:
            samples[post_decision.ABOUT].append(_Sample(features, is_listed))


def _add_article(
    article: LabelledArticle,
    weight: float,
    classifier: WordClassifier,
    tagger: Tagger,
    samples: _Samples,
) -> None:
    """Add the samples of an article, unless the classifier has never seen one of its topics."""
    item, labels = article
    if not classifier.biases.keys() >= {*labels.topics}:
        return
    weighed = tagger.weigh(item)
    fit = tagger.word_fit(item, weighed, classifier)
    by_phrases, _ = tagger.decide_by_phrases(item, weighed)
    candidates = article_candidates(by_phrases, weighed, item, fit) if fit else []
    for (topic, _, _), features in candidates:
        if topic not in classifier.biases:  # texts about it have no label for it
            continue
        is_listed, is_main = topic in labels.topics, topic in labels.topics[:1]
        samples[article_decision.MAIN].append(_Sample(features, is_main, weight))
        if is_listed or topic not in labels.accepted:
            samples[article_decision.LISTED].append(_Sample(features, is_listed, weight))


def _is_open(candidate: Candidate, labels: Labels) -> bool:
    """Whether the labels leave open if the topic is correct.

    A reader accepts the topic, or a post about other topics names it. Labels are for the subject of
    a post, and not for all that it names.
    """
    topic, scored, _ = candidate
    is_named = scored is not None and scored.confidence != "weak" and bool(labels.topics)
    return topic in labels.accepted or (is_named and topic not in labels.topics)


def _coefficients(samples: Iterable[_Sample], names: Sequence[str]) -> dict[str, float]:
    from sklearn.linear_model import LogisticRegression

    features, has_topic, weights = zip(*samples, strict=True)
    model: Any = LogisticRegression(max_iter=2_000)
    model.fit(features, has_topic, sample_weight=weights)
    factors = dict(zip(names, model.coef_[0], strict=True))
    return {
        name: round(float(value), 2)
        for name, value in (*factors.items(), (BIAS, model.intercept_[0]))
    }
