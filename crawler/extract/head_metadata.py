"""What a page says of itself in markup: meta elements, links, JSON-LD, time and rel=author
elements. Collected in one pass.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from crawler.extract import jsonld

MAX_VALUE = 5_000
_QUOTES = " \t\r\n\f\"'“”‘’"
# `<meta name=robots/content=noarchive>`: a slash or a bracket in place of a space makes one value
# of two.
_BROKEN_ROBOTS = re.compile(r"(robots|hashtrail|x-robots-tag)[^\w-](.*)", re.DOTALL)


@dataclass(slots=True)
class HeadMetadata:
    """`meta`: name, property or itemprop in lower case -> contents in order. `links`: rel -> hrefs.

    `times`: (datetime or text, words of class) in order.
    """

    title: str = ""
    language: str = ""
    base: str = ""
    meta: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, list[str]] = field(default_factory=dict)
    times: list[tuple[str, str]] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    graph: list[jsonld.Node] = field(default_factory=list)
    article: jsonld.Node = field(default_factory=dict)

    def first(self, *names: str) -> str:
        """The first non-empty content of the first of these meta names."""
        return next((value for name in names for value in self.meta.get(name, ()) if value), "")


def parse_head(root: HtmlElement) -> HeadMetadata:
    """Collect what the page declares. Nothing is trusted or cleaned yet."""
    head = HeadMetadata(language=root.get("lang") or root.get("xml:lang") or "")
    scripts: list[str] = []
    for element in root.iter("meta", "link", "script", "time", "title", "base", "a"):
        tag = element.tag
        if tag == "meta":
            _meta(head, element)
        elif tag == "script":
            if "ld+json" in element.get("type", ""):
                scripts.append(element.text or "")
        elif tag == "time":
            head.times.append(
                (
                    element.get("datetime") or element.text_content()[:60],
                    f"{element.get('class', '')} {element.get('itemprop', '')}",
                )
            )
        elif tag == "title":
            head.title = head.title or (element.text or "")
        elif tag == "base":
            head.base = head.base or element.get("href", "")
        else:
            _link(head, element)
    _microdata(head, root)
    head.graph = jsonld.parse_jsonld(scripts)
    head.article = jsonld.find_article_node(head.graph)
    return head


def _meta(head: HeadMetadata, element: HtmlElement) -> None:
    content = (element.get("content") or element.get("value") or "")[:MAX_VALUE].strip()
    for attribute in ("name", "property", "itemprop", "http-equiv"):
        name = (element.get(attribute) or "").strip(_QUOTES).lower()
        if broken := _BROKEN_ROBOTS.match(name[:MAX_VALUE]):
            name, content = broken[1], f"{broken[2]} {content}"
        if name and content:
            head.meta.setdefault(name, []).append(content)


def _link(head: HeadMetadata, element: HtmlElement) -> None:
    rel = element.get("rel", "").lower()
    if element.tag == "a":
        if "author" in rel.split():
            head.authors.append(element.text_content()[:200])
    elif element.get("href"):
        for name in rel.split():
            head.links.setdefault(name, []).append(element.get("href"))


def _microdata(head: HeadMetadata, root: HtmlElement) -> None:
    for element in root.xpath("//*[@itemprop][not(self::meta or self::link or self::time)]")[:300]:
        name = f"item:{element.get('itemprop', '').lower()}"
        if name in (
            "item:author",
            "item:datepublished",
            "item:headline",
            "item:name",
            "item:creator",
        ):
            inner = (
                element.xpath(".//*[@itemprop='name']")
                if name in ("item:author", "item:creator")
                else []
            )
            value = (
                element.get("content")
                or element.get("datetime")
                or (inner[0] if inner else element).text_content()
            )
            if value and len(value) < 500:
                head.meta.setdefault(name, []).append(value.strip())
