"""The explorer behind nginx with the configuration of `deploy/`: a crawl reaches every link."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

import aiohttp
import pytest
import trustme

from crawler.explorer.request_dispatcher import explorer_application
from crawler.serving.http_server import running_server
from crawler.settings.site import SiteSettings
from crawler.workspace import Workspace
from tests.explorer.request_fuzz import sample_workspace

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
CONFIGURATION = Path(__file__).parents[2] / "deploy/nginx.conf"
SITE = "https://trail.example.org/"
UNDER_PATH = "https://trail.example.org/data/"
OWN_HOST = "https://explorer.trail.example.org/"
MOST_LINKS = 80
START = (
    "",
    "api",
    "licence.txt",
    "schema.sql",
    "queries.json",
    "search?q=raft",
    "complete/article_id?words=raft",
    "public",
    "public/articles/1",
    "public/article_list?kind=article",
    "public/this_week",
    "public/this_week.csv",
    "public/this_week.json",
    "public/this_week.md",
    "public/newest_articles.atom",
    "public/last_night",
)
_LINKS = re.compile(r'(?:href|src|action)="([^"#]+)')

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")


@pytest.mark.parametrize(
    ("explorer_url", "proxy_pass"),
    [
        (UNDER_PATH, "http://explorer;"),
        (UNDER_PATH, "http://explorer/;"),
        (OWN_HOST, "http://explorer;"),
    ],
    ids=["path kept", "path removed", "own host"],
)
def test_crawl_behind_nginx_with_tls_finds_no_dead_link(
    tmp_path: Path, explorer_url: str, proxy_pass: str
) -> None:
    statuses = asyncio.run(_crawl_behind_nginx(tmp_path, explorer_url, proxy_pass))
    assert {url: status for url, status in statuses.items() if status != 200} == {}
    assert len(statuses) >= 60
    assert all(url.startswith(explorer_url) for url in statuses)


async def _crawl_behind_nginx(folder: Path, explorer_url: str, proxy_pass: str) -> dict[str, int]:
    site = SiteSettings(base_url=SITE, explorer_url=explorer_url)
    here = sample_workspace(folder / "workspace")
    here = replace(here, settings=replace(here.settings, site=site))
    application = explorer_application(here)
    authority = trustme.CA()
    async with running_server(application, "127.0.0.1", 0) as port:
        with _nginx(folder, here, authority, port, proxy_pass) as proxy_port:
            async with _browser(authority, proxy_port) as session:
                return await _crawl(session, explorer_url)


@contextmanager
def _nginx(
    folder: Path, here: Workspace, authority: trustme.CA, port: int, proxy_pass: str
) -> Iterator[int]:
    """Run nginx with the shipped configuration on a free port of the loopback interface."""
    certificate = authority.issue_cert("trail.example.org", "explorer.trail.example.org")
    certificate.private_key_and_cert_chain_pem.write_to_path(str(folder / "tls.pem"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        proxy_port = int(free.getsockname()[1])

    text = CONFIGURATION.read_text(encoding="utf-8")
    text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{proxy_port} ssl")
    text = text.replace("127.0.0.1:8001", f"127.0.0.1:{port}")
    text = text.replace("proxy_pass http://explorer;", f"proxy_pass {proxy_pass}")
    text = text.replace("/srv/my-kb", str(here.root))
    text = re.sub(r"/etc/ssl/\S+(?=;)", str(folder / "tls.pem"), text)
    paths = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    file = folder / "nginx.conf"
    file.write_text(
        f"daemon off;\npid {folder}/nginx.pid;\nerror_log stderr notice;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{paths}{text}\n}}\n",
        encoding="utf-8",
    )
    assert NGINX
    process = subprocess.Popen(
        [NGINX, "-p", str(folder), "-c", str(file), "-e", "stderr"],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        _wait_until_it_listens(process)
        yield proxy_port
    finally:
        process.terminate()
        process.wait(10)


def _wait_until_it_listens(process: subprocess.Popen[str]) -> None:
    assert process.stderr
    messages = []
    for message in process.stderr:
        messages.append(message)
        if "start worker process" in message:
            return
    pytest.fail("".join(messages))


@asynccontextmanager
async def _browser(authority: trustme.CA, port: int) -> AsyncIterator[aiohttp.ClientSession]:
    """A client that trusts the certificate and finds every host at the port of nginx."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    connector = aiohttp.TCPConnector(resolver=_Loopback(port), ssl=context, limit=4)
    async with aiohttp.ClientSession(connector=connector) as session:
        yield session


class _Loopback(aiohttp.abc.AbstractResolver):
    def __init__(self, port: int) -> None:
        self._port = port

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[aiohttp.abc.ResolveResult]:
        return [
            aiohttp.abc.ResolveResult(
                hostname=host,
                host="127.0.0.1",
                port=self._port,
                family=socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        pass


async def _crawl(session: aiohttp.ClientSession, start: str) -> dict[str, int]:
    """Request the pages and files of the explorer, each once, and return their statuses."""
    waiting = [start + path for path in START]
    statuses: dict[str, int] = {}
    while waiting and len(statuses) < MOST_LINKS:
        batch, waiting = waiting[:4], waiting[4:]
        pages = await asyncio.gather(*(_page(session, url) for url in batch))
        for url, (status, links) in zip(batch, pages, strict=True):
            statuses[url] = status
            waiting += [link for link in links if link.startswith(start)]
        waiting = [url for url in dict.fromkeys(waiting) if url not in statuses]
    return statuses


async def _page(session: aiohttp.ClientSession, url: str) -> tuple[int, list[str]]:
    """Return the status of a page and its links as complete URLs."""
    async with session.get(url) as response:
        text = await response.text()
        links = [] if "html" not in response.content_type else _LINKS.findall(text)
        return response.status, [urljoin(str(response.url), unescape(link)) for link in links]
