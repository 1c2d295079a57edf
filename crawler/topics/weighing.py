"""Weighing signs: how much each of them speaks for its topic. 1.0 together is what a topic needs to be likely.

A title, a post or a description is short: each alias in it was chosen, so a strong one stands alone and a weak one needs a second sign.
In an article a mention means nothing (an alias anywhere in a long text was right one time in ten): there the share of a topic in all that is
said, its rank among the topics, the variety of its words, the opening and the title decide. The constants of a long text are those of a logistic
regression over (article, topic) pairs that knows no topic by name, so that they hold for topics it has never seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from crawler.topics.learned import Learned
from crawler.topics.phrases import HASHTAG, LEARNED, POST, STRONG, WEAK, Counted, Sign

Weighed = list[tuple[Sign, float]]

_SHORT = {
    ("title", STRONG): 1.0, ("title", WEAK): 0.5, ("text", STRONG): 1.0, ("text", WEAK): 0.4, ("headings", STRONG): 0.6,
    ("url", STRONG): 0.5, ("url", WEAK): 0.2, ("hashtags", HASHTAG): 1.3,
}
_COUNTED = 2  # further phrases of the same kind in the same field add nothing
_AGAIN = 0.5  # what the second phrase in a text adds, as a part of the first
_BESIDE_TITLE = 0.6  # a description under a title repeats and wanders more than the title itself

_LONG = {("title", STRONG): 0.64, ("title", WEAK): 0.44, ("headings", STRONG): 0.1, ("hashtags", HASHTAG): 0.6}
_OPENING, _SHARE, _RANK, _VARIETY = 0.066, 0.79, 0.51, 0.10
_OPENING_CHARACTERS = 600
_ENOUGH_TIMES = 3  # a topic named less often in a whole article is not what it is about


class Scales:
    """Weighs signs; a learned table corrects what an alias of a topic is worth in a short item."""

    def __init__(self, learned: Learned) -> None:
        self._aliases = learned.aliases

    def short(self, signs: Iterable[Sign], titled: bool) -> dict[str, Weighed]:
        """The signs of each topic in a short item, with their weights; `titled` says that its text stands under a title."""
        return {
            topic: [(sign, self._worth(sign, nth, titled)) for sign, nth in _numbered(_said_once(own))] for topic, own in _by_topic(signs).items()
        }

    def _worth(self, sign: Sign, nth: int, titled: bool) -> float:
        if sign.rule == LEARNED:
            return sign.weight
        field = "text" if sign.field == POST else sign.field
        worth = self._aliases.get((sign.topic, field, sign.rule), _SHORT[field, sign.rule])
        if field == "text":
            worth *= (_BESIDE_TITLE if titled else 1.0) * (_AGAIN if nth > 1 else 1.0)
        return worth if nth <= _COUNTED else 0.0


def weigh_long(signs: Iterable[Sign], counted: Counted) -> dict[str, Weighed]:
    """The signs of each topic in an article, with their weights: those in its title, headings and hashtags, and those counted in its text."""
    marked = {topic: _marked(own) for topic, own in _by_topic(signs).items()}
    every, most = sum(counted.times.values()), max(counted.times.values(), default=0)
    discussed = {topic: _discussed(own, counted.times[topic], every, most) for topic, own in counted.signs.items()}
    return {topic: [*marked.get(topic, ()), *discussed.get(topic, ())] for topic in {**marked, **discussed}}


def _by_topic(signs: Iterable[Sign]) -> dict[str, list[Sign]]:
    found: dict[str, list[Sign]] = {}
    for sign in signs:
        found.setdefault(sign.topic, []).append(sign)
    return found


def _said_once(signs: Sequence[Sign]) -> list[Sign]:
    """The signs without learned phrases that only say again what a weak alias says at the same place: that is no second sign."""
    weak = [(sign.field, sign.start, sign.start + len(sign.quote)) for sign in signs if sign.rule == WEAK]
    return [sign for sign in signs if sign.rule != LEARNED or sign.weight < 0 or not any(_within(sign, *span) for span in weak)]


def _within(sign: Sign, field: str, start: int, end: int) -> bool:
    return sign.field == field and start <= sign.start and sign.start + len(sign.quote) <= end


def _marked(signs: Sequence[Sign]) -> Weighed:
    return [(sign, _LONG[sign.field, sign.rule] if nth <= _COUNTED else 0.0) for sign, nth in _numbered(signs)]


def _discussed(signs: Sequence[Sign], times: int, every: int, most: int) -> Weighed:
    opening = sum([sign.start < _OPENING_CHARACTERS for sign in signs])
    worth = _SHARE * times / (every + 1) + _RANK * times / most + _VARIETY * math.log1p(len(signs)) + _OPENING * math.log1p(opening)
    each = worth * min(1.0, times / _ENOUGH_TIMES) / times
    return [(sign, each * sign.times) for sign in signs]


def _numbered(signs: Iterable[Sign]) -> Iterator[tuple[Sign, int]]:
    """Each sign with its number among those of the same field and rule, from 1."""
    seen: dict[tuple[str, str], int] = {}
    for sign in signs:
        kind = (sign.field, sign.rule)
        seen[kind] = seen.get(kind, 0) + 1
        yield sign, seen[kind]
