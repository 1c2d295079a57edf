"""An HTML page read as an article: one tree, its main text, its metadata; or the reason why it is
none.
"""

from __future__ import annotations

from datetime import UTC, datetime

from lxml.etree import strip_elements

from crawler.extract import jsonld
from crawler.extract.article_metadata import Metadata, line, read_metadata
from crawler.extract.head_metadata import Head, read_head
from crawler.extract.host_extractors import refine
from crawler.extract.language_detection import language
from crawler.extract.main_text import Body, absolute, read_body
from crawler.extract.non_article_pages import ARTICLE_WORDS, wall
from crawler.extract.page_input import Page, content_hash, failure
from crawler.extract.parse_html import TooComplex, parse
from crawler.extract.robots_directives import directives
from crawler.models.articles import Article
from crawler.models.outcomes import Failure, Outcome
from crawler.text_cleaning import clean_block, words

# never text, and costly to carry along: taken out once everything they declare has been read
UNREAD = ("noscript", "script", "style", "svg", "template")
EXTRACTOR = "hashtrail-1"


def read(page: Page) -> Article | Failure:
    """The article of an HTML page."""
    try:
        root = parse(page.body, page.content_type)
    except TooComplex as error:
        return failure(page, Outcome.TOO_LARGE, str(error))
    head = read_head(root)
    strip_elements(root, *UNREAD, with_tail=False)
    body = read_body(root, line(head.title), absolute(page.url, head.base) or page.url)
    sign = wall(page.body, line(head.title), body.text, page.headers)
    if sign:
        return failure(page, *sign)
    found = read_metadata(head, body.blocks, body.start, page.url, page.seen or datetime.now(UTC))
    places = (
        (fuller(body.text, head), "json-ld"),
        (body.text, body.extractor),
        (found.description, "description"),
    )
    text, source = next((place for place in places if place[0]), ("", ""))
    if not text:
        return failure(
            page,
            Outcome.EMPTY,
            "The page has no text that can be read without running its scripts.",
        )
    return refine(_article(page, head, body, found, (text, source)), head, root)


def fuller(text: str, head: Head) -> str:
    """What the page declares as its text, where its blocks show far less of it because scripts
    would show it; else an empty string.
    """
    if words(text) >= ARTICLE_WORDS:
        return ""
    declared = clean_block(jsonld.text(head.article.get("articleBody")))
    return declared if words(declared) > 2 * words(text) else ""


def _article(page: Page, head: Head, body: Body, found: Metadata, main: tuple[str, str]) -> Article:
    """The article of these parts; `main`: its text and where that was found."""
    text, source = main
    declared = (
        head.language
        or head.first("content-language", "og:locale", "language")
        or str(head.article.get("inLanguage") or "")
    )
    code, code_source = language(declared, text)
    sources = (*found.sources, ("text", source), *([("language", code_source)] if code else []))
    return Article(
        url=page.url,
        title=found.title,
        text=text,
        canonical=found.canonical,
        authors=found.authors,
        site_name=found.site_name,
        published=found.published,
        modified=found.modified,
        language=code,
        description=found.description,
        headings=body.headings,
        keywords=found.keywords,
        links=body.links,
        content_hash=content_hash(text),
        word_count=words(text),
        directives=directives(head.meta, page.headers, page.seen),
        field_sources=sources,
        extractor=EXTRACTOR,
    )
