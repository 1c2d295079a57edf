"""Repositories with a topic on GitHub, those updated last first, through the repository search.

API: docs.github.com/rest/search. A search without an account may be made ten times a minute, and
returns at most 100 repositories. One request a week is enough. Beyond the limit GitHub answers 403
or 429 and names the time at which it ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from crawler.html_text_and_links import absolute_web_url
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure, Outcome
from crawler.models.posts import Author, Card, Link, Post, Provenance
from crawler.sources.formats.hashtag_names import joined_hashtags
from crawler.sources.formats.json_fields import (
    JsonObject,
    counts,
    line,
    object_at,
    objects,
    parse_json,
    strings,
    text,
)
from crawler.sources.protocol import Batch, PollingHints, failed_batch
from crawler.text_cleaning import join_paragraphs
from crawler.utc_times import parse_iso_date

MAX_REQUESTS = 1
_SEARCH = "https://api.github.com/search/repositories"
_TOPIC = re.compile(r"[a-z0-9][a-z0-9-]{0,49}")
_HINTS = PollingHints(min_interval=timedelta(days=7))
_HEADERS = (("x-github-api-version", "2022-11-28"),)
# Fields that are true for a repository that is not worth reading.
_UNWANTED = ("archived", "disabled", "fork", "is_template", "private")


@dataclass(frozen=True, slots=True)
class Options:
    """`topic`: in lower case with hyphens, as GitHub spells it; `min_stars`: the fewest stars."""

    topic: str
    min_stars: int = 100

    def __post_init__(self) -> None:
        if not _TOPIC.fullmatch(self.topic):
            raise ValueError(f"topic has lower-case letters, digits and hyphens: {self.topic!r}")
        if not 0 <= self.min_stars <= 1_000_000:
            raise ValueError(f"min_stars is not between 0 and 1,000,000: {self.min_stars}")


def first_request(options: Options, cursor: str | None) -> FetchRequest:
    """Return the search for the topic of `options`; `cursor` is not used."""
    terms = f"topic:{options.topic} stars:>={options.min_stars} archived:false"
    query = {"q": terms, "sort": "updated", "order": "desc", "per_page": "100"}
    url = f"{_SEARCH}?{urlencode(query)}"
    return FetchRequest(url, "api", "application/vnd.github+json", _HEADERS)


def parse_response(options: Options, response: Response | Failure, cursor: str | None) -> Batch:
    """Return one post for each repository in `response`; `options` and `cursor` are not used.

    `response` may be a Failure.
    """
    if isinstance(response, Failure):
        return Batch(failure=response)
    if response.status == 304:
        return Batch(hints=_HINTS)
    try:
        items = object_at({"result": parse_json(response)}, "result").get("items")
    except ValueError as error:
        message = f"GitHub answered with something else than JSON: {error}"
        return failed_batch(response, Outcome.BAD_CONTENT, message)
    if not isinstance(items, list):
        return failed_batch(response, Outcome.BAD_CONTENT, "GitHub answered without a result.")
    posts = (_post(repository, response) for repository in objects(items))
    return Batch(tuple(post for post in posts if post), hints=_HINTS)


def _post(repository: JsonObject, response: Response) -> Post | None:
    """Return the post of a repository; None without id and page, or if it is unwanted."""
    number, name = line(repository, "id", 30), line(repository, "full_name", 200)
    url = absolute_web_url(text(repository, "html_url"))
    if not number.isdigit() or not name or not url:
        return None
    if any(repository.get(field) is True for field in _UNWANTED):
        return None
    description = line(repository, "description", 1000)
    return Post(
        network="github",
        uri=f"github:{number}",
        url=url,
        text=join_paragraphs(name, description),
        author=_author(object_at(repository, "owner")),
        published=parse_iso_date(text(repository, "created_at"), response.fetched_at),
        hashtags=joined_hashtags(strings(repository.get("topics"))),
        links=(Link(url, name),),
        cards=(Card(name, description, "GitHub", url),),
        counts=counts(repository, points="stargazers_count"),
        provenance=Provenance(request=response.url),
    )


def _author(owner: JsonObject) -> Author | None:
    name = line(owner, "login", 100)
    return Author("github", name, name, absolute_web_url(text(owner, "html_url"))) if name else None
