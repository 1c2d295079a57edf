"""Names of authors: out of declared values, and out of the plain line under a title. A doubtful name is no name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain

from crawler.extract.blocks import HEADINGS, Block
from crawler.extract.dates import without_dates
from crawler.extract.words import NAME_PARTICLES, NOT_AUTHORS
from crawler.text import clean_line

MAX_AUTHORS = 20
_BY = re.compile(
    r"^\W*(?:(?:written|posted|published|story|reported|words|text|article)\s+)?"
    r"(?:by|von|par|por|di|door|author|autor(?:in)?|text|words|redaktion|publi[ée] par)\b\s*:?\s+",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s*(?:[,;|•·\n]|\s(?:and|und|et|y|with|mit)\s|\s&\s|\s[-–—]\s)\s*")
_HANDLE = re.compile(r"\(\s*@[^)]{0,80}\)")
_PARENTHESES = re.compile(r"\([^)]{0,80}\)|\[[^\]]{0,80}\]")
_MARKUP = re.compile(r"<[^>]{0,200}>")
_NOT_A_NAME = re.compile(r"https?:|www\.|@|\d{2}|[{}<>=%$]|\.(?:com|org|net|de)\b")
_BYLINE_NAMES = frozenset(("author", "byline"))
_OTHERS = frozenset(("comment", "footer", "latest", "popular", "related", "sidebar", "widget"))
_BY_NAMES = re.compile(r"(?:^|[\s|·~–—-])(?:by|von|par|por|di|door|authors?|autor(?:in)?|interview)\b\s*:?\s+(\S.*)", re.IGNORECASE | re.DOTALL)
_CLOCK = r"\d\d?[:.]\d\d(?:\s*[ap]\.?m\.?)?(?:\s+[A-Z]{2,4}\b)?"
_STEPS = (
    r"\d+\s*(?:min(?:ute)?s?|comments?|views?|shares?)(?:\s+read)?|"
    r"last (?:updated|modified)|updated|published|posted|aktualisiert|gespeichert|on|am|at|um|uhr"
)
_STEP_WORDS = re.compile(rf"\b(?:{_CLOCK}|(?:{_STEPS})\b)", re.IGNORECASE)


def names(values: Iterable[str], strict: bool = False) -> tuple[str, ...]:
    """The people named in declared values, each once, in order. `strict` wants capitals, as in plain text."""
    found: dict[str, str] = {}
    for value in values:
        plain = _MARKUP.sub(" ", value[:1000])
        for part in _SEPARATOR.split(_BY.sub("", _PARENTHESES.sub(" ", _HANDLE.sub("\n", plain)))):
            name = clean_line(_BY.sub("", part), 80).strip(" .:-–—/")
            if name and _plausible(name, strict):
                found.setdefault(name.casefold(), name)
    return tuple(found.values())[:MAX_AUTHORS]


def byline(blocks: Sequence[Block], title: str) -> tuple[str, ...]:
    """The names in a line near the title that says `by …`, whose class says author, or that holds a day; nicknames only beside a day or in a byline."""
    near = [block for block in _near(blocks, title) if block.raw and len(block.words) <= 30]
    marked = [block for block in near if _in_byline(block) or _dated(block)]
    dated = (b for b in blocks if b.raw and len(b.words) <= 25 and _dated(b) and not _OTHERS & b.container.names)
    attempts = chain(
        (names([said], strict=True) for block in near if (said := _said(block))),
        (names([_bare(block.raw)], strict=True) for block in marked),
        (names([said.split("\n")[0]])[:1] for block in chain(marked, dated) if (said := _said(block))),
    )
    return next((found for found in attempts if found), ())


def _said(block: Block) -> str:
    """What follows `by` in a block, without days and times."""
    match = _BY_NAMES.search(_bare(block.raw))
    return match[1].strip() if match else ""


def _near(blocks: Sequence[Block], title: str) -> list[Block]:
    """The blocks around the heading that repeats the title, or else around the first `h1`; the head of the page when there is none."""
    wanted = title.casefold()
    heads = [block.order for block in blocks if block.container.tag in HEADINGS and len(block.text) > 8 and block.text.casefold().rstrip(" #¶") in wanted]
    ones = heads or [block.order for block in blocks if block.container.tag == "h1"]
    at = ones[0] if ones else 0
    return [blocks[order] for order in (*range(at + 1, at + 10), *range(at - 4, at)) if 0 <= order < len(blocks)]


def _in_byline(block: Block) -> bool:
    """Whether its container, or the one around that, is named a byline or author."""
    outer = block.container.parent
    return bool(_BYLINE_NAMES & (block.container.own | outer.own if outer else block.container.own))


def _dated(block: Block) -> bool:
    return without_dates(block.raw) != block.raw


def _bare(text: str) -> str:
    return _STEP_WORDS.sub("\n", without_dates(text))


def _plausible(name: str, strict: bool) -> bool:
    words = name.split()
    if not 1 <= len(words) <= 5 or len(name) < 2 or _NOT_A_NAME.search(name) or {word.casefold() for word in words} <= NOT_AUTHORS:
        return False
    if not strict:
        return any(character.isalpha() for character in name)
    capital = [word for word in words if word[0].isupper() or not word[0].isascii()]
    return len(words) >= 2 and all(word in capital or word.casefold() in NAME_PARTICLES for word in words)
