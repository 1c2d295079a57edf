"""Extract plain text, links and absolute web URLs from HTML. No I/O, and no tree is built."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape

from lxml import etree

from crawler.text_cleaning import clean, clean_block
from crawler.url_parser import parse_whatwg

_MAX_HTML = 2_000_000
_MAX_URL = 2_000
_MAX_PLAIN = 2_000
_BEFORE = 20
_SILENT = frozenset({"head", "noscript", "object", "script", "style", "svg", "template", "title"})
_BLOCKS = frozenset(
    """
    address article aside blockquote dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5
    h6 header hr li main nav ol p pre section table tr ul
    """.split()  # noqa: SIM905
)
# Elements that publishers leave in titles. Others (`vector<int>`) are words of the title.
_INLINE = "|".join(
    """
    a abbr acronym b big br cite code em font i iframe img ins kbd mark math object q s script
    small span strike strong style sub sup svg tt u wbr
    """.split()  # noqa: SIM905
)
_TAGS = re.compile(
    rf"<(script|style)\b[^<]*</\1\s*>|</?(?:{_INLINE})(?:[\s/][^<>]*)?>|<!--[^<>]*-->",
    re.IGNORECASE,
)
_PARAGRAPHS = frozenset({"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "p", "pre"})
_WHITE = re.compile(r"[ \t\n\r\f]+")
# An absolute URL that the parser accepts: most are, and it takes a long time for each.
_PLAIN = re.compile(r"https?://(?:[a-z0-9-]{1,63}\.){1,9}[a-z]{2,63}(?:[/?#][!-\[\]-~]*)?")
_ABSOLUTE = re.compile(r"https?://[^\s\\/][^\s\\]*", re.IGNORECASE)


# Parsers need quadratic time for the attributes of one element, so more of them are not parsed.
MAX_ATTRIBUTES = 2_000
_VALUE = rb"\"[^\"]*+\"|'[^']*+'|[^\s<>\"']++"
_CROWDED = re.compile(
    rb"<[A-Za-z][^\s<>/]*+(?:[\s/]++[^\s<>\"'=/]++(?:\s*+=\s*+(?:%b))?){%d}"
    % (_VALUE, MAX_ATTRIBUTES)
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link: its absolute http(s) URL, its text, its classes and its `rel` types.

    `before` is the end of the text before the link, at most 20 characters of it.
    """

    url: str
    shown: str
    classes: frozenset[str] = frozenset()
    rel: frozenset[str] = frozenset()
    before: str = ""


@dataclass(frozen=True, slots=True)
class HtmlText:
    """A piece of HTML as plain text with its anchors, in order."""

    text: str
    anchors: tuple[Anchor, ...]


def has_crowded_element(data: bytes) -> bool:
    """Whether an element of HTML or XML has 2,000 attributes or more. Takes linear time."""
    return _CROWDED.search(data) is not None


def absolute_web_url(url: str | None, base: str = "") -> str:
    """Return the absolute http(s) form of a URL, relative to `base`; empty for everything else.

    An absolute URL is returned as written. The WHATWG parser sees the scripts that browsers would
    run (`java\\tscript:`).
    """
    written = clean(url)
    if not written or len(written) > _MAX_URL:
        return ""
    if _PLAIN.fullmatch(written) and "xn--" not in written:
        return written
    parsed = (parse_whatwg(written, base) if base else None) or parse_whatwg(written)
    if parsed is None or parsed.protocol not in ("http:", "https:") or not parsed.hostname:
        return ""
    return written if _ABSOLUTE.fullmatch(written) else str(parsed.href)


def html_to_text(
    html: str,
    base: str = "",
    *,
    numbered: bool = False,
    without_classes: frozenset[str] = frozenset(),
) -> HtmlText:
    """Return the text and the anchors of a piece of HTML of at most 2 MB.

    Scripts and styles are left out, and so are elements with one of `without_classes`. Text in
    `pre` keeps its spaces and line breaks. `base` makes relative links absolute. With `numbered`,
    the items of ordered lists begin with their number.
    """
    reader = _Reader(base, numbered, without_classes)
    source = clean(html[:_MAX_HTML])
    if not source:
        return HtmlText("", ())
    parser = etree.HTMLParser(target=reader, huge_tree=True, recover=True, encoding="utf-8")
    try:
        etree.fromstring(source.encode(), parser)
    except etree.XMLSyntaxError:
        return HtmlText(clean_block(source), ())
    return HtmlText(_joined(reader.text, reader.verbatim), tuple(reader.anchors))


def strip_tags(text: str | None) -> str:
    """Return a title or name without leftover tags and entities, on one line."""
    return " ".join(unescape(_TAGS.sub("", clean(text)[:_MAX_PLAIN])).split())


def _joined(pieces: Sequence[str], verbatim: Sequence[tuple[int, int]]) -> str:
    """Return the text of the `pieces`; those in the ranges `verbatim` keep their white space."""
    blocks = []
    end = 0
    for start, next_end in verbatim:
        blocks += [
            clean_block("".join(pieces[end:start])),
            _verbatim("".join(pieces[start:next_end])),
        ]
        end = next_end
    blocks.append(clean_block("".join(pieces[end:])))
    return "\n\n".join(block for block in blocks if block).strip()


def _verbatim(text: str) -> str:
    """Return cleaned text with the indent of every line, also of the first."""
    lines = clean(f".\n{text}").split("\n")[1:]
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _gap(tag: str) -> str:
    return "\n\n" if tag in _PARAGRAPHS else "\n"


def _words(attributes: Mapping[str, str], name: str) -> frozenset[str]:
    return frozenset(attributes.get(name, "").split())


@dataclass(frozen=True, slots=True)
class _OpenAnchor:
    """An anchor without its text, which begins at piece `start`."""

    anchor: Anchor
    start: int


class _Reader:
    """Collect text and anchors from the events of the parser.

    `verbatim` has the ranges of `text` that are preformatted. The events are balanced: the parser
    closes every element.
    """

    def __init__(self, base: str, numbered: bool, without_classes: frozenset[str]) -> None:
        self.text: list[str] = []
        self.anchors: list[Anchor] = []
        self.verbatim: list[tuple[int, int]] = []
        self._base = base
        self._without = without_classes
        self._silent = 0
        self._skipped = 0
        self._verbatim = 0
        self._verbatim_start = 0
        self._lists = _ListNumbers() if numbered else None
        self._open: _OpenAnchor | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._skipped or (self._without and self._without & _words(attributes, "class")):
            self._skipped += 1
            return
        self._silent += tag in _SILENT
        if (tag == "br" or tag in _BLOCKS) and not self._continues_list(tag):
            self.text.append(_gap(tag))
        if tag == "pre":
            self._start_verbatim()
        if self._lists:
            self.text.append(self._lists.start(tag, attributes))
        if tag == "a" and "href" in attributes:
            self._open = self._opened(attributes)

    def end(self, tag: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        self._silent -= tag in _SILENT
        if tag == "pre":
            self._end_verbatim()
        if self._lists:
            self._lists.end(tag)
        if tag == "a" and self._open:
            shown = clean("".join(self.text[self._open.start :]))
            self.anchors.append(replace(self._open.anchor, shown=shown))
            self._open = None
        if tag in _BLOCKS:
            self.text.append(_gap(tag))

    def data(self, text: str) -> None:
        if self._silent <= 0 and not self._skipped:
            self.text.append(text if self._verbatim > 0 else _WHITE.sub(" ", text))

    def close(self) -> None:
        return None

    def _continues_list(self, tag: str) -> bool:
        """Return whether an item follows the line break of the item before it."""
        return tag == "li" and "".join(self.text[-2:]).rstrip(" ").endswith("\n")

    def _opened(self, attributes: dict[str, str]) -> _OpenAnchor | None:
        url = absolute_web_url(attributes["href"], self._base)
        if not url:
            return None
        before = "".join(self.text[-5:])[-_BEFORE:]
        classes, rel = _words(attributes, "class"), _words(attributes, "rel")
        return _OpenAnchor(Anchor(url, "", classes, rel, before), len(self.text))

    def _start_verbatim(self) -> None:
        if not self._verbatim:
            self._verbatim_start = len(self.text)
        self._verbatim += 1

    def _end_verbatim(self) -> None:
        self._verbatim -= 1
        if not self._verbatim:
            self.verbatim.append((self._verbatim_start, len(self.text)))


class _ListNumbers:
    """The numbers of the items of ordered lists (HTML Standard, 4.4.5: `start`, `value`)."""

    def __init__(self) -> None:
        self._next: list[int | None] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> str:
        """Return the mark at the start of an element: `1. ` for an item, else nothing."""
        if tag in ("ol", "ul"):
            self._next.append(_whole(attributes.get("start"), 1) if tag == "ol" else None)
        if tag != "li" or not self._next or self._next[-1] is None:
            return ""
        number = _whole(attributes.get("value"), self._next[-1])
        self._next[-1] = number + 1
        return f"{number}. "

    def end(self, tag: str) -> None:
        """Leave the list that ends."""
        if tag in ("ol", "ul") and self._next:
            self._next.pop()


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else default
