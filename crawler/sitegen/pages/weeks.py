"""A page per ISO week and the index of weeks: the archive."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from crawler import site_urls
from crawler.sitegen.pages.publishers import topic_mix
from crawler.sitegen.site_model import SiteModel, sort_by_rank
from crawler.sitegen.template_renderer import OutputFile, Renderer

_TOP = 10
_REST = 300


def files(model: SiteModel, renderer: Renderer) -> Iterator[OutputFile]:
    """`weeks.html` and `week/<yyyy>-W<ww>.html`."""
    names = sorted(model.by_week)
    years = [
        (year, list(group)) for year, group in groupby(reversed(names), key=lambda name: name[:4])
    ]
    yield renderer.page("site/weeks.html", "weeks.html", years=years)
    for place, name in enumerate(names):
        yield renderer.page(
            "site/week.html", site_urls.week_path(name), week=name, **_facts(model, names, place)
        )


def _facts(model: SiteModel, names: list[str], place: int) -> dict[str, object]:
    articles = model.by_week[names[place]]
    order = sort_by_rank(articles)
    return {
        "before": names[place - 1] if place else "",
        "after": names[place + 1] if place + 1 < len(names) else "",
        "total": len(articles),
        "shares": sum(article.shares for article in articles),
        "hosts": len({article.host for article in articles}),
        "top": order[:_TOP],
        "rest": order[_TOP : _TOP + _REST],
        "mix": topic_mix(articles),
    }
