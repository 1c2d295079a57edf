"""Topics of the taxonomy, the items to be tagged, and topic scores with their evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from msgspec import Struct

Confidence = Literal["certain", "likely", "weak"]
SubjectKind = Literal["article", "post"]

QUOTE_WORDS = 9
"""Words of an article that one piece of evidence may publish; the longest phrase of the shipped
taxonomy has nine.
"""


class Evidence(Struct, frozen=True, gc=False):
    """One match that supports a topic.

    `quote` is the matching text, `start` the offset of its first occurrence in `field`, in
    characters, `rule` the matching rule, `times` the number of occurrences. `sentence` is the first
    sentence of running text with the match, on one line. Learned phrases form one piece of
    evidence: `quote` is the phrase with the highest weight, `times` the number of phrases.
    """

    field: str
    quote: str
    start: int
    rule: str
    weight: float
    times: int = 1
    sentence: str = ""


class TopicScore(Struct, frozen=True, gc=False):
    """One topic of one text, with its score, confidence and all evidence."""

    topic: str
    score: float
    confidence: Confidence
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A text to be tagged; fields may be empty.

    `post` is the text of posts that share the item.
    """

    title: str = ""
    text: str = ""
    hashtags: tuple[str, ...] = ()
    url: str = ""
    headings: tuple[str, ...] = ()
    post: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic of the taxonomy, as defined in `data/topics/<slug>.toml`."""

    slug: str
    label: str
    definition: str
    broader: str | None = None
    formerly: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    confused_with: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    strong: tuple[str, ...] = ()
    contextual: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    not_this: tuple[str, ...] = ()
    start_here: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()
    source: str = field(default="", compare=False)
