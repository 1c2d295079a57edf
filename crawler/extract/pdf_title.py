"""The title of a PDF: the declared one, or the largest text at the top of the first page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot
from typing import TYPE_CHECKING, Any

from crawler.extract.hyphenation import join_divided_words
from crawler.extract.pdf_text import normalize_letters
from crawler.text_cleaning import clean_line

if TYPE_CHECKING:
    from pypdf import PdfReader

# Names that programs write: of the program, of the file or of its template.
_NO_TITLE = re.compile(
    r"^(?:untitled|title|microsoft (?:word|powerpoint)|powerpoint|presentation|slide 1|document\d*"
    r"|layout \d|paper|main|manuscript|unknown|none|\(?anonymous\)?|acm sig|ieee|template|sample"
    r"|.*\btemplate|\S+_\S+$|.*\.(?:docx?|odt|tex|dvi|pdf|ps|indd|pptx?|md))\b",
    re.IGNORECASE,
)
# First lines that name the publication in which a paper appears.
_PUBLICATION = re.compile(
    r"^(?:in\s+)?(?:the\s+)?(?:proceedings|proc\.|journal of|transactions on|arxiv:|preprint"
    r"|submitted|to appear|published in|technical report|this paper is included|open access|volume"
    r"|vol\.|issn|isbn|doi|https?:|copyright|©"
    r"|\d+(?:st|nd|rd|th) \w+ (?:conference|symposium|workshop))",
    re.IGNORECASE,
)
_MAX_PIECES = 2_000
_MAX_TITLE = 250
_MIN_LETTERS = 6
_SAME_SIZE = 0.97
_LARGER_THAN_BODY = 1.1


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of text of the first page and the height of its letters."""

    text: str
    size: float


def find_pdf_title(reader: PdfReader) -> tuple[str, str]:
    """Return the title of the document that `reader` has open, and its source.

    The title is empty if the file declares none and no text of the first page is larger than the
    others.
    """
    declared = clean_line(str(reader.metadata.title or "")) if reader.metadata else ""
    if declared and not (_NO_TITLE.match(declared) or _PUBLICATION.match(declared)):
        return normalize_letters(declared), "pdf"
    return _largest_text(_pieces_of_first_page(reader)), "text"


def first_line(text: str) -> str:
    """Return the first line of a `text` that has three words and names no publication."""
    lines = text.split("\n")
    long = (line for line in lines[:30] if len(line.split()) >= 3 and not _PUBLICATION.match(line))
    return clean_line(next(long, lines[0]), 200)


def _pieces_of_first_page(reader: PdfReader) -> list[_Piece]:
    pieces: list[_Piece] = []

    def add_piece(text: str, matrix: Any, text_matrix: Any, _font: Any, font_size: float) -> None:
        """Add a piece of text unless it is rotated, as stamps at the margin are."""
        if text and len(pieces) < _MAX_PIECES and abs(text_matrix[1]) <= abs(text_matrix[0]):
            scale = hypot(text_matrix[0], text_matrix[1]) * hypot(matrix[0], matrix[1])
            pieces.append(_Piece(text, round(abs(font_size) * scale, 1)))

    if reader.pages:
        reader.pages[0].extract_text(visitor_text=add_piece)
    return pieces


def _largest_text(pieces: Sequence[_Piece]) -> str:
    """Return the text in the largest letters, or "" if it is not larger than most of the text."""
    sizes: Counter[float] = Counter()
    for piece in pieces:
        sizes[piece.size] += len(piece.text.strip())
    if not sizes:
        return ""
    body = max(sizes, key=lambda size: sizes[size])
    for size in sorted(sizes, reverse=True):
        title = _text_of_size(pieces, size)
        if size < body * _LARGER_THAN_BODY:
            break
        if _may_be_title(title):
            return clean_line(title)
    return ""


def _text_of_size(pieces: Sequence[_Piece], size: float) -> str:
    """Return the first run of pieces with letters of this size, as one line."""
    run: list[str] = []
    for piece in pieces:
        is_of_size = size * _SAME_SIZE <= piece.size <= size / _SAME_SIZE
        if is_of_size:
            run.append(piece.text)
        elif run and piece.text.strip():
            break
    return " ".join(join_divided_words(normalize_letters("".join(run))).split())


def _may_be_title(text: str) -> bool:
    if not sum(map(str.isalpha, text)) >= _MIN_LETTERS or len(text) > _MAX_TITLE:
        return False
    return not (_PUBLICATION.match(text) or _NO_TITLE.match(text))
