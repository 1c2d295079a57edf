"""`forget` leaves other people, other sites and ordinary words as they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.promises.test_forget_covers_every_spelling import (
    ANNA,
    Rows,
    hashtrail,
    post,
    stored,
    workspace,
)

__all__ = ["workspace"]
Make = Callable[..., Path]

FEED = """<rss version="2.0"><channel><title>Team</title><link>https://team.example/</link>
<item><title>Raft</title><link>https://team.example/raft</link><author>Anna Long</author></item>
<item><title>Paxos</title><link>https://team.example/paxos</link><author>Bo Short</author></item>
</channel></rss>"""


def texts(here: Path) -> Rows:
    return stored(here, "SELECT text FROM posts ORDER BY id")


@pytest.mark.parametrize(
    ("erased", "text"),
    [
        (ANNA, "https://medium.example/@anna/raft and https://other.example/users/anna"),
        ("feed:Node.js", "We run Node.js at scale; see the Node.js docs"),
        ("threads:j.smith", "J.Smith wrote https://mastodon.example/@j.smith/1"),
        ("bluesky:a.example", "See a.example and https://a.example/ and mail to me@a.example"),
        ("x:engineering", "https://blog.twitter.com/engineering/en_us/topics"),
    ],
)
def test_same_name_elsewhere_stays(workspace: Make, erased: str, text: str) -> None:
    network, _, handle = erased.partition(":")
    own = post("1", "Mine", handle, network=network)
    here = workspace(own, post("2", text))
    assert hashtrail(here, "forget", erased).exit_code == 0
    assert texts(here) == [(f"{text} #DistributedSystems",)]


def test_other_authors_of_the_feed_stay(workspace: Make, tmp_path: Path) -> None:
    here = workspace(post("1", "A lease"))
    feed = tmp_path / "feed.xml"
    feed.write_text(FEED)
    imported = hashtrail(here, "import", str(feed), "--format", "feed_file")
    assert imported.exit_code == 0, imported.output
    ((anna,),) = stored(here, "SELECT handle FROM authors WHERE name LIKE 'Anna%'")
    assert hashtrail(here, "forget", f"feed:{anna}").exit_code == 0
    assert stored(here, "SELECT name FROM authors WHERE network = 'feed'") == [("Bo Short",)]
    hashtrail(here, "import", str(feed), "--format", "feed_file")
    assert stored(here, "SELECT url FROM posts WHERE network = 'feed'") == [
        ("https://team.example/paxos",)
    ]


def test_handle_whose_host_is_the_domain_of_another_handle_stays(workspace: Make) -> None:
    here = workspace(post("1", "Mine", "trail.example", network="bluesky"), post("2", "Bo is here"))
    hashtrail(here, "forget", "bluesky:trail.example")
    assert stored(here, "SELECT handle FROM authors") == [("bo@trail.example",)]


def bluesky(did: str, key: str, handle: str, text: str) -> dict[str, Any]:
    fields = {
        "network": "bluesky",
        "uri": f"at://{did}/app.bsky.feed.post/{key}",
        "url": f"https://bsky.app/profile/{handle}/post/{key}",
    }
    return post(key, text, did) | fields


def test_accounts_without_a_confirmed_handle_are_different(workspace: Make) -> None:
    here = workspace(
        bluesky("did:plc:aaaa", "3aa", "handle.invalid", "First"),
        bluesky("did:plc:bbbb", "3bb", "handle.invalid", "Second"),
    )
    assert hashtrail(here, "forget", "did:plc:aaaa").exit_code == 0
    assert texts(here) == [("Second #DistributedSystems",)]


@pytest.mark.parametrize(
    ("erased", "url"),
    [
        (ANNA, "https://trail.example//@anna/2"),
        ("github:anna", "https://raw.githubusercontent.com/anna/raft/main/README.md"),
        ("github:anna", "https://github.com/sponsors/anna"),
        ("hackernews:anna", "https://news.ycombinator.com/threads?id=anna"),
        ("x:anna", "https://x.com/intent/user?screen_name=anna"),
    ],
)
def test_further_pages_of_the_erased_account_are_removed(
    workspace: Make, erased: str, url: str
) -> None:
    here = workspace(post("2", f"Look at {url} today"))
    hashtrail(here, "forget", erased)
    assert [text for (text,) in texts(here) if "anna" in text] == []
