"""The page of an entry: alternates, relative references, permalinks and wrong links."""

from __future__ import annotations

import json

import pytest

from tests.sources.feed_documents import atom, entries_of, rss

PAGE = "https://notes.example/gossip"


def _link(href: str, **attributes: str) -> str:
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<link href="{href}"{written}/>'


@pytest.mark.parametrize(
    ("links", "page"),
    [
        (_link("/gossip"), PAGE),
        (_link("/gossip", rel="http://www.iana.org/assignments/relation/alternate"), PAGE),
        (_link("/gossip", rel="nofollow Alternate"), PAGE),
        (_link("/self", rel="self nofollow") + _link("/gossip", rel=" "), PAGE),
        (_link(f"{PAGE}?p=1&amp;amp;q=2"), f"{PAGE}?p=1&q=2"),
        (_link("https:///notes.example/gossip"), PAGE),
        (_link("/gossip.json", type="application/json") + _link("/gossip"), PAGE),
        (_link("/g.pdf", type="application/pdf") + _link("/gossip", type="text/html"), PAGE),
        (_link("/gossip", type="application/pdf"), PAGE),
        (_link("/fr/g", hreflang="fr") + _link("/gossip", hreflang="en-GB"), PAGE),
        (_link("/gossip", hreflang="de") + _link("/fr/g", hreflang="fr"), PAGE),
        (_link("/self", rel="self") + _link("/edit", rel="edit") + _link("/gossip"), PAGE),
        (_link("/pic.png", rel="enclosure", type="image/png") + _link("/gossip"), PAGE),
        ("<link>https://notes.example/gossip</link>", PAGE),
        (_link("/pic.png", rel="enclosure", type="image/png") + f"<link/><id>{PAGE}</id>", PAGE),
        (_link("", rel="alternate") + f"<id>{PAGE}</id>", PAGE),
        (_link("", rel="alternate") + "<id>tag:notes.example,2026:1</id>", ""),
        (_link("nostr:note1abc", type="application/nostr+json"), ""),
        (_link("javascript:alert(1)"), ""),
        (_link("/gossip?amp=1") + _link("/gossip"), PAGE),
        (_link("/amp/gossip", rel="amphtml") + _link("/gossip", rel="canonical"), PAGE),
    ],
)
def test_page_of_an_atom_entry_is_its_best_alternate(links: str, page: str) -> None:
    document = atom(f"<title>Gossip</title>{links}", attributes='xml:lang="en"')
    assert entries_of(document)[0].url == page


@pytest.mark.parametrize(
    ("item", "page"),
    [
        (f'<link>{PAGE}</link><atom:link href="{PAGE}?amp=1"/>', PAGE),
        (f'<atom:link href="{PAGE}?amp=1"/><link>\n  {PAGE}\n</link>', PAGE),
        ("<link>notes.example/gossip</link>", PAGE),
        ("<link>www.notes.example/gossip</link>", "https://www.notes.example/gossip"),
        ("<link>gossip.html/part</link>", "https://notes.example/feeds/gossip.html/part"),
        ("<link>//notes.example/gossip</link>", PAGE),
        (f"<link>{PAGE}?p=1&amp;#038;q=2</link>", f"{PAGE}?p=1&q=2"),
        ("<link>https:////notes.example/gossip</link>", PAGE),
        (f"<guid>{PAGE}</guid>", PAGE),
        (f'<guid isPermaLink="false">{PAGE}</guid>', ""),
        ("<guid>/gossip</guid>", PAGE),
        ("<guid>4711</guid>", ""),
        ('<enclosure url="https://cdn.example/1.mp3" type="audio/mpeg" length="1"/>', ""),
    ],
)
def test_page_of_an_rss_item_is_its_link_or_permalink(item: str, page: str) -> None:
    assert entries_of(rss(f"<title>Gossip</title>{item}"))[0].url == page


@pytest.mark.parametrize(
    ("root", "entry", "page"),
    [
        ("https://far.example/a/", "", "https://far.example/a/gossip"),
        ("", "2026/", "https://notes.example/feeds/2026/gossip"),
        ("https://far.example/a/", "b/", "https://far.example/a/b/gossip"),
    ],
)
def test_relative_link_is_resolved_by_xml_base(root: str, entry: str, page: str) -> None:
    document = atom("<title>Gossip</title><link href='gossip'/>", attributes=f'xml:base="{root}"')
    assert entries_of(document.replace("<entry>", f'<entry xml:base="{entry}">'))[0].url == page


def test_relative_link_of_a_feed_without_url_is_resolved_by_its_self_link() -> None:
    head = '<link rel="self" href="https://notes.example/feeds/all.xml"/>'
    document = atom("<title>Gossip</title><link href='/gossip'/>", head=head)
    assert entries_of(document, url="")[0].url == PAGE


def test_links_of_json_and_malformed_feeds_follow_the_same_rules() -> None:
    item = {"id": "1", "title": "Gossip", "url": "/gossip?p=1&amp;q=2"}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "N", "items": [item]}
    assert entries_of(json.dumps(feed), "application/json")[0].url == f"{PAGE}?p=1&q=2"
    document = atom(f"<title>Gossip</title>{_link('/gossip', rel='alternate nofollow')}")
    assert entries_of(document.replace("</entry>", "<broken></entry>"))[0].url == PAGE
