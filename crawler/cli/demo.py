"""`hashtrail demo DIR`: three nights against a fictional network on this machine."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.serve import HOST, PORT, site_application
from crawler.errors import UsageError

if TYPE_CHECKING:
    from crawler.nightly.run_report import RunReport
    from crawler.workspace import Workspace

EXPLORER_PORT = 8001


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--date",
    metavar="YYYY-MM-DD",
    default="",
    help="Date of the last night (default: the newest night before now).",
)
@click.option("--no-serve", is_flag=True, help="Do not serve site and explorer afterwards.")
def demo(folder: Path, date: str, no_serve: bool) -> None:
    """Create a demo in DIR without a network: three nights, then site and explorer.

    All people, posts and articles are invented, and all servers run on this machine. A second run
    continues an interrupted demo, or serves a finished one.
    """
    from crawler.demo.build_demo import first_run_before, run_demo
    from crawler.demo.demo_workspace import open_demo
    from crawler.demo.guided_tour import tour_lines

    ports = (PORT, EXPLORER_PORT) if no_serve else _free_ports()
    for number, report in run_demo(folder, first_run_before(_last_time(date)), ports[1]):
        click.echo(_night_line(number, report))
    here = open_demo(folder)
    site = f"http://{HOST}:{ports[0]}/"
    explorer = here.settings.site.explorer_url
    click.echo("\n".join(tour_lines(here, site, explorer)))
    if no_serve:
        where = f"hashtrail --workspace {folder}"
        click.echo(f"\nServe both with: {where} serve and {where} explore")
        return
    click.echo("\nServing site and explorer on this machine. Ctrl-C stops both.")
    asyncio.run(_serve(here, ports))


def _last_time(date: str) -> datetime:
    """Return the time before which the last night ends. Raises UsageError for an invalid date."""
    if not date:
        return datetime.now(UTC)
    try:
        day = datetime.strptime(date, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise UsageError(f"{date} is not a date.", "Write it as 2026-11-28.") from None
    return day.replace(hour=12)


def _night_line(number: int, report: RunReport) -> str:
    counts = report.counts
    posts = f"{counts['posts_new']} new posts, {counts['posts_deleted']} deleted"
    articles = f"{counts['articles_new']} new articles, {counts['articles_failed']} not read"
    return f"Night {number}, {report.started:%d %b %Y}: {posts}; {articles}"


def _free_ports() -> tuple[int, int]:
    """Return the usual ports of site and explorer, or free ones in place of those in use."""
    site = _free_port(PORT)
    return site, _free_port(EXPLORER_PORT)


def _free_port(wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((HOST, port))
            except OSError:
                continue
            bound: int = listener.getsockname()[1]
            return bound
    raise UsageError(f"No port of {HOST} is free.", "End other servers and run it again.")


async def _serve(here: Workspace, ports: tuple[int, int]) -> None:
    """Serve site and explorer at `ports` until Ctrl-C."""
    from crawler.explorer.request_dispatcher import explorer_application
    from crawler.serving.http_server import running_server, serve

    async with running_server(site_application(here.public), HOST, ports[0]):
        await serve(explorer_application(here), HOST, ports[1], lambda _: None)
