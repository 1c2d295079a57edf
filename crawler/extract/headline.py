"""The visible headline of a page: a heading that matches the title or is above the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawler.dates.days_in_text import remove_dates
from crawler.extract.heading_markup import HEADINGS
from crawler.extract.metadata_phrases import GENERIC_TITLES
from crawler.extract.text_blocks import Block
from crawler.tokenization import WORD
from crawler.url_parser import path_of

_SEPARATOR = re.compile(r"\s+[|·•–—»›:/-]+\s+")
_FIGURES = frozenset(("figcaption", "figure"))
_BLOCKS_ABOVE_TEXT = 15
_BLOCKS_BELOW_HEADLINE = 12
_BLOCKS_BEFORE = 6


@dataclass(frozen=True, slots=True)
class _Headings:
    """The headings of a page that may be its headline, in document order."""

    h1: list[Block]
    h1_before_text: list[Block]
    above_text: list[Block]

    @property
    def h2_and_h3(self) -> list[Block]:
        """The lower headings right above the main text."""
        return [block for block in self.above_text if block.container.tag in ("h2", "h3")]

    @property
    def h1_above_text(self) -> list[Block]:
        """The h1 headings right above the main text."""
        return [block for block in self.above_text if block.container.tag == "h1"]


def find_headline(blocks: Sequence[Block], start: int, declared: Sequence[str], site: str) -> str:
    """Return the text of the headline, or an empty string if no heading is surely the headline.

    `blocks` are all blocks of the page and `start` is the position of the block in which the main
    text begins. `declared` are the declared titles, the most reliable first. `site` is the name of
    the site.
    """
    headings = _find_headings(blocks, start)
    return (
        _headline_above_text(headings, declared, site)
        or _equal_heading(headings.h1, declared, site)
        or _best_matching_heading(headings.h1, declared[0] if declared else "", site, 0.25)
        or _heading_of_untitled_page(
            headings.h1_above_text + headings.h2_and_h3, blocks, declared, site
        )
    )


def _headline_above_text(headings: _Headings, declared: Sequence[str], site: str) -> str:
    """Return the headline if it is above the text.

    Headings in or below the text are tried later, because lists of other pages have headings too.
    """
    title = declared[0] if declared else ""
    long_h2_and_h3 = [block for block in headings.h2_and_h3 if _word_count(block.text) > 1]
    long_above_text = [block for block in headings.above_text if len(block.words) > 2]
    return (
        _equal_heading(headings.h1_before_text, declared, site)
        or _equal_heading(long_h2_and_h3, declared, site)
        or _best_matching_heading(headings.h1_before_text, title, site, 0.25)
        or _best_matching_heading(long_above_text, title, site, 0.5)
    )


def _find_headings(blocks: Sequence[Block], start: int) -> _Headings:
    h1 = [block for block in blocks if block.container.tag == "h1"]
    nearby = blocks[max(0, start - _BLOCKS_ABOVE_TEXT) : start + 2]
    return _Headings(
        h1=h1,
        h1_before_text=[block for block in h1 if block.order <= start + 1],
        above_text=[block for block in nearby if _is_heading(block)],
    )


def _is_heading(block: Block) -> bool:
    """Whether a block is a heading outside of figures, whose captions may be headings."""
    return block.container.tag in HEADINGS and _FIGURES.isdisjoint(block.container.tags)


def _word_count(text: str) -> int:
    return len(WORD.findall(text))


def _equal_heading(headings: Sequence[Block], declared: Sequence[str], site: str) -> str:
    """Return a heading that equals the first part of a declared title.

    A heading of a single word may be the name of a section. It does not count if another heading
    matches the whole title.
    """
    for title in dict.fromkeys(declared):
        first_part = _SEPARATOR.split(title)[0].casefold()
        equal = next(_equal_texts(headings, first_part, site), "")
        if not equal:
            continue
        if _word_count(first_part) > 1 or not _best_matching_heading(headings, title, site, 0.5):
            return equal
    return ""


def _equal_texts(headings: Sequence[Block], first_part: str, site: str) -> Iterator[str]:
    if first_part == site.casefold():
        return
    for block in headings:
        if block.text.casefold() == first_part and not _links_to_front_page(block):
            yield block.text


def _best_matching_heading(headings: Sequence[Block], title: str, site: str, least: float) -> str:
    """Return the first heading that shares the most words with a title.

    It must share more than half of the words, or more than `least` if it is the only heading.
    """
    candidates = [block for block in headings if _is_headline_candidate(block, site)]
    best = max(candidates, key=lambda block: title_match(block.text, title), default=None)
    if best is None:
        return ""
    threshold = least if len(candidates) == 1 else 0.5
    return best.text if title_match(best.text, title) > threshold else ""


def _heading_of_untitled_page(
    headings: Sequence[Block], blocks: Sequence[Block], declared: Sequence[str], site: str
) -> str:
    """Return the first heading right above the text if the page declares no own title.

    The declared title may name only a kind of page or the site. Or the page declares only its
    `title` element and no heading matches it. Then the title is that of a book or a section, and
    the title of the page is its h1.
    """
    above = next((block for block in headings if _is_headline_candidate(block, site)), None)
    if above is None:
        return ""
    title = declared[0] if declared else ""
    if not title or _is_generic_title(title, site):
        return above.text
    is_only_title = len(set(declared)) == 1
    if is_only_title and above.container.tag == "h1":
        return above.text
    return above.text if _names_site_only(title, blocks, site) else ""


def _names_site_only(title: str, blocks: Sequence[Block], site: str) -> bool:
    """Whether a title is part of the name of the site, as written in links to its front page."""
    if _covers_title(site, title):
        return True
    links = (b.text for b in blocks if b.link_share > 0.8 and _links_to_front_page(b))
    return any(_covers_title(name, title) for name in links)


def blocks_near_headline(blocks: Sequence[Block], start: int, title: str) -> list[Block]:
    """Return the blocks where a byline may be.

    These are the blocks below the headline, the nearest first, then those right above it, then
    those right above the main text, which begins at position `start` of `blocks`. The headline is
    the longest heading that is a part of `title`, else the first `h1`, else the first block.
    """
    at = _headline_position(blocks, start, title.casefold())
    orders = (
        *range(at, at + _BLOCKS_BELOW_HEADLINE),
        *range(at - _BLOCKS_BEFORE, at),
        *range(start - _BLOCKS_BEFORE, start),
    )
    return [blocks[order] for order in dict.fromkeys(orders) if 0 <= order < len(blocks)]


def _headline_position(blocks: Sequence[Block], start: int, folded_title: str) -> int:
    """Return the position of the headline; headings above the text are preferred to others."""
    headings = [block for block in blocks if block.container.tag in HEADINGS]
    above_text = [block for block in headings if block.order <= start + 1]
    for candidates in (above_text, headings):
        in_title = [block for block in candidates if _is_part_of(block.text, folded_title)]
        if in_title:
            return max(in_title, key=lambda block: len(block.text)).order
        h1 = next((block for block in candidates if block.container.tag == "h1"), None)
        if h1:
            return h1.order
    return 0


def _is_part_of(text: str, folded_title: str) -> bool:
    return len(text) > 8 and text.casefold().rstrip(" #¶") in folded_title


def _is_generic_title(title: str, site: str) -> bool:
    """Whether a declared title only names a kind of page: `Home`, `About us - Site`."""
    folded = (part.casefold() for part in _SEPARATOR.split(title))
    parts = [part for part in folded if part != site.casefold()]
    return bool(parts) and all(part in GENERIC_TITLES for part in parts)


def title_match(first: str, second: str) -> float:
    """Return the share of the words of the shorter of two lines that the other line has too.

    `first` and `second` are titles or headings. The share is 0 for a single common word, unless
    one line has no other words.
    """
    first_words = _folded_words(first)
    second_words = _folded_words(second)
    shared = len(first_words & second_words)
    shorter = min(len(first_words), len(second_words))
    return shared / shorter if shared > 1 or shared == shorter == 1 else 0.0


def _folded_words(text: str) -> set[str]:
    return {word.casefold() for word in WORD.findall(text)}


def _covers_title(site: str, title: str) -> bool:
    """Whether at least half of the words of a title are words of the site's name."""
    title_words = _folded_words(title)
    return len(_folded_words(site) & title_words) * 2 >= len(title_words)


def _is_headline_candidate(block: Block, site: str) -> bool:
    """Whether a heading has the length of a headline and is neither the site's name nor a date."""
    if not 8 <= len(block.text) <= 250 or len(block.words) < 2:
        return False
    if block.text.casefold() == site.casefold():
        return False
    return _word_count(remove_dates(block.text)) > 1 and not _links_to_front_page(block)


def _links_to_front_page(block: Block) -> bool:
    """Whether a block links to the front page, as the name of the site does."""
    named_links = (link for link in block.links[:3] if link.text_content().strip())
    hrefs = (link.get("href", "")[:500] for link in named_links)
    return any(path_of(href) == "/" for href in hrefs if href and not href.startswith("#"))
