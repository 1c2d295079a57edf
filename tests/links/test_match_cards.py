"""Matching of link preview cards without a URL."""

from __future__ import annotations

import pytest

from crawler.links.match_cards import match_card, match_cards
from crawler.models.card_matching import ArticleMatch, MatchCandidate, WaitingCard
from crawler.models.posts import Card

CLOCKS = MatchCandidate(
    1,
    "https://blog.example.org/2026/06/why-clocks-drift",
    "Why clocks drift in data centres",
    "Example Blog",
)
RAFT = MatchCandidate(2, "https://ada.substack.com/p/raft-in-three-pictures", "", "")
PART_ONE = MatchCandidate(
    3, "https://example.com/p1", "Building a replicated log, part one", "Example Letters"
)
DEV = MatchCandidate(4, "https://dev.to/ada/rebuilding-a-lock-manager-from-scratch-2dhl", "", "")
EVERYTHING = [CLOCKS, RAFT, PART_ONE, DEV]


@pytest.mark.parametrize(
    ("card", "article_id"),
    [
        (Card("Why clocks drift in data centres | Example Blog", site_name="Example Blog"), 1),
        (Card("Why Clocks Drift in Data Centres"), 1),
        (Card("Raft, explained in three pictures", site_name="Ada"), 2),
        (Card("Rebuilding a lock manager from scratch", site_name="DEV Community"), 4),
    ],
)
def test_card_matches_its_article(card: Card, article_id: int) -> None:
    found = match_card(card, EVERYTHING)
    assert found is not None
    assert found[0].article_id == article_id


@pytest.mark.parametrize(
    "card",
    [
        Card("Why clocks drift in data centres", site_name="Another Journal"),
        Card("Why caches drift in data centres", site_name="Example Blog"),
        Card("Building a replicated log, part two", site_name="Example Letters"),
        Card("Clocks drift"),
        Card("Raft in pictures", site_name="Another Journal"),
        Card("DEV Community", site_name="DEV Community"),
        Card(""),
    ],
)
def test_card_without_similar_article_has_no_match(card: Card) -> None:
    assert match_card(card, EVERYTHING) is None


def test_two_articles_with_one_title_give_no_match() -> None:
    twin = MatchCandidate(9, "https://other.example.org/x", CLOCKS.title, "Example Blog")
    assert match_card(Card(CLOCKS.title, site_name="Example Blog"), [CLOCKS, twin]) is None


def test_links_of_the_same_post_need_a_lower_score() -> None:
    card = Card("Why clocks drift: notes from our data centres", site_name="Example Blog")
    assert list(match_cards([WaitingCard(7, card, ())], EVERYTHING)) == []
    (found,) = match_cards([WaitingCard(7, card, (1, 4))], EVERYTHING)
    assert (found.subject_id, found.article_id) == (7, 1)
    assert (
        list(match_cards([WaitingCard(7, Card("Something else entirely"), (1, 4))], EVERYTHING))
        == []
    )
    assert list(
        match_cards([WaitingCard(8, Card(CLOCKS.title, site_name="Example Blog"))], EVERYTHING)
    ) == [ArticleMatch(8, 1, 1.0)]
