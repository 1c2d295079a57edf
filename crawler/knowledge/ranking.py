"""Rank of an article in a week: distinct sharers, topic, kind and age, in one formula.

    worth = people ^ PEOPLE_POWER x (1 + NETWORK_BONUS x (networks - 1)) x topic x kind
    rank  = log2(worth) + days from EPOCH to the first share / HALF_LIFE_DAYS

Worth halves every HALF_LIFE_DAYS. The rank adds the age to the logarithm instead of halving it, so
it gives the same order and stays the same until someone else shares the article. (Reddit's "hot"
order has the same form.)

Spam does not affect the rank, because distinct authors count: at most MAX_POSTS_PER_DAY posts per
author and day, duplicate texts once. A post with more than MAX_HASHTAGS hashtags counts
HASHTAG_PENALTY.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
PEOPLE_POWER = 0.8
NETWORK_BONUS = 0.25
HALF_LIFE_DAYS = 5.0
MAX_POSTS_PER_DAY = 3
MAX_HASHTAGS = 8
HASHTAG_PENALTY = 0.5
FEED_SHARE = 0.4  # the feed of the site itself is not a reader
TOPIC_WEIGHTS = {"certain": 1.0, "likely": 0.7, "weak": 0.3}
NO_TOPIC = 0.2
KIND_WEIGHTS = {"event": 0.5, "job": 0.1, "promotion": 0.1}


@dataclass(frozen=True, slots=True)
class Share:
    """One post that shares an article.

    `author` is any stable key of a person. `text_of` is the id of the post that this one repeats,
    or its own id.
    """

    author: str
    network: str
    at: datetime
    hashtags: int = 0
    text_of: int = 0


def weighted_sharers(shares: Iterable[Share]) -> float:
    """Return the number of distinct authors of `shares`, each with the weight of the best post.

    Copied texts and posts above the daily limit of an author do not count.
    """
    weights: dict[str, float] = defaultdict(float)
    for share in _counted_shares(shares):
        weights[share.author] = max(weights[share.author], _weight(share))
    return sum(weights.values())


def _counted_shares(shares: Iterable[Share]) -> Iterator[Share]:
    """Yield the shares by time, without copied texts and posts above the daily limit."""
    posts_per_day: Counter[tuple[str, str]] = Counter()
    texts: set[int] = set()
    for share in sorted(shares, key=lambda share: (share.at, share.author)):
        day = (share.author, share.at.date().isoformat())
        posts_per_day[day] += 1
        is_copy = bool(share.text_of) and share.text_of in texts
        texts.add(share.text_of)
        if not is_copy and posts_per_day[day] <= MAX_POSTS_PER_DAY:
            yield share


def rank_article(shares: Iterable[Share], confidence: str | None, kind: str) -> float:
    """Return the rank of one article, rounded to 4 places; 0 without `shares`.

    `confidence` is that of its topic with the highest confidence, None without a topic. `kind` is
    the kind of the article.
    """
    shares = tuple(shares)
    if not shares:
        return 0.0
    topic_weight = TOPIC_WEIGHTS[confidence] if confidence else NO_TOPIC
    worth = (
        weighted_sharers(shares) ** PEOPLE_POWER
        * _network_factor(shares)
        * topic_weight
        * KIND_WEIGHTS.get(kind, 1.0)
    )
    days = (min(share.at for share in shares) - EPOCH).total_seconds() / 86400
    return round(math.log2(worth) + days / HALF_LIFE_DAYS, 4)


def _network_factor(shares: Iterable[Share]) -> float:
    networks = len({share.network for share in shares if share.network != "feed"}) or 1
    return 1 + NETWORK_BONUS * (networks - 1)


def formula_text() -> tuple[str, ...]:
    """Return the formula in words for the pages, one sentence per item."""
    kinds = ", ".join(f"{kind} {weight:g}" for kind, weight in KIND_WEIGHTS.items())
    topics = ", ".join(f"{confidence} {weight:g}" for confidence, weight in TOPIC_WEIGHTS.items())
    return (
        f"worth = people ^ {PEOPLE_POWER:g} × (1 + {NETWORK_BONUS:g} × (networks − 1))"
        f" × topic × kind. It halves every {HALF_LIFE_DAYS:g} days.",
        f"Topic is the weight of the highest confidence: {topics}, no topic {NO_TOPIC:g}."
        f" Kind is {kinds}, all others 1.",
        f"rank = log2(worth) + (days from {EPOCH:%Y-%m-%d} to the first share)"
        f" / {HALF_LIFE_DAYS:g}. It sorts like the worth of today and changes with new posts only.",
        "People are distinct authors: further posts by one author do not count.",
        f"At most {MAX_POSTS_PER_DAY} posts per author and day are used;"
        " duplicate texts count once.",
        f"A post with more than {MAX_HASHTAGS} hashtags counts {HASHTAG_PENALTY:g};"
        f" the feed of the site itself counts {FEED_SHARE:g}.",
        "Likes, boosts, followers and account age are ignored.",
    )


def _weight(share: Share) -> float:
    by_network = FEED_SHARE if share.network == "feed" else 1.0
    return by_network * (HASHTAG_PENALTY if share.hashtags > MAX_HASHTAGS else 1.0)
