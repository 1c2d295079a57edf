"""Metadata that a page declares: meta and time elements, links, JSON-LD and rel=author."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from crawler.extract import jsonld
from crawler.extract.time_elements import TIME_TAGS, TimeElement, marked_elements, read_time_element

MAX_VALUE = 5_000
MAX_MICRODATA = 300
_MICRODATA = "//*[@itemprop][not(self::meta or self::link or self::time)]"
_PERSON_PROPERTIES = ("item:author", "item:creator")
_ITEM_PROPERTIES = ("item:datepublished", "item:headline", "item:name", *_PERSON_PROPERTIES)
# Classes of links to authors: h-entry (microformats.org), Medium, themes of WordPress and Ghost.
_AUTHOR_CLASSES = frozenset(
    ("author-name", "authorName", "entry-author", "p-author", "post-author")
)
# An inline element directly below the headline has no container with its class.
_BELOW_HEADLINE = "//h1/following-sibling::*[position() <= 2]"
_BYLINE_TAGS = frozenset(("a", "address", "span"))
_BYLINE_CLASSES = _AUTHOR_CLASSES | {"author", "byline"}
_LONGEST_BYLINE = 60
_QUOTES = " \t\r\n\f\"'“”‘’"
# In `<meta name=robots/content=noarchive>` a slash replaces the space between two attributes, so
# that the parser reads one attribute.
_BROKEN_ROBOTS = re.compile(r"(robots|hashtrail|x-robots-tag)[^\w-](.*)", re.DOTALL)


@dataclass(slots=True)
class HeadMetadata:
    """The declarations of a page, as written.

    `meta` maps a name, property or itemprop in lower case to its contents. `links` maps a rel to
    its hrefs. `times` are the elements that state a time. `graph` are the nodes of JSON-LD and
    `article` is the node that describes the page.
    """

    title: str = ""
    language: str = ""
    base: str = ""
    meta: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)
    times: list[TimeElement] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    graph: list[jsonld.Node] = field(default_factory=list)
    article: jsonld.Node = field(default_factory=dict)

    def first(self, *names: str) -> str:
        """Return the first non-empty content of the meta `names`, in order, or an empty string."""
        return next((value for name in names for value in self.meta.get(name, ()) if value), "")


def parse_head(root: HtmlElement) -> HeadMetadata:
    """Return what the tree `root` of a page declares, as written."""
    head = HeadMetadata(language=root.get("lang") or root.get("xml:lang") or "")
    scripts: list[str] = []
    for element in root.iter("meta", "link", "script", "title", "base", "a", *TIME_TAGS):
        if element.tag != "script":
            _add_element(head, element)
        elif "ld+json" in element.get("type", "").lower():
            scripts.append(element.text or "")
    head.times += marked_elements(root)
    head.authors += _bylines_below_headline(root)
    _add_microdata(head, root)
    head.graph = jsonld.parse_jsonld(scripts)
    head.article = jsonld.find_article_node(head.graph, head.title)
    return head


def _add_element(head: HeadMetadata, element: HtmlElement) -> None:
    tag = element.tag
    if tag == "meta":
        _add_meta(head, element)
    elif tag in TIME_TAGS:
        time = read_time_element(element)
        head.times += [time] if time else []
    elif tag == "title":
        head.title = head.title or (element.text or "")
    elif tag == "base":
        head.base = head.base or element.get("href", "")
    else:
        _add_link(head, element)


def _add_meta(head: HeadMetadata, element: HtmlElement) -> None:
    content = (element.get("content") or element.get("value") or "")[:MAX_VALUE].strip()
    if element.get("itemprop") and _is_of_other_item(element):
        return
    for attribute in ("name", "property", "itemprop", "http-equiv"):
        name = (element.get(attribute) or "").strip(_QUOTES).lower()
        broken = _BROKEN_ROBOTS.match(name[:MAX_VALUE])
        if broken:
            name, content = broken[1], f"{broken[2]} {content}"
        if name and content:
            head.meta.setdefault(name, []).append(content)


def _add_link(head: HeadMetadata, element: HtmlElement) -> None:
    rel = element.get("rel", "").lower()
    if element.tag == "a":
        names = {*element.get("class", "").split(), element.get("data-testid", "")}
        if "author" in rel.split() or not _AUTHOR_CLASSES.isdisjoint(names):
            head.authors.append(element.text_content()[:200])
    elif element.get("href"):
        for name in rel.split():
            head.links.setdefault(name, []).append(element.get("href"))


def _bylines_below_headline(root: HtmlElement) -> Iterator[str]:
    """Yield the texts of the elements directly below an `h1` that are named after an author."""
    for element in root.xpath(_BELOW_HEADLINE)[:MAX_MICRODATA]:
        names = set(element.get("class", "").split())
        is_byline = element.tag == "address" or not _BYLINE_CLASSES.isdisjoint(names)
        text = element.text_content().strip() if element.tag in _BYLINE_TAGS else ""
        if is_byline and 0 < len(text) <= _LONGEST_BYLINE:
            yield text


def _add_microdata(head: HeadMetadata, root: HtmlElement) -> None:
    for element in root.xpath(_MICRODATA)[:MAX_MICRODATA]:
        name = f"item:{element.get('itemprop', '').lower()}"
        if name not in _ITEM_PROPERTIES or _is_of_other_item(element):
            continue
        value = _microdata_value(element, is_person=name in _PERSON_PROPERTIES)
        if value and len(value) < 500:
            head.meta.setdefault(name, []).append(value.strip())


def _is_of_other_item(element: HtmlElement) -> bool:
    """Whether a property is that of a comment, an event or another work that the page mentions."""
    scope = next((node for node in element.iterancestors() if "itemtype" in node.attrib), None)
    if scope is None:
        return False
    return scope.get("itemtype", "").strip().rstrip("/").rsplit("/", 1)[-1] in jsonld.OTHER_TYPES


def _microdata_value(element: HtmlElement, is_person: bool) -> str:
    """Return the value of a property; for a person, the text of its name if it has one."""
    value = element.get("content") or element.get("datetime")
    if value:
        return str(value)
    names = element.xpath(".//*[@itemprop='name']") if is_person else []
    named = names[0] if names else element
    return str(named.get("content") or named.text_content())
