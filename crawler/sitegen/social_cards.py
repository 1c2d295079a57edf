"""Social cards: pictures of 1200 x 630 pixels that other sites show with a link to a page."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from crawler.counted_nouns import counted_noun
from crawler.site_urls import topic_path, week_path
from crawler.sitegen import display_formats
from crawler.sitegen.card_text import title_lines
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.rendered_groups import GroupedFile
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle
from crawler.sitegen.template_renderer import Renderer, SocialCard
from crawler.svg_charts import ColumnChart, column_chart
from crawler.text_cleaning import shorten

MAX_BYTES = 60_000
"""A larger picture is left out: services reject or shorten slow ones."""

MAX_ARTICLES = 2_000
"""Only the articles shared last have cards, since drawing one takes 30 ms."""

_TEMPLATE = "feeds/card.svg"
_LETTERS = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">'
    '<text x="2" y="30" font-size="30" font-family="sans-serif">Ag</text></svg>'
)
_PATH = "card"  # among the texts of an article; empty if its card cannot be drawn
_VERSION = "picture"  # the path has the digest of what it shows
_CHART_WEEKS = 52
_CHART_SIZE = (1072, 90)
_MIN_FOR_CHART = 10
_MAX_LABELS = 2
_MAX_LABEL_WORDS = 6

Draw = Callable[[str], bytes]
"""Returns the PNG of an SVG document."""


@dataclass(frozen=True, slots=True)
class CardContent:
    """The content of the card of the page `page`; `source` is a host or other short text."""

    page: str
    title: str
    source: str
    labels: tuple[str, ...] = ()
    chart: ColumnChart | None = None


class PublishedPictures(Protocol):
    """The files of the published site."""

    def published(self, path: str) -> bytes:
        """Return the bytes of the published file at `path`; empty if there is none."""
        ...

    def is_published(self, path: str, version: str) -> bool:
        """Return whether the new site can keep the file at `path` with this `version`."""
        ...

    def keep(self, path: str) -> None:
        """Let the new site have the published file at `path`."""
        ...


def load_drawing_library() -> Draw | None:
    """Return the function that draws cards.

    The result is None without the extra `images` (https://pypi.org/project/resvg-py/) or without
    fonts on this machine, since cards without letters are of no use.
    """
    try:
        from resvg_py import svg_to_bytes
    except ImportError:
        return None

    def draw(svg: str) -> bytes:
        return bytes(svg_to_bytes(svg_string=svg))

    return draw if _has_fonts() else None


@cache
def _has_fonts() -> bool:
    from resvg_py import svg_to_bytes

    without_fonts = svg_to_bytes(svg_string=_LETTERS, skip_system_fonts=True)
    return bool(svg_to_bytes(svg_string=_LETTERS) != without_fonts)


def render_social_cards(
    model: SiteModel, renderer: Renderer, output: PublishedPictures, draw: Draw | None
) -> Iterator[GroupedFile]:
    """Yield the picture of each card of `model`, and register the cards in `renderer`.

    The name of a picture has the digest of its content. One that `output` has is not drawn again.
    Articles keep the names. Without a base URL or `draw` there are no cards: pages refer to them
    by full URLs.
    """
    if draw is None or not model.settings.base_url:
        return
    cards = _Cards(renderer, output, draw)
    for content in _cards_about_site(model):
        yield from cards.add(content, {})
    for article in model.articles.newest_first[:MAX_ARTICLES]:
        path = article.texts.get(_PATH)
        if path is None or not cards.has(path):
            yield from cards.add(_article_card(model, article), article.texts)
        elif path:
            renderer.add_card(article.path, SocialCard(path, article.title))


class _Cards:
    """The cards of a site: each picture is drawn or kept once."""

    def __init__(self, renderer: Renderer, output: PublishedPictures, draw: Draw) -> None:
        self._renderer = renderer
        self._output = output
        self._draw = draw
        self._added = {""}

    def has(self, path: str) -> bool:
        """Return whether the new site has the picture at `path`, or the published one had it."""
        if path not in self._added and self._output.is_published(path, _VERSION):
            self._output.keep(path)
            self._added.add(path)
        return path in self._added

    def add(self, content: CardContent, texts: dict[str, str]) -> Iterator[GroupedFile]:
        """Register the card with `content`, and store its path in `texts`.

        Yield its picture if the new site does not have it yet.
        """
        context = {"lines": title_lines(content.title), "content": content}
        svg = self._renderer.document(_TEMPLATE, "card.svg", **context).data
        path = f"cards/{hashlib.blake2b(svg, digest_size=8).hexdigest()}.png"
        if not self.has(path):
            picture = self._output.published(path) or _drawn(self._draw, svg.decode())
            if not picture:
                texts[_PATH] = ""
                return
            self._added.add(path)
            yield GroupedFile(OutputFile(path, picture), version=_VERSION)
        texts[_PATH] = path
        self._renderer.add_card(content.page, SocialCard(path, content.title))


def _drawn(draw: Draw, svg: str) -> bytes:
    """Return the picture of a card; empty if it cannot be drawn or is too large."""
    try:
        picture = draw(svg)
    except ValueError:
        return b""
    return picture if len(picture) <= MAX_BYTES else b""


def _cards_about_site(model: SiteModel) -> Iterator[CardContent]:
    settings = model.settings
    yield CardContent("index.html", settings.title, settings.tagline)
    for topic in model.topics.values():
        yield _topic_card(model, topic.slug)
    for week, articles in sorted(model.by_week.items()):
        count = counted_noun(len(articles), "article")
        days = display_formats.format_week(week)
        yield CardContent(week_path(week), f"Week {week[6:]}, {week[:4]}: {count}", days)


def _article_card(model: SiteModel, article: ListedArticle) -> CardContent:
    labels = tuple(map(model.label, article.topics[:_MAX_LABELS]))
    return CardContent(article.path, article.title, article.host, _short(labels))


def _topic_card(model: SiteModel, slug: str) -> CardContent:
    articles = model.by_branch.get(slug, ())
    count = counted_noun(len(articles), "article")
    if len(articles) < _MIN_FOR_CHART:
        return CardContent(topic_path(slug), model.label(slug), count)
    counts = model.activity(slug, _CHART_WEEKS, branch=True).counts
    chart = column_chart(counts, *_CHART_SIZE)
    return CardContent(topic_path(slug), model.label(slug), count, chart=chart)


def _short(labels: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(shorten(label, _MAX_LABEL_WORDS) for label in labels)
