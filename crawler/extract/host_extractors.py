"""Pages of hosts with a shape of their own: repositories, gists, papers, videos.

One line of HOSTS and one small function each.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from lxml.html import HtmlElement

from crawler.extract.head_metadata import HeadMetadata
from crawler.extract.main_text import render_text
from crawler.extract.page_input import content_hash
from crawler.extract.text_blocks import split_blocks
from crawler.models.articles import Article
from crawler.text_cleaning import clean, clean_block, clean_line, words
from crawler.url_parser import host_of, path_of

HostExtractor = Callable[[Article, HeadMetadata, HtmlElement], Article]
_LICENCE = re.compile(r"^[\w.,+ -]{2,40}\blicen[cs]e$", re.IGNORECASE)
_LICENCE_LINKS = (
    "//a[contains(@href, 'LICENSE') or contains(@href, '-license') or contains(@href, 'COPYING')]"
)
_PREFIX = re.compile(r"^GitHub - |: .*$|\s*·\s*GitHub$", re.DOTALL)


def apply_host_extractor(article: Article, head: HeadMetadata, root: HtmlElement) -> Article:
    """The article with what is known of pages of its host; unchanged for all other hosts."""
    host = host_of(article.url).removeprefix("www.").removeprefix("m.")
    path = "/".join(part for part in path_of(article.url).split("/") if part)
    known = next(
        (
            reader
            for name, shape, reader in HOST_EXTRACTORS
            if host == name and re.fullmatch(shape, path)
        ),
        None,
    )
    return known(article, head, root) if known else article


def extract_repository(article: Article, head: HeadMetadata, root: HtmlElement) -> Article:
    """A repository: description, topics as keywords, README as text, and the licence as its last
    line.
    """
    topics = [
        clean_line(link.text_content(), 60)
        for link in root.xpath("//a[starts-with(@href, '/topics/')]")[:30]
    ]
    licences = [name for link in root.xpath(_LICENCE_LINKS)[:20] if (name := _licence(link))]
    readme = root.xpath("//article[contains(@class, 'markdown-body')] | //*[@id='readme']")
    description = (
        article.description.rsplit(" - ", 1)[0]
        if article.description.endswith(_repository_name(head))
        else article.description
    )
    text = clean(
        "\n\n".join(
            part
            for part in (
                description,
                _all_text(readme[0]) if readme else "",
                f"Licence: {licences[0]}" if licences else "",
            )
            if part
        )
    )
    keywords = tuple(dict.fromkeys(topic for topic in topics if topic))
    return _with_text(
        replace(
            article,
            title=_repository_name(head) or article.title,
            description=description,
            keywords=keywords,
        ),
        text,
        "readme",
    )


def extract_gist(article: Article, head: HeadMetadata, root: HtmlElement) -> Article:
    """A gist: each file as code between fences."""
    files = root.xpath(
        "//*[contains(@class, 'gist-content') or contains(@class, "
        "'blob-wrapper')][.//td[contains(@class, 'blob-code')]]"
    )[:20]
    code = [
        "\n".join(
            line.text_content().rstrip()
            for line in file.xpath(".//td[contains(@class, 'blob-code')]")
        )
        for file in files
    ]
    text = clean(
        "\n\n".join([article.description, *(f"```\n{lines}\n```" for lines in dict.fromkeys(code))])
    )
    return _with_text(article, text, "files") if code else article


def extract_paper(article: Article, head: HeadMetadata, root: HtmlElement) -> Article:
    """The page of a paper: its abstract is its text."""
    abstracts = root.xpath("//blockquote[contains(@class, 'abstract')]")
    abstract = (
        re.sub(r"^Abstract:\s*", "", clean_block(abstracts[0].text_content()))
        if abstracts
        else head.first("citation_abstract", "og:description")
    )
    return (
        _with_text(
            replace(article, description=clean_line(abstract, 1500)),
            clean_block(abstract),
            "abstract",
        )
        if abstract
        else article
    )


def extract_video(article: Article, head: HeadMetadata, root: HtmlElement) -> Article:
    """A video or talk: its description is its text, its channel the author."""
    channels = [
        clean_line(link.get("content"))
        for link in root.xpath("//*[@itemprop='author']//link[@itemprop='name']")
    ]
    text = clean_block(
        str(head.article.get("description") or "") or head.first("og:description", "description")
    )
    if channels and not article.authors:
        article = replace(
            article,
            authors=tuple(filter(None, channels))[:3],
            field_sources=(*article.field_sources, ("authors", "microdata")),
        )
    return _with_text(replace(article, headings=()), text, "description") if text else article


# host without `www.`, the shape of the path without outer slashes, what reads it
HOST_EXTRACTORS: tuple[tuple[str, str, HostExtractor], ...] = (
    ("arxiv.org", r"abs/.+", extract_paper),
    ("gist.github.com", r"[\w-]+/[0-9a-f]+", extract_gist),
    ("github.com", r"[\w.-]+/[\w.-]+", extract_repository),
    ("vimeo.com", r"\d+", extract_video),
    ("youtu.be", r"[\w-]+", extract_video),
    ("youtube.com", r"watch|live/[\w-]+|shorts/[\w-]+", extract_video),
)


def _repository_name(head: HeadMetadata) -> str:
    """`owner/name` out of `GitHub - owner/name: what it is`."""
    return clean_line(_PREFIX.sub("", head.first("og:title", "twitter:title") or head.title))


def _licence(link: HtmlElement) -> str:
    text = clean_line(link.text_content(), 80)
    return text if _LICENCE.match(text) else ""


def _all_text(element: HtmlElement) -> str:
    return render_text(split_blocks(element))


def _with_text(article: Article, text: str, source: str) -> Article:
    sources = (*(pair for pair in article.field_sources if pair[0] != "text"), ("text", source))
    return replace(
        article,
        text=text,
        word_count=words(text),
        content_hash=content_hash(text),
        field_sources=sources,
    )
