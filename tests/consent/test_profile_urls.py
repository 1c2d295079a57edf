"""Accounts in the URLs of profiles and posts, in every spelling of the host and path."""

from __future__ import annotations

import pytest

from crawler.consent.profile_urls import accounts_in_url, accounts_of_profile, web_page


@pytest.mark.parametrize(
    ("url", "account"),
    [
        ("https://bsky.app/profile/ada.example", ("bluesky", "ada.example")),
        ("https://bsky.app/profile/did:plc:abc", ("bluesky", "did:plc:abc")),
        ("https://bsky.app/profile/did%3Aplc%3Aabc", ("bluesky", "did:plc:abc")),
        ("at://did:plc:abc", ("bluesky", "did:plc:abc")),
        ("https://dev.to/ada", ("devto", "ada")),
        ("https://github.com/ada?tab=repositories", ("github", "ada")),
        ("https://news.ycombinator.com/user?id=ada", ("hackernews", "ada")),
        ("https://lemmy.example/u/ada", ("lemmy", "ada@lemmy.example")),
        ("https://www.linkedin.com/in/ada/", ("linkedin", "ada")),
        ("https://uk.linkedin.com/in/ada?trk=x", ("linkedin", "ada")),
        ("https://trail.example:443/@ada", ("mastodon", "ada@trail.example")),
        ("https://trail.example./@ada", ("mastodon", "ada@trail.example")),
        ("https://trail.example/%40ada", ("mastodon", "ada@trail.example")),
        ("https://TRAIL.example/users/ada#top", ("mastodon", "ada@trail.example")),
        ("https://other.example/@ada@trail.example", ("mastodon", "ada@trail.example")),
        ("https://m.trail.example/@ada", ("mastodon", "ada@m.trail.example")),
        ("https://m.trail.example/@ada", ("mastodon", "ada@trail.example")),
        ("https://xn--mnchen-3ya.example/@ada", ("mastodon", "ada@münchen.example")),
        ("https://old.reddit.com/user/ada", ("reddit", "ada")),
        ("https://www.threads.net/@ada", ("threads", "ada")),
        ("https://mobile.twitter.com/ada", ("x", "ada")),
        ("http://m.twitter.com/ada?lang=en", ("x", "ada")),
        ("https://xcancel.com/ada", ("x", "ada")),
    ],
)
def test_profile_names_its_account(url: str, account: tuple[str, str]) -> None:
    assert account in accounts_of_profile(url)


@pytest.mark.parametrize(
    ("url", "account"),
    [
        ("at://did:plc:abc/app.bsky.feed.post/3k", ("bluesky", "did:plc:abc")),
        ("https://gist.github.com/ada/1", ("github", "ada")),
        ("https://www.linkedin.com/posts/ada_clocks-activity-7-x", ("linkedin", "ada")),
        ("https://trail.example/@ada/9", ("mastodon", "ada@trail.example")),
        ("https://mobile.twitter.com/ada/status/1", ("x", "ada")),
    ],
)
def test_post_names_its_author_without_being_a_profile(url: str, account: tuple[str, str]) -> None:
    assert account in accounts_in_url(url)
    assert account not in accounts_of_profile(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/ada",
        "https://business.x.com/ada",
        "https://docs.github.com/ada",
        "https://notlinkedin.com/in/ada",
        "https://trail.example:8443/@ada",
        "mailto:ada@trail.example",
        "https://",
        "\udcff",
    ],
)
def test_other_urls_name_no_account(url: str) -> None:
    assert accounts_in_url(url) == []


def test_at_uri_has_the_web_page_of_its_post_or_account() -> None:
    post = "at://did:plc:abc/app.bsky.feed.post/3k"
    assert web_page(post) == "https://bsky.app/profile/did:plc:abc/post/3k"
    like = "at://did:plc:abc/app.bsky.feed.like/3k"
    assert web_page(like) == "https://bsky.app/profile/did:plc:abc"
    assert web_page("https://a.example/") == "https://a.example/"
