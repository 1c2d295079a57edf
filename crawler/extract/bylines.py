"""Names of authors: out of declared values, and out of the plain line under a title. A doubtful name is no name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from crawler.extract.blocks import HEADINGS, Block
from crawler.extract.dates import without_dates
from crawler.text import clean_line

MAX_AUTHORS = 20
_NEAR_TITLE = range(-4, 10)
_BY = re.compile(
    r"^\W*(?:(?:written|posted|published|story|reported|words|text|article)\s+)?(?:by|von|par|por|di|door|author|autor(?:in)?|text|words|redaktion|publi[ée] par)\b\s*:?\s+",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s*(?:[,;|•·\n]|\s(?:and|und|et|y|with|mit)\s|\s&\s|\s[-–—]\s)\s*")
_PARENTHESES = re.compile(r"\([^)]{0,80}\)|\[[^\]]{0,80}\]")
_MARKUP = re.compile(r"<[^>]{0,200}>")
_NOT_A_NAME = re.compile(r"https?:|www\.|@|\d{2}|[{}<>=%$]|\.(?:com|org|net|de)\b")
_PARTICLES = frozenset("af al bin da de del della den der di do dos du el ibn la le mc of san st ter the van vom von y zu zur".split())
# words that stand in bylines and are no names
_NO_AUTHORS = frozenset(
    "admin administrator advertisement anonymous author by comments contributor copyright default editor editors email facebook guest home linkedin login min minutes more none null "
    "print published read reply reporter root share staff super superuser twitter undefined unknown updated user views webmaster writer".split()
)
_BYLINE_NAMES = frozenset(("author", "byline"))
_STEP_WORDS = re.compile(r"\b(?:\d+\s*(?:min(?:ute)?s?|comments?|views?|shares?)(?:\s+read)?|last (?:updated|modified)|updated|published|posted|aktualisiert|on|am|at|um|uhr|\d\d?:\d\d(?:\s*[ap]\.?m\.?)?(?:\s*[A-Z]{2,4})?)\b", re.IGNORECASE)


def names(values: Iterable[str], strict: bool = False) -> tuple[str, ...]:
    """The people named in declared values, each once, in order. `strict` wants capitals, as in plain text."""
    found: dict[str, str] = {}
    for value in values:
        plain = _MARKUP.sub(" ", value[:1000])
        for part in _SEPARATOR.split(_BY.sub("", _PARENTHESES.sub("\n", plain))):
            name = clean_line(_BY.sub("", part), 80).strip(" .:-–—/")
            if name and _plausible(name, strict):
                found.setdefault(name.casefold(), name)
    return tuple(found.values())[:MAX_AUTHORS]


def byline(blocks: Sequence[Block], title: str) -> tuple[str, ...]:
    """The names in the line near the title that says `By …`, that stands beside a date, or whose class says byline or author."""
    lines = _candidates(blocks, title)
    for text in lines:
        if _BY.match(text) and (found := names([_bare(text)], strict=True)):
            return found
    for block in _near(blocks, title):
        if _BYLINE_NAMES & block.container.own and len(block.words) <= 20 and (found := names([_bare(block.raw or block.text)], strict=True)):
            return found
    for text in lines:
        if without_dates(text) != text and (found := names([_bare(text)], strict=True)):
            return found
    return ()


def _near(blocks: Sequence[Block], title: str) -> list[Block]:
    """The blocks around the heading that repeats the title, or else around the first `h1`; the head of the page when there is none."""
    wanted = title.casefold()
    heads = [block.order for block in blocks if block.container.tag in HEADINGS and block.text.casefold().rstrip(" #¶") in wanted and len(block.text) > 8]
    ones = heads or [block.order for block in blocks if block.container.tag == "h1"]
    at = ones[0] if ones else 0
    return [blocks[at + step] for step in _NEAR_TITLE if 0 <= at + step < len(blocks)]


def _candidates(blocks: Sequence[Block], title: str) -> list[str]:
    return [block.raw or block.text for block in _near(blocks, title) if 1 < len(block.words) <= 30 and block.raw]


def _bare(text: str) -> str:
    return _STEP_WORDS.sub("\n", without_dates(text))


def _plausible(name: str, strict: bool) -> bool:
    words = name.split()
    if not 1 <= len(words) <= 5 or len(name) < 3 or _NOT_A_NAME.search(name) or name.casefold() in _NO_AUTHORS:
        return False
    if not strict:
        return any(character.isalpha() for character in name)
    capital = [word for word in words if word[0].isupper() or not word[0].isascii()]
    return len(words) >= 2 and all(word in capital or word.casefold() in _PARTICLES for word in words) and not {w.casefold() for w in words} & _NO_AUTHORS
