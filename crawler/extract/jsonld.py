"""JSON-LD in a page: all nodes of all scripts, flattened, and the one that describes the article.

Bounded, because anyone can write it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

Node = dict[str, Any]
MAX_BYTES = 500_000
MAX_NODES = 500
MAX_DEPTH = 12
# schema.org types that describe the page's own content, the most telling first
ARTICLE_TYPES = (
    "NewsArticle",
    "BlogPosting",
    "TechArticle",
    "ScholarlyArticle",
    "OpinionNewsArticle",
    "ReportageNewsArticle",
    "AnalysisNewsArticle",
    "ReviewNewsArticle",
    "Report",
    "Article",
    "SocialMediaPosting",
    "DiscussionForumPosting",
    "LiveBlogPosting",
    "PodcastEpisode",
    "VideoObject",
    "SoftwareSourceCode",
    "SoftwareApplication",
    "Book",
    "Course",
    "Recipe",
    "HowTo",
    "Review",
    "CreativeWork",
    "WebPage",
)


def parse_jsonld(scripts: Iterable[str]) -> list[Node]:
    """Every object in the scripts, outer ones first.

    Scripts that are not JSON are skipped: pages often contain broken ones.
    """
    found: list[Node] = []
    for script in scripts:
        if len(script) > MAX_BYTES:
            continue
        try:
            value = json.loads(
                script.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";"),
                strict=False,
            )
        except (ValueError, RecursionError):
            continue
        for node in _walk(value, 0):
            if len(found) == MAX_NODES:
                return found
            found.append(node)
    return found


def find_article_node(found: list[Node]) -> Node:
    """The node of the most telling type, or an empty one."""
    ranks = {kind: rank for rank, kind in enumerate(ARTICLE_TYPES)}
    ranked = [
        (min((ranks.get(kind, 99) for kind in node_types(node)), default=99), index)
        for index, node in enumerate(found)
    ]
    best = min(ranked, default=(99, 0))
    return found[best[1]] if best[0] < 99 else {}


def node_types(node: Node) -> tuple[str, ...]:
    """The types of a node without their schema.org address."""
    value = node.get("@type", "")
    return tuple(
        str(kind).rsplit("/", 1)[-1] for kind in (value if isinstance(value, list) else [value])
    )


def property_text(value: Any) -> str:
    """A property as text: itself, the first of a list, or the name of the thing it is."""
    if isinstance(value, list):
        return next((found for item in value if (found := property_text(item))), "")
    if isinstance(value, dict):
        return property_text(value.get("name") or value.get("@value") or "")
    return value if isinstance(value, str) else ""


def entity_names(value: Any, found: list[Node]) -> list[str]:
    """The names of people or organisations; references by `@id` are looked up among all nodes."""
    listed = value if isinstance(value, list) else [value]
    by_id = {
        node["@id"]: node for node in found if isinstance(node.get("@id"), str) and node.get("name")
    }
    resolved = [
        by_id.get(item.get("@id"), item)
        if isinstance(item, dict) and not item.get("name")
        else item
        for item in listed[:50]
    ]
    return [name for item in resolved for name in (property_text(item),) if name]


def _walk(value: Any, depth: int) -> Iterator[Node]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, dict):
        yield value
    for inner in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        if isinstance(inner, dict | list):
            yield from _walk(inner, depth + 1)
