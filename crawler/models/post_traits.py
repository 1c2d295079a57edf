"""Traits of a post that show whether its source still has the same owner."""

from __future__ import annotations

from typing import Protocol


class Traits(Protocol):
    """Traits that are compared. Those of stored posts are read when they are used."""

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that the post links to."""

    @property
    def languages(self) -> frozenset[str]:
        """The language of the post, if it is known."""

    @property
    def topics(self) -> frozenset[str]:
        """The topics of the post."""
