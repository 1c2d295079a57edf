"""The feeds of the site in two formats: Atom (RFC 4287) and JSON Feed 1.1."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from crawler.sitegen.changed_keys import Keys
from crawler.sitegen.feed_contents import SUBJECTS, Entry, FeedContent, group_kind
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.rendered_groups import GroupedFile
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.template_renderer import Renderer
from crawler.tag_uris import tag_uri

_EMPTY_FEED_UPDATED = "1970-01-01T00:00:00Z"
_DIGEST = "feeds/digest.html"
_ITEM = "item.json"
_JSON_FEED_VERSION = "https://jsonfeed.org/version/1.1"


def is_due(feed: FeedContent, keys: Keys) -> bool:
    """Return whether `feed` may differ from the published one, if subjects with `keys` do."""
    chosen = keys[feed.subject]
    return chosen is None or not frozenset(feed.keys).isdisjoint(chosen)


def feed_groups_to_make(
    feeds: Iterable[FeedContent], keys: Keys, group_keys: Callable[[str], set[str]]
) -> Iterator[str]:
    """Yield the names of the page groups of `feeds` with `keys`.

    These are those of the site and the published ones. `group_keys` returns the published keys of a
    kind of group.
    """
    yield from (feed.page_group for feed in feeds if feed.page_group and is_due(feed, keys))
    for subject in SUBJECTS.values():
        chosen, name = keys[subject], group_kind(subject)
        for key in group_keys(name):
            if chosen is None or key in chosen:
                yield f"{name}/{key}"


def render_feeds(
    feeds: Iterable[FeedContent], keys: Keys, model: SiteModel, renderer: Renderer
) -> Iterator[GroupedFile]:
    """Yield those of `feeds` with `keys`, in both formats.

    `model` has the title and the base URL of the site, `renderer` the Atom template.
    """
    for feed in feeds:
        if is_due(feed, keys):
            entries = feed.read_entries()
            yield GroupedFile(_atom(feed, entries, model, renderer), feed.page_group)
            yield GroupedFile(_json_feed(feed, entries, model, renderer), feed.page_group)


def _encoded_item(entry: Entry, model: SiteModel, renderer: Renderer) -> msgspec.Raw:
    item = entry.texts.get(_ITEM)
    if item is None:
        content = _json_item(model, entry)
        if digest := entry.digest:
            content["content_html"] = str(renderer.fragment(_DIGEST, "../../", digest, digest.week))
        item = entry.texts[_ITEM] = msgspec.json.encode(content).decode()
    return msgspec.Raw(item)


def _title(feed: FeedContent, model: SiteModel) -> str:
    site_title = model.settings.title
    return f"{feed.label}: {site_title}" if feed.group else site_title


def _atom(
    feed: FeedContent, entries: Sequence[Entry], model: SiteModel, renderer: Renderer
) -> OutputFile:
    name = f"{feed.folder}/{feed.name}" if feed.folder else feed.name
    return renderer.document(
        "feeds/feed.atom",
        feed.atom_path,
        feed_id=tag_uri(model.settings, "feed", name),
        title=_title(feed, model),
        page=feed.page,
        entries=entries,
        updated=max((entry.updated for entry in entries), default=_EMPTY_FEED_UPDATED),
    )


def _json_feed(
    feed: FeedContent, entries: Sequence[Entry], model: SiteModel, renderer: Renderer
) -> OutputFile:
    content = {
        "version": _JSON_FEED_VERSION,
        "title": _title(feed, model),
        "home_page_url": model.absolute_url(feed.page),
        "feed_url": model.absolute_url(feed.json_path),
        "items": [_encoded_item(entry, model, renderer) for entry in entries],
    }
    present = _without_empty(content, "home_page_url", "feed_url")
    return OutputFile(feed.json_path, msgspec.json.encode(present) + b"\n")


def _json_item(model: SiteModel, entry: Entry) -> dict[str, Any]:
    content = {
        "id": entry.id,
        "url": model.absolute_url(entry.page) or entry.url,
        "external_url": entry.url,
        "title": entry.title,
        "content_text": entry.summary,
        "date_published": entry.published,
        "date_modified": entry.updated,
        "authors": [{"name": name} for name in entry.authors],
        "tags": [model.label(topic) for topic in entry.topics],
        "language": entry.language,
    }
    return _without_empty(content, "url", "external_url", "date_published", "language")


def _without_empty(content: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return `content` without the members of `names` that are empty: they are optional."""
    return {name: value for name, value in content.items() if value or name not in names}
