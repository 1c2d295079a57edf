"""Group URLs into articles by keys and evidence, with disjoint sets (union-find). No I/O."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from crawler.models.articles import AliasReason

_ORDER = (AliasReason.CURATOR, AliasReason.CANONICAL, AliasReason.REDIRECT, AliasReason.TEXT_MATCH)


@dataclass(frozen=True, slots=True)
class MergeEvidence:
    """Evidence that two URLs are one article."""

    url: str
    joined_to: str
    reason: str


@dataclass(slots=True)
class UrlGroups:
    """Disjoint sets of URLs; `apart` has the pairs that the curator split."""

    apart: Collection[tuple[str, str]]
    parents: dict[str, str] = field(default_factory=dict)

    def find(self, url: str) -> str:
        """Return the representative of the set that contains `url`."""
        self.parents.setdefault(url, url)
        while self.parents[url] != url:
            self.parents[url] = self.parents[self.parents[url]]
            url = self.parents[url]
        return url

    def join(self, first: str, second: str) -> None:
        """Join the sets of the URLs `first` and `second`, unless the curator split them."""
        a, b = self.find(first), self.find(second)
        if a != b and not any(
            {self.find(url), self.find(other_url)} == {a, b} for url, other_url in self.apart
        ):
            self.parents[max(a, b)] = min(a, b)

    def sets(self) -> list[list[str]]:
        """Return all sets, each sorted."""
        groups: dict[str, list[str]] = {}
        for url in sorted(self.parents):
            groups.setdefault(self.find(url), []).append(url)
        return list(groups.values())


def group_urls(
    keys: Mapping[str, str], edges: Sequence[MergeEvidence], apart: Collection[tuple[str, str]]
) -> list[list[str]]:
    """Return groups of URLs, one per article: by decisions of the curator, key and evidence.

    `keys` maps each URL to its key, `edges` is the evidence, and `apart` has the pairs of URLs
    that the curator split.
    """
    groups = UrlGroups(apart)
    for url in keys:
        groups.find(url)
    alone = {url for url, other_url in apart if keys.get(url) == keys.get(other_url)}
    for reason in _ORDER[:1]:
        _follow(groups, edges, reason)
    first: dict[str, str] = {}
    for url in sorted(keys):
        if keys[url] and url not in alone:
            groups.join(first.setdefault(keys[url], url), url)
    for reason in _ORDER[1:]:
        _follow(groups, edges, reason)
    return groups.sets()


def _follow(groups: UrlGroups, edges: Iterable[MergeEvidence], reason: str) -> None:
    for edge in sorted(edges, key=lambda edge: (edge.url, edge.joined_to)):
        if edge.reason == reason and edge.joined_to:
            groups.join(edge.joined_to, edge.url)
