"""Traces of an erased account are found and replaced in each spelling, and of nobody else."""

from __future__ import annotations

import pytest

from crawler.erasure.match_traces import Traces
from crawler.store.tombstones import digest

DID = "did:plc:abcdefghijklmnopqrstuvwx"
WORDS = frozenset({"x:victimf", "mastodon:anna@trail.example", f"bluesky:{DID}"})
BY_DIGEST = Traces(digests=frozenset(map(digest, WORDS)), networks=("bluesky", "mastodon", "x"))

SPELLINGS = (
    "https://mobile.twitter.com/VictimF",
    "https://x.com/victimf/status/9",
    "twitter.com/victimf",
    "https://trail.example:443/@anna",
    "https://trail.example./%40anna",
    f"at://{DID}/app.bsky.feed.post/3k",
    f"https://bsky.app/profile/{DID}/post/3k",
)
OTHERS = (
    "https://x.com/victimff",
    "https://github.com/victimf",
    "https://trail.example/@annabel",
    f"https://bsky.app/profile/{DID}y",
)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_url_of_an_erased_account_is_found_and_replaced(spelling: str) -> None:
    text = f"See {spelling}, who left."
    assert Traces(WORDS).redacted(text) == "See [removed], who left."
    assert Traces(WORDS).in_text(text)
    assert spelling in BY_DIGEST.in_text(text)


@pytest.mark.parametrize("other", OTHERS)
def test_url_of_another_account_stays(other: str) -> None:
    text = f"See {other}, who stays."
    assert Traces(WORDS).redacted(text) == text
    assert not Traces(WORDS).in_text(text)
    assert not BY_DIGEST.in_text(text)


def test_pages_below_a_page_named_like_a_profile_stay() -> None:
    traces = Traces(frozenset({"https://github.com/features"}))
    text = "See https://github.com/features/actions"
    assert traces.redacted(text) == text
