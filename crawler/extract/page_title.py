"""The title of a page: its visible headline, else its declared title without the site's name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from crawler.extract import jsonld
from crawler.extract.declared_values import (
    MAX_DECLARED,
    SourcedText,
    clean_declared_value,
    first_non_empty,
    meta_values,
)
from crawler.extract.embedded_metadata import HeadMetadata
from crawler.extract.headline import find_headline
from crawler.extract.metadata_phrases import GENERIC_TITLES, SITE_KIND_WORDS
from crawler.extract.text_blocks import Block
from crawler.text_cleaning import clean_line
from crawler.tokenization import WORD

TITLE_METAS = (
    "og:title",
    "twitter:title",
    "citation_title",
    "dc.title",
    "dcterms.title",
    "parsely-title",
    "sailthru.title",
    "item:headline",
    "title",
)
# Old WordPress themes wrote titles as "Site » Blog Archive » Title".
_BLOG_ARCHIVE = re.compile(
    r"^.{1,200}?\s»\s+blog archi(?:v|ve|ves|vio)\s+»\s+(?=\S)", re.IGNORECASE
)
# Medium: "Title | by Name | Publication | Jan, 2024 | Medium". Substack: "Title - by Name".
_NAME = r"[^\W\d_a-z][\w.'’-]{0,30}"
_BYLINE_SUFFIX = re.compile(
    rf"\s+(?:\|\s+by\s+{_NAME}[^|]{{0,60}}(?:\s\|\s[^|]{{1,80}}){{0,3}}"
    rf"|[-–—]\s+by\s+{_NAME}(?:\s+(?:and\s+|&\s+)?{_NAME}){{1,6}}(?:\s[-–—]\s.{{1,60}})?)\s*$"
)
# Sphinx: "Title — Project 2.1 documentation".
_DOCUMENTATION = re.compile(r"\s+[—–-]\s+[^—–]{1,60}\s(?:documentation|docs)$", re.IGNORECASE)
# A last part in brackets, or after a sign that East Asian sites write without spaces.
_LAST_PART = re.compile(r"^(.{2,}?)\s*(?:\[([^\[\]]+)\]|\(([^()]+)\)|[|｜丨_]\s*([^|｜丨_]+))$")
_NO_LETTER = re.compile(r"[\W_]+")
_SUFFIX = re.compile(r"\s+(?:[|•·◦–—»›>«<:~]+|-{1,3}|/)\s+")
# Signs next to the name of a site that pages also write without a space before them.
_CLOSE_SIGNS = r"[:|｜丨_~–—-]"
# The number of unread messages.
_COUNTER = re.compile(r"^\(\d{1,3}\+?\)\s+(?=\S)")
_SECTION_SUFFIX = re.compile(r"\s+(?:[|»›>]|[-–—]|::)\s+")
_ANCHOR = re.compile(r"(?:\s*[¶§🔗]|\s+#)+$")
_ANGLE_BRACKETS = re.compile(r"\s*<[^<>]*>\s*")
_NAVIGATION = frozenset(("breadcrumb", "menu", "nav", "navigation", "sidebar"))
_NAVIGATION_TAGS = frozenset(("aside", "footer", "header", "nav"))
_MAX_NAVIGATION_BLOCKS = 300


@dataclass(frozen=True, slots=True)
class Site:
    """The name of a page's site and its host without `www.`."""

    name: str
    host: str

    def is_named(self, text: str) -> bool:
        """Whether a text is the name of the site."""
        return text.casefold() == self.name.casefold()


def find_title(head: HeadMetadata, blocks: Sequence[Block], start: int, site: Site) -> SourcedText:
    """Return the visible headline if there is a sure one, else the declared title.

    `head` contains the declared titles. `blocks` are the blocks of the page, and the main text
    begins at position `start`. The declared title is returned without the name of the `site`, of
    its sections and of the author.
    """
    declared = _declared_titles(head)
    best, source = _best_declared_title(declared, site)
    cleaned = map(clean_declared_value, dict(declared[:MAX_DECLARED]))
    titles = [best, *(title for title in cleaned if title and not site.is_named(title))]
    headline = find_headline(blocks, start, titles, site.name)
    visible = _shown_title(_without_decoration(headline, blocks, titles), titles)
    if visible and (not best or best.casefold() not in visible.casefold()):
        return visible, "heading"
    return _strip_sections(_strip_site_name(best, site), blocks), source


def _without_decoration(headline: str, blocks: Sequence[Block], declared: Iterable[str]) -> str:
    """Return the part of a declared title that a headline is, without texts of inner elements.

    Such a text is a badge, a date or a subtitle: `<h1>Title <small>New</small></h1>`.
    """
    heading = next((b for b in blocks if b.text == headline and len(b.container.element)), None)
    if heading is None or not headline:
        return headline
    letters = _letters(headline)
    children = heading.container.element.iterchildren()
    inner = [text for child in children if (text := _letters(child.text_content()))]
    for title in declared:
        for part in (title, *_SUFFIX.split(title)):
            own = _letters(part)
            before, matching, after = letters.partition(own) if own else ("", "", "")
            texts = [text for text in inner if text in before or text in after]
            if matching and texts and "".join(texts) == before + after:
                return part
    return headline


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", text.casefold())


def _shown_title(headline: str, declared: Iterable[str]) -> str:
    """Return a headline without the sign of its anchor.

    If an unescaped `<int>` is missing from it, the declared title that has it is returned.
    """
    shown = _ANCHOR.sub("", clean_line(headline))
    letters = _NO_LETTER.sub("", shown)
    complete = (
        title
        for title in declared
        if "<" in title and _NO_LETTER.sub("", _ANGLE_BRACKETS.sub("", title)) == letters
    )
    return next(complete, shown) if letters else ""


def _best_declared_title(declared: list[SourcedText], site: Site) -> SourcedText:
    """Return the first declared title that is not the name of the site, if there is one."""
    own = [
        (value, source)
        for value, source in declared
        if not site.is_named(clean_declared_value(value))
    ]
    return first_non_empty(own, declared)


def _declared_titles(head: HeadMetadata) -> list[SourcedText]:
    is_plain_page = "WebPage" in jsonld.node_types(head.article)
    name = "" if is_plain_page else jsonld.property_text(head.article.get("name"))
    declared = [
        *meta_values(head, *TITLE_METAS),
        (jsonld.property_text(head.article.get("headline")), "json-ld"),
        (name, "json-ld"),
        (head.title, "title"),
    ]
    return [(_own_part(value), source) for value, source in declared]


def _own_part(title: str) -> str:
    """Return a declared title without the parts that blog software adds."""
    own = _BYLINE_SUFFIX.sub("", _BLOG_ARCHIVE.sub("", _COUNTER.sub("", title[:1000])))
    return _DOCUMENTATION.sub("", own)


def _strip_site_name(title: str, site: Site) -> str:
    """Return a title without the name of its site, or of a kind of page, at its ends."""
    parts = _SUFFIX.split(title)
    own = [
        part
        for part in parts
        if part.casefold() not in GENERIC_TITLES and not _names_site(part, site)
    ]
    if not any(_names_site(part, site) for part in parts):
        close = _strip_close_name(title, site.name)
        if close != title:
            return close
        last = _LAST_PART.match(title)
        is_site = last and _names_site(next(filter(None, last.groups()[1:])).strip(), site)
        return last[1] if last and is_site else title
    if not own:
        return title
    return title[title.index(own[0]) : title.rindex(own[-1]) + len(own[-1])]


def _strip_close_name(title: str, name: str) -> str:
    """Return a title without the whole name of its site at an end, next to a sign: `Site: Title`.

    A name of one word may be the subject of the title.
    """
    if " " not in name.strip() and name.isascii():
        return title
    site = re.escape(name.strip())
    pattern = rf"^{site}\s*{_CLOSE_SIGNS}+\s*(?=\S)|(?<=\S)\s*{_CLOSE_SIGNS}+\s*{site}$"
    return re.sub(pattern, "", title, flags=re.IGNORECASE)


def _names_site(part: str, site: Site) -> bool:
    """Whether a part of a title is the name of the site or its host.

    `Twin Cities`, `Twin Cities Engineering Blog` and `twincities.com` name www.twincities.com.
    """
    if site.is_named(part):
        return True
    letters = _NO_LETTER.sub("", part.casefold())
    host_names = (_NO_LETTER.sub("", site.host), *site.host.split(".")[:-1])
    if len(letters) > 2 and letters in host_names:
        return True
    words = [word.casefold() for word in WORD.findall(part)]
    own_words = [word for word in words if word not in SITE_KIND_WORDS]
    return 0 < len(own_words) < len(words) and "".join(own_words) in host_names


def _strip_sections(title: str, blocks: Sequence[Block]) -> str:
    """Return a title without the sections at its ends, as the page's navigation names them."""
    parts = _SECTION_SUFFIX.split(title)
    if len(parts) == 1:
        return title
    sections = _navigation_texts(blocks)
    end, start = len(parts), 0
    while end > 1 and parts[end - 1].casefold() in sections:
        end -= 1
    while start < end - 1 and _is_breadcrumb(parts[start], title, sections):
        start += 1
    own = parts[start:end]
    return title[title.index(own[0]) : title.rindex(own[-1]) + len(own[-1])]


def _is_breadcrumb(part: str, title: str, sections: frozenset[str]) -> bool:
    """Whether the first part of a title is a section before its page: `Docs » Title`."""
    is_path = any(f"{part} {arrow} " in title for arrow in "»›>")
    return is_path and part.casefold() in sections


def _navigation_texts(blocks: Sequence[Block]) -> frozenset[str]:
    """Return the texts of the links in the page's navigation, in lower case."""
    navigation = (block for block in blocks if block.link_share > 0.5 and _is_navigation(block))
    links = (link for block in islice(navigation, _MAX_NAVIGATION_BLOCKS) for link in block.links)
    return frozenset(clean_line(link.text_content(), 100).casefold() for link in links)


def _is_navigation(block: Block) -> bool:
    container = block.container
    return bool(_NAVIGATION & container.names or _NAVIGATION_TAGS & container.tags)
