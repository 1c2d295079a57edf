"""The archive that Mastodon gives its members: `outbox.json`, alone or in the archive.

The outbox is a collection of activities (ActivityPub, 5.1), of which `Create` has a post. Other
files of the archive, such as direct messages, likes and media, are not opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from crawler.errors import InputError
from crawler.html_text_and_links import absolute_web_url, html_to_text
from crawler.importers.archive_members import has_member, is_archive, read_members
from crawler.importers.own_threads import thread_places
from crawler.importers.record_types import (
    MAX_ENTITIES,
    MAX_RECORD_BYTES,
    ImportOptions,
    LeftOut,
    Record,
    parse_records,
)
from crawler.models.posts import Author, Link, Post, Provenance
from crawler.text_cleaning import clean_block, clean_line, join_paragraphs, person_name
from crawler.tolerant_json import decode_json, split_array
from crawler.url_parser import host_of, path_of
from crawler.urls_and_hashtags import find_hashtags
from crawler.utc_times import parse_iso_date

PRIORITY = 65
HAS_ALL_POSTS = True

MEMBERS = r"(?:[^/]+/)*(?:outbox|actor)\.json"
_OUTBOX = r"(?:[^/]+/)*outbox\.json"
_HEAD = 50_000
_ITEMS = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*\{.*?\"orderedItems\"\s*:\s*(?=\[)", re.DOTALL)
_PUBLIC = (
    "https://www.w3.org/ns/activitystreams#Public",
    "as:Public",
    "Public",
)
_BOOST = LeftOut("boosts of other people's posts")
_PRIVATE = LeftOut("posts for followers or mentioned people only")
_OTHER = LeftOut("activities without a post")
_NO_ARTICLE = frozenset({"hashtag", "mention", "u-url"})

Item = dict[str, Any]


def matches(name: str, data: bytes) -> bool:
    """Return whether `data` is an outbox, or an archive with one. `name` is not used."""
    if is_archive(data):
        return has_member(data, _OUTBOX)
    head = data[:_HEAD]
    return b'"OrderedCollection"' in head and _ITEMS.match(head) is not None


def parse(name: str, data: bytes, options: ImportOptions) -> Iterator[Record]:
    """Yield the public posts of the member; boosts and posts for some people are left out.

    `data` is the archive or its outbox, `name` its name; `options` has the time of the import.
    Raises InputError if the outbox is missing or damaged.
    """
    files = read_members(name, data, MEMBERS) if is_archive(data) else {"outbox.json": data}
    outbox = next((files[path] for path in files if re.fullmatch(_OUTBOX, path)), None)
    items = _ITEMS.match(outbox[:_HEAD]) if outbox else None
    if outbox is None or items is None:
        hint = "Request the archive again in the settings of your server."
        raise InputError(f"{name} holds no outbox.json with a list of posts.", hint)
    author_name = _author_name(files)
    elements = split_array(outbox[items.end() :])
    labelled = ((f"post {number}", raw) for number, raw in enumerate(elements, 1))
    records = list(
        parse_records(name, labelled, lambda raw: _record(raw, author_name, name, options))
    )
    yield from _with_threads(records)


def _author_name(files: dict[str, bytes]) -> str:
    """Return the display name in actor.json, or an empty string."""
    actor = next((files[path] for path in files if path.endswith("actor.json")), b"")
    try:
        item = decode_json(actor)
    except ValueError:
        return ""
    return person_name(_text(item, "name"), 100) if isinstance(item, dict) else ""


def _record(raw: bytes, author_name: str, name: str, options: ImportOptions) -> Post | LeftOut:
    """Return the post of one activity. Raises ValueError if it is too large or not an object."""
    if len(raw) > MAX_RECORD_BYTES:
        raise ValueError(f"longer than {MAX_RECORD_BYTES // 1_000_000} MB")
    activity = decode_json(raw)
    if not isinstance(activity, dict):
        raise ValueError("not a JSON object")
    if activity.get("type") == "Announce":
        return _BOOST
    note = activity.get("object")
    if activity.get("type") != "Create" or not isinstance(note, dict) or not _text(note, "id"):
        return _OTHER
    visibility = _visibility(note)
    if not visibility:
        return _PRIVATE
    return replace(_post(note, author_name, options), visibility=visibility, provenance=_file(name))


def _file(name: str) -> Provenance:
    return Provenance(file=name)


def _post(note: Item, author_name: str, options: ImportOptions) -> Post:
    body = html_to_text(_text(note, "content"))
    text = join_paragraphs(clean_line(_text(note, "summary")), body.text)
    tags = [tag for tag in _list(note, "tag") if isinstance(tag, dict)]
    named = (_text(tag, "name") for tag in tags if tag.get("type") == "Hashtag")
    hashtags = (clean_line(hashtag, 100).lstrip("#") for hashtag in named)
    own = {_text(tag, "href") for tag in tags}
    links = (
        Link(anchor.url, clean_line(anchor.shown))
        for anchor in body.anchors
        if anchor.url not in own and _NO_ARTICLE.isdisjoint(anchor.classes)
    )
    return Post(
        network="mastodon",
        uri=clean_line(_text(note, "id"), 2000),
        url=absolute_web_url(_text(note, "url")),
        text=clean_block(text),
        author=_author(_text(note, "attributedTo"), author_name),
        language=_language(note),
        published=parse_iso_date(_text(note, "published"), options.seen_at),
        hashtags=tuple(dict.fromkeys(filter(None, hashtags))) or find_hashtags(text),
        links=tuple({link.url: link for link in links}.values()),
        thread_key=_text(note, "inReplyTo") or None,  # replaced in _with_threads
        sensitive=note.get("sensitive") is True,
    )


def _author(actor: str, name: str) -> Author | None:
    """Return the author from the URL of an account: `/users/ann`, `/@ann` or `/ap/users/1`."""
    host, account = host_of(actor), path_of(actor).rstrip("/").rpartition("/")[2].lstrip("@")
    if not host or not account:
        return None
    return Author("mastodon", f"{account}@{host}", name or account, absolute_web_url(actor))


def _visibility(note: Item) -> str:
    """Return `public`, `unlisted`, or nothing for a post that is for some people only."""
    if any(audience in _PUBLIC for audience in _list(note, "to")):
        return "public"
    return "unlisted" if any(audience in _PUBLIC for audience in _list(note, "cc")) else ""


def _language(note: Item) -> str:
    contents = note.get("contentMap")
    return clean_line(next(iter(contents), ""), 20) if isinstance(contents, dict) else ""


def _with_threads(records: list[Record]) -> Iterator[Record]:
    """Yield the records; posts that answer own posts get the key of their thread."""
    parents = {
        record.uri: record.thread_key or "" for record in records if isinstance(record, Post)
    }
    places = thread_places(parents)
    for record in records:
        if isinstance(record, Post):
            key, position = places.get(record.uri, (None, None))
            yield replace(record, thread_key=key, thread_position=position)
        else:
            yield record


def _text(item: Item, key: str) -> str:
    value = item.get(key)
    return value if isinstance(value, str) else ""


def _list(item: Item, key: str) -> list[Any]:
    value = item.get(key)
    return value[:MAX_ENTITIES] if isinstance(value, list) else [value] if value else []
