"""`hashtrail explore`: serve the Datasette explorer on this machine."""

from __future__ import annotations

import click

from crawler.cli.common import workspace


@click.command()
@click.option("--host", help="Address to listen on (from the settings: 127.0.0.1).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on (from the settings: 8001).")
@click.pass_context
def explore(context: click.Context, host: str | None, port: int | None) -> None:
    """Serve the explorer over the newest snapshot until Ctrl-C."""
    import uvicorn

    from crawler.explorer.serve import make_explorer

    here = workspace(context)
    host, port = host or here.settings.explorer.host, port or here.settings.explorer.port
    application = make_explorer(here).app()
    click.echo(f"Explorer: http://{host}:{port}/  (Ctrl-C stops it)", err=True)
    uvicorn.run(application, host=host, port=port, log_level="warning", lifespan="on", use_colors=False)
