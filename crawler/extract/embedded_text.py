"""Text of an article that a page contains only as JSON, for its scripts to show.

Known places are `__NEXT_DATA__` (Next.js), `__NUXT__`, `application/json` scripts (GitHub, Gatsby,
Remix, SvelteKit), and variables such as `__INITIAL_STATE__`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

from crawler.text_cleaning import clean_block, count_words
from crawler.tolerant_json import decode_json

MIN_WORDS = 80
_MAX_BYTES = 2_000_000
_MAX_VALUES = 50_000
_PARAGRAPH_WORDS = 6
# A part of the data with this share of all text is the article; the rest describes other pages.
_MAIN_SHARE = 0.7
_ASSIGNMENT = re.compile(r"\s*(?:window|self|globalThis)[\w$.\[\]\"']{1,60}\s*=\s*(?=[{\[])")
_WORD = re.compile(r"\w{4,}")
_MARKUP = re.compile(r"<(?:p|h[1-6]|article|div|ul|ol|pre|section)\b[^<>]*>", re.IGNORECASE)


def data_scripts(root: HtmlElement) -> list[str]:
    """Return the JSON in the scripts of the tree `root`, not parsed, without JSON-LD."""
    texts: list[str] = []
    for script in root.iter("script"):
        code = script.text or ""
        media_type = script.get("type", "").strip().lower()
        if not code or len(code) > _MAX_BYTES or media_type == "application/ld+json":
            continue
        if media_type == "application/json" or script.get("id") == "__NEXT_DATA__":
            texts.append(code)
        elif assigned := _ASSIGNMENT.match(code):
            texts.append(code[assigned.end() :].rstrip().rstrip(";"))
    return texts


def embedded_text(scripts: list[str], title: str) -> str:
    """Return the longest text in `scripts`, the JSON of a page, or "" below MIN_WORDS words.

    It is HTML if the page contains it as HTML, and otherwise plain paragraphs. Only JSON with a
    word of the `title` counts, because the JSON of many sites contains messages and menus.
    """
    title_words = _WORD.findall(title.lower())
    about_title = (
        script
        for script in scripts
        if not title_words or any(word in script.lower() for word in title_words)
    )
    texts = [_text_of_data(_decoded(script)) for script in about_title]
    longest = max(texts, key=count_words, default="")
    return longest if count_words(longest) >= MIN_WORDS else ""


def is_markup(text: str) -> bool:
    """Return whether an embedded `text` is HTML."""
    return _MARKUP.search(text[:2_000]) is not None


def _decoded(script: str) -> Any:
    try:
        return decode_json(script.encode("utf-8", "surrogatepass"))
    except ValueError:
        return None


def _text_of_data(data: Any) -> str:
    """Return the longest string with many words, or the paragraphs of the main part of `data`."""
    longest = max(_strings(data), key=len, default="")
    if len(longest.split()) >= MIN_WORDS:
        return longest
    paragraphs = _paragraphs(_main_part(data))
    return clean_block("\n\n".join(paragraphs))


def _main_part(data: Any) -> Any:
    """Return the innermost object or array of `data` that has most of its text."""
    least = _MAIN_SHARE * _length(data)
    while True:
        main = next((part for part in _parts(data) if least and _length(part) >= least), None)
        if main is None:
            return data
        data = main


def _length(data: Any) -> int:
    return sum(map(len, _paragraphs(data)))


def _paragraphs(data: Any) -> list[str]:
    return [text for text in _strings(data) if len(text.split()) >= _PARAGRAPH_WORDS]


def _parts(data: Any) -> list[Any]:
    children = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return [child for child in children if isinstance(child, dict | list)]


def _strings(data: Any) -> Iterator[str]:
    """Yield the strings of `data` in their order, with a limit on the values that are visited."""
    pending = [data]
    for _ in range(_MAX_VALUES):
        if not pending:
            return
        value = pending.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            pending.extend(reversed(value.values()))
        elif isinstance(value, list):
            pending.extend(reversed(value))
