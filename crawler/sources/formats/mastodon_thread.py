"""Which statuses of a page are parts of one thread: answers of an account to itself
(docs.joinmastodon.org/entities/Status).
"""

from __future__ import annotations

from collections.abc import Iterable

from crawler.sources.formats.json_fields import JsonObject, line, object_at

ThreadPosition = tuple[str, int]  # key of the thread, position of the post from 1


def thread_positions(statuses: Iterable[JsonObject], server: str) -> dict[str, ThreadPosition]:
    """The place of every status that stands in a thread, by its uri.

    A thread is named after its first part: by its uri, or by its id on `server` when
    the page does not hold it."""
    known = {line(status, "id", 100): status for status in statuses}
    before = {each: _answered(status) for each, status in known.items() if _answered(status)}
    begun = set(before.values())
    return {
        line(known[each], "uri", 1000): _place(each, known, before, server)
        for each in known
        if each in before or each in begun
    }


def _answered(status: JsonObject) -> str:
    """The id of the status of the same account that this one answers, or an empty string."""
    account = line(object_at(status, "account"), "id", 100)
    return (
        line(status, "in_reply_to_id", 100)
        if account and line(status, "in_reply_to_account_id", 100) == account
        else ""
    )


def _place(
    each: str, known: dict[str, JsonObject], before: dict[str, str], server: str
) -> ThreadPosition:
    chain = [each]
    while chain[-1] in before and before[chain[-1]] not in chain:
        chain.append(before[chain[-1]])
    root = known.get(chain[-1])
    return line(root, "uri", 1000) if root else f"mastodon:{server}:{chain[-1]}", len(chain)
