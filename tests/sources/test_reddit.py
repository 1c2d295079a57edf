"""Reddit: the article of an entry, removed posts, and the personal feed of the operator."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawler.errors import ConfigurationError
from crawler.sources.configured_sources import make_source
from tests.sources.recorded import DATA, answer, answers, play, refusal, source


def test_entry_links_the_shared_article_and_a_text_post_its_own_links() -> None:
    shared, text_post = play(source("reddit"), answers("reddit")).posts
    assert [link.url for link in shared.links] == ["https://blog.example/leases"]
    assert (shared.text, shared.uri) == ("Leases explained", "reddit:t3_1aaa")
    assert [link.url for link in text_post.links] == ["https://blog.example/quorums"]
    assert (text_post.text, text_post.cards) == ("Why quorums?\n\nI read this and ask.", ())


def test_feed_is_polled_at_most_every_twelve_hours_even_after_a_failure() -> None:
    polled = source("reddit")
    for response in (*answers("reddit").values(), refusal(polled.first_request(None).url, 429)):
        assert polled.parse_response(response, None).hints.min_interval == timedelta(hours=12)


def test_response_is_not_archived_and_the_personal_parameters_are_secrets() -> None:
    request = source("reddit", personal=True).first_request(None)
    assert (request.purpose, request.url) == ("api", "https://www.reddit.com/r/databases/new/.rss")
    assert request.secrets == (("feed", "reddit_feed"), ("user", "reddit_user"))
    assert source("reddit").first_request(None).secrets == ()


@pytest.mark.parametrize("subreddit", ["", "r/databases", "a?b", "x" * 60])
def test_invalid_subreddit_is_an_error(subreddit: str) -> None:
    with pytest.raises(ConfigurationError, match="subreddit"):
        source("reddit", subreddit=subreddit)


def test_feed_of_a_board_links_the_shared_article_and_a_text_post_its_page() -> None:
    url = "https://www.reddit.com/r/databases/.rss"
    polled = make_source({"name": "x", "kind": "feed", "url": url}, "test")
    body = (DATA / "reddit/new.xml").read_bytes()
    shared, text_post, _ = polled.parse_response(answer(url, body), None).posts
    page = "https://www.reddit.com/r/databases/comments/1aaa/leases/"
    assert ([link.url for link in shared.links], shared.url) == (
        ["https://blog.example/leases"],
        page,
    )
    assert shared.text == "Leases explained"
    assert [link.url for link in text_post.links] == [text_post.url]


def test_feed_of_another_host_with_the_same_marks_is_unchanged() -> None:
    url = "https://blog.example/.rss"
    polled = make_source({"name": "x", "kind": "feed", "url": url}, "test")
    body = (DATA / "reddit/new.xml").read_bytes()
    posts = polled.parse_response(answer(url, body), None).posts
    assert [post.links[0].url for post in posts] == [post.url for post in posts]
