"""Code listings of a page: which elements are one, and their lines without numbers and tools."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice

from lxml.html import HtmlElement

from crawler.extract.code_highlighters import names_line, names_listing, names_numbers_or_tools

# Elements that begin a new line. The cells of a row are on one line.
_LINE_TAGS = frozenset(("div", "figure", "li", "ol", "p", "pre", "table", "tr", "ul"))
_PRESERVING_TAGS = frozenset(("code", "listing", "pre", "samp", "tt", "xmp"))
# HTML, section 16.2: obsolete elements for code with its lines.
_OBSOLETE_TAGS = frozenset(("listing", "xmp"))
CODE_TAGS = frozenset(("code", "listing", "samp", "tt", "xmp"))
_LANGUAGE = re.compile(r"(?:^|\s)(?:hljs|highlight|lang(?:uage)?-|prettyprint|sourceCode)")
_EXACT_LINES = re.compile(r"white-space\s*:\s*pre\s*(?:;|!|$)", re.IGNORECASE)
_LINE_OF_SOURCE = re.compile(r"[ \t]*\r?\n")
_PROSE_TAGS = ("article", "dl", "form", "h1", "h2", "h3", "h4", "h5", "h6", "p", "section")
_DISPLAYED_AS_BLOCK = re.compile(r"display\s*:\s*(?:block|flex|grid)", re.IGNORECASE)
_PRESERVED = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_NUMBER = re.compile(r"\s*\d{1,6}\s*[.:|]?\s*")
_NUMBER_MARK = "\ue000"
_MARKED_NUMBER = re.compile(rf"[ \t]*{_NUMBER_MARK}\s*(\d+)\s*[.:|]?[ \t]?{_NUMBER_MARK}")
_LEADING_BLANK_LINES = re.compile(r"\A(?:[ \t]*\n)+")
_LITERALS = frozenset(("hljs-number", "m", "mi", "mf", "number", "token"))
_CHECKED_ROWS = 3
_CHECKED_CHARACTERS = 5_000
_LEAST_BREAKS = 2


@dataclass(slots=True)
class Listing:
    """The code of a listing.

    `linked` counts its characters inside links. `links` are its `a` elements.
    """

    code: str
    linked: int
    links: tuple[HtmlElement, ...] = field(repr=False)


def is_listing(element: HtmlElement, tag: str, class_name: str | None) -> bool:
    """Return whether an `element` with this `tag` and `class_name` is a code listing.

    A `pre` that contains headings or paragraphs is not: such pages have a `pre` around all text.
    """
    if tag == "pre":
        return next(element.iter(*_PROSE_TAGS), None) is None
    if class_name is not None and names_listing(class_name):
        return True
    if tag == "div" and _EXACT_LINES.search(element.get("style", "")):
        return next(element.iter(*_PROSE_TAGS), None) is None
    return tag == "table" and _is_code_table(element)


def is_code_block(element: HtmlElement) -> bool:
    """Return whether an `element` with one of `CODE_TAGS` outside of `pre` shows lines of code.

    Line breaks show lines. Lines of the source count in an element that is all of its parent.
    """
    style = element.get("style")
    if element.tag in _OBSOLETE_TAGS or (style is not None and _PRESERVED.search(style)):
        return True
    if next(element.iter("br"), None) is not None:
        return True
    text = element.text_content()[:_CHECKED_CHARACTERS].strip()
    if "\n" in text and _LANGUAGE.search(element.get("class", "")):
        return True
    return text.count("\n") >= _LEAST_BREAKS and _is_alone(element)


def _is_alone(element: HtmlElement) -> bool:
    """Return whether a parent contains nothing but an element."""
    parent = element.getparent()
    if parent is None or len(parent) > 1 or (element.tail and element.tail.strip()):
        return False
    return not (parent.text and parent.text.strip())


def read_listing(element: HtmlElement, skipped: frozenset[str]) -> Listing:
    """Return the code of the listing `element`, without elements with `skipped` tags."""
    reader = _ListingReader(skipped)
    reader.preserving_elements = _PRESERVED.search(element.get("style", "")) is not None
    reader.is_folding = not reader.preserving_elements and _has_only_breaks(element)
    reader.read_element(element, is_link=False)
    text = "".join(reader.pieces).replace("\xa0", " ").replace("\r", "")
    code = _LEADING_BLANK_LINES.sub("", _without_numbers(text)).rstrip()
    return Listing(code, reader.linked, tuple(reader.links))


def _has_only_breaks(element: HtmlElement) -> bool:
    """Return whether only line breaks separate the lines of code outside of `pre`."""
    is_outside = element.tag in CODE_TAGS - _OBSOLETE_TAGS
    return is_outside and next(element.iter("br"), None) is not None


def _is_code_table(table: HtmlElement) -> bool:
    """Return whether the first rows of a table are line numbers next to code."""
    rows = list(islice(table.iter("tr"), _CHECKED_ROWS))
    return bool(rows) and all(map(_is_numbered_row, rows))


def _is_numbered_row(row: HtmlElement) -> bool:
    cells = list(islice(row.iterchildren("td", "th"), 4))
    if not 2 <= len(cells) <= 3:
        return False
    *numbers, code = cells
    has_code = next(code.iter("pre", "code"), None) is not None
    return has_code and all(map(_has_only_numbers, numbers))


def _has_only_numbers(cell: HtmlElement) -> bool:
    if names_numbers_or_tools(cell.get("class", "")):
        return True
    return all(word.rstrip(".:").isdigit() for word in cell.text_content()[:2_000].split())


def _is_number_cell(cell: HtmlElement, tag: str) -> bool:
    """Return whether an element with this `tag` is a cell of numbers next to a cell of code."""
    return tag == "td" and cell.getnext() is not None and _has_only_numbers(cell)


class _ListingReader:
    """The state of one walk over a listing: the pieces of text, and the links."""

    def __init__(self, skipped: frozenset[str]) -> None:
        self.skipped = skipped
        self.pieces: list[str] = []
        self.links: list[HtmlElement] = []
        self.linked = 0
        self.is_break_due = False
        self.preserving_elements = 0
        self.is_folding = False

    def read_element(self, element: HtmlElement, *, is_link: bool) -> None:
        """Add the content of an `element`; `is_link` is true inside a link."""
        is_preserving = element.tag in _PRESERVING_TAGS
        self.preserving_elements += is_preserving
        if element.text:
            self._add_text(element.text, is_link)
        for child in element:
            self._read_child(child, is_link)
            if child.tail:
                self._add_text(child.tail, is_link)
        self.preserving_elements -= is_preserving

    def _read_child(self, child: HtmlElement, is_link: bool) -> None:
        tag = child.tag
        if tag == "br":
            self.pieces.append("\n")
        elif tag in self.skipped or _is_left_out(child) or _is_number_cell(child, tag):
            return
        elif _is_number(child):
            self._add_number(child.text, is_block=tag in _LINE_TAGS)
        elif tag in _LINE_TAGS or _is_line(child):
            self._read_line(child, is_link, is_block=tag in _LINE_TAGS)
        elif tag == "a":
            self.links.append(child)
            self.read_element(child, is_link=True)
        else:
            self.read_element(child, is_link=is_link)

    def _read_line(self, line: HtmlElement, is_link: bool, *, is_block: bool) -> None:
        self._start_line()
        before = len(self.pieces)
        self.read_element(line, is_link=is_link)
        if is_block:
            is_empty = len(self.pieces) == before
            if is_empty and not any(child.tag in _LINE_TAGS for child in line):
                self.pieces.append("\n")
            self.is_break_due = not is_empty

    def _add_number(self, text: str, *, is_block: bool) -> None:
        """Add a number, with marks if it may be the number of a line."""
        if is_block or self.is_break_due:
            self._start_line()
        is_at_start = not self.pieces or self.pieces[-1].endswith("\n")
        mark = _NUMBER_MARK if is_at_start else ""
        self.pieces.append(f"{mark}{text}{mark}")

    def _start_line(self) -> None:
        """Begin a new line, unless the last piece is a line number or ends a line."""
        last = self.pieces[-1] if self.pieces else "\n"
        if last.isspace() and "\n" in last:
            self.pieces[-1:] = [last[: last.rindex("\n") + 1]] if self.pieces else []
        elif not last.endswith(("\n", _NUMBER_MARK)):
            self.pieces.append("\n")
        self.is_break_due = False

    def _add_text(self, text: str, is_link: bool) -> None:
        if self.is_folding:
            is_at_start = not self.pieces or self.pieces[-1].endswith("\n")
            text = _LINE_OF_SOURCE.sub("" if is_at_start else " ", text, count=1)
        if not self.preserving_elements and text.isspace() and "\n" in text:
            return
        if self.is_break_due and not text.startswith("\n"):
            self._start_line()
        self.is_break_due = False
        self.pieces.append(text)
        self.linked += len(text.strip()) if is_link else 0


def _is_left_out(element: HtmlElement) -> bool:
    """Return whether an element is a line number or a tool of the highlighter, or hidden."""
    attributes = element.attrib
    if not attributes:
        return False
    if attributes.get("aria-hidden") == "true" or "hidden" in attributes:
        return True
    class_name = attributes.get("class")
    return class_name is not None and names_numbers_or_tools(class_name)


def _is_line(element: HtmlElement) -> bool:
    class_name = element.get("class")
    if class_name is not None and names_line(class_name):
        return True
    style = element.get("style")
    return style is not None and _DISPLAYED_AS_BLOCK.search(style) is not None


def _is_number(element: HtmlElement) -> bool:
    """Return whether an element has only a number, which is not a literal of the code."""
    text = element.text
    if not text or len(element) or not _NUMBER.fullmatch(text):
        return False
    return _LITERALS.isdisjoint(element.get("class", "").split())


def _without_numbers(text: str) -> str:
    """Return the text of a listing without line numbers, if all lines begin with the next one."""
    if _NUMBER_MARK not in text:
        return text
    lines = text.split("\n")
    numbered = [line for line in lines if line.strip()]
    numbers = [match and int(match[1]) for match in map(_MARKED_NUMBER.match, numbered)]
    first = numbers[0] if numbers else None
    if first is not None and numbers == list(range(first, first + len(numbers))):
        stripped = [_MARKED_NUMBER.sub("", line, count=1) for line in lines]
        if len(numbers) > 1 and any(map(str.strip, stripped)):
            lines = _without_separator(stripped)
    return "\n".join(lines).replace(_NUMBER_MARK, "")


def _without_separator(lines: list[str]) -> list[str]:
    """Return `lines` without the space that separated their numbers from the code."""
    if all(line.startswith(" ") for line in lines if line):
        return [line[1:] for line in lines]
    return lines
