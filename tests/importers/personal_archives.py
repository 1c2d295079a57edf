"""Archives of people, saved feeds and saved pages in their real shape, each with one good post."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from typing import Any

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
ACTOR = "https://social.example/users/ann"


def note(number: int, content: str, **fields: object) -> dict[str, Any]:
    """Return the activity that published post `number`, as an outbox has it.

    `content` is its HTML, `fields` are further fields of the note.
    """
    uri = f"{ACTOR}/statuses/{number}"
    object_fields = {
        "id": uri,
        "type": "Note",
        "summary": None,
        "inReplyTo": None,
        "published": "2026-11-20T08:00:00Z",
        "url": f"https://social.example/@ann/{number}",
        "attributedTo": ACTOR,
        "to": [PUBLIC],
        "cc": [f"{ACTOR}/followers"],
        "sensitive": False,
        "content": content,
        "contentMap": {"en": content},
        "attachment": [],
        "tag": [],
    }
    return {
        "id": f"{uri}/activity",
        "type": "Create",
        "actor": ACTOR,
        "published": "2026-11-20T08:00:00Z",
        "to": [PUBLIC],
        "cc": [],
        "object": object_fields | fields,
    }


def outbox(*items: object) -> bytes:
    """Return an outbox.json with the activities `items`."""
    return json.dumps(
        {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": "outbox.json",
            "type": "OrderedCollection",
            "totalItems": len(items),
            "orderedItems": items,
        }
    ).encode()


CONTENT = (
    '<p>Leases <a href="https://social.example/tags/raft" class="mention hashtag" rel="tag">#'
    '<span>raft</span></a> by <span class="h-card"><a href="https://other.example/@bob" '
    'class="u-url mention">@<span>bob</span></a></span> '
    '<a href="https://blog.example/leases" rel="nofollow">blog.example/leases</a></p>'
)
TAGS = [
    {"type": "Hashtag", "href": "https://social.example/tags/raft", "name": "#raft"},
    {"type": "Mention", "href": "https://other.example/users/bob", "name": "@bob@other.example"},
]
BOOST = {"id": "a", "type": "Announce", "actor": ACTOR, "object": "https://other.example/1"}
OUTBOX = outbox(note(1, CONTENT, tag=TAGS), BOOST)


def tarred(files: dict[str, bytes]) -> bytes:
    """Return a compressed tar archive of the `files`, by path."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, content in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return gzip.compress(buffer.getvalue())


BLUESKY_RECORD = {
    "$type": "app.bsky.feed.post",
    "text": "Leases explained #Raft",
    "createdAt": "2026-11-20T08:00:00Z",
    "langs": ["en"],
    "embed": {
        "$type": "app.bsky.embed.external",
        "external": {"uri": "https://blog.example/leases", "title": "Leases", "description": ""},
    },
}
BLUESKY_URI = "at://did:plc:abc/app.bsky.feed.post/3kabc"
BLUESKY_JSON = json.dumps(
    {
        "records": [{"uri": BLUESKY_URI, "cid": "bafy", "value": BLUESKY_RECORD}],
        "cursor": "3kabc",
    }
).encode()


class Cid(bytes):
    """A content id, which DAG-CBOR encodes with tag 42."""


def _head(major: int, value: int) -> bytes:
    if value < 24:
        return bytes([major << 5 | value])
    size = 1 if value < 256 else 2 if value < 65_536 else 4
    return bytes([major << 5 | {1: 24, 2: 25, 4: 26}[size]]) + value.to_bytes(size, "big")


def _cbor(value: object) -> bytes:
    match value:
        case None:
            return b"\xf6"
        case Cid():
            return b"\xd8\x2a" + _head(2, len(value) + 1) + b"\0" + value
        case bytes():
            return _head(2, len(value)) + value
        case str():
            return _head(3, len(value.encode())) + value.encode()
        case int():
            return _head(0, value)
        case list():
            return _head(4, len(value)) + b"".join(map(_cbor, value))
        case dict():
            pairs = sorted(value.items(), key=lambda pair: (len(pair[0]), pair[0]))
            return _head(5, len(value)) + b"".join(_cbor(key) + _cbor(item) for key, item in pairs)
    raise TypeError(value)


def _varint(value: int) -> bytes:
    encoded = b""
    while value > 127:
        encoded += bytes([value & 127 | 128])
        value >>= 7
    return encoded + bytes([value])


def repository(records: dict[str, object]) -> bytes:
    """Return a CAR file with `records` by key, in a tree of two nodes."""
    blocks: dict[Cid, bytes] = {}

    def put(value: object) -> Cid:
        data = _cbor(value)
        cid = Cid(b"\x01\x71\x12\x20" + hashlib.sha256(data).digest())
        blocks[cid] = data
        return cid

    def node(keys: list[str], left: Cid | None) -> Cid:
        entries: list[object] = []
        before = ""
        for key in keys:
            shared = 0
            while shared < min(len(before), len(key)) and before[shared] == key[shared]:
                shared += 1
            value, suffix = put(records[key]), key[shared:].encode()
            entries.append({"p": shared, "k": suffix, "v": value, "t": None})
            before = key
        return put({"l": left, "e": entries})

    keys = sorted(records)
    tree = node(keys[1:], node(keys[:1], None))
    commit = {"did": "did:plc:abc", "version": 3, "data": tree, "rev": "3k", "prev": None}
    root = put(commit | {"sig": b"signature"})
    header = _cbor({"version": 1, "roots": [root]})
    body = b"".join(_varint(len(cid) + len(data)) + cid + data for cid, data in blocks.items())
    return _varint(len(header)) + header + body


RSS = b"""<?xml version="1.0" encoding="utf-8"?>
<!-- written by a generator -->
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Blog</title>
<link>https://blog.example/</link>
<atom:link rel="self" href="https://blog.example/feed.xml" type="application/rss+xml"/>
<item><title>Leases</title><link>https://blog.example/leases</link>
<pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate></item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Blog</title><id>urn:1</id>
<entry><title>Leases</title><id>urn:2</id><updated>2026-11-20T08:00:00Z</updated>
<link href="https://blog.example/leases"/></entry></feed>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Blog",
        "items": [
            {
                "id": "1",
                "url": "https://blog.example/leases",
                "title": "Leases",
                "date_published": "2026-11-20T08:00:00Z",
            }
        ],
    }
).encode()
PAGE = b"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Leases | Blog</title>
<link rel="canonical" href="https://blog.example/leases">
<meta name="description" content="Why a lease needs a bound."></head>
<body><p>The text of the page.</p></body></html>"""
MHTML = b"""From: <Saved by Blink>
Snapshot-Content-Location: https://blog.example/leases
Subject: Leases
Date: Fri, 20 Nov 2026 08:00:00 -0000
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="b"

--b
Content-Type: text/html

<p>The text of the page.</p>
--b--
"""
MASTODON_BOOKMARKS = (
    b"https://social.example/users/ann/statuses/113599785306172885\n"
    b"https://other.example/@bob/113599785306172886\n"
    b'"https://misskey.example/notes/9abc"\n'
)
FIREFOX = json.dumps(
    {
        "guid": "root________",
        "title": "",
        "type": "text/x-moz-place-container",
        "root": "placesRoot",
        "children": [
            {
                "guid": "toolbar_____",
                "title": "toolbar",
                "type": "text/x-moz-place-container",
                "children": [
                    {
                        "title": "Clocks",
                        "type": "text/x-moz-place-container",
                        "children": [
                            {
                                "title": "Leases",
                                "dateAdded": 1795334400000000,
                                "type": "text/x-moz-place",
                                "tags": "raft",
                                "uri": "https://blog.example/leases",
                            },
                            {"type": "text/x-moz-place-separator"},
                        ],
                    }
                ],
            }
        ],
    }
).encode()
CHROME = json.dumps(
    {
        "checksum": "0",
        "roots": {
            "bookmark_bar": {
                "children": [
                    {
                        "name": "Clocks",
                        "type": "folder",
                        "children": [
                            {
                                "date_added": "13439808000000000",
                                "name": "Leases",
                                "type": "url",
                                "url": "https://blog.example/leases",
                            }
                        ],
                    }
                ],
                "name": "Bookmarks bar",
                "type": "folder",
            },
            "other": {"children": [], "name": "Other bookmarks", "type": "folder"},
        },
        "version": 1,
    }
).encode()
