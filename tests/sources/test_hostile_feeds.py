"""Hostile feeds: each is read or refused, and no entity is expanded."""

from __future__ import annotations

import pytest

from crawler.models.outcomes import Failure
from crawler.sources.formats.feed_model import Feed
from tests.sources.feed_documents import atom, parsed, rss

ATTRIBUTES = " ".join(f'a{number}="1"' for number in range(100_000))
PREFIXES = " ".join(f'xmlns:p{number}="urn:{number}"' for number in range(50_000))
BASES = "".join(f'<link xml:base="a{number}/" href="x"/>' for number in range(20_000))
BOMB = "".join(f'<!ENTITY b{level + 1} "{f"&b{level};" * 12}">' for level in range(9))


@pytest.mark.parametrize(
    "document",
    [
        rss("<title>t</title>" + "<a>" * 240 + "</a>" * 240),
        rss("<title>t</title>" + "<a>" * 50_000 + "</a>" * 50_000),
        rss("<title>t</title>").replace("<item>", f"<item {ATTRIBUTES}>"),
        rss("<title>t</title>").replace("<item>", f"<item {PREFIXES}>"),
        rss("<title>t</title>").replace("<item>", f'<item a="{"x" * 5_000_000}">'),
        rss("<title>t</title>" + "<category>c</category>" * 100_000),
        rss("<title>t</title>" + "<link>x</link>" * 100_000),
        rss(f"<title>t{'&' * 500_000}</title>"),
        rss(f"<title>t&{'<![CDATA[' * 100_000}</title>"),
        rss(f"<title>t</title><description>{'&lt;p a=' * 500_000}</description>"),
        rss(f"<title>t{'&lt;b&gt;' * 400}{'&lt;/b&gt;' * 400}</title>"),
        rss(f"<title>t{chr(0x301) * 500_000}</title>"),
        rss(f"<title>t{chr(0x200D) * 500_000}</title>"),
        atom(f"<title>t</title>{BASES}"),
        rss("<title>t&#xD800;&#0;</title>"),
        f'<!DOCTYPE rss [<!ENTITY b0 "boom">{BOMB}]>'
        + rss("<title>t&b9;</title><link>/&b9;</link>"),
        '<!DOCTYPE rss SYSTEM "file:///etc/hostname">' + rss("<title>t</title>"),
    ],
    ids=[
        *("deep", "too deep", "attributes", "namespaces", "long attribute", "categories"),
        *("links", "ampersands", "CDATA", "open tags", "pairs", "marks", "joiners", "bases"),
        *("surrogate", "bomb", "DTD"),
    ],
)
def test_hostile_feed_is_refused_or_has_one_entry_of_limited_size(document: str) -> None:
    feed = parsed(document)
    assert isinstance(feed, Feed | Failure)
    if isinstance(feed, Feed):
        (entry,) = feed.entries
        assert len(entry.title) <= 300
        assert len(entry.tags) <= 1_000
        assert "boom" not in entry.title + entry.url
