"""From the request of a source to its answer, under the purpose that the source declares.

A night and `sources check` share the task, so that both obey robots.txt in the same cases.
"""

from __future__ import annotations

from dataclasses import replace

from crawler.crawl.crawl_context import Night
from crawler.crawl.fetch_pipeline import page_of
from crawler.crawl.local_backend import page_bytes
from crawler.extract.extract_page import read_page
from crawler.extract.robots_directives import directives
from crawler.models.articles import Article
from crawler.models.http_exchange import FetchTask, Request, Response
from crawler.models.outcomes import Failure
from crawler.store.archive_records import last_record


def fetch_task(
    request: Request,
    etag: str | None = None,
    last_modified: str | None = None,
) -> FetchTask:
    """Return the task that fetches `request` under the purpose that the source declared.

    The purpose decides whether robots.txt applies, how large the body may be and whether the
    answer is archived. `etag` and `last_modified` make the request conditional (RFC 9110, 13.1).
    """
    return FetchTask(
        request.url,
        request.purpose,
        request.accept,
        request.headers,
        request.body,
        etag,
        last_modified,
    )


async def fetch_and_archive(night: Night, task: FetchTask) -> Response | Failure:
    """Fetch a task of a source; archive the answer if its purpose and its server allow copies.

    Answers of APIs are never archived: people delete posts, and the database is the one place to
    erase them from.
    """
    fetcher = night.reader.fetcher
    if task.purpose == "api":
        return await fetcher.fetch(task)
    task = replace(task, archived=last_record(night.db, task.url))
    answer = await fetcher.fetch(task)
    if isinstance(answer, Failure) or answer.status != 200:
        return answer
    return fetcher.archive(task, answer) if await _may_be_copied(night, task, answer) else answer


async def _may_be_copied(night: Night, task: FetchTask, answer: Response) -> bool:
    """Whether no directive forbids copies; those of a page are known after it was read."""
    if task.purpose != "page":
        return not directives({}, answer.headers).noarchive
    settings = night.workspace.settings
    page = page_of(answer, page_bytes(settings.fetch))
    seconds = settings.engine.task_seconds
    read = await night.reader.pool.call(read_page, page, seconds, url=answer.url, stage="collect")
    return isinstance(read, Article) and not read.directives.noarchive
