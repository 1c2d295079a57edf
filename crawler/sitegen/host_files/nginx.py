"""The configuration of nginx for the site.

https://nginx.org/en/docs/http/ngx_http_headers_module.html: a block with an `add_header` inherits
no other, so that maps choose the values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crawler.serving.content_security_policy import CONTENT_SECURITY_POLICY, EXPLORER_POLICY
from crawler.serving.response_headers import CACHE_RULES, MEDIA_TYPES, SHORT
from crawler.sitegen.host_files.hosted_site import security_headers

_HEAD = """\
# nginx for the site: headers, media types, compression and the 404 page.
# Made by `hashtrail publish --server-config nginx`. Copy it to /etc/nginx/conf.d/, and edit names
# and paths. It belongs into the `http` block, which `conf.d` files are part of."""
_SERVER = """\
server {
    listen 443 ssl;
    server_name trail.example.org;
    ssl_certificate /etc/ssl/certs/trail.example.org.pem;
    ssl_certificate_key /etc/ssl/private/trail.example.org.key;
    root /srv/my-kb/site/public;
    index index.html;
    error_page 404 /404.html;
    charset utf-8;"""
_COMPRESSED = ("application/atom+xml", "application/json", "application/wasm", "image/svg+xml")


def server_configuration() -> str:
    """Return the text of the configuration."""
    lines = [
        _HEAD,
        "",
        *_map("hashtrail_cache", SHORT, [(rule.path, rule.cache_control) for rule in CACHE_RULES]),
        "",
        *_map(
            "hashtrail_policy",
            _policy(CONTENT_SECURITY_POLICY),
            [("explore/", _policy(EXPLORER_POLICY))],
        ),
        "",
        _SERVER,
        f"    charset_types {' '.join(_text_types())};",
        "",
        "    types {",
        *(f"        {media} {suffix[1:]};" for suffix, media in MEDIA_TYPES.items()),
        "    }",
        "    default_type application/octet-stream;",
        "",
        '    add_header Cache-Control "$hashtrail_cache" always;',
        '    add_header Content-Security-Policy "$hashtrail_policy" always;',
        *(f'    add_header {name} "{value}" always;' for name, value in _other_headers()),
        "",
        "    gzip on;",
        "    gzip_vary on;",
        "    gzip_min_length 1000;",
        f"    gzip_types {' '.join((*_COMPRESSED, *_text_types()))};",
        "",
        r"    location ~ /\. { return 404; }",
        "}",
    ]
    return "\n".join(lines) + "\n"


def _map(name: str, default: str, values: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield f"map $uri ${name} {{"
    yield f'    default "{default}";'
    for path, value in values:
        end = "" if path.endswith("/") else "$"
        yield f'    "~^/{re.escape(path)}{end}" "{value}";'
    yield "}"


def _policy(policy: str) -> str:
    return security_headers(policy)["Content-Security-Policy"]


def _other_headers() -> list[tuple[str, str]]:
    headers = security_headers("")
    return [(name, value) for name, value in headers.items() if not name.startswith("Content-S")]


def _text_types() -> list[str]:
    """The media types of texts, except that of HTML, which nginx always includes."""
    types = {media for media in MEDIA_TYPES.values() if media.startswith("text/")}
    return sorted(types - {"text/html"})
