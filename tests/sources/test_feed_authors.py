"""Authors of entries: their own, those of their source, or those of the feed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crawler.sources.feed import posts_of_feed
from crawler.sources.formats.feed_model import Feed
from tests.sources.feed_documents import URL, atom, entries_of, parsed, rss

BO = "<author><name>Bo</name></author>"
CY = "<author><name>Cy</name></author>"
OTHER = "<title>Field log</title><id>https://field.example/feed</id>"


def _atom_authors(head: str, entry: str) -> tuple[str, ...]:
    return entries_of(atom(f"<title>t</title>{entry}", head=head))[0].authors


@pytest.mark.parametrize(
    ("entry", "authors"),
    [
        ("", ("Bo",)),
        (CY, ("Cy",)),
        (f"<source>{OTHER}{CY}</source>", ("Cy",)),
        (f"<source>{OTHER}<author><name>Di</name></author></source>{CY}", ("Cy",)),
        (f"<source>{OTHER}</source>", ()),
        ("<source><id>https://field.example/feed</id></source>", ()),
        ("<source/>", ("Bo",)),
        ("<source><title>Notes</title></source>", ("Bo",)),
        (f"<source><title>All</title><link rel='self' href='{URL}'/></source>", ("Bo",)),
        ("<author><name/></author>", ("Bo",)),
    ],
)
def test_author_of_an_atom_feed_is_that_of_entries_without_author_or_other_source(
    entry: str, authors: tuple[str, ...]
) -> None:
    assert _atom_authors(BO, entry) == authors


@pytest.mark.parametrize(
    ("feed_address", "authors"),
    [("cy@lab.example", ("Bo",)), ("bo@lab.example", ()), ("", ("Bo",))],
)
def test_author_with_only_a_mail_address_is_that_of_the_feed_unless_both_differ(
    feed_address: str, authors: tuple[str, ...]
) -> None:
    head = f"<author><name>Bo</name><email>{feed_address}</email></author>"
    assert _atom_authors(head, "<author><email>CY@lab.example</email></author>") == authors


@pytest.mark.parametrize(
    ("head", "authors"),
    [
        ("<dc:creator>Bo</dc:creator>", ("Bo",)),
        ("<itunes:author>The Lab</itunes:author>", ("The Lab",)),
        ("<managingEditor>bo@lab.example (Bo)</managingEditor>", ("Bo",)),
        ("<webMaster>bo@lab.example (Bo)</webMaster>", ()),
    ],
)
def test_author_of_an_rss_channel_is_that_of_items_without_author(
    head: str, authors: tuple[str, ...]
) -> None:
    copied = "<source url='https://field.example/feed'>Field log</source>"
    own, copy, signed = entries_of(
        rss(
            "<title>a</title>",
            f"<title>b</title>{copied}",
            "<title>c</title><dc:creator>Cy</dc:creator>",
            head=head,
        )
    )
    assert (own.authors, copy.authors, signed.authors) == (authors, (), ("Cy",))


@pytest.mark.parametrize(
    "document",
    [
        f"<feed version='0.3' xmlns='http://purl.org/atom/ns#'><title>N</title>{BO}"
        "<entry><title>a</title><link rel='alternate' href='https://n.example/a'/></entry></feed>",
        atom("<title>a</title><link href='https://n.example/a'/>", head=BO).replace(
            "</entry>", "<broken></entry>"
        ),
    ],
)
def test_author_of_an_unusual_feed_is_that_of_entries_without_author(document: str) -> None:
    assert entries_of(document)[0].authors == ("Bo",)


@pytest.mark.parametrize(
    ("item", "authors"),
    [
        ({}, ("Bo",)),
        ({"authors": []}, ("Bo",)),
        ({"authors": [{"name": "Cy"}]}, ("Cy",)),
        ({"authors": [{"url": "https://bo.example/"}]}, ("Bo",)),
        ({"authors": [{"url": "https://cy.example/"}]}, ()),
    ],
)
@pytest.mark.parametrize("key", ["authors", "author"])
def test_author_of_a_json_feed_is_that_of_items_without_author(
    key: str, item: dict[str, Any], authors: tuple[str, ...]
) -> None:
    person = {"name": "Bo", "url": "https://bo.example/"}
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "N",
        key: [person] if key == "authors" else person,
        "items": [{"id": "1", "title": "a"} | item],
    }
    assert entries_of(json.dumps(feed), "application/json")[0].authors == authors


def test_post_of_a_copied_entry_has_no_handle_of_the_author_of_the_feed() -> None:
    feed = parsed(atom("<title>a</title>", f"<title>b</title><source>{OTHER}</source>", head=BO))
    assert isinstance(feed, Feed)
    handles = [post.author and post.author.handle for post in posts_of_feed(feed, URL)]
    assert handles == ["notes.example/bo", "notes.example"]
