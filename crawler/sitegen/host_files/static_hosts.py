"""The files in the folder of the site that static hosts read."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.sitegen.host_files import apache, azure, netlify_cloudflare, vercel
from crawler.sitegen.host_files.hosted_site import HostedSite
from crawler.sitegen.rendered_file import OutputFile

_HOSTS = (apache, azure, netlify_cloudflare, vercel)


def render_host_files(site: HostedSite) -> Iterator[OutputFile]:
    """Yield the files of all hosts for `site`."""
    for host in _HOSTS:
        yield from host.render(site)
