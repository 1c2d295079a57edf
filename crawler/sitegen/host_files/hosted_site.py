"""The facts about a site that the files for its host depend on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from crawler.serving.content_security_policy import CONTENT_SECURITY_POLICY, EXPLORER_POLICY
from crawler.serving.response_headers import SECURITY_HEADERS
from crawler.url_parser import path_of

_FRAMES = "frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class HostedSite:
    """The public URL of a site, its redirects, and whether it has the explorer page.

    `redirects` map the path of a former page to the path of the current one.
    """

    base_url: str
    has_explorer: bool
    redirects: Mapping[str, str]

    @property
    def top(self) -> str:
        """Return the path of the site at its host, with a slash at both ends."""
        return f"/{path_of(self.base_url).strip('/')}/".replace("//", "/")

    @property
    def headers(self) -> dict[str, str]:
        """Return the security headers of all files, for hosts that have one policy for all.

        With the explorer page, it is the policy of that page. The meta elements of the other pages
        are stricter, and browsers apply both.
        """
        policy = EXPLORER_POLICY if self.has_explorer else CONTENT_SECURITY_POLICY
        return security_headers(policy)

    def redirects_from_top(self) -> Iterator[tuple[str, str]]:
        """Yield the former and the current path of each redirect, sorted, from the host's root."""
        for former, current in sorted(self.redirects.items()):
            yield self.top + former, self.top + current


def security_headers(policy: str) -> dict[str, str]:
    """Return the security headers of a file with the Content-Security-Policy `policy`."""
    return {"Content-Security-Policy": f"{policy}; {_FRAMES}", **SECURITY_HEADERS}
