"""The digests of finished weeks for mail: as plain text and as HTML without styles."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial

from crawler import site_urls
from crawler.sitegen.digest_text import digest_text
from crawler.sitegen.page_kinds import Page, PageGroup, is_chosen
from crawler.sitegen.rendered_file import OutputFile
from crawler.sitegen.site_model import SiteModel
from crawler.sitegen.weekly_digest import finished_weeks, weekly_digest

SUBJECT = "week"
TEMPLATE = "site/digest_mail.html"


def page_groups(model: SiteModel, keys: Collection[str] | None = None) -> Iterator[PageGroup]:
    """Yield `week/<week>.txt` and `week/<week>.mail.html` for each finished week of `model`.

    `keys` are the weeks to make.
    """
    for week in finished_weeks(model):
        if is_chosen(week, keys):
            yield PageGroup(week, partial(_pages, model, week))


def _pages(model: SiteModel, week: str) -> Iterator[Page | OutputFile]:
    digest = weekly_digest(model, week)
    page_url = model.absolute_url(digest.page)
    text = digest_text(digest, model.settings.title, page_url)
    yield OutputFile(site_urls.alternate_path(digest.page, "txt"), text.encode())
    yield Page(site_urls.alternate_path(digest.page, "mail.html"), {"digest": digest})
