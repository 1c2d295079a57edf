"""A tree as a list of blocks: runs of text between block elements, each with the containers it
stands in. One walk, linear in the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from lxml.html import HtmlElement

from crawler.extract.page_phrases import CONTAINER_WORDS

SKIPPED = frozenset(
    (
        "annotation",
        "annotation-xml",
        "area",
        "audio",
        "base",
        "button",
        "canvas",
        "datalist",
        "embed",
        "head",
        "iframe",
        "input",
        "link",
        "map",
        "meta",
        "noscript",
        "object",
        "option",
        "script",
        "select",
        "style",
        "svg",
        "template",
        "textarea",
        "video",
    )
)
BLOCK_TAGS = frozenset(
    (
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    )
)
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_PARTS = re.compile(r"[^A-Za-z]+|(?<=[a-z])(?=[A-Z])")
_NONE: frozenset[str] = frozenset()


@dataclass(slots=True, eq=False)
class Container:
    """A block element on the way from the body to a block, with what was counted inside it.

    `named` are its class and id as written, `own` the known words of them and of its role, `names`
    those of its parents too;
    `row` is what features.py has measured of it.
    """

    tag: str
    parent: Container | None
    own: frozenset[str]
    names: frozenset[str]
    tags: frozenset[str]
    element: HtmlElement = field(repr=False)
    named: tuple[str, str]
    words: int = 0
    linked: float = 0.0
    plain: int = 0
    row: dict[str, float] | None = None

    def upward(self) -> Iterator[Container]:
        """This container, then its parents up to the body."""
        at: Container | None = self
        while at is not None:
            yield at
            at = at.parent


@dataclass(slots=True, eq=False)
class Block:
    """One run of text.

    `link_share` is the part of its characters inside links, `anchors` the part inside links to this
    same page;
    `links` are the `a` elements in it; `raw` is a short block's text with a line break at every
    inline element, as the
    names in a byline are set."""

    text: str
    container: Container
    link_share: float
    anchors: float
    order: int
    links: tuple[HtmlElement, ...] = field(repr=False, default=())
    words: tuple[str, ...] = ()
    raw: str = field(repr=False, default="")


class _BlockBuilder:
    """The state of one walk: the pieces of text since the last block boundary, and the blocks so
    far.
    """

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.pieces: list[str] = []
        self.links: list[HtmlElement] = []
        self.linked = 0
        self.anchored = 0

    def take(self, text: str, link: str | None) -> None:
        self.pieces.append(text)
        if link is not None:
            length = len(text.strip())
            self.linked += length
            self.anchored += length if link.startswith("#") else 0

    def close(self, container: Container) -> None:
        """End the block that has gathered in this container, if there is one."""
        if not self.pieces:
            return
        raw = "".join(self.pieces)
        if not raw.isspace():
            self._add(raw, container)
        self.pieces, self.linked, self.anchored = [], 0, 0

    def _add(self, raw: str, container: Container) -> None:
        text = raw.strip("\n").rstrip() if "pre" in container.tags else " ".join(raw.split())
        size = len(text)
        shares = min(1.0, self.linked / size), min(1.0, self.anchored / size)
        self.blocks.append(
            Block(
                text,
                container,
                *shares,
                len(self.blocks),
                tuple(self.links),
                raw="\n".join(self.pieces) if size < 200 else "",
            )
        )
        self.links = []

    def into(self, element: HtmlElement, container: Container, link: str | None) -> None:
        """Walk the children of an element that belongs to `container`; libxml2 bounds the depth at
        256.
        """
        if element.text:
            self.take(element.text, link)
        for child in element:
            tag = child.tag
            if tag == "br":
                self.take("\n", None)
            elif tag in BLOCK_TAGS:
                if not _is_hidden(child):
                    self.close(container)
                    inner = _container(child, tag, container)
                    self.into(child, inner, link)
                    self.close(inner)
            elif tag == "a":
                self.links.append(child)
                self.into(child, container, child.get("href", ""))
            elif tag not in SKIPPED and not _is_hidden(child):
                self.into(child, container, link)
            if child.tail:
                self.take(child.tail, link)


def split_blocks(root: HtmlElement) -> list[Block]:
    """The blocks of a page in document order, without hidden elements, scripts and controls.

    Text is folded to single spaces, except inside `pre`.
    """
    body = root.find("body")
    body = root if body is None else body
    walk = _BlockBuilder()
    top = _container(body, "body", None)
    walk.into(body, top, None)
    walk.close(top)
    return walk.blocks


def list_containers(blocks: Iterable[Block]) -> list[Container]:
    """Every container that a block stands in, once, parents before children."""
    found: dict[Container, None] = {}
    for block in blocks:
        path: list[Container] = []
        at: Container | None = block.container
        while at is not None and at not in found:
            path.append(at)
            at = at.parent
        for container in reversed(path):
            found[container] = None
    return list(found)


def _container(element: HtmlElement, tag: str, parent: Container | None) -> Container:
    named = element.get("class", ""), element.get("id", "")
    own = _known_words(f"{named[0]} {named[1]} {element.get('role', '')}")
    if parent is None:
        return Container(tag, None, own, own, frozenset((tag,)), element, named)
    names, tags = (
        parent.names | own if own else parent.names,
        parent.tags if tag in parent.tags else parent.tags | {tag},
    )
    return Container(tag, parent, own, names, tags, element, named)


def _is_hidden(element: HtmlElement) -> bool:
    attributes = element.attrib
    if not attributes:
        return False
    style = attributes.get("style")
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or (style is not None and _HIDDEN.search(style) is not None)
    )


@lru_cache(maxsize=20_000)
def _known_words(attributes: str) -> frozenset[str]:
    """The known words in a class and an id: `post-content js-entryBody` -> post, content, entry,
    body.
    """
    parts = {part.lower() for part in _PARTS.split(attributes[:500])}
    known = {part for part in parts if part in CONTAINER_WORDS} | {
        part[:-1] for part in parts if part.endswith("s") and part[:-1] in CONTAINER_WORDS
    }
    return frozenset(known) if known else _NONE
