"""Related articles share rare topics, entities and words, and say so."""

from __future__ import annotations

from crawler.knowledge.related import MOST, Profile, related

NONE: frozenset[str] = frozenset()
FILLER = [Profile(number, frozenset({"Distributed systems"}), NONE, f"note {number} about thing{number} other{number}") for number in range(10, 60)]


def test_the_reason_names_what_is_shared() -> None:
    one = Profile(1, frozenset({"Caching", "Distributed systems"}), frozenset({"Redis"}), "Stampedes and locks")
    two = Profile(2, frozenset({"Caching", "Distributed systems"}), frozenset({"Redis"}), "Locks for hot keys")
    found = {(each.article_id, each.other_id): each.reason for each in related([one, two, *FILLER])}
    assert found[1, 2] == found[2, 1]
    assert found[1, 2].startswith("both about Caching")
    assert found[1, 2].endswith("both name Redis")


def test_what_everything_shares_relates_nothing() -> None:
    assert related(FILLER) == []


def test_no_article_gets_more_than_a_handful() -> None:
    alike = [Profile(number, frozenset({"Sagas"}), frozenset({"Temporal"}), "compensating transactions") for number in range(20)]
    found = related(alike)
    assert max(sum(each.article_id == number for each in found) for number in range(20)) == MOST
