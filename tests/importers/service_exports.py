"""Exports of bookmark services in their real shape, each with one bookmark of one page.

The bookmark has the URL `https://blog.example/leases`, the title `Leases and clocks` and the tags
`raft` and `two words`. It was added on 22 November 2026.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

TITLE = "Leases and clocks"
URL = "https://blog.example/leases"
Export = tuple[str, bytes]


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a zip archive of the `files`, by path."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return buffer.getvalue()


def _json(value: Any) -> Export:
    return "json", json.dumps(value).encode()


# format -> suffix of the file and its content
EXPORTS: dict[str, Export] = {
    "goodlinks": _json([
        {
            "url": URL, "title": TITLE, "summary": "Why a lease needs a bound.",
            "tags": ["raft", "two words"], "starred": False, "addedAt": 1795334400.0,
            "highlights": [],
        }
    ]),
    "instapaper": (
        "csv",
        b"URL,Title,Selection,Folder,Timestamp,Tags\n"
        b'https://blog.example/leases,Leases and clocks,,Unread,1795334400,'
        b'"[""raft"",""two words""]"\n',
    ),
    "karakeep": _json({
        "bookmarks": [
            {
                "createdAt": 1795334400, "title": TITLE, "tags": ["raft", "two words"],
                "lists": [], "content": {"type": "link", "url": URL},
                "note": "A private note.", "archived": False,
            },
            {
                "createdAt": 1795334401, "title": None, "tags": [], "lists": [],
                "content": {"type": "text", "text": "A thought."}, "note": None,
                "archived": False,
            },
        ],
        "lists": [],
    }),
    "linkding": _json({
        "count": 1, "next": None, "previous": None,
        "results": [
            {
                "id": 1, "url": URL, "title": TITLE, "description": "Why a lease needs a bound.",
                "notes": "A private note.", "web_archive_snapshot_url": "", "favicon_url": "",
                "preview_image_url": "", "is_archived": False, "unread": False, "shared": True,
                "tag_names": ["raft", "two words"], "date_added": "2026-11-22T08:00:00.000000Z",
                "date_modified": "2026-11-22T08:00:00.000000Z", "website_title": None,
                "website_description": None,
            }
        ],
    }),
    "linkwarden": _json({
        "id": 1, "name": "Ann", "username": "ann", "email": "ann@home.example",
        "collections": [
            {"id": 1, "name": "Empty", "links": []},
            {
                "id": 2, "name": "Systems",
                "links": [
                    {
                        "id": 7, "name": TITLE, "type": "url", "url": URL, "description": "",
                        "createdAt": "2026-11-22T08:00:00.000Z",
                        "tags": [{"id": 1, "name": "raft"}, {"id": 2, "name": "two words"}],
                    }
                ],
            },
        ],
    }),
    "matter": (
        "csv",
        b"Title,Author,Publisher,URL,Tags,Word Count,In Queue,Favorited,Read,Highlight Count,"
        b"Last Interaction Date,File Id\n"
        b'Leases and clocks,Ann,Blog,https://blog.example/leases,"raft,two words",900,True,False,'
        b"False,0,2026-11-22 08:00:00,\n",
    ),
    "omnivore": _json([
        {
            "id": "1", "slug": "leases", "title": TITLE, "description": "", "author": None,
            "url": URL, "state": "Active", "readingProgress": 0, "thumbnail": None,
            "labels": ["raft", "two words"], "savedAt": "2026-11-22T08:00:00.000Z",
            "updatedAt": "2026-11-22T08:00:00.000Z", "publishedAt": None,
        }
    ]),
    "pinboard": _json([
        {
            "href": URL, "description": TITLE, "extended": "<blockquote>Why &amp; how</blockquote>",
            "meta": "6cb4f1", "hash": "ba35d8", "time": "2026-11-22T08:00:00Z", "shared": "yes",
            "toread": "no", "tags": "raft twowords",
        }
    ]),
    "pocket": (
        "csv",
        b"title,url,time_added,cursor,tags,status\n"
        b"Leases and clocks,https://blog.example/leases,1795334400,71,raft|two words,unread\n",
    ),
    "raindrop": (
        "csv",
        b"id,title,note,excerpt,url,folder,tags,created,cover,highlights,favorite\n"
        b"1,Leases and clocks,A private note.,Why a lease needs a bound.,"
        b'https://blog.example/leases,Unsorted,"raft, two words",2026-11-22T08:00:00.000Z,,,'
        b"false\n",
    ),
    "readwise": (
        "csv",
        b"Title,URL,ID,Document tags,Saved date,Reading progress,Location,Seen\n"
        b"Leases and clocks,https://blog.example/leases,01gm,\"['raft', 'two words']\","
        b"2026-11-22 08:00:00+00:00,0,new,True\n",
    ),
    "wallabag": _json([
        {
            "is_archived": 0, "is_starred": 0, "tags": ["raft", "two words"], "is_public": False,
            "id": 9, "title": TITLE, "url": URL, "given_url": URL, "origin_url": None,
            "content": "<p>The text of the page.</p>", "created_at": "2026-11-22T08:00:00+00:00",
            "updated_at": "2026-11-22T08:00:00+00:00", "published_by": ["Ann"],
            "mimetype": "text/html", "language": "en", "reading_time": 3,
            "domain_name": "blog.example",
        }
    ]),
}  # fmt: skip
