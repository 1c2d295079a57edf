"""Training of phrase weights from labelled titles and URLs.

Training needs scikit-learn (the extra `learn`). Reading the table does not.

Each topic has a logistic regression (one-vs-rest, liblinear, L2). Its features are the phrases in
title and URL, and the numbers of strong and weak phrases of the topic (its aliases) in each. The
coefficients are divided by the log odds that the topic needs, so that a weight of 1.0 is enough.
Small weights are dropped. The same rows give the same table.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.errors import UsageError
from crawler.models.curator_decisions import Decision
from crawler.models.topics import Item
from crawler.topics.domain_gate import AMBIGUOUS
from crawler.topics.item_matches import ItemMatcher
from crawler.topics.learned_weights import (
    ANY_STRONG,
    ANY_WEAK,
    LearnedPhrase,
    LearnedWeights,
    make_weights,
)
from crawler.topics.multilingual_phrases import with_terms
from crawler.topics.phrase_matcher import fold_words, forms, phrase_key
from crawler.topics.taxonomy import Taxonomy
from crawler.topics.taxonomy_phrases import CONTEXTUAL, STRONG
from crawler.topics.url_evidence import host_and_parents, slug_words

FOLDS = 5
_LEAST_ROWS_OF_TOPIC = 12
_LEAST_ROWS_OF_PHRASE = 2
_LEAST_HOSTS_OF_PHRASE = 2  # a phrase of one site alone is its name, its author or its series
_LEAST_WEIGHT = 0.4  # in log odds, before scaling
# The value of an alias in its column; a learned phrase has 1.0. The larger the value, the less the
# penalty reduces the weight of the alias.
_PRIOR = {
    ("title", ANY_STRONG): 6.0,
    ("title", ANY_WEAK): 3.0,
    ("url", ANY_STRONG): 4.0,
    ("url", ANY_WEAK): 2.0,
}
# Log odds from which a topic is given. Labels are partial, so the true odds are higher.
_ENOUGH = -1.1
# Log odds that are added to the weight of a strong alias in a title: many rows that have one lack
# the label of the topic.
_TRUST = 4.0
# The least and the highest weight, whatever was learned: a strong alias in a title is enough, a
# weak one is not, and no alias counts against its topic.
_BOUNDS = {
    ("title", ANY_STRONG): (1.0, math.inf),
    ("title", ANY_WEAK): (0.0, 0.75),
    ("url", ANY_STRONG): (0.7, math.inf),
    ("url", ANY_WEAK): (0.0, 0.75),
}
# The weight of a row with a strong alias of a topic but without its label: it may be about it.
_DOUBTFUL = 0.1
# A phrase is evidence only if at least this share of its rows are about the topic.
_LEAST_CHANCE = 0.15
_INVERSE_PENALTY = 3.0
_CORRECTION = 3.0
_STOP_WORDS = """
a an and are as at be by for from getting guide has how i in into intro introduction is it its my
new of on or our part s started t that the their this to tutorial use using via vs was we what
when why with you your day days week month year years one two three four five top best first last
more most talk video youtube course book conf conference january february march april may june
july august september october november december analyses about
"""
_STOP_WORDS_OF_URLS = """
abs ai amp app archive article articles arxiv au be blog blogs ca ch co com comments content de
dev doc docs edu en es eu fr gist git github gitlab google gov htm html http https id index info
io it jp latest main master medium net news nl no notes org page paper papers pdf post posts pub
reddit ru se status ted tutorials tv twitter uk us watch web wiki wikipedia www youtu youtube
"""
_STOP = frozenset(_STOP_WORDS.split())
_STOP_IN_URL = _STOP.union(_STOP_WORDS_OF_URLS.split())

Key = tuple[str, str, str]
"""A column: the topic for one of its aliases, else an empty string; the field; the phrase."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """An item with the topics it is known to have, and those it is known not to have.

    A correction does not label other topics.
    """

    id: str
    item: Item
    topics: frozenset[str]
    wrong: frozenset[str] = frozenset()
    correction: bool = False


def train_weights(
    rows: Sequence[Labelled],
    taxonomy: Taxonomy,
    not_learned: frozenset[str] = frozenset(),
    advance: Callable[[], None] = lambda: None,
) -> LearnedWeights:
    """Return the weights that the labelled `rows` give for the topics of a `taxonomy`.

    Phrases that consist of words in `not_learned`, such as names of persons, have no weight.
    `advance` is called after each topic. Raises UsageError if there are no rows, or if scikit-learn
    is missing.
    """
    if not rows:
        raise UsageError(
            "There are no rows to learn from.", "Name a file of JSON lines with titles and topics."
        )
    vectorizer = _vectorizer()
    matcher = ItemMatcher(taxonomy, LearnedWeights())
    aliases = [_alias_counts(matcher, row.item) for row in rows]
    matrix = vectorizer.fit_transform(_columns(_learnable(rows, not_learned), aliases))
    columns: dict[Key, int] = vectorizer.vocabulary_
    phrases: list[LearnedPhrase] = []
    for topic, own in _own_phrases(taxonomy).items():
        phrases += [
            learned
            for learned in _learn_topic(topic, rows, matrix, columns, aliases)
            if learned.weight >= 0 or learned.phrase not in own
        ]
        advance()
    return make_weights(phrases)


def correction(decision: Decision, item: Item) -> Labelled:
    """Return the row for training of a curator's `decision` to tag or untag an `item`."""
    named, none = frozenset([decision.object]), frozenset[str]()
    tags, name = (
        decision.action == "tag",
        f"curator:{decision.action}:{decision.subject}:{decision.object}",
    )
    return Labelled(name, item, named if tags else none, none if tags else named, correction=True)


def fold_of(row_id: str) -> int:
    """Return the number of the fold of a row, by a hash of its `row_id`."""
    return int(hashlib.sha256(row_id.encode()).hexdigest(), 16) % FOLDS


def _vectorizer() -> Any:
    try:
        from sklearn.feature_extraction import DictVectorizer
    except ImportError:
        raise UsageError(
            "Learning needs scikit-learn.", "Install it with: pip install 'hashtrail[learn]'"
        ) from None
    return DictVectorizer()


def _learn_topic(
    topic: str,
    rows: Sequence[Labelled],
    matrix: Any,
    columns: Mapping[Key, int],
    aliases: Sequence[Mapping[Key, int]],
) -> list[LearnedPhrase]:
    from sklearn.linear_model import LogisticRegression

    chosen = [
        n
        for n, row in enumerate(rows)
        if not row.correction or topic in row.topics or topic in row.wrong
    ]
    labels = [topic in rows[n].topics for n in chosen]
    own = sorted(key for key in columns if key[0] in ("", topic))
    if sum(labels) < _LEAST_ROWS_OF_TOPIC or all(labels) or not own:
        return []
    chances = _chances(matrix[chosen], labels)
    weights = [
        _row_weight(rows[n], label, (topic, "title", ANY_STRONG) in aliases[n])
        for n, label in zip(chosen, labels, strict=True)
    ]
    model = LogisticRegression(C=_INVERSE_PENALTY, solver="liblinear").fit(
        matrix[:, [columns[key] for key in own]][chosen], labels, sample_weight=weights
    )
    needed = max(_ENOUGH - float(model.intercept_[0]), 1.0)
    coefficients = zip(own, map(float, model.coef_[0]), strict=True)
    supported = [
        (key, weight)
        for key, weight in coefficients
        if key[0] or weight < 0 or chances[columns[key]] >= _LEAST_CHANCE
    ]
    return [phrase for key, weight in supported if (phrase := _phrase(topic, key, weight, needed))]


def _own_phrases(taxonomy: Taxonomy) -> dict[str, frozenset[str]]:
    """The strong aliases of each topic in all forms. None of them counts against it, although the
    column of all aliases can make it seem so.
    """
    return {
        topic.slug: frozenset(
            form
            for alias in (*topic.strong, *topic.contextual)
            for form in forms(phrase_key(alias))
        )
        for topic in with_terms(taxonomy.topics.values(), taxonomy.terms)
    }


def _chances(matrix: Any, labels: Sequence[bool]) -> list[float]:
    """For each column the part of its rows that have the label."""
    together = matrix[[n for n, label in enumerate(labels) if label]].getnnz(axis=0)
    return [
        with_label / max(rows, 1)
        for with_label, rows in zip(together.tolist(), matrix.getnnz(axis=0).tolist(), strict=True)
    ]


def _row_weight(row: Labelled, label: bool, aliased: bool) -> float:
    if row.correction:
        return _CORRECTION
    return _DOUBTFUL if aliased and not label and row.topics else 1.0


def _phrase(topic: str, key: Key, weight: float, needed: float) -> LearnedPhrase | None:
    _, field, phrase = key
    if (field, phrase) not in _PRIOR:
        return (
            LearnedPhrase(topic, field, phrase, round(weight / needed, 2))
            if abs(weight) >= _LEAST_WEIGHT
            else None
        )
    trust = _TRUST if (field, phrase) == ("title", ANY_STRONG) else 0.0
    least, most = _BOUNDS[field, phrase]
    return LearnedPhrase(
        topic,
        field,
        phrase,
        min(max(round((weight * _PRIOR[field, phrase] + trust) / needed, 2), least), most),
    )


def _learnable(rows: Sequence[Labelled], not_learned: frozenset[str]) -> list[set[tuple[str, str]]]:
    """The phrases of each row that occur in enough rows and on enough hosts."""
    phrases_of_rows = [_phrases(row.item) for row in rows]
    rows_of = Counter(key for phrases in phrases_of_rows for key in phrases)
    hosts_of: dict[tuple[str, str], set[str]] = {}
    for row, phrases in zip(rows, phrases_of_rows, strict=True):
        host = host_and_parents(row.item.url)[0] or row.id
        for key in phrases:
            hosts_of.setdefault(key, set()).add(host)
    learnable = {
        key
        for key, count in rows_of.items()
        if count >= _LEAST_ROWS_OF_PHRASE
        and len(hosts_of[key]) >= _LEAST_HOSTS_OF_PHRASE
        and not not_learned.issuperset(key[1].split())
    }
    return [phrases & learnable for phrases in phrases_of_rows]


def _columns(
    phrases_of_rows: Sequence[set[tuple[str, str]]], aliases: Sequence[Mapping[Key, int]]
) -> list[dict[Key, float]]:
    return [
        {("", *key): 1.0 for key in phrases}
        | {key: _PRIOR[key[1], key[2]] * n for key, n in counts.items()}
        for phrases, counts in zip(phrases_of_rows, aliases, strict=True)
    ]


def _alias_counts(matcher: ItemMatcher, item: Item) -> dict[Key, int]:
    matches = matcher.title_and_url_matches(item)
    counts = Counter(
        (match.topic, match.field, ANY_STRONG if match.rule in (STRONG, CONTEXTUAL) else ANY_WEAK)
        for match in matches
        if match.rule != AMBIGUOUS
    )
    return {key: min(count, 2) for key, count in counts.items()}


def _phrases(item: Item) -> set[tuple[str, str]]:
    title = {("title", phrase) for phrase in learnable_phrases(item.title, 2, _STOP)}
    return title | {
        ("url", phrase) for phrase in learnable_phrases(slug_words(item.url)[1], 2, _STOP_IN_URL)
    }


def learnable_phrases(text: str, longest: int, stop: Container[str]) -> Iterable[str]:
    """Yield the runs of one to `longest` words of a `text` that can be learned.

    A run neither begins nor ends with a word in `stop`, and is not a single number or letter.
    """
    for run in fold_words(text).split("  "):
        words = run.split()
        for begin, first in enumerate(words):
            for end in range(begin + 1, min(begin + longest, len(words)) + 1):
                if (
                    first not in stop
                    and words[end - 1] not in stop
                    and (end - begin > 1 or (len(first) > 1 and not first.isdigit()))
                ):
                    yield " ".join(words[begin:end])
