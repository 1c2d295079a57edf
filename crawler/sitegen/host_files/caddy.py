"""The configuration of Caddy 2 for the site: https://caddyserver.com/docs/caddyfile.

No two directives set the same header for one file, because their order would decide.
"""

from __future__ import annotations

from crawler.serving.content_security_policy import CONTENT_SECURITY_POLICY, EXPLORER_POLICY
from crawler.serving.response_headers import (
    CACHE_RULES,
    IMMUTABLE,
    MEDIA_TYPES,
    SHORT,
    content_type,
)
from crawler.sitegen.host_files.hosted_site import security_headers

_HEAD = """\
# Caddy for the site: headers, media types, compression and the 404 page.
# Made by `hashtrail publish --server-config caddy`. Copy it to /etc/caddy/Caddyfile, and edit the
# name and the path. Caddy gets the certificate.

trail.example.org {
	root * /srv/my-kb/site/public
	encode zstd gzip"""
_FOOT = """\
	handle_errors {{
		rewrite * /404.html
		header Cache-Control "{cache_control}"
		header Content-Type "text/html; charset=utf-8"
		file_server
	}}
	file_server {{
		hide .*
	}}
}}
"""


def server_configuration() -> str:
    """Return the text of the configuration."""
    immutable = [f"/{rule.path}*" for rule in CACHE_RULES if rule.cache_control == IMMUTABLE]
    others = [rule for rule in CACHE_RULES if rule.cache_control != IMMUTABLE]
    ruled = [*immutable, *(f"/{rule.path}" for rule in others)]
    lines = [
        _HEAD,
        *_header("immutable", f"path {' '.join(immutable)}", "Cache-Control", IMMUTABLE),
        *_header("short", f"not path {' '.join(ruled)}", "Cache-Control", SHORT),
    ]
    for rule in others:
        lines.append(f'	header /{rule.path} Cache-Control "{rule.cache_control}"')
    for name, path, policy in (
        ("pages", "not path /explore/*", CONTENT_SECURITY_POLICY),
        ("explorer", "path /explore/*", EXPLORER_POLICY),
    ):
        headers = security_headers(policy)
        lines += _header(name, path, "Content-Security-Policy", headers["Content-Security-Policy"])
    lines += [
        f'	header {name} "{value}"'
        for name, value in security_headers("").items()
        if name != "Content-Security-Policy"
    ]
    for suffix in sorted(MEDIA_TYPES.keys() - {".html"}):
        value = content_type(f"file{suffix}")
        lines += _header(suffix[1:], f"path *{suffix}", "Content-Type", value)
    return "\n".join([*lines, _FOOT.format(cache_control=SHORT)])


def _header(name: str, matcher: str, header: str, value: str) -> list[str]:
    return [f"	@{name} {matcher}", f'	header @{name} {header} "{value}"']
