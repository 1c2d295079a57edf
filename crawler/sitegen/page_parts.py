"""Small parts of pages as HTML, made without a template because a page has many of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from markupsafe import Markup, escape

from crawler import site_urls
from crawler.sitegen.display_formats import LOST, format_day, format_time
from crawler.sitegen.snapshot_reader import ListedArticle

_MAX_KEPT = 10_000
_MAX_RECENT = 2_000  # times and hosts, which pages of one article or list repeat
_MAX_KINDS = 8


class TopicChips:
    """The links to the topics of an item. `label` returns the label of a topic."""

    def __init__(self, label: Callable[[str], str]) -> None:
        self._label = label
        self._chips: dict[tuple[str, str], str] = {}

    def html(self, topics: Sequence[str], root: str, limit: int = 4, own: str = "") -> Markup:
        """Return a list of at most `limit` of `topics`, and how many are left out.

        The topic `own`, that of the page, is not listed. `root` leads to the top of the site.
        """
        others = [topic for topic in topics if topic != own]
        if not others:
            return Markup()
        chips = [self._chip(topic, root) for topic in others[:limit]]
        if len(others) > limit:
            chips.append(f'<li class="more">+{len(others) - limit}</li>\n')
        return Markup(f'<ul class="tags" aria-label="Topics">\n{"".join(chips)}</ul>\n')

    def _chip(self, topic: str, root: str) -> str:
        chip = self._chips.get((topic, root))
        if chip is None:
            if len(self._chips) >= _MAX_KEPT:
                self._chips.clear()
            path = escape(root + site_urls.topic_path(topic))
            label = escape(self._label(topic))
            chip = f'<li><a class="tag" href="{path}">{label}</a></li>\n'
            self._chips[topic, root] = chip
        return chip


def kind_class(kind: str, kinds: Sequence[tuple[str, int]]) -> str:
    """Return the class of a row by the place of its `kind` among the first eight `kinds`."""
    names = [name for name, _ in kinds[:_MAX_KINDS]]
    return f" k{names.index(kind) + 1}" if kind in names else ""


def host_link(article: ListedArticle, root: str) -> Markup:
    """Return the link to the page of the article's host, which tells if the article is lost.

    `root` leads to the top of the site.
    """
    return _host_link(article.host, article.state in LOST, root)


@lru_cache(maxsize=_MAX_RECENT)
def _host_link(host: str, is_lost: bool, root: str) -> Markup:
    path, name = escape(root + site_urls.publisher_path(host)), escape(host)
    shown = f"<s>{name}</s> no longer available" if is_lost else name
    return Markup(f'<a class="host" href="{path}">{shown}</a>')


@lru_cache(maxsize=_MAX_RECENT)
def time_element(time: str, label: str = "", prefix: str = "") -> Markup:
    """Return the `<time>` of an ISO 8601 time, shown as `label` or else as a day after `prefix`."""
    shown = label or prefix + format_day(time)
    html = f'<time datetime="{escape(time)}" title="{escape(format_time(time))}">{escape(shown)}'
    return Markup(html + "</time>")
