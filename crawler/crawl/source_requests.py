"""Fetch the requests of sources and archive the responses that may be copied."""

from __future__ import annotations

from dataclasses import replace

from crawler.crawl.crawl_context import CrawlContext
from crawler.crawl.fetch_and_extract import to_page
from crawler.crawl.local_backend import max_page_bytes
from crawler.extract.extract_page import extract_page
from crawler.extract.robots_directives import parse_directives
from crawler.models.articles import Article
from crawler.models.http_exchange import FetchRequest, Response
from crawler.models.outcomes import Failure
from crawler.store.archive_records import last_record


async def fetch_and_archive(context: CrawlContext, request: FetchRequest) -> Response | Failure:
    """Fetch a request of a source. Archive the response if its purpose and its server allow copies.

    Responses of APIs are never archived: people delete posts, and only the database can erase
    single posts. Returns the response, or the failure of the request.
    """
    fetcher = context.backend.fetcher
    if request.purpose == "api":
        return await fetcher.fetch(request)
    request = replace(request, archived=last_record(context.db, request.url))
    response = await fetcher.fetch(request)
    if isinstance(response, Failure) or response.status != 200 or response.is_cut:
        return response
    return (
        fetcher.archive(request, response)
        if await _may_be_copied(context, request, response)
        else response
    )


async def _may_be_copied(context: CrawlContext, request: FetchRequest, response: Response) -> bool:
    """Whether no directive forbids copies; those of a page are known after it was read."""
    if request.purpose != "page":
        return not parse_directives({}, response.headers).noarchive
    settings = context.workspace.settings
    page = to_page(response, max_page_bytes(settings.fetch))
    seconds = settings.engine.task_seconds
    read = await context.backend.pool.call(
        extract_page, page, seconds, url=response.url, stage="collect"
    )
    return isinstance(read, Article) and not read.directives.noarchive
