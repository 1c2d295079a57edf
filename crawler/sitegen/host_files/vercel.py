"""`vercel.json`: https://vercel.com/docs/project-configuration."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from crawler.serving.response_headers import CACHE_RULES
from crawler.sitegen.host_files.hosted_site import HostedSite
from crawler.sitegen.rendered_file import OutputFile

_MOST_REDIRECTS = 1_024


def render(site: HostedSite) -> Iterator[OutputFile]:
    """Yield `vercel.json` for `site`."""
    rules = [_rule("/(.*)", site.headers)]
    for rule in CACHE_RULES:
        pattern = "(.*)" if rule.path.endswith("/") else ""
        rules.append(_rule(f"/{rule.path}{pattern}", {"Cache-Control": rule.cache_control}))
    redirects = [
        {"source": former, "destination": current, "permanent": True}
        for former, current in site.redirects_from_top()
    ]
    document = {"headers": rules, "redirects": redirects[:_MOST_REDIRECTS]}
    yield OutputFile("vercel.json", (json.dumps(document, indent=1) + "\n").encode())


def _rule(source: str, headers: dict[str, str]) -> dict[str, Any]:
    listed = [{"key": name, "value": value} for name, value in headers.items()]
    return {"source": source, "headers": listed}
