"""The numbers of the documents of the search: a better document has a smaller number.

A number follows from the rows of one document, so that a new document changes no other number.
Topics and entities come first, by how many articles have them. Articles, posts and people follow.
They share the scale of the rank of articles (`crawler.knowledge.ranking`), on which five days of
age halve the worth of a document.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_HALF_LIFE_SECONDS = 5 * 86400.0
_LEVELS_PER_HALVING = 4
_MOST_LEVELS = 1 << 16
_IDS = 1 << 30  # numbers within a level
_NAMED_IDS = 1 << 24
_NAMED_LEVELS = 64
_TYPES = {"article": 0, "person": 1, "post": 2}  # three documents may have the same id


def named_number(is_topic: bool, row_id: int, subjects: int) -> int:
    """Return the number of a topic (`is_topic`) or an entity with the id `row_id`.

    `subjects` counts what has it. Levels double, so that few new articles change few numbers.
    """
    level = _NAMED_LEVELS - 1 - subjects.bit_length()
    return (level + (0 if is_topic else _NAMED_LEVELS)) * _NAMED_IDS + row_id


def ranked_number(kind: str, row_id: int, rank: float) -> int:
    """Return the number of the document of a `kind` with a row id and a `rank`.

    Of one level of rank, the newest post comes first, and the article that was found first.
    """
    level = min(max(int(rank * _LEVELS_PER_HALVING), 0), _MOST_LEVELS - 1)
    place = _IDS - 1 - row_id % _IDS if kind == "post" else row_id % _IDS
    return ((_MOST_LEVELS - level) * _IDS + place) * len(_TYPES) + _TYPES[kind]


def rank_of_time(at: str, worth: int = 1) -> float:
    """Return the rank of something of so much `worth` and the time `at`, an ISO date or time.

    It is 0 for a time that is not one.
    """
    try:
        time = datetime.fromisoformat(at[:10]).replace(tzinfo=UTC)
    except ValueError:
        return 0.0
    return math.log2(max(worth, 1)) + (time - _EPOCH).total_seconds() / _HALF_LIFE_SECONDS
