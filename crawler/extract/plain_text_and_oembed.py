"""Extraction of articles from plain text (RFCs, README files) and from oEmbed JSON."""

from __future__ import annotations

import json
import re
from typing import Any

from crawler.charset_detection import decode_bytes
from crawler.extract.author_names import parse_names
from crawler.extract.language_detection import detect_language
from crawler.extract.page_input import PageInput, content_hash, extraction_failure
from crawler.models.articles import Article
from crawler.models.outcomes import Failure, Outcome
from crawler.text_cleaning import clean, clean_line, count_words

MAX_TEXT = 1_000_000
# Fields of an article and the oEmbed keys that they come from.
_OEMBED_KEYS = {
    "title": "title",
    "authors": "author_name",
    "site_name": "provider_name",
    "text": "title",
}
_MARKS = re.compile(r"^[#=*\s-]+|[#=*\s-]+$")


def extract_plain_text(page: PageInput) -> Article | Failure:
    """Return the article of a text file; the first line of the `page` with letters is its title."""
    text = clean(decode_bytes(page.body, page.content_type))[:MAX_TEXT]
    title = _first_line_with_letters(text)
    if not title:
        return extraction_failure(page, Outcome.EMPTY, "The file contains no words.")
    language, _ = detect_language("", text)
    return Article(
        url=page.url,
        title=clean_line(title, 200),
        text=text,
        language=language,
        content_hash=content_hash(text),
        word_count=count_words(text),
        media_type="text/plain",
        field_sources=(("title", "text"), ("text", "plain")),
        extractor="hashtrail-plain-1",
    )


def _first_line_with_letters(text: str) -> str:
    lines = (_MARKS.sub("", line) for line in text.split("\n")[:50])
    return next((line for line in lines if any(map(str.isalpha, line))), "")


def extract_oembed(page: PageInput) -> Article | Failure:
    """Return title and author of a talk or video from the oEmbed response `page`.

    Other JSON is a Failure. The format is https://oembed.com, section 2.3.4.
    """
    try:
        response = json.loads(decode_bytes(page.body, page.content_type))
    except (ValueError, RecursionError) as error:
        return extraction_failure(page, Outcome.BAD_CONTENT, f"Invalid JSON: {error}"[:300])
    if not _is_oembed(response):
        message = "The JSON is not an oEmbed response. Only the link is stored."
        return extraction_failure(page, Outcome.UNSUPPORTED, message)
    return _oembed_article(page.url, response)


def _oembed_article(url: str, response: dict[str, Any]) -> Article:
    text = clean(str(response.get("description") or response["title"]))
    sources = [(field, "oembed") for field, key in _OEMBED_KEYS.items() if response.get(key)]
    return Article(
        url=url,
        title=clean_line(response["title"]),
        text=text,
        authors=parse_names([str(response.get("author_name") or "")], with_groups=True),
        site_name=clean_line(str(response.get("provider_name") or "")),
        content_hash=content_hash(text),
        word_count=count_words(text),
        media_type="application/json",
        field_sources=tuple(sources),
        extractor="hashtrail-oembed-1",
    )


def _is_oembed(response: Any) -> bool:
    if not isinstance(response, dict) or not isinstance(response.get("title"), str):
        return False
    return "version" in response or "provider_name" in response
