"""DEV: one API read per new article, and the address where it was first published."""

from __future__ import annotations

from tests.sources.recorded import DATA, answer, answers, kept, play, play_again, refusal, source


def test_a_cross_post_links_its_first_publication_and_names_dev_as_the_discussion() -> None:
    crossed, own = play(source("devto"), answers("devto")).posts
    assert (crossed.links[0].url, crossed.url) == (
        "https://blog.example/leases-and-clocks",
        "https://dev.to/ada/leases-and-clocks-4kp",
    )
    assert (crossed.cards[0].site_name, own.cards[0].site_name) == ("", "DEV Community")


def test_tags_are_read_from_whichever_field_is_a_list() -> None:
    crossed, own = play(source("devto"), answers("devto")).posts
    assert (crossed.hashtags, own.hashtags) == (
        ("distributedsystems", "time"),
        ("distributedsystems",),
    )


def test_only_articles_after_the_cursor_are_asked_for() -> None:
    night = play(source("devto"), answers("devto"), "2026-11-19T09:00:00Z")
    assert [batch.posts[0].uri for batch in night.batches[1:]] == ["devto:3001"]
    assert len(play(source("devto"), answers("devto"), "2026-11-20T09:00:00Z").batches) == 1


def test_an_article_deleted_meanwhile_is_no_failure() -> None:
    night = play(source("devto"), answers("devto"))
    assert len(night.batches) == 4
    assert night.cursor == "2026-11-20T09:00:00Z"


def test_an_article_that_is_not_found_stands_while_the_api_lists_nothing() -> None:
    told = play_again(
        source("devto"),
        kept("devto"),
        lambda url: answer(url, b"[]") if "latest" in url else refusal(url, 404),
    )
    assert not told.gone
    assert told.asked[-1] == "https://dev.to/api/articles/latest?per_page=1"


def test_another_article_under_the_id_says_nothing() -> None:
    other = (DATA / "devto/edited.json").read_bytes()
    told = play_again(source("devto"), kept("devto")[1:], lambda url: answer(url, other))
    assert not told.gone
    assert told.failures[0].message == "DEV answered with another article."
