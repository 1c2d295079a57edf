"""The repository of an account on Bluesky: the CAR file of its export, or its records as JSON.

A repository is a Merkle search tree of records (atproto.com/specs/repository), in a CAR file of
DAG-CBOR blocks. The JSON form is the answer of `com.atproto.repo.listRecords`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from crawler.errors import InputError
from crawler.importers.record_types import ImportOptions, LeftOut, Record, parse_records
from crawler.models.http_exchange import Response
from crawler.models.posts import Post, Provenance
from crawler.sources.formats.bluesky_post import parse_view
from crawler.tolerant_json import decode_json

PRIORITY = 65
HAS_ALL_POSTS = True

_MAX_BYTES = 200_000_000
_MAX_DEPTH = 60  # levels of the tree; four million records have about twelve
_HEAD = 4_000
_COLLECTION = "app.bsky.feed.post"
_CAR_HEADER = b"\xa2eroots"  # after its length: a map of two, whose first key is `roots`
_OTHER = LeftOut("records of other collections, such as likes and reposts")
_HINT = "Export the repository again: Settings, Account, Export my data."

Block = dict[str, Any]


def matches(name: str, data: bytes) -> bool:
    """Return whether `data` is a CAR file, or JSON with posts of Bluesky. `name` is not used."""
    head = data[:_HEAD]
    if head[1:].startswith(_CAR_HEADER) or (b"eroots" in head[:120] and b"gversion" in head[:120]):
        return True
    is_json = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    return is_json and b'"records"' in head and b"app.bsky.feed.post" in head


def parse(name: str, data: bytes, options: ImportOptions) -> Iterator[Record]:
    """Yield the posts of the account; likes, reposts and follows are left out.

    `data` is the file, `name` its name; `options` has the time of the import. Raises InputError if
    the file is too large or damaged.
    """
    if len(data) > _MAX_BYTES:
        reason = f"{name} has {len(data) / 1e6:.0f} MB; the limit is {_MAX_BYTES // 1_000_000} MB."
        raise InputError(reason, _HINT)
    is_json = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    pairs = _json_records(name, data) if is_json else _car_records(name, data)
    stub = Response("", "", 200, (), b"", options.seen_at)
    labelled = ((f"record {uri}", (uri, record)) for uri, record in pairs)
    records = list(parse_records(name, labelled, lambda pair: _record(pair, name, stub)))
    yield from _with_threads(records)


def _record(pair: tuple[str, Any], name: str, stub: Response) -> Post | LeftOut | None:
    uri, record = pair
    if f"/{_COLLECTION}/" not in uri or not isinstance(record, dict):
        return _OTHER
    did = uri.removeprefix("at://").partition("/")[0]
    post = parse_view({"uri": uri, "author": {"did": did}, "record": record}, stub)
    return replace(post, provenance=Provenance(file=name)) if post else None


def _json_records(name: str, data: bytes) -> Iterator[tuple[str, Any]]:
    try:
        listed = decode_json(data)
    except ValueError as error:
        raise InputError(f"{name} is not JSON: {error}.", _HINT) from None
    records = listed.get("records") if isinstance(listed, dict) else None
    if not isinstance(records, list):
        raise InputError(f"{name} holds no list of records.", _HINT)
    for record in records:
        if isinstance(record, dict) and isinstance(record.get("uri"), str):
            yield record["uri"], record.get("value")


def _car_records(name: str, data: bytes) -> Iterator[tuple[str, Any]]:
    """Yield the URI and the value of each record in the tree of a CAR file."""
    import libipld  # only imports of this format need the library

    try:
        header, blocks = libipld.decode_car(data)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name} is damaged: {error}.", _HINT) from None
    roots = header.get("roots")
    commit = blocks.get(roots[0], {}) if isinstance(roots, list) and roots else {}
    did, tree = commit.get("did"), commit.get("data")
    if not isinstance(did, str) or not isinstance(tree, bytes):
        raise InputError(f"{name} is a CAR file without a repository.", _HINT)
    for key, cid in _entries(blocks, tree, 0):
        yield f"at://{did}/{key}", blocks.get(cid)


def _entries(
    blocks: dict[bytes, Block], node_cid: object, depth: int
) -> Iterator[tuple[str, bytes]]:
    """Yield the key and the block id of each record below a node of the tree, in order.

    The keys of a node are compressed: `p` is the length of the prefix that a key shares with the
    one before it. Each node is taken out of `blocks`: a damaged tree may name it many times.
    """
    node = blocks.pop(node_cid, None) if isinstance(node_cid, bytes) else None
    if not isinstance(node, dict) or depth > _MAX_DEPTH:
        return
    yield from _entries(blocks, node.get("l"), depth + 1)
    key = b""
    entries = node.get("e")
    for entry in entries if isinstance(entries, list) else ():
        if not isinstance(entry, dict) or not isinstance(entry.get("k"), bytes):
            continue
        shared = entry.get("p")
        key = key[: shared if isinstance(shared, int) else 0] + entry["k"]
        if isinstance(entry.get("v"), bytes):
            yield key.decode("utf-8", "replace"), entry["v"]
        yield from _entries(blocks, entry.get("t"), depth + 1)


def _with_threads(records: list[Record]) -> Iterator[Record]:
    """Yield the records; the posts of a thread get its key, the URI of its first post."""
    roots = {record.thread_key for record in records if isinstance(record, Post)}
    for record in records:
        if isinstance(record, Post) and record.uri in roots:
            yield replace(record, thread_key=record.uri)
        else:
            yield record
