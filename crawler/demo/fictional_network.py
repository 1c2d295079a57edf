"""The fictional people, posts, articles and servers of the demo, read from data/demo."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import msgspec
from markdown_it import MarkdownIt

from crawler.url_parser import Url, parse_url
from crawler.workspace import bundled_path

RUNS = 3
_FENCE = "+++"
_UNDATED = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Person:
    """A fictional author, with the consent signals of the profile on Mastodon.

    `opted_out_in`: the number of the run from which on the profile refuses machines.
    """

    key: str
    name: str
    server: str = "social.example"
    bio: str = ""
    indexable: bool | None = True
    opted_out_in: int = 0

    def profile_text(self, number: int) -> str:
        """Return the text of the profile in run `number`."""
        is_out = 0 < self.opted_out_in <= number
        return f"{self.bio} #nobot".strip() if is_out else self.bio


@dataclass(frozen=True, slots=True)
class DemoPost:
    """A fictional post. `hours` is its age at the first run; later posts have positive hours.

    `gone_in` and `edited_in` are numbers of runs; 0 means never. `answers`, `quotes` and
    `reposted_by` are keys of posts and of a person.
    """

    network: Literal["mastodon", "bluesky", "devto", "hackernews"]
    author: str
    hours: float
    text: str
    key: str = ""
    title: str = ""
    links: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ("DistributedSystems",)
    language: str = "en"
    visibility: str = "public"
    answers: str = ""
    quotes: str = ""
    reposted_by: str = ""
    gone_in: int = 0
    edited_in: int = 0
    edited_text: str = ""
    number: int = 0
    published: datetime = _UNDATED
    edited: datetime | None = None


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """A fictional article, in the version that its server has since run number `since`.

    `layout` names the template of its page, `robots` its directive. `in_feed`: whether the feed of
    its host lists it.
    """

    url: str
    title: str
    author: str
    hours: float
    description: str = ""
    language: str = "en"
    layout: str = "article"
    canonical: str = ""
    robots: str = ""
    in_feed: bool = True
    since: int = 1
    html: str = ""
    published: datetime = _UNDATED


@dataclass(frozen=True, slots=True)
class Publisher:
    """A host with articles, and the format of its feed at `/feed.xml`."""

    host: str
    name: str
    feed: Literal["rss", "atom", "json", "broken", ""] = "rss"


@dataclass(frozen=True, slots=True)
class FixedResponse:
    """A response that replaces that of the network, from run `first` to run `last`.

    `url` is without scheme; the path is left out if it applies to the whole host.
    """

    url: str
    status: int = 0
    location: str = ""
    delay_seconds: float = 0.0
    text: str = ""
    first: int = 1
    last: int = RUNS


class FictionalNetwork:
    """Everything that data/demo describes, dated relative to the `first_run`."""

    def __init__(self, folder: Path, first_run: datetime) -> None:
        table = tomllib.loads((folder / "network.toml").read_text(encoding="utf-8"))
        posts = tomllib.loads((folder / "posts.toml").read_text(encoding="utf-8"))["post"]
        self.first_run = first_run
        self.people = {
            person.key: person for person in msgspec.convert(table["person"], list[Person])
        }
        self.publishers = {
            publisher.host: publisher
            for publisher in msgspec.convert(table["publisher"], list[Publisher])
        }
        self.fixed_responses = msgspec.convert(table["response"], list[FixedResponse])
        self.private_words = {case: tuple(words) for case, words in table["private_words"].items()}
        self._posts = self._dated_posts(msgspec.convert(posts, list[DemoPost]))
        self._articles = [
            self._dated_article(_read_article(path))
            for path in sorted((folder / "articles").glob("*.md"))
        ]

    def time_of(self, number: int) -> datetime:
        """Return the time of run `number`; the first run has the number 1."""
        return self.first_run + timedelta(days=number - 1)

    def posts(self, number: int, network: str = "") -> list[DemoPost]:
        """Return the posts of a `network` (default: all) that exist in run `number`, newest first.

        They have the text of that run.
        """
        present = (
            post
            for post in self._posts
            if post.published <= self.time_of(number)
            and not 0 < post.gone_in <= number
            and network in ("", post.network)
        )
        return [self._in_version(post, number) for post in present]

    @cached_property
    def posts_by_key(self) -> dict[str, DemoPost]:
        """The posts that other posts refer to, in their first version."""
        return {post.key: post for post in self._posts if post.key}

    def articles(self, number: int) -> dict[str, DemoArticle]:
        """Return the articles of run `number` by URL, each in its newest version."""
        present = [
            article
            for article in self._articles
            if article.since <= number and article.published <= self.time_of(number)
        ]
        return {article.url: article for article in sorted(present, key=lambda item: item.since)}

    def _dated_posts(self, posts: Iterable[DemoPost]) -> list[DemoPost]:
        dated = [
            replace(post, number=number, published=self.first_run + timedelta(hours=post.hours))
            for number, post in enumerate(posts, 1)
        ]
        return sorted(dated, key=lambda post: (post.published, post.number), reverse=True)

    def _dated_article(self, article: DemoArticle) -> DemoArticle:
        return replace(article, published=self.first_run + timedelta(hours=article.hours))

    def _in_version(self, post: DemoPost, number: int) -> DemoPost:
        if not 0 < post.edited_in <= number:
            return post
        edited = self.time_of(post.edited_in) - timedelta(hours=1)
        return replace(post, text=post.edited_text, edited=edited)


def read_network(first_run: datetime) -> FictionalNetwork:
    """Return the network of data/demo, dated relative to `first_run`."""
    return FictionalNetwork(bundled_path("data", "demo"), first_run)


def host_and_path(url: str) -> tuple[str, str]:
    """Return the host and the path of `url`; the path is `/` at least."""
    parsed = parse_url(url)
    assert isinstance(parsed, Url)
    return parsed.authority, parsed.path


def _read_article(path: Path) -> DemoArticle:
    """Return the article of a file: TOML between `+++` lines, then its text in Markdown."""
    _, header, body = path.read_text(encoding="utf-8").split(f"{_FENCE}\n", 2)
    values: dict[str, Any] = tomllib.loads(header)
    return msgspec.convert(values | {"html": MarkdownIt().render(body)}, DemoArticle)
