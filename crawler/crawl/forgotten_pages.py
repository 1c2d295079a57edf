"""Keep forgotten pages out of what a crawl reads: redirects, canonical links and links to them."""

from __future__ import annotations

from dataclasses import replace

from crawler.crawl.crawl_context import CrawlContext
from crawler.crawl.fetch_and_extract import FetchedPage
from crawler.links.canonical_and_redirect_checks import trusted_canonical
from crawler.models.articles import Article
from crawler.store.article_identity import IdentityLedger
from crawler.store.erased_identifiers import identifiers_of_url
from crawler.store.tombstones import Tombstones, add_tombstones

_REASON = "leads to a page that was forgotten"


def is_forgotten(page: FetchedPage, forgotten: Tombstones) -> bool:
    """Whether a page is a forgotten one under another URL: by redirect or canonical link."""
    if not forgotten.digests or page.response is None:
        return False
    urls = [hop.url for hop in page.response.hops] + [page.response.final_url]
    if isinstance(page.result, Article):
        urls.append(trusted_canonical(page.result, page.response.final_url, "") or "")
    return any(map(forgotten.has_url, urls))


def forget_page(context: CrawlContext, ledger: IdentityLedger, page: FetchedPage) -> None:
    """Store tombstones for the URL that led to a forgotten page, so that it is not fetched again.

    The caller erases what they match, once for all pages: that reads every article and post.
    """
    words = identifiers_of_url(context.db, ledger, page.request.url)
    add_tombstones(context.db, words, context.now(), _REASON)


def without_forgotten(page: FetchedPage, forgotten: Tombstones) -> FetchedPage:
    """Return the `page` without links to `forgotten` URLs and without these URLs in its texts."""
    if not forgotten.digests or not isinstance(page.result, Article):
        return page
    return replace(page, result=forgotten.cleared_article(page.result))
