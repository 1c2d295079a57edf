"""Relations between articles: mentioned entities, related articles and stories."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Struct


@dataclass(frozen=True, slots=True)
class Mention:
    """A name or figure in a text, with the first sentence that contains it.

    `start` is the offset of the name in the text, in characters.
    """

    slug: str
    name: str
    kind: str
    sentence: str
    start: int


class Relation(Struct, frozen=True, gc=False):
    """Two related articles, with a score from 0 to 1 and the reason."""

    article_id: int
    other_id: int
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Story:
    """Articles about one event or idea; `members` has the lead first, then others by time."""

    lead: int
    members: tuple[int, ...]
    reason: str
