"""The search page: the form and its filters; `site/assets/search.js` reads the index."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial

from crawler.sitegen.page_kinds import Page, PageGroup
from crawler.sitegen.site_model import SiteModel

SUBJECT = "site"
TEMPLATE = "site/search.html"

_KINDS = "SELECT DISTINCT kind FROM article_list WHERE kind <> '' ORDER BY kind"
_YEARS = """
SELECT DISTINCT substr(first_shared, 1, 4) FROM article_list
WHERE first_shared IS NOT NULL ORDER BY 1 DESC
"""


def page_groups(model: SiteModel, keys: Collection[str] | None = None) -> Iterator[PageGroup]:
    """Yield `search.html`, with the kinds and years that articles in `model` have.

    `keys` has no effect, since the pages are about the whole site.
    """
    yield PageGroup("search.html", partial(_pages, model))


def _pages(model: SiteModel) -> Iterator[Page]:
    kinds = [row[0] for row in model.articles.query(_KINDS)]
    years = [row[0] for row in model.articles.query(_YEARS)]
    yield Page("search.html", {"kinds": kinds, "years": years})
