"""Weighing matches: how much evidence each of them is for its topic. A topic is likely from 1.0.

Every topic is weighed by its own matches and never displaced by another one. In a short text each
phrase was chosen, so one strong phrase is enough. In a long text a single mention means little:
there the number of mentions, the variety of phrases, the opening and the spread over the text
count. Between the two lengths the weights change gradually.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from crawler.topics.domain_gate import AMBIGUOUS
from crawler.topics.learned_weights import LearnedWeights
from crawler.topics.taxonomy_phrases import (
    CONTEXTUAL,
    HASHTAG,
    HASHTAGS,
    LEARNED,
    POST,
    STRONG,
    SURE,
    WEAK,
    ItemMatches,
    PhraseMatch,
)

WeightedMatches = list[tuple[PhraseMatch, float]]

_MARKED = {
    ("title", STRONG): 1.0, ("title", WEAK): 0.5, ("title", AMBIGUOUS): 0.3,
    (POST, STRONG): 1.0, (POST, WEAK): 0.4, (POST, AMBIGUOUS): 0.3,
    ("headings", STRONG): 0.3, ("headings", WEAK): 0.1, ("headings", AMBIGUOUS): 0.0,
    ("url", STRONG): 0.5, ("url", WEAK): 0.2, ("url", AMBIGUOUS): 0.1,
    ("hashtags", HASHTAG): 1.0, ("hashtags", AMBIGUOUS): 0.3,
}  # fmt: skip
_TEXT = {STRONG: 1.0, WEAK: 0.4, AMBIGUOUS: 0.3}
_COUNTED = 2  # further phrases of the same kind in the same field add nothing
_AGAIN = 0.5  # the weight of the second phrase in a text, as a part of the first
_PASSING = 0.7  # a topic that a post only mentions
_REPEATED = 0.1  # for each e-fold of mentions in a short text
_BESIDE_TEXT = 0.7  # phrases of a post about an article with a text: two make a topic likely
_BESIDE_TITLE = 0.6  # phrases of a short text under a title, which repeats it and digresses

_SHORT_TEXT, _LONG_TEXT = 800, 2_200  # characters between which the weights change
_TITLE_OF_LONG = 0.28
# Weights of a logistic regression over (article, topic) pairs that knows no topic by name.
_VARIETY, _OPENING, _DENSITY, _PROMINENCE = 0.15, 0.06, 0.06, 0.54
# A topic named this often, for each 1,000 characters, and as often as the others is a subject.
_OFTEN, _DENSE, _ABREAST, _ENOUGH = 5, 3.2, 0.85, 1.0
OPENING_CHARACTERS = 600
"""Characters at the beginning of an article that name its subject."""
_ASIDE = 0.9  # an everyday expression, once in a whole post
_ASIDE_FROM, _ASIDE_TO = 160, 500  # characters of a post
_LIST = 3  # topics that a sentence lists
_LEAST_TIMES = 3  # a topic named less often in a whole article is not its subject


class MatchScorer:
    """Weighs matches; a learned table corrects the weights of phrases in titles and URLs."""

    def __init__(self, learned: LearnedWeights) -> None:
        self._aliases = learned.aliases

    def weigh(self, matches: ItemMatches, titled: bool) -> dict[str, WeightedMatches]:
        """Return the `matches` of each topic with their weights; `titled`: the text has a title."""
        long = _length_share(matches.length)
        marked_factor = 1 - long * (1 - _TITLE_OF_LONG)
        factors = dict.fromkeys(("title", "headings", "url"), marked_factor)
        factors |= {HASHTAGS: 1.0, POST: _BESIDE_TEXT if matches.length else 1.0}
        mentions = {topic: mentions_of(own) for topic, own in matches.counted.items()}
        most = max(mentions.values(), default=0)
        weighed = {
            topic: self._marked(own, factors) for topic, own in _by_topic(matches.marked).items()
        }
        in_title = {match.topic for match in matches.marked if match.field == "title"}
        passing = frozenset[str]()
        if matches.sentences:
            passing = _in_passing(matches) | _mentioned_beside_subject(matches)
        for topic, counted in matches.counted.items():
            prominence = mentions[topic] / most if most else 0.0
            pairs = _text(counted, mentions[topic], prominence, matches.length, long, titled)
            if not titled and _is_aside(counted, matches.length):
                pairs = [(match, worth * _ASIDE) for match, worth in pairs]
            if topic in passing:
                pairs = [(match, worth * _PASSING) for match, worth in pairs]
            own = weighed.setdefault(topic, [])
            own.extend(pairs)
            if long and topic in in_title:
                weighed[topic] = _as_subject(own)
        return weighed

    def _marked(
        self, matches: Sequence[PhraseMatch], factors: Mapping[str, float]
    ) -> WeightedMatches:
        """The matches of one topic outside the text, weighed by the `factors` of their fields."""
        counted = _without_repeats(matches) if len(matches) > 1 else matches
        return [
            (match, self._worth(match, nth) * factors[match.field])
            for match, nth in _numbered(counted)
        ]

    def _worth(self, match: PhraseMatch, nth: int) -> float:
        if match.rule == LEARNED:
            return match.weight
        if nth > _COUNTED:
            return 0.0
        rule = STRONG if match.rule == CONTEXTUAL else match.rule
        worth = self._aliases.get((match.topic, match.field, rule), _MARKED[match.field, rule])
        return worth * (_AGAIN if match.field == POST and nth > 1 else 1.0)


def _is_aside(matches: Sequence[PhraseMatch], length: int) -> bool:
    """Whether a post names a topic only once, by an everyday expression.

    A single sentence is about its only expression; a longer post mentions many things.
    """
    if len(matches) > 1 or not _ASIDE_FROM <= length <= _ASIDE_TO:
        return False
    return matches[0].rule == CONTEXTUAL and matches[0].times == 1


def _mentioned_beside_subject(matches: ItemMatches) -> set[str]:
    """The topics that a post names once, after its subject and not in a list of topics.

    A subject is a topic that the post names more than once. A sentence that names three topics is
    a list.
    """
    if matches.length < _ASIDE_FROM:
        return set()
    starts = [match.start for own in matches.counted.values() if _is_subject(own) for match in own]
    if not starts:
        return set()
    tagged = _tagged(matches)
    named = Counter(
        chain.from_iterable(
            {bisect_left(matches.sentences, match.start) for match in _sure(own)}
            for own in matches.counted.values()
        )
    )
    return {
        topic
        for topic, own in matches.counted.items()
        if topic not in tagged
        and len(own) == own[0].times == 1
        and own[0].rule in SURE
        and own[0].start > min(starts)
        and named[bisect_left(matches.sentences, own[0].start)] < _LIST
    }


def _tagged(matches: ItemMatches) -> frozenset[str]:
    """The topics that a hashtag or the slug of a URL names, which is not a mention."""
    return matches.linked.union(match.topic for match in matches.marked)


def _is_subject(matches: Sequence[PhraseMatch]) -> bool:
    """Whether a post names a topic more than once."""
    sure = _sure(matches)
    return _separate(sure) > 1 or sum([match.times for match in sure]) > 1


def _sure(matches: Iterable[PhraseMatch]) -> list[PhraseMatch]:
    return [match for match in matches if match.rule in SURE]


def _in_passing(matches: ItemMatches) -> frozenset[str]:
    """The topics that a short post only mentions: once, by one phrase, and its subject is another.

    A topic that is named by several phrases is the subject. Topics in the opening sentence and in
    a sentence about the subject belong to it. An everyday expression is a mention as well if two
    topics have strong phrases. A hashtag or the slug of a URL is not a mention.
    """
    sure = {topic: own for topic, counted in matches.counted.items() if (own := _sure(counted))}
    tagged = _tagged(matches)
    strong = sum(any(match.rule == STRONG for match in own) for own in sure.values())
    about = _sentences_about_subjects(sure, matches.sentences)
    mentions = {
        topic: own[0]
        for topic, own in sure.items()
        if len(matches.counted[topic]) == own[0].times == 1 and topic not in tagged
    }
    return frozenset(
        topic
        for topic, mention in mentions.items()
        if (about and bisect_left(matches.sentences, mention.start) not in about)
        or (strong > 1 and mention.rule == CONTEXTUAL)
    )


def _sentences_about_subjects(
    sure: Mapping[str, Sequence[PhraseMatch]], ends: Sequence[int]
) -> set[int]:
    """The numbers of the opening sentence and of those that name a subject; empty without one."""
    subjects = [own for own in sure.values() if _separate(own) > 1]
    opening = min([match.start for own in sure.values() for match in own], default=0)
    starts = [match.start for own in subjects for match in own]
    return {bisect_left(ends, start) for start in (*starts, opening)} if subjects else set()


def _separate(matches: Iterable[PhraseMatch]) -> int:
    """The number of phrases that do not overlap."""
    count = end = 0
    for match in sorted(matches, key=lambda match: match.start):
        if match.start >= end:
            count += 1
            end = match.start + len(match.quote)
    return count


def _as_subject(own: WeightedMatches) -> WeightedMatches:
    """The matches of one topic; a topic of the title that the text names repeatedly is a subject.

    The first phrase of the topic in the title has the missing weight.
    """
    text = {match.phrase: match.times for match, _ in own if is_sure(match, "text")}
    times = sum(text.values())
    named = [
        n
        for n, (match, _) in enumerate(own)
        if is_sure(match, "title")
        and (match.rule == STRONG or text.get(match.phrase, 0) >= _LEAST_TIMES)
    ]
    missing = _ENOUGH - sum([worth for _, worth in own])
    if not named or times < _LEAST_TIMES or missing <= 0:
        return own
    match, worth = own[named[0]]
    return [*own[: named[0]], (match, worth + missing), *own[named[0] + 1 :]]


def is_sure(match: PhraseMatch, field: str) -> bool:
    """Return whether a `match` in a `field` names its topic."""
    return match.field == field and match.rule in SURE


def _length_share(length: int) -> float:
    """How far a text counts as long: 0.0 for a post, 1.0 for an article."""
    if length < _SHORT_TEXT:
        return 0.0
    low, high = math.log(_SHORT_TEXT), math.log(_LONG_TEXT)
    return min((math.log(length + 1) - low) / (high - low), 1.0)


def _text(
    matches: Sequence[PhraseMatch],
    mentions: float,
    prominence: float,
    length: int,
    long: float,
    titled: bool,
) -> WeightedMatches:
    if not long:
        return list(zip(matches, _short(matches, titled), strict=True))
    sure = _sure(matches)
    if long == 1 and not sure:
        return [(match, 0.0) for match in matches]
    total = long * _long_worth(sure, mentions, prominence, length) if sure else 0.0
    share = total / (sum([match.times for match in sure]) or 1)
    if long == 1:
        return [(match, share * match.times if match.rule in SURE else 0.0) for match in matches]
    short = _short(matches, titled)
    return [
        (match, (1 - long) * worth + (share * match.times if match.rule in SURE else 0.0))
        for match, worth in zip(matches, short, strict=True)
    ]


def _short(matches: Sequence[PhraseMatch], titled: bool) -> list[float]:
    return [
        0.0 if _repeats(match, matches) else _short_worth(match, nth, titled)
        for match, nth in _numbered(matches)
    ]


def _repeats(match: PhraseMatch, matches: Sequence[PhraseMatch]) -> bool:
    """Whether a hint lies within a certain phrase, which counts instead: `balancer`."""
    end = match.start + len(match.quote)
    return match.rule == WEAK and any(
        certain.rule in SURE
        and certain.start <= match.start
        and end <= certain.start + len(certain.quote)
        and match.times <= certain.times
        for certain in matches
    )


def mentions_of(matches: Iterable[PhraseMatch]) -> int:
    """Return how often `matches` name a topic in a text; weak phrases count with certain ones."""
    sure = weak = 0
    for match in matches:
        if match.rule in SURE:
            sure += match.times
        elif match.rule == WEAK:
            weak += match.times
    return sure + min(weak, sure)


def _short_worth(match: PhraseMatch, nth: int, titled: bool) -> float:
    if nth > _COUNTED:
        return 0.0
    rule = STRONG if match.rule == CONTEXTUAL else match.rule
    worth = _TEXT[rule] * (_BESIDE_TITLE if titled else 1.0)
    return worth * (_AGAIN if nth > 1 else 1.0) + _REPEATED * math.log(match.times)


def _long_worth(
    sure: Sequence[PhraseMatch], mentions: float, prominence: float, length: int
) -> float:
    """The weight of a topic in a long text.

    Its own measures and its prominence among the topics of the text count together. A topic that
    is named often enough is a subject of the text, whatever else the text names.
    """
    opening = sum([match.start < OPENING_CHARACTERS for match in sure])
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


def _by_topic(matches: Iterable[PhraseMatch]) -> dict[str, list[PhraseMatch]]:
    by_topic: dict[str, list[PhraseMatch]] = {}
    for match in matches:
        by_topic.setdefault(match.topic, []).append(match)
    return by_topic


def _without_repeats(matches: Sequence[PhraseMatch]) -> list[PhraseMatch]:
    """Return the matches without the learned phrases inside a weak phrase.

    Such a phrase is not a second match.
    """
    if all(match.rule != LEARNED for match in matches):
        return list(matches)
    weak = [
        (match.field, match.start, match.start + len(match.quote))
        for match in matches
        if match.rule in (WEAK, AMBIGUOUS)
    ]
    return [
        match
        for match in matches
        if match.rule != LEARNED or match.weight < 0 or not any(_within(match, *s) for s in weak)
    ]


def _within(match: PhraseMatch, field: str, start: int, end: int) -> bool:
    return match.field == field and start <= match.start and match.start + len(match.quote) <= end


def _numbered(matches: Sequence[PhraseMatch]) -> list[tuple[PhraseMatch, int]]:
    """Each match with its number among those of the same field and rule, from 1."""
    if len(matches) == 1:
        return [(matches[0], 1)]
    counts: dict[tuple[str, str], int] = {}
    numbered = []
    for match in matches:
        rule = STRONG if match.rule == CONTEXTUAL else match.rule
        kind = (match.field, rule)
        counts[kind] = number = counts.get(kind, 0) + 1
        numbered.append((match, number))
    return numbered
