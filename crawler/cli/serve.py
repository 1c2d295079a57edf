"""`hashtrail serve`: serve the built site on this machine."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.common import workspace
from crawler.errors import UsageError

if TYPE_CHECKING:
    from aiohttp import web

HOST = "127.0.0.1"
PORT = 8000


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.pass_context
def serve(context: click.Context, port: int) -> None:
    """Serve the built site on this machine (127.0.0.1)."""
    from crawler.serving.allowed_hosts import accepted_hosts
    from crawler.serving.http_server import serve as serve_application

    here = workspace(context)
    if not (here.public / "index.html").is_file():
        reason = f"{here.public}: there is no site yet."
        raise UsageError(reason, "Build one with: hashtrail nightly")

    def ready(bound: int) -> None:
        click.echo(f"Serving {here.public} at http://{HOST}:{bound}/ (Ctrl-C stops)", err=True)

    site = here.settings.site
    hosts = accepted_hosts(here.settings.explorer.hosts, site.base_url, site.explorer_url)
    asyncio.run(serve_application(site_application(here.public, hosts), HOST, port, ready))


def site_application(public: Path, hosts: frozenset[str] = frozenset()) -> web.Application:
    """Return an application for the site in the folder `public`, under loopback names and
    `hosts`.
    """
    from crawler.serving.http_server import create_application
    from crawler.serving.static_files import file_response

    async def respond(request: web.Request) -> web.StreamResponse:
        return file_response(public, request.path)

    return create_application(respond, hosts)
