"""Rank: distinct authors count; floods, copied texts and many hashtags do not raise it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crawler.knowledge.ranking import Share, rank_article, weighted_sharers

DAY = datetime(2026, 6, 1, 12, tzinfo=UTC)


def share(
    author: str, hours: float = 0, network: str = "mastodon", hashtags: int = 2, text_of: int = 0
) -> Share:
    return Share(author, network, DAY + timedelta(hours=hours), hashtags, text_of)


def test_five_hundred_posts_of_one_author_count_as_one_sharer() -> None:
    assert weighted_sharers([share("ada", hour / 100, text_of=hour) for hour in range(500)]) == 1


def test_fifty_accounts_with_one_copied_text_count_as_one_sharer() -> None:
    assert weighted_sharers([share(f"bot{number}", number, text_of=7) for number in range(50)]) == 1


def test_post_with_many_hashtags_counts_half() -> None:
    assert weighted_sharers([share("ada", hashtags=30, text_of=1)]) == 0.5


def test_feed_of_the_site_itself_counts_less_than_a_reader() -> None:
    assert weighted_sharers([share("blog", network="feed", text_of=1)]) < weighted_sharers(
        [share("ada", text_of=1)]
    )


def test_sharers_on_two_networks_rank_higher_than_on_one() -> None:
    one = [share("ada", text_of=1), share("bob", text_of=2)]
    two = [share("ada", text_of=1), share("bob", network="bluesky", text_of=2)]
    assert rank_article(two, "certain", "article") > rank_article(one, "certain", "article")


def test_jobs_and_promotions_rank_low_and_certain_topics_high() -> None:
    shares = [share("ada", text_of=1)]
    assert (
        rank_article(shares, "certain", "article")
        > rank_article(shares, "likely", "article")
        > rank_article(shares, None, "article")
        > rank_article(shares, "certain", "job")
    )


def test_newer_share_ranks_higher_and_worth_halves_in_five_days() -> None:
    young, old = [share("ada", hours=120, text_of=1)], [share("ada", text_of=1)]
    assert (
        round(
            rank_article(young, "certain", "article") - rank_article(old, "certain", "article"), 3
        )
        == 1.0
    )


def test_article_without_shares_has_rank_zero() -> None:
    assert rank_article([], "certain", "article") == 0.0
