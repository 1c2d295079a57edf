"""Extraction of an article from an HTML page."""

from __future__ import annotations

from datetime import UTC, datetime

from lxml.etree import strip_elements

from crawler.extract import jsonld
from crawler.extract.aria_tables import name_aria_tables
from crawler.extract.article_metadata import Metadata, extract_metadata
from crawler.extract.declared_values import clean_declared_value
from crawler.extract.embedded_metadata import HeadMetadata, parse_head
from crawler.extract.embedded_text import embedded_main_text
from crawler.extract.heading_ids import remove_heading_ids
from crawler.extract.hidden_content import reveal_content
from crawler.extract.host_extractors import apply_host_extractor
from crawler.extract.language_detection import detect_language
from crawler.extract.main_text import MainText, absolute_url, extract_main_text
from crawler.extract.math_text import show_formula_scripts
from crawler.extract.non_article_pages import ARTICLE_WORDS, detect_non_article
from crawler.extract.page_input import PageInput, content_hash, extraction_failure
from crawler.extract.parse_html import TEXTLESS_TAGS, PageTooComplexError, parse_html
from crawler.extract.robots_directives import parse_directives
from crawler.extract.screen_reader_text import show_texts_with_labels
from crawler.models.articles import Article
from crawler.models.outcomes import Failure, Outcome
from crawler.paused_collector import paused_collector
from crawler.redirect_pages import page_redirect_target
from crawler.text_cleaning import clean_block, count_words

EXTRACTOR = "hashtrail-1"


def extract_html(page: PageInput) -> Article | Failure:
    """Return the article of an HTML `page`, or a Failure with the reason."""
    # All objects of a page live until its end and form no cycles. A collection before that finds
    # nothing, and takes a twentieth of the time.
    with paused_collector():
        return _extract(page)


def _extract(page: PageInput) -> Article | Failure:
    try:
        root = parse_html(page.body, page.content_type)
    except PageTooComplexError as error:
        return extraction_failure(page, Outcome.TOO_LARGE, str(error))

    head = parse_head(root)
    show_formula_scripts(root)
    show_texts_with_labels(root)
    reveal_content(root)
    name_aria_tables(root)
    remove_heading_ids(root)
    strip_elements(root, *TEXTLESS_TAGS, with_tail=False)
    title = clean_declared_value(head.title)
    base = absolute_url(page.url, head.base) or page.url
    main = extract_main_text(root, title, base)
    # Only a page with little text is searched for a redirect, because the search takes long.
    has_text = count_words(main.text) >= ARTICLE_WORDS
    target = None if has_text else page_redirect_target(page.body, page.url)
    if target is not None:
        message = f"The page redirects to {target or 'a page that it does not name'}."
        return extraction_failure(page, Outcome.REDIRECTED, message)
    non_article = detect_non_article(page.body, title, main, page.headers)
    # Walls hide the text on purpose. A page without visible text needs its scripts to show any.
    if not has_text and (non_article is None or non_article[0] is Outcome.EMPTY):
        embedded = embedded_main_text(page, title, main, base)
        main, non_article = (embedded, None) if embedded else (main, non_article)
    if non_article:
        return extraction_failure(page, *non_article)

    article = _make_article(page, head, main)
    if not article.text:
        message = "The page has no text. It may need JavaScript to show any."
        return extraction_failure(page, Outcome.EMPTY, message)
    return apply_host_extractor(article, head, root)


def _article_text(head: HeadMetadata, main: MainText, metadata: Metadata) -> tuple[str, str]:
    """Return the text of the article and its source."""
    declared = declared_article_body(main.text, head)
    if declared:
        return declared, "json-ld"
    if main.text:
        return main.text, main.extractor
    return metadata.description, "description"


def declared_article_body(text: str, head: HeadMetadata) -> str:
    """Return the text that the page declares, or "" if its visible `text` is about as long.

    `head` contains the declaration. Pages whose scripts show the text declare it in JSON-LD.
    """
    if count_words(text) >= ARTICLE_WORDS:
        return ""
    declared = clean_block(jsonld.property_text(head.article.get("articleBody")))
    return declared if count_words(declared) > 2 * count_words(text) else ""


def _make_article(page: PageInput, head: HeadMetadata, main: MainText) -> Article:
    fetched_at = page.fetched_at or datetime.now(UTC)
    metadata = extract_metadata(head, main.blocks, main.start, page.url, fetched_at)
    text, source = _article_text(head, main, metadata)
    language, language_source = detect_language(_declared_language(head), text)
    sources = (*metadata.sources, ("text", source))
    if language:
        sources += (("language", language_source),)
    return Article(
        url=page.url,
        title=metadata.title,
        text=text,
        canonical=metadata.canonical,
        authors=metadata.authors,
        site_name=metadata.site_name,
        published=metadata.published,
        modified=metadata.modified,
        language=language,
        description=metadata.description,
        headings=main.headings,
        keywords=metadata.keywords,
        links=main.links,
        content_hash=content_hash(text),
        word_count=count_words(text),
        directives=parse_directives(head.meta, page.headers, page.fetched_at),
        field_sources=sources,
        extractor=EXTRACTOR,
    )


def _declared_language(head: HeadMetadata) -> str:
    in_meta = head.first("content-language", "og:locale", "language")
    return head.language or in_meta or str(head.article.get("inLanguage") or "")
