"""Publisher pages: all articles of one site, also those without a topic, newest first."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from functools import partial

from crawler.site_urls import publisher_path
from crawler.sitegen.article_store import ArticleList
from crawler.sitegen.display_formats import LOST, weeks_until
from crawler.sitegen.list_pages import list_pages
from crawler.sitegen.list_versions import list_versions
from crawler.sitegen.page_kinds import LazyContext, Page, PageGroup, is_chosen
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel, weekly_counts
from crawler.svg_charts import column_chart

SUBJECT = "host"
TEMPLATE = "site/source.html"

_CHART_WEEKS = 52
_CHART_SIZE = (416, 40)
_LEAST_CHARTED = 10
_MAX_TOPICS = 8
_LOST_STATES = json.dumps(sorted(LOST))
_LOST = """
SELECT count(*) FROM articles WHERE id IN (SELECT id FROM ({}))
AND state IN (SELECT value FROM json_each(:lost))
"""


def page_groups(model: SiteModel, keys: Collection[str] | None = None) -> Iterator[PageGroup]:
    """Yield the pages of each site with articles in `model`, and its JSON and Markdown versions.

    `keys` are the hosts of those to make.
    """
    for host in sorted(model.by_host):
        if is_chosen(host, keys):
            yield PageGroup(host, partial(_pages, model, host))


def _pages(model: SiteModel, host: str) -> Iterator[Page | OutputFile]:
    articles = model.by_host[host]
    path_of = partial(publisher_path, host)
    weeks = weeks_until(model.this_week, _CHART_WEEKS)
    context = LazyContext(lambda: {"host": host, "path_of": path_of, **_context(articles, weeks)})
    yield from list_pages(model, articles, path_of, context)
    yield from list_versions(path_of(), host, {"host": host}, articles, model)


def _context(articles: ArticleList, weeks: Sequence[str]) -> dict[str, object]:
    counts = weekly_counts(articles, weeks)
    return {
        "articles": articles,
        "lost": articles.rows(_LOST.format(articles.selected), lost=_LOST_STATES).fetchone()[0],
        "since": articles.first_day(),
        "topic_counts": articles.most_frequent_topics(_MAX_TOPICS),
        "chart": column_chart(counts, *_CHART_SIZE) if sum(counts) >= _LEAST_CHARTED else None,
        "counts": counts,
    }
