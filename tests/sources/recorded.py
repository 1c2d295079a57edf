"""Recorded responses in the form of the real ones, and a night that uses them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure, Outcome
from crawler.models.posts import Post
from crawler.sources.configured_sources import Source, make_source
from crawler.sources.protocol import Batch

DATA = Path(__file__).parent / "data"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass(frozen=True)
class Night:
    """The result of one night: every batch in order, all posts, and the cursor to store."""

    batches: tuple[Batch, ...]
    cursor: str | None

    @property
    def posts(self) -> tuple[Post, ...]:
        return tuple(post for batch in self.batches for post in batch.posts)


def answer(url: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Response:
    return Response(url, url, 200, tuple((headers or {}).items()), body, NOW)


def recording(kind: str) -> dict[str, Any]:
    return json.loads((DATA / kind / "exchanges.json").read_text(encoding="utf-8"))


def source(kind: str, **options: Any) -> Source:
    return make_source(
        {"name": kind, "kind": kind, **recording(kind)["options"], **options}, "test"
    )


def refusal(url: str, status: int, reason: str = "") -> Failure:
    message = f"HTTP {status}: {reason}" if reason else f"HTTP {status}"
    return Failure(url, "fetch", Outcome.CLIENT_ERROR, message, status=status)


@dataclass(frozen=True)
class Recheck:
    """The result of rechecks: gone URIs, current posts, failures, and requested URLs in order."""

    gone: tuple[str, ...]
    posts: tuple[Post, ...]
    failures: tuple[Failure, ...]
    urls: tuple[str, ...]


def answers(kind: str) -> dict[str, Response | Failure]:
    return _answers(kind, recording(kind)["exchanges"])


def answers_to_rechecks(kind: str) -> dict[str, Response | Failure]:
    """The responses to rechecks of the recorded posts, some days later."""
    return _answers(kind, recording(kind)["again"]["exchanges"])


def posts_to_recheck(kind: str) -> tuple[Post, ...]:
    """The recorded posts that the second recording answers for, without their texts.

    Posts of authors who had opted out before the first night are left out.
    """
    posts = play(source(kind), answers(kind)).posts
    return tuple(
        replace(post, text="", html="", links=(), cards=(), author=None)
        for post in posts
        if all(reason == "indexable missing" for reason in post.reasons)
    )


def _answers(kind: str, exchanges: list[dict[str, Any]]) -> dict[str, Response | Failure]:
    made = {}
    for each in exchanges:
        url = each["url"]
        body = (DATA / kind / each["file"]).read_bytes() if "file" in each else b""
        made[url] = (
            refusal(url, each["status"], each.get("reason", ""))
            if "status" in each
            else answer(url, body, headers=each.get("headers"))
        )
    return made


def play(polled: Source, known: dict[str, Response | Failure], cursor: str | None = None) -> Night:
    """Run one night by the rules of the contract and return its result.

    No URL is fetched twice, there are at most MAX_REQUESTS requests, and the last cursor counts
    unless a response failed.
    """
    queue, fetched, batches = [polled.first_request(cursor)], set(), []
    while queue and len(fetched) < polled.max_requests:
        request = queue.pop(0)
        if request.url in fetched:
            continue
        fetched.add(request.url)
        batches.append(polled.parse_response(known[request.url], cursor))
        queue.extend(batches[-1].next_requests)
    cursors = [batch.cursor for batch in batches if batch.cursor]
    has_failure = any(batch.failure for batch in batches)
    return Night(tuple(batches), cursors[-1] if cursors and not has_failure else cursor)


def play_rechecks(
    polled: Source, posts: tuple[Post, ...], answer_to: Callable[[str], Response | Failure]
) -> Recheck:
    """Run all rechecks of `posts` with their follow-up requests and return the result."""
    queue, batches, urls = list(polled.recheck_requests(posts)), [], []
    while queue:
        recheck = queue.pop(0)
        urls.append(recheck.request.url)
        batches.append(polled.parse_recheck(recheck, answer_to(recheck.request.url)))
        queue.extend(batches[-1].next_requests)
    return Recheck(
        tuple(uri for batch in batches for uri in batch.gone_uris),
        tuple(post for batch in batches for post in batch.posts),
        tuple(batch.failure for batch in batches if batch.failure),
        tuple(urls),
    )
