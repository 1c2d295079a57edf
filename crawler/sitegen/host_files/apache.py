"""`.htaccess` for the Apache HTTP Server 2.4, which reads it in the folder of the site.

It needs `AllowOverride FileInfo`. https://httpd.apache.org/docs/2.4/howto/htaccess.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.serving.content_security_policy import CONTENT_SECURITY_POLICY, EXPLORER_POLICY
from crawler.serving.response_headers import CACHE_RULES, MEDIA_TYPES, SHORT
from crawler.sitegen.host_files.hosted_site import HostedSite, security_headers
from crawler.sitegen.rendered_file import OutputFile

_COMPRESSED = "application/atom+xml application/json application/wasm image/svg+xml"


def render(site: HostedSite) -> Iterator[OutputFile]:
    """Yield `.htaccess` for `site`."""
    lines = [
        "# Made by hashtrail build.",
        f"ErrorDocument 404 {site.top}404.html",
        *(f"AddType {media} {suffix}" for suffix, media in MEDIA_TYPES.items()),
        f"AddCharset utf-8 {' '.join(_texts())}",
        *_headers(site.top),
        "<IfModule mod_filter.c>",
        "  <IfModule mod_deflate.c>",
        f"    AddOutputFilterByType DEFLATE {_COMPRESSED} {' '.join(_text_types())}",
        "  </IfModule>",
        "</IfModule>",
        *_redirects(site),
    ]
    yield OutputFile(".htaccess", "".join(f"{line}\n" for line in lines).encode())


def _headers(top: str) -> Iterator[str]:
    """Yield the headers; a later section overrides an earlier one."""
    yield "<IfModule mod_headers.c>"
    yield from _set({**security_headers(CONTENT_SECURITY_POLICY), "Cache-Control": SHORT})
    for rule in CACHE_RULES:
        yield from _section(top + rule.path, {"Cache-Control": rule.cache_control})
    policy = security_headers(EXPLORER_POLICY)["Content-Security-Policy"]
    yield from _section(f"{top}explore/", {"Content-Security-Policy": policy})
    yield "</IfModule>"


def _section(path: str, headers: dict[str, str]) -> Iterator[str]:
    """Yield a section for one file, or for all files of a folder if `path` ends with a slash."""
    pattern = re.escape(path) + ("" if path.endswith("/") else "$")
    yield f'  <If "%{{REQUEST_URI}} =~ m#^{pattern}#">'
    yield from _set(headers)
    yield "  </If>"


def _set(headers: dict[str, str]) -> Iterator[str]:
    for name, value in headers.items():
        yield f'    Header always set {name} "{value}"'


def _redirects(site: HostedSite) -> Iterator[str]:
    yield "<IfModule mod_alias.c>"
    for former, current in site.redirects_from_top():
        yield f"  Redirect 301 {former} {current}"
    yield "</IfModule>"


def _texts() -> Iterator[str]:
    """Yield the suffixes of the texts, whose characters are UTF-8."""
    return (suffix for suffix, media in MEDIA_TYPES.items() if media.startswith("text/"))


def _text_types() -> list[str]:
    return sorted({media for media in MEDIA_TYPES.values() if media.startswith("text/")})
