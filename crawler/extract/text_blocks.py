"""Text blocks of a page: the runs of text between block elements, each with its containers.

One walk over the tree, linear in the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from lxml.html import HtmlElement

from crawler.extract.code_listings import CODE_TAGS, is_code_block, is_listing, read_listing
from crawler.extract.comment_names import names_comment
from crawler.extract.data_tables import is_data_table
from crawler.extract.heading_markup import (
    STATE_SIGN,
    heading_tag,
    is_heading_button,
    is_heading_wrapper,
)
from crawler.extract.inline_marks import is_mark_link, note_of_link, script_text
from crawler.extract.math_text import formula_text, image_formula
from crawler.extract.page_phrases import CONTAINER_WORDS
from crawler.extract.unread_labels import names_unread

SKIPPED = frozenset((
    "annotation", "annotation-xml", "area", "audio", "base", "button", "canvas", "datalist",
    "embed", "head", "iframe", "input", "link", "map", "meta", "noscript", "object", "option", "rp",
    "rt", "rtc", "script", "select", "style", "svg", "template", "textarea", "video",
))  # fmt: skip
# HTML, section 4.4.4: the footer of a quotation names its source.
_QUOTATIONS = frozenset(("blockquote", "figure"))
_TABLE_PARTS = frozenset(("tbody", "td", "tfoot", "th", "thead", "tr"))
_SPECIAL_TAGS = CODE_TAGS | {"button", "img", "math", "sub", "sup"}
BLOCK_TAGS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
    "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html", "li", "main", "nav", "ol", "p",
    "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
# DataTables gives this class to the element around each table: it is not a footer.
_LACKING = re.compile(r"\bno-footer\b")
# Also the styles that hide a text from all readers except those who use a screen reader.
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|clip\s*:\s*rect\(\s*[01](?:px)?[\s,]"
    r"|(?:left|text-indent)\s*:\s*-\d{4}",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[^A-Za-z]+|(?<=[a-z])(?=[A-Z])")
_SEPARATORS = dict.fromkeys((code for code in range(128) if not chr(code).isalpha()), " ")
_WORDS_AND_PLURALS = CONTAINER_WORDS.union(f"{word}s" for word in CONTAINER_WORDS)
_RAW_CHARACTERS = 200
_PARAGRAPH_BREAK = "\x1e"
_NONE: frozenset[str] = frozenset()


@dataclass(slots=True, eq=False)
class Container:
    """A block element between the body and a block, with counts of its content.

    `named` are its class and id as written. `own` are the known words in its class, id and role,
    and `names` also those of its ancestors. `tags` are its tag and those of its ancestors.
    `words`, `linked` (words in links) and `plain` (words of long blocks with few links) count its
    content. `is_data` is true for a table of data, its rows and its cells, and `is_comment` in a
    comment or a mention.
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
    is_data: bool = False
    is_comment: bool = False

    def upward(self) -> Iterator[Container]:
        """Yield this container, then its ancestors up to the body."""
        container: Container | None = self
        while container is not None:
            yield container
            container = container.parent


@dataclass(slots=True, eq=False)
class Block:
    """One run of text.

    `link_share` is the share of its characters inside links, and `anchors` the share inside links
    to the same page. `order` is its position on the page. `links` are its `a` elements. `words`
    are stored by the first pass of the block classifier. `raw` is the text of a short block with a
    line break at every inline element, because bylines separate names that way.
    """

    text: str
    container: Container
    link_share: float
    anchors: float
    order: int
    links: tuple[HtmlElement, ...] = field(repr=False, default=())
    words: tuple[str, ...] = ()
    raw: str = field(repr=False, default="")


class _BlockBuilder:
    """The state of one walk: the pieces of text since the last block boundary, and the blocks."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.pieces: list[str] = []
        self.links: list[HtmlElement] = []
        self.linked = 0
        self.anchored = 0

    def add_text(self, text: str, link: str | None) -> None:
        """Add a piece of text, inside a `link` with this href or outside of links (None)."""
        self.pieces.append(text)
        if link is not None:
            length = len(text.strip())
            self.linked += length
            self.anchored += length if link.startswith("#") else 0

    def end_block(self, container: Container) -> None:
        """End the current block, which belongs to `container`, if it has text."""
        if not self.pieces:
            return
        raw = "".join(self.pieces)
        if raw and not raw.isspace():
            self._add_block(raw, container)
        self.pieces, self.linked, self.anchored = [], 0, 0

    def _add_block(self, raw: str, container: Container) -> None:
        is_pre = "pre" in container.tags
        text = raw.strip("\n").rstrip() if is_pre else _folded(raw)
        size = len(text)
        block = Block(
            text=text,
            container=container,
            link_share=min(1.0, self.linked / size),
            anchors=min(1.0, self.anchored / size),
            order=len(self.blocks),
            links=tuple(self.links),
            raw="\n".join(self.pieces) if size < _RAW_CHARACTERS else "",
        )
        self.blocks.append(block)
        self.links = []

    def walk(self, element: HtmlElement, container: Container, link: str | None) -> None:
        """Add the content of an `element` of `container`; `link` is the href of the link around it.

        libxml2 limits the depth of the recursion to 256.
        """
        text = element.text
        if text:
            self.add_text(text, link)
        for child in element:
            self._add_child(child, container, link)
            tail = child.tail
            if tail:
                self.add_text(tail, link)

    def _add_child(self, child: HtmlElement, container: Container, link: str | None) -> None:
        tag = child.tag
        if tag in BLOCK_TAGS:
            attributes = dict(child.items())
            if not _is_hidden(attributes):
                self._add_block_element(child, attributes, container, link)
        elif tag == "a":
            self._add_link(child, container)
        elif tag == "br":
            self._add_line_break(child)
        elif tag in _SPECIAL_TAGS:
            self._add_special(child, tag, container, link)
        elif tag not in SKIPPED and not _is_hidden(dict(child.items())):
            self.walk(child, container, link)

    def _add_block_element(
        self,
        child: HtmlElement,
        attributes: dict[str, str],
        container: Container,
        link: str | None,
    ) -> None:
        tag = child.tag
        self.end_block(container)
        if is_listing(child, tag, attributes.get("class")):
            self._add_listing(child, container)
        elif is_heading_wrapper(child, tag):
            self._add_child(child[0], container, link)
        else:
            is_data = tag == "table" and is_data_table(child)
            # The name of a table of data states what its rows are, as in `comments-per-article`.
            is_source = tag == "footer" and not container.tags.isdisjoint(_QUOTATIONS)
            named = {} if is_data or is_source else attributes
            inner_tag = "p" if is_source else heading_tag(attributes, tag)
            inner = _container(child, inner_tag, named, container)
            inner.is_data = is_data or inner.is_data
            self.walk(child, inner, link)
            self.end_block(inner)

    def _add_listing(self, element: HtmlElement, container: Container) -> None:
        """Add a code listing as one block in a `pre` container."""
        listing = read_listing(element, SKIPPED)
        inner = _container(element, "pre", dict(element.items()), container)
        self.pieces, self.links = [listing.code], list(listing.links)
        self.linked = listing.linked
        self.end_block(inner)

    def _add_link(self, link: HtmlElement, container: Container) -> None:
        href = link.get("href", "")
        if is_mark_link(link, href) or names_unread(link.get("class", "")):
            return
        note = note_of_link(link, href, self.pieces[-1] if self.pieces else "")
        if note:
            self.add_text(note, href)
            return
        self.links.append(link)
        self.walk(link, container, href)

    def _add_line_break(self, element: HtmlElement) -> None:
        """Add a line break. Two of them in a row separate paragraphs of the block."""
        following = element.getnext()
        is_double = following is not None and following.tag == "br"
        if is_double and not (element.tail and element.tail.strip()):
            self.add_text(f"\n{_PARAGRAPH_BREAK}\n", None)
        self.add_text("\n", None)

    def _add_special(
        self, child: HtmlElement, tag: str, container: Container, link: str | None
    ) -> None:
        """Add an inline element whose text is not the text of its descendants."""
        before = self.pieces[-1] if self.pieces else ""
        if tag in ("sup", "sub"):
            self.add_text(script_text(child, before), link)
        elif tag == "math":
            self.add_text(formula_text(child), link)
        elif tag == "img":
            self.add_text(image_formula(child), link)
        elif tag == "button":
            if is_heading_button(child, container.tag):
                self._add_button(child, container, link)
        elif is_code_block(child):
            self.end_block(container)
            self._add_listing(child, container)
        else:
            self.walk(child, container, link)

    def _add_button(self, button: HtmlElement, container: Container, link: str | None) -> None:
        """Add the text of a button without the signs that show whether its part is open."""
        first = len(self.pieces)
        self.walk(button, container, link)
        pieces = self.pieces[first:]
        self.pieces[first:] = [piece for piece in pieces if not STATE_SIGN.fullmatch(piece)]


def _folded(raw: str) -> str:
    """Return the text of a block with single spaces, and a blank line between its paragraphs."""
    if _PARAGRAPH_BREAK not in raw:
        return " ".join(raw.split())
    paragraphs = (" ".join(part.split()) for part in raw.split(_PARAGRAPH_BREAK))
    return "\n\n".join(filter(None, paragraphs))


def split_blocks(root: HtmlElement) -> list[Block]:
    """Return the blocks of the tree `root` in document order.

    Hidden elements, scripts and controls are left out. White space is folded to single spaces,
    except inside `pre`.
    """
    body = root.find("body")
    body = root if body is None else body
    builder = _BlockBuilder()
    container = _container(body, "body", dict(body.items()), None)
    builder.walk(body, container, None)
    builder.end_block(container)
    return builder.blocks


def list_containers(blocks: Iterable[Block]) -> list[Container]:
    """Return every container of `blocks` once, parents before children."""
    containers: dict[Container, None] = {}
    for block in blocks:
        path: list[Container] = []
        container: Container | None = block.container
        while container is not None and container not in containers:
            path.append(container)
            container = container.parent
        while path:
            containers[path.pop()] = None
    return list(containers)


def _container(
    element: HtmlElement, tag: str, attributes: dict[str, str], parent: Container | None
) -> Container:
    class_name = attributes.get("class", "")
    element_id = attributes.get("id", "")
    role = attributes.get("role", "")
    is_in_data = tag in _TABLE_PARTS and parent is not None and parent.is_data
    has_words = bool(class_name or element_id or role) and not is_in_data
    own = _known_words(f"{class_name} {element_id} {role}") if has_words else _NONE
    names, tags = own, frozenset((tag,))
    if parent is not None:
        names = parent.names | own if own else parent.names
        tags = parent.tags if tag in parent.tags else parent.tags | tags
    container = Container(tag, parent, own, names, tags, element, named=("", ""))
    container.named = (_LACKING.sub(" ", class_name), element_id)
    container.is_data = is_in_data
    is_comment = names_comment(class_name, element_id, attributes.get("itemtype", ""))
    container.is_comment = is_comment or (parent is not None and parent.is_comment)
    return container


def _is_hidden(attributes: dict[str, str]) -> bool:
    if not attributes:
        return False
    class_name = attributes.get("class")
    if class_name is not None and names_unread(class_name):
        return True
    style = attributes.get("style")
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or (style is not None and _HIDDEN.search(style) is not None)
    )


@lru_cache(maxsize=20_000)
def _known_words(attributes: str) -> frozenset[str]:
    """Return the known words in a class and an id, also for their plurals.

    `post-content js-entryBody` contains post, content, entry and body.
    """
    parts = _WORDS_AND_PLURALS.intersection(_parts(_LACKING.sub(" ", attributes[:500])))
    if not parts:
        return _NONE
    return CONTAINER_WORDS.intersection((*parts, *(part.removesuffix("s") for part in parts)))


def _parts(names: str) -> list[str]:
    if names.isascii() and names.islower():
        return names.translate(_SEPARATORS).split()
    return [part.lower() for part in _PARTS.split(names)]
