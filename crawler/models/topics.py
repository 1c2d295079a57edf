"""Topics of the taxonomy, the items to be tagged, and topic scores with their evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from msgspec import Struct

Confidence = Literal["certain", "likely", "weak"]
SubjectKind = Literal["article", "post"]


class Evidence(Struct, frozen=True, gc=False):
    """Why a topic was given: the quoted words, the character offset of the first ones in the field,
    the rule that matched, how often the words occur, and of running text the first sentence (on one
    line) with them. Learned phrases are one piece: the weightiest is quoted, `times` counts them.
    """

    field: str
    quote: str
    start: int
    rule: str
    weight: float
    times: int = 1
    sentence: str = ""


class TopicScore(Struct, frozen=True, gc=False):
    """One topic of one text, with all its evidence."""

    topic: str
    score: float
    confidence: Confidence
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A text to be tagged: fields may be empty.

    `post`, what a post says that shares it, is looked at only where there is no text.
    """

    title: str = ""
    text: str = ""
    hashtags: tuple[str, ...] = ()
    url: str = ""
    headings: tuple[str, ...] = ()
    post: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """One entry of the taxonomy, as `data/topics/<slug>.toml` says it."""

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
