"""`staticwebapp.config.json` of Azure Static Web Apps.

https://learn.microsoft.com/azure/static-web-apps/configuration describes it. The file is limited to
20 KB, so that it has no redirects: the pages at former URLs forward readers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from crawler.serving.response_headers import CACHE_RULES, MEDIA_TYPES, SHORT
from crawler.sitegen.host_files.hosted_site import HostedSite
from crawler.sitegen.rendered_file import OutputFile


def render(site: HostedSite) -> Iterator[OutputFile]:
    """Yield the file for `site`."""
    routes = [
        {
            "route": f"/{rule.path}" + ("*" if rule.path.endswith("/") else ""),
            "headers": {"Cache-Control": rule.cache_control},
        }
        for rule in CACHE_RULES
    ]
    document = {
        "globalHeaders": {**site.headers, "Cache-Control": SHORT},
        "mimeTypes": dict(MEDIA_TYPES),
        "responseOverrides": {"404": {"rewrite": "/404.html", "statusCode": 404}},
        "routes": routes,
    }
    text = json.dumps(document, indent=1) + "\n"
    yield OutputFile("staticwebapp.config.json", text.encode())
