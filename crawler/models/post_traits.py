"""Traits of a post that show whether its source still has the same owner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Traits(Protocol):
    """Traits that are compared: stored ones, which are read when they are used, or `PostTraits`."""

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that the post links to."""

    @property
    def languages(self) -> frozenset[str]:
        """The language of the post, if it is known."""

    @property
    def topics(self) -> frozenset[str]:
        """The topics of the post."""


@dataclass(frozen=True, slots=True)
class PostTraits:
    """The hosts that a post links to, its language and its topics."""

    hosts: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
