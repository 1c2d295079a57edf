"""The explorer as a web application: it hands every request to a worker process.

Requests with a query string contain SQL, filters or searches of visitors. They have workers of
their own, so that the explorer's own pages are always answered.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Hashable

from aiohttp import web

from crawler import site_urls
from crawler.errors import StoreError
from crawler.explorer.named_queries import renamed_path
from crawler.explorer.response_cache import ResponseCache
from crawler.explorer.worker_pool import TimeBudget, WorkerPool
from crawler.explorer.worker_process import WorkerRequest, WorkerResponse
from crawler.serving.allowed_hosts import accepted_hosts
from crawler.serving.http_server import create_application
from crawler.serving.static_files import file_response
from crawler.url_parser import Url, parse_url
from crawler.workspace import Workspace

_OWN_PAGES = TimeBudget(total=8.0, queue=5.0)
_QUESTIONS = TimeBudget(total=1.8, queue=1.4)  # every SQL request is answered or refused within 2 s
_DROPPED = {b"content-length", b"transfer-encoding", b"connection", b"set-cookie"}


def explorer_application(workspace: Workspace) -> web.Application:
    """The explorer of a workspace, with its worker processes.

    The workers follow the snapshot: when the file is replaced, they are replaced too, and nothing
    keeps the old file open. Raises StoreError when there is no snapshot yet.
    """
    snapshot = workspace.public_database
    if not snapshot.is_file():
        raise StoreError(
            f"There is nothing to explore yet: {snapshot} is missing.",
            "Make it with: hashtrail nightly",
        )

    def identity() -> Hashable:
        try:
            found = snapshot.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    site = workspace.settings.site
    base = site_urls.explorer_base_path(site.explorer_url)
    published = parse_url(site.explorer_url)

    async def answer(request: web.Request) -> web.StreamResponse:
        path = _path(request, base)
        if path.startswith("/site/") and workspace.public.exists():
            decoded = request.path.removeprefix(base.rstrip("/")).removeprefix("/site")
            return file_response(workspace.public, decoded)
        present = renamed_path(path)
        if present:
            query = request.rel_url.raw_query_string
            target = base.rstrip("/") + present + (f"?{query}" if query else "")
            raise web.HTTPMovedPermanently(target)
        asked = WorkerRequest(
            path,
            request.rel_url.raw_query_string,
            published.scheme if isinstance(published, Url) else request.scheme,
            published.authority if isinstance(published, Url) else request.host,
        )
        if asked.query:
            return _response(await questions.ask(asked, rank=1))
        return _response(await own_pages.ask(asked, rank=int(is_list(path))))

    async def workers(_: web.Application) -> AsyncIterator[None]:
        try:
            await own_pages.open()
            await questions.open()
            yield
        finally:
            await own_pages.close()
            await questions.close()

    cache = ResponseCache()
    own_pages = WorkerPool(workspace, identity, 1, _OWN_PAGES, cache)
    questions = WorkerPool(workspace, identity, 2, _QUESTIONS, cache)
    settings = workspace.settings.explorer
    hosts = accepted_hosts(
        settings.hosts, site.explorer_url, site.base_url, listening=settings.host
    )
    made = create_application(answer, hosts)
    made.cleanup_ctx.append(workers)
    return made


def _path(request: web.Request, base: str) -> str:
    """The path as sent, from the root of the explorer: a proxy may strip the prefix or not."""
    raw = request.raw_path.partition("?")[0]
    path = raw if raw.startswith("/") else request.rel_url.raw_path
    return "/" + path.removeprefix(base) if path.startswith(base) else path


def is_list(path: str) -> bool:
    """Whether a page lists a table: it costs far more than the front page or one of a row."""
    return path.startswith("/public/") and path.count("/") == 2


def _response(answer: WorkerResponse) -> web.Response:
    headers = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, value in answer.headers
        if name.lower() not in _DROPPED
    ]
    return web.Response(status=answer.status, headers=headers, body=answer.body)
