"""How high an article stands this week: different people, what they write about, and age.

One formula, its constants named.

    worth = people ^ PEOPLE_POWER x (1 + NETWORK_BONUS x (networks - 1)) x topic weight x kind
    weight
    rank  = log2(worth) + days from EPOCH to the first share / HALF_LIFE_DAYS

Worth halves every HALF_LIFE_DAYS. Halving everything alike changes no order, so the rank adds the
age of the article to the logarithm instead, and stays
the same from night to night until somebody else shares it (the form that Reddit's "hot" order has).
People are what ranks, so a flood by one author, copied texts and stuffed hashtags raise nothing: of
one author only MOST_A_DAY posts a day are looked at,
texts that repeat another count as that one, and a post with more than MOST_HASHTAGS hashtags counts
HALF.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
PEOPLE_POWER = 0.8
NETWORK_BONUS = 0.25
HALF_LIFE_DAYS = 5.0
MOST_A_DAY = 3
MOST_HASHTAGS = 8
HALF = 0.5
FEED_SHARE = 0.4  # a site that announces its own article is no reader who shares it
TOPIC_WEIGHTS = {"certain": 1.0, "likely": 0.7, "weak": 0.3}
NO_TOPIC = 0.2
KIND_WEIGHTS = {"event": 0.5, "job": 0.1, "promotion": 0.1}


@dataclass(frozen=True, slots=True)
class Share:
    """One post that points at an article. `author` is any stable key of a person; `text_of` names
    the post that this one repeats, or itself.
    """

    author: str
    network: str
    at: datetime
    hashtags: int = 0
    text_of: int = 0


def weighted_sharers(shares: Iterable[Share]) -> float:
    """How many different people stand behind these shares, after the rules against floods, copies
    and stuffing.
    """
    a_day: Counter[tuple[str, str]] = Counter()
    best: dict[str, float] = defaultdict(float)
    texts: set[int] = set()
    for share in sorted(shares, key=lambda each: (each.at, each.author)):
        a_day[share.author, share.at.date().isoformat()] += 1
        copied = bool(share.text_of) and share.text_of in texts
        texts.add(share.text_of)
        if copied or a_day[share.author, share.at.date().isoformat()] > MOST_A_DAY:
            continue
        worth = (FEED_SHARE if share.network == "feed" else 1.0) * (
            HALF if share.hashtags > MOST_HASHTAGS else 1.0
        )
        best[share.author] = max(best[share.author], worth)
    return sum(best.values())


def rank_article(shares: Iterable[Share], confidence: str | None, kind: str) -> float:
    """The rank of one article, rounded to 4 places; 0 when nobody shared it.

    `confidence` is that of its surest topic, None without a topic.
    """
    shares = tuple(shares)
    if not shares:
        return 0.0
    networks = len({share.network for share in shares if share.network != "feed"}) or 1
    weight = TOPIC_WEIGHTS[confidence] if confidence else NO_TOPIC
    worth = (
        weighted_sharers(shares) ** PEOPLE_POWER
        * (1 + NETWORK_BONUS * (networks - 1))
        * weight
        * KIND_WEIGHTS.get(kind, 1.0)
    )
    days = (min(share.at for share in shares) - EPOCH).total_seconds() / 86400
    return round(math.log2(worth) + days / HALF_LIFE_DAYS, 4)


def formula_text() -> tuple[str, ...]:
    """The formula in words, a sentence each: first what raises an article, then what does not.

    For the pages that print it.
    """
    kinds = ", ".join(f"{kind} {weight:g}" for kind, weight in KIND_WEIGHTS.items())
    topics = ", ".join(f"{confidence} {weight:g}" for confidence, weight in TOPIC_WEIGHTS.items())
    return (
        f"worth = people ^ {PEOPLE_POWER:g} × (1 + {NETWORK_BONUS:g} × (networks − 1)) × topic × kind, and it halves every {HALF_LIFE_DAYS:g} days.",
        f"Topic is the weight of the surest topic: {topics}, none {NO_TOPIC:g}. Kind is {kinds}, everything else 1.",
        f"rank = log2(worth) + days from {EPOCH:%Y-%m-%d} to the first share / {HALF_LIFE_DAYS:g}: the same order, and numbers that stay from night to night.",
        "People are different people: a second post by the same person raises nothing.",
        f"Of one author at most {MOST_A_DAY} posts a day are looked at; a text that repeats another counts as that one.",
        f"A post with more than {MOST_HASHTAGS} hashtags counts {HALF:g}; a site's own feed that announces the article counts {FEED_SHARE:g}.",
        "Likes, boosts, followers, payment and the age of an account are not looked at.",
    )
