"""The explorer as a web application: it passes every request to a worker process.

Requests with SQL of visitors have their own workers, so that slow SQL delays no page and no search.
Of the others, pages without a query string come first.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import parse_qsl

from aiohttp import web

from crawler import site_urls
from crawler.errors import StoreError
from crawler.explorer.conditional_requests import not_modified
from crawler.explorer.current_snapshot import CurrentSnapshot
from crawler.explorer.response_cache import ResponseCache
from crawler.explorer.worker_pool import TimeBudget, WorkerPool
from crawler.explorer.worker_process import WorkerRequest, WorkerResponse
from crawler.named_queries.query_files import renamed_path
from crawler.serving.allowed_hosts import accepted_hosts
from crawler.serving.conditional_responses import conditional_response
from crawler.serving.file_downloads import FileDownloads
from crawler.serving.http_server import create_application
from crawler.serving.static_files import file_response
from crawler.url_parser import Url, parse_url
from crawler.workspace import Workspace

_PAGE_BUDGET = TimeBudget(total=8.0, queue=5.0)
_SQL_BUDGET = TimeBudget(total=1.8, queue=1.4)  # every SQL request ends within 2 s
_POLLED = (".atom", ".csv", ".json", ".md")  # formats that programs request again and again
SNAPSHOT_PATH = "/public.db"
_SNAPSHOT_TYPE = "application/vnd.sqlite3"  # registered with IANA
_FILE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_SQL_PARAMETERS = ("sql", "_where")
_OMITTED_HEADERS = {b"content-length", b"transfer-encoding", b"connection", b"set-cookie"}


def explorer_application(workspace: Workspace) -> web.Application:
    """Return the explorer of a workspace, with its worker processes.

    The workers follow the snapshot: when the file is replaced, they are replaced too, and no
    process keeps the old file open. Raises StoreError when there is no snapshot yet.
    """
    if not workspace.public_database.is_file():
        raise StoreError(
            f"There is nothing to explore yet: {workspace.public_database} is missing.",
            "Make it with: hashtrail nightly",
        )
    explorer = _ExplorerServer(workspace)
    application = create_application(explorer.respond, _hosts(workspace))
    application.cleanup_ctx.append(explorer.workers)
    return application


def is_list(path: str) -> bool:
    """Whether a page lists a table: it costs far more than the front page or the page of a row."""
    return path.startswith("/public/") and path.count("/") == 2


def is_free_sql(query: str) -> bool:
    """Whether a query string (`query`) contains SQL of the visitor."""
    return any(name in _SQL_PARAMETERS for name, _ in parse_qsl(query, keep_blank_values=True))


class _ExplorerServer:
    """Two pools of workers: one for pages, queries and searches, one for SQL of visitors."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        explorer_url = workspace.settings.site.explorer_url
        self._base = site_urls.explorer_base_path(explorer_url)
        self._published = parse_url(explorer_url)
        self._downloads = FileDownloads(workspace.public_database, _SNAPSHOT_TYPE, _FILE_HEADERS)
        self._snapshot = CurrentSnapshot(workspace.public_database).identity
        cache = ResponseCache()
        self._pages = WorkerPool(workspace, self._snapshot, 1, cache)
        self._free_sql = WorkerPool(workspace, self._snapshot, 2, cache)

    async def workers(self, _: web.Application) -> AsyncIterator[None]:
        """Run the workers while the application runs."""
        try:
            await self._pages.open()
            await self._free_sql.open()
            yield
        finally:
            await self._pages.close()
            await self._free_sql.close()

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """Return a file of the site, the snapshot, a redirect to a renamed query, or a page."""
        path = _path_in_explorer(request, self._base)
        if path.startswith("/site/") and self._workspace.public.exists():
            return self._site_file(request)

        if path == SNAPSHOT_PATH:
            return self._downloads.response(SNAPSHOT_PATH.rpartition("/")[2])

        present = renamed_path(path)
        if present:
            raise web.HTTPMovedPermanently(self._location(request, present))

        unchanged = not_modified(request, self._snapshot())
        if unchanged:
            return unchanged
        response = _web_response(await self._explorer_page(request, path))
        return conditional_response(request, response) if path.endswith(_POLLED) else response

    def _site_file(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix(self._base.rstrip("/")).removeprefix("/site")
        return file_response(self._workspace.public, path)

    def _location(self, request: web.Request, path: str) -> str:
        query = request.rel_url.raw_query_string
        return self._base.rstrip("/") + path + (f"?{query}" if query else "")

    async def _explorer_page(self, request: web.Request, path: str) -> WorkerResponse:
        scheme, host = request.scheme, request.host
        if isinstance(self._published, Url):
            scheme, host = self._published.scheme, self._published.authority
        forwarded = WorkerRequest(path, request.rel_url.raw_query_string, scheme, host)
        if is_free_sql(forwarded.query):
            return await self._free_sql.respond(forwarded, _SQL_BUDGET, rank=1)
        rank = 2 if forwarded.query else int(is_list(path))
        return await self._pages.respond(forwarded, _PAGE_BUDGET, rank)


def _hosts(workspace: Workspace) -> frozenset[str]:
    site, explorer = workspace.settings.site, workspace.settings.explorer
    return accepted_hosts(explorer.hosts, site.explorer_url, site.base_url, listening=explorer.host)


def _path_in_explorer(request: web.Request, base: str) -> str:
    """The path as sent, relative to the explorer's root: a proxy may remove the prefix or not."""
    raw = request.raw_path.partition("?")[0]
    path = raw if raw.startswith("/") else request.rel_url.raw_path
    return "/" + path.removeprefix(base) if path.startswith(base) else path


def _web_response(response: WorkerResponse) -> web.Response:
    headers = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, value in response.headers
        if name.lower() not in _OMITTED_HEADERS
    ]
    return web.Response(status=response.status, headers=headers, body=response.body)
