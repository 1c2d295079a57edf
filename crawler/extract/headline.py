"""The headline that a reader of the page sees: a heading that agrees with the declared title or stands right above the main text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from crawler.extract.blocks import HEADINGS, Block
from crawler.extract.dates import without_dates
from crawler.extract.words import NAMELESS

_WORD = re.compile(r"\w+")
_SEPARATOR = re.compile(r"\s+[|·•–—»›:/-]+\s+")
_ABOVE = 15
_BELOW = 12
_BESIDE = 6


def headline(blocks: Sequence[Block], start: int, declared: str, site: str) -> str:
    """The text of that heading, or an empty string when none is sure. `start`: the block in which the main text begins."""
    exact = _first_part(blocks, start, declared, site)
    if exact:
        return exact
    ones = [block for block in blocks if block.container.tag == "h1" and _could_be(block, site)]
    best = max(ones, key=lambda block: agreement(block.text, declared), default=None)
    if best is not None and agreement(best.text, declared) > (0.25 if len(ones) == 1 else 0.5):
        return best.text
    others = [block for block in blocks if block.container.tag in ("h2", "h3") and _could_be(block, site)]
    above = [block for block in (*ones, *others) if start - _ABOVE <= block.order <= start + 1]
    agreeing = [block for block in above if agreement(block.text, declared) > 0.5 and len(block.words) > 2]
    if agreeing:
        return agreeing[0].text
    if _is_nameless(declared, site):
        return above[0].text if above else ""
    homes = [site, *(block.text for block in blocks if block.link_share > 0.8 and _leads_home(block))]
    covered = not declared or any(_covers(home, declared) for home in homes)
    return above[0].text if above and covered else ""


def around(blocks: Sequence[Block], start: int, title: str) -> list[Block]:
    """The blocks around the heading that shows the title, the nearest below it first, and those right above the main text.

    That heading is the longest that is a part of the title, else the first `h1`. A page without one has its byline above the main text or on top.
    """
    wanted = title.casefold()
    heads = [block for block in blocks if block.container.tag in HEADINGS and len(block.text) > 8 and block.text.casefold().rstrip(" #¶") in wanted]
    ones = [block.order for block in blocks if block.container.tag == "h1"]
    at = max(heads, key=lambda block: len(block.text)).order if heads else ones[0] if ones else 0
    orders = (*range(at, at + _BELOW), *range(at - _BESIDE, at), *range(start - _BESIDE, start))
    return [blocks[order] for order in dict.fromkeys(orders) if 0 <= order < len(blocks)]


def _first_part(blocks: Sequence[Block], start: int, declared: str, site: str) -> str:
    """A heading that is just the first part of the declared title: an h1, or a longer lesser one right above the text.

    An h1 of one word may be the name of a section; another h1 that agrees with the title is then the surer one.
    """
    first = _SEPARATOR.split(declared)[0].casefold()
    same = [block for block in blocks if block.text.casefold() == first != site.casefold() and not _leads_home(block)]
    ones = [block.text for block in same if block.container.tag == "h1"]
    if len(_WORD.findall(first)) > 1:
        ones += [block.text for block in same if block.container.tag in ("h2", "h3") and start - _ABOVE <= block.order <= start + 1]
    elif any(block.container.tag == "h1" and _could_be(block, site) and agreement(block.text, declared) > 0.5 for block in blocks):
        return ""
    return next(iter(ones), "")


def _is_nameless(declared: str, site: str) -> bool:
    """Whether a declared title only names a kind of page ("Home", "About us - Site")."""
    parts = [part.casefold() for part in _SEPARATOR.split(declared) if part.casefold() != site.casefold()]
    return bool(parts) and all(part in NAMELESS for part in parts)


def agreement(one: str, other: str) -> float:
    """The words that two lines share as a part of the shorter line's words; one word in common says nothing of longer lines."""
    first, second = ({word.casefold() for word in _WORD.findall(text)} for text in (one, other))
    shared, shorter = len(first & second), min(len(first), len(second))
    return shared / shorter if shared > 1 or shared == shorter == 1 else 0.0


def _covers(site: str, declared: str) -> bool:
    """Whether half of the words of a declared title are the name of the site."""
    names, words = ({word.casefold() for word in _WORD.findall(text)} for text in (site, declared))
    return len(names & words) * 2 >= len(words)


def _could_be(block: Block, site: str) -> bool:
    if not 8 <= len(block.text) <= 250 or len(block.words) < 2 or block.text.casefold() == site.casefold():
        return False
    return len(_WORD.findall(without_dates(block.text))) > 1 and not _leads_home(block)


def _leads_home(block: Block) -> bool:
    """Whether its link is to the front page, as the name of the site is."""
    addresses = (link.get("href", "")[:500].split("[")[0] for link in block.links[:3])
    return any(urlsplit(address).path in ("/", "") for address in addresses if address and not address.startswith("#"))
