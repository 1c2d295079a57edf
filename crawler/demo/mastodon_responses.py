"""Responses of a fictional Mastodon server: hashtag timeline, single statuses, its description.

Sources: docs.joinmastodon.org/methods/timelines, docs.joinmastodon.org/entities/Status,
docs.joinmastodon.org/entities/Quote.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape
from typing import Any

from crawler.demo.fictional_network import DemoPost, FictionalNetwork, Person

_INSTANCE = "/api/v2/instance"
_STATUSES = "/api/v1/statuses"
_TIMELINE = "/api/v1/timelines/tag/"
_PAGE_SIZE = 40
_NOT_FOUND = {"error": "Record not found"}


class MastodonServer:
    """The API of one `server` in run `number`, over the posts of `network`."""

    def __init__(self, network: FictionalNetwork, server: str, number: int) -> None:
        self._network = network
        self._server = server
        self._number = number
        self._posts = [
            post
            for post in network.posts(number, "mastodon")
            if network.people[post.author].server == server
        ]

    def respond(self, path: str, query: Mapping[str, str], ids: Iterable[str]) -> tuple[int, Any]:
        """Return the status code and the JSON value for a `path`, its `query` and its `ids`."""
        if path == _INSTANCE:
            return 200, _instance(self._server)
        if path.startswith(_TIMELINE):
            return 200, self._timeline(path.removeprefix(_TIMELINE), query)
        statuses = {_status_id(post): post for post in self._posts}
        if path == _STATUSES:
            return 200, [self._status(statuses[key]) for key in ids if key in statuses]
        post = statuses.get(path.removeprefix(f"{_STATUSES}/"))
        return (200, self._status(post)) if post else (404, _NOT_FOUND)

    def _timeline(self, hashtag: str, query: Mapping[str, str]) -> list[dict[str, Any]]:
        """Return a page, newest first; with `min_id` the oldest statuses after it."""
        tagged = [
            post
            for post in self._posts
            if hashtag.lower() in {name.lower() for name in post.hashtags}
        ]
        oldest = int(query.get("min_id", 0))
        newest = int(query.get("max_id", 1 << 62))
        matching = [post for post in tagged if oldest < int(_status_id(post)) < newest]
        page = matching[-_PAGE_SIZE:] if "min_id" in query else matching[:_PAGE_SIZE]
        return [self._status(post) for post in page]

    def _status(self, post: DemoPost, *, is_quoted: bool = False) -> dict[str, Any]:
        person = self._network.people[post.author]
        key = _status_id(post)
        answered = self._network.posts_by_key.get(post.answers)
        return {
            "id": key,
            "uri": f"https://{person.server}/users/{person.key}/statuses/{key}",
            "url": f"https://{person.server}/@{person.key}/{key}",
            "created_at": _time(post.published),
            "edited_at": _time(post.edited) if post.edited else None,
            "in_reply_to_id": _status_id(answered) if answered else None,
            "in_reply_to_account_id": answered.author if answered else None,
            "sensitive": False,
            "spoiler_text": "",
            "visibility": post.visibility,
            "language": post.language,
            "content": _content(post, person.server),
            "reblog": None,
            "quote": None if is_quoted else self._quote(post),
            "card": self._card(post),
            "media_attachments": [],
            "mentions": [],
            "emojis": [],
            "tags": [_tag(name, person.server) for name in post.hashtags],
            "replies_count": 0,
            "reblogs_count": post.number % 5,
            "favourites_count": post.number % 11,
            "account": _account(person, self._number),
        }

    def _quote(self, post: DemoPost) -> dict[str, Any] | None:
        quoted = self._network.posts_by_key.get(post.quotes)
        if quoted is None:
            return None
        return {"state": "accepted", "quoted_status": self._status(quoted, is_quoted=True)}

    def _card(self, post: DemoPost) -> dict[str, Any] | None:
        article = next(
            filter(None, map(self._network.articles(self._number).get, post.links)), None
        )
        if article is None:
            return None
        return {
            "url": article.url,
            "title": article.title,
            "description": article.description,
            "type": "link",
            "provider_name": "",
            "published_at": None,
            "html": "",
        }


def _status_id(post: DemoPost) -> str:
    """Return the id of a status: its milliseconds since 1970, then 16 bits (Mastodon snowflake)."""
    return str((int(post.published.timestamp() * 1000) << 16) + post.number)


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"


def _content(post: DemoPost, server: str) -> str:
    paragraphs = [escape(part) for part in post.text.strip().split("\n\n")]
    links = " ".join(_anchor(link) for link in post.links)
    hashtags = " ".join(
        f'<a href="https://{server}/tags/{name}" class="mention hashtag" rel="tag">'
        f"#<span>{name}</span></a>"
        for name in post.hashtags
    )
    return "".join(f"<p>{part}</p>" for part in (*paragraphs, links, hashtags) if part)


def _anchor(link: str) -> str:
    scheme, _, place = link.partition("://")
    return (
        f'<a href="{escape(link)}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{scheme}://</span><span class="">{escape(place)}</span></a>'
    )


def _tag(name: str, server: str) -> dict[str, str]:
    return {"name": name.lower(), "url": f"https://{server}/tags/{name.lower()}"}


def _account(person: Person, number: int) -> dict[str, Any]:
    account = {
        "id": person.key,
        "username": person.key,
        "acct": person.key,
        "display_name": person.name,
        "url": f"https://{person.server}/@{person.key}",
        "uri": f"https://{person.server}/users/{person.key}",
        "bot": False,
        "group": False,
        "locked": False,
        "discoverable": person.indexable is True,
        "noindex": False,
        "note": f"<p>{escape(person.profile_text(number))}</p>",
        "fields": [],
        "emojis": [],
    }
    return account if person.indexable is None else account | {"indexable": person.indexable}


def _instance(server: str) -> dict[str, Any]:
    access = {"local": "public", "remote": "public"}
    return {
        "domain": server,
        "title": "A fictional server",
        "version": "4.5.1",
        "source_url": "https://github.com/mastodon/mastodon",
        "configuration": {"timelines_access": {"hashtag_feeds": access, "live_feeds": access}},
    }
