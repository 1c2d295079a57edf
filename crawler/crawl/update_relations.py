"""Relations of changed articles, found by their stored features instead of all profiles.

The weights of features stay as counted until the library has doubled. So a changed article changes
only its own relations and those of articles that it was or becomes similar to.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from sqlite_utils import Database

from crawler.knowledge.related_articles import (
    MOST,
    Profile,
    Weights,
    features_of,
    most_similar,
    scored_neighbours,
)
from crawler.models.relations import Relation
from crawler.store import article_profiles
from crawler.store.article_profiles import StoredProfile

LoadProfiles = Callable[[Iterable[int]], list[Profile]]
"""Returns the profiles of the articles with these ids that may be shown."""

FEW_ARTICLES = 2_000
"""In a library of fewer articles all relations are derived again: this takes a second."""

_MOST_COUNTS = 200_000
_MOST_NORMS = 400_000
_MOST_PROFILES = 10_000
_ROUNDING = 1e-4  # more than stored scores differ from exact ones


def are_counts_current(counted: int, articles: int) -> bool:
    """Whether features `counted` among so many articles serve for a library of `articles`."""
    return counted >= FEW_ARTICLES and articles <= 2 * counted <= 4 * articles


def relate_changed(
    db: Database, changed: Collection[int], incomplete: Collection[int], load: LoadProfiles
) -> tuple[frozenset[int], list[Relation]]:
    """Return the articles that the `changed` ones concern, and all relations of these articles.

    The relations of `incomplete` articles are derived too: an article that was related to them is
    no longer stored. Stores the features of changed articles; `load` reads their profiles. The
    caller holds the transaction.
    """
    index = StoredIndex(db)
    concerned = set(incomplete)
    profiles = {profile.article_id: profile for profile in load(changed)}
    stored = article_profiles.load_profiles(db, changed)
    different = [
        article_id
        for article_id in changed
        if _numbers(profiles.get(article_id)) != stored.get(article_id, (0.0, ()))[1]
    ]
    for article_id in different:
        concerned |= article_profiles.related_to(db, [article_id])
        article_profiles.delete_profile(db, article_id)
        if article_id in profiles:
            index.learn(_numbers(profiles[article_id]))
            _save_profile(db, index.weights, profiles[article_id])
            concerned.add(article_id)
    index.forget(different)
    for article_id in different:
        if article_id in profiles:
            concerned.update(_overtaken(db, index, profiles[article_id]))

    relations: list[Relation] = []
    for profile in load(concerned):
        index.learn(_numbers(profile))
        relations += most_similar(profile, index)
    return frozenset({*concerned, *different}), relations


def _save_profile(db: Database, weights: Weights, profile: Profile) -> None:
    numbers = sorted(features_of(profile))
    shared = [number for number in numbers if weights.distinguishes(number)]
    norm = weights.norm(numbers)
    article_profiles.save_profile(db, profile.article_id, norm, numbers, shared)


def _numbers(profile: Profile | None) -> tuple[int, ...]:
    return tuple(sorted(features_of(profile))) if profile else ()


def _overtaken(db: Database, index: StoredIndex, profile: Profile) -> Iterator[int]:
    """Yield the articles to which the one with this `profile` may become related."""
    numbers = _numbers(profile)
    index.learn(numbers)
    norm = index.weights.norm(numbers)
    neighbours = {
        article_id: similarity / norm
        for similarity, article_id in scored_neighbours(profile.article_id, numbers, index)
    }
    lowest = article_profiles.lowest_scores(db, neighbours, MOST)
    for article_id, score in neighbours.items():
        if score + _ROUNDING >= lowest[article_id]:
            yield article_id


class StoredIndex:
    """The stored features of all articles. Rows that were used last are kept, within limits."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._counts: dict[int, int] = {}
        self._profiles: dict[int, StoredProfile] = {}
        self._norms: dict[int, Mapping[int, int]] = {}  # by feature, the last used one last
        self._kept_norms = 0
        self.weights = Weights(article_profiles.counted(db, "articles"), self._counts)

    def learn(self, numbers: Iterable[int]) -> None:
        """Read the counts of the features `numbers`."""
        if len(self._counts) > _MOST_COUNTS:
            self._counts.clear()
            self.weights.forget()
        unknown = [number for number in numbers if number not in self._counts]
        if unknown:
            self._counts.update(
                dict.fromkeys(unknown, 1) | article_profiles.load_counts(self._db, unknown)
            )

    def forget(self, article_ids: Iterable[int]) -> None:
        """Read the articles `article_ids` again, because their features changed."""
        self._norms.clear()
        self._kept_norms = 0
        for article_id in article_ids:
            self._profiles.pop(article_id, None)

    def dot_products(
        self, article_id: int, numbers: Sequence[int], min_dot: float
    ) -> Mapping[int, float]:
        """Return the dot products of the article `article_id` that may be similar enough.

        `numbers` are its features. Products below `min_dot` times a norm are not needed.
        """
        self.learn(numbers)
        norms = {
            number: self._norms_by_article(number)
            for number in filter(self.weights.distinguishes, numbers)
        }
        # the stored norms are rounded down, and the least product by more than a rounding error
        least = min_dot * (1 - 1e-9)
        dots = dict.fromkeys(self._candidates(norms, least), 0.0)
        dots.pop(article_id, None)
        likely: set[int] = set()
        for number, norm_of in norms.items():
            square = self.weights.square(number)
            for neighbour in dots.keys() & norm_of.keys():
                dots[neighbour] += square
                if dots[neighbour] >= least * norm_of[neighbour]:
                    likely.add(neighbour)
        self._read(likely)
        return {near: dots[near] for near in likely if near in self._profiles}

    def _candidates(self, norms: Mapping[int, Mapping[int, int]], min_dot: float) -> set[int]:
        """Return the articles that share two of the features, or one that is sufficient alone.

        Most articles share one feature only; set operations exclude them all at once.
        """
        sharing_one: set[int] = set()
        candidates: set[int] = set()
        for number, norm_of in norms.items():
            candidates |= norm_of.keys() & sharing_one
            sharing_one.update(norm_of)
            square = self.weights.square(number)
            if norm_of and square >= min_dot * min(norm_of.values()):
                candidates.update(
                    article for article, norm in norm_of.items() if square >= min_dot * norm
                )
        return candidates

    def _norms_by_article(self, number: int) -> Mapping[int, int]:
        """Return the norm, rounded down, of each article with the feature `number`."""
        norms = self._norms.pop(number, None)
        if norms is None:
            norms = article_profiles.norms_by_article(self._db, number)
            self._kept_norms += len(norms)
        self._norms[number] = norms
        while self._kept_norms > _MOST_NORMS and len(self._norms) > 1:
            self._kept_norms -= len(self._norms.pop(next(iter(self._norms))))
        return norms

    def _read(self, article_ids: Collection[int]) -> None:
        """Read the profiles of `article_ids`."""
        if len(self._profiles) > _MOST_PROFILES:
            self._profiles.clear()
        unread = [article_id for article_id in article_ids if article_id not in self._profiles]
        if unread:
            self._profiles.update(article_profiles.load_profiles(self._db, unread))

    def norm_of(self, article_id: int) -> float:
        """Return the norm of the article `article_id`."""
        return self._profiles[article_id][0]

    def numbers_of(self, article_id: int) -> Collection[int]:
        """Return the features of the article `article_id`."""
        return self._profiles[article_id][1]
