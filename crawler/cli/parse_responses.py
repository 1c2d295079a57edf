"""`hashtrail posts`: a filter from stored API responses or feeds to the posts in them."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import (
    echo_table,
    json_option,
    read_json_lines,
    standard_input,
    write_json_line,
)
from crawler.errors import ConfigurationError, InputError, UsageError
from crawler.models.http_exchange import Response
from crawler.models.outcomes import Failure, Outcome
from crawler.models.posts import Post
from crawler.utc_times import iso

if TYPE_CHECKING:
    from crawler.sources.configured_sources import Source
    from crawler.sources.protocol import Batch

PARSE_SECONDS = 20.0
_EXAMPLE = '{"url": "https://…", "options": {"server": "social.example", …}, "body": …}'
_HINT = f"Each line must look like this: {_EXAMPLE}"


@dataclass(frozen=True, slots=True)
class _StoredResponse:
    """A source with its options, and a response that it should parse."""

    source: Source
    response: Response


@click.command("posts")
@click.option("--kind", required=True, help="Kind of the source, for example mastodon.")
@json_option
def posts(kind: str, as_json: bool) -> None:
    """Filter: {"url","options","body"} lines in, the posts of each response out. Nothing is
    fetched or stored.

    `options` are the keys of a [[source]] table, as an object or as a list in the order of
    docs/SOURCES.md. `body` is the JSON of the response, or a string with its text.
    """
    from crawler.sources.configured_sources import is_source_kind, source_kinds

    if not is_source_kind(kind):
        hint = f"Known: {', '.join(source_kinds())}; or the dotted name of your module."
        raise UsageError(f"There is no source kind {kind!r}.", hint)
    asyncio.run(_parse_lines(kind, as_json))


async def _parse_lines(kind: str, as_json: bool) -> None:
    """Parse each line of standard input in a child process, and write the posts."""
    from crawler.parallel.killable_workers import KillablePool
    from crawler.sources.configured_sources import module_name

    async with KillablePool(processes=1, preload=(module_name(kind),)) as pool:
        for number, row in enumerate(read_json_lines(standard_input()), 1):
            stored = _stored_response(kind, row, f"standard input, object {number}")
            batch = await pool.call(
                partial(stored.source.parse_response, cursor=None),
                stored.response,
                PARSE_SECONDS,
                url=stored.response.url,
                stage="collect",
            )
            _write(batch, as_json)


def _stored_response(kind: str, row: dict[str, Any], place: str) -> _StoredResponse:
    """Return one line of the input as a source and a response. Raises InputError."""
    url = row.get("url")
    if not isinstance(url, str) or "body" not in row:
        raise InputError(f'{place}: "url" or "body" is missing.', _HINT)
    source = _source(kind, row.get("options", {}), place)
    body = row["body"]
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    data = text.encode("utf-8", "surrogatepass")
    headers = () if isinstance(body, str) else (("content-type", "application/json"),)
    return _StoredResponse(source, Response(url, url, 200, headers, data, datetime.now(UTC)))


def _source(kind: str, options: Any, place: str) -> Source:
    """Return a source with these options. Raises InputError if they do not fit its kind."""
    from crawler.sources.configured_sources import make_source, option_names

    if isinstance(options, list):
        names = option_names(kind)
        if len(options) > len(names):
            message = f"{place}: {len(options)} options, but kind {kind!r} has {len(names)}."
            raise InputError(message, f"Options of {kind}: {', '.join(names)}.")
        options = dict(zip(names, options, strict=False))
    if not isinstance(options, dict):
        raise InputError(f'{place}: "options" is neither an object nor a list.', _HINT)
    try:
        return make_source({**options, "name": place, "kind": kind}, place)
    except ConfigurationError as error:
        raise InputError(error.message, error.hint) from None


def _write(batch: Batch | Failure, as_json: bool) -> None:
    failure = batch if isinstance(batch, Failure) else batch.failure
    parsed = () if isinstance(batch, Failure) else batch.posts
    if as_json:
        outcome = failure.outcome if failure else Outcome.OK
        write_json_line({"posts": [_public(post) for post in parsed], "outcome": outcome.value})
        return
    echo_table(_table_row(post) for post in parsed)
    if failure:
        click.echo(f"{failure.outcome.value}: {failure.message}", err=True)


def _public(post: Post) -> dict[str, Any]:
    return {
        "text": post.text,
        "links": [link.url for link in post.links],
        "cards": [card.link for card in post.cards if card.link],
        "hashtags": list(post.hashtags),
        "author": post.author.name if post.author else "",
    }


def _table_row(post: Post) -> tuple[str, ...]:
    author = post.author.name if post.author else ""
    links = " ".join(link.url for link in post.links)
    return iso(post.published) or "", author, " ".join(post.text.split())[:80], links
