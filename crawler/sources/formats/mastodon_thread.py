"""Threads on Mastodon: statuses in which an account answers itself.

Source: docs.joinmastodon.org/entities/Status.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crawler.sources.formats.json_fields import JsonObject, line, object_at

ThreadPosition = tuple[str, int]  # key of the thread, position of the post from 1


def thread_positions(statuses: Iterable[JsonObject], server: str) -> dict[str, ThreadPosition]:
    """Return the position of each status in a thread, by its URI.

    `statuses` are those of one page of `server`. The key of a thread is the URI of its first post,
    or its id on the server if the page does not have it.
    """
    by_id = {line(status, "id", 100): status for status in statuses}
    parents = _parents(by_id)
    in_threads = set(parents) | set(parents.values())
    return {
        line(status, "uri", 1000): _position(number, by_id, parents, server)
        for number, status in by_id.items()
        if number in in_threads
    }


def _parents(by_id: Mapping[str, JsonObject]) -> dict[str, str]:
    """Return the id of the status that each reply answers."""
    answered = {number: _answered_id(status) for number, status in by_id.items()}
    return {number: parent for number, parent in answered.items() if parent}


def _answered_id(status: JsonObject) -> str:
    """Return the id of the status that it answers if both have one account, or ''."""
    account = line(object_at(status, "account"), "id", 100)
    if not account or line(status, "in_reply_to_account_id", 100) != account:
        return ""
    return line(status, "in_reply_to_id", 100)


def _position(
    number: str, by_id: Mapping[str, JsonObject], parents: Mapping[str, str], server: str
) -> ThreadPosition:
    chain = [number]
    while (parent := parents.get(chain[-1])) and parent not in chain:
        chain.append(parent)
    first = by_id.get(chain[-1])
    key = line(first, "uri", 1000) if first else f"mastodon:{server}:{chain[-1]}"
    return key, len(chain)
