"""Robots directives in the head of a page and in response headers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.extract.robots_directives import parse_directives
from crawler.models.articles import Directives


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", Directives()),
        ("all", Directives()),
        ("noindex", Directives(noindex=True)),
        ("NOINDEX, nofollow", Directives(noindex=True)),
        ("none", Directives(noindex=True)),
        ("noarchive", Directives(noarchive=True)),
        ("nocache", Directives(noarchive=True)),
        ("nosnippet", Directives(nosnippet=True)),
        ("max-snippet:50", Directives(max_snippet=50)),
        ("max-snippet: 50, max-snippet:20", Directives(max_snippet=20)),
        ("max-snippet:0", Directives(nosnippet=True, max_snippet=0)),
        ("max-snippet=0", Directives(nosnippet=True, max_snippet=0)),
        ("max-snippet = +0", Directives(nosnippet=True, max_snippet=0)),
        ("max-snippet:-1", Directives()),
        ("max-snippet:many", Directives()),
        ("noai, noimageai", Directives(no_ai=True)),
        ("unavailable_after: 25 Jun 2010 15:00:00 PST, noindexing", Directives()),
    ],
)
def test_robots_meta_gives_directives(content: str, expected: Directives):
    assert parse_directives({"robots": [content]}, ()) == expected
    assert parse_directives({}, [("x-robots-tag", content)]) == expected


def test_directives_for_other_robots_are_ignored():
    assert parse_directives({}, [("x-robots-tag", "otherbot: noindex, nosnippet")]) == Directives()
    assert parse_directives(
        {}, [("x-robots-tag", "hashtrail: noindex"), ("x-robots-tag", "noarchive")]
    ) == Directives(noindex=True, noarchive=True)
    assert parse_directives({}, [("x-robots-tag", "Hashtrail: noai")]) == Directives(no_ai=True)


def test_tdm_reservation_sets_no_ai():
    assert parse_directives({}, [("tdm-reservation", "1")]) == Directives(no_ai=True)
    assert parse_directives({}, [("tdm-reservation", "0")]) == Directives()


@pytest.mark.parametrize("name", ["content-signal", "content-usage", "robots-content-signal"])
def test_content_signal_sets_no_ai(name: str):
    assert parse_directives({}, [(name, "search=yes, ai-train=no")]) == Directives(no_ai=True)
    assert parse_directives({}, [(name, "ai-input=no")]) == Directives(no_ai=True)
    assert parse_directives({}, [(name, "search=yes, ai-train=yes")]) == Directives()


@pytest.mark.parametrize(
    ("date", "expired"),
    [
        ("2026-11-30", True),
        ("25 Jun 2020 15:00:00 GMT", True),
        ("25-Aug-2010 15:00:00 EST, noarchive", True),
        ("Saturday, 25-Jun-20 15:00:00 UTC", True),
        ("2020-09-21T10:00:00Z", True),
        ("2026-12-02", False),
        ("25 Jun 2030 15:00:00 PST", False),
        ("Wednesday, 25-Jun-30 15:00:00 UTC", False),
        ("never", False),
        ("", False),
    ],
)
@pytest.mark.parametrize("name", ["unavailable_after: ", "index, Unavailable-After="])
def test_page_after_its_last_day_is_not_indexed(name: str, date: str, expired: bool) -> None:
    seen = datetime(2026, 12, 1, 2, tzinfo=UTC)
    stated = f"{name}{date}"
    assert parse_directives({"robots": [stated]}, (), seen).noindex is expired
    assert parse_directives({}, (("x-robots-tag", stated),), seen).noindex is expired
