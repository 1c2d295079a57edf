"""The headline that a reader of the page sees: a heading that agrees with the declared title or
stands right above the main text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.extract.date_parsing import remove_dates
from crawler.extract.page_phrases import GENERIC_TITLES
from crawler.extract.text_blocks import HEADINGS, Block
from crawler.url_parser import path_of

_WORD = re.compile(r"\w+")
_SEPARATOR = re.compile(r"\s+[|·•–—»›:/-]+\s+")
_ABOVE = 15
_BELOW = 12
_BESIDE = 6


def find_headline(blocks: Sequence[Block], start: int, declared: Sequence[str], site: str) -> str:
    """The text of that heading, or an empty string when none is sure.

    `start`: the block in which the main text begins; `declared`: what the page says its title is,
    the surest first. A heading far below the text is
    asked last, because lists of other pages have headings too.
    """
    best = declared[0] if declared else ""
    ones = [block for block in blocks if block.container.tag == "h1"]
    first = [block for block in ones if block.order <= start + 1]
    above = [
        block
        for block in blocks
        if block.container.tag in HEADINGS and start - _ABOVE <= block.order <= start + 1
    ]
    lesser = [block for block in above if block.container.tag in ("h2", "h3")]
    return (
        _equal_heading(first, declared, site)
        or _equal_heading(
            [block for block in lesser if len(_WORD.findall(block.text)) > 1], declared, site
        )
        or _best_matching_heading(first, best, site, 0.25)
        or _best_matching_heading(
            [block for block in above if len(block.words) > 2], best, site, 0.5
        )
        or _equal_heading(ones, declared, site)
        or _best_matching_heading(ones, best, site, 0.25)
        or _heading_of_untitled_page(
            [block for block in above if block.container.tag == "h1"] + lesser,
            blocks,
            declared,
            site,
        )
    )


def _equal_heading(headings: Sequence[Block], declared: Sequence[str], site: str) -> str:
    """A heading that is just the first part of a declared title.

    One of a single word may be the name of a section; a heading that agrees with the whole title is
    then the surer one.
    """
    for title in dict.fromkeys(declared):
        first = _SEPARATOR.split(title)[0].casefold()
        same = [
            block.text
            for block in headings
            if block.text.casefold() == first != site.casefold() and not _links_to_front_page(block)
        ]
        if same and (
            len(_WORD.findall(first)) > 1 or not _best_matching_heading(headings, title, site, 0.5)
        ):
            return same[0]
    return ""


def _best_matching_heading(
    headings: Sequence[Block], declared: str, site: str, least: float
) -> str:
    """The heading that shares the most words with a title, the first of equals: more than half, or
    more than `least` when it is the only heading.
    """
    could = [block for block in headings if _is_headline_candidate(block, site)]
    best = max(could, key=lambda block: title_match(block.text, declared), default=None)
    return (
        best.text
        if best is not None
        and title_match(best.text, declared) > (least if len(could) == 1 else 0.5)
        else ""
    )


def _heading_of_untitled_page(
    headings: Sequence[Block], blocks: Sequence[Block], declared: Sequence[str], site: str
) -> str:
    """The first heading right above the text, whatever it says, when the declared title names no
    more than a kind of page or the site.

    A page that declares nothing but its `title` element, with which no heading agrees, is one of a
    book or section of that title: its h1 is its own.
    """
    above = next((block for block in headings if _is_headline_candidate(block, site)), None)
    if above is None:
        return ""
    title = declared[0] if declared else ""
    if (
        not title
        or _is_generic_title(title, site)
        or (len(set(declared)) == 1 and above.container.tag == "h1")
    ):
        return above.text
    homes = [
        site,
        *(block.text for block in blocks if block.link_share > 0.8 and _links_to_front_page(block)),
    ]
    return above.text if any(_covers_title(home, title) for home in homes) else ""


def blocks_near_headline(blocks: Sequence[Block], start: int, title: str) -> list[Block]:
    """The blocks around the heading that shows the title, the nearest below it first, and those
    right above the main text.

    That heading is the longest that is a part of the title, else the first `h1`. A page without one
    has its byline above the main text or on top.
    """
    wanted = title.casefold()
    heads = [
        block
        for block in blocks
        if block.container.tag in HEADINGS
        and len(block.text) > 8
        and block.text.casefold().rstrip(" #¶") in wanted
    ]
    ones = [block.order for block in blocks if block.container.tag == "h1"]
    at = max(heads, key=lambda block: len(block.text)).order if heads else ones[0] if ones else 0
    orders = (*range(at, at + _BELOW), *range(at - _BESIDE, at), *range(start - _BESIDE, start))
    return [blocks[order] for order in dict.fromkeys(orders) if 0 <= order < len(blocks)]


def _is_generic_title(declared: str, site: str) -> bool:
    """Whether a declared title only names a kind of page ("Home", "About us - Site")."""
    parts = [
        part.casefold() for part in _SEPARATOR.split(declared) if part.casefold() != site.casefold()
    ]
    return bool(parts) and all(part in GENERIC_TITLES for part in parts)


def title_match(one: str, other: str) -> float:
    """The words that two lines share as a part of the shorter line's words; one word in common says
    nothing of longer lines.
    """
    first, second = ({word.casefold() for word in _WORD.findall(text)} for text in (one, other))
    shared, shorter = len(first & second), min(len(first), len(second))
    return shared / shorter if shared > 1 or shared == shorter == 1 else 0.0


def _covers_title(site: str, declared: str) -> bool:
    """Whether half of the words of a declared title are the name of the site."""
    names, words = ({word.casefold() for word in _WORD.findall(text)} for text in (site, declared))
    return len(names & words) * 2 >= len(words)


def _is_headline_candidate(block: Block, site: str) -> bool:
    if (
        not 8 <= len(block.text) <= 250
        or len(block.words) < 2
        or block.text.casefold() == site.casefold()
    ):
        return False
    return len(_WORD.findall(remove_dates(block.text))) > 1 and not _links_to_front_page(block)


def _links_to_front_page(block: Block) -> bool:
    """Whether its link is to the front page, as the name of the site is."""
    hrefs = (link.get("href", "")[:500] for link in block.links[:3] if link.text_content().strip())
    return any(path_of(href) == "/" for href in hrefs if href and not href.startswith("#"))
