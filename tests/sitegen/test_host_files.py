"""Headers, media types and redirects: the files for hosts, and real servers that read them."""

from __future__ import annotations

import json
import os
import re
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.serving.response_headers import CACHE_RULES, IMMUTABLE, REVALIDATED, SHORT
from crawler.sitegen.host_files import apache, azure, caddy, netlify_cloudflare, nginx, vercel
from crawler.sitegen.host_files.hosted_site import HostedSite
from tests.peers.processes import free_port, listening

SITE = HostedSite("", False, {"topic/old.html": "topic/new.html"})
FILES = (
    "404.html",
    "assets/site.0a1b2c3d.css",
    "cards/article-1.0a1b2c3d.png",
    "explore/files/engine.wasm",
    "explore/index.html",
    "feeds/all.atom",
    "feeds/all.opml",
    "index.html",
    "search/index.js",
    "topic/new.html",
    "topic/new.json",
    "topic/new.md",
)
ROWS = [
    ("/", 200, "text/html; charset=utf-8", SHORT),
    ("/assets/missing.css", 404, "text/html; charset=utf-8", SHORT),
    ("/assets/site.0a1b2c3d.css", 200, "text/css; charset=utf-8", IMMUTABLE),
    ("/cards/article-1.0a1b2c3d.png", 200, "image/png", IMMUTABLE),
    ("/explore/", 200, "text/html; charset=utf-8", SHORT),
    ("/explore/files/engine.wasm", 200, "application/wasm", IMMUTABLE),
    ("/feeds/all.atom", 200, "application/atom+xml", SHORT),
    ("/feeds/all.opml", 200, "text/x-opml; charset=utf-8", SHORT),
    ("/missing", 404, "text/html; charset=utf-8", SHORT),
    ("/search/index.js", 200, "text/javascript; charset=utf-8", REVALIDATED),
    ("/topic/new.json", 200, "application/json", SHORT),
    ("/topic/new.md", 200, "text/markdown; charset=utf-8", SHORT),
]
PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"
_APACHE = """
ServerRoot {folder}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/apache.pid
ErrorLog {folder}/apache.log
Mutex file:{folder}
{modules}
DocumentRoot {root}
<Directory {root}>
  AllowOverride FileInfo
  Require all granted
</Directory>
DirectoryIndex index.html
"""
_MODULES = "mpm_event authz_core mime dir alias headers filter deflate"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one file for each rule."""
    folder = tmp_path_factory.mktemp("hosted") / "public"
    for path in FILES:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(path)
    for file in apache.render(SITE):
        (folder / file.path).write_bytes(file.data)
    folder.parent.chmod(0o755)
    return folder


@pytest.fixture(scope="module", params=["apache2", "caddy", "nginx"])
def server(
    root: Path, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The URL of a real server with the generated configuration."""
    program = shutil.which(request.param, path=PATH)
    if program is None:
        pytest.skip(f"{request.param} is not installed")
    folder, port = tmp_path_factory.mktemp(request.param), free_port()
    run = {"apache2": _run_apache, "caddy": _run_caddy, "nginx": _run_nginx}[request.param]
    with listening(port, *run(program, folder, root, port)):
        yield f"http://127.0.0.1:{port}"


def _run_apache(program: str, folder: Path, root: Path, port: int) -> list[object]:
    libraries = "/usr/lib/apache2/modules"
    modules = [f"LoadModule {name}_module {libraries}/mod_{name}.so" for name in _MODULES.split()]
    if os.geteuid() == 0:
        modules += ["User www-data", "Group www-data"]
        for parent in list(root.parents)[:-2]:
            parent.chmod(0o755)
    text = _APACHE.format(folder=folder, port=port, root=root, modules="\n".join(modules))
    (folder / "apache.conf").write_text(text)
    (folder / "mime.types").write_text("")
    types = f"TypesConfig {folder}/mime.types"
    return [program, "-f", folder / "apache.conf", "-c", types, "-D", "FOREGROUND"]


def _run_caddy(program: str, folder: Path, root: Path, port: int) -> list[object]:
    text = caddy.server_configuration().replace("/srv/my-kb/site/public", str(root))
    text = text.replace("trail.example.org {", f"http://127.0.0.1:{port} {{")
    (folder / "Caddyfile").write_text(f"{{\n\tadmin off\n}}\n{text}")
    private = ["env", f"HOME={folder}", f"XDG_DATA_HOME={folder}", f"XDG_CONFIG_HOME={folder}"]
    return [*private, program, "run", "--config", folder / "Caddyfile", "--adapter", "caddyfile"]


def _run_nginx(program: str, folder: Path, root: Path, port: int) -> list[object]:
    text = nginx.server_configuration().replace("/srv/my-kb/site/public", str(root))
    text = text.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    text = re.sub(r"\n    ssl_certificate.*", "", text)
    user = "user root;\n" if os.geteuid() == 0 else ""
    main = f"{user}daemon off;\npid {folder}/nginx.pid;\nerror_log stderr;\nevents {{}}\n"
    http = f"access_log off;\nclient_body_temp_path {folder};\nproxy_temp_path {folder};\n"
    http += "".join(f"{name}_temp_path {folder};\n" for name in ("fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(f"{main}http {{\n{http}{text}}}\n")
    return [program, "-c", folder / "nginx.conf", "-p", folder]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: object) -> None:
        return None


def _get(url: str) -> tuple[int, dict[str, str]]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)
    try:
        response = opener.open(url, timeout=10)
    except urllib.error.HTTPError as error:
        response = error
    headers = response.headers
    assert len(headers.keys()) == len(set(headers.keys())), "a header is sent twice"
    return response.status, {name.lower(): value for name, value in headers.items()}


def test_server_sends_media_type_lifetime_and_policy_of_each_file(server: str) -> None:
    rows = []
    for path, *_ in ROWS:
        status, headers = _get(server + path)
        charset = re.sub(r";\s*charset=", "; charset=", headers["content-type"].lower())
        rows.append((path, status, charset, headers["cache-control"]))
        policy = headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        explorer = path.startswith("/explore/")
        assert ("wasm-unsafe-eval" in policy) is explorer, path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
    assert rows == ROWS


def test_apache_redirects_former_pages(server: str, request: pytest.FixtureRequest) -> None:
    if "apache" not in request.node.callspec.id:
        pytest.skip("other servers send the page that forwards")
    status, headers = _get(f"{server}/topic/old.html")
    assert status == 301
    assert headers["location"].endswith("/topic/new.html")


def test_headers_file_has_each_header_in_one_pattern_of_each_path() -> None:
    """Hosts join the values of all matching patterns."""
    site = HostedSite("https://trail.example.org/", True, {})
    (file,) = netlify_cloudflare.render(site)
    blocks: dict[str, dict[str, str]] = {}
    pattern = ""
    for line in file.data.decode().splitlines():
        if line.startswith("  "):
            name, _, value = line.strip().partition(": ")
            assert name not in blocks[pattern], line
            blocks[pattern][name] = value
        else:
            pattern = line
            blocks[pattern] = {}
    assert blocks["/assets/*"] == blocks["/explore/files/*"] == {"Cache-Control": IMMUTABLE}
    assert "Cache-Control" not in blocks["/*"]
    assert "wasm-unsafe-eval" in blocks["/*"]["Content-Security-Policy"]


def test_redirects_name_the_folder_of_the_site() -> None:
    site = HostedSite("https://me.github.io/trail/", False, SITE.redirects)
    files = {file.path: file.data.decode() for file in netlify_cloudflare.render(site)}
    assert files["_redirects"] == "/trail/topic/old.html /trail/topic/new.html 301\n"
    (htaccess,) = apache.render(site)
    assert "ErrorDocument 404 /trail/404.html" in htaccess.data.decode()


def test_json_files_have_the_documented_members() -> None:
    (file,) = vercel.render(SITE)
    document = json.loads(file.data)
    assert document["redirects"] == [
        {"source": "/topic/old.html", "destination": "/topic/new.html", "permanent": True}
    ]
    sources = {rule["source"]: rule["headers"] for rule in document["headers"]}
    assert sources["/assets/(.*)"] == [{"key": "Cache-Control", "value": IMMUTABLE}]

    (file,) = azure.render(SITE)
    document = json.loads(file.data)
    assert document["mimeTypes"][".wasm"] == "application/wasm"
    assert {route["route"] for route in document["routes"]} >= {"/assets/*", "/search/index.js"}
    assert len(file.data) < 20_000


def test_rules_are_sorted_and_have_a_reason() -> None:
    assert list(CACHE_RULES) == sorted(CACHE_RULES, key=lambda rule: rule.path)
    assert all(rule.reason for rule in CACHE_RULES)
