"""A page per ISO week and the index of weeks: the archive."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from crawler import site_urls
from crawler.sitegen.pages.publishers import topic_mix
from crawler.sitegen.site_model import Library, ranked
from crawler.sitegen.template_renderer import File, Press

_TOP = 10
_REST = 300


def files(library: Library, press: Press) -> Iterator[File]:
    """`weeks.html` and `week/<yyyy>-W<ww>.html`."""
    names = sorted(library.by_week)
    years = [
        (year, list(group)) for year, group in groupby(reversed(names), key=lambda name: name[:4])
    ]
    yield press.page("site/weeks.html", "weeks.html", years=years)
    for place, name in enumerate(names):
        yield press.page(
            "site/week.html", site_urls.week(name), week=name, **_facts(library, names, place)
        )


def _facts(library: Library, names: list[str], place: int) -> dict[str, object]:
    articles = library.by_week[names[place]]
    order = ranked(articles)
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
