"""The files of an X archive: JavaScript assignments of arrays, parsed as JSON and never executed.

A file begins with `window.YTD.<name>.part<n> =`. Only files with the member's own posts and the
account are read; messages, likes, deleted posts and posts for a circle are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from crawler.errors import InputError
from crawler.importers.record_types import MAX_RECORD_BYTES, record_failure
from crawler.models.outcomes import Failure
from crawler.models.posts import Author
from crawler.text_cleaning import clean, clean_line, person_name
from crawler.tolerant_json import decode_json, split_array

_PART = r"(?:-part\d+)?"
MEMBERS = (
    r"(?:[^/]+/){0,4}"
    rf"(?:tweets?{_PART}|community-tweets?{_PART}|note-tweets?{_PART}|account)\.js"
)
_ASSIGNMENT = re.compile(rb"(?:\xef\xbb\xbf)?\s*window\.YTD\.(\w+)\.part\d+\s*=")
_WHAT_TO_IMPORT = "Import data/tweets.js, or the whole archive."
_POSTS = frozenset({"community_tweet", "community_tweets", "tweet", "tweets"})
_LONG_TEXTS = frozenset({"note_tweet", "note_tweets"})
_OLD_NAMES = (("id_str", "id"), ("full_text", "text"))
_ID = re.compile(r"\d{1,20}", re.ASCII)

Tweet = dict[str, Any]
LongText = dict[str, Any]


def is_archive_file(data: bytes) -> bool:
    """Return whether `data` begins like a file of an X archive."""
    return data[:100].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"window.YTD.")


def holds_posts(data: bytes) -> bool:
    """Return whether `data` is a file with anything else than the account."""
    return _assigned_name(data) != "account"


def first_account(files: Mapping[str, bytes]) -> Author | None:
    """Return the owner of the archive, if one of the `files` describes the account."""
    accounts = (_account(path, content) for path, content in files.items())
    return next((account for account in accounts if account), None)


def read_posts(path: str, content: bytes) -> Iterator[Tweet | LongText | Failure]:
    """Yield the posts and the texts of long posts in one file with its `content`.

    A text has the key `noteTweetId`. A record that is not JSON, not an object or has no id is a
    Failure. Raises InputError if the file holds something else.
    """
    kind = _data_name(path, content)
    if kind == "account":
        return
    key = "noteTweet" if kind in _LONG_TEXTS else "tweet"
    for number, element in enumerate(_array(path, content), 1):
        yield from _record(path, f"tweet {number}", element, key)


def read_text(value: Mapping[str, Any], key: str) -> str:
    """Return the cleaned text under `key` of the object `value`; empty for anything else."""
    member = value.get(key)
    return clean(member) if isinstance(member, str) else ""


def is_id(text: str) -> bool:
    """Return whether `text` is the decimal id of a post."""
    return _ID.fullmatch(text) is not None


def _data_name(path: str, content: bytes) -> str:
    """Return the name of the data in a file, for example `tweets`. Raises InputError."""
    name = _assigned_name(content)
    if not name:
        reason = f"{path} is not a file of an X archive: it does not begin with window.YTD."
        raise InputError(reason, _WHAT_TO_IMPORT)
    if name != "account" and name not in _POSTS | _LONG_TEXTS:
        raise InputError(f"{path} holds {name!r}, not posts.", _WHAT_TO_IMPORT)
    return name


def _assigned_name(content: bytes) -> str:
    """Return the name of the data that a file assigns, or an empty string."""
    assigned = _ASSIGNMENT.match(content[:200])
    return assigned[1].decode("ascii", "replace") if assigned else ""


def _array(path: str, content: bytes) -> Iterator[bytes]:
    """Yield the records of a file, not decoded yet; the last one is empty if the file is cut off.

    Raises InputError if the file has no array.
    """
    assigned = _ASSIGNMENT.match(content[:200])
    try:
        yield from split_array(content[assigned.end() if assigned else 0 :])
    except ValueError as error:
        raise InputError(f"{path} is damaged: {error}.", "Download the archive again.") from None
    if content.rstrip().endswith((b"[", b",")):
        yield b""


def _record(path: str, label: str, element: bytes, key: str) -> Iterator[Tweet | Failure]:
    """Yield the object under `key` of one record, or the reason why it has none."""
    if len(element) > MAX_RECORD_BYTES:
        yield record_failure(path, label, f"longer than {MAX_RECORD_BYTES // 1_000_000} MB")
        return
    try:
        decoded = decode_json(element)
    except ValueError as error:
        yield record_failure(path, label, error)
        return
    record = decoded.get(key, decoded) if isinstance(decoded, dict) else None
    if not isinstance(record, dict):
        yield record_failure(path, label, "not a JSON object")
        return
    record = _with_present_names(record)
    name_of_id = "noteTweetId" if key == "noteTweet" else "id_str"
    if is_id(read_text(record, name_of_id)):
        yield record
    else:
        yield record_failure(path, label, f"no id in `{name_of_id}`")


def _with_present_names(record: Tweet) -> Tweet:
    """Return a record of an old archive with the names of today: `id_str` and `full_text`."""
    named = {key: record[old] for key, old in _OLD_NAMES if key not in record and old in record}
    if isinstance(named.get("id_str"), int):
        named["id_str"] = str(named["id_str"])
    return record | named if named else record


def _account(path: str, content: bytes) -> Author | None:
    if _assigned_name(content) != "account":
        return None
    try:
        decoded = decode_json(next(_array(path, content), b"{}"))
    except (InputError, ValueError):  # a damaged account leaves the posts without an author
        return None
    account = decoded.get("account") if isinstance(decoded, dict) else None
    handle = clean_line(read_text(account, "username"), 50) if isinstance(account, dict) else ""
    if not isinstance(account, dict) or not handle:
        return None
    shown = person_name(read_text(account, "accountDisplayName"), 100)
    return Author("x", handle, shown, f"https://x.com/{handle}")
