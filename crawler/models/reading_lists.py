"""Picks: the works that the reading list of a topic recommends."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pick:
    """One work of a reading list, as its file describes it.

    `authors` are people or organizations. `kind` is a kind of article, a book or an essay. `why`
    is one sentence for readers. `listed_in` is the place where the URL was published: a GitHub
    repository as `owner/name`, `labelled corpus` or `documentation`. `year` is None if unknown.
    """

    url: str
    title: str
    kind: str
    why: str
    listed_in: str
    authors: tuple[str, ...] = ()
    year: int | None = None
