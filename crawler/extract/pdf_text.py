"""The text of a PDF from the texts of its pages, without what repeats on every page."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from crawler.extract.hyphenation import join_divided_words
from crawler.text_cleaning import clean_block

_FRAMED = re.compile(r"[-–—|•]\s?\d{1,4}\s?[-–—|•]")
_EDGE_LINES = 3
_MIN_REPEATS = 3
_FEW_PAGES = 6
_MAX_RUNNING_WORDS = 12
_SENTENCE_WORDS = 7
_HYPHENS = ("-", "\u00ad", "\u2010")
# Presentation forms, Kangxi radicals and full-width letters stand for letters (Unicode Standard
# Annex 15). Superscripts and fractions are left as they are, because they carry meaning.
_LETTER_FORMS = re.compile("[ĲĳŉǄ-ǌǱ-ǳ⺀-⿟ﬀ-ﷻﹰ-ﻼ０-９Ａ-Ｚａ-ｚ]+")
_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b")
_NO_LETTER = re.compile(r"[\W_]+")
_PAGE_NUMBER = re.compile(
    r"\W{0,3}(?:(page|seite|página|pagina|p\.|стр\.|第)\s*)?(\d{1,4}|[ivxlc]{1,6})"
    r"(?:\s*(?:/|of|von|de|di|из)\s*\d{1,4})?\s*页?頁?\W{0,3}",
    re.IGNORECASE,
)


def join_pages(pages: Sequence[str], title: str = "") -> str:
    """Return the text of the `pages` of a PDF.

    Running headers and footers and page numbers are dropped, but the first page keeps the line
    that is its `title`. Ligatures become letters, and divided words are joined.
    """
    lines = [normalize_letters(page).split("\n") for page in pages]
    repeated = _repeated_lines(lines) | ({_key(title)} - {""})
    offset = _page_number_offset(lines)
    first_lines = {line.strip() for page_lines in lines[:1] for line in page_lines}
    first_page = repeated - {_key(line) for line in (*first_lines, title) if line in title}
    bodies = [
        _without_edges(page_lines, repeated if number else first_page, number + offset)
        for number, page_lines in enumerate(lines)
    ]
    return clean_block(join_divided_words(_join_bodies(bodies)))


def normalize_letters(text: str) -> str:
    """Return a `text` with letters in place of ligatures and other forms of letters."""
    return _LETTER_FORMS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)


def _edges(lines: Sequence[str]) -> list[int]:
    """Return the positions of the first and the last lines of a page that have text."""
    filled = [index for index, line in enumerate(lines) if line.strip()]
    return list(dict.fromkeys((*filled[:_EDGE_LINES], *filled[-_EDGE_LINES:])))


def _key(line: str) -> str:
    """Return a line without its numbers, so that the lines of two pages are equal."""
    return _NO_LETTER.sub("", _DIGITS.sub("", line.casefold()))


def _repeated_lines(pages: Sequence[Sequence[str]]) -> frozenset[str]:
    """Return the keys of the lines at the edges of several pages."""
    counts: Counter[str] = Counter()
    for lines in pages:
        counts.update({_key(lines[index]) for index in _edges(lines) if _may_run(lines[index])})
    least = 2 if len(pages) <= _FEW_PAGES else _MIN_REPEATS
    return frozenset(key for key, count in counts.items() if key and count >= least)


def _may_run(line: str) -> bool:
    """Whether a line has the form of a header or a footer and is not a part of a sentence."""
    words = line.split()
    if not words or len(words) > _MAX_RUNNING_WORDS or line.rstrip().endswith(_HYPHENS):
        return False
    if line.rstrip().endswith(".") and len(words) >= _SENTENCE_WORDS:
        return False
    return not words[0][0].islower() or "." in words[0]


def _page_number_offset(pages: Sequence[Sequence[str]]) -> int:
    """Return the number of the first page, as most pages show it; 1 if they show none."""
    offsets: Counter[int] = Counter()
    for number, lines in enumerate(pages):
        shown = {_page_number(lines[index]) for index in _edges(lines)} - {None}
        offsets.update(value - number for value in shown if value is not None)
    offset, count = max(offsets.items(), key=lambda item: item[1], default=(1, 0))
    return offset if count > 1 else 1


def _page_number(line: str) -> int | None:
    match = _PAGE_NUMBER.fullmatch(line.strip())
    return int(match[2]) if match and match[2].isascii() and match[2].isdigit() else None


def _without_edges(lines: Sequence[str], repeated: frozenset[str], page_number: int) -> str:
    """Return the text of a page without its running header, its footer and its number.

    These are the outermost lines of the page.
    """
    body = "\n".join(lines).strip().split("\n")
    for end in (0, -1):
        for _ in range(_EDGE_LINES):
            if not _is_running_line(body[end], repeated, page_number):
                break
            body.pop(end)
            body = "\n".join(body).strip().split("\n")
    return "\n".join(body)


def _is_running_line(line: str, repeated: frozenset[str], page_number: int) -> bool:
    match = _PAGE_NUMBER.fullmatch(line.strip())
    if match and (match[1] or match[2].islower() or _FRAMED.fullmatch(line.strip())):
        return True
    return _page_number(line) == page_number or (_may_run(line) and _key(line) in repeated)


def _join_bodies(bodies: Iterable[str]) -> str:
    """Return pages with a blank line between them, unless a page ends inside a word."""
    text = ""
    for body in filter(None, bodies):
        divided = text.endswith(_HYPHENS)
        text += f"\n{body}" if divided else f"\n\n{body}" if text else body
    return text
