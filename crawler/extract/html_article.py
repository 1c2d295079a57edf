"""An HTML page read as an article: one tree, its main text, its metadata; or the reason why it is
none.
"""

from __future__ import annotations

from datetime import UTC, datetime

from lxml.etree import strip_elements

from crawler.extract import jsonld
from crawler.extract.article_metadata import Metadata, clean_declared_value, extract_metadata
from crawler.extract.head_metadata import HeadMetadata, parse_head
from crawler.extract.host_extractors import apply_host_extractor
from crawler.extract.language_detection import detect_language
from crawler.extract.main_text import MainText, absolute_url, extract_main_text
from crawler.extract.non_article_pages import ARTICLE_WORDS, detect_non_article
from crawler.extract.page_input import PageInput, content_hash, extraction_failure
from crawler.extract.parse_html import PageTooComplexError, parse_html
from crawler.extract.robots_directives import parse_directives
from crawler.models.articles import Article
from crawler.models.outcomes import Failure, Outcome
from crawler.text_cleaning import clean_block, words

# never text, and costly to carry along: taken out once everything they declare has been read
DROPPED_TAGS = ("noscript", "script", "style", "svg", "template")
EXTRACTOR = "hashtrail-1"


def extract_html(page: PageInput) -> Article | Failure:
    """The article of an HTML page."""
    try:
        root = parse_html(page.body, page.content_type)
    except PageTooComplexError as error:
        return extraction_failure(page, Outcome.TOO_LARGE, str(error))
    head = parse_head(root)
    strip_elements(root, *DROPPED_TAGS, with_tail=False)
    body = extract_main_text(
        root, clean_declared_value(head.title), absolute_url(page.url, head.base) or page.url
    )
    sign = detect_non_article(page.body, clean_declared_value(head.title), body.text, page.headers)
    if sign:
        return extraction_failure(page, *sign)
    found = extract_metadata(
        head, body.blocks, body.start, page.url, page.seen or datetime.now(UTC)
    )
    places = (
        (declared_article_body(body.text, head), "json-ld"),
        (body.text, body.extractor),
        (found.description, "description"),
    )
    text, source = next((place for place in places if place[0]), ("", ""))
    if not text:
        return extraction_failure(
            page,
            Outcome.EMPTY,
            "The page has no text that can be read without running its scripts.",
        )
    return apply_host_extractor(_article(page, head, body, found, (text, source)), head, root)


def declared_article_body(text: str, head: HeadMetadata) -> str:
    """What the page declares as its text, where its blocks show far less of it because scripts
    would show it; else an empty string.
    """
    if words(text) >= ARTICLE_WORDS:
        return ""
    declared = clean_block(jsonld.property_text(head.article.get("articleBody")))
    return declared if words(declared) > 2 * words(text) else ""


def _article(
    page: PageInput, head: HeadMetadata, body: MainText, found: Metadata, main: tuple[str, str]
) -> Article:
    """The article of these parts; `main`: its text and where that was found."""
    text, source = main
    declared = (
        head.language
        or head.first("content-language", "og:locale", "language")
        or str(head.article.get("inLanguage") or "")
    )
    code, code_source = detect_language(declared, text)
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
        directives=parse_directives(head.meta, page.headers, page.seen),
        field_sources=sources,
        extractor=EXTRACTOR,
    )
