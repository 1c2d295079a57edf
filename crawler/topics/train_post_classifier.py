"""Training of the classifier of posts from labelled posts.

Needs scikit-learn (the extra `learn`); reading the table does not. One linear support vector
machine for each topic (one-vs-rest, L2, squared hinge loss, liblinear) learns from the tf-idf of
words. Small weights are dropped. A logistic regression over (post, topic) pairs then learns how far
fit and phrases count together. It sees each group of posts through a classifier of the other
groups, which have other writers. The same posts make the same table.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from crawler.errors import UsageError
from crawler.models.topics import Item
from crawler.topics.labelled_posts import LabelledPost
from crawler.topics.post_classifier import (
    ABOUT,
    BIAS,
    LISTED,
    MAIN,
    NO_TOPIC,
    Coefficients,
    PostClassifier,
    content_words,
    pairs_text,
    table_row,
)
from crawler.topics.post_decision import Features, ambiguous_places, candidates
from crawler.topics.scored_topic import ScoredTopic
from crawler.topics.tagger import Tagger
from crawler.urls_and_hashtags import find_hashtags

_INVERSE_PENALTY = 0.5
_LEAST_WEIGHT = 0.15
_MOST_POSTS = 0.1  # a word of more posts is a stop word
_UNKNOWN = Coefficients(*[0.0] * len(Coefficients._fields))

_Row = tuple[Features, bool]


def train_post_classifier(
    groups: Sequence[Sequence[LabelledPost]],
    more: Sequence[LabelledPost],
    tagger: Tagger,
) -> list[str]:
    """Return the lines of the table that labelled posts give, sorted by word.

    Each of the `groups` has other writers. The `more` posts are not as people write them: words are
    learned from them, but not how far phrases count. `tagger` finds the phrases of posts, without a
    classifier. Raises UsageError when scikit-learn is missing.
    """
    listed: list[_Row] = []
    main: list[_Row] = []
    about: list[_Row] = []
    for number, group in enumerate(groups):
        remaining = [post for n, posts in enumerate(groups) if n != number for post in posts]
        classifier = _fitted([*remaining, *more])
        for post in group:
            for topic, score, features in _candidates(post, classifier, tagger):
                main.append((features, topic == next(iter(post.topics), "")))
                if not _is_open(topic, score, post):
                    listed.append((features, topic in post.topics))
                if score and score.confidence != "weak" and topic not in post.accepted:
                    about.append((features, topic in post.topics))
    whole = _fitted([*(post for group in groups for post in group), *more])
    return [
        f"{LISTED}\t{pairs_text(_coefficients(listed)._asdict())}",
        f"{MAIN}\t{pairs_text(_coefficients(main)._asdict())}",
        f"{ABOUT}\t{pairs_text(_coefficients(about)._asdict())}",
        f"{BIAS}\t{pairs_text(whole.biases)}",
        *(f"{word}\t{row}" for word, row in sorted(whole.rows.items())),
    ]


def phrases_item(post: LabelledPost) -> Item:
    """Return the text of a labelled `post` as an item, with the hashtags written in it."""
    return Item(text=post.text, hashtags=find_hashtags(post.text))


def _fitted(posts: Sequence[LabelledPost]) -> PostClassifier:
    """The classifier that the posts give, without coefficients for phrases."""
    try:
        from sklearn.feature_extraction import DictVectorizer
        from sklearn.preprocessing import normalize
        from sklearn.svm import LinearSVC
    except ImportError:
        raise UsageError(
            "Learning needs scikit-learn.", "Install it with: pip install 'hashtrail[learn]'"
        ) from None
    counts = [Counter(word.stem for word in content_words(post.text)) for post in posts]
    frequencies = _inverse_document_frequencies(counts)
    vectorizer = DictVectorizer()
    vectors = vectorizer.fit_transform(_values(count, frequencies) for count in counts)
    matrix = normalize(vectors)
    words: Sequence[str] = vectorizer.feature_names_
    weights: dict[str, dict[str, float]] = {word: {} for word in words}
    biases = {}
    labels = [frozenset(post.topics) or {NO_TOPIC} for post in posts]
    for topic in sorted(set().union(*labels)):
        model = LinearSVC(C=_INVERSE_PENALTY, random_state=0)
        model.fit(matrix, [topic in label for label in labels])
        biases[topic] = round(float(model.intercept_[0]), 2)
        for word, weight in zip(words, model.coef_[0], strict=True):
            if abs(weight) >= _LEAST_WEIGHT:
                weights[word][topic] = float(weight)
    rows = {word: table_row(frequencies[word], weights[word]) for word in words}
    return PostClassifier(rows, biases, _UNKNOWN, _UNKNOWN, _UNKNOWN, "")


def _inverse_document_frequencies(counts: Sequence[Mapping[str, int]]) -> dict[str, float]:
    """The smoothed inverse document frequency of each word, as scikit-learn computes it.

    That of a stop word is zero.
    """
    texts = Counter(word for count in counts for word in count)
    most = max(_MOST_POSTS * len(counts), 1)
    return {
        word: math.log((1 + len(counts)) / (1 + n)) + 1 if n <= most else 0.0
        for word, n in texts.items()
    }


def _values(counts: Mapping[str, int], frequencies: Mapping[str, float]) -> dict[str, float]:
    return {word: (1 + math.log(n)) * frequencies[word] for word, n in counts.items()}


def _candidates(
    post: LabelledPost, classifier: PostClassifier, tagger: Tagger
) -> list[tuple[str, ScoredTopic | None, Features]]:
    """The topics that a post may have; none if the classifier has never seen one of its topics."""
    if not classifier.biases.keys() >= {*post.topics}:
        return []
    item = phrases_item(post)
    weighed = tagger.weighed(item)
    fit = classifier.read(post.text, ambiguous_places(weighed))
    scores, _ = tagger.decided_by_phrases(item, weighed)
    return candidates(scores, fit) if fit else []


def _is_open(topic: str, score: ScoredTopic | None, post: LabelledPost) -> bool:
    """Whether it is open if a post is listed under a topic.

    A reader accepts the topic, or a post about other topics names it. Labels are for what a post is
    about, and not for all that it names.
    """
    is_named = score is not None and score.confidence != "weak" and bool(post.topics)
    return topic in post.accepted or (is_named and topic not in post.topics)


def _coefficients(rows: Iterable[_Row]) -> Coefficients:
    from sklearn.linear_model import LogisticRegression

    features, labels = zip(*rows, strict=True)
    model: Any = LogisticRegression(max_iter=2_000).fit(features, labels)
    learned = [*model.coef_[0], model.intercept_[0]]
    return Coefficients(*(round(float(value), 2) for value in learned))
