"""Plain text (RFCs, README files) and oEmbed JSON read as articles."""

from __future__ import annotations

import json
import re

from crawler.extract.bylines import parse_names
from crawler.extract.charset_detection import decode_page
from crawler.extract.language_detection import detect_language
from crawler.extract.page_input import PageInput, content_hash, extraction_failure
from crawler.models.articles import Article
from crawler.models.outcomes import Failure, Outcome
from crawler.text_cleaning import clean, clean_line, words

MAX_TEXT = 1_000_000
_MARKS = re.compile(r"^[#=*\s-]+|[#=*\s-]+$")


def extract_plain_text(page: PageInput) -> Article | Failure:
    """A text file: its first line with letters is its title."""
    text = clean(decode_page(page.body, page.content_type))[:MAX_TEXT]
    title = next(
        (
            stripped
            for line in text.split("\n")[:50]
            if (stripped := _MARKS.sub("", line)) and any(c.isalpha() for c in stripped)
        ),
        "",
    )
    if not title:
        return extraction_failure(page, Outcome.EMPTY, "The file has no words.")
    code, _ = detect_language("", text)
    return Article(
        url=page.url,
        title=clean_line(title, 200),
        text=text,
        language=code,
        content_hash=content_hash(text),
        word_count=words(text),
        media_type="text/plain",
        field_sources=(("title", "text"), ("text", "plain")),
        extractor="hashtrail-plain-1",
    )


def extract_oembed(page: PageInput) -> Article | Failure:
    """An oEmbed answer (https://oembed.com, section 2.3.4): what a talk or video is called and
    whose it is. Other JSON is not an article.
    """
    try:
        said = json.loads(decode_page(page.body, page.content_type))
    except (ValueError, RecursionError) as error:
        return extraction_failure(page, Outcome.BAD_CONTENT, f"Not JSON: {error}"[:300])
    if (
        not isinstance(said, dict)
        or not isinstance(said.get("title"), str)
        or not {"version", "provider_name"} & said.keys()
    ):
        return extraction_failure(
            page, Outcome.UNSUPPORTED, "JSON that is no oEmbed answer is kept as a link only."
        )
    text = clean(str(said.get("description") or said["title"]))
    fields = {
        "title": "title",
        "authors": "author_name",
        "site_name": "provider_name",
        "text": "title",
    }
    return Article(
        url=page.url,
        title=clean_line(said["title"]),
        text=text,
        authors=parse_names([str(said.get("author_name") or "")]),
        site_name=clean_line(str(said.get("provider_name") or "")),
        content_hash=content_hash(text),
        word_count=words(text),
        media_type="application/json",
        field_sources=tuple((field, "oembed") for field, key in fields.items() if said.get(key)),
        extractor="hashtrail-oembed-1",
    )
