"""Publisher pages: all articles of one site, also those without a topic, newest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from functools import partial

from crawler.site_urls import publisher_path
from crawler.sitegen.display_formats import week_of, weeks_until
from crawler.sitegen.list_versions import list_versions
from crawler.sitegen.page_kinds import Page, PageGroup, is_chosen
from crawler.sitegen.pagination import paginate
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel, most_frequent_topics
from crawler.sitegen.snapshot_reader import ListedArticle
from crawler.svg_charts import column_chart

SUBJECT = "host"
TEMPLATE = "site/source.html"

_CHART_WEEKS = 52
_CHART_SIZE = (416, 40)
_LEAST_CHARTED = 10
_MAX_TOPICS = 8


def page_groups(model: SiteModel, keys: Collection[str] | None = None) -> Iterator[PageGroup]:
    """Yield the pages of each site with articles in `model`, and its JSON and Markdown versions.

    `keys` are the hosts of those to make.
    """
    for host, articles in sorted(model.articles_by_host().items()):
        if is_chosen(host, keys):
            yield PageGroup(host, partial(_pages, model, host, articles))


def _pages(
    model: SiteModel, host: str, articles: list[ListedArticle]
) -> Iterator[Page | OutputFile]:
    path_of = partial(publisher_path, host)
    weeks = weeks_until(model.this_week, _CHART_WEEKS)
    context = {"host": host, "path_of": path_of, **_context(articles, weeks)}
    for page in paginate(articles):
        yield Page(path_of(page.number), {**context, "page": page})
    yield from list_versions(path_of(), host, {"host": host}, articles, model)


def _context(articles: list[ListedArticle], weeks: list[str]) -> dict[str, object]:
    shared = [article.first_shared for article in articles if article.first_shared]
    counts_by_week = Counter(map(week_of, shared))
    counts = [counts_by_week[week] for week in weeks]
    return {
        "articles": articles,
        "since": min(shared, default=""),
        "topic_counts": most_frequent_topics(articles, _MAX_TOPICS),
        "chart": column_chart(counts, *_CHART_SIZE) if sum(counts) >= _LEAST_CHARTED else None,
        "counts": counts,
    }
