"""DEV: one API request per new article, and the URL of its first publication."""

from __future__ import annotations

from tests.sources.recorded import (
    DATA,
    answer,
    answers,
    play,
    play_rechecks,
    posts_to_recheck,
    refusal,
    source,
)


def test_cross_post_links_canonical_url_and_its_page_on_dev() -> None:
    crossed, own = play(source("devto"), answers("devto")).posts
    assert (crossed.links[0].url, crossed.url) == (
        "https://blog.example/leases-and-clocks",
        "https://dev.to/ada/leases-and-clocks-4kp",
    )
    assert (crossed.cards[0].site_name, own.cards[0].site_name) == ("", "DEV Community")


def test_tags_are_parsed_from_either_field() -> None:
    crossed, own = play(source("devto"), answers("devto")).posts
    assert (crossed.hashtags, own.hashtags) == (
        ("distributedsystems", "time"),
        ("distributedsystems",),
    )


def test_only_articles_after_the_cursor_are_requested() -> None:
    night = play(source("devto"), answers("devto"), "2026-11-19T09:00:00Z")
    assert [batch.posts[0].uri for batch in night.batches[1:]] == ["devto:3001"]
    assert len(play(source("devto"), answers("devto"), "2026-11-20T09:00:00Z").batches) == 1


def test_404_for_an_article_gives_no_failure() -> None:
    night = play(source("devto"), answers("devto"))
    assert len(night.batches) == 4
    assert night.cursor == "2026-11-20T09:00:00Z"


def test_missing_article_is_undecided_while_the_api_lists_nothing() -> None:
    result = play_rechecks(
        source("devto"),
        posts_to_recheck("devto"),
        lambda url: answer(url, b"[]") if "latest" in url else refusal(url, 404),
    )
    assert not result.gone
    assert result.urls[-1] == "https://dev.to/api/articles/latest?per_page=1"


def test_response_with_another_article_is_undecided() -> None:
    other = (DATA / "devto/edited.json").read_bytes()
    result = play_rechecks(
        source("devto"), posts_to_recheck("devto")[1:], lambda url: answer(url, other)
    )
    assert not result.gone
    assert result.failures[0].message == "DEV answered with another article."
