"""`hashtrail demo DIR`: three nights against a fictional network on this machine."""

from __future__ import annotations

import asyncio
import shlex
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.serve import HOST, PORT, site_application
from crawler.counted_nouns import counted_noun
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
    from crawler.demo.build_demo import first_run_before, last_night, run_demo
    from crawler.demo.demo_workspace import open_demo, read_progress
    from crawler.demo.guided_tour import tour_lines

    ports = (PORT, EXPLORER_PORT) if no_serve else (_free_port(PORT), _free_port(EXPLORER_PORT))
    progress, last_time = read_progress(folder), _last_time(date)
    click.echo(_heading(folder, progress.finished if progress else 0))
    for number, report in run_demo(folder, first_run_before(last_time), ports[1]):
        click.echo(_night_line(number, report))
    here, last = open_demo(folder), last_night(folder)
    site, explorer = (f"http://{HOST}:{port}/" for port in ports)
    click.echo("\nA guided tour. All people, posts and articles are invented.\n")
    click.echo("\n".join(tour_lines(here, last, site, explorer)))
    if no_serve:
        command = f"hashtrail --workspace {shlex.quote(str(folder))}"
        click.echo(f"\nThese pages need two servers:\n  {command} serve\n  {command} explore")
        return
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


def _heading(folder: Path, finished: int) -> str:
    """Return the first line of the output, when `finished` of the nights are in `folder`."""
    nights = ("three nights", "the last two nights", "the last night")
    if finished == len(nights):
        return f"The demo in {folder} has its three nights. To start again, delete the folder."
    return f"Running {nights[finished]} in a fictional network on this machine, in {folder}:"


def _night_line(number: int, report: RunReport) -> str:
    counts = report.counts
    posts = f"{counted_noun(counts['posts_new'], 'new post')}, {counts['posts_deleted']} deleted"
    new = counted_noun(counts["articles_new"], "new article")
    articles = f"{new}, {counts['articles_failed']} not read"
    return f"  night {number}, {report.started:%d %b %Y}: {posts}; {articles}"


def _free_port(wanted: int) -> int:
    """Return the port `wanted`, or a free one if it is in use.

    Raises UsageError if none is free.
    """
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
        await serve(explorer_application(here), HOST, ports[1], _announce)


def _announce(port: int) -> None:
    click.echo("\nSite and explorer run now. Ctrl-C stops both.")
