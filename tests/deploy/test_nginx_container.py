"""nginx as the container `site` runs it: files, headers, and the explorer below /data/."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from crawler.serving.content_security_policy import policy_of_path
from tests.deploy import DEPLOY

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
CONFIGURATION = DEPLOY / "nginx-container.conf"
LOOPBACK = "127.0.0.1"
FILES = ("index.html", "404.html", "assets/a.css", "explore/index.html", "explore/files/a.js")
IMMUTABLE = "public, max-age=31536000, immutable"

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")


class _Explorer(BaseHTTPRequestHandler):
    """A server that responds with the host and the path of the request."""

    def do_GET(self) -> None:
        body = f"{self.headers['Host']} {self.path}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run nginx and an explorer, and yield the URL of the site."""
    folder = tmp_path_factory.mktemp("nginx")
    for name in FILES:
        (folder / "builds/1" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "builds/1" / name).write_text(f"content of {name}\n", encoding="utf-8")
    (folder / "public").symlink_to("builds/1")
    with HTTPServer((LOOPBACK, 0), _Explorer) as explorer, socket.socket() as free:
        threading.Thread(target=explorer.serve_forever, daemon=True).start()
        free.bind((LOOPBACK, 0))
        port = int(free.getsockname()[1])
        free.close()
        process = _start_nginx(folder, port, explorer.server_address[1])
        try:
            yield f"http://{LOOPBACK}:{port}"
        finally:
            process.terminate()
            process.communicate(timeout=10)
            explorer.shutdown()


def _start_nginx(folder: Path, port: int, explorer_port: int) -> subprocess.Popen[str]:
    text = CONFIGURATION.read_text(encoding="utf-8")
    text = text.replace("listen 8080", f"listen {LOOPBACK}:{port}")
    text = text.replace("explorer:8001", f"{LOOPBACK}:{explorer_port}")
    text = text.replace("/srv/site", str(folder))
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    file = folder / "nginx.conf"
    user = "user root;\n" if os.geteuid() == 0 else ""  # the folders of pytest are private
    file.write_text(
        f"{user}daemon off;\npid {folder}/nginx.pid;\nerror_log stderr notice;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{paths}{text}\n}}\n",
        encoding="utf-8",
    )
    command = [str(NGINX), "-p", str(folder), "-c", str(file), "-e", "stderr"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    messages = []
    for message in process.stderr:
        messages.append(message)
        if "start worker process" in message:
            return process
    pytest.fail("".join(messages))


def _get(url: str, host: str = LOOPBACK) -> tuple[int, Message, str]:
    request = urllib.request.Request(url, headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.headers, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


@pytest.mark.parametrize(
    ("path", "name", "cached"),
    [
        ("/", "index.html", "no-cache"),
        ("/assets/a.css", "assets/a.css", IMMUTABLE),
        ("/explore/", "explore/index.html", "no-cache"),
        ("/explore/files/a.js", "explore/files/a.js", IMMUTABLE),
    ],
)
def test_file_has_the_headers_of_the_site(site: str, path: str, name: str, cached: str) -> None:
    status, headers, body = _get(site + path)
    assert (status, body) == (200, f"content of {name}\n")
    assert headers["Cache-Control"] == cached
    assert headers["Content-Security-Policy"] == f"{policy_of_path(path)}; frame-ancestors 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_missing_page_is_the_404_page_of_the_site(site: str) -> None:
    status, headers, body = _get(f"{site}/nothing.html")
    assert (status, body) == (404, "content of 404.html\n")
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_explorer_receives_path_query_and_host(site: str) -> None:
    status, _, body = _get(f"{site}/data/public/articles?kind=a%20b", "trail.example.org")
    assert (status, body) == (200, "trail.example.org /data/public/articles?kind=a%20b")


def test_headers_are_those_of_the_headers_file() -> None:
    text = CONFIGURATION.read_text(encoding="utf-8")
    assert re.findall(r"add_header ([\w-]+)", text) == [
        "Cache-Control",
        "Content-Security-Policy",
        "Referrer-Policy",
        "X-Content-Type-Options",
    ]
