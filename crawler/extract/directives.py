"""What a page asks of machines: robots meta, X-Robots-Tag, TDM reservation. The strictest of all that are said holds.

Sources: Google's robots meta specification (directives, user agent prefixes), W3C TDM Reservation Protocol, IETF AIPREF `Content-Usage`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.model import Directives

# agents whose rules are meant for us: everyone's, and our own
AGENTS = ("*", "robots", "hashtrail")
_AGENT = re.compile(r"^\s*([\w*-]+)\s*:\s*(?!\s*-?\d)(.*)$", re.DOTALL)
# The last is what our fetcher calls the Content-Signal of a robots.txt (contentsignals.org).
_USAGE = ("content-signal", "content-usage", "robots-content-signal")
_NO_AI = ("ai-train=no", "ai-input=no", "train-ai=n")
_SNIPPET = re.compile(r"max-snippet\s*:\s*(-?\d{1,6})")


def directives(meta: dict[str, list[str]], headers: Iterable[tuple[str, str]]) -> Directives:
    """The directives of a page. `meta`: meta name in lower case -> contents; `headers`: names in lower case."""
    said = [value for agent in AGENTS for value in meta.get(agent, ())]
    listed = list(headers)
    said += [rest for name, value in listed if name == "x-robots-tag" for rest in _for_us(value)]
    rules = {rule.strip().lower() for value in said for rule in value.split(",")}
    reserved = [*meta.get("tdm-reservation", ()), *(value for name, value in listed if name == "tdm-reservation")]
    usage = " ".join(value.lower().replace(" ", "") for name, value in listed if name in _USAGE)
    return Directives(
        noindex=bool(rules & {"noindex", "none"}),
        noarchive=bool(rules & {"noarchive", "nocache"}),
        nosnippet="nosnippet" in rules or _shortest(rules) == 0,
        max_snippet=_shortest(rules),
        no_ai=bool(rules & {"noai", "noimageai"}) or "1" in (value.strip() for value in reserved) or any(signal in usage for signal in _NO_AI),
    )


def _for_us(value: str) -> list[str]:
    """A header's value, which may be for one agent: `googlebot: noindex` is not for us."""
    match = _AGENT.match(value)
    if match and match[1].lower() not in ("max-snippet", "max-image-preview", "max-video-preview", "unavailable_after"):
        return [match[2]] if match[1].lower() in AGENTS else []
    return [value]


def _shortest(rules: set[str]) -> int | None:
    """The smallest limit that was set; -1 means no limit."""
    limits = [int(match[1]) for rule in rules if (match := _SNIPPET.fullmatch(rule))]
    return min((limit for limit in limits if limit >= 0), default=None)
