"""JSON-LD of a page: the nodes of all scripts, and the one that describes the article.

Size, depth and number of nodes are limited, because pages may be hostile.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import islice
from typing import Any

Node = dict[str, Any]
MAX_BYTES = 500_000
MAX_NODES = 500
MAX_DEPTH = 12
MAX_ENTITIES = 50
# schema.org types of a page's own content, the most specific first.
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
# schema.org types of what a page contains or mentions besides its own content.
OTHER_TYPES = frozenset((
    "Answer", "BusinessEvent", "Comment", "EducationEvent", "Event", "ImageObject", "JobPosting",
    "Offer", "SocialEvent", "UserComments", "UserReview",
))  # fmt: skip
# schema.org properties whose values are other works.
_OTHER_WORKS = frozenset((
    "acceptedAnswer", "citation", "comment", "isRelatedTo", "itemListElement", "liveBlogUpdate",
    "mentions", "relatedLink", "review", "subjectOf", "suggestedAnswer",
))  # fmt: skip
_ORGANIZATIONS = ("Organization", "Corporation", "LocalBusiness", "WebSite")
_LAST_NAME_FIRST = re.compile(r"^\s*([^\W\d_][\w’'-]*),\s*([^\W\d_][\w’'-]*)\s*$")
_NAME_PARTS = ("givenName", "additionalName", "familyName")
_SPACES = " \t\r\n\f\ufeff"
# Comments around a script that hide it from old parsers.
_WRAPPER = re.compile(
    r"^(?:<!--|(?://|/\*)?\s*<!\[CDATA\[\s*(?:\*/)?)|(?:-->|(?://|/\*)?\s{0,9}\]\]>\s{0,9}(?:\*/)?)$"
)
# A string, which stays, or what JSON does not allow: a comment or the last comma of a list.
_CODE = re.compile(
    r'"(?:[^"\\]++|\\.)*+(?:"|\Z)|/\*.{0,200}?\*/|//[^\n]{0,2000}|,(?=\s*[}\]])', re.DOTALL
)
# Templates that escape HTML write `{&quot;@context&quot;: …`.
_ESCAPED = re.compile(r"[{\[\s]+&(?:quot|#34);")
_NEXT_VALUE = re.compile(r"[{\[]")
_DECODER = json.JSONDecoder(strict=False)
_TYPE_RANKS = {name: rank for rank, name in enumerate(ARTICLE_TYPES)}


def parse_jsonld(scripts: Iterable[str]) -> list[Node]:
    """Return every object in the `scripts` that belongs to the page, outer ones first.

    Scripts that are not JSON are skipped: many pages contain broken ones.
    """
    values = map(_parse_script, scripts)
    nodes = (node for value in values for node in _walk(value, 0))
    return list(islice(nodes, MAX_NODES))


def _parse_script(script: str) -> Any:
    """Return the JSON value of a script, or None if it is too long or not JSON."""
    if len(script) > MAX_BYTES:
        return None
    json_text = _WRAPPER.sub("", script.strip(_SPACES)).strip(_SPACES).rstrip(";")
    if _ESCAPED.match(json_text):
        json_text = unescape(json_text)
    try:
        return json.loads(json_text, strict=False)
    except RecursionError:
        return None
    except ValueError:
        return _parse_values(_without_code(json_text))


def _without_code(script: str) -> str:
    """Return a script without comments and without commas before a closing bracket."""
    return _CODE.sub(lambda match: match[0] if match[0][0] == '"' else " ", script)


def _parse_values(json_text: str) -> Any:
    """Return the values that follow each other in a text, as a list, up to the first error."""
    values: list[Any] = []
    end = 0
    try:
        while len(values) < MAX_ENTITIES and (start := _NEXT_VALUE.search(json_text, end)):
            value, end = _DECODER.raw_decode(json_text, start.start())
            values.append(value)
    except (ValueError, RecursionError):
        pass
    return values


def find_article_node(nodes: list[Node], title: str = "") -> Node:
    """Return the first of the `nodes` with the most specific type, or {}.

    If several nodes have that type, the one with the `title` of the page is preferred.
    """
    best_rank = min(map(_type_rank, nodes), default=len(ARTICLE_TYPES))
    if best_rank == len(ARTICLE_TYPES):
        return {}
    best = [node for node in nodes if _type_rank(node) == best_rank]
    return next((node for node in best if _is_titled(node, title.casefold())), best[0])


def _is_titled(node: Node, folded_title: str) -> bool:
    headline = property_text(node.get("headline") or node.get("name")).strip().casefold()
    return bool(headline) and headline in folded_title


def _type_rank(node: Node) -> int:
    ranks = (_TYPE_RANKS.get(name, len(ARTICLE_TYPES)) for name in node_types(node))
    return min(ranks, default=len(ARTICLE_TYPES))


def node_types(node: Node) -> tuple[str, ...]:
    """Return the types of a `node` without the URL of schema.org."""
    value = node.get("@type", "")
    names = value if isinstance(value, list) else [value]
    return tuple(str(name).rsplit("/", 1)[-1] for name in names)


def property_text(value: Any) -> str:
    """Return the `value` of a property as text: itself, the first of a list, or its name."""
    if isinstance(value, list):
        return next(filter(None, map(property_text, value)), "")
    if isinstance(value, dict):
        return property_text(value.get("name") or value.get("@value") or "")
    return value if isinstance(value, str) else ""


def entity_names(value: Any, nodes: list[Node]) -> list[str]:
    """Return the names of the people or organisations in a property.

    `value` is one entity or a list of them. References by `@id` are looked up among `nodes`.
    """
    named = (node for node in nodes if isinstance(node.get("@id"), str) and node.get("name"))
    by_id = {node["@id"]: node for node in named}
    entities = value if isinstance(value, list) else [value]
    names = (property_text(_referenced(entity, by_id)) for entity in entities[:MAX_ENTITIES])
    return [name for name in names if name]


def person_names(value: Any, nodes: list[Node]) -> list[str]:
    """Return the names of the people in a property, without organizations.

    `value` is one person or a list of them. References by `@id` are looked up among `nodes`. A name
    may be given as `givenName` and `familyName` (schema.org/Person).
    """
    named = (node for node in nodes if isinstance(node.get("@id"), str) and _person_name(node))
    by_id = {node["@id"]: node for node in named}
    people = (value if isinstance(value, list) else [value])[:MAX_ENTITIES]
    names = (_person_name(_referenced(person, by_id)) for person in people)
    return [name for name in names if name]


def _person_name(person: Any) -> str:
    """Return the name of a person, or "" for an organization."""
    if not isinstance(person, dict):
        return property_text(person)
    if any(name.endswith(_ORGANIZATIONS) for name in node_types(person)):
        return ""
    name = person.get("name")
    if isinstance(name, list):
        return ", ".join(filter(None, map(property_text, name[:MAX_ENTITIES])))
    parts = (property_text(person.get(key)) for key in _NAME_PARTS)
    written = property_text(person) or " ".join(part.strip() for part in parts if part.strip())
    return _LAST_NAME_FIRST.sub(r"\2 \1", written)


def _referenced(entity: Any, by_id: dict[str, Node]) -> Any:
    """Return the node that an entity without a name refers to, else the entity."""
    if not isinstance(entity, dict) or entity.get("name"):
        return entity
    node_id = entity.get("@id")
    return by_id.get(node_id, entity) if isinstance(node_id, str) else entity


def _walk(value: Any, depth: int) -> Iterator[Node]:
    """Yield the objects in a JSON value, outer ones first, without other works."""
    if depth > MAX_DEPTH:
        return
    inner_values: Iterable[Any] = ()
    if isinstance(value, dict):
        yield value
        inner_values = (inner for key, inner in value.items() if key not in _OTHER_WORKS)
    elif isinstance(value, list):
        inner_values = value
    for inner in inner_values:
        if isinstance(inner, dict | list):
            yield from _walk(inner, depth + 1)
