"""The text of an article inside the JSON of a page, for pages whose scripts show the text.

Frameworks embed the data of a page in `script` elements: as JSON (Next.js, SvelteKit, GitHub), as
an assignment (Remix, Apollo, Nuxt) or in calls (React Server Components). The text is HTML, a list
of typed blocks (Contentful, Portable Text, ProseMirror, Editor.js) or plain text. Its size, depth
and number of values are limited, because pages may be hostile.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import chain, islice
from typing import Any

from crawler.extract.embedded_blocks import blocks_markup, is_block_list
from crawler.extract.headline import title_match
from crawler.text_cleaning import count_words
from crawler.tolerant_json import decode_json

MAX_SCRIPT = 3_000_000
MAX_VALUES = 100_000
MAX_DEPTH = 60
# A text that its own title names is shorter than a text that could be any part of the page.
LEAST_WORDS = 40
LEAST_UNTITLED_WORDS = 80
_MAX_ASSIGNMENTS = 30
_MAX_LITERALS = 200
_LITERAL_CHARACTERS = 300
# Several texts of a similar length are a list of articles.
_SIMILAR_SHARE = 0.5
_SIMILAR_TEXTS = 3
_SAME_TITLE = 0.6
_TITLE_KEYS = ("title", "headline", "name", "heading", "path")
# Keys of values that are not the text, sorted. Nothing inside them is read.
_OTHER_KEYS = frozenset((
    "ads", "author", "authors", "bio", "comment", "comments", "config", "consent", "cookie",
    "cookies", "css", "description", "disclaimer", "excerpt", "fontface", "footer", "graphql",
    "i18n", "intl", "license", "locale", "locales", "menu", "messages", "meta", "nav",
    "navigation", "newsletter", "privacy", "query", "recommendations", "recommended", "related",
    "relatedarticles", "relatedposts", "replies", "script", "seo", "sidebar", "style", "styles",
    "summary", "svg", "terms", "theme", "translations",
))  # fmt: skip
_LINE_KEYS = ("lines", "rawLines")
_MARKUP = re.compile(
    r"</(?:p|h[1-6]|div|li|article|section|pre|blockquote|td)\s*>|<(?:br|p)\b", re.IGNORECASE
)
_SENTENCE = re.compile(r"[.!?…。！？।։؟][\s\"'”’)»」』]|[.!?…。！？।։؟]$|[。！？]")
_ASSIGNMENT = re.compile(r"[\w$\]\"']\s*=\s*(?=[{\[])|JSON\.parse\(\s*(?=\")|\.push\(\s*(?=\[)")
_LITERAL = re.compile(r"\"(?:[^\"\\\n]++|\\.)*+\"")
_FLIGHT_ROW = re.compile(r"^[0-9a-f]{1,6}:(?:T[0-9a-f]{1,6},)?", re.MULTILINE)
_DECODER = json.JSONDecoder(strict=False)


@dataclass(frozen=True, slots=True)
class _Text:
    """A possible text as HTML; `is_titled` is true if the title of the page is next to it."""

    markup: str
    words: int
    is_titled: bool


def embedded_markup(scripts: Iterable[tuple[str, str]], title: str) -> str:
    """Return the HTML of the article that `scripts` contain, or "".

    `scripts` are pairs of type and content. `title` is the title of the page: of several texts the
    one with this title is the article.
    """
    texts = [text for value in _values(scripts) for text in _texts(value, title)]
    titled = [text for text in texts if text.is_titled]
    candidates = titled or [text for text in texts if text.words >= LEAST_UNTITLED_WORDS]
    if not candidates:
        return ""
    longest = max(candidates, key=lambda text: text.words)
    markups = {text.markup for text in candidates if text.words >= _SIMILAR_SHARE * longest.words}
    if not titled and len(markups) >= _SIMILAR_TEXTS:
        return ""
    return longest.markup


def _values(scripts: Iterable[tuple[str, str]]) -> Iterator[Any]:
    """Yield the JSON values of scripts; those that are not JSON are skipped."""
    rows: list[str] = []
    for kind, content in scripts:
        if len(content) > MAX_SCRIPT:
            continue
        if "json" in kind and "ld+json" not in kind:
            yield _decoded(content.strip())
        elif not kind or "javascript" in kind or kind == "module":
            values = list(_assigned_values(content))
            yield from values
            rows += [row for value in values for row in _flight_rows(value)]
    yield from _flight_values("".join(rows))


def _decoded(content: str) -> Any:
    try:
        return decode_json(content.encode("utf-8", "surrogatepass"))
    except ValueError:
        return None


def _assigned_values(code: str) -> Iterator[Any]:
    """Yield the values that code assigns; of code that is not JSON, its long strings."""
    end = decoded = 0
    for number, match in enumerate(_ASSIGNMENT.finditer(code)):
        if number == _MAX_ASSIGNMENTS:
            break
        if match.end() >= end:
            value, end = _decoded_prefix(code, match.end())
            decoded += end - match.end()
            yield _decoded(value) if isinstance(value, str) else value
    if decoded < len(code) / 2:
        literals = (match[0] for match in _LITERAL.finditer(code))
        long = (literal for literal in literals if len(literal) > _LITERAL_CHARACTERS)
        yield from map(_decoded, islice(long, _MAX_LITERALS))


def _decoded_prefix(code: str, start: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(code, start)
    except (ValueError, RecursionError):
        return None, start


def _flight_rows(value: Any) -> Iterator[str]:
    if isinstance(value, list) and len(value) == 2 and isinstance(value[1], str):
        yield value[1]


def _flight_values(rows: str) -> Iterator[Any]:
    """Yield the values of React Server Components: rows of JSON, and texts (`T`)."""
    starts = list(_FLIGHT_ROW.finditer(rows))[:MAX_VALUES]
    ends = chain((match.start() for match in starts[1:]), (len(rows),))
    for match, end in zip(starts, ends, strict=False):
        row = rows[match.end() : end].strip()
        yield row if match[0].endswith(",") else _decoded(row)


def _texts(value: Any, title: str) -> Iterator[_Text]:
    """Yield the texts inside a value, in order, with a limit on depth and number of values."""
    pending: list[tuple[str, Any, bool, int]] = [("", value, False, 0)]
    for _ in range(MAX_VALUES):
        if not pending:
            return
        key, inner, is_titled, depth = pending.pop()
        markup = _markup(key, inner)
        words = count_words(re.sub(r"<[^<>]*>", " ", markup)) if markup else 0
        if words >= LEAST_WORDS:
            yield _Text(markup, words, is_titled)
        elif depth < MAX_DEPTH:
            pending += _inner_values(key, inner, title, is_titled, depth)


def _inner_values(
    key: str, value: Any, title: str, is_titled: bool, depth: int
) -> Iterator[tuple[str, Any, bool, int]]:
    if isinstance(value, list):
        for member in reversed(value):
            yield key, member, is_titled, depth + 1
    elif isinstance(value, dict):
        own = next((value[name] for name in _TITLE_KEYS if _is_text(value.get(name))), "")
        is_titled = _is_same_title(own, title) if own else is_titled
        for name, member in reversed(value.items()):
            if str(name).lower() not in _OTHER_KEYS:
                yield str(name), member, is_titled, depth + 1


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_same_title(own: str, title: str) -> bool:
    return title_match(own[:300], title) > _SAME_TITLE


def _markup(key: str, value: Any) -> str:
    """Return a value as HTML if it can be the text of an article, or ""."""
    if isinstance(value, str):
        return _string_markup(value)
    if isinstance(value, dict):
        value = [block for block in value.values() if _is_paragraph(block)]
    if isinstance(value, list) and len(value) > 1:
        if all(isinstance(line, str) for line in value):
            return _lines_markup(key, value)
        if is_block_list(value):
            return blocks_markup(value)
    return ""


def _is_paragraph(value: Any) -> bool:
    """Return whether a value is a block of a store in which each object has a key (Apollo)."""
    return isinstance(value, dict) and value.get("__typename") == "Paragraph"


def _string_markup(text: str) -> str:
    if len(text) < LEAST_WORDS:
        return ""
    if _MARKUP.search(text):
        return text
    is_prose = len(_SENTENCE.findall(text)) > 1 and text.count("{") + text.count(";") < 5
    return _paragraphs(text.split("\n\n")) if is_prose else ""


def _lines_markup(key: str, lines: list[str]) -> str:
    if key in _LINE_KEYS:
        return f"<pre>{escape(chr(10).join(lines))}</pre>"
    are_prose = sum(_SENTENCE.search(line) is not None for line in lines) > len(lines) / 2
    return _paragraphs(lines) if are_prose else ""


def _paragraphs(texts: Iterable[str]) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in texts)
