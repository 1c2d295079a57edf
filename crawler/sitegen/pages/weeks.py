"""Week pages: the stories of one ISO week by rank."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import partial

from crawler.site_urls import week_path
from crawler.sitegen.folded_stories import fold_stories
from crawler.sitegen.list_versions import list_versions
from crawler.sitegen.page_kinds import Page, PageGroup, is_chosen
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel, most_frequent_topics, sort_by_rank
from crawler.sitegen.snapshot_reader import ListedArticle
from crawler.sitegen.weekly_digest import finished_weeks, picks_of_week

SUBJECT = "week"
TEMPLATE = "site/week.html"

_TOP = 10
_MAX_BELOW_TOP = 300
_MAX_TOPICS = 8
_MAX_PICKS = 8


def page_groups(model: SiteModel, keys: Collection[str] | None = None) -> Iterator[PageGroup]:
    """Yield `week/<yyyy>-W<ww>.html` for each week with articles in `model`, with its versions.

    `keys` are the weeks to make.
    """
    weeks = sorted(model.by_week)
    finished = frozenset(finished_weeks(model))
    for week, before, after in zip(weeks, ["", *weeks], [*weeks[1:], ""], strict=False):
        if is_chosen(week, keys):
            links = {"before": before, "after": after, "finished": week in finished}
            yield PageGroup(week, partial(_pages, model, week, links))


def _pages(model: SiteModel, week: str, links: Mapping[str, object]) -> Iterator[Page | OutputFile]:
    articles = sort_by_rank(model.by_week[week])
    context = {
        "week": week,
        "picks": picks_of_week(model, week)[:_MAX_PICKS],
        **links,
        **_context(model, articles),
    }
    yield Page(week_path(week), context)
    title = f"Week {week[6:]}, {week[:4]}"
    yield from list_versions(week_path(week), title, {"week": week}, articles, model)


def _context(model: SiteModel, articles: list[ListedArticle]) -> dict[str, object]:
    stories = fold_stories(articles, model.story_leads)
    return {
        "total": len(articles),
        "shares": sum(article.shares for article in articles),
        "hosts": len({article.host for article in articles}),
        "top": stories[:_TOP],
        "below_top": stories[_TOP : _TOP + _MAX_BELOW_TOP],
        "stories": len(stories),
        "topic_counts": most_frequent_topics(articles, _MAX_TOPICS),
    }
