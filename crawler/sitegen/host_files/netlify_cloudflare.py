"""`_headers` and `_redirects`, which Netlify, Cloudflare Pages and other hosts read.

The formats: https://docs.netlify.com/manage/routing/headers/ and
https://developers.cloudflare.com/pages/configuration/headers/. Hosts join the values of all
matching patterns, so that no header is in two of them. Pages keep the default of the host.
"""

from __future__ import annotations

from collections.abc import Iterator

from crawler.serving.response_headers import CACHE_RULES, IMMUTABLE
from crawler.sitegen.host_files.hosted_site import HostedSite
from crawler.sitegen.rendered_file import OutputFile

_MOST_REDIRECTS = 2_000  # of Cloudflare Pages
_EXPLORER = "explore/"


def render(site: HostedSite) -> Iterator[OutputFile]:
    """Yield the files for `site`; `_redirects` only if there is a redirect."""
    yield OutputFile("_headers", _headers(site).encode())
    lines = [f"{former} {current} 301\n" for former, current in site.redirects_from_top()]
    if lines:
        yield OutputFile("_redirects", "".join(lines[:_MOST_REDIRECTS]).encode())


def _headers(site: HostedSite) -> str:
    lines = ["/*", *(f"  {name}: {value}" for name, value in site.headers.items())]
    for rule in CACHE_RULES:
        is_present = site.has_explorer or not rule.path.startswith(_EXPLORER)
        if rule.cache_control == IMMUTABLE and is_present:
            lines += [f"/{rule.path}*", f"  Cache-Control: {rule.cache_control}"]
    return "\n".join(lines) + "\n"
