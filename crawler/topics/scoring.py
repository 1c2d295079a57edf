"""Weighing signs: how much evidence each of them is for its topic. A topic is likely from 1.0.

Every topic is weighed by its own signs and never displaced by another one. In a short text each
phrase was chosen, so one strong phrase is enough. In a long text a single mention means little:
there the number of mentions, the variety of phrases, the opening and the spread over the text
count. Between the two lengths the weights change gradually.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from crawler.topics.domain_gate import AMBIGUOUS
from crawler.topics.item_matches import Signs
from crawler.topics.learned_weights import Learned
from crawler.topics.taxonomy_phrases import (
    CONTEXTUAL,
    HASHTAG,
    HASHTAGS,
    LEARNED,
    POST,
    STRONG,
    WEAK,
    Sign,
)

Weighed = list[tuple[Sign, float]]

_MARKED = {
    ("title", STRONG): 1.0, ("title", WEAK): 0.5, ("title", AMBIGUOUS): 0.3,
    (POST, STRONG): 1.0, (POST, WEAK): 0.4, (POST, AMBIGUOUS): 0.3,
    ("headings", STRONG): 0.3, ("headings", WEAK): 0.1, ("headings", AMBIGUOUS): 0.0,
    ("url", STRONG): 0.5, ("url", WEAK): 0.2, ("url", AMBIGUOUS): 0.1,
    ("hashtags", HASHTAG): 1.0, ("hashtags", AMBIGUOUS): 0.3,
}  # fmt: skip
_TEXT = {STRONG: 1.0, WEAK: 0.4, AMBIGUOUS: 0.3}
_SURE = frozenset({STRONG, CONTEXTUAL})
_COUNTED = 2  # further phrases of the same kind in the same field add nothing
_AGAIN = 0.5  # the weight of the second phrase in a text, as a part of the first
_WEAK_MENTION = 0.5
_REPEATED = 0.1  # for each e-fold of mentions in a short text
_BESIDE_TEXT = 0.7  # a post about an article that was read makes a topic likely by two phrases
_BESIDE_TITLE = 0.6  # a description under a title repeats and wanders more than the title itself

_SHORT_TEXT, _LONG_TEXT = 800, 2_200  # characters between which the weights change
_TITLE_OF_LONG = 0.36
# Weights of a logistic regression over (article, topic) pairs that knows no topic by name.
_VARIETY, _OPENING, _DENSITY, _PROMINENCE = 0.15, 0.06, 0.06, 0.54
# A topic named this often, for each 1,000 characters, and as often as the others is a subject.
_OFTEN, _DENSE, _ABREAST, _ENOUGH = 5, 2.8, 0.85, 1.0
_OPENING_CHARACTERS = 600
_LEAST_TIMES = 3  # a topic named less often in a whole article is not its subject


class Scales:
    """Weighs signs; a learned table corrects the weight of a topic's phrases in titles and URLs."""

    def __init__(self, learned: Learned) -> None:
        self._aliases = learned.aliases

    def weigh(self, signs: Signs, titled: bool) -> dict[str, Weighed]:
        """The signs of each topic with their weights; `titled`: the text has a title."""
        long = _length_share(signs.length)
        mentions = {topic: _mentions(own) for topic, own in signs.counted.items()}
        most = max(mentions.values(), default=0.0)
        weighed: dict[str, Weighed] = {}
        for topic, own in _by_topic(signs.marked).items():
            weighed[topic] = self._marked(own, long, signs.length)
        for topic, counted in signs.counted.items():
            prominence = mentions[topic] / most if most else 0.0
            pairs = _text(counted, mentions[topic], prominence, signs.length, long, titled)
            weighed.setdefault(topic, []).extend(pairs)
        return weighed

    def _marked(self, signs: Sequence[Sign], long: float, length: int) -> Weighed:
        """The signs of one topic outside the text, with their weights.

        `length` is the length of the text, and `long` how far it counts as long.
        """
        factors = {HASHTAGS: 1.0, POST: _BESIDE_TEXT if length else 1.0}
        of_long = 1 - long * (1 - _TITLE_OF_LONG)
        counted = _without_repeats(signs) if len(signs) > 1 else signs
        return [
            (sign, self._worth(sign, nth) * factors.get(sign.field, of_long))
            for sign, nth in _numbered(counted)
        ]

    def _worth(self, sign: Sign, nth: int) -> float:
        if sign.rule == LEARNED:
            return sign.weight
        if nth > _COUNTED:
            return 0.0
        rule = STRONG if sign.rule == CONTEXTUAL else sign.rule
        worth = self._aliases.get((sign.topic, sign.field, rule), _MARKED[sign.field, rule])
        return worth * (_AGAIN if sign.field == POST and nth > 1 else 1.0)


def _length_share(length: int) -> float:
    """How far a text counts as long: 0.0 for a post, 1.0 for an article."""
    low, high = math.log(_SHORT_TEXT), math.log(_LONG_TEXT)
    return min(max((math.log(length + 1) - low) / (high - low), 0.0), 1.0)


def _text(
    signs: Sequence[Sign],
    mentions: float,
    prominence: float,
    length: int,
    long: float,
    titled: bool,
) -> Weighed:
    if not long:
        return list(zip(signs, _short(signs, titled), strict=True))
    sure = [sign for sign in signs if sign.rule in _SURE]
    total = long * _long_worth(sure, mentions, prominence, length) if sure else 0.0
    each = total / (sum([sign.times for sign in sure]) or 1)
    if long == 1:
        return [(sign, each * sign.times if sign.rule in _SURE else 0.0) for sign in signs]
    short = _short(signs, titled)
    return [
        (sign, (1 - long) * worth + (each * sign.times if sign.rule in _SURE else 0.0))
        for sign, worth in zip(signs, short, strict=True)
    ]


def _short(signs: Sequence[Sign], titled: bool) -> list[float]:
    return [_short_worth(sign, nth, titled) for sign, nth in _numbered(signs)]


def _mentions(signs: Sequence[Sign]) -> float:
    """How often a topic is named in a text; weak phrases count beside certain ones."""
    sure = weak = 0
    for sign in signs:
        if sign.rule in _SURE:
            sure += sign.times
        elif sign.rule == WEAK:
            weak += sign.times
    return sure + _WEAK_MENTION * min(weak, sure)


def _short_worth(sign: Sign, nth: int, titled: bool) -> float:
    if nth > _COUNTED:
        return 0.0
    rule = STRONG if sign.rule == CONTEXTUAL else sign.rule
    worth = _TEXT[rule] * (_BESIDE_TITLE if titled else 1.0)
    return worth * (_AGAIN if nth > 1 else 1.0) + _REPEATED * math.log(sign.times)


def _long_worth(sure: Sequence[Sign], mentions: float, prominence: float, length: int) -> float:
    """The weight of a topic in a long text.

    Its own measures and its prominence among the topics of the text count together. A topic that
    is named often enough is a subject of the text, whatever else the text names.
    """
    opening = sum([sign.start < _OPENING_CHARACTERS for sign in sure])
    density = mentions * 1_000 / (length + 1)
    worth = (
        _VARIETY * math.log1p(len(sure))
        + _OPENING * math.log1p(opening)
        + _DENSITY * math.log1p(density)
        + _PROMINENCE * prominence
    )
    if mentions >= _OFTEN and density >= _DENSE and prominence >= _ABREAST:
        worth = max(worth, _ENOUGH)
    return worth * min(1.0, mentions / _LEAST_TIMES)


def _by_topic(signs: Iterable[Sign]) -> dict[str, list[Sign]]:
    found: dict[str, list[Sign]] = {}
    for sign in signs:
        found.setdefault(sign.topic, []).append(sign)
    return found


def _without_repeats(signs: Sequence[Sign]) -> list[Sign]:
    """The signs without learned phrases that lie inside a weak phrase: that is no second sign."""
    if all(sign.rule != LEARNED for sign in signs):
        return list(signs)
    weak = [
        (sign.field, sign.start, sign.start + len(sign.quote))
        for sign in signs
        if sign.rule in (WEAK, AMBIGUOUS)
    ]
    return [
        sign
        for sign in signs
        if sign.rule != LEARNED or sign.weight < 0 or not any(_within(sign, *s) for s in weak)
    ]


def _within(sign: Sign, field: str, start: int, end: int) -> bool:
    return sign.field == field and start <= sign.start and sign.start + len(sign.quote) <= end


def _numbered(signs: Sequence[Sign]) -> list[tuple[Sign, int]]:
    """Each sign with its number among those of the same field and rule, from 1."""
    if len(signs) == 1:
        return [(signs[0], 1)]
    counts: dict[tuple[str, str], int] = {}
    numbered = []
    for sign in signs:
        rule = STRONG if sign.rule == CONTEXTUAL else sign.rule
        kind = (sign.field, rule)
        counts[kind] = number = counts.get(kind, 0) + 1
        numbered.append((sign, number))
    return numbered
