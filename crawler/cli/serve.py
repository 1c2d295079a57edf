"""`hashtrail serve`: the built site on this machine, with the types, the 404 page and the headers that a host should give it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.common import workspace
from crawler.errors import UsageError

if TYPE_CHECKING:
    from aiohttp import web

PORT = 8000
_TYPES = {
    ".atom": "application/atom+xml",
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".md": "text/markdown",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".xml": "application/xml",
}


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="The port to listen on; 0 takes a free one.")
@click.pass_context
def serve(context: click.Context, port: int) -> None:
    """Serve the built site on this machine (127.0.0.1)."""
    from aiohttp import web

    public = workspace(context).public
    if not (public / "index.html").is_file():
        raise UsageError(f"{public}: there is no site yet.", "Build one with: hashtrail nightly")
    click.echo(f"Serving {public} at http://127.0.0.1:{port}/ (Ctrl-C stops)", err=True)
    web.run_app(site_application(public), host="127.0.0.1", port=port, print=None)


def site_application(public: Path) -> web.Application:
    """The site in `public` as an application. The folder is looked up at every request, so that a new build shows at once."""
    from aiohttp import web

    from crawler.sitegen.press import CONTENT_SECURITY_POLICY

    headers = {
        "Content-Security-Policy": f"{CONTENT_SECURITY_POLICY}; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }

    async def answer(request: web.Request) -> web.StreamResponse:
        path = _file(public.resolve(), request.path)
        missing = path is None
        response = web.FileResponse(path or public.resolve() / "404.html", status=404 if missing else 200, headers=headers)
        kind = _TYPES.get((path or Path("404.html")).suffix, "application/octet-stream")
        response.content_type = kind
        if kind.startswith("text/"):
            response.charset = "utf-8"
        return response

    application = web.Application()
    application.router.add_get("/{path:.*}", answer)
    return application


def _file(root: Path, path: str) -> Path | None:
    """The file that an address names inside `root`, if any; `/` at the end means the folder's index."""
    if "\0" in path:
        return None
    wanted = (root / (path.lstrip("/") + ("index.html" if path.endswith("/") else ""))).resolve()
    return wanted if wanted.is_relative_to(root) and wanted.is_file() else None
