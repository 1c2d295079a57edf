"""Extractors for pages of known hosts: repositories, gists, papers and videos.

To add one, add a row to HOST_EXTRACTORS and a function.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from lxml.html import HtmlElement

from crawler.extract.block_rendering import render_text
from crawler.extract.embedded_metadata import HeadMetadata
from crawler.extract.page_input import content_hash
from crawler.extract.text_blocks import split_blocks
from crawler.models.articles import Article
from crawler.text_cleaning import clean, clean_block, clean_line, count_words
from crawler.url_parser import host_of, path_of

HostExtractor = Callable[[Article, HeadMetadata, HtmlElement], Article]
_LICENCE = re.compile(r"^[\w.,+ -]{2,40}\blicen[cs]e$", re.IGNORECASE)
_LICENCE_LINKS = (
    "//a[contains(@href, 'LICENSE') or contains(@href, '-license') or contains(@href, 'COPYING')]"
)
_GIST_FILES = (
    "//*[contains(@class, 'gist-content') or contains(@class, 'blob-wrapper')]"
    "[.//td[contains(@class, 'blob-code')]]"
)
# First segments of GitHub's own pages, which are not the names of owners, sorted.
_NO_OWNERS = (
    "about|apps|blog|collections|customer-stories|enterprise|events|explore|features|login"
    "|marketplace|mobile|newsroom|orgs|partners|pricing|readme|resources|search|security|settings"
    "|site|solutions|sponsors|team|topics|trending|users|why-github"
)
_PREFIX = re.compile(r"^GitHub - |: .*$|\s*·\s*GitHub$", re.DOTALL)


def apply_host_extractor(article: Article, head: HeadMetadata, root: HtmlElement) -> Article:
    """Return `article` with the fields that the extractor of its host finds.

    `head` and `root` are the declarations and the tree of the page. Articles of other hosts are
    returned unchanged.
    """
    host = host_of(article.url).removeprefix("www.").removeprefix("m.")
    path = "/".join(part for part in path_of(article.url).split("/") if part)
    for name, pattern, extractor in HOST_EXTRACTORS:
        if host == name and re.fullmatch(pattern, path):
            return extractor(article, head, root)
    return article


def extract_repository(article: Article, head: HeadMetadata, root: HtmlElement) -> Article:
    """Return `article` with the fields of a repository.

    `head` contains its name and `root` its README, topics and licence. The README is the text,
    after the description, and the licence is the last line.
    """
    name = _repository_name(head)
    description = article.description
    if description.endswith(name):
        description = description.rsplit(" - ", 1)[0]
    licence = next(filter(None, map(_licence, root.xpath(_LICENCE_LINKS)[:20])), "")
    parts = (description, _readme(root), f"Licence: {licence}" if licence else "")
    if not any(parts):
        return article

    repository = replace(
        article,
        title=name or article.title,
        description=description,
        keywords=_repository_topics(root),
    )
    return _with_text(repository, clean("\n\n".join(filter(None, parts))), "readme")


def _readme(root: HtmlElement) -> str:
    readmes = root.xpath("//article[contains(@class, 'markdown-body')] | //*[@id='readme']")
    return _all_text(readmes[0]) if readmes else ""


def _repository_topics(root: HtmlElement) -> tuple[str, ...]:
    links = root.xpath("//a[starts-with(@href, '/topics/')]")[:30]
    topics = (clean_line(link.text_content(), 60) for link in links)
    return tuple(dict.fromkeys(filter(None, topics)))


def extract_gist(article: Article, head: HeadMetadata, root: HtmlElement) -> Article:
    """Return `article` with the files of a gist in the tree `root` as code; `head` is not used."""
    files = map(_gist_code, root.xpath(_GIST_FILES)[:20])
    fenced = [f"```\n{code}\n```" for code in dict.fromkeys(files)]
    if not fenced:
        return article
    return _with_text(article, clean("\n\n".join([article.description, *fenced])), "files")


def _gist_code(file: HtmlElement) -> str:
    lines = file.xpath(".//td[contains(@class, 'blob-code')]")
    return "\n".join(line.text_content().rstrip() for line in lines)


def extract_paper(article: Article, head: HeadMetadata, root: HtmlElement) -> Article:
    """Return `article` with the abstract of a paper as its text, from `root` or from `head`."""
    quotes = root.xpath("//blockquote[contains(@class, 'abstract')]")
    if quotes:
        abstract = re.sub(r"^Abstract:\s*", "", clean_block(quotes[0].text_content()))
    else:
        abstract = head.first("citation_abstract", "og:description")
    if not abstract:
        return article
    paper = replace(article, description=clean_line(abstract, 1500))
    return _with_text(paper, clean_block(abstract), "abstract")


def extract_video(article: Article, head: HeadMetadata, root: HtmlElement) -> Article:
    """Return `article` with the fields of a video or talk.

    The description in `head` is its text, and the channel in `root` is its author.
    """
    declared = head.article.get("description")
    text = clean_block(str(declared or "") or head.first("og:description", "description"))
    if not article.authors:
        article = _with_channel(article, root)
    return _with_text(replace(article, headings=()), text, "description") if text else article


def _with_channel(article: Article, root: HtmlElement) -> Article:
    """Return the article with the channel of the video as its author, if there is one."""
    links = root.xpath("//*[@itemprop='author']//link[@itemprop='name']")
    channels = [clean_line(link.get("content")) for link in links]
    if not channels:
        return article
    sources = (*article.field_sources, ("authors", "microdata"))
    return replace(article, authors=tuple(filter(None, channels))[:3], field_sources=sources)


# Host without `www.`, pattern of the path without outer slashes, extractor.
HOST_EXTRACTORS: tuple[tuple[str, str, HostExtractor], ...] = (
    ("arxiv.org", r"abs/.+", extract_paper),
    ("gist.github.com", r"[\w-]+/[0-9a-f]+", extract_gist),
    ("github.com", rf"(?!(?:{_NO_OWNERS})/)[\w.-]+/[\w.-]+", extract_repository),
    ("vimeo.com", r"\d+", extract_video),
    ("youtu.be", r"[\w-]+", extract_video),
    ("youtube.com", r"watch|live/[\w-]+|shorts/[\w-]+", extract_video),
)


def _repository_name(head: HeadMetadata) -> str:
    """Return `owner/name` for the title `GitHub - owner/name: description`."""
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
        word_count=count_words(text),
        content_hash=content_hash(text),
        field_sources=sources,
    )
