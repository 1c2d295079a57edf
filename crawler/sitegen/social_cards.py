"""Social cards: pictures of 1200 x 630 pixels that other sites show with a link to a page."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from crawler.site_urls import topic_path, week_path
from crawler.sitegen import display_formats
from crawler.sitegen.card_text import title_lines
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.template_renderer import Renderer, SocialCard
from crawler.svg_charts import ColumnChart, column_chart

MAX_BYTES = 60_000
"""A larger picture is left out: services reject or shorten slow ones."""

MAX_ARTICLES = 2_000
"""Only the articles shared last have cards, since drawing one takes 30 ms."""

_TEMPLATE = "feeds/card.svg"
_EMPTY_SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">{}</svg>'
_LETTERS = '<text x="2" y="30" font-size="30" font-family="sans-serif">Ag</text>'
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

    has_fonts = draw(_EMPTY_SVG.format(_LETTERS)) != draw(_EMPTY_SVG.format(""))
    return draw if has_fonts else None


def render_social_cards(
    model: SiteModel, renderer: Renderer, published: Callable[[str], bytes], draw: Draw | None
) -> Iterator[OutputFile]:
    """Yield the picture of each card of `model`, and register the cards in `renderer`.

    The name of a picture has the digest of its content. One that `published` returns is not drawn
    again. Without a base URL or `draw` there are no cards: pages refer to them by full URLs.
    """
    if draw is None or not model.settings.base_url:
        return
    written: set[str] = set()
    for content in _card_contents(model):
        context = {"lines": title_lines(content.title), "content": content}
        svg = renderer.document(_TEMPLATE, "card.svg", **context).data
        path = f"cards/{hashlib.blake2b(svg, digest_size=8).hexdigest()}.png"
        picture = published(path) or _drawn(draw, svg.decode())
        if not picture:
            continue
        if path not in written:
            written.add(path)
            yield OutputFile(path, picture)
        renderer.add_card(content.page, SocialCard(path, content.title))


def _drawn(draw: Draw, svg: str) -> bytes:
    """Return the picture of a card; empty if it cannot be drawn or is too large."""
    try:
        picture = draw(svg)
    except ValueError:
        return b""
    return picture if len(picture) <= MAX_BYTES else b""


def _card_contents(model: SiteModel) -> Iterator[CardContent]:
    settings = model.settings
    yield CardContent("index.html", settings.title, settings.tagline)
    for topic in model.topics.values():
        yield _topic_card(model, topic.slug)
    for week, articles in sorted(model.by_week.items()):
        count = display_formats.format_count(len(articles), "article")
        days = display_formats.format_week(week)
        yield CardContent(week_path(week), f"Week {week[6:]}, {week[:4]}: {count}", days)
    for article in model.articles.newest_first[:MAX_ARTICLES]:
        labels = tuple(map(model.label, article.topics[:_MAX_LABELS]))
        yield CardContent(article.path, article.title, article.host, _short(labels))


def _topic_card(model: SiteModel, slug: str) -> CardContent:
    articles = model.by_branch.get(slug, ())
    count = display_formats.format_count(len(articles), "article")
    if len(articles) < _MIN_FOR_CHART:
        return CardContent(topic_path(slug), model.label(slug), count)
    counts = model.activity(slug, _CHART_WEEKS, branch=True).counts
    chart = column_chart(counts, *_CHART_SIZE)
    return CardContent(topic_path(slug), model.label(slug), count, chart=chart)


def _short(labels: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(display_formats.shorten(label, _MAX_LABEL_WORDS) for label in labels)
