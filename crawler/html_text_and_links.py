"""Extract plain text, links and absolute web URLs from HTML. No I/O, and no tree is built."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from lxml import etree

from crawler.text_cleaning import clean, clean_block
from crawler.url_parser import parse_whatwg

_MAX_HTML = 2_000_000
_MAX_URL = 2_000
_MAX_PLAIN = 2_000
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
_ABSOLUTE = re.compile(r"https?://[^\s\\]+", re.IGNORECASE)


# Parsers need quadratic time for the attributes of one element, so more of them are not parsed.
MAX_ATTRIBUTES = 2_000
_VALUE = rb"\"[^\"]*+\"|'[^']*+'|[^\s<>\"']++"
_CROWDED = re.compile(
    rb"<[A-Za-z][^\s<>/]*+(?:[\s/]++[^\s<>\"'=/]++(?:\s*+=\s*+(?:%b))?){%d}"
    % (_VALUE, MAX_ATTRIBUTES)
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link: its absolute http(s) URL, its text and its classes."""

    url: str
    shown: str
    classes: frozenset[str] = frozenset()


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
    parsed = (parse_whatwg(written, base) if base else None) or parse_whatwg(written)
    if parsed is None or parsed.protocol not in ("http:", "https:") or not parsed.hostname:
        return ""
    return written if _ABSOLUTE.fullmatch(written) else str(parsed.href)


def html_to_text(html: str, base: str = "") -> HtmlText:
    """Return the text and the anchors of a piece of HTML of at most 2 MB.

    Scripts and styles are left out. `base` makes relative links absolute.
    """
    reader = _Reader(base)
    source = clean(html[:_MAX_HTML])
    if not source:
        return HtmlText("", ())
    parser = etree.HTMLParser(target=reader, huge_tree=True, recover=True, encoding="utf-8")
    try:
        etree.fromstring(source.encode(), parser)
    except etree.XMLSyntaxError:
        return HtmlText(clean_block(source), ())
    return HtmlText(clean_block("".join(reader.text)), tuple(reader.anchors))


def strip_tags(text: str | None) -> str:
    """Return a title or name without leftover tags and entities, on one line."""
    return " ".join(unescape(_TAGS.sub("", clean(text)[:_MAX_PLAIN])).split())


def _gap(tag: str) -> str:
    return "\n\n" if tag in _PARAGRAPHS else "\n"


class _Reader:
    """Collect text and anchors from the events of the parser."""

    def __init__(self, base: str) -> None:
        self.text: list[str] = []
        self.anchors: list[Anchor] = []
        self._base = base
        self._silent = 0
        self._verbatim = 0
        self._open: tuple[str, frozenset[str], int] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._silent += tag in _SILENT
        self._verbatim += tag == "pre"
        if tag == "br" or tag in _BLOCKS:
            self.text.append(_gap(tag))
        if tag == "a" and "href" in attributes:
            url = absolute_web_url(attributes["href"], self._base)
            self._open = (
                (url, frozenset(attributes.get("class", "").split()), len(self.text))
                if url
                else None
            )

    def end(self, tag: str) -> None:
        self._silent -= tag in _SILENT
        self._verbatim -= tag == "pre"
        if tag == "a" and self._open:
            url, classes, start = self._open
            self.anchors.append(Anchor(url, clean("".join(self.text[start:])), classes))
            self._open = None
        if tag in _BLOCKS:
            self.text.append(_gap(tag))

    def data(self, text: str) -> None:
        if self._silent <= 0:
            self.text.append(text if self._verbatim > 0 else _WHITE.sub(" ", text))

    def close(self) -> None:
        return None
