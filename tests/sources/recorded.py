"""Recorded answers, written by us in true shape, and a night that is played against them."""

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
from crawler.sources.protocol import Batch
from crawler.sources.registry import Source, make_source

DATA = Path(__file__).parent / "data"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass(frozen=True)
class Night:
    """What one night brought: every batch in order, all posts, and the cursor to keep."""

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


def refusal(url: str, status: int) -> Failure:
    return Failure(url, "fetch", Outcome.CLIENT_ERROR, f"HTTP {status}", status=status)


@dataclass(frozen=True)
class Recheck:
    """What asking again for posts came to: the uris that are gone, posts as they read now,
    failures, and every address asked, in order.
    """

    gone: tuple[str, ...]
    posts: tuple[Post, ...]
    failures: tuple[Failure, ...]
    asked: tuple[str, ...]


def answers(kind: str) -> dict[str, Response | Failure]:
    return _answers(kind, recording(kind)["exchanges"])


def answers_again(kind: str) -> dict[str, Response | Failure]:
    """The answers to questions about the recorded posts, some days later."""
    return _answers(kind, recording(kind)["again"]["exchanges"])


def kept(kind: str) -> tuple[Post, ...]:
    """The recorded posts that the second recording answers for, without their texts.

    Those of authors who had said no by the first night are left out of it.
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
            refusal(url, each["status"])
            if "status" in each
            else answer(url, body, headers=each.get("headers"))
        )
    return made


def play(asked: Source, known: dict[str, Response | Failure], cursor: str | None = None) -> Night:
    """One night as the contract says: no URL twice, at most MAX_REQUESTS, the last cursor unless an
    answer failed.
    """
    queue, seen, batches = [asked.first_request(cursor)], set(), []
    while queue and len(seen) < asked.max_requests:
        request = queue.pop(0)
        if request.url in seen:
            continue
        seen.add(request.url)
        batches.append(asked.parse_response(known[request.url], cursor))
        queue.extend(batches[-1].next_requests)
    kept = [batch.cursor for batch in batches if batch.cursor]
    return Night(
        tuple(batches), kept[-1] if kept and not any(batch.failure for batch in batches) else cursor
    )


def play_again(
    asked: Source, posts: tuple[Post, ...], answer_to: Callable[[str], Response | Failure]
) -> Recheck:
    """Every question about these posts, and all that the answers lead to."""
    queue, told, urls = list(asked.recheck_requests(posts)), [], []
    while queue:
        question = queue.pop(0)
        urls.append(question.request.url)
        told.append(asked.parse_recheck(question, answer_to(question.request.url)))
        queue.extend(told[-1].next_requests)
    return Recheck(
        tuple(uri for standing in told for uri in standing.gone_uris),
        tuple(post for standing in told for post in standing.posts),
        tuple(standing.failure for standing in told if standing.failure),
        tuple(urls),
    )
