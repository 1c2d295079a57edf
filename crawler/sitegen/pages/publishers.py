"""The index of sources (the hosts of articles), and a page per source: what came from it.

The only place of articles without a topic.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial

from crawler import site_urls
from crawler.sitegen import display_text
from crawler.sitegen.pagination import paginate
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.snapshot_reader import ListedArticle
from crawler.sitegen.svg_charts import column_chart
from crawler.sitegen.template_renderer import OutputFile, Renderer

_CADENCE_WEEKS = 52
_MIX = 8


def files(model: SiteModel, renderer: Renderer) -> Iterator[OutputFile]:
    """`sources.html`, then `source/<host>.html` and its older pages."""
    hosts: dict[str, list[ListedArticle]] = {}
    for article in model.articles.values():
        hosts.setdefault(article.host, []).append(article)
    yield renderer.page(
        "site/sources.html",
        "sources.html",
        hosts=sorted(hosts.items(), key=lambda pair: (-len(pair[1]), pair[0])),
    )
    weeks = display_text.weeks_until(model.this_week, _CADENCE_WEEKS)
    for host, articles in sorted(hosts.items()):
        dated = [article.first_shared for article in articles if article.first_shared]
        found = Counter(map(display_text.week_of, dated))
        counts = [found[week] for week in weeks]
        facts = {
            "host": host,
            "articles": articles,
            "since": min(dated, default=""),
            "mix": topic_mix(articles),
            "chart": column_chart(counts, 416, 40),
            "counts": counts,
        }
        path_of = partial(site_urls.publisher_path, host)
        for page in paginate(articles):
            yield renderer.page(
                "site/source.html", path_of(page.number), page=page, path_of=path_of, **facts
            )


def topic_mix(articles: list[ListedArticle]) -> list[tuple[str, int]]:
    """The topics of some articles with how often, most frequent first."""
    counts = Counter(topic for article in articles for topic in article.topics)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_MIX]
