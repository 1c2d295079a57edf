"""`hashtrail explore`: serve the Datasette explorer on this machine."""

from __future__ import annotations

import click

from crawler.cli.common import workspace


@click.command()
@click.option("--host", help="IP address to listen on (default: [explorer] host).")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0 takes a free one (default: [explorer] port).",
)
@click.pass_context
def explore(context: click.Context, host: str | None, port: int | None) -> None:
    """Serve the explorer over the newest snapshot until Ctrl-C."""
    import asyncio
    from dataclasses import replace

    from crawler.explorer.request_dispatcher import explorer_application
    from crawler.serving.http_server import serve

    here = workspace(context)
    settings = here.settings.explorer
    port = settings.port if port is None else port
    settings = replace(settings, host=host or settings.host, port=port)
    here = replace(here, settings=replace(here.settings, explorer=settings))
    application = explorer_application(here)

    def ready(bound: int) -> None:
        click.echo(f"Explorer: http://{settings.host}:{bound}/  (Ctrl-C stops it)", err=True)

    asyncio.run(serve(application, settings.host, settings.port, ready))
